// The VAE page: its views, and the latent, the label and the picture that they share.

import { el } from '../shell/dom.js';
import { notify } from '../shell/notices.js';
import { Attributes } from './attributes.js';
import { Autoencoder } from './autoencoder.js';
import { DrawView } from './draw.js';
import { Labels } from './labels.js';
import { ManifoldView } from './manifold-view.js';
import { ImagePage } from './page.js';
import { Samples } from './samples.js';
import { Trade } from './trade.js';
import { loadCard } from './weights.js';

class VaePage extends ImagePage {
  constructor() {
    super('vae', {
      makeViews(page) {
        page.samples = new Samples(page, { request: () => page.labelled({ op: 'decode' }), prefix: () => page.label ?? '' });
        return [ManifoldView, DrawView, Trade, Labels, Autoencoder, Attributes].map((View) => new View(page));
      },
      opened: () => this.offerLabels(),
    });
    this.takePictures('draw');
  }

  /** Whether the latent space is a plane, which can be shown as a map. */
  get isFlat() {
    return this.model?.description.latent === 2;
  }

  labelled(request, label = this.label) {
    return label === null ? request : { ...request, label };
  }

  /** The latent of the link; without one the first code, or the origin. */
  get z() {
    const { latent, codes } = this.model.description;
    const text = String(this.values.z ?? '');
    const numbers = text ? text.split(',').map(Number) : [];
    if (numbers.length === latent && numbers.every(Number.isFinite)) return numbers;
    if (numbers.length === 0 && codes?.points.length >= latent) return codes.points.slice(0, latent).map((value) => Number(value.toFixed(3)));
    if (numbers.length > 0) {
      notify(`The link's z has ${numbers.length} numbers and these weights have ${latent} latents; the origin is shown.`, { key: 'z' });
    }
    return Array.from({ length: latent }, () => 0);
  }

  writeZ(z) {
    return Array.from(z, (value) => String(Number(value.toFixed(3)))).join(',');
  }

  async decode(z, signal = null) {
    const { images } = await this.run(this.labelled({ op: 'decode' }), z, signal);
    return images;
  }

  /** Another model has other latents: a z of the old one means nothing in it. */
  async changed(keys) {
    if (keys.includes('weights') && this.model && this.values.z && this.values.weights !== this.model.id) {
      const { card } = await loadCard(this.values.weights).catch(() => ({ card: null }));
      const latent = card && traits(card).latent;
      if (latent && latent !== this.model.description.latent) this.store.set({ z: '' });
    }
    return super.changed(keys);
  }

  /** Cards with what they say about their model. */
  async cards() {
    return (await super.cards()).map((one) => ({ ...one, ...traits(one.card) }));
  }

  /** A sentence and buttons for other weights that can do what a view needs. */
  async offer(sentence, suits) {
    const cards = (await this.cards()).filter(suits);
    return el(
      'div',
      { class: 'panel offer' },
      el('p', {}, sentence, cards.length ? '' : ' No such weights are on this site.'),
      el(
        'div',
        { class: 'actions' },
        cards.map(({ id, title }) => el('button', { type: 'button', class: 'primary', data: { offer: id }, on: { click: () => this.set({ weights: id }) } }, title)),
      ),
    );
  }
}

/** What a card says about its model. @param {any} card */
function traits({ config = {}, data, measures = [], directions = [] }) {
  const { networks = {}, beta = null } = config;
  const measure = (name) => measures.find((one) => one.name?.toLowerCase() === name)?.value;
  return {
    latent: networks.latent,
    beta,
    conditional: networks.labels > 0,
    colours: networks.colours,
    data: data?.name,
    kl: measure('kl'),
    reconstruction: measure('reconstruction'),
    directed: directions.length > 0,
  };
}

export const page = new VaePage();
