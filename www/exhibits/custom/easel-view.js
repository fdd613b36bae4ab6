// What every view of the drawing board does: it gives the board a place, and makes its pictures again when the sketch is another.

import { el } from '../../shell/dom.js';
import { newest } from '../picture.js';

export class EaselView {
  keys = ['dropout', 'seed'];
  slot = el('div', { class: 'easel-slot' });

  /** Its name in a link; each view has its own. */
  id = '';

  constructor(page) {
    this.page = page;
    // The newest sketch only: while a picture is being made, others are not begun.
    this.follow = newest((change) => page.attempt(() => this.colour(change)));
  }

  /**
   * Makes the pictures again; each view has its own.
   * @param {any} _change of the board  @returns {Promise<any>}
   */
  async colour(_change) {}

  hides(key) {
    return key === 'seed' && this.keys.includes('dropout') && !this.page.values.dropout;
  }

  entered() {
    if (this.page.board.parentElement !== this.slot) this.slot.append(this.page.board);
  }

  unlinked() {
    return this.page.unlinked;
  }

  /** The sketch is another; `change` is that of the board. */
  sketched(change) {
    this.follow(change);
  }

  /** Seeds of a single picture. */
  get seeds() {
    const { dropout, seed } = this.page.values;
    return dropout ? [seed] : [];
  }

  view(label, ...result) {
    return el(
      'section',
      { class: 'view painting', 'aria-label': label, data: { view: this.id } },
      this.slot,
      el('section', { class: 'result', 'aria-label': 'Pictures' }, ...result),
    );
  }
}
