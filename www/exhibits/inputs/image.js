// A pad to draw on, or to put a picture on. What is on it is not in the link.

import { el } from '../../shell/dom.js';
import { notify } from '../../shell/notices.js';
import { Pad } from '../pad.js';

export class ImagePad {
  place = 'lead';
  version = 0; // of what is on the pad

  constructor(view, spec) {
    this.view = view;
    this.spec = spec;
    const changed = () => {
      this.version += 1;
      view.page.render();
    };
    this.pad = new Pad({ changed, failed: (sentence) => notify(sentence, { kind: 'warning', key: 'picture' }) });
    this.node = el('section', { 'aria-label': 'Drawing' }, this.pad.node);
  }

  opened({ description: { shape } }) {
    if (String(this.size) === String(shape)) return;
    this.size = shape;
    this.pad.shape(shape);
    this.version += 1;
  }

  /** Pixels, channels first, from 0 to 1. */
  values() {
    return this.pad.values();
  }

  load(file) {
    return this.pad.load(file);
  }

  unlinked() {
    return 'The picture on the pad is not in the link.';
  }
}
