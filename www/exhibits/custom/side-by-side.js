// The same sketch through networks that differ in one thing: the loss, skips, or the size of the discriminator's patches.

import { el, setText } from '../../shell/dom.js';
import { number } from '../../shell/format.js';
import { paint, picture } from '../picture.js';
import { EaselView } from './easel-view.js';
import { PatchMap } from './patch-map.js';
import { toggles } from './toggles.js';

const BASE = '16'; // the patch of networks that differ in something else
const LOSSES = { l1: 'L1 alone', cgan: 'cGAN alone', both: 'L1 and cGAN' };
const GROUPS = {
  loss: {
    has: ({ skips, patch }) => skips && [null, BASE].includes(patch),
    order: ({ loss }) => Object.keys(LOSSES).indexOf(loss),
    title: ({ loss }) => LOSSES[loss],
    says: 'L1 alone asks for what is right on average, and blurs; the conditional GAN alone draws sharply and follows the sketch less; together they do both.',
  },
  skips: {
    has: ({ patch, loss }) => patch === BASE && loss === 'both',
    order: ({ skips }) => Number(skips),
    title: ({ skips }) => (skips ? 'U-Net, with skips' : 'Encoder and decoder, without'),
    says: 'With skips every line reaches the picture at its own size; without, all of the sketch must pass through the smallest layer.',
  },
  patch: {
    has: ({ skips, patch, loss }) => skips && patch !== null && loss === 'both',
    order: ({ patch }) => (patch === 'full' ? Infinity : Number(patch)),
    title: ({ patch }) => (patch === 'full' ? 'The whole image' : `Patches of ${patch} × ${patch}`),
    says: 'A discriminator of single pixels judges colours only; the larger its patches, the more of the shape it judges, and the fewer verdicts a picture gets.',
  },
};
const MEASURES = ['L1', 'SSIM', 'Frechet distance'];

export class SideBySide extends EaselView {
  id = 'compare';

  constructor(page) {
    super(page);
    this.group = toggles('What differs', (group) => page.set({ group }));
    this.patches = el('input', { type: 'checkbox', class: 'switch', id: 'compare-patches', on: { change: () => page.set({ patches: this.patches.checked }) } });
    this.says = el('p', { class: 'hint', id: 'group-says' });
    this.grid = el('div', { class: 'contenders', id: 'contenders' });
    this.node = this.view(
      'Side by side',
      el('div', { class: 'result-bar', data: { part: 'tools' } }, this.group.node, el('label', { class: 'select-line' }, this.patches, 'Patch map')),
      this.grid,
      this.says,
    );
  }

  opened() {
    this.group.offer(this.page.control('group').choices);
  }

  async draw({ signal }) {
    const { page } = this;
    const { group, patches } = page.values;
    this.group.show(group);
    this.patches.checked = patches;
    if (this.built !== group) await this.#build(group, signal);
    setText(this.says, GROUPS[group].says);
    await this.colour({}, signal);
    return this.cells.length > 1 ? 'One sketch through all of them.' : 'Fewer than two of these networks are on this site.';
  }

  async #build(group, signal) {
    const { page } = this;
    const { has, order, title } = GROUPS[group];
    const all = (await page.cards()).map(({ card, ...rest }) => ({ ...rest, card, ...traits(card) }));
    // Small ones were trained alike; a larger one is no fair neighbour.
    const width = Math.min(...all.map(({ channels }) => channels));
    const own = all.filter((one) => one.channels === width && has(one)).sort((a, b) => order(a) - order(b));
    for (const { id } of own) await page.open(id, signal ?? undefined);
    this.cells = own.map((one) => ({ ...one, canvas: picture(title(one), {}), map: new PatchMap() }));
    this.grid.replaceChildren(
      ...this.cells.map((one) =>
        el(
          'figure',
          { data: { contender: one.id } },
          el(
            'button',
            { type: 'button', class: 'cell', 'aria-label': `Draw with ${title(one)}`, on: { click: () => page.set({ weights: one.id, view: 'colour' }) } },
            el('div', { class: 'stack' }, one.canvas, one.map.node),
          ),
          el(
            'figcaption',
            {},
            el('strong', {}, title(one)),
            el(
              'dl',
              { class: 'marks' },
              MEASURES.map((name) => [name, measure(one.card, name)])
                .filter(([, value]) => value !== undefined)
                .map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, number(value, 3)))),
            ),
          ),
        ),
      ),
    );
    this.built = group;
  }

  async colour(change, signal = null) {
    const { page } = this;
    const { patches } = page.values;
    const { version } = page.easel;
    const numbers = page.easelNumbers();
    for (const { id, patch, canvas, map } of this.cells ?? []) {
      const asks = patches && patch !== null;
      const answer = await page.models.run(id, { op: 'colour', seeds: this.seeds, patches: asks }, numbers, signal);
      paint(canvas, answer.images);
      if (asks) map.show(answer.patches);
      else map.hide();
    }
    Object.assign(this.node.dataset, { version });
  }
}

/** What a card says of its network. */
function traits({ config: { generator, discriminator, lambda } }) {
  return {
    channels: generator.channels,
    skips: generator.skips,
    patch: discriminator?.patch ?? null,
    loss: !discriminator ? 'l1' : lambda > 0 ? 'both' : 'cgan',
  };
}

const measure = ({ measures = [] }, name) => measures.find((one) => one.name === name)?.value;
