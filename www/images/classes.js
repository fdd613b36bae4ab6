// Ten classes apart for every eye: colours after Paul Tol's "muted" set, and three shapes besides.

import { el } from '../dom.js';
import { show } from '../views/sheet.js';

const COLOURS = ['#cc6677', '#88ccee', '#ddcc77', '#117733', '#aa4499', '#44aa99', '#ff9d5c', '#6a7de0', '#c3cf52', '#b8b8c4'];
const SHAPES = ['circle', 'square', 'triangle'];

const colourOf = (label) => COLOURS[label % COLOURS.length];
const shapeOf = (label) => SHAPES[label % SHAPES.length];

/** Draws one point of a class. */
export function drawPoint(context, label, x, y, size) {
  context.beginPath();
  if (shapeOf(label) === 'circle') context.arc(x, y, size, 0, 2 * Math.PI);
  else if (shapeOf(label) === 'square') context.rect(x - size, y - size, 2 * size, 2 * size);
  else {
    context.moveTo(x, y - 1.25 * size);
    context.lineTo(x + 1.2 * size, y + size);
    context.lineTo(x - 1.2 * size, y + size);
    context.closePath();
  }
  context.fillStyle = colourOf(label);
  context.strokeStyle = 'rgb(0 0 0 / 0.65)';
  context.lineWidth = 1;
  context.fill();
  context.stroke();
}

/** Names of the classes; pressing one shows it alone. `changed(shown)` gets null for all, or a set. */
export class Legend {
  constructor(changed) {
    this.changed = changed;
    this.shown = new Set();
    this.node = el('div', { class: 'classes', role: 'group', 'aria-label': 'Classes; pressing one shows it alone' });
  }

  build(names) {
    this.shown.clear();
    this.node.hidden = names.length === 0;
    this.node.replaceChildren(...names.map((name, label) => {
      const [mark, sheet] = [el('canvas', { 'aria-hidden': 'true' }), new OffscreenCanvas(32, 32)];
      drawPoint(sheet.getContext('2d'), label, 16, 16, 9);
      show(mark, sheet);
      return el('button', { type: 'button', 'aria-pressed': 'false', data: { label }, on: { click: () => this.#press(label) } }, mark, name);
    }));
  }

  #press(label) {
    if (!this.shown.delete(label)) this.shown.add(label);
    for (const button of this.node.children) button.setAttribute('aria-pressed', String(this.shown.has(Number(button.dataset.label))));
    this.changed(this.shown.size ? this.shown : null);
  }
}
