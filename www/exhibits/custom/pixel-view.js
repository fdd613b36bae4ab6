// One pixel at a time: the board, the softmax of the pixel that comes next, and what can be done about it.

import { el, setLabel, setText } from '../../shell/dom.js';
import { buildInput } from '../../shell/fields.js';
import { count, number } from '../../shell/format.js';
import { newest } from '../../shell/newest.js';
import { paint, picture } from '../picture.js';
import { Bars } from './bars.js';
import { Board } from './board.js';
import { Overlay } from './overlay.js';
import { Overrule } from './overrule.js';
import { toggles } from '../toggles.js';
import { Transport } from './transport.js';

/** Figures of the first board, as `[key, what]`. */
const FIGURES = [
  ['nats', 'Log-likelihood'],
  ['bits', 'in bits'],
  ['dim', 'per dimension'],
  ['rate', 'Speed here'],
];

export class PixelView {
  id = 'pixel';
  keys = ['seed', 'count'];

  /** The pixel that comes next; null when all are drawn. */
  at = null;

  constructor(page) {
    this.page = page;
    this.board = new Board({ label: 'The board', touched: (pixels) => this.overrule.touched(pixels) });
    this.bars = new Bars((channel, level) => this.overrule.choose(channel, level));
    this.overlay = new Overlay(this);
    this.overrule = new Overrule(this);
    this.transport = new Transport(this);
    this.title = el('h2', { id: 'next-title' }, 'Softmax of the pixel that comes next');
    this.figures = Object.fromEntries(FIGURES.map(([key, name]) => [key, figure(key, name)]));
    this.hash = el('code', { id: 'board-hash', class: 'hash' });
    this.others = el('div', { class: 'board-grid', id: 'other-boards', role: 'group', 'aria-label': 'Other boards' });
    this.rule = toggles('How a pixel is drawn', (draw) => page.set({ draw }));
    this.temperature = el('label', { class: 'field' });
    this.node = this.#build();
    this.follow = newest(() => page.attempt(() => this.overlay.draw()));
    this.overrule.use('go');
  }

  #build() {
    const softmax = el(
      'section',
      { class: 'panel', 'aria-labelledby': 'next-title' },
      this.title,
      this.bars.node,
      el('div', { id: 'draw-rule', data: { part: 'tools' } }, this.rule.node, this.temperature),
    );
    const figures = Object.values(this.figures).map(({ node }) => node);
    const likelihood = el(
      'section',
      { class: 'panel', 'aria-label': 'Likelihood' },
      el('dl', { class: 'costs' }, figures),
      el('p', { class: 'hint', data: { part: 'hash' } }, 'Hash of the boards ', this.hash),
    );
    return el(
      'section',
      { class: 'view pixelwise', 'aria-label': 'Pixel by pixel' },
      el('div', { class: 'hero' }, el('div', { class: 'mat' }, this.board.node), this.transport.node, this.overlay.node),
      el('div', { class: 'side' }, softmax, likelihood, this.overrule.node, this.others),
    );
  }

  heatInput = null; // the temperature's, from the first weights on

  opened() {
    const { page } = this;
    const { description } = page.model;
    this.transport.opened();
    this.overlay.opened();
    this.overrule.opened(description);
    this.rule.offer(page.control('draw').choices);
    this.heatInput ??= buildInput({ ...page.control('temperature'), live: true }, 'temperature', (temperature) => page.change({ temperature }));
    this.temperature.replaceChildren(el('span', {}, 'Temperature'), this.heatInput.node);
    this.bars.build(description.shape[0], description.levels);
  }

  hide() {
    this.pause();
  }

  async draw({ signal }) {
    const { page } = this;
    const { draw, temperature, rate, count: boards } = page.values;
    this.overlay.choose();
    this.rule.show(draw);
    this.heatInput.show(temperature);
    this.temperature.hidden = draw !== 'sample';
    this.transport.rate.value = rate;
    page.boards.want = { ...page.wanted, ...(this.playing && { pixel: page.boards.want.pixel }) };
    const state = await page.boards.reach(signal);
    this.show(state);
    await this.overlay.draw(signal);
    const { boards: most } = page.model.description;
    return boards > most ? `These weights draw at most ${most} boards at once.` : 'Drawn.';
  }

  /** Shows boards on their way or there. */
  show(state) {
    const { page, overrule } = this;
    const { images, next, levels, hash, total } = state;
    const { forced } = page.boards.want;
    const [colours] = page.model.description.shape;
    const known = levels.shape[1] / colours;
    const at = next.data.length ? next.data[0] : null;
    this.at = at;
    const pixels = [...new Set([...forced.keys()].map((place) => Math.floor(place / colours)))];
    const ahead = pixels.filter((pixel) => pixel >= known).map((pixel) => [pixel, overrule.colour(forced, pixel)]);
    this.board.show(images, { known, next: at, forced: pixels, ahead, ...this.overlay.marks(state, at) });
    this.bars.show(state);
    setText(this.title, at === null ? `All ${count(total)} pixels are drawn` : `Softmax at row ${next.data[1] + 1}, column ${next.data[2] + 1}`);
    this.#showFigures(state, known);
    setText(this.hash, hash);
    Object.assign(this.node.dataset, { pixel: known, hash, boards: images.shape[0] });
    setLabel(this.board.picture, `The board, ${known} of ${total} pixels drawn`);
    this.transport.show(known, total);
    overrule.show(forced);
    this.#showOthers(images);
    if (this.playing) this.follow();
  }

  get playing() {
    return this.transport.playing;
  }

  /** Pixels drawn. */
  get step() {
    return Number(this.node.dataset.pixel ?? 0);
  }

  go(to) {
    return this.transport.go(to);
  }

  advance(pixels) {
    return this.go(this.page.boards.want.pixel + pixels);
  }

  reset() {
    return this.go(0);
  }

  pause() {
    return this.transport.pause();
  }

  play() {
    return this.transport.play();
  }

  #showFigures({ nats, bits, levels }, known) {
    const { page, figures } = this;
    figures.nats.show(`${number(nats.data[0], 5)} nats`, nats.data[0]);
    figures.bits.show(`${number(bits.data[0], 5)} bits`, bits.data[0]);
    figures.dim.show(known ? `${number(-bits.data[0] / levels.shape[1], 3)} bits` : '–');
    const rate = page.boards.rate(page.model.id);
    figures.rate.show(rate ? `${count(rate)} pixels/s` : '–', rate);
  }

  #showOthers(images) {
    const more = images.shape[0] - 1;
    this.others.hidden = more < 1;
    while (this.others.children.length > more) this.others.lastChild.remove();
    while (this.others.children.length < more) {
      const nth = this.others.children.length + 1;
      const first = () => this.page.first(nth);
      this.others.append(el('button', { type: 'button', class: 'cell', 'aria-label': `Board ${nth + 1}`, on: { click: first } }, picture('', { 'aria-hidden': 'true' })));
    }
    [...this.others.children].forEach(({ firstChild }, nth) => paint(firstChild, images, nth + 1));
  }
}

function figure(key, name) {
  const value = el('dd', { data: { figure: key } });
  return {
    node: el('div', {}, el('dt', {}, name), value),
    show(text, exact = '') {
      setText(value, text);
      value.dataset.value = exact;
    },
  };
}
