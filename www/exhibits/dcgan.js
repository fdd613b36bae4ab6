// The DCGAN page: its views, and what picks and the open picture have to do with each of them.

import { LETTERS } from '../shell/colour.js';
import { notify } from '../shell/notices.js';
import { Arithmetic } from './arithmetic.js';
import { Directions } from './directions.js';
import { Inspector } from './inspector.js';
import { Interpolate } from './interpolate.js';
import { Layers } from './layers.js';
import { ImagePage } from './page.js';
import { pinPicks, readPicks, writePicks } from './picks.js';
import { Samples } from './samples.js';
import { Walk } from './walk.js';
import { WallView } from './wall-view.js';

const DEFAULT_PICKS = { arithmetic: '0,1,2;3,4,5;6,7,8', other: '0,1' };

class DcganPage extends ImagePage {
  constructor() {
    super('dcgan', {
      makeViews(page) {
        page.samples = new Samples(page, { request: () => ({ op: 'images' }) });
        page.parts.inspector = new Inspector(page, {
          use: (letter, { pick }) => page.usePick(letter, pick),
          open: (view, { pick }) => page.openWith(view, pick),
        });
        return [WallView, Interpolate, Walk, Arithmetic, Directions, Layers].map((View) => new View(page));
      },
    });
  }

  /** The four sets of picks; defaults where the link names none. */
  get picks() {
    const { picks, seed, view } = this.values;
    const { sets, notes } = readPicks(picks || (DEFAULT_PICKS[view] ?? DEFAULT_PICKS.other), seed);
    notes.forEach((note) => notify(note));
    return sets;
  }

  setPicks(sets) {
    return this.set({ picks: writePicks(sets, this.values.seed) });
  }

  usePick(letter, pick) {
    const sets = this.picks;
    sets[LETTERS.indexOf(letter)] = [pick];
    this.setPicks(sets);
    notify(`Sample ${pick.index} is now ${letter}.`, { key: 'pick', fade: 3000 });
  }

  openWith(view, pick) {
    const sets = this.picks;
    sets[0] = [pick];
    this.parts.inspector.close();
    return this.set({ picks: writePicks(sets, this.values.seed), view });
  }

  /** The wall's addresses under the present settings. */
  get wall() {
    const { seed, count } = this.values;
    return Array.from({ length: count }, (_, index) => ({ seed, index }));
  }

  /** A new seed makes a new wall; picks keep their pictures. */
  set(changes) {
    return super.set(this.#pinned(changes));
  }

  change(changes) {
    return super.change(this.#pinned(changes));
  }

  #pinned(changes) {
    const { picks, seed } = this.values;
    const to = Number(changes.seed);
    if (!picks || changes.picks !== undefined || !Number.isInteger(to)) return changes;
    return { ...changes, picks: pinPicks(picks, seed, to) };
  }
}

export const page = new DcganPage();
