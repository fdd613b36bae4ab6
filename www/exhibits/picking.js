// Samples that stand for letters, in the links of an exhibit, and the picture that is open.

import { LETTERS } from '../shell/colour.js';
import { notify } from '../shell/notices.js';
import { Inspector } from './inspector.js';
import { pinPicks, readPicks, samePick, writePicks } from './picks.js';

export class Picking {
  #inspector = null;

  /** @param {import('./page.js').ExhibitPage} page */
  constructor(page) {
    this.page = page;
    this.open = null; // the sample whose picture is open
  }

  /** The views that have letters to fill. */
  get #views() {
    return this.page.exhibit.views.filter(({ inputs }) => inputs.some(({ kind }) => kind === 'picks'));
  }

  get #input() {
    return this.#views[0]?.inputs.find(({ kind }) => kind === 'picks');
  }

  get #key() {
    return this.#input?.keys[0];
  }

  /** The samples of each letter: those of the present view, or of the link. */
  get sets() {
    const { view, values } = this.page;
    const own = view.input?.('picks')?.sets;
    return own ?? readPicks(values[this.#key] || (this.#input?.default ?? ''), values.seed).sets;
  }

  /** Those that are marked on a wall: a link without any marks none. */
  get marked() {
    const { view, values } = this.page;
    return view.input?.('picks') || values[this.#key] ? this.sets : [];
  }

  /** A new seed makes a new wall; samples named by index alone keep their pictures. */
  pinned(changes) {
    const { values } = this.page;
    const key = this.#key;
    const to = Number(changes.seed);
    if (!key || !values[key] || changes[key] !== undefined || !Number.isInteger(to)) return changes;
    return { ...changes, [key]: pinPicks(values[key], values.seed, to) };
  }

  /** Opens a picture: `{image, score?, z?, pick?, title}`. */
  inspect(specimen) {
    this.#inspector ??= this.#make();
    this.open = specimen.pick ?? null;
    this.#mark();
    return this.#inspector.show(specimen);
  }

  #make() {
    const inspector = new Inspector(this.page, {
      letters: this.#key ? LETTERS : '',
      views: this.#views.filter(({ inputs }) => inputs.some(({ kind, letters }) => kind === 'picks' && letters.length === 1)),
      use: (letter, { pick }) => this.#use(letter, pick),
      open: (view, { pick }) => this.#enter(view, pick),
    });
    inspector.closed = () => {
      this.open = null;
      this.#mark();
    };
    return inspector;
  }

  #use(letter, pick) {
    const { sets } = this;
    sets[LETTERS.indexOf(letter)] = [pick];
    this.page.set({ [this.#key]: writePicks(sets, this.page.values.seed) });
    notify(`Sample ${pick.index} is now ${letter}.`, { key: 'pick', fade: 3000 });
  }

  #enter(view, pick) {
    const { sets } = this;
    sets[0] = [pick];
    this.#inspector.close();
    return this.page.set({ [this.#key]: writePicks(sets, this.page.values.seed), view });
  }

  isOpen(pick) {
    return this.open !== null && samePick(this.open, pick);
  }

  #mark() {
    for (const { piece } of this.page.view.outputs ?? []) piece.mark?.();
  }
}
