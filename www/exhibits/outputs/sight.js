// Which cells of a grid the ringed one depends on: the deeper the blue, the more; a blind spot is hatched, a leak red.

import { show } from '../../draw/sheet.js';
import { palette } from '../../shell/colour.js';
import { el, setLabel } from '../../shell/dom.js';
import { pageTheme } from '../../shell/theme.js';
import { drawSight } from '../sight.js';
import { frame } from './frame.js';

export class Sight {
  constructor(view, spec) {
    this.canvas = el('canvas', { class: 'sight', role: 'img', 'aria-label': spec.title });
    this.node = frame(spec, 'seen', 'grids', el('div', { class: 'mat' }, this.canvas));
    new ResizeObserver(() => this.#draw()).observe(this.canvas);
    pageTheme.on(() => this.#draw());
  }

  show(answer) {
    this.shown = answer;
    const [rows, columns] = answer.kinds.shape;
    this.canvas.style.aspectRatio = String(columns / rows);
    setLabel(this.canvas, answer.says);
    this.#draw();
  }

  #draw() {
    const width = Math.round(this.canvas.clientWidth * devicePixelRatio);
    if (!this.shown || width === 0) return;
    const { kinds, amounts, ring } = this.shown;
    const [rows, columns] = kinds.shape;
    const cell = width / columns;
    const sheet = new OffscreenCanvas(width, Math.round(cell * rows));
    const context = sheet.getContext('2d');
    const colours = palette(pageTheme.shown);
    const each = (test, draw) => {
      for (let at = 0; at < rows * columns; at += 1) if (test(at)) draw((at % columns) * cell, Math.floor(at / columns) * cell, at);
    };
    const gap = Math.max(1, cell / 16);
    const fill = (x, y) => context.fillRect(x + gap / 2, y + gap / 2, cell - gap, cell - gap);
    each(
      () => true,
      (x, y, at) => {
        context.fillStyle = at < ring ? colours.grid : colours.paper;
        fill(x, y);
      },
    );
    const most = Math.log1p(amounts.data.reduce((a, b) => Math.max(a, b), 0));
    context.fillStyle = colours.arenas[0];
    each(
      (at) => kinds.data[at] === 1,
      (x, y, at) => {
        context.globalAlpha = 0.25 + (0.75 * Math.log1p(amounts.data[at])) / most;
        fill(x, y);
      },
    );
    drawSight(context, kinds.data, cell, colours, each, true);
    context.globalAlpha = 1;
    Object.assign(context, { strokeStyle: colours.ink, lineWidth: Math.max(2, cell / 6) });
    context.strokeRect((ring % columns) * cell, Math.floor(ring / columns) * cell, cell, cell);
    show(this.canvas, sheet);
  }
}
