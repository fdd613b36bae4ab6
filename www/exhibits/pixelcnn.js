// The PixelCNN page: its views, and the boards that they share.

import { notify } from '../shell/notices.js';
import { Boards } from './boards.js';
import { Compare } from './compare.js';
import { Complete } from './complete.js';
import { readForced, writeForced } from './forced.js';
import { MasksView } from './masks.js';
import { ImagePage } from './page.js';
import { PixelView } from './pixel-view.js';

const WAYS = 8; // in which a picture is completed
const SEED_MOST = 4294967295;
const TEMPERATURES = { argmax: 0, uniform: null }; // null is infinite

class PixelPage extends ImagePage {
  #forced = { key: null, map: new Map() };

  constructor() {
    super('pixelcnn', {
      type: 'Pixels',
      makeViews(page) {
        page.boards = new Boards(page, (state) => page.view.show?.(state));
        return [PixelView, Complete, MasksView, Compare].map((View) => new View(page));
      },
      opened: () => this.#opened(),
    });
    this.takePictures('complete');
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
      temperature: draw in TEMPERATURES ? TEMPERATURES[draw] : temperature,
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

  /** Other kernels begin with causal masks. */
  change(changes) {
    return super.change('kernel' in changes || 'stacks' in changes ? { ...changes, cells: '' } : changes);
  }

  changed(keys) {
    if (keys.includes('view')) this.#completions();
    return super.changed(keys);
  }

  /** One completion alone shows little. */
  #completions() {
    const { view, count } = this.values;
    if (view === 'complete' && count === 1 && this.model) this.store.set({ count: Math.min(WAYS, this.model.description.boards) });
  }

  /** A request that leaves the boards alone. */
  ask(request, values = [], signal = null) {
    return this.models.run(this.model.id, request, values, signal);
  }

  /** Board `nth` becomes the first, and the only one. */
  first(nth) {
    const seed = this.values.seed + nth;
    if (seed <= SEED_MOST) this.set({ seed, count: 1, fork: 0, view: 'pixel' });
  }

  /** Forced pixels stay where the new images have room for them. */
  #opened() {
    const { shape, levels } = this.model.description;
    const before = this.before;
    this.before = { shape, levels };
    this.offerLabels();
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

export const page = new PixelPage();
