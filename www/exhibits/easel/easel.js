// The drawing board: strokes of a pen, of colours and of an eraser, by mouse, finger, pen or keys. It draws by itself, at once; who
// makes pictures of the strokes hears of every change and may be late.

import { palette } from '../../shell/colour.js';
import { el, setText } from '../../shell/dom.js';
import { count } from '../../shell/format.js';
import { pageTheme } from '../../shell/theme.js';
import { moved, placeWords, takeKey } from '../cursor.js';
import { mirrored, outside, pointsOf, UNITS, units } from './sketch.js';
import { drawRings, drawStroke } from './strokes-picture.js';

const NEAR = 8; // units from the last point within which another adds nothing
const PIXELS_MOST = 1024;
const PEN_ERASER = 32; // bit of `buttons` for the other end of a pen

export class Easel {
  /** What a stroke is drawn with: `{kind, colour, radius}`, the radius in units; the tools put it there. */
  tool = null;

  /** Counts every change, so that a picture drawn from the strokes can name their state. */
  version = 0;

  #past = [];
  #future = [];
  #live = null;
  #pointer = null;
  #cursor = null;
  #hover = null;

  /** `limits`: most `strokes`, `points` and steps back (`undo`). `changed({live, since})` follows every change, `live` while a stroke is being drawn, `since` the time of the event behind it; `said(sentence)` what cannot be done. */
  constructor(limits, { changed, said }) {
    this.limits = limits;
    this.changed = changed;
    this.said = said;
    this.finished = [];
    this.colours = el('canvas', { 'aria-hidden': 'true' });
    this.lines = el('canvas', { id: 'easel-lines', role: 'img', 'aria-label': 'Your sketch' });
    this.traced = el('canvas', { class: 'easel-traced', 'aria-hidden': 'true', hidden: true });
    this.overlay = el('canvas', { 'aria-hidden': 'true', hidden: true });
    this.words = el('span', { class: 'visually-hidden', role: 'status' });
    this.node = el(
      'div',
      {
        class: 'easel',
        id: 'easel',
        tabIndex: 0,
        role: 'application',
        'aria-label': 'Drawing board. Draw with mouse, finger or pen; or arrow keys move a cursor, Space puts the pen down and lifts it.',
        on: {
          pointerdown: (event) => this.#press(event),
          pointermove: (event) => this.#follow(event),
          pointerup: (event) => this.#lift(event),
          pointercancel: (event) => this.#lift(event),
          pointerleave: () => {
            this.#hover = null;
            this.#drawCursor();
          },
          keydown: (event) => this.#key(event),
          blur: () => {
            this.#end();
            this.#cursor = null;
            this.#drawCursor();
          },
        },
      },
      this.traced,
      this.colours,
      this.lines,
      this.overlay,
      this.words,
    );
    new ResizeObserver(([{ contentRect }]) => this.#resize(contentRect.width)).observe(this.node);
    pageTheme.on(() => this.#drawCursor());
  }

  /** All strokes, with the one that is being drawn. */
  get strokes() {
    return this.#live ? [...this.finished, this.#live] : this.finished;
  }

  get canUndo() {
    return this.#past.length > 0;
  }

  get canRedo() {
    return this.#future.length > 0;
  }

  /** Other strokes; undo brings back those before, unless there was nothing worth it. */
  set(strokes, { undoable = true } = {}) {
    this.#end();
    if (undoable) this.#remember();
    this.#replace(strokes);
  }

  undo() {
    this.#end();
    this.#swap(this.#past, this.#future);
  }

  redo() {
    this.#end();
    this.#swap(this.#future, this.#past);
  }

  clear() {
    if (this.strokes.length > 0) this.set([]);
  }

  mirror() {
    if (this.strokes.length > 0) this.set(mirrored(this.strokes));
  }

  /** A picture to trace under the sketch, or null. */
  underlay(image, width, height) {
    this.traced.hidden = !image;
    if (!image) return;
    const side = Math.min(PIXELS_MOST, Math.max(width, height));
    Object.assign(this.traced, { width: side, height: side });
    const scale = side / Math.max(width, height);
    const context = this.traced.getContext('2d');
    context.fillStyle = '#ffffff';
    context.fillRect(0, 0, side, side);
    context.drawImage(image, (side - width * scale) / 2, (side - height * scale) / 2, width * scale, height * scale);
  }

  /** The sketch as it looks here, on paper, into a context of `size` pixels. */
  paint(context, size) {
    context.fillStyle = '#ffffff';
    context.fillRect(0, 0, size, size);
    context.drawImage(this.colours, 0, 0, size, size);
    context.drawImage(this.lines, 0, 0, size, size);
  }

  #swap(from, to) {
    const other = from.pop();
    if (!other) return;
    to.push(this.finished);
    this.#replace(other);
  }

  #remember() {
    this.#past.push(this.finished);
    if (this.#past.length > this.limits.undo) this.#past.shift();
    this.#future = [];
  }

  #replace(strokes) {
    this.finished = strokes;
    this.#redraw();
    this.#tell(false);
  }

  #tell(live, since = performance.now()) {
    this.version += 1;
    Object.assign(this.node.dataset, { strokes: this.strokes.length, version: this.version });
    this.changed({ live, since });
  }

  #press(event) {
    if (event.button > 0 && !(event.buttons & PEN_ERASER)) return;
    event.preventDefault();
    this.node.focus({ preventScroll: true });
    this.#cursor = null;
    if (this.#pointer !== null) return; // a second finger
    if (!this.#begin(this.#place(event), event)) return;
    this.#pointer = event.pointerId;
    this.node.setPointerCapture(event.pointerId);
  }

  #follow(event) {
    this.#hover = event.pointerType === 'touch' ? null : this.#place(event);
    this.#drawCursor();
    if (event.pointerId !== this.#pointer) return;
    const events = event.getCoalescedEvents?.() ?? [];
    this.#add(
      (events.length ? events : [event]).map((one) => this.#place(one)),
      event.timeStamp,
    );
  }

  #lift(event) {
    if (event.pointerId !== this.#pointer) return;
    this.#end(event.timeStamp);
  }

  /** Where and how wide, in units; outside of the board too. */
  #place({ clientX, clientY, pointerType, pressure }) {
    const { left, top, width, height } = this.node.getBoundingClientRect();
    const pressed = pointerType === 'pen' && pressure > 0 ? 0.4 + 1.2 * pressure : 1;
    return [units((clientX - left) / width), units((clientY - top) / height), Math.max(1, Math.round(this.tool.radius * pressed))];
  }

  /** Returns whether there is room for a stroke. */
  #begin(point, { buttons = 0, timeStamp }) {
    const {
      limits: { strokes, points },
      finished,
    } = this;
    if (finished.length >= strokes || pointsOf(finished) >= points) {
      this.said(`The sketch is full: ${count(finished.length)} strokes with ${count(pointsOf(finished))} points. Undo some, or clear the board.`);
      return false;
    }
    const { kind, colour } = buttons & PEN_ERASER ? { kind: 'erase', colour: null } : this.tool;
    this.room = points - pointsOf(finished);
    this.#live = { kind, colour, points: [...point] };
    this.#draw(this.#live, 0);
    this.#tell(true, timeStamp);
    return true;
  }

  #add(places, since) {
    const { points } = this.#live;
    const from = points.length;
    for (const place of places) {
      const [x, y] = points.slice(-3);
      if (Math.max(Math.abs(place[0] - x), Math.abs(place[1] - y)) >= NEAR && points.length / 3 < this.room) points.push(...place);
    }
    if (points.length === from) return;
    this.#draw(this.#live, from);
    this.#tell(true, since);
  }

  /** The pen leaves the board. */
  #end(since = performance.now()) {
    this.#pointer = null;
    const stroke = this.#live;
    if (!stroke) return;
    this.#remember();
    this.finished = [...this.finished, stroke];
    this.#live = null;
    this.#drawCursor();
    this.#tell(false, since);
    if (outside([stroke]).length) this.said('That stroke lies outside of the board, where it leaves nothing.');
  }

  #key(event) {
    const moves = takeKey(event);
    if (moves === null) return;
    this.#cursor ??= [UNITS / 2, UNITS / 2];
    if (moves) {
      this.#cursor = moved(this.#cursor, event, UNITS);
      if (this.#live) this.#add([[...this.#cursor, this.tool.radius]], event.timeStamp);
    } else if (this.#live) this.#end(event.timeStamp);
    else if (event.key === ' ') this.#begin([...this.#cursor, this.tool.radius], event);
    setText(this.words, placeWords(this.#cursor, UNITS, this.#live));
    this.#drawCursor();
  }

  #resize(width) {
    const size = Math.min(PIXELS_MOST, Math.round(width * devicePixelRatio));
    if (size === 0 || size === this.lines.width) return;
    this.#redraw(size);
    this.#drawCursor();
  }

  #redraw(size = this.lines.width) {
    for (const canvas of [this.colours, this.lines]) Object.assign(canvas, { width: size, height: size }); // blank then
    this.colours.hidden = true;
    for (const stroke of this.strokes) this.#draw(stroke, 0);
  }

  /** A stroke from its value `from` on: colours lie under lines, and an eraser takes both. */
  #draw(stroke, from) {
    if (stroke.kind === 'colour') this.colours.hidden = false; // a canvas that is painted on costs every frame
    const layers = { line: [this.lines], colour: [this.colours], erase: [this.colours, this.lines] }[stroke.kind];
    for (const layer of layers) drawStroke(layer.getContext('2d'), layer.width, stroke, from);
  }

  #drawCursor() {
    const { overlay } = this;
    const at = this.#cursor ?? this.#hover;
    overlay.hidden = !at;
    if (!at) return;
    const { width: size } = this.lines;
    if (overlay.width !== size) Object.assign(overlay, { width: size, height: size });
    const context = overlay.getContext('2d');
    context.clearRect(0, 0, size, size);
    const scale = size / UNITS;
    const radius = Math.max(3, this.tool.radius * scale);
    const {
      arenas: [accent],
    } = palette(pageTheme.shown);
    const rings = this.#cursor
      ? [
          ['#ffffff', 5],
          [accent, this.#live ? 4 : 2],
        ]
      : [
          ['#ffffffaa', 3],
          ['#1f1f1f99', 1],
        ];
    drawRings(context, rings, { x: at[0] * scale, y: at[1] * scale, radius, arms: this.#cursor !== null });
  }
}
