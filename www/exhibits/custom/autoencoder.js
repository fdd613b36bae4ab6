// The latent spaces of a plain autoencoder and of a VAE, side by side with the same tools.

import { el, setText } from '../../shell/dom.js';
import { number } from '../../shell/format.js';
import { Legend } from '../classes.js';
import { Manifold } from '../manifold.js';
import { newest, paint, picture, single } from '../picture.js';

const TILES = 16;
const DRAWS = 8;
const LEAST = 3; // standard deviations of the prior that every map shows

export class Autoencoder {
  id = 'autoencoder';
  keys = ['points', 'seed'];
  sides = [];

  constructor(page) {
    this.page = page;
    this.legend = new Legend((shown) => this.sides.forEach(({ map }) => map.mark({ shown })));
    this.panels = el('div', { class: 'pair twins' });
    this.offer = el('div', {});
    this.node = el('section', { class: 'view', 'aria-label': 'Autoencoder and VAE' }, this.panels, this.legend.node, this.offer);
  }

  async draw({ signal }) {
    const { page } = this;
    this.offer.replaceChildren();
    const pair = await this.#pair();
    if (pair.length < 2) {
      this.offer.append(await page.offer('This comparison needs an autoencoder and a VAE with two latents each, trained on the same data.', () => false));
      return 'Nothing to compare.';
    }
    if (this.key !== pair.map(({ id }) => id).join()) await this.#build(pair);
    const { seed, points } = page.values;
    this.legend.node.hidden = !points;
    for (const side of this.sides) {
      side.map.mark({ codes: points ? side.opened.description.codes : null });
      if (!side.drawn) {
        const { picture: image } = await this.#run(side, { op: 'manifold', side: TILES, extent: side.extent }, [], signal);
        side.map.show(image, side.extent, TILES);
        side.map.mark({ prior: true });
        side.drawn = true;
      }
      const { z } = await this.#run(side, { op: 'latents', seed, start: 0, count: DRAWS }, [], signal);
      const { images } = await this.#run(side, { op: 'decode' }, z.data, signal);
      side.draws.replaceChildren(
        ...Array.from({ length: DRAWS }, (_, nth) => {
          const canvas = picture(`Sample ${nth + 1} from the prior`);
          paint(canvas, single(images, nth));
          return canvas;
        }),
      );
    }
    await this.#move(page.isFlat ? page.z : [0, 0], signal);
    return 'Both are asked for the same z. Inside the dashed circle lie 86 % of the draws from N(0, I).';
  }

  /** The autoencoder, and the VAE that is shown or the one with beta 1. */
  async #pair() {
    const cards = (await this.page.cards()).filter(({ latent, conditional }) => latent === 2 && !conditional);
    const plain = cards.find(({ id, beta }) => beta === null && id === this.page.model.id) ?? cards.find(({ beta }) => beta === null);
    const vaes = cards.filter(({ beta, data }) => beta !== null && data === plain?.data);
    const vae = vaes.find(({ id }) => id === this.page.model.id) ?? vaes.find(({ beta }) => beta === 1) ?? vaes[0];
    return [plain, vae].filter(Boolean);
  }

  async #build(pair) {
    this.key = pair.map(({ id }) => id).join();
    const move = newest((z) => this.page.attempt(() => this.#move(z, null)));
    for (const { map } of this.sides) map.remove();
    this.sides = [];
    for (const { id, title, beta } of pair) {
      const opened = await this.page.open(id);
      const map = new Manifold({
        label: `Latent space of ${title}`,
        moved: (z) => {
          this.page.store.set({ z: this.page.writeZ(z) });
          move([...z]);
        },
      });
      const canvas = picture(`Decoded by ${title}`);
      const readout = el('p', { class: 'hint' });
      const draws = el('div', { class: 'others' });
      this.sides.push({
        id,
        opened,
        extent: extentOf(opened.description.codes),
        map,
        canvas,
        readout,
        draws,
        node: el(
          'section',
          { class: 'panel', 'aria-label': title, data: { twin: beta === null ? 'plain' : 'vae' } },
          el('h2', {}, beta === null ? `Autoencoder (${title})` : `VAE (${title})`),
          map.node,
          el('div', { class: 'twin-foot' }, el('div', { class: 'mat pixels' }, canvas), el('div', {}, readout, el('h3', {}, 'Decoded draws from N(0, I)'), draws)),
        ),
      });
    }
    this.panels.replaceChildren(...this.sides.map(({ node }) => node));
    const { card } = this.sides[0].opened;
    this.legend.build(this.sides[0].opened.description.labels ?? card.labels ?? []);
  }

  async #move(z, signal) {
    for (const side of this.sides) {
      side.map.place(z);
      const { images } = await this.#run(side, { op: 'decode' }, z, signal);
      paint(side.canvas, images);
      setText(side.readout, `z = (${z.map((value) => number(Number(value.toFixed(2)), 3)).join(', ')})`);
    }
  }

  #run({ id }, request, values, signal) {
    return this.page.models.run(id, request, values, signal);
  }
}

/** How far a map reaches, so that all but the outermost of a hundred codes are on it. */
function extentOf(codes) {
  const sizes = (codes?.points ?? []).map(Math.abs).sort((a, b) => a - b);
  return Math.max(LEAST, Math.ceil(2 * (sizes[Math.floor(0.99 * (sizes.length - 1))] ?? 0)) / 2);
}
