// Which patches of a picture a discriminator believes, over the picture: green where it takes them for real, purple where not.

import { fieldTable } from '../colour.js';
import { el } from '../dom.js';
import { percent } from '../format.js';
import { pageTheme } from '../theme.js';

export class PatchMap {
  constructor() {
    this.node = el('canvas', { class: 'patch-map', 'aria-hidden': 'true', hidden: true, width: 1, height: 1 });
    pageTheme.on(() => { if (this.patches) this.show(this.patches); });
  }

  hide() {
    this.patches = null;
    this.node.hidden = true;
  }

  /** `patches`: probabilities `[n, rows, columns]`, of which the first are shown. Returns their mean. */
  show(patches) {
    this.patches = patches;
    const { shape: [, rows, columns], data } = patches;
    const table = fieldTable(pageTheme.shown);
    const words = Uint32Array.from({ length: rows * columns }, (_, at) => table[Math.round(255 * data[at])]);
    Object.assign(this.node, { width: columns, height: rows, hidden: false });
    this.node.getContext('2d', { willReadFrequently: true }).putImageData(new ImageData(new Uint8ClampedArray(words.buffer), columns, rows), 0, 0);
    return data.subarray(0, rows * columns).reduce((sum, p) => sum + p, 0) / (rows * columns);
  }
}

/** What a discriminator made of a picture, in a sentence. */
export function believed(mean, { shape: [, rows, columns] }, side, image) {
  const patches = rows * columns;
  const what = patches === 1 ? 'this picture' : `the average of ${rows} × ${columns} patches`;
  const size = side >= image ? 'the whole image' : `${side} × ${side} pixels`;
  return `The discriminator gives ${what} ${percent(mean)} to be real; it looks at ${size} at a time.${patches === 1 ? '' : ' Green is believed, purple is not.'}`;
}
