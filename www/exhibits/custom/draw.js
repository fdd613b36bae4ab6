// Draw or bring a picture, and see what the model makes of it.

import { el, setText } from '../../shell/dom.js';
import { notify } from '../../shell/notices.js';
import { Manifold } from '../manifold.js';
import { Pad } from '../pad.js';
import { newest, paint, picture } from '../picture.js';
import { Posterior } from './posterior.js';

const TILES = 16;

export class DrawView {
  id = 'draw';
  keys = ['samples', 'seed', 'extent'];

  constructor(page) {
    this.page = page;
    this.pad = new Pad({
      changed: () => this.encode(),
      failed: (sentence) => notify(sentence, { kind: 'warning', key: 'picture' }),
    });
    this.posterior = new Posterior();
    this.reconstruction = picture('The reconstruction', { id: 'reconstruction' });
    this.samples = el('div', { class: 'others samples' });
    this.map = new Manifold({ label: 'The posterior on the map', moved: (z) => this.#take(z) });
    this.take = el('button', { type: 'button', on: { click: () => this.#take(page.z) } }, 'Start from the picture at z');
    this.samplesTitle = el('h2', {}, 'Decoded samples of the posterior');
    this.node = el(
      'section',
      { class: 'view', 'aria-label': 'Draw and encode' },
      el(
        'div',
        { class: 'encode' },
        el(
          'section',
          { class: 'panel', 'aria-label': 'Picture' },
          el('h2', {}, 'Your picture'),
          this.pad.node,
          el('p', { class: 'hint' }, 'Draw, drop, paste or choose a picture. It stays in this page.'),
          this.take,
        ),
        el(
          'section',
          { class: 'panel', 'aria-label': 'Reconstruction' },
          el('h2', {}, 'Reconstruction'),
          el('div', { class: 'mat pixels' }, this.reconstruction),
          this.samplesTitle,
          this.samples,
        ),
        el('div', { class: 'posterior-column' }, this.posterior.node, this.map.node),
      ),
    );
    this.encode = newest(() => page.attempt(async () => page.store.set({ z: page.writeZ(await this.#encode(null)) })));
  }

  hides(key) {
    return key === 'extent' && !this.page.isFlat;
  }

  opened() {
    this.pad.shape(this.page.model.description.shape);
    this.filled = false;
    this.mapped = null;
  }

  unlinked() {
    return 'The picture on the pad is not in the link; the mean of its posterior, z, is.';
  }

  async load(file) {
    this.filled = true;
    await this.pad.load(file);
  }

  async draw({ signal }) {
    const { page } = this;
    if (!this.filled) this.pad.put(await page.decode(page.z, signal));
    this.filled = true;
    await this.#encode(signal);
    this.map.node.hidden = !page.isFlat;
    const { extent } = page.values;
    const key = `${page.model.id} ${page.label} ${extent}`;
    if (page.isFlat && this.mapped !== key) {
      const { picture: image } = await page.run(page.labelled({ op: 'manifold', side: TILES, extent }), [], signal);
      this.map.show(image, extent, TILES);
      this.mapped = key;
    }
    return 'Encoded.';
  }

  async #encode(signal) {
    const { page } = this;
    const { seed, samples: count } = page.values;
    const result = await page.run(page.labelled({ op: 'posterior', seed, samples: count }), this.pad.values(), signal);
    /** @type {any} */
    const numbers = Object.fromEntries(['mean', 'std', 'kl', 'reconstruction_nats'].map((key) => [key, result[key].data]));
    const isVae = page.model.description.beta !== null;
    this.posterior.show(numbers, isVae);
    paint(this.reconstruction, result.reconstruction);
    setText(this.samplesTitle, isVae ? 'Decoded samples of the posterior' : 'An autoencoder has no posterior to sample');
    const { samples } = result;
    while (this.samples.children.length > samples.shape[0]) this.samples.lastChild.remove();
    while (this.samples.children.length < samples.shape[0]) this.samples.append(picture(`Sample ${this.samples.children.length + 1} of the posterior`));
    [...this.samples.children].forEach((canvas, nth) => paint(canvas, samples, nth));
    this.samples.hidden = !isVae;
    if (page.isFlat) {
      this.map.place(numbers.mean);
      this.map.mark({ ellipse: isVae ? { mean: numbers.mean, std: numbers.std } : null });
    }
    this.node.dataset.encoded = Number(this.node.dataset.encoded ?? 0) + 1;
    return numbers.mean;
  }

  /** Puts the decoded picture of a latent on the pad. */
  #take(z) {
    const values = [...z];
    return this.page.attempt(async () => {
      this.pad.put(await this.page.decode(values));
      await this.encode();
    });
  }
}
