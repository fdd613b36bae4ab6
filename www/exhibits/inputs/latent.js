// A slider for each latent.

import { el, setText } from '../../shell/dom.js';
import { number } from '../../shell/format.js';
import { notify } from '../../shell/notices.js';
import { readZ, writeZ } from './z.js';

const MOST = 4; // standard deviations of the prior

export class Latent {
  place = 'side';

  constructor(view, spec) {
    this.view = view;
    this.spec = spec;
    this.z = [];
    this.list = el('div', { class: 'sliders latents' });
    this.node = el('section', { class: 'panel', 'aria-label': 'Latents' }, el('h3', {}, 'Latents'), this.list);
  }

  /** A map says the same. */
  opened({ description: { latent } }) {
    this.#fit(latent);
    this.node.hidden = this.view.input('plane')?.flat ?? false;
    this.z = Array.from({ length: latent }, () => 0);
    this.sliders = this.z.map((_, nth) => this.#slider(nth));
    this.list.replaceChildren(...this.sliders.map(({ node }) => node));
  }

  /** A latent of other weights, or a wrong one, means nothing here. */
  #fit(latent) {
    const { node, page } = this.view;
    const [key] = this.spec.keys;
    const text = page.values[key];
    if (node.hidden || !text || readZ(text, latent)) return;
    if (!this.sliders) notify(`The link's z does not have as many numbers as these weights have latents, ${latent}; it was left out.`, { key: 'z' });
    page.store.set({ [key]: '' });
  }

  show(values) {
    this.#put(readZ(values[this.spec.keys[0]], this.z.length));
  }

  /** Where the link has none, the answer says which latent was drawn. */
  answered(output, { z }) {
    if (output.reads.includes('z') && z?.shape.at(-1) === this.z.length && !this.view.page.values[this.spec.keys[0]]) this.#put(Array.from(z.data.slice(0, this.z.length)));
  }

  #put(z) {
    if (!z) return;
    this.z = z;
    this.sliders.forEach(({ slider, output }, nth) => {
      slider.value = z[nth];
      setText(output, number(Number(z[nth].toFixed(2)), 2));
    });
  }

  #slider(nth) {
    const output = el('output', {}, '0');
    const slider = el('input', {
      type: 'range',
      min: -MOST,
      max: MOST,
      step: 0.05,
      'aria-label': `Latent ${nth + 1}`,
      on: {
        input: () => {
          this.#put(this.z.map((value, at) => (at === nth ? Number(slider.value) : value)));
          this.view.page.set({ [this.spec.keys[0]]: writeZ(this.z) });
        },
      },
    });
    return { slider, output, node: el('label', { class: 'slider' }, el('span', {}, `z ${nth + 1}`), slider, output) };
  }
}
