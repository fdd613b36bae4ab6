// Finished models in a worker. Cards and weights stay here too, so a new worker can take over where one is lost.

import { probe } from '../shell/device.js';
import { PATIENCE, WorkerClient, WorkerLost } from '../compute/worker-client.js';

const GPU_FORGIVENESS_MILLIS = 120_000; // a second GPU loss within this time: stay on the CPU
const CRASH_LIMIT = 3; // crashes within a minute after which a retry would only repeat them
const MOST_OPEN = 6; // models kept open in the worker, as many as one view draws with; others open again from here
const NAMES = { cpu: 'CPU', gpu: 'WebGPU' };

/** The newest request has taken over; nobody waits for this one. */
export class Superseded extends Error {}

export class Models {
  #files = new Map(); // id -> {card, file}
  #open = new Map(); // id -> description, oldest use first
  #recovery = null;
  #losses = [];

  /** `type` is what Rust calls such a model; `report({text, detail, kind})` shows a sentence, `recovered()` follows a new worker, `broken(text, detail)` gives up. */
  constructor(client, load, hooks) {
    Object.assign(this, hooks);
    this.#adopt(client, 'cpu');
    this.ready = load.then(({ catalog }) => {
      this.started = true;
      return catalog;
    });
  }

  get device() {
    return this.kind === 'gpu' ? 'webgpu' : 'cpu';
  }

  resolve(demo, query) {
    return this.#call('resolveImages', [demo, query]);
  }

  /** What masked convolutions depend on; needs no weights. */
  masks(request) {
    return this.#call('maskField', [request]);
  }

  has(id) {
    return this.#files.has(id);
  }

  /**
   * Opens weights from their card and file, or throws the sentence that says why not. Resolves to the description; `place` is
   * where good ones are kept, null where they are already.
   */
  async open(id, card, file, place) {
    const description = await this.#call('openModel', [this.type, id, card, file, place], PATIENCE.long);
    this.#files.set(id, { card, file });
    await this.#opened(id, description);
    return description;
  }

  /** The description of weights that were opened before: another object whenever they were opened anew. */
  async describe(id) {
    await this.#ensure(id);
    return this.#open.get(id);
  }

  /** One request to one model. Throws `Superseded` when `signal` says that the answer is no longer wanted. */
  async run(id, request, values = [], signal = null) {
    const wanted = () => { if (signal?.aborted) throw new Superseded(); };
    wanted();
    await this.#ensure(id);
    wanted();
    const result = await this.#call('run', [id, request, Float32Array.from(values)], this.#patience());
    this.warm = true;
    wanted();
    return result;
  }

  /** Moves to another device, or throws a sentence and leaves everything where it is. */
  async switchTo(kind) {
    if (kind === this.kind) return;
    const old = this.client;
    const { client, open } = await this.#prepare(kind);
    this.#adopt(client, kind, open);
    old.close();
  }

  /**
   * Times one request on another device against `here` milliseconds, and stays there if it is faster.
   * Resolves to `{there, moved}`.
   */
  async trial(kind, { id, request, values }, here) {
    const old = this.client;
    const { client, open } = await this.#prepare(kind);
    try {
      if (!open.has(id)) throw new Error('Other weights were chosen meanwhile.');
      const time = async () => {
        const begin = performance.now();
        await client.call('run', [id, request, values], PATIENCE.long);
        return performance.now() - begin;
      };
      await time(); // shaders are compiled on first use
      const there = await time();
      const moved = there < here && this.client === old;
      if (!moved) client.close();
      else {
        this.#adopt(client, kind, open);
        this.warm = true;
        old.close();
      }
      return { there, moved };
    } catch (error) {
      client.close();
      throw error;
    }
  }

  /** Ends the worker while nobody needs it; the next request starts another. */
  park() {
    if (this.kind !== 'cpu' || !this.client.idle) return;
    this.client.close();
    this.#open = new Map();
  }

  async #ensure(id) {
    if (this.#open.has(id)) return this.#touch(id);
    const { card, file } = this.#files.get(id);
    await this.#opened(id, await this.#call('openModel', [this.type, id, card, file], PATIENCE.long));
  }

  #touch(id) {
    const description = this.#open.get(id);
    this.#open.delete(id);
    this.#open.set(id, description);
  }

  async #opened(id, description) {
    this.#open.delete(id);
    this.#open.set(id, description);
    const [oldest] = this.#open.keys();
    if (this.#open.size <= MOST_OPEN) return;
    this.#open.delete(oldest);
    await this.#call('closeModel', [oldest]);
  }

  /** A worker of `kind` with the model that was used last. */
  async #prepare(kind) {
    if (kind === 'gpu') {
      const { missing } = await probe();
      if (missing) throw new Error(missing);
    }
    const client = new WorkerClient();
    try {
      await client.load(kind === 'cpu' ? 'images' : kind);
      const open = new Map();
      const id = [...this.#open.keys()].at(-1);
      if (id) {
        const { card, file } = this.#files.get(id);
        open.set(id, await client.call('openModel', [this.type, id, card, file], PATIENCE.long));
      }
      return { client, open };
    } catch (error) {
      client.close();
      throw error;
    }
  }

  #adopt(client, kind, open = new Map()) {
    this.client = client;
    this.kind = kind;
    this.warm = false;
    this.#open = open;
    client.onlost = (lost) => { this.#recovery = this.#revive(lost).finally(() => { this.#recovery = null; }); };
  }

  /** The first pictures on a GPU compile shaders, which takes long. */
  #patience() {
    return this.kind === 'gpu' && !this.warm ? PATIENCE.long : PATIENCE.short * 2;
  }

  async #call(name, args, patience) {
    await this.#recovery;
    if (this.client.lost) await (this.#recovery ??= this.#restart().finally(() => { this.#recovery = null; }));
    return this.client.call(name, args, patience);
  }

  /** The worker was parked, or recovery was given up, and now something is asked for: begin with a fresh one. */
  async #restart() {
    this.#losses = [];
    const { client, open } = await this.#prepare('cpu');
    this.#adopt(client, 'cpu', open);
  }

  async #revive(lost) {
    if (!this.started) return; // nothing to revive yet: whoever awaits `ready` says so
    const now = performance.now();
    const from = this.kind;
    this.#losses = [...this.#losses.filter(({ at }) => now - at < GPU_FORGIVENESS_MILLIS), { at: now, kind: from }];
    if (this.#losses.filter(({ at }) => now - at < 60_000).length > CRASH_LIMIT) {
      return this.broken(`${lost.message} This has now happened ${CRASH_LIMIT + 1} times within a minute, so it was not `
        + 'tried again. Everything stands in the link: change something, or reload the page.', lost.detail);
    }
    const kinds = from === 'gpu' && this.#losses.filter(({ kind }) => kind === 'gpu').length < 2 ? ['gpu', 'cpu'] : ['cpu'];
    let detail = lost.detail;
    for (const kind of kinds) {
      try {
        const { client, open } = await this.#prepare(kind);
        this.#adopt(client, kind, open);
        this.report({
          kind: 'warning', detail,
          text: `${lost.message} A new worker goes on with the same view on the ${NAMES[kind]}${kind !== from ? ', where it stays' : ''}.`,
        });
        return this.recovered();
      } catch (error) {
        detail = `${detail} / ${error.message}`;
      }
    }
    this.broken(`${lost.message} No new worker could be started. Everything stands in the link: reload the page.`, detail);
  }
}

export { WorkerLost };
