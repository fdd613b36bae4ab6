// A walk through the latent space: the next picture is asked for only when the last one is drawn.

import { el, icon, nextFrame, setText } from '../shell/dom.js';
import { number, percent } from '../shell/format.js';
import { paint, picture } from './picture.js';

const LATENTS_PER_SECOND = 0.35;
const LONGEST_MILLIS = 120; // a slow picture slows the walk down rather than making it jump
const TRAIL = 12;
const TRAIL_MILLIS = 900;

export class Walk {
  id = 'walk';
  keys = ['seed', 'truncation'];
  playing = false;

  constructor(page) {
    this.page = page;
    this.canvas = picture('A walk through the latent space', { class: 'large' });
    this.label = el('span', {}, 'Play');
    this.button = el(
      'button',
      { type: 'button', class: 'primary', id: 'walk-play', data: { part: 'play' }, on: { click: () => (this.playing ? this.pause() : this.play()) } },
      icon('play'),
      this.label,
    );
    this.place = el('input', {
      type: 'range',
      min: 0,
      step: 0.01,
      'aria-label': 'Place on the walk, in latents passed',
      on: { input: () => this.#seek(Number(this.place.value)) },
    });
    this.readout = el('p', { class: 'readout' });
    this.words = el('span', { class: 'visually-hidden', role: 'status' });
    this.trail = el('div', { class: 'trail', 'aria-hidden': 'true' });
    this.node = el(
      'section',
      { class: 'view walk', 'aria-label': 'Walk' },
      el('div', { class: 'mat screen' }, this.canvas),
      el('div', { class: 'walk-bar', data: { part: 'transport' } }, this.button, this.place, this.readout),
      this.trail,
      this.words,
    );
  }

  shown(asked) {
    this.wanted = asked; // by a click: walk off; by a link: wait for one
  }

  hide() {
    this.playing = false;
    this.#showState();
  }

  async draw({ signal }) {
    this.time = this.page.values.time;
    await this.#picture(signal);
    if (this.wanted) this.play();
    this.wanted = false;
    return 'A smooth walk from latent to latent.';
  }

  async #picture(signal = null) {
    const { page } = this;
    const { seed, truncation } = page.values;
    const { z } = await page.run({ op: 'walk', seed, time: this.time, truncation }, [], signal);
    const { images, scores } = await page.run({ op: 'images' }, z.data, signal);
    this.images = images;
    paint(this.canvas, images);
    this.place.max = Math.max(16, Math.ceil(this.time / 16) * 16);
    this.place.value = this.time;
    this.node.dataset.time = this.time;
    this.where = `${number(Math.round(this.time * 100) / 100, 3)} latents passed, ${percent(scores.data[0])} real`;
    setText(this.readout, this.where);
  }

  async play() {
    if (this.playing) return;
    this.playing = true;
    this.#showState();
    let last = performance.now();
    let left = 0;
    this.walk = this.page.attempt(async () => {
      for (;;) {
        await nextFrame();
        if (!this.playing || this.node.hidden) break;
        const now = performance.now();
        const passed = Math.min(LONGEST_MILLIS, now - last);
        last = now;
        if (!this.page.seen) continue;
        this.time += (passed / 1000) * LATENTS_PER_SECOND;
        await this.#picture();
        if (now - left > TRAIL_MILLIS) {
          left = now;
          this.#leave();
        }
      }
    });
    await this.walk;
    setText(this.words, this.where); // not at every picture: a screen reader would never come to an end
    if (this.playing) {
      this.playing = false;
      this.#showState();
    }
  }

  /** The link says where the walk rests. */
  pause() {
    if (!this.playing) return undefined;
    this.playing = false;
    this.#showState();
    this.page.store.set({ time: this.time.toFixed(2) });
    return this.walk;
  }

  reset() {
    return this.#seek(0);
  }

  #seek(time) {
    this.playing = false;
    this.#showState();
    return this.page.set({ time: time.toFixed(2) });
  }

  #leave() {
    const copy = el('canvas');
    paint(copy, this.images);
    this.trail.prepend(copy);
    while (this.trail.children.length > TRAIL) this.trail.lastChild.remove();
  }

  #showState() {
    setText(this.label, this.playing ? 'Pause' : 'Play');
    this.button.querySelector('use').setAttribute('href', this.playing ? '#icon-pause' : '#icon-play');
    this.node.dataset.walking = this.playing;
    this.page.played();
  }
}
