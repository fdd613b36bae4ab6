// A map of a 2-D latent space: what the decoder draws everywhere, codes over it, and a place that one drags.

import { el, nextFrame, setText } from '../shell/dom.js';
import { number } from '../shell/format.js';
import { onePointer } from '../shell/pointer.js';
import { Canvases, holdPainter } from '../draw/canvases.js';
import { CodesPicture } from '../draw/codes-picture.js';
import { newest } from '../shell/newest.js';
import { paint, picture, svg } from './picture.js';

const STEPS = 40; // arrow keys cross the map in so many, with Shift in a fifth of them

let release = null; // of the painter, which is there from the first codes on, as long as the page

export class Manifold {
  #width = 0;
  /** Resolves when the codes are on the page as they were last asked for. */
  painted = Promise.resolve();

  /** `moved([z1, z2])` follows every drag and key. */
  constructor({ label, moved }) {
    this.label = label;
    this.moved = moved;
    this.picture = picture(label, { class: 'map-picture' });
    this.codes = el('canvas', { class: 'map-codes', 'aria-hidden': 'true', hidden: true });
    this.painting = new Canvases('codes', [{ canvas: this.codes, picture: new CodesPicture(), look: () => this.#look() }]);
    this.ring = new Outline('circle', 'dashed');
    this.ellipses = [new Outline('ellipse', 'strong'), new Outline('ellipse')];
    this.hand = [new Outline('circle', 'strong'), new Outline('line'), new Outline('line')];
    this.lines = svg('svg', { class: 'map-lines', 'aria-hidden': 'true' }, ...[this.ring, ...this.ellipses, ...this.hand].map(({ node }) => node));
    this.words = el('span', { class: 'visually-hidden', role: 'status' });
    this.pad = el(
      'div',
      {
        class: 'map-pad',
        tabIndex: 0,
        role: 'application',
        'aria-label': `${label}. Arrow keys move over it.`,
        on: {
          ...onePointer({ begin: (event) => this.#grab(event), move: (events) => this.#follow(events.at(-1)) }),
          keydown: (event) => this.#key(event),
        },
      },
      this.picture,
      this.codes,
      this.lines,
    );
    this.axis = [el('span', {}), el('span', {}, 'first latent →, second ↑'), el('span', {})];
    this.node = el('figure', { class: 'map-figure' }, this.pad, el('figcaption', { class: 'axis' }, this.axis), this.words);
    this.cursor = [0, 0];
    this.marks = { codes: null, shown: null, ellipse: null, prior: false };
    new ResizeObserver(
      ([
        {
          contentRect: { width },
        },
      ]) => {
        this.#width = width;
        this.lines.setAttribute('viewBox', `0 0 ${width} ${width}`);
        this.#paintCodes();
        this.#drawSoon();
      },
    ).observe(this.pad);
  }

  /** `reach`: the latent at the edges of the picture; `extent`: at the middle of its outermost tiles. */
  show(image, extent, side) {
    this.extent = extent;
    this.reach = (extent * side) / Math.max(1, side - 1);
    paint(this.picture, image);
    setText(this.axis[0], `−${number(extent)}`);
    setText(this.axis[2], number(extent));
    this.#paintCodes();
    this.#drawSoon();
  }

  /** `codes`: `{points, labels}` or null; `shown`: a set of labels or null for all; `ellipse`: `{mean, std}` or null; `prior`: whether
   *  two standard deviations of N(0, I) are drawn. */
  mark(marks) {
    const before = { ...this.marks };
    const { codes, shown } = Object.assign(this.marks, marks);
    if (codes && codes !== before.codes) this.painting.update(0, codes);
    this.codes.hidden = !codes;
    if (codes !== before.codes || shown !== before.shown) this.#paintCodes();
    this.#drawSoon();
  }

  /** It is not shown again. */
  remove() {
    this.painting.remove();
  }

  place(z) {
    this.cursor = [z[0], z[1]];
    this.pad.dataset.z = this.cursor.map((value) => value.toFixed(3)).join(',');
    this.#drawSoon();
  }

  #grab(event) {
    this.pad.focus({ preventScroll: true });
    this.#follow(event);
  }

  #follow({ clientX, clientY }) {
    const { left, top, width, height } = this.pad.getBoundingClientRect();
    this.#go([this.reach * ((2 * (clientX - left)) / width - 1), this.reach * (1 - (2 * (clientY - top)) / height)]);
  }

  #key(event) {
    const [x, y] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1], Home: [0, 0] }[event.key] ?? [];
    if (x === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const step = ((2 * this.extent) / STEPS) * (event.shiftKey ? 5 : 1);
    const [a, b] = this.cursor;
    this.#go(event.key === 'Home' ? [0, 0] : [a + x * step, b + y * step]);
    setText(this.words, `z is ${this.cursor.map((value) => number(value, 2)).join(' and ')}`);
  }

  #go(z) {
    if (!this.reach) return; // not drawn yet
    const inside = z.map((value) => Math.min(this.reach, Math.max(-this.reach, value)));
    this.place(inside.map((value) => Number(value.toFixed(3))));
    this.moved(this.cursor);
  }

  /** Once in an animation frame, however much changes before it. */
  #drawSoon = newest(async () => {
    await nextFrame();
    this.#draw();
  });

  #look() {
    if (!this.#width || !this.reach || !this.marks.codes) return null;
    const density = devicePixelRatio || 1;
    const side = Math.round(this.#width * density);
    return { width: side, height: side, density, size: this.#width, reach: this.reach, shown: this.marks.shown };
  }

  #paintCodes() {
    if (!this.#look()) return;
    if (!release) release = holdPainter();
    this.painted = this.painting.draw({ still: true });
  }

  #draw() {
    const width = this.#width;
    if (!width || !this.reach) return;
    const x = (value) => (width / 2) * (1 + value / this.reach);
    const y = (value) => (width / 2) * (1 - value / this.reach);
    const { ellipse, prior } = this.marks;
    this.ring.show(prior && { cx: x(0), cy: y(0), r: x(2) - x(0) });
    this.ellipses.forEach((line, nth) =>
      line.show(
        ellipse && {
          cx: x(ellipse.mean[0]),
          cy: y(ellipse.mean[1]),
          rx: Math.max(1, x((nth + 1) * ellipse.std[0]) - x(0)),
          ry: Math.max(1, x((nth + 1) * ellipse.std[1]) - x(0)),
        },
      ),
    );
    const [a, b] = [x(this.cursor[0]), y(this.cursor[1])];
    const radius = Math.max(9, width / 40);
    const arm = radius / 3;
    const places = [
      { cx: a, cy: b, r: radius },
      { x1: a - arm, y1: b, x2: a + arm, y2: b },
      { x1: a, y1: b - arm, x2: a, y2: b + arm },
    ];
    this.hand.forEach((line, nth) => line.show(!ellipse && places[nth]));
  }
}

/** A white line with a dark edge, which shows on any picture. */
class Outline {
  constructor(tag, style = '') {
    this.parts = ['edge', 'core'].map((part) => svg(tag, { class: part }));
    this.node = svg('g', { class: style }, ...this.parts);
  }

  /** Null or false hides it. */
  show(attributes) {
    this.node.toggleAttribute('hidden', !attributes);
    for (const [name, value] of Object.entries(attributes || {})) for (const part of this.parts) part.setAttribute(name, value);
  }
}
