// Samples that stand for letters. The view's wall offers them: a click puts one where the pressed letter says.

import { LETTERS } from '../../shell/colour.js';
import { el } from '../../shell/dom.js';
import { notify } from '../../shell/notices.js';
import { readPicks, samePick, writePicks } from '../picks.js';

export class Picks {
  place = 'above';

  constructor(view, spec) {
    Object.assign(this, { view, spec, letters: [...spec.letters] });
    this.letter = this.letters[0];
    this.buttons = this.letters.map((letter) =>
      el(
        'button',
        { type: 'button', data: { letter }, on: { click: () => this.#to(letter) } },
        el('span', { class: 'badge-letter', data: { letter } }, letter),
        spec.many ? `Set ${letter}` : `Pick ${letter}`,
      ),
    );
    this.node = el(
      'div',
      { class: 'stage-bar' },
      el('div', { class: 'toggles', role: 'group', 'aria-label': 'The letter that the next picture goes to', hidden: this.letters.length < 2 }, this.buttons),
      el('span', { class: 'hint' }, spec.many ? 'A click puts a picture into the set or takes it out.' : 'A click on a picture uses it.'),
    );
  }

  /** The samples of each letter. */
  get sets() {
    const { values } = this.view.page;
    const { sets, notes } = readPicks(values[this.spec.keys[0]] || this.spec.default || '', values.seed);
    notes.forEach((note) => notify(note));
    return sets;
  }

  show() {
    this.#to(this.letter);
  }

  /** A sample was chosen on the wall. */
  choose(pick) {
    const { sets } = this;
    const nth = LETTERS.indexOf(this.letter);
    const has = sets[nth].some((one) => samePick(one, pick));
    if (!this.spec.many) {
      sets[nth] = [pick];
      this.#to(this.letters[(this.letters.indexOf(this.letter) + 1) % this.letters.length]);
    } else sets[nth] = has ? sets[nth].filter((one) => !samePick(one, pick)) : [...sets[nth], pick];
    this.view.page.set({ [this.spec.keys[0]]: writePicks(sets, this.view.page.values.seed) });
  }

  #to(letter) {
    this.letter = letter;
    for (const button of this.buttons) button.setAttribute('aria-pressed', String(button.dataset.letter === letter));
  }
}
