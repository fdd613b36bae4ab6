// Names of ten classes, beside their points.

import { el } from '../shell/dom.js';
import { show } from '../draw/sheet.js';
import { drawPoint } from './points.js';

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
    this.node.replaceChildren(
      ...names.map((name, label) => {
        const [mark, sheet] = [el('canvas', { 'aria-hidden': 'true' }), new OffscreenCanvas(32, 32)];
        drawPoint(sheet.getContext('2d'), label, 16, 16, 9);
        show(mark, sheet);
        return el('button', { type: 'button', 'aria-pressed': 'false', data: { label }, on: { click: () => this.#press(label) } }, mark, name);
      }),
    );
  }

  #press(label) {
    if (!this.shown.delete(label)) this.shown.add(label);
    for (const button of this.node.children) button.setAttribute('aria-pressed', String(this.shown.has(Number(button.dataset.label))));
    this.changed(this.shown.size ? new Set(this.shown) : null);
  }
}
