// The latent space of a VAE: a map to drag through where it has two dimensions, samples and sliders where it has more.

import { el, setLabel, setText } from '../shell/dom.js';
import { number } from '../shell/format.js';
import { Legend } from './classes.js';
import { Manifold } from './manifold.js';
import { newest, paint, picture } from './picture.js';
import { Wall } from './wall.js';

const SKETCH = 8; // tiles per side of the first, quick map
const SAMPLES = 48;
const LATENT_MOST = 4;

export class ManifoldView {
  id = 'manifold';
  keys = ['side', 'extent', 'points', 'seed'];

  constructor(page) {
    this.page = page;
    this.map = new Manifold({ label: 'Map of the latent space', moved: (z) => this.#moved(z) });
    this.wall = new Wall({ label: 'Samples from the prior', choose: (place) => this.#moved(this.samples[place].z, true) });
    this.canvas = picture('The decoded picture', { class: 'large', id: 'decoded' });
    this.readout = el('p', { class: 'readout', id: 'z-readout' });
    this.legend = new Legend((shown) => this.map.mark({ shown }));
    this.sliders = el('div', { class: 'sliders latents' });
    this.node = el(
      'section',
      { class: 'view', 'aria-label': 'Latent space' },
      el(
        'div',
        { class: 'bench manifold' },
        el('div', {}, this.map.node, this.wall.node),
        el('div', { class: 'side' }, el('div', { class: 'mat pixels' }, this.canvas), this.readout, this.legend.node, this.sliders),
      ),
    );
    this.decode = newest((z) => page.attempt(async () => this.#show(z, await page.decode(z))));
  }

  hides(key) {
    const flat = this.page.isFlat;
    return ['side', 'extent'].includes(key) ? !flat : key === 'points' ? !flat || !this.page.model?.description.codes : key === 'seed' && flat;
  }

  opened() {
    const { description, card } = this.page.model;
    this.drawn = null;
    this.legend.build(description.codes ? (description.labels ?? card.labels ?? []) : []);
    this.map.mark({ shown: null });
    this.sliders.replaceChildren(...(this.page.isFlat ? [] : Array.from({ length: description.latent }, (_, nth) => this.#slider(nth))));
  }

  async draw({ signal }) {
    const { page } = this;
    const { z } = page;
    const flat = page.isFlat;
    this.map.node.hidden = !flat;
    this.wall.node.hidden = flat;
    this.#showSliders(z);
    if (flat) await this.#drawMap(z, signal);
    else await this.#drawWall(signal);
    this.#show(z, await page.decode(z, signal));
    return flat ? 'Drag over the map.' : 'Choose a sample, then move its latents.';
  }

  async #drawMap(z, signal) {
    const { page } = this;
    const { extent, side, points } = page.values;
    const { codes } = page.model.description;
    this.legend.node.hidden = !points || !codes;
    this.map.mark({ codes: points ? codes : null });
    this.map.place(z);
    const key = `${page.model.id} ${extent} ${side} ${page.label}`;
    if (this.drawn === key) return;
    for (const tiles of side > SKETCH ? [SKETCH, side] : [side]) {
      const { picture: image } = await page.run(page.labelled({ op: 'manifold', side: tiles, extent }), [], signal);
      this.map.show(image, extent, tiles);
    }
    this.drawn = key;
  }

  async #drawWall(signal) {
    const { page } = this;
    this.wall.resize(SAMPLES);
    const wanted = Array.from({ length: SAMPLES }, (_, index) => ({ seed: page.values.seed, index }));
    this.samples = [];
    await page.samples.get(wanted, {
      signal,
      each: (place, sample) => {
        this.samples[place] = sample;
        this.wall.show(place, sample);
      },
    });
  }

  #moved(z, chosen = false) {
    this.page.store.set({ z: this.page.writeZ(z) });
    if (chosen) this.#showSliders(z);
    this.decode([...z]);
  }

  #show(z, image) {
    paint(this.canvas, image);
    const text = z
      .slice(0, 4)
      .map((value) => number(Number(value.toFixed(2)), 3))
      .join(', ');
    setLabel(this.canvas, `The decoded picture at z = (${text}${z.length > 4 ? ', …' : ''})`);
    setText(this.readout, `z = (${text}${z.length > 4 ? `, … ${z.length} numbers` : ''})`);
  }

  #slider(nth) {
    const slider = el('input', {
      type: 'range',
      min: -LATENT_MOST,
      max: LATENT_MOST,
      step: 0.05,
      'aria-label': `Latent ${nth + 1}`,
      on: {
        input: () => {
          const z = [...this.page.z];
          z[nth] = Number(slider.value);
          this.#moved(z);
          this.#showSliders(z);
        },
      },
    });
    return el('label', { class: 'slider' }, el('span', {}, `z ${nth + 1}`), slider, el('output', {}));
  }

  #showSliders(z) {
    [...this.sliders.children].forEach((node, nth) => {
      node.querySelector('input').value = z[nth];
      setText(node.querySelector('output'), number(Number(z[nth].toFixed(2)), 2));
    });
  }
}
