// Samples that stand for letters. The view's wall offers them: a click puts one where the pressed letter says.

import { LETTERS } from '../../shell/colour.js';
import { el } from '../../shell/dom.js';
import { notify } from '../../shell/notices.js';
import { readPicks, samePick, writePicks } from '../picks.js';

export class Picks {
  place = 'chooser';

  constructor(view, spec) {
    this.view = view;
    this.spec = spec;
    this.letters = [...spec.letters];
    this.letter = this.letters[0];
    this.buttons = this.letters.map((letter) =>
      el(
        'button',
        { type: 'button', data: { letter }, on: { click: () => this.#to(letter) } },
        el('span', { class: 'badge-letter', data: { letter } }, letter),
        spec.many ? `Set ${letter}` : `Pick ${letter}`,
      ),
    );
    const many = (count) => el('button', { type: 'button', data: { count }, on: { click: () => this.#use(count) } }, `${count} samples`);
    this.counts = spec.counts.map(many);
    this.node = el(
      'div',
      { class: 'stage-bar' },
      el('div', { class: 'toggles', role: 'group', 'aria-label': 'Between how many', hidden: this.counts.length < 2 }, this.counts),
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
    const { sets } = this;
    const { counts } = this.spec;
    // The largest number whose letters all have a sample.
    const count = counts.findLast((one) => sets.slice(0, one).every((set) => set.length > 0)) ?? counts[0] ?? this.spec.letters.length;
    this.letters = [...this.spec.letters.slice(0, count)];
    for (const button of this.counts) button.setAttribute('aria-pressed', String(Number(button.dataset.count) === count));
    this.buttons.forEach((button, nth) => {
      button.hidden = nth >= count;
    });
    this.#to(this.letters.includes(this.letter) ? this.letter : this.letters[0]);
  }

  /** So many letters, each with a sample. */
  #use(count) {
    const { seed } = this.view.page.values;
    this.#write(this.sets.map((set, nth) => (nth < count ? [set[0] ?? { seed, index: nth }] : [])));
  }

  #write(sets) {
    this.view.page.set({ [this.spec.keys[0]]: writePicks(sets, this.view.page.values.seed) });
  }

  /** A sample was chosen on the wall, or in the set of a letter. */
  choose(pick, letter = this.letter) {
    const { sets } = this;
    const nth = LETTERS.indexOf(letter);
    const has = sets[nth].some((one) => samePick(one, pick));
    if (!this.spec.many) {
      sets[nth] = [pick];
      this.#to(this.letters[(this.letters.indexOf(this.letter) + 1) % this.letters.length]);
    } else sets[nth] = has ? sets[nth].filter((one) => !samePick(one, pick)) : [...sets[nth], pick];
    this.#write(sets);
  }

  #to(letter) {
    this.letter = letter;
    for (const button of this.buttons) button.setAttribute('aria-pressed', String(button.dataset.letter === letter));
  }
}
