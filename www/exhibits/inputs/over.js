// The sketch over the first picture: a wipe or a blend, and how much of it. It follows the pen at once.

import { el } from '../../shell/dom.js';
import { toggles } from '../toggles.js';

const SIDE = 512; // pixels of the sketch over the picture
const STEPS = 100; // of the slider

export class Over {
  place = 'under';

  constructor(view, spec) {
    this.view = view;
    this.spec = spec;
    const { page } = view;
    const [way, share] = spec.keys;
    this.way = way;
    this.share = share;
    const { min, max, label } = page.control(share);
    this.range = { min, max };
    this.sketch = el('canvas', { class: 'sketch-over', 'aria-hidden': 'true', width: SIDE, height: SIDE, hidden: true });
    this.edge = el('span', { class: 'wipe-edge', 'aria-hidden': 'true', hidden: true });
    this.ways = toggles('Sketch over the picture', (chosen) => {
      page.store.set({ [way]: chosen });
      this.show(page.values);
    });
    this.ways.offer(page.control(way).choices);
    this.slider = el('input', { type: 'range', min, max, step: (max - min) / STEPS, on: { input: () => this.#slide(Number(this.slider.value)) } });
    this.node = el(
      'div',
      { class: 'over-bar', data: { part: 'tools' } },
      this.ways.node,
      el('label', { class: 'amount' }, el('span', { class: 'visually-hidden' }, label), this.slider),
    );
  }

  show(values) {
    const { sketch, edge, slider } = this;
    const [way, share] = [values[this.way], values[this.share]];
    this.ways.show(way);
    slider.value = share;
    slider.disabled = way === 'none';
    slider.parentElement.dataset.idle = way === 'none';
    sketch.hidden = way === 'none';
    edge.hidden = way !== 'wipe';
    const right = `${100 * (1 - share)}%`;
    sketch.style.clipPath = way === 'wipe' ? `inset(0 ${right} 0 0)` : '';
    sketch.style.opacity = way === 'blend' ? share : '';
    edge.style.right = right;
    if (this.stack) this.stack.dataset.over = way;
    this.paint();
  }

  /** The first picture is there. */
  drawn() {
    if (this.stack) return;
    this.stack = this.view.node.querySelector('.stack');
    this.stack?.append(this.sketch, this.edge);
    for (const type of ['pointerdown', 'pointermove']) this.stack?.addEventListener(type, (event) => this.#wipe(event));
    this.show(this.view.page.values);
  }

  /** The sketch as it is on the board now. */
  paint() {
    const easel = this.view.input('sketch')?.drawing.easel;
    if (!this.sketch.hidden) easel?.paint(this.sketch.getContext('2d', { willReadFrequently: true }), SIDE);
  }

  #slide(share) {
    this.view.page.store.set({ [this.share]: share.toFixed(2) });
    this.show(this.view.page.values);
  }

  #wipe(event) {
    const { stack } = this;
    if (event.type === 'pointerdown') {
      if (this.edge.hidden) return;
      event.preventDefault();
      stack.setPointerCapture(event.pointerId);
    } else if (!stack.hasPointerCapture(event.pointerId)) return;
    const { left, width } = stack.getBoundingClientRect();
    const { min, max } = this.range;
    this.#slide(min + (max - min) * Math.min(1, Math.max(0, (event.clientX - left) / width)));
  }
}
