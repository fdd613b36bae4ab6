// The VAE page: its views, and the latent, the label and the picture that they share.

import { byId, el } from '../dom.js';
import { notify } from '../notices.js';
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
      opened: () => this.#offerLabels(),
    });
    this.#takePictures();
  }

  /** Whether the latent space is a plane, which can be shown as a map. */
  get isFlat() {
    return this.model?.description.latent === 2;
  }

  /** The label that a conditional model is told, null for others. */
  get label() {
    return this.model.description.conditional ? Number(this.values.label) : null;
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

  /** Cards of all weights of the catalog that can be read, as `{id, title, card, ...traits}`. */
  async cards() {
    const all = await Promise.all(this.demo.weights.map(async ({ id, title }) => {
      const { card } = await loadCard(id).catch(() => ({ card: null }));
      return card?.config && { id, title, card, ...traits(card) };
    }));
    return all.filter(Boolean);
  }

  /** A sentence and buttons for other weights that can do what a view needs. */
  async offer(sentence, suits) {
    const cards = (await this.cards()).filter(suits);
    return el('div', { class: 'panel offer' }, el('p', {}, sentence, cards.length ? '' : ' No such weights are on this site.'),
      el('div', { class: 'actions' }, cards.map(({ id, title }) => el('button', { type: 'button', class: 'primary', data: { offer: id }, on: { click: () => this.set({ weights: id }) } }, title))));
  }

  #offerLabels() {
    const { description } = this.model;
    this.labelField?.remove();
    if (!description.conditional) return;
    const select = el('select', { id: 'label', on: { change: () => this.set({ label: select.value }) } },
      (description.labels ?? []).map((name, label) => el('option', { value: label }, name)));
    select.value = String(this.values.label);
    this.labelField = el('label', { class: 'field', data: { key: 'label' } }, el('span', {}, 'Label'), select);
    byId('fields').append(this.labelField);
  }

  /** A picture that is dropped or pasted anywhere goes to the drawing view. */
  #takePictures() {
    const take = async (file) => {
      if (!file || !this.model) return;
      if (this.view.id !== 'draw') await this.set({ view: 'draw' });
      await this.views.find(({ id }) => id === 'draw').load(file);
    };
    addEventListener('dragover', (event) => { if (event.dataTransfer?.types.includes('Files')) event.preventDefault(); });
    addEventListener('drop', (event) => { event.preventDefault(); take(event.dataTransfer?.files[0]); });
    addEventListener('paste', (event) => {
      const file = [...event.clipboardData?.files ?? []][0];
      if (file) { event.preventDefault(); take(file); }
    });
  }
}

/** What a card says about its model. */
function traits({ config = {}, data, measures = [], directions = [] }) {
  const { networks = {}, beta = null } = config;
  const measure = (name) => measures.find((one) => one.name?.toLowerCase() === name)?.value;
  return {
    latent: networks.latent, beta, conditional: networks.labels > 0, colours: networks.colours, data: data?.name,
    kl: measure('kl'), reconstruction: measure('reconstruction'), directed: directions.length > 0,
  };
}

new VaePage();
