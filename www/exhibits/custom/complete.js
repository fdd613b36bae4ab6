// A picture that is drawn, dropped or chosen, of which part is hidden: the net completes it several times, and says how likely it is.

import { t } from '../../i18n/strings.js';
import { palette } from '../../shell/colour.js';
import { el, setText } from '../../shell/dom.js';
import { number } from '../../shell/format.js';
import { notify } from '../../shell/notices.js';
import { onePointer } from '../../shell/pointer.js';
import { pageTheme } from '../../shell/theme.js';
import { Pad } from '../pad.js';
import { newest } from '../../shell/newest.js';
import { paint, picture } from '../picture.js';
import { shade } from './bars.js';
import { toggles } from '../toggles.js';

const FINE = 8; // pixels of the cover per pixel of the image
const BRUSH = 1; // pixels around the one that is covered or uncovered

export class Complete {
  id = 'complete';
  keys = ['seed', 'count', 'draw', 'temperature'];

  constructor(page) {
    this.page = page;
    this.pad = new Pad({
      changed: () => this.read(),
      failed: (sentence) => notify(sentence, { kind: 'warning', key: 'picture' }),
    });
    this.cover = el('canvas', {
      class: 'pad-cover',
      'aria-hidden': 'true',
      on: onePointer({ begin: (event) => this.#brush(event), move: (events) => this.#brush(events.at(-1)) }),
    });
    const stack = el('div', { class: 'pad-stack' });
    this.pad.canvas.replaceWith(stack);
    stack.append(this.pad.canvas, this.cover);
    this.tool = toggles('What a press on the picture does', (id) => this.#use(id));
    this.tool.offer([
      { id: 'draw', title: 'Draw' },
      { id: 'hide', title: 'Hide' },
      { id: 'show', title: 'Uncover' },
    ]);
    const hide = (id, label, covers) => el('button', { type: 'button', id, on: { click: () => this.#hide(covers) } }, label);
    this.grid = el('div', { class: 'board-grid completions', id: 'completions', role: 'group', 'aria-label': 'Completions' });
    this.map = picture('Nats of each pixel', { id: 'nats-map' });
    this.said = picture('The picture in the levels of the model', { id: 'in-levels' });
    this.total = el('p', { class: 'verdict', id: 'own-likelihood' });
    this.node = el(
      'section',
      { class: 'view', 'aria-label': 'Complete' },
      el(
        'div',
        { class: 'completing' },
        el(
          'section',
          { class: 'panel', 'aria-label': 'Picture' },
          el('h2', {}, 'Your picture'),
          this.tool.node,
          this.pad.node,
          el(
            'div',
            { class: 'actions', data: { part: 'tools' } },
            hide('hide-lower', 'Hide the lower half', (y) => y >= 0.5),
            hide('hide-right', 'Hide the right half', (y, x) => x >= 0.5),
            hide('hide-none', 'Hide nothing', () => false),
            el('button', { type: 'button', id: 'take-sample', on: { click: () => this.#sample() } }, 'Take a sample'),
          ),
          el('p', { class: 'hint' }, 'Draw, drop, paste or choose a picture. It stays in this page, and in the link as levels.'),
        ),
        el(
          'div',
          { class: 'side' },
          el(
            'section',
            { class: 'panel', 'aria-label': 'Completions' },
            el('h2', {}, 'Completed'),
            this.grid,
            el(
              'p',
              { class: 'hint' },
              'A pixel sees only what comes before it, above and to the left: what you leave uncovered below a gap cannot help to fill it. Press one to watch it being drawn.',
            ),
          ),
          el(
            'section',
            { class: 'panel', 'aria-label': 'Likelihood' },
            el('h2', {}, 'How likely is your picture?'),
            this.total,
            el(
              'div',
              { class: 'pictures pixels' },
              el('figure', {}, el('div', { class: 'mat' }, this.said), el('figcaption', {}, 'What the model reads')),
              el('figure', {}, el('div', { class: 'mat' }, this.map), el('figcaption', { id: 'nats-scale' })),
            ),
          ),
        ),
      ),
    );
    this.read = newest(() => page.attempt(() => this.#read()));
    pageTheme.on(() => this.#drawCover());
    this.#use('draw');
  }

  hides(key) {
    return key === 'temperature' && this.page.values.draw !== 'sample';
  }

  opened() {
    this.pad.shape(this.page.model.description.shape);
    this.shown = null;
  }

  shown = null; // the link's forced pixels that the pad shows

  /** A file takes the pad; the lower half is hidden where everything was. */
  async load(file) {
    await this.pad.load(file);
  }

  async draw({ signal }) {
    const { page } = this;
    const { boards } = page;
    const key = `${page.model.id} ${page.values.forced}`;
    if (this.shown !== key) await this.#fill(signal);
    boards.want = { ...page.wanted, fork: 0, pixel: this.size };
    await boards.reach(signal);
    await this.#weigh(signal);
    return 'Completed.';
  }

  show({ images, hash }) {
    const count = images.shape[0];
    while (this.grid.children.length > count) this.grid.lastChild.remove();
    while (this.grid.children.length < count) {
      const nth = this.grid.children.length;
      this.grid.append(
        el('button', { type: 'button', class: 'cell', 'aria-label': `Completion ${nth + 1}`, on: { click: () => this.page.first(nth) } }, picture('', { 'aria-hidden': 'true' })),
      );
    }
    [...this.grid.children].forEach(({ firstChild }, nth) => paint(firstChild, images, nth));
    this.node.dataset.hash = hash;
  }

  get size() {
    const [, height, width] = this.page.model.description.shape;
    return height * width;
  }

  /** The pad as the link has it; without forced pixels, a sample whose lower half is hidden. */
  async #fill(signal) {
    const { page } = this;
    const {
      shape: [colours],
    } = page.model.description;
    const { forced } = page;
    this.levels = new Float32Array(this.size * colours);
    if (forced.size > 0) {
      this.hidden = Uint8Array.from({ length: this.size }, (_, pixel) => Number(!forced.has(pixel * colours)));
      for (const [place, level] of forced) this.levels[place] = level;
    } else {
      const { boards } = page;
      boards.want = { ...page.wanted, forced: new Map(), count: 1, fork: 0, pixel: this.size };
      const state = await boards.reach(signal);
      this.levels.set(state.levels.data.subarray(0, this.levels.length));
      this.hidden = Uint8Array.from({ length: this.size }, (_, pixel) => Number(pixel >= this.size / 2));
      this.#force();
    }
    this.pad.put(this.#image());
    this.shown = `${page.model.id} ${page.values.forced}`;
    this.#drawCover();
  }

  /** The pad was drawn on: its picture in the model's levels. */
  async #read() {
    const { page } = this;
    const { levels } = await page.ask({ op: 'levels' }, this.pad.values());
    this.levels = levels.data;
    this.#apply();
  }

  #apply() {
    this.#force();
    this.#drawCover();
    return this.page.render();
  }

  /** What is not hidden is forced. */
  #force() {
    const { page } = this;
    const [colours] = page.model.description.shape;
    const forced = new Map();
    this.levels.forEach((level, place) => {
      if (!this.hidden[Math.floor(place / colours)]) forced.set(place, level);
    });
    page.keepForced(forced);
    this.shown = `${page.model.id} ${page.values.forced}`;
  }

  #image() {
    const {
      shape: [colours, height, width],
      levels,
    } = this.page.model.description;
    const data = new Uint8Array(4 * this.size);
    for (let pixel = 0; pixel < this.size; pixel += 1) {
      for (let channel = 0; channel < 3; channel += 1) data[4 * pixel + channel] = shade(this.levels[pixel * colours + Math.min(channel, colours - 1)], levels);
      data[4 * pixel + 3] = 255;
    }
    return { shape: [1, height, width, 4], data };
  }

  /** How likely the picture on the pad is, hidden parts included. */
  async #weigh(signal) {
    const { page } = this;
    const label = page.label ?? 0;
    const { nats, total, image } = await page.ask({ op: 'likelihood', label }, this.pad.values(), signal);
    paint(this.said, image);
    const [height, width] = nats.shape;
    const worst = nats.data.reduce((least, value) => Math.min(least, value), -1e-6);
    const data = new Uint8Array(4 * height * width);
    nats.data.forEach((value, at) => {
      // From black through vermilion to paper white: the lighter, the less likely.
      const heat = Math.sqrt(value / worst);
      data.set([255 * Math.min(1, 1.6 * heat), 255 * Math.max(0, 1.5 * heat - 0.5), 255 * Math.max(0, 2.6 * heat - 1.6), 255], 4 * at);
    });
    paint(this.map, { shape: [1, height, width, 4], data });
    const [all, bits, dim] = total.data;
    this.total.replaceChildren(el('strong', {}, `${number(all, 5)} nats`), t(` = ${number(bits, 5)} bits, ${number(dim, 3)} bits per dimension`));
    setText(this.node.querySelector('#nats-scale'), `Nats of each pixel: black costs nothing, white ${number(-worst, 3)}`);
    Object.assign(this.node.dataset, { nats: all, bits });
  }

  #sample() {
    this.page.store.set({ forced: '' });
    this.shown = null;
    return this.page.set({ seed: crypto.getRandomValues(new Uint16Array(1))[0] });
  }

  #hide(covers) {
    const [, height, width] = this.page.model.description.shape;
    this.hidden = Uint8Array.from({ length: this.size }, (_, pixel) => Number(covers(Math.floor(pixel / width) / height, (pixel % width) / width)));
    this.#apply();
  }

  #brush({ clientX, clientY }) {
    const [, height, width] = this.page.model.description.shape;
    const { left, top, width: wide, height: high } = this.cover.getBoundingClientRect();
    const [column, row] = [Math.floor(((clientX - left) / wide) * width), Math.floor(((clientY - top) / high) * height)];
    for (let y = Math.max(0, row - BRUSH); y <= Math.min(height - 1, row + BRUSH); y += 1) {
      for (let x = Math.max(0, column - BRUSH); x <= Math.min(width - 1, column + BRUSH); x += 1) this.hidden[y * width + x] = Number(this.using === 'hide');
    }
    this.#apply();
  }

  #use(tool) {
    this.using = tool;
    this.tool.show(tool);
    this.cover.dataset.active = tool !== 'draw';
  }

  #drawCover() {
    if (!this.hidden || !this.page.model) return;
    const [, height, width] = this.page.model.description.shape;
    Object.assign(this.cover, { width: width * FINE, height: height * FINE });
    const context = this.cover.getContext('2d');
    const { paper, faint } = palette(pageTheme.shown);
    this.hidden.forEach((hidden, pixel) => {
      if (!hidden) return;
      const [x, y] = [(pixel % width) * FINE, Math.floor(pixel / width) * FINE];
      Object.assign(context, { fillStyle: paper, globalAlpha: 0.86 });
      context.fillRect(x, y, FINE, FINE);
      Object.assign(context, { fillStyle: faint, globalAlpha: 0.8 });
      context.fillRect(x + FINE / 2 - 1, y + FINE / 2 - 1, 2, 2);
    });
  }
}
