// Beta and the size of the latent: what is paid in KL and what is left to reconstruct, from the cards' measures.

import { el } from '../../shell/dom.js';
import { fixed, number } from '../../shell/format.js';
import { paint, picture, svg } from '../picture.js';

const WIDTH = 600;
const HEIGHT = 360;
const EDGE = { left: 58, right: 16, top: 16, bottom: 44 };
const SAMPLES = 14;

export class Trade {
  id = 'trade';
  keys = ['seed'];

  constructor(page) {
    this.page = page;
    this.switches = el('div', { class: 'switches' });
    this.plot = el('figure', { class: 'panel plot-panel' });
    this.table = el('div', { class: 'panel table-scroll', tabIndex: 0, role: 'region', 'aria-label': 'Measures of all weights' });
    this.samples = el('div', { class: 'others wide' });
    this.node = el(
      'section',
      { class: 'view', 'aria-label': 'Trade of KL against reconstruction' },
      this.switches,
      el('section', { class: 'panel' }, el('h2', {}, 'Samples from the prior'), this.samples),
      el('div', { class: 'pair' }, this.plot, this.table),
    );
  }

  async draw({ signal }) {
    const { page } = this;
    const cards = await page.cards();
    const now = cards.find(({ id }) => id === page.model.id);
    const family = cards.filter((one) => one.data === now.data && !one.conditional && one.beta !== null);
    this.#switch(family, now);
    const measured = family.filter(({ kl, reconstruction }) => Number.isFinite(kl) && Number.isFinite(reconstruction));
    this.#plot(measured, now);
    this.#list(measured, now);
    const wanted = Array.from({ length: SAMPLES }, (_, index) => ({ seed: page.values.seed, index }));
    const samples = await page.samples.get(wanted, { signal });
    this.samples.replaceChildren(
      ...samples.map(({ image, index }) => {
        const canvas = picture(`Sample ${index} from the prior`);
        paint(canvas, image);
        return canvas;
      }),
    );
    return 'Held-out images, in nats; less is better on both axes.';
  }

  #switch(family, now) {
    const group = (title, key, write, other) => {
      const values = [...new Set(family.map((one) => one[key]))].sort((a, b) => a - b);
      return el(
        'div',
        { class: 'switch-line' },
        el('span', {}, title),
        el(
          'div',
          { class: 'toggles', role: 'group', 'aria-label': title },
          values.map((value) => {
            const target = family.find((one) => one[key] === value && one[other] === now[other]) ?? family.find((one) => one[key] === value);
            return el(
              'button',
              { type: 'button', 'aria-pressed': String(now[key] === value), data: { [key]: value }, on: { click: () => this.page.set({ weights: target.id }) } },
              write(value),
            );
          }),
        ),
      );
    };
    this.switches.replaceChildren(
      group('Beta, the weight of the KL term', 'beta', (beta) => number(beta), 'latent'),
      group('Size of the latent', 'latent', (latent) => `${latent}-D`, 'beta'),
    );
  }

  #list(measured, now) {
    this.table.replaceChildren(
      el(
        'table',
        { class: 'measures trade' },
        el(
          'thead',
          {},
          el(
            'tr',
            {},
            ['Weights', 'Beta', 'Latent', 'KL', 'Reconstruction', 'Sum'].map((title) => el('th', { scope: 'col' }, title)),
          ),
        ),
        el(
          'tbody',
          {},
          measured.map(({ id, title, beta, latent, kl, reconstruction }) =>
            el(
              'tr',
              { 'aria-current': id === now.id ? 'true' : null },
              el('th', { scope: 'row' }, el('button', { type: 'button', class: 'quiet', data: { weights: id }, on: { click: () => this.page.set({ weights: id }) } }, title)),
              el('td', {}, number(beta)),
              el('td', {}, `${latent}-D`),
              [kl, reconstruction, kl + reconstruction].map((value) => el('td', {}, fixed(value, 1))),
            ),
          ),
        ),
      ),
    );
  }

  #plot(measured, now) {
    if (measured.length === 0) return this.plot.replaceChildren(el('p', { class: 'hint' }, 'The cards hold no measures.'));
    const x = scale(
      measured.map(({ kl }) => kl),
      EDGE.left,
      WIDTH - EDGE.right,
    );
    const y = scale(
      measured.map(({ reconstruction }) => reconstruction),
      HEIGHT - EDGE.bottom,
      EDGE.top,
    );
    const label = (text, at) => svg('text', at, text);
    const curves = [...new Set(measured.map(({ latent }) => latent))].map((latent) => measured.filter((one) => one.latent === latent).sort((a, b) => a.kl - b.kl));
    const words = `KL against reconstruction of ${measured.length} models; now ${number(now.kl, 3)} and ${number(now.reconstruction, 4)} nats`;
    this.plot.replaceChildren(
      svg(
        'svg',
        { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': words, class: 'trade-plot' },
        ...x.ticks.flatMap((tick) => [
          svg('line', { x1: x.at(tick), x2: x.at(tick), y1: EDGE.top, y2: HEIGHT - EDGE.bottom, class: 'grid' }),
          label(number(tick), { x: x.at(tick), y: HEIGHT - EDGE.bottom + 16, 'text-anchor': 'middle' }),
        ]),
        ...y.ticks.flatMap((tick) => [
          svg('line', { x1: EDGE.left, x2: WIDTH - EDGE.right, y1: y.at(tick), y2: y.at(tick), class: 'grid' }),
          label(number(tick), { x: EDGE.left - 8, y: y.at(tick) + 4, 'text-anchor': 'end' }),
        ]),
        label('KL, nats', { x: (WIDTH + EDGE.left) / 2, y: HEIGHT - 6, 'text-anchor': 'middle', class: 'axis-title' }),
        label('Reconstruction, nats', { x: -(HEIGHT - EDGE.bottom) / 2, y: 14, 'text-anchor': 'middle', transform: 'rotate(-90)', class: 'axis-title' }),
        ...curves.flatMap((curve) => {
          const [first] = curve;
          return [
            svg('polyline', { points: curve.map((one) => `${x.at(one.kl)},${y.at(one.reconstruction)}`).join(' '), class: 'curve' }),
            label(`${first.latent}-D`, { x: x.at(first.kl), y: y.at(first.reconstruction) - 30, 'text-anchor': 'middle', class: 'curve-name' }),
          ];
        }),
        ...measured.flatMap((one) => {
          const [px, py] = [x.at(one.kl), y.at(one.reconstruction)];
          const current = one.id === now.id;
          return [
            svg('circle', { cx: px, cy: py, r: current ? 9 : 5, class: current ? 'dot now' : 'dot', 'data-latent': one.latent }),
            label(`β ${number(one.beta)}`, { x: px, y: py - 13, 'text-anchor': 'middle', class: current ? 'now' : '' }),
          ];
        }),
      ),
      el('figcaption', {}, 'A larger beta buys a smaller KL with worse reconstructions; more latents move the whole curve.'),
    );
  }
}

/** Places of values between two ends, with round ticks. */
function scale(values, from, to) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = (high - low || 1) * 0.16;
  const [start, end] = [low - room, high + room];
  const raw = (end - start) / 4;
  const unit = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((times) => times * unit).find((size) => size >= raw);
  const ticks = [];
  for (let tick = Math.ceil(start / step) * step; tick <= end; tick += step) ticks.push(Number(tick.toPrecision(6)));
  return { at: (value) => from + ((value - start) / (end - start)) * (to - from), ticks };
}
