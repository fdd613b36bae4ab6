// The transport of a board: play, single pixels and rows, the speed, and the keys that press these buttons.

import { byId, el, icon, nextFrame, setText } from '../../shell/dom.js';
import { count } from '../../shell/format.js';

const LINK_MILLIS = 400; // how often the link follows while it plays
const LATE_MILLIS = 40; // a slow machine plays slower rather than in jumps
const KEYS = { ' ': 'play-pixels', ArrowRight: 'forward', ArrowLeft: 'back', ArrowDown: 'forward-row', ArrowUp: 'back-row', End: 'to-end', Home: 'restart' };

export class Transport {
  playing = false;

  /** @param {import('./pixel-view.js').PixelView} view */
  constructor(view) {
    this.view = view;
    this.page = view.page;
    this.label = el('span', {}, 'Play');
    this.button = el(
      'button',
      { type: 'button', class: 'primary', id: 'play-pixels', data: { part: 'play' }, on: { click: () => (this.playing ? this.pause() : this.play()) } },
      icon('play'),
      this.label,
    );
    this.counter = el('span', { class: 'counter-text', id: 'pixel-count', data: { part: 'counter' } });
    this.rate = el('select', { id: 'rate', on: { change: () => this.page.store.set({ rate: this.rate.value }) } });
    this.node = this.#build();
    addEventListener('keydown', (event) => this.#key(event));
  }

  #build() {
    const row = () => this.page.model.description.shape[2];
    const known = () => this.page.boards.want.pixel;
    const step = (id, label, to, title) => button(id, label, () => this.go(to()), title);
    return el(
      'div',
      { class: 'pixel-transport', data: { part: 'transport' }, role: 'group', 'aria-label': 'Drawing' },
      el(
        'span',
        { data: { part: 'reset' } },
        step('restart', [icon('reset')], () => 0, 'Restart'),
      ),
      el(
        'div',
        { class: 'cluster', data: { part: 'step' } },
        step('back-row', '− row', () => Math.floor((known() - 1) / row()) * row(), 'Back one row'),
        step('back', '− 1', () => known() - 1, 'Back one pixel'),
      ),
      this.button,
      el(
        'div',
        { class: 'cluster', data: { part: 'step' } },
        step('forward', '+ 1', () => known() + 1, 'Draw one pixel'),
        step('forward-row', '+ row', () => (Math.floor(known() / row()) + 1) * row(), 'Draw to the end of the row'),
        step('to-end', 'End', () => Infinity, 'Draw to the end'),
      ),
      el('div', { class: 'pace' }, el('label', { class: 'select-line', data: { part: 'speed' } }, el('span', {}, 'Speed'), this.rate), this.counter),
    );
  }

  /** Weights were opened. */
  opened() {
    this.pause();
    this.rate.replaceChildren(...this.page.control('rate').choices.map(({ id, title }) => el('option', { value: id }, title)));
  }

  /** `known` of `total` pixels are drawn. */
  show(known, total) {
    setText(this.counter, `${count(known)} of ${count(total)}`);
    /** @type {[boolean, string[]][]} */
    const buttons = [
      [known === 0, ['back-row', 'back']],
      [known === total, ['forward', 'forward-row', 'to-end', 'fork']],
    ];
    for (const [disabled, ids] of buttons) {
      for (const id of ids) byId(id).disabled = disabled;
    }
  }

  /** One pixel, row or all; anything by hand ends play. */
  go(to) {
    this.pause();
    const { total } = this.page.boards.state;
    return this.page.set({ pixel: Math.min(total, Math.max(0, to)) });
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
    const { page, view } = this;
    await page.attempt(() => this.#run());
    this.pause();
    if (!view.node.hidden) await page.render();
  }

  /** Draws as many pixels as the time that has passed asks for, again and again. */
  async #run() {
    const { page, view } = this;
    const { boards } = page;
    if (view.at === null) {
      boards.want = { ...boards.want, pixel: 0 };
      await boards.reach();
    }
    let last = performance.now();
    let linked = last;
    let due = 0;
    while (this.playing && view.at !== null) {
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
  }

  #showState() {
    setText(this.label, this.playing ? 'Pause' : 'Play');
    this.button.querySelector('use').setAttribute('href', this.playing ? '#icon-pause' : '#icon-play');
    this.view.node.dataset.playing = this.playing;
    this.page.played();
  }

  /** Keys of the whole page; those of fields, bars and the board are theirs. */
  #key(event) {
    if (this.view.node.hidden || !this.page.boards.state || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest?.('input, select, textarea, dialog, [role=tab]') || (event.key === ' ' && event.target.closest?.('button'))) return;
    const id = KEYS[event.key];
    if (!id || byId(id).closest('[data-off], [inert]')) return;
    event.preventDefault();
    byId(id).click();
  }
}

/** `label`: a text, which is then its name, or an icon, which is named by `title`. */
function button(id, label, act, title) {
  return el('button', { type: 'button', id, title, 'aria-label': typeof label === 'string' ? null : title, on: { click: act } }, label);
}
