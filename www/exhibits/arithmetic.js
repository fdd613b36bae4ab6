// Arithmetic on averages: A - B + C, as in section 6.3.2 of the DCGAN paper.

import { el, setText } from '../shell/dom.js';
import { percent } from '../shell/format.js';
import { Chooser } from './chooser.js';
import { paint, picture, rows, single } from './picture.js';
import { samePick } from './picks.js';

const LETTERS = ['A', 'B', 'C'];

export class Arithmetic {
  id = 'arithmetic';
  keys = ['seed', 'truncation'];

  constructor(page) {
    this.page = page;
    this.terms = LETTERS.map((letter) => {
      const exemplars = el('div', { class: 'exemplars' });
      const mean = picture(`Mean of set ${letter}`, { class: 'mean-picture', data: { mean: letter } });
      const score = el('span', { class: 'score' });
      const node = el(
        'section',
        { class: 'term', 'aria-label': `Set ${letter}` },
        el('header', {}, el('span', { class: 'badge-letter', data: { letter } }, letter), el('span', {}, 'mean of'), exemplars),
        el('div', { class: 'mat' }, mean),
        score,
      );
      return { letter, exemplars, mean, score, node };
    });
    this.result = picture('A minus B plus C', { class: 'mean-picture', data: { mean: 'result' } });
    this.score = el('span', { class: 'score' });
    const sign = (text, word) => el('span', { class: 'sign', role: 'img', 'aria-label': word }, text);
    this.node = el(
      'section',
      { class: 'view', 'aria-label': 'Arithmetic' },
      el(
        'div',
        { class: 'equation' },
        this.terms[0].node,
        sign('−', 'minus'),
        this.terms[1].node,
        sign('+', 'plus'),
        this.terms[2].node,
        sign('=', 'equals'),
        el('section', { class: 'term result', 'aria-label': 'Result' }, el('header', {}, el('span', {}, 'A − B + C')), el('div', { class: 'mat' }, this.result), this.score),
      ),
    );
    this.chooser = new Chooser(page, { letters: 'ABC', many: true });
    this.node.append(this.chooser.node);
  }

  async draw({ signal }) {
    const { page } = this;
    const sets = page.picks.slice(0, 3);
    const samples = await page.samples.get(sets.flat(), { signal });
    let at = 0;
    this.terms.forEach((term, nth) => {
      const own = samples.slice(at, (at += sets[nth].length));
      term.exemplars.replaceChildren(...own.map((sample) => this.#exemplar(nth, sample)));
      if (own.length === 0) term.exemplars.append(el('span', { class: 'hint' }, 'nothing yet (counts as zero)'));
    });
    if (samples.length === 0) {
      await this.chooser.draw(signal);
      return 'Choose pictures for A, B and C.';
    }
    const request = { op: 'combine', counts: sets.map(({ length }) => length) };
    const { z, means } = await page.run(request, rows(samples.map((sample) => sample.z)), signal);
    const { images, scores } = await page.run({ op: 'images' }, rows([means.data, z.data]), signal);
    [...this.terms, { mean: this.result, score: this.score }].forEach((term, nth) => {
      paint(term.mean, images, nth);
      setText(term.score, `${percent(scores.data[nth])} real`);
    });
    this.specimen = { z: z.data, image: single(images, 3), score: scores.data[3], title: 'A − B + C' };
    await this.chooser.draw(signal);
    return 'Latents are averaged and combined; pictures are not.';
  }

  #exemplar(nth, sample) {
    const canvas = picture('', { 'aria-hidden': 'true' });
    paint(canvas, sample.image);
    const remove = () => {
      const sets = this.page.picks;
      sets[nth] = sets[nth].filter((pick) => !samePick(pick, sample));
      this.page.setPicks(sets);
    };
    return el(
      'button',
      { type: 'button', class: 'exemplar', title: 'Take it out', 'aria-label': `Take sample ${sample.index} out of set ${LETTERS[nth]}`, on: { click: remove } },
      canvas,
    );
  }
}
