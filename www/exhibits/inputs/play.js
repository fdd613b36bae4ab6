// Time that plays: a button and a slider. The next picture is asked for only when the last one is drawn.

import { el, icon, nextFrame, setText } from '../../shell/dom.js';
import { number } from '../../shell/format.js';

const PER_SECOND = 0.35; // units of time
const LONGEST_MILLIS = 120; // a slow picture slows the time down rather than making it jump
const SHOWN = 16; // units on the slider, and as many again where time has passed them

export class Play {
  place = 'under';
  playing = false;

  constructor(view, spec) {
    this.view = view;
    this.spec = spec;
    this.key = spec.keys[0];
    const { label, unit } = view.page.control(this.key);
    this.unit = unit;
    this.label = el('span', {}, 'Play');
    this.button = el(
      'button',
      { type: 'button', class: 'primary', id: 'play', data: { part: 'play' }, on: { click: () => (this.playing ? this.pause() : this.play()) } },
      icon('play'),
      this.label,
    );
    this.slider = el('input', { type: 'range', min: 0, step: 0.01, 'aria-label': label, on: { input: () => this.#seek(Number(this.slider.value)) } });
    this.readout = el('p', { class: 'readout' });
    this.words = el('span', { class: 'visually-hidden', role: 'status' });
    this.node = el('div', { class: 'walk-bar' }, this.button, this.slider, this.readout, this.words);
  }

  show(values) {
    if (this.playing) return;
    this.time = Number(values[this.key]);
    this.#showTime();
  }

  /** By a click on the view, it plays; a link waits for one. */
  entered(asked) {
    this.wanted = asked;
  }

  drawn() {
    if (this.wanted) this.play();
    this.wanted = false;
  }

  async play() {
    if (this.playing) return;
    this.#playing(true);
    const { page } = this.view;
    let last = performance.now();
    this.run = page.attempt(async () => {
      for (;;) {
        await nextFrame();
        if (!this.playing || this.view.node.hidden) break;
        const now = performance.now();
        const passed = Math.min(LONGEST_MILLIS, now - last);
        last = now;
        if (!page.seen) continue;
        this.time += (passed / 1000) * PER_SECOND;
        this.#showTime();
        await this.view.glance({ [this.key]: this.time.toFixed(3) });
      }
    });
    await this.run;
    setText(this.words, this.readout.textContent); // not at every picture: a screen reader would never come to an end
    if (this.playing) this.#playing(false);
  }

  /** The link says where it rests. */
  pause() {
    if (!this.playing) return undefined;
    this.#playing(false);
    this.view.page.store.set({ [this.key]: this.time.toFixed(2) });
    return this.run;
  }

  reset() {
    return this.#seek(0);
  }

  rest() {
    this.#playing(false);
  }

  #seek(time) {
    this.#playing(false);
    return this.view.page.set({ [this.key]: time.toFixed(2) });
  }

  #showTime() {
    this.slider.max = Math.max(SHOWN, Math.ceil(this.time / SHOWN) * SHOWN);
    this.slider.value = this.time;
    this.view.node.dataset.time = this.time;
    setText(this.readout, `${number(Math.round(this.time * 100) / 100, 3)} ${this.unit}`);
  }

  #playing(playing) {
    this.playing = playing;
    setText(this.label, playing ? 'Pause' : 'Play');
    this.button.querySelector('use').setAttribute('href', playing ? '#icon-pause' : '#icon-play');
    this.view.node.dataset.playing = playing;
    this.view.page.played();
  }
}
