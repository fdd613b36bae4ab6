// The networks beside each other: what training and sampling cost, and what likelihood that buys.

import { el, setText } from '../../shell/dom.js';
import { count, number } from '../../shell/format.js';

const KINDS = { gated: 'Gated PixelCNN', plain: 'Plain PixelCNN', 'row-lstm': 'PixelRNN, Row LSTM' };
const TIMED_ROWS = 8;
const CHARTS = [
  ['minutes', 'Training, minutes', short],
  ['perImage', 'Sampling here, milliseconds an image', short],
  ['nats', 'NLL, nats an image (less is better)', (value) => number(value, 4)],
];

export class Compare {
  id = 'compare';
  keys = [];
  rates = new Map(); // by weights: {cached, whole} in pixels per second

  constructor(page) {
    this.page = page;
    this.charts = el('div', { class: 'cost-charts' });
    this.body = el('tbody', {});
    this.time = el('button', { type: 'button', class: 'primary', id: 'time-all', on: { click: () => this.#timeAll() } }, 'Time sampling here');
    this.hint = el('p', { class: 'hint' });
    const heads = [
      'Weights',
      'Network',
      'Parameters',
      'Training, minutes',
      'Updates',
      'NLL, nats',
      'Bits per dimension',
      'Pixels/s, cached',
      'Pixels/s, whole passes',
      'Times faster',
    ];
    this.node = el(
      'section',
      { class: 'view', 'aria-label': 'Compare' },
      el(
        'section',
        { class: 'panel', 'aria-label': 'Costs' },
        el('div', { class: 'stage-bar' }, el('h2', {}, 'RNN against CNN on the same digits'), this.time),
        this.charts,
        this.hint,
      ),
      el(
        'div',
        { class: 'panel table-scroll', tabIndex: 0, role: 'region', 'aria-label': 'All weights' },
        el(
          'table',
          { class: 'measures pixel-table' },
          el(
            'thead',
            {},
            el(
              'tr',
              {},
              heads.map((head) => el('th', { scope: 'col' }, head)),
            ),
          ),
          this.body,
        ),
      ),
    );
  }

  async draw() {
    this.rows = (await this.page.cards()).map(({ id, title, card }) => ({ id, title, ...traits(card) }));
    this.#show();
    return 'Training and likelihood as the cards have them.';
  }

  /** Every set of weights draws some rows in both ways; the boards are built anew afterwards. */
  async #timeAll() {
    const { page } = this;
    this.time.disabled = true;
    await page.attempt(async () => {
      for (const { id } of this.rows) {
        await page.open(id);
        this.rates.set(id, await page.boards.alone(() => this.#timeOne(id)));
        this.#show();
        if (this.node.hidden) break;
      }
    });
    page.boards.forget();
    this.time.disabled = false;
  }

  async #timeOne(id) {
    const { page } = this;
    const run = (request) => page.models.run(id, request);
    page.boards.forget();
    const {
      images: {
        shape: [, side],
      },
    } = await run({ op: 'start', seed: page.values.seed });
    await run({ op: 'step', pixels: 2 * side });
    const { millis: cached } = await run({ op: 'step', pixels: TIMED_ROWS * side });
    await run({ op: 'whole' });
    const { millis: whole } = await run({ op: 'whole' });
    return { cached: (1000 * TIMED_ROWS * side) / cached, whole: 1000 / whole };
  }

  #show() {
    const { page } = this;
    this.body.replaceChildren(
      ...this.rows.map((row) => {
        const { cached, whole } = this.rates.get(row.id) ?? { cached: page.boards.rate(row.id) };
        const cells = [
          KINDS[row.kind],
          count(row.parameters),
          short(row.minutes),
          count(row.steps),
          number(row.nats, 4),
          number(row.bits, 3),
          cached ? count(cached) : '–',
          whole ? short(whole) : '–',
          whole ? short(cached / whole) : '–',
        ];
        const link = el('button', { type: 'button', class: 'quiet', on: { click: () => page.set({ weights: row.id, view: 'pixel' }) } }, row.title);
        return el(
          'tr',
          { 'aria-current': String(row.id === page.model.id), data: { id: row.id, cached: cached ?? '', whole: whole ?? '' } },
          el('th', { scope: 'row' }, link),
          cells.map((text) => el('td', {}, text)),
        );
      }),
    );
    const same = this.rows.filter(({ data, colours }) => data === this.rows[0]?.data && colours === 1);
    this.charts.replaceChildren(...CHARTS.map(([key, title, text]) => this.#chart(key, title, text, same)));
    // Likelihoods compare architectures only where the training is alike.
    const uneven = same.some(({ steps }) => steps < same[0].steps / 2)
      ? `After unequal training (${same.map(({ steps }) => count(steps)).join(', ')} updates), so the likelihoods say how far each has come. `
      : '';
    setText(
      this.hint,
      `${uneven}All of ${same[0]?.data ?? 'the same data'}. Published on binarized MNIST (van den Oord et al. 2016a, table 1): PixelCNN 81.30 nats, Row LSTM 80.54, Diagonal BiLSTM 79.20.`,
    );
  }

  #chart(key, title, text, rows) {
    const value = (row) => {
      const rate = this.rates.get(row.id)?.cached ?? this.page.boards.rate(row.id);
      return key === 'perImage' ? rate && (1000 * row.pixels) / rate : row[key];
    };
    const most = Math.max(...rows.map((row) => value(row) ?? 0), 1e-9);
    return el(
      'figure',
      { data: { chart: key } },
      el('figcaption', {}, title),
      rows.map((row) => {
        const bar = el('span', { class: 'cost-bar' });
        bar.style.width = `${(100 * (value(row) ?? 0)) / most}%`;
        return el(
          'div',
          { class: 'cost-row', data: { id: row.id } },
          el('span', {}, KINDS[row.kind]),
          el('span', { class: 'cost-track' }, bar),
          el('span', {}, value(row) ? text(value(row)) : '–'),
        );
      }),
    );
  }
}

/** What a card says of its network. @param {any} card */
function traits({ config: { network = {} }, data, measures = [], parameters, steps, wall_secs: seconds }) {
  const measure = (name) => measures.find((one) => one.name === name)?.value;
  return {
    kind: network.kind,
    colours: network.colours,
    pixels: network.side ** 2,
    data: data?.name,
    parameters,
    steps,
    minutes: seconds / 60,
    nats: measure('NLL'),
    bits: measure('bits per dimension'),
  };
}

function short(value) {
  return value >= 100 ? count(value) : number(value, 3);
}
