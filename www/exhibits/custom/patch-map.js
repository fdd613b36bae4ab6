// Which patches of a picture a discriminator believes, over the picture: green where it takes them for real, purple where not.

import { fieldTable } from '../../shell/colour.js';
import { el } from '../../shell/dom.js';
import { percent } from '../../shell/format.js';
import { pageTheme } from '../../shell/theme.js';
import { paint } from '../picture.js';

export class PatchMap {
  constructor() {
    this.node = el('canvas', { class: 'patch-map', 'aria-hidden': 'true', hidden: true, width: 1, height: 1 });
    pageTheme.on(() => {
      if (this.patches) this.show(this.patches);
    });
  }

  hide() {
    this.patches = null;
    this.node.hidden = true;
  }

  /** `patches`: probabilities `[n, rows, columns]`, of which the first are shown. Returns their mean. */
  show(patches) {
    this.patches = patches;
    const {
      shape: [, rows, columns],
      data,
    } = patches;
    const table = fieldTable(pageTheme.shown);
    const words = Uint32Array.from({ length: rows * columns }, (_, at) => table[Math.round(255 * data[at])]);
    paint(this.node, { shape: [1, rows, columns, 4], data: new Uint8ClampedArray(words.buffer) });
    this.node.hidden = false;
    return data.subarray(0, rows * columns).reduce((sum, p) => sum + p, 0) / (rows * columns);
  }
}

/** What a discriminator made of a picture, in a sentence. */
export function believed(mean, { shape: [, rows, columns] }, side, image) {
  const patches = rows * columns;
  const looks = side >= image ? 'It looks at the whole image at once.' : `It looks at ${side} × ${side} pixels at a time.`;
  if (patches === 1) return `The discriminator takes this picture for real with ${percent(mean)}. ${looks}`;
  return `The discriminator takes ${rows} × ${columns} patches for real with ${percent(mean)} on average. ${looks} Green is believed, purple is not.`;
}
