// A drawing board. Pictures follow every stroke, the newest ones only: while they are being made, others are not begun.

import { el, setText } from '../../shell/dom.js';
import { milliseconds } from '../../shell/format.js';
import { drawingOf } from '../easel/drawing.js';
import { newest } from '../../shell/newest.js';

export class Sketch {
  static keys = [
    ['P C E', 'Pen, colour, eraser'],
    ['[ ]', 'Thinner, thicker'],
    ['Ctrl Z', 'Undo; with Shift, or Ctrl Y, redo'],
    ['M', 'Mirror the sketch'],
    ['R', 'Random sketch'],
    ['Del', 'Clear the board'],
    ['Arrows', 'On the board: move a cursor, finely with Shift'],
    ['Space', 'On the board: put the pen down, or lift it'],
    ['Ctrl V', 'Trace the picture in the clipboard'],
  ];

  place = 'lead';
  /** The board takes as much room as the pictures, and is there wherever they are. */
  room = 'board';

  constructor(view, spec) {
    this.view = view;
    this.spec = spec;
    this.drawing = drawingOf(view, spec);
    this.latency = el('p', { class: 'hint', id: `latency-${view.row.id}` });
    this.slot = el('div', { class: 'easel-slot' });
    this.node = el('section', { 'aria-label': 'Drawing' }, this.slot, this.latency);
    this.follow = newest((change) => view.page.attempt(() => this.#follow(change)));
  }

  get version() {
    return this.drawing.version;
  }

  /** The sketch as Rust reads it. */
  values() {
    return this.drawing.numbers;
  }

  /** All views show the same board. */
  entered() {
    if (this.drawing.node.parentElement !== this.slot) this.slot.append(this.drawing.node);
  }

  opened() {
    this.drawing.opened();
  }

  /** The board has what the link says before anything is drawn of it. */
  show(values) {
    return this.drawing.read(values[this.spec.keys[0]]);
  }

  /** The board is another; `since` is when the pen made it so. */
  changed(change) {
    this.view.input('over')?.paint();
    this.follow(change);
  }

  async #follow({ since }) {
    if (!(await this.view.follow())) return;
    const millis = performance.now() - since;
    setText(this.latency, `From stroke to picture: ${milliseconds(millis)}.`);
    this.view.node.dataset.millis = millis;
  }

  load(file) {
    return this.drawing.bring(file);
  }

  unlinked() {
    return this.drawing.unlinked;
  }
}
