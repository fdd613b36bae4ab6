// Samples by address: the picture of `seed:index` under a truncation, computed in chunks and kept.

import { row, single } from '../picture.js';

const CHUNK = 8;
const MOST = 600;

export class Samples {
  #kept = new Map();

  /** `request()` is the operation that turns latents into pictures, `prefix()` whatever else a picture depends on. */
  constructor(page, { request, prefix = () => '' }) {
    this.page = page;
    this.request = request;
    this.prefix = prefix;
  }

  /**
   * The samples `[{seed, index}]`, each `{seed, index, z, image, score}`; `each(place, sample)` follows every one as soon
   * as it is there.
   * @param {any[]} wanted  @param {{ signal?: AbortSignal | null, each?: (place: number, sample: any) => void }} options
   */
  async get(wanted, { signal, each = () => {} } = {}) {
    const { truncation } = this.page.values;
    const key = ({ seed, index }) => `${this.page.model.id} ${this.prefix()} ${truncation} ${seed} ${index}`;
    const found = wanted.map((one) => this.#kept.get(key(one)));
    const missing = [];
    found.forEach((sample, place) => (sample ? each(place, sample) : missing.push(place)));
    for (const places of chunks(missing, wanted)) {
      const { seed, index } = wanted[places[0]];
      const request = { op: 'latents', seed, start: index, count: places.length, truncation };
      const { z } = await this.page.run(request, [], signal);
      const { images, scores } = await this.page.run(this.request(), z.data, signal);
      places.forEach((place, nth) => {
        const sample = { ...wanted[place], z: row(z, nth), image: single(images, nth), score: scores?.data[nth] };
        this.#keep(key(sample), sample);
        found[place] = sample;
        each(place, sample);
      });
    }
    return found;
  }

  #keep(key, sample) {
    this.#kept.set(key, sample);
    if (this.#kept.size > MOST) this.#kept.delete(this.#kept.keys().next().value);
  }
}

/** Places whose samples follow one another, at most `CHUNK` at a time. */
function chunks(places, wanted) {
  const out = [];
  for (const place of places) {
    const last = out.at(-1);
    const before = last && wanted[last.at(-1)];
    const follows = before && before.seed === wanted[place].seed && before.index + 1 === wanted[place].index;
    if (follows && last.length < CHUNK) last.push(place);
    else out.push([place]);
  }
  return out;
}
