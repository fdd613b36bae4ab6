// A slider between two ends, A and B.

import { el } from '../../shell/dom.js';

export class Place {
  place = 'under';

  constructor(view, spec) {
    this.view = view;
    this.spec = spec;
    const [key] = spec.keys;
    const { min, max, label } = view.page.control(key);
    const move = () => view.page.set({ [key]: Number(this.slider.value).toFixed(3) });
    this.slider = el('input', { type: 'range', min, max, step: (max - min) / 200, 'aria-label': label, on: { input: move } });
    this.node = el('label', { class: 'scrub' }, el('span', {}, 'A'), this.slider, el('span', {}, 'B'));
  }

  show(values) {
    const value = Number(values[this.spec.keys[0]]);
    if (Number(this.slider.value) !== value) this.slider.value = value;
  }

  drawn() {
    this.node.hidden = this.view.hides(this.spec.keys[0]);
  }
}
