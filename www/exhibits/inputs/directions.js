// Sliders along directions that the card of the weights has.

import { notify } from '../../shell/notices.js';
import { readShift, ShiftPanel, writeShift } from '../shift.js';

export class Directions {
  place = 'side';

  constructor(view, spec) {
    this.view = view;
    this.spec = spec;
    this.panel = new ShiftPanel((amounts) => view.page.set({ [spec.keys[0]]: writeShift(amounts) }));
    this.node = this.panel.node;
  }

  get #own() {
    return this.view.page.model.description.directions ?? [];
  }

  opened() {
    this.panel.build(this.#own);
    this.node.hidden = this.#own.length === 0;
  }

  show(values) {
    const { amounts, left } = readShift(values[this.spec.keys[0]] ?? '', this.#own);
    if (left.length) notify(`These weights have no direction ${left.join(', ').slice(0, 80)}; it was left out.`, { key: 'shift' });
    this.panel.show(amounts);
  }
}
