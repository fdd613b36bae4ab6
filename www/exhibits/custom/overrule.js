// What a press on the board or on a bar does to pixels: it goes to one, paints it, or releases it.

import { el, setText } from '../../shell/dom.js';
import { shade } from './bars.js';
import { toggles } from '../toggles.js';

export class Overrule {
  /** @param {import('./pixel-view.js').PixelView} view */
  constructor(view) {
    this.view = view;
    this.page = view.page;
    this.tool = toggles('What a press on the board does', (id) => this.use(id));
    this.tool.offer([
      { id: 'go', title: 'Go to' },
      { id: 'paint', title: 'Paint' },
      { id: 'free', title: 'Release' },
    ]);
    this.palette = el('div', { class: 'palette', role: 'group', 'aria-label': 'Level to paint' });
    this.ways = el('button', { type: 'button', id: 'fork', on: { click: () => this.#fork() } });
    this.release = el('button', { type: 'button', id: 'release-all', on: { click: () => this.#force(new Map()) } }, 'Release all');
    this.node = el(
      'section',
      { class: 'panel', data: { part: 'tools' }, 'aria-label': 'Overrule' },
      el('div', { class: 'stage-bar' }, this.tool.node),
      this.palette,
      el('div', { class: 'actions' }, this.ways, this.release),
    );
  }

  /** Weights were opened. */
  opened({ shape: [colours], levels }) {
    this.levels = Array.from({ length: colours }, () => levels - 1);
    this.palette.replaceChildren(...(colours === 1 ? this.#swatches(levels) : [this.#mixer(levels)]));
    this.#mark();
  }

  /** What can be done with the boards that are shown. */
  show(forced) {
    setText(this.ways, `Continue ${this.#ways} ways`);
    this.release.disabled = forced.size === 0;
  }

  use(tool) {
    this.using = tool;
    this.tool.show(tool);
    this.palette.hidden = tool !== 'paint';
    this.view.board.node.dataset.tool = tool;
  }

  /** The pointer has touched these pixels of the board. */
  touched(pixels) {
    const { page, using } = this;
    if (using === 'go') return this.view.go(pixels.at(-1));
    const [colours] = page.model.description.shape;
    const forced = new Map(page.boards.want.forced);
    for (const at of pixels) {
      for (let channel = 0; channel < colours; channel += 1) {
        if (using === 'paint') forced.set(at * colours + channel, this.levels[channel]);
        else forced.delete(at * colours + channel);
      }
    }
    return this.#force(forced);
  }

  /** A bar of the pixel that comes next was pressed. */
  choose(channel, level) {
    const { page } = this;
    const place = this.view.at * page.model.description.shape[0] + channel;
    const forced = new Map(page.boards.want.forced);
    if (forced.get(place) === level) forced.delete(place);
    else forced.set(place, level);
    this.#force(forced);
  }

  /** The colour of a pixel that is forced, wholly or in some channels. */
  colour(forced, pixel) {
    const {
      shape: [colours],
      levels,
    } = this.page.model.description;
    const values = Array.from({ length: 3 }, (_, channel) => shade(forced.get(pixel * colours + Math.min(channel, colours - 1)) ?? 0, levels));
    return `rgb(${values.join(' ')})`;
  }

  #force(forced) {
    const { page } = this;
    page.keepForced(forced, { pixel: page.boards.want.pixel });
    return page.render();
  }

  /** The first board again and again from here. */
  #fork() {
    const { page } = this;
    page.set({ count: this.#ways, fork: page.boards.want.pixel }).then(() => this.view.play());
  }

  get #ways() {
    const { values, model, ways } = this.page;
    return values.count > 1 ? Math.min(values.count, model.description.boards) : ways;
  }

  #mark() {
    for (const node of this.palette.querySelectorAll('[data-level]')) node.setAttribute('aria-pressed', String(Number(node.dataset.level) === this.levels[0]));
  }

  #swatches(levels) {
    return Array.from({ length: levels }, (_, level) => {
      const choose = () => {
        this.levels = [level];
        this.#mark();
      };
      const node = el('button', { type: 'button', class: 'swatch-button', 'aria-label': `Level ${level}`, data: { level }, on: { click: choose } });
      const value = shade(level, levels);
      node.style.background = `rgb(${value} ${value} ${value})`;
      return node;
    });
  }

  #mixer(levels) {
    const input = el('input', { type: 'color', value: '#ffffff', 'aria-label': 'Colour to paint' });
    input.addEventListener('input', () => {
      this.levels = [1, 3, 5].map((from) => Math.round((parseInt(input.value.slice(from, from + 2), 16) / 255) * (levels - 1)));
    });
    return input;
  }
}
