// The VAE page: its views, and the latent, the label and the picture that they share.

import { el } from '../../shell/dom.js';
import { notify } from '../../shell/notices.js';
import { takePictures } from '../bring.js';
import { ExhibitPage } from '../page.js';
import { loadCard } from '../weights.js';
import { Autoencoder } from './autoencoder.js';
import { DrawView } from './draw.js';
import { Samples } from './samples.js';
import { Trade } from './trade.js';

export class VaePage extends ExhibitPage {
  static custom = { draw: DrawView, trade: Trade, autoencoder: Autoencoder };

  static keys = [
    ['← ↑ → ↓', 'Move over the map, with Shift in large steps, or from view to view'],
    ['Home', 'Back to the middle of the map'],
    ['Arrows', 'On the pad: move a cursor, finely with Shift'],
    ['Space', 'On the pad: put the pen down, or lift it'],
    ['Ctrl V', 'Encode the picture in the clipboard'],
  ];

  samples = new Samples(this, { request: () => this.labelled({ op: 'decode' }), prefix: () => String(this.label ?? '') });

  constructor(id) {
    super(id);
    takePictures(this, 'draw');
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
