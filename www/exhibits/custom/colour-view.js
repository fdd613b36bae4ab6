// Draw, and the picture follows: one network's picture of the sketch, the sketch over it, and what the discriminator makes of both.

import { save } from '../../export/download.js';
import { el, setText } from '../../shell/dom.js';
import { milliseconds } from '../../shell/format.js';
import { notify } from '../../shell/notices.js';
import { paint, picture } from '../picture.js';
import { EaselView } from './easel-view.js';
import { believed, PatchMap } from './patch-map.js';
import { toggles } from './toggles.js';

const SAVED = 512; // pixels along a saved picture
const OVER = 512; // and along the sketch over the one that is shown

export class ColourView extends EaselView {
  id = 'colour';

  constructor(page) {
    super(page);
    this.canvas = picture('The picture of your sketch', { id: 'coloured' });
    this.sketch = el('canvas', { class: 'sketch-over', id: 'sketch-over', 'aria-hidden': 'true', width: OVER, height: OVER, hidden: true });
    this.map = new PatchMap();
    this.edge = el('span', { class: 'wipe-edge', 'aria-hidden': 'true', hidden: true });
    this.stack = el(
      'div',
      {
        class: 'stack',
        on: {
          pointerdown: (event) => {
            if (this.page.values.over === 'wipe') {
              event.preventDefault();
              this.stack.setPointerCapture(event.pointerId);
              this.#wipe(event);
            }
          },
          pointermove: (event) => {
            if (this.stack.hasPointerCapture(event.pointerId)) this.#wipe(event);
          },
        },
      },
      this.canvas,
      this.map.node,
      this.sketch,
      this.edge,
    );
    this.over = toggles('Sketch over the picture', (over) => {
      page.store.set({ over });
      this.#showOver();
    });
    this.amount = el('input', { type: 'range', min: 0, max: 1, step: 0.01, id: 'over-amount', on: { input: () => this.#slide(Number(this.amount.value)) } });
    this.patches = el('input', { type: 'checkbox', class: 'switch', id: 'patches', on: { change: () => page.set({ patches: this.patches.checked }) } });
    this.belief = el('p', { class: 'hint', id: 'belief' });
    this.latency = el('p', { class: 'hint', id: 'latency' });
    const button = (id, label, act) => el('button', { type: 'button', id, on: { click: () => page.attempt(act) } }, label);
    this.node = this.view(
      'Draw',
      el(
        'div',
        { class: 'result-bar', data: { part: 'tools' } },
        this.over.node,
        el('label', { class: 'amount' }, el('span', { class: 'visually-hidden' }, 'Amount'), this.amount),
      ),
      el('div', { class: 'mat' }, this.stack),
      el(
        'div',
        { class: 'result-foot', data: { part: 'tools' } },
        el(
          'div',
          { class: 'actions' },
          el('label', { class: 'select-line' }, this.patches, 'Patch map'),
          button('save-picture', 'Save PNG', () => this.#save()),
          button('copy-picture', 'Copy picture', () => this.#copy()),
        ),
        this.belief,
        this.latency,
      ),
    );
  }

  opened() {
    this.over.offer(this.page.control('over').choices);
  }

  load(file) {
    return this.page.bring(file);
  }

  async draw({ signal }) {
    this.#showOver();
    await this.colour({}, signal);
    return 'Draw on the board; the picture follows.';
  }

  sketched(change) {
    this.#drawOver();
    super.sketched(change);
  }

  /** @param {{ since?: number }} change */
  async colour({ since }, signal = null) {
    const { page } = this;
    const { patches: wanted } = page.values;
    const {
      patch,
      shape: [, , side],
    } = page.model.description;
    const { version } = page.easel;
    const patches = wanted && patch !== null;
    const answer = await page.run({ op: 'colour', seeds: this.seeds, patches }, page.easelNumbers(), signal);
    paint(this.canvas, answer.images);
    this.patches.checked = wanted;
    if (patches) setText(this.belief, believed(this.map.show(answer.patches), answer.patches, patch, side));
    else {
      this.map.hide();
      setText(this.belief, wanted ? 'These weights were trained without a discriminator, so there is no map.' : '');
    }
    const millis = performance.now() - since;
    if (since) setText(this.latency, `From stroke to picture: ${milliseconds(millis)}.`);
    Object.assign(this.node.dataset, { version, millis: since ? millis : '' });
  }

  #showOver() {
    const { over, amount } = this.page.values;
    this.over.show(over);
    this.amount.value = amount;
    this.amount.parentElement.dataset.idle = over === 'none';
    this.amount.disabled = over === 'none';
    this.sketch.hidden = over === 'none';
    this.edge.hidden = over !== 'wipe';
    this.stack.dataset.over = over;
    const right = `${100 * (1 - amount)}%`;
    this.sketch.style.clipPath = over === 'wipe' ? `inset(0 ${right} 0 0)` : '';
    this.sketch.style.opacity = over === 'blend' ? amount : '';
    this.edge.style.right = right;
    this.#drawOver();
  }

  #drawOver() {
    if (!this.sketch.hidden) this.page.easel.paint(this.sketch.getContext('2d', { willReadFrequently: true }), OVER);
  }

  #slide(amount) {
    this.page.store.set({ amount: amount.toFixed(2) });
    this.#showOver();
  }

  #wipe({ clientX }) {
    const { left, width } = this.stack.getBoundingClientRect();
    this.#slide(Math.min(1, Math.max(0, (clientX - left) / width)));
  }

  #large() {
    const canvas = new OffscreenCanvas(SAVED, SAVED);
    const context = canvas.getContext('2d');
    context.imageSmoothingQuality = 'high';
    context.drawImage(this.canvas, 0, 0, SAVED, SAVED);
    return canvas.convertToBlob({ type: 'image/png' });
  }

  async #save() {
    save(`genzoo-${this.page.model.id}.png`, await this.#large());
  }

  async #copy() {
    try {
      await navigator.clipboard.write([new ClipboardItem({ 'image/png': this.#large() })]);
      notify('The picture is copied.', { key: 'copied', fade: 5000 });
    } catch {
      notify('The browser did not allow copying a picture; Save PNG keeps it as a file.', { kind: 'warning', key: 'copied' });
    }
  }
}
