// A pad to draw on, or to put a picture on. What is on it is not in the link; but where the view has an output of the kind `start`, the
// pad begins with its picture, and the link gets the latent that the model gives a drawing.

import { el } from '../../shell/dom.js';
import { notify } from '../../shell/notices.js';
import { Pad } from '../pad.js';
import { writeZ } from './z.js';

export class ImagePad {
  static keys = [
    ['Arrows', 'On the pad: move a cursor, finely with Shift'],
    ['Space', 'On the pad: put the pen down, or lift it'],
    ['Ctrl V', 'Put the picture in the clipboard on the pad'],
  ];

  place = 'lead';
  version = 0; // of what is on the pad
  #drawn = false; // whether a person has changed it
  #changes = 0; // made by a person
  #held = null; // the values of the settings for which it holds what it should
  #z = null; // the latent whose picture it began with, or that the model gave a drawing
  #read = 0; // the version that was read last
  #linked = 0; // the version whose latent is in the link

  constructor(view, spec) {
    this.view = view;
    this.spec = spec;
    this.start = view.row.outputs.findIndex(({ kind }) => kind === 'start');
    const changed = () => {
      this.#drawn = true;
      this.#changes += 1;
      this.version += 1;
      view.page.render();
    };
    this.pad = new Pad({ changed, failed: (sentence) => notify(sentence, { kind: 'warning', key: 'picture' }) });
    const again = () => {
      this.#held = null;
      this.#drawn = false;
      view.page.render();
    };
    this.node = el(
      'section',
      { 'aria-label': 'Drawing' },
      this.pad.node,
      el('p', { class: 'hint' }, 'Draw, drop, paste or choose a picture. It stays in this page.'),
      this.start >= 0 && el('div', { class: 'actions', data: { part: 'tools' } }, el('button', { type: 'button', on: { click: again } }, 'Start from the picture at z')),
    );
  }

  /** The settings that say which picture it begins with, that of the latent first. */
  get #reads() {
    return this.view.row.outputs[this.start].reads;
  }

  #wanted(values) {
    return JSON.stringify(this.#reads.map((key) => values[key]));
  }

  opened({ description: { shape } }) {
    this.#linked = -1;
    if (String(this.size) !== String(shape)) {
      this.size = shape;
      this.pad.shape(shape);
      this.version += 1;
      this.#drawn = false;
    }
    if (!this.#drawn) this.#held = null;
  }

  /** Puts the picture on it that the link names, unless it is there; resolves to whether it did. */
  async prepare(signal) {
    if (this.start < 0) return false;
    const { values } = this.view.page;
    const wanted = this.#wanted(values);
    if (wanted === this.#held) return false;
    const z = values[this.#reads[0]];
    const changes = this.#changes;
    // A drawing stays where its latent does, and gets another one.
    const answer = this.#drawn && z === this.#z ? null : await this.view.ask(this.start, signal);
    if (signal.aborted && !answer) return false;
    const puts = answer !== null && this.#changes === changes;
    if (puts) {
      this.pad.put(answer.images);
      this.version += 1;
      this.#drawn = false;
    }
    this.#linked = -1;
    this.#held = wanted;
    this.#z = z;
    return puts;
  }

  /** The model has given the drawing a latent. */
  answered(output, { z }) {
    if (this.start < 0 || !this.#drawn || !output.image || z?.shape[0] !== 1 || this.#linked === this.#read) return;
    const { page } = this.view;
    this.#linked = this.#read;
    this.#z = writeZ(z.data);
    page.store.set({ [this.#reads[0]]: this.#z });
    this.#held = this.#wanted(page.values);
    this.view.input('plane')?.show(page.values);
  }

  /** Pixels, channels first, from 0 to 1. */
  values() {
    this.#read = this.version;
    return this.pad.values();
  }

  load(file) {
    return this.pad.load(file);
  }

  unlinked() {
    return this.start < 0 ? 'The picture on the pad is not in the link.' : 'The picture on the pad is not in the link; the mean of its posterior, z, is.';
  }
}
