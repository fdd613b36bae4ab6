// Films of a run in the share panel: what each will be, the buttons, and how far one is.

import { el, setText } from '../shell/dom.js';
import { count, fixed } from '../shell/format.js';
import { encodable } from './codecs.js';
import { plan } from './film.js';
import { save } from './download.js';
import { subjects } from './pictures.js';

const FRAMES = 40;
const KINDS = { mp4: 'MP4', webm: 'WebM', gif: 'GIF' };
/** Bytes for each pixel of each picture, about, in films of races and figures. */
const DENSITY = { mp4: 0.025, webm: 0.025, gif: 0.2 };

export class Films {
  #film = null;
  #encoded = {}; // by kind: what encodes it, or null

  constructor(race, panel, name, scale) {
    this.race = race;
    this.name = name;
    this.scale = scale;
    this.buttons = Object.fromEntries(Object.entries(KINDS).map(([kind, title]) => [kind, panel.button(`take-${kind}`, `Film (${title})`, () => this.#make(kind))]));
    this.bar = el('progress', { id: 'take-progress', max: 1, value: 0, hidden: true, 'aria-label': 'Progress of the film' });
    this.about = el('p', { id: 'film-about' });
    this.node = el('div', { class: 'films' }, el('div', { class: 'actions' }, Object.values(this.buttons), this.bar), this.about);
    scale.addEventListener('change', () => this.show());
  }

  get #options() {
    return { frames: FRAMES, scale: 0.5 * Number(this.scale.value) };
  }

  /** Says what the films of the run on the page will be. */
  async show() {
    const { scale, frames } = this.#options;
    const [{ width, height }] = subjects(this.race);
    const size = { width: Math.round(width * scale), height: Math.round(height * scale) };
    const { pictures, millis } = plan(this.race.runner.step, frames);
    this.#encoded = { mp4: await encodable('mp4', size), webm: await encodable('webm', size), gif: { name: 'GIF' } };
    for (const [kind, button] of Object.entries(this.buttons)) if (!this.#film) button.disabled = !this.#encoded[kind];
    const there = Object.keys(KINDS).filter((kind) => this.#encoded[kind]);
    const sizes = there.map((kind) => `${KINDS[kind]} ${bytesIn(DENSITY[kind] * size.width * size.height * pictures)}`);
    setText(
      this.about,
      `${count(pictures)} pictures of ${size.width} x ${size.height} pixels, ${fixed(millis / 1000, 1)} s long. Expected size: ${sizes.join(', ')}. ${this.#advice}`,
    );
  }

  /** Which film opens where. */
  get #advice() {
    const { mp4 } = this.#encoded;
    if (mp4?.name === 'H.264') return 'Office programs play the MP4 (H.264) and the GIF, browsers play all.';
    if (mp4) return 'Only new office programs play the MP4, as this browser encodes it as AV1; all of them play the GIF.';
    return 'This browser encodes no MP4 of this size; office programs play the GIF.';
  }

  async #make(kind) {
    if (this.#film) {
      this.#film.abort();
      return 'The film is being stopped…';
    }
    this.#film = new AbortController();
    const pressed = this.buttons[kind];
    const label = pressed.textContent;
    for (const each of Object.values(this.buttons)) each.disabled = each !== pressed;
    setText(pressed, 'Stop the film');
    this.bar.hidden = false;
    const progress = (done, pictures, bytes) => {
      this.bar.value = done / pictures;
      setText(this.about, `Picture ${count(done)} of ${count(pictures)}; the film will have ${bytesIn((bytes / done) * pictures)}.`);
    };
    const options = { ...this.#options, signal: this.#film.signal, progress };
    try {
      const made = kind === 'gif' ? await (await import('./gif.js')).toGif(this.race, options) : await (await import('./video.js')).toVideo(this.race, kind, options);
      if (!made) return 'The film was stopped.';
      save(this.name('film', kind), made);
      return `The film is saved: ${bytesIn(made.size)}.`;
    } finally {
      this.#film = null;
      pressed.textContent = label;
      this.bar.hidden = true;
      await this.show();
    }
  }
}

/** Bytes as a person reads them. */
function bytesIn(bytes) {
  return bytes < 999_500 ? `${count(Math.max(1, bytes / 1000))} kB` : `${fixed(bytes / 1e6, 1)} MB`;
}
