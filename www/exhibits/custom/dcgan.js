// The DCGAN page: its views, and what picks and the open picture have to do with each of them.

import { LETTERS } from '../../shell/colour.js';
import { notify } from '../../shell/notices.js';
import { Inspector } from '../inspector.js';
import { ExhibitPage } from '../page.js';
import { readPicks, writePicks } from '../picks.js';
import { Arithmetic } from './arithmetic.js';
import { Directions } from './directions.js';
import { Interpolate } from './interpolate.js';
import { Layers } from './layers.js';
import { Samples } from './samples.js';
import { Walk } from './walk.js';
import { WallView } from './wall-view.js';

const DEFAULT_PICKS = { arithmetic: '0,1,2;3,4,5;6,7,8', other: '0,1' };

export class DcganPage extends ExhibitPage {
  static custom = { wall: WallView, interpolate: Interpolate, walk: Walk, arithmetic: Arithmetic, directions: Directions, layers: Layers };

  samples = new Samples(this, { request: () => ({ op: 'images' }) });
  inspector = new Inspector(this, {
    letters: LETTERS,
    views: [
      { id: 'directions', title: 'Change it' },
      { id: 'layers', title: 'All layers' },
    ],
    use: (letter, { pick }) => this.usePick(letter, pick),
    open: (view, { pick }) => this.openWith(view, pick),
  });

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
    this.inspector.close();
    return this.set({ picks: writePicks(sets, this.values.seed), view });
  }

  /** The wall's addresses under the present settings. */
  get wall() {
    const { seed, count } = this.values;
    return Array.from({ length: count }, (_, index) => ({ seed, index }));
  }
}
