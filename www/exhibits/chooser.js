// A small wall from which pictures are put into A, B, C and D.

import { LETTERS } from '../shell/colour.js';
import { el } from '../shell/dom.js';
import { samePick } from './picks.js';
import { Wall } from './wall.js';

export class Chooser {
  /** `letters`: those on offer; `many`: whether each is a set. */
  constructor(page, { letters, many = false }) {
    this.page = page;
    this.letters = Array.from(letters);
    this.many = many;
    this.letter = this.letters[0];
    this.wall = new Wall({ label: 'Samples to choose from', choose: (place) => this.#choose(place), compact: true });
    this.buttons = el(
      'div',
      { class: 'toggles', role: 'group', 'aria-label': 'The letter that the next picture goes to' },
      this.letters.map((letter) =>
        el(
          'button',
          {
            type: 'button',
            data: { letter },
            on: { click: () => this.#to(letter) },
          },
          el('span', { class: 'badge-letter', data: { letter } }, letter),
          many ? `Set ${letter}` : `Pick ${letter}`,
        ),
      ),
    );
    this.hint = el('span', { class: 'hint' }, many ? 'A click puts a picture into the set or takes it out.' : 'A click on a picture uses it.');
    this.node = el(
      'section',
      { class: 'chooser', data: { part: 'tools' }, 'aria-label': 'Choose pictures' },
      el('div', { class: 'stage-bar' }, this.buttons, this.hint),
      this.wall.node,
    );
    this.#to(this.letter);
  }

  /** Only these letters are used now. */
  offer(letters) {
    this.letters = Array.from(letters);
    for (const button of this.buttons.children) button.hidden = !letters.includes(button.dataset.letter);
    if (!letters.includes(this.letter)) this.#to(this.letters[0]);
  }

  async draw(signal) {
    const { page } = this;
    this.wall.resize(page.values.count);
    this.mark();
    await page.samples.get(page.wall, { signal, each: (place, sample) => this.wall.show(place, sample) });
  }

  mark() {
    const sets = this.page.picks;
    this.page.wall.forEach((pick, place) => {
      const letters = this.letters.filter((letter) => sets[LETTERS.indexOf(letter)].some((one) => samePick(one, pick)));
      this.wall.mark(place, letters, letters.includes(this.letter));
    });
  }

  #to(letter) {
    this.letter = letter;
    for (const button of this.buttons.children) button.setAttribute('aria-pressed', String(button.dataset.letter === letter));
    if (this.page.model) this.mark();
  }

  #choose(place) {
    const sets = this.page.picks;
    const pick = this.page.wall[place];
    const nth = LETTERS.indexOf(this.letter);
    if (!this.many) {
      sets[nth] = [pick];
      this.#to(this.letters[(this.letters.indexOf(this.letter) + 1) % this.letters.length]);
    } else if (sets[nth].some((one) => samePick(one, pick))) sets[nth] = sets[nth].filter((one) => !samePick(one, pick));
    else sets[nth] = [...sets[nth], pick];
    this.page.setPicks(sets);
  }
}
