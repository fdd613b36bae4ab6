// A map of shares over a picture, such as which patches a discriminator believes: green where it is 1, purple where it is 0.

import { fieldTable } from '../../shell/colour.js';
import { el } from '../../shell/dom.js';
import { pageTheme } from '../../shell/theme.js';
import { paint } from '../picture.js';

export class ShareMap {
  node = el('canvas', { class: 'share-map', 'aria-hidden': 'true', hidden: true, width: 1, height: 1 });

  constructor() {
    pageTheme.on(() => this.#draw());
  }

  /** Map `nth` of `{shape: [n, rows, columns], data}`, or none. */
  show(maps, nth = 0) {
    this.node.hidden = !maps;
    this.shares = maps && { size: maps.shape.slice(1), data: maps.data.slice(nth * maps.shape[1] * maps.shape[2], (nth + 1) * maps.shape[1] * maps.shape[2]) };
    this.#draw();
  }

  #draw() {
    if (!this.shares) return;
    const { size, data } = this.shares;
    const table = fieldTable(pageTheme.shown);
    const words = Uint32Array.from(data, (share) => table[Math.round(255 * share)]);
    paint(this.node, { shape: [1, ...size, 4], data: new Uint8ClampedArray(words.buffer) });
  }
}
