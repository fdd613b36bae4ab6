// The PixelCNN page: its views, and the boards that they share.

import { notify } from '../../shell/notices.js';
import { takePictures } from '../bring.js';
import { ExhibitPage } from '../page.js';
import { Boards } from './boards.js';
import { Complete } from './complete.js';
import { readForced, writeForced } from './forced.js';
import { PixelView } from './pixel-view.js';

export class PixelPage extends ExhibitPage {
  static custom = { pixel: PixelView, complete: Complete };

  static keys = [
    ['Space', 'Play or pause'],
    ['→ ←', 'One pixel on or back'],
    ['↓ ↑', 'One row on or back'],
    ['End', 'To the end; Home begins again'],
    ['Arrows', 'On the board: a cursor; Enter uses its pixel'],
    ['Arrows', 'On the pad: move a cursor, finely with Shift'],
    ['Space', 'On the pad: put the pen down, or lift it'],
    ['Ctrl V', 'Complete the picture in the clipboard'],
  ];

  #forced = { key: null, map: new Map() };
  boards = new Boards(this, (state) => this.view.show?.(state));

  constructor(id) {
    super(id);
    takePictures(this, 'complete');
  }

  /** What the link asks of the boards. */
  get wanted() {
    const { seed, count, fork, pixel, draw, temperature } = this.values;
    const { id, description } = this.model;
    return {
      id,
      seed,
      fork,
      pixel,
      forced: this.forced,
      label: this.label ?? 0,
      count: Math.min(count, description.boards),
      draw,
      temperature,
    };
  }

  /** Forced levels of the link by place; the same map while they are the same. */
  get forced() {
    const { forced: text } = this.values;
    const key = `${this.model.id} ${text}`;
    if (this.#forced.key !== key) {
      const { forced, notes } = readForced(text, this.size);
      notes.forEach((note) => notify(note, { kind: 'warning', key: 'forced' }));
      this.#forced = { key, map: forced };
    }
    return this.#forced.map;
  }

  /** Values of an image, and levels of each. */
  get size() {
    const { shape, levels } = this.model.description;
    return { size: shape.reduce((product, n) => product * n, 1), levels };
  }

  /** Puts forced levels into the link. */
  keepForced(map, changes = {}) {
    const forced = writeForced(map, this.model.description.levels);
    this.#forced = { key: `${this.model.id} ${forced}`, map };
    this.store.set({ forced, ...changes });
  }

  /** How many completions, or continuations, there are at first. */
  get ways() {
    return this.model.description.ways;
  }

  /** Pixels a second of some weights, as far as they have drawn. */
  paces(id) {
    const cached = this.boards.rate(id);
    return cached ? { cached } : {};
  }

  changed(keys) {
    if (keys.includes('view')) this.#completions();
    return super.changed(keys);
  }

  /** One completion alone shows little. */
  #completions() {
    const { view, count } = this.values;
    if (view === 'complete' && count === 1 && this.model) this.store.set({ count: this.ways });
  }

  /** A request that leaves the boards alone. */
  ask(request, values = [], signal = null) {
    return this.models.run(this.model.id, request, values, signal);
  }

  /** Board `nth` becomes the first, and the only one. */
  first(nth) {
    const seed = this.values.seed + nth;
    if (seed <= this.control('seed').max) this.set({ seed, count: 1, fork: 0, view: 'pixel' });
  }

  /** Forced pixels stay where the new images have room for them. */
  opened() {
    super.opened();
    const { shape, levels } = this.model.description;
    const before = this.before;
    this.before = { shape, levels };
    this.#completions();
    if (!before || !this.values.forced) return;
    if (String(before.shape) !== String(shape)) {
      this.store.set({ forced: '' });
      notify('The forced pixels belong to images of another size; they were left out.', { key: 'forced' });
    } else if (before.levels !== levels) {
      const { forced } = readForced(this.values.forced, { size: this.size.size, levels: before.levels });
      const nearest = (level) => Math.round((level * (levels - 1)) / (before.levels - 1));
      this.store.set({ forced: writeForced(new Map([...forced].map(([place, level]) => [place, nearest(level)])), levels) });
    }
  }
}
