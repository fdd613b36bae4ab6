// The generator's only noise is dropout, and it learns to ignore it: several samples of one sketch, and how much they differ.

import { el, setText } from '../../shell/dom.js';
import { number, percent } from '../../shell/format.js';
import { paint, picture } from '../picture.js';
import { EaselView } from './easel-view.js';

export class NoiseView extends EaselView {
  id = 'noise';
  keys = ['seed', 'count'];

  constructor(page) {
    super(page);
    this.samples = el('div', { class: 'board-grid samples-grid', id: 'noise-samples', role: 'group', 'aria-label': 'Samples of the noise' });
    this.off = picture('Without dropout', { id: 'noise-off' });
    this.map = picture('Where the samples differ', { id: 'noise-map' });
    this.verdict = el('p', { class: 'verdict', id: 'noise-spread' });
    this.scale = el('figcaption', {});
    this.node = this.view(
      'Noise',
      this.samples,
      this.verdict,
      el(
        'div',
        { class: 'pictures noise-pair' },
        el('figure', {}, el('div', { class: 'mat' }, this.off), el('figcaption', {}, 'Without dropout')),
        el('figure', {}, el('div', { class: 'mat' }, this.map), this.scale),
      ),
      el(
        'p',
        { class: 'hint' },
        'A GAN draws its noise to have something to choose by. Here half of the innermost units are left out at random, at test time too, ' +
          'and training has taught the network to do without them: where it must choose, as of a colour, it chooses nearly the same each time.',
      ),
    );
  }

  async draw({ signal }) {
    await this.colour({}, signal);
    return 'One sketch, several draws of the noise.';
  }

  async colour(change, signal = null) {
    const { page } = this;
    const { seed, count } = page.values;
    const { version } = page.easel;
    const numbers = page.easelNumbers();
    const seeds = Array.from({ length: count }, (_, nth) => seed + nth);
    const { images, spread } = await page.run({ op: 'colour', seeds }, numbers, signal);
    const off = await page.run({ op: 'colour' }, numbers, signal);
    paint(this.off, off.images);
    while (this.samples.children.length > count) this.samples.lastChild.remove();
    while (this.samples.children.length < count) this.samples.append(picture(`Sample ${this.samples.children.length + 1}`));
    [...this.samples.children].forEach((canvas, nth) => paint(canvas, images, nth));
    const mean = spread.data.reduce((sum, value) => sum + value, 0) / spread.data.length;
    const most = spread.data.reduce((a, b) => Math.max(a, b), 0);
    this.#showMap(spread, most);
    this.verdict.replaceChildren(
      el('strong', {}, `${number(255 * mean, 3)} of 255 levels`),
      ' ',
      el('span', {}, `is how far the samples spread around their mean: ${percent(mean)} of the range.`),
    );
    setText(this.scale, `Where they differ: white is ${number(255 * most, 3)} levels`);
    Object.assign(this.node.dataset, { version, spread: mean });
  }

  #showMap({ shape: [height, width], data }, most) {
    const bytes = new Uint8Array(4 * data.length).fill(255);
    data.forEach((value, at) => bytes.fill(Math.round((255 * value) / Math.max(most, 1e-6)), 4 * at, 4 * at + 3));
    paint(this.map, { shape: [1, height, width, 4], data: bytes });
  }
}
