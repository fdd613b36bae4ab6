// What lies over the board: what the pixel that comes next sees, the true gradient of its logit, or how unlikely each pixel was.

import { el, setText } from '../../shell/dom.js';
import { count } from '../../shell/format.js';
import { toggles } from '../toggles.js';

const LEGENDS = { none: '', surprise: 'The redder a pixel, the less likely it was.' };

export class Overlay {
  #sight = null; // {at, sight} of the pixel that comes next
  #gradient = null; // {hash, heat} of the boards

  /** @param {import('./pixel-view.js').PixelView} view */
  constructor(view) {
    this.view = view;
    this.page = view.page;
    this.choices = toggles('Over the board', (overlay) => this.page.set({ overlay }));
    this.legend = el('p', { class: 'hint', id: 'overlay-legend' });
    this.node = el('div', { class: 'board-foot', data: { part: 'tools' } }, this.choices.node, this.legend);
  }

  /** Weights were opened. */
  opened() {
    this.choices.offer(this.page.control('overlay').choices);
    this.#sight = null;
  }

  choose() {
    this.choices.show(this.page.values.overlay);
  }

  /** What is known of boards whose next pixel is `at`. */
  marks(state, at) {
    return { sight: this.#sight?.at === at ? this.#sight.sight : null, heat: this.#heat(state), hot: this.page.values.overlay === 'surprise' };
  }

  /** Asks for what lies over the board. The gradient takes a pass over the whole image, so it waits for a rest. */
  async draw(signal = null) {
    const { page, view } = this;
    const { board, at } = view;
    const { overlay } = page.values;
    const { state } = page.boards;
    const wanted = ['field', 'gradient'].includes(overlay);
    if (!wanted || at === null) {
      this.#sight = null;
      board.mark({ sight: null, heat: this.#heat(state), hot: overlay === 'surprise' });
      setText(this.legend, wanted ? 'All pixels are drawn; go back to one to see what it sees.' : LEGENDS[overlay]);
      return;
    }
    const [, row, column] = state.next.data;
    const { sight } = await page.ask({ op: 'sees', row, column }, [], signal);
    this.#sight = { at, sight: sight.data };
    const total = (kind) => sight.data.reduce((sum, value) => sum + (value === kind), 0);
    const [seen, blind] = [total(1), total(2)];
    const words =
      overlay === 'gradient' && !view.playing
        ? await this.#differentiate(state, sight.data, blind, signal)
        : `Blue: the ${count(seen)} of ${count(at)} earlier pixels that it can see. `;
    if (view.at !== at) return;
    board.mark({ sight: this.#sight.sight, heat: this.#heat(state), hot: false });
    Object.assign(view.node.dataset, { seen, blind });
    setText(this.legend, words + (blind ? `Hatched: its blind spot, ${count(blind)} pixels.` : 'It has no blind spot.'));
  }

  /** The gradient of the likeliest level, and what is said of it. */
  async #differentiate(state, sight, blind, signal) {
    const { page, view } = this;
    const [, row, column] = state.next.data;
    const { gradient, level } = await page.ask({ op: 'field', row, column }, [], signal);
    const heat = pixelwise(gradient);
    const most = heat.reduce((a, b) => Math.max(a, b), 0) || 1;
    const zero = sight.reduce((sum, kind, nth) => sum + (kind === 2 && heat[nth] === 0), 0);
    this.#gradient = { hash: state.hash, heat: heat.map((value) => (value > 0 ? Math.max(0.04, 1 + Math.log10(value / most) / 4) : 0)) };
    Object.assign(view.node.dataset, { zero });
    const words = `The stronger the blue, the more a pixel moves the logit of level ${level.data[0]}, over four powers of ten. `;
    return words + (blind ? `In the blind spot the gradient is exactly 0 at ${count(zero)} of ${count(blind)} pixels. ` : '');
  }

  #heat(state) {
    const { overlay } = this.page.values;
    if (overlay === 'gradient') return this.#gradient?.hash === state.hash ? this.#gradient.heat : null;
    if (overlay !== 'surprise') return null;
    const [colours, side] = this.page.model.description.shape;
    const heat = new Float32Array(side * side);
    state.value_nats.data.forEach((nats, place) => {
      heat[Math.floor(place / colours)] -= nats / (3 * colours);
    });
    return heat;
  }
}

/** The size of each pixel's gradient, channels together. */
function pixelwise({ shape: [channels, height, width], data }) {
  return Float32Array.from({ length: height * width }, (_, at) => {
    let sum = 0;
    for (let channel = 0; channel < channels; channel += 1) sum += Math.abs(data[channel * height * width + at]);
    return sum;
  });
}
