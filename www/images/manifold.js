// A map of a 2-D latent space: what the decoder draws everywhere, codes over it, and a place that one drags.

import { el, nextFrame, setText } from '../dom.js';
import { number } from '../format.js';
import { drawPoint } from './classes.js';
import { newest, paint, picture } from './picture.js';

const STEPS = 40; // arrow keys cross the map in so many, with Shift in a fifth of them

export class Manifold {
  /** `moved([z1, z2])` follows every drag and key. */
  constructor({ label, moved }) {
    Object.assign(this, { label, moved });
    this.picture = picture(label, { class: 'map-picture' });
    this.overlay = el('canvas', { class: 'map-overlay', 'aria-hidden': 'true' });
    this.words = el('span', { class: 'visually-hidden', role: 'status' });
    this.pad = el('div', {
      class: 'map-pad', tabIndex: 0, role: 'application', 'aria-label': `${label}. Arrow keys move over it.`,
      on: {
        pointerdown: (event) => this.#grab(event),
        pointermove: (event) => { if (this.pad.hasPointerCapture(event.pointerId)) this.#follow(event); },
        keydown: (event) => this.#key(event),
      },
    }, this.picture, this.overlay);
    this.axis = [el('span', {}), el('span', {}, 'first latent →, second ↑'), el('span', {})];
    this.node = el('figure', { class: 'map-figure' }, this.pad, el('figcaption', { class: 'axis' }, this.axis), this.words);
    this.cursor = [0, 0];
    this.marks = { codes: null, shown: null, ellipse: null, prior: false };
    new ResizeObserver(() => this.#drawSoon()).observe(this.pad);
  }

  /** `reach`: the latent at the edges of the picture; `extent`: at the middle of its outermost tiles. */
  show(image, extent, side) {
    this.extent = extent;
    this.reach = (extent * side) / Math.max(1, side - 1);
    paint(this.picture, image);
    setText(this.axis[0], `−${number(extent)}`);
    setText(this.axis[2], number(extent));
    this.#drawSoon();
  }

  /** `codes`: `{points, labels}` or null; `shown`: a set of labels or null for all; `ellipse`: `{mean, std}` or null; `prior`: whether
   *  two standard deviations of N(0, I) are drawn. */
  mark(marks) {
    Object.assign(this.marks, marks);
    this.#drawSoon();
  }

  place(z) {
    this.cursor = [z[0], z[1]];
    this.pad.dataset.z = this.cursor.map((value) => value.toFixed(3)).join(',');
    this.#drawSoon();
  }

  #grab(event) {
    if (event.button > 0) return;
    this.pad.setPointerCapture(event.pointerId);
    this.pad.focus({ preventScroll: true });
    event.preventDefault();
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

  #draw() {
    const { clientWidth } = this.pad;
    if (!clientWidth || !this.reach) return;
    const scale = devicePixelRatio || 1;
    const size = Math.round(clientWidth * scale);
    if (this.overlay.width !== size) Object.assign(this.overlay, { width: size, height: size });
    const context = this.overlay.getContext('2d');
    context.clearRect(0, 0, size, size);
    const x = (value) => (size / 2) * (1 + value / this.reach);
    const y = (value) => (size / 2) * (1 - value / this.reach);
    const { codes, shown, ellipse, prior } = this.marks;
    if (codes) {
      const radius = Math.max(2, clientWidth / 190) * scale;
      codes.labels.forEach((label, nth) => {
        if (!shown || shown.has(label)) drawPoint(context, label, x(codes.points[2 * nth]), y(codes.points[2 * nth + 1]), radius);
      });
    }
    const outlined = (width, path) => {
      for (const [extra, style] of [[2, 'rgb(0 0 0 / 0.75)'], [0, '#ffffff']]) {
        context.lineWidth = (width + extra) * scale;
        context.strokeStyle = style;
        context.beginPath();
        path();
        context.stroke();
      }
    };
    if (prior) {
      context.setLineDash([6 * scale, 5 * scale]);
      outlined(1.5, () => context.arc(x(0), y(0), x(2) - x(0), 0, 2 * Math.PI));
      context.setLineDash([]);
    }
    if (ellipse) {
      const { mean, std } = ellipse;
      for (const times of [1, 2]) {
        outlined(times === 1 ? 2.5 : 1.2, () => {
          context.ellipse(x(mean[0]), y(mean[1]), Math.max(1, x(times * std[0]) - size / 2), Math.max(1, x(times * std[1]) - size / 2), 0, 0, 2 * Math.PI);
        });
      }
      return;
    }
    const [a, b] = [x(this.cursor[0]), y(this.cursor[1])];
    const radius = Math.max(9, clientWidth / 40) * scale;
    outlined(2.5, () => context.arc(a, b, radius, 0, 2 * Math.PI));
    outlined(1.5, () => { context.moveTo(a - radius / 3, b); context.lineTo(a + radius / 3, b); context.moveTo(a, b - radius / 3); context.lineTo(a, b + radius / 3); });
  }
}
