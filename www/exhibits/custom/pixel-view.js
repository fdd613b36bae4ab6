// One pixel at a time: the board, the softmax of the pixel that comes next, and what can be done about it.

import { byId, el, icon, nextFrame, setLabel, setText } from '../../shell/dom.js';
import { buildInput } from '../../shell/fields.js';
import { count, number } from '../../shell/format.js';
import { newest, paint, picture } from '../picture.js';
import { Bars, shade } from './bars.js';
import { Board } from './board.js';
import { toggles } from './toggles.js';

const WAYS = 8; // how many times a board is continued at once
const LINK_MILLIS = 400; // how often the link follows while it plays
const LATE_MILLIS = 40; // a slow machine plays slower rather than in jumps
const OVERLAYS = { none: '', surprise: 'The redder a pixel, the less likely it was.' };

export class PixelView {
  id = 'pixel';
  keys = ['seed', 'count'];
  playing = false;

  constructor(page) {
    this.page = page;
    this.board = new Board({ label: 'The board', touched: (pixels) => this.#touched(pixels) });
    this.bars = new Bars((channel, level) => this.#choose(channel, level));
    this.title = el('h2', { id: 'next-title' }, 'Softmax of the pixel that comes next');
    this.legend = el('p', { class: 'hint', id: 'overlay-legend' });
    this.figures = Object.fromEntries(
      [
        ['nats', 'Log-likelihood'],
        ['bits', 'in bits'],
        ['dim', 'per dimension'],
        ['rate', 'Speed here'],
      ].map(([key, name]) => [key, figure(key, name)]),
    );
    this.hash = el('code', { id: 'board-hash', class: 'hash' });
    this.others = el('div', { class: 'board-grid', id: 'other-boards', role: 'group', 'aria-label': 'Other boards' });
    this.tool = toggles('What a press on the board does', (id) => this.#use(id));
    this.tool.offer([
      { id: 'go', title: 'Go to' },
      { id: 'paint', title: 'Paint' },
      { id: 'free', title: 'Release' },
    ]);
    this.rule = toggles('How a pixel is drawn', (draw) => page.set({ draw }));
    this.temperature = el('label', { class: 'field' });
    this.overlays = toggles('Over the board', (overlay) => page.set({ overlay }));
    this.palette = el('div', { class: 'palette', role: 'group', 'aria-label': 'Level to paint' });
    this.ways = button('fork', '', () => this.#fork());
    this.release = button('release-all', 'Release all', () => this.#force(new Map()));
    this.node = el(
      'section',
      { class: 'view pixelwise', 'aria-label': 'Pixel by pixel' },
      el(
        'div',
        { class: 'hero' },
        el('div', { class: 'mat' }, this.board.node),
        this.#transport(),
        el('div', { class: 'board-foot', data: { part: 'tools' } }, this.overlays.node, this.legend),
      ),
      el(
        'div',
        { class: 'side' },
        el(
          'section',
          { class: 'panel', 'aria-labelledby': 'next-title' },
          this.title,
          this.bars.node,
          el('div', { id: 'draw-rule', data: { part: 'tools' } }, this.rule.node, this.temperature),
        ),
        el(
          'section',
          { class: 'panel', 'aria-label': 'Likelihood' },
          el(
            'dl',
            { class: 'costs' },
            Object.values(this.figures).map(({ node }) => node),
          ),
          el('p', { class: 'hint', data: { part: 'hash' } }, 'Hash of the boards ', this.hash),
        ),
        el(
          'section',
          { class: 'panel', data: { part: 'tools' }, 'aria-label': 'Overrule' },
          el('div', { class: 'stage-bar' }, this.tool.node),
          this.palette,
          el('div', { class: 'actions' }, this.ways, this.release),
        ),
        this.others,
      ),
    );
    this.follow = newest(() => page.attempt(() => this.#overlay()));
    this.#use('go');
    addEventListener('keydown', (event) => this.#key(event));
  }

  heatInput = null; // the temperature's, from the first weights on

  opened() {
    const { page } = this;
    const {
      shape: [colours],
      levels,
    } = page.model.description;
    this.pause();
    this.overlays.offer(page.control('overlay').choices);
    this.rule.offer(page.control('draw').choices);
    this.heatInput ??= buildInput({ ...page.control('temperature'), live: true }, 'temperature', (temperature) => page.change({ temperature }));
    this.temperature.replaceChildren(el('span', {}, 'Temperature'), this.heatInput.node);
    this.rate.replaceChildren(...page.control('rate').choices.map(({ id, title }) => el('option', { value: id }, title)));
    this.bars.build(colours, levels);
    this.#offerLevels(colours, levels);
    this.sight = null;
  }

  hide() {
    this.pause();
  }

  async draw({ signal }) {
    const { page } = this;
    const { overlay, draw, temperature } = page.values;
    this.overlays.show(overlay);
    this.rule.show(draw);
    this.heatInput.show(temperature);
    this.temperature.hidden = draw !== 'sample';
    this.rate.value = page.values.rate;
    page.boards.want = { ...page.wanted, ...(this.playing && { pixel: page.boards.want.pixel }) };
    const state = await page.boards.reach(signal);
    this.show(state);
    await this.#overlay(signal);
    return page.values.count > page.model.description.boards ? `These weights draw at most ${page.model.description.boards} boards at once.` : 'Drawn.';
  }

  /** Shows boards on their way or there. */
  show(state) {
    const { page } = this;
    const { images, next, nats, bits, levels, hash, total } = state;
    const { forced } = page.boards.want;
    const [colours] = page.model.description.shape;
    const known = levels.shape[1] / colours;
    const at = next.data.length ? next.data[0] : null;
    this.at = at;
    const pixels = [...new Set([...forced.keys()].map((place) => Math.floor(place / colours)))];
    this.board.show(images, {
      known,
      next: at,
      forced: pixels,
      ahead: pixels.filter((pixel) => pixel >= known).map((pixel) => [pixel, this.#colour(forced, pixel)]),
      sight: this.sight?.at === at ? this.sight.sight : null,
      heat: this.#heat(state),
      hot: page.values.overlay === 'surprise',
    });
    this.bars.show(state);
    setText(this.title, at === null ? `All ${count(total)} pixels are drawn` : `Softmax at row ${next.data[1] + 1}, column ${next.data[2] + 1}`);
    this.figures.nats.show(`${number(nats.data[0], 5)} nats`, nats.data[0]);
    this.figures.bits.show(`${number(bits.data[0], 5)} bits`, bits.data[0]);
    this.figures.dim.show(known ? `${number(-bits.data[0] / levels.shape[1], 3)} bits` : '–');
    const rate = page.boards.rate(page.model.id);
    this.figures.rate.show(rate ? `${count(rate)} pixels/s` : '–', rate);
    setText(this.hash, hash);
    setText(this.counter, `${count(known)} of ${count(total)}`);
    Object.assign(this.node.dataset, { pixel: known, hash, boards: images.shape[0] });
    setLabel(this.board.picture, `The board, ${known} of ${total} pixels drawn`);
    /** @type {[boolean, string[]][]} */
    const buttons = [
      [known === 0, ['back-row', 'back']],
      [at === null, ['forward', 'forward-row', 'to-end', 'fork']],
    ];
    for (const [disabled, ids] of buttons) {
      for (const id of ids) byId(id).disabled = disabled;
    }
    setText(this.ways, `Continue ${this.#ways} ways`);
    this.release.disabled = forced.size === 0;
    this.#showOthers(images);
    if (this.playing) this.follow();
  }

  /** One pixel, row or all; anything by hand ends play. */
  go(to) {
    this.pause();
    const { total } = this.page.boards.state;
    return this.page.set({ pixel: Math.min(total, Math.max(0, to)) });
  }

  /** Pixels drawn. */
  get step() {
    return Number(this.node.dataset.pixel ?? 0);
  }

  advance(pixels) {
    return this.go(this.page.boards.want.pixel + pixels);
  }

  reset() {
    return this.go(0);
  }

  /** Resolves when the last pixels are shown. */
  pause() {
    if (!this.playing) return undefined;
    this.playing = false;
    this.#showState();
    this.page.store.set({ pixel: this.page.boards.want.pixel });
    return this.moving;
  }

  async play() {
    if (this.playing || !this.page.boards.state) return;
    this.playing = true;
    this.#showState();
    this.moving = this.#play();
    await this.moving;
  }

  async #play() {
    const { page } = this;
    const { boards } = page;
    await page.attempt(async () => {
      if (this.at === null) {
        boards.want = { ...boards.want, pixel: 0 };
        await boards.reach();
      }
      let last = performance.now();
      let linked = last;
      let due = 0;
      while (this.playing && this.at !== null) {
        if (!page.seen) {
          await nextFrame();
          last = performance.now();
          continue;
        }
        const { rate } = page.values;
        if (rate === 'max') due = boards.within(LATE_MILLIS / 2);
        else {
          await nextFrame();
          const now = performance.now();
          due = Math.min(due + (now - last) * (Number(rate) / 1000), Math.max(1, boards.within(LATE_MILLIS)));
          last = now;
        }
        if (!this.playing) continue;
        const pixels = Math.floor(due);
        if (pixels < 1) continue;
        due -= pixels;
        boards.want = { ...boards.want, pixel: Math.min(boards.state.total, boards.want.pixel + pixels) };
        await boards.reach();
        if (performance.now() - linked > LINK_MILLIS) {
          linked = performance.now();
          page.store.set({ pixel: boards.want.pixel });
        }
      }
    });
    this.pause();
    if (!this.node.hidden) await page.render();
  }

  #transport() {
    const row = () => this.page.model.description.shape[2];
    const known = () => this.page.boards.want.pixel;
    this.playLabel = el('span', {}, 'Play');
    this.playButton = el(
      'button',
      { type: 'button', class: 'primary', id: 'play-pixels', data: { part: 'play' }, on: { click: () => this.toggle() } },
      icon('play'),
      this.playLabel,
    );
    this.counter = el('span', { class: 'counter-text', id: 'pixel-count', data: { part: 'counter' } });
    this.rate = el('select', { id: 'rate', on: { change: () => this.page.store.set({ rate: this.rate.value }) } });
    return el(
      'div',
      { class: 'pixel-transport', data: { part: 'transport' }, role: 'group', 'aria-label': 'Drawing' },
      el(
        'span',
        { data: { part: 'reset' } },
        button('restart', [icon('reset')], () => this.go(0), 'Restart'),
      ),
      el(
        'div',
        { class: 'cluster', data: { part: 'step' } },
        button('back-row', '− row', () => this.go(Math.floor((known() - 1) / row()) * row()), 'Back one row'),
        button('back', '− 1', () => this.go(known() - 1), 'Back one pixel'),
      ),
      this.playButton,
      el(
        'div',
        { class: 'cluster', data: { part: 'step' } },
        button('forward', '+ 1', () => this.go(known() + 1), 'Draw one pixel'),
        button('forward-row', '+ row', () => this.go((Math.floor(known() / row()) + 1) * row()), 'Draw to the end of the row'),
        button('to-end', 'End', () => this.go(Infinity), 'Draw to the end'),
      ),
      el('div', { class: 'pace' }, el('label', { class: 'select-line', data: { part: 'speed' } }, el('span', {}, 'Speed'), this.rate), this.counter),
    );
  }

  toggle() {
    return this.playing ? this.pause() : this.play();
  }

  #showState() {
    setText(this.playLabel, this.playing ? 'Pause' : 'Play');
    this.playButton.querySelector('use').setAttribute('href', this.playing ? '#icon-pause' : '#icon-play');
    this.node.dataset.playing = this.playing;
    this.page.played();
  }

  /** Keys of the whole page; those of fields, bars and the board are theirs. */
  #key(event) {
    if (this.node.hidden || !this.page.boards.state || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest?.('input, select, textarea, dialog, [role=tab]') || (event.key === ' ' && event.target.closest?.('button'))) return;
    const id = { ' ': 'play-pixels', ArrowRight: 'forward', ArrowLeft: 'back', ArrowDown: 'forward-row', ArrowUp: 'back-row', End: 'to-end', Home: 'restart' }[event.key];
    if (!id || byId(id).closest('[data-off], [inert]')) return;
    event.preventDefault();
    byId(id).click();
  }

  #use(tool) {
    this.using = tool;
    this.tool.show(tool);
    this.palette.hidden = tool !== 'paint';
    this.board.node.dataset.tool = tool;
  }

  #touched(pixels) {
    const { page, using } = this;
    const pixel = pixels.at(-1);
    if (using === 'go') return this.go(pixel);
    const [colours] = page.model.description.shape;
    const forced = new Map(page.boards.want.forced);
    for (const at of pixels) {
      for (let channel = 0; channel < colours; channel += 1) {
        if (using === 'paint') forced.set(at * colours + channel, this.levels[channel]);
        else forced.delete(at * colours + channel);
      }
    }
    return this.#force(forced);
  }

  #choose(channel, level) {
    const { page } = this;
    const place = this.at * page.model.description.shape[0] + channel;
    const forced = new Map(page.boards.want.forced);
    if (forced.get(place) === level) forced.delete(place);
    else forced.set(place, level);
    this.#force(forced);
  }

  #force(forced) {
    const { page } = this;
    page.keepForced(forced, { pixel: page.boards.want.pixel });
    return page.render();
  }

  /** The first board again and again from here. */
  #fork() {
    const { page } = this;
    page.set({ count: this.#ways, fork: page.boards.want.pixel }).then(() => this.play());
  }

  get #ways() {
    const {
      values: { count: boards },
      model: { description },
    } = this.page;
    return Math.min(boards > 1 ? boards : WAYS, description.boards);
  }

  #offerLevels(colours, levels) {
    this.levels = Array.from({ length: colours }, () => levels - 1);
    const mark = () => [...this.palette.children].forEach((node) => node.setAttribute?.('aria-pressed', String(Number(node.dataset.level) === this.levels[0])));
    if (colours === 1) {
      this.palette.replaceChildren(
        ...Array.from({ length: levels }, (_, level) => {
          const node = el('button', {
            type: 'button',
            class: 'swatch-button',
            'aria-label': `Level ${level}`,
            data: { level },
            on: {
              click: () => {
                this.levels = [level];
                mark();
              },
            },
          });
          const value = shade(level, levels);
          node.style.background = `rgb(${value} ${value} ${value})`;
          return node;
        }),
      );
      mark();
    } else {
      const input = el('input', {
        type: 'color',
        value: '#ffffff',
        'aria-label': 'Colour to paint',
        on: {
          input: () => {
            this.levels = [1, 3, 5].map((from) => Math.round((parseInt(input.value.slice(from, from + 2), 16) / 255) * (levels - 1)));
          },
        },
      });
      this.palette.replaceChildren(input);
    }
  }

  /** The colour of a pixel that is forced, wholly or in some channels. */
  #colour(forced, pixel) {
    const {
      shape: [colours],
      levels,
    } = this.page.model.description;
    const values = Array.from({ length: 3 }, (_, channel) => shade(forced.get(pixel * colours + Math.min(channel, colours - 1)) ?? 0, levels));
    return `rgb(${values.join(' ')})`;
  }

  #showOthers(images) {
    const more = images.shape[0] - 1;
    this.others.hidden = more < 1;
    while (this.others.children.length > more) this.others.lastChild.remove();
    while (this.others.children.length < more) {
      const nth = this.others.children.length + 1;
      this.others.append(
        el('button', { type: 'button', class: 'cell', 'aria-label': `Board ${nth + 1}`, on: { click: () => this.page.first(nth) } }, picture('', { 'aria-hidden': 'true' })),
      );
    }
    [...this.others.children].forEach(({ firstChild }, nth) => paint(firstChild, images, nth + 1));
  }

  #heat(state) {
    const { overlay } = this.page.values;
    if (overlay === 'gradient') return this.gradient?.hash === state.hash ? this.gradient.heat : null;
    if (overlay !== 'surprise') return null;
    const [colours, side] = this.page.model.description.shape;
    const heat = new Float32Array(side * side);
    state.value_nats.data.forEach((nats, place) => {
      heat[Math.floor(place / colours)] -= nats / (3 * colours);
    });
    return heat;
  }

  /** What lies over the board for the pixel that comes next. The gradient takes a pass over the whole image, so it waits for a rest. */
  async #overlay(signal = null) {
    const { page, at } = this;
    const { overlay } = page.values;
    const state = page.boards.state;
    const wanted = ['field', 'gradient'].includes(overlay);
    if (!wanted || at === null) {
      this.sight = null;
      this.board.mark({ sight: null, heat: this.#heat(state), hot: overlay === 'surprise' });
      setText(this.legend, wanted ? 'All pixels are drawn; go back to one to see what it sees.' : OVERLAYS[overlay]);
      return;
    }
    const [, row, column] = state.next.data;
    const { sight } = await page.ask({ op: 'sees', row, column }, [], signal);
    this.sight = { at, sight: sight.data };
    const total = (kind) => sight.data.reduce((sum, value) => sum + (value === kind), 0);
    let words = `Blue: the ${count(total(1))} of ${count(at)} earlier pixels that it can see. `;
    const blind = total(2);
    const spot = blind ? `Hatched: its blind spot, ${count(blind)} pixels.` : 'It has no blind spot.';
    if (overlay === 'gradient' && !this.playing) {
      const { gradient, level } = await page.ask({ op: 'field', row, column }, [], signal);
      const heat = pixelwise(gradient);
      const most = heat.reduce((a, b) => Math.max(a, b), 0) || 1;
      const zero = sight.data.reduce((sum, kind, nth) => sum + (kind === 2 && heat[nth] === 0), 0);
      this.gradient = { hash: state.hash, heat: heat.map((value) => (value > 0 ? Math.max(0.04, 1 + Math.log10(value / most) / 4) : 0)) };
      words = `The stronger the blue, the more a pixel moves the logit of level ${level.data[0]}, over four powers of ten. `;
      if (blind) words += `In the blind spot the gradient is exactly 0 at ${count(zero)} of ${count(blind)} pixels. `;
      Object.assign(this.node.dataset, { blind, zero });
    }
    if (this.at !== at) return;
    this.board.mark({ sight: this.sight.sight, heat: this.#heat(state), hot: false });
    this.node.dataset.seen = total(1);
    this.node.dataset.blind = blind;
    setText(this.legend, words + spot);
  }
}

/** The size of each pixel's gradient, channels together. */
function pixelwise({ shape: [channels, height, width], data }) {
  return Float32Array.from({ length: height * width }, (_, at) => {
    let sum = 0;
    for (let channel = 0; channel < channels; channel += 1) sum += Math.abs(data[channel * height * width + at]);
    return sum;
  });
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

/** `label`: a text, which is then its name, or an icon, which is named by `title`. */
function button(id, label, act, title = '') {
  return el('button', { type: 'button', id, title, 'aria-label': typeof label === 'string' ? null : title, on: { click: act } }, label);
}
