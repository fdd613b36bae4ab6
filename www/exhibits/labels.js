// Conditional generation: a row per label, the same latents in every row.

import { el, setLabel, setText } from '../shell/dom.js';
import { paint, picture } from './picture.js';

const COLUMNS = 10;

export class Labels {
  id = 'labels';
  keys = ['seed'];

  constructor(page) {
    this.page = page;
    this.grid = el('div', { class: 'label-rows' });
    this.offer = el('div', {});
    this.node = el('section', { class: 'view', 'aria-label': 'Pictures by label' }, this.grid, this.offer);
  }

  async draw({ signal }) {
    const { page } = this;
    const { conditional, labels } = page.model.description;
    this.offer.replaceChildren();
    this.grid.hidden = !conditional;
    if (!conditional) {
      this.offer.append(
        await page.offer('These weights draw without a label. A conditional VAE is told what to draw, and its latents are left to say how.', (card) => card.conditional),
      );
      return 'These weights take no label.';
    }
    const { z } = await page.run({ op: 'latents', seed: page.values.seed, start: 0, count: COLUMNS }, [], signal);
    while (this.grid.children.length > labels.length) this.grid.lastChild.remove();
    for (const [label, name] of labels.entries()) {
      const { images } = await page.run({ op: 'decode', label }, z.data, signal);
      const line = this.grid.children[label] ?? this.grid.appendChild(el('div', { class: 'label-row' }));
      line.setAttribute('role', 'group');
      setLabel(line, name);
      if (line.children.length !== COLUMNS + 1) line.replaceChildren(el('span', {}), ...Array.from({ length: COLUMNS }, () => picture('')));
      setText(line.firstChild, name);
      [...line.children].slice(1).forEach((canvas, nth) => {
        paint(canvas, images, nth);
        setLabel(canvas, `${name}, latent ${nth + 1}`);
      });
    }
    return 'Every column is one latent, every row one label.';
  }
}
