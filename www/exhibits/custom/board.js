// One board: a picture in the making, what lies over it, and the pixel that comes next. Pixels are numbered in reading order.

import { palette } from '../../shell/colour.js';
import { el, setText } from '../../shell/dom.js';
import { onePointer } from '../../shell/pointer.js';
import { pageTheme } from '../../shell/theme.js';
import { paint, picture } from '../picture.js';
import { drawSight } from '../sight.js';

const NOTHING = { known: 0, next: null, forced: [], ahead: [], sight: null, heat: null, hot: false };

export class Board {
  /** `touched(pixels)` follows a press and each move after it; keys press at the cursor. */
  constructor({ label, touched }) {
    this.label = label;
    this.touched = touched;
    this.side = 1;
    this.marks = NOTHING;
    this.cursor = null;
    this.picture = picture(label, { class: 'board-picture', id: 'board-picture' });
    this.overlay = el('canvas', { class: 'board-overlay', 'aria-hidden': 'true' });
    this.words = el('span', { class: 'visually-hidden', role: 'status' });
    this.node = el(
      'div',
      {
        class: 'board',
        tabIndex: 0,
        role: 'application',
        'aria-label': `${label}. Arrow keys move a cursor over it, Enter uses the pixel.`,
        on: {
          ...onePointer({ begin: (event) => this.#press(event), move: (events) => this.#follow(events.at(-1)) }),
          keydown: (event) => this.#key(event),
          blur: () => {
            this.cursor = null;
            this.#draw();
          },
        },
      },
      this.picture,
      this.overlay,
      this.words,
    );
    new ResizeObserver(() => this.#draw()).observe(this.node);
    pageTheme.on(() => this.#draw());
  }

  /**
   * `images`: the first is shown. `marks`: how many are `known`, the `next`, those `forced`, colours of those forced `ahead` as
   * `[pixel, colour]`, and over all of them `sight`, or `heat` from 0 to 1,
   * blue or, when `hot`, red.
   */
  show(images, marks) {
    [, this.side] = images.shape;
    this.marks = { ...NOTHING, ...marks };
    paint(this.picture, images);
    this.#draw();
  }

  mark(marks) {
    Object.assign(this.marks, marks);
    this.#draw();
  }

  #press(event) {
    this.node.focus({ preventScroll: true });
    this.cursor = null;
    this.last = this.#place(event);
    this.touched([this.#pixel(this.last)]);
  }

  /** Every pixel between the last place and this one, for the pointer may have jumped. */
  #follow(event) {
    const place = this.#place(event);
    const { last } = this;
    const steps = Math.max(Math.abs(place.x - last.x), Math.abs(place.y - last.y));
    if (steps === 0) return;
    const between = (a, b, step) => Math.round(a + ((b - a) * step) / steps);
    const pixels = Array.from({ length: steps }, (_, nth) => this.#pixel({ x: between(last.x, place.x, nth + 1), y: between(last.y, place.y, nth + 1) }));
    this.last = place;
    this.touched(pixels);
  }

  #place({ clientX, clientY }) {
    const { left, top, width, height } = this.node.getBoundingClientRect();
    const inside = (value) => Math.min(this.side - 1, Math.max(0, Math.floor(value * this.side)));
    return { x: inside((clientX - left) / width), y: inside((clientY - top) / height) };
  }

  #pixel({ x, y }) {
    return y * this.side + x;
  }

  #key(event) {
    const { side, marks } = this;
    const at = this.cursor ?? marks.next ?? 0;
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -side, ArrowDown: side }[event.key];
    if (by === undefined && ![' ', 'Enter'].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation(); // elsewhere these keys play and step
    if (by === undefined) return this.touched([at]);
    const to = at + by;
    const jumps = Math.abs(by) === 1 && Math.floor(to / side) !== Math.floor(at / side);
    if (to >= 0 && to < side * side && !jumps) this.cursor = to;
    setText(this.words, `Row ${Math.floor((this.cursor ?? at) / side) + 1}, column ${((this.cursor ?? at) % side) + 1}`);
    this.#draw();
  }

  #draw() {
    if (!this.picture.dataset.drawn) return;
    const size = Math.round(this.node.clientWidth * devicePixelRatio);
    if (size === 0) return;
    const {
      overlay,
      side,
      marks: { known, next, forced, ahead, sight, heat, hot },
    } = this;
    if (overlay.width !== size) Object.assign(overlay, { width: size, height: size });
    const context = overlay.getContext('2d');
    context.clearRect(0, 0, size, size);
    const colours = palette(pageTheme.shown);
    const cell = size / side;
    const each = (test, draw) => {
      for (let at = 0; at < side * side; at += 1) if (test(at)) draw((at % side) * cell, Math.floor(at / side) * cell, at);
    };
    context.fillStyle = colours.faint;
    const dot = Math.max(1, cell / 9);
    context.globalAlpha = 0.55;
    each(
      (at) => at >= known,
      (x, y) => context.fillRect(x + (cell - dot) / 2, y + (cell - dot) / 2, dot, dot),
    );
    context.globalAlpha = 0.9;
    for (const [pixel, colour] of ahead) {
      context.fillStyle = colour;
      context.fillRect((pixel % side) * cell, Math.floor(pixel / side) * cell, cell, cell);
    }
    if (heat) {
      context.fillStyle = colours.arenas[hot ? 1 : 0];
      each(
        (at) => heat[at] > 0,
        (x, y, at) => {
          context.globalAlpha = 0.12 + 0.83 * Math.min(1, heat[at]);
          context.fillRect(x, y, cell, cell);
        },
      );
    }
    if (sight) drawSight(context, sight, cell, colours, each, heat !== null);
    context.globalAlpha = 1;
    context.fillStyle = colours.arenas[2];
    const corner = Math.max(4, cell * 0.3);
    for (const pixel of forced) {
      const [x, y] = [(pixel % side) * cell, Math.floor(pixel / side) * cell];
      context.beginPath();
      context.moveTo(x, y);
      context.lineTo(x + corner, y);
      context.lineTo(x, y + corner);
      context.fill();
    }
    const ring = (pixel, style, wide) => {
      const [x, y] = [(pixel % side) * cell, Math.floor(pixel / side) * cell];
      for (const [stroke, lineWidth] of [
        ['#000000', wide + 3],
        ['#ffffff', wide + 1.5],
        [style, wide],
      ]) {
        Object.assign(context, { strokeStyle: stroke, lineWidth: lineWidth * devicePixelRatio });
        context.strokeRect(x - 1, y - 1, cell + 2, cell + 2);
      }
    };
    if (next !== null) ring(next, colours.arenas[0], 2);
    if (this.cursor !== null) ring(this.cursor, colours.arenas[2], 1.5);
  }
}
