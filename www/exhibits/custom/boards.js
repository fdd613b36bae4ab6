// The boards of a PixelCNN in the worker, brought to where the page wants them: gestures change `want`, and one small request
// after another follows, so that the newest gesture wins, nothing blocks, and a lost worker or a link is no special case.

import { Superseded } from '../models.js';

const SLICE_MILLIS = 20; // longest request, apart from a single slow pixel
const FIRST_PIXELS = 16; // before it is known how fast these weights are

export class Boards {
  /** `{id, seed, label, draw, temperature, count, fork, forced: Map, pixel}`; see the requests in src/exhibits/pixels/mod.rs. */
  want = null;

  /** The newest state of the worker's boards. */
  state = null;

  #have = null;
  /** @type {Promise<any>} */
  #tail = Promise.resolve();
  #paces = new Map(); // by weights: milliseconds per pixel of one board

  /** `shown(state)` follows every request. */
  constructor(page, shown) {
    this.page = page;
    this.shown = shown;
  }

  /** Resolves to the state of the boards that are wanted, once they are there. */
  async reach(signal = null) {
    for (;;) {
      if (signal?.aborted) throw new Superseded();
      if (await this.#alone(() => this.#advance())) return this.state;
    }
  }

  /** Pixels per second of the weights `id`, all boards together; undefined before the first. */
  rate(id) {
    const pace = this.#paces.get(id);
    return pace && 1000 / pace;
  }

  /** Pixels of every board that fit into `millis`. */
  within(millis) {
    const pace = this.#paces.get(this.want.id);
    return pace ? Math.max(1, Math.floor(millis / pace / this.want.count)) : FIRST_PIXELS;
  }

  /** @template T  @param {() => Promise<T>} action  @returns {Promise<T>} */
  #alone(action) {
    const turn = this.#tail.then(action);
    this.#tail = turn.catch(() => {});
    return turn;
  }

  /** One request towards what is wanted. Resolves to whether there was nothing to do. */
  async #advance() {
    const {
      want,
      page: { models },
    } = this;
    const description = await models.describe(want.id);
    if (this.#have?.description !== description) this.#have = null; // opened anew: its boards are empty
    const next = this.#next(want, description);
    if (!next) return true;
    const { request, values = [], after } = next;
    this.#have = null; // unless it succeeds
    const state = await models.run(want.id, request, values);
    if ((await models.describe(want.id)) !== description) return false; // a new worker answered, from empty boards
    this.#have = { ...after, description, pixel: state.next.data[0] ?? size(description) };
    if (request.op === 'step') this.#time(want.id, request.pixels * after.count, state.millis);
    this.state = { ...state, boards: after, total: size(description) };
    this.shown(this.state);
    return false;
  }

  #next(want, description) {
    const have = this.#have;
    const { forced, seed, label, draw, temperature } = want;
    if (!have || ['id', 'seed', 'label', 'draw', 'temperature'].some((key) => have[key] !== want[key])) {
      const count = want.fork > 0 ? 1 : want.count;
      return { request: { op: 'start', seed, count, label, draw, temperature }, values: [...forced].flat(), after: { ...want, count, fork: 0, pixel: 0 } };
    }
    const changes = have.forced === forced ? [] : differences(have.forced, forced);
    if (changes.length > 0) {
      const first = changes.reduce((least, [place]) => Math.min(least, place), Infinity);
      const pixel = Math.min(have.pixel, Math.floor(first / description.shape[0]));
      return { request: { op: 'force' }, values: changes.flat(), after: { ...have, forced, pixel, fork: Math.min(have.fork, pixel) } };
    }
    const pixel = Math.min(want.pixel, size(description));
    const forkAt = Math.min(want.fork, pixel);
    const fork = (count) => ({ request: { op: 'fork', count, seed }, after: { ...have, count, fork: have.pixel } });
    let until = pixel;
    if (want.count === 1) {
      if (have.count > 1) return fork(1);
    } else if (have.count !== want.count || have.fork !== forkAt) {
      // All boards go through the first one up to the fork.
      if (have.pixel === forkAt) return fork(want.count);
      if (have.pixel < forkAt && have.count > 1) return fork(1);
      until = forkAt;
    }
    if (have.pixel > until) return { request: { op: 'back', pixel: until }, after: { ...have, pixel: until, fork: Math.min(have.fork, until) } };
    if (have.pixel === until) return null;
    const pixels = Math.min(this.within(SLICE_MILLIS), until - have.pixel);
    return { request: { op: 'step', pixels }, after: { ...have, pixel: have.pixel + pixels } };
  }

  /** Single pixels say little, because every answer also looks one pixel ahead. */
  #time(id, pixels, millis) {
    const [before, pace] = [this.#paces.get(id), millis / pixels];
    if (before === undefined) this.#paces.set(id, pace);
    else if (pixels >= FIRST_PIXELS) this.#paces.set(id, before + (pace - before) / 3);
  }
}

const size = ({ shape: [, height, width] }) => height * width;

/** What to force so that `from` becomes `to`; -1 takes a force away. */
function differences(from, to) {
  const changed = [...to].filter(([place, level]) => from.get(place) !== level);
  const gone = [...from.keys()].filter((place) => !to.has(place)).map((place) => [place, -1]);
  return [...changed, ...gone];
}
