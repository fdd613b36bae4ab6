// The engine: one session in a worker, and what is needed to outlive that worker. Every few seconds a
// snapshot is copied here; when a worker dies, a new one goes on from the last snapshot, with a sentence.

import { PATIENCE, WorkerClient, WorkerLost } from '../compute/worker-client.js';
import { probe } from '../shell/device.js';
import { count } from '../shell/format.js';

const KEEP_MILLIS = 3000;
const GPU_FORGIVENESS_MILLIS = 120_000; // a second GPU loss within this time: stay on the CPU
const CRASH_LIMIT = 3; // crashes within a minute after which a retry would only repeat them
const NAMES = { cpu: 'CPU', gpu: 'WebGPU' };

export class Engine {
  #recovery = null;
  #losses = [];
  #keptAt = 0;

  /**
   * `report({text, detail, kind})` shows a sentence; `recovered(description)` follows each recovery; `module` is the one that
   * computes on the CPU.
   */
  constructor(client, load, { report, recovered, broken, module }) {
    Object.assign(this, { report, recovered, broken, module });
    this.kind = 'cpu';
    this.gpuBanned = false;
    this.kept = []; // the last two good snapshots, newest first: {step, query, bytes}
    this.#adopt(client, 'cpu');
    this.ready = load.then(({ catalog }) => (this.catalog = catalog));
  }

  get device() {
    return this.kind === 'gpu' ? 'webgpu' : 'cpu';
  }

  resolve(query) {
    return this.#call('resolve', [this.demo, query]);
  }

  parseCsv(text) {
    return this.#call('parseCsv', [text], PATIENCE.long);
  }

  /** Starts a new session; the old one stays if this one is refused. Resolves to its description. */
  async open(demo, query) {
    const description = await this.#call('open', [demo, query], PATIENCE.long);
    Object.assign(this, { demo, openedWith: query, kept: [] });
    this.#keptAt = performance.now();
    return description;
  }

  readRun(text) { return this.#call('readRun', [text]); }
  compareRuns(text, replay) { return this.#call('compareRuns', [text, replay]); }
  weights() { return this.#call('weights', [], this.#patience()); }
  program() { return this.#call('program'); }
  describe() { return this.#call('describe'); }
  references() { return this.#call('references', [], PATIENCE.long); }
  query() { return this.#call('query'); }
  set(key, value) { return this.#call('set', [key, value]); }
  single(which) { return this.#call('single', [which], this.#patience()); }
  look(request, hash) { return this.#call('look', [request, hash], this.#patience()); }

  /** Trains; resolves to null when the worker was lost meanwhile and another has taken over. */
  async advance(steps, millis, request, hash) {
    try {
      const result = await this.#call('advance', [steps, millis, request, hash], this.#patience() + millis);
      this.warm = true;
      if (!result.fault && performance.now() - this.#keptAt > KEEP_MILLIS) await this.keepIfSound();
      return result;
    } catch (error) {
      if (error instanceof WorkerLost) return null;
      throw error;
    }
  }

  /** Ends the worker for good. */
  close() {
    this.closed = true;
    this.client.close();
  }

  /** Ends the worker while nobody needs it; the next call starts another from a copy of the present state. */
  async park() {
    if (this.kind !== 'cpu' || this.client.lost) return;
    await this.keep();
    this.client.close();
  }

  /** Asks a running `advance` to end early. */
  stop() {
    this.client.stop();
  }

  /** Copies the present state out of the worker. */
  async keep() {
    this.#keptAt = performance.now();
    const snapshot = await this.#call('snapshot', [], this.#patience());
    if (this.kept[0]?.step === snapshot.step) this.kept.shift(); // the same moment, looked at twice
    this.kept = [snapshot, ...this.kept].slice(0, 2);
    return snapshot;
  }

  /** A state that has gone bad is refused by the worker; the older ones then stay. */
  async keepIfSound() {
    try {
      await this.keep();
    } catch (error) {
      if (error instanceof WorkerLost) throw error;
    }
  }

  /** Returns to a kept state; it must be one of `kept`. */
  async backTo(snapshot) {
    await this.#call('open', [this.demo, snapshot.query], PATIENCE.long);
    const description = await this.#call('restore', [snapshot.bytes], this.#patience());
    this.kept = this.kept.filter((other) => other.step <= snapshot.step);
    return description;
  }

  /** Moves the session to another device, or throws a sentence and leaves it where it is. */
  async switchTo(kind) {
    if (kind === this.kind) return;
    const snapshot = await this.keep();
    const client = await this.#prepare(kind, snapshot);
    this.#replace(client, kind);
  }

  /** Loads `kind` in a second worker and puts the snapshot there. */
  async #prepare(kind, snapshot) {
    if (kind === 'gpu') {
      const { missing } = await probe();
      if (missing) throw new Error(missing);
    }
    const client = new WorkerClient();
    try {
      await client.load(kind === 'cpu' ? this.module : kind);
      await client.call('open', [this.demo, snapshot?.query ?? this.openedWith], PATIENCE.long);
      if (snapshot) await client.call('restore', [snapshot.bytes], PATIENCE.long);
      return client;
    } catch (error) {
      client.close();
      throw error;
    }
  }

  /**
   * Times `kind` against the present device from the same state, and keeps the faster.
   * Resolves to milliseconds per step: `{here, there, moved}`.
   */
  async trial(kind, steps, here) {
    const snapshot = await this.keep();
    const client = await this.#prepare(kind, snapshot);
    try {
      const nothing = { field: 0, fakes: 0, manifold: 0, arrows: 0, arenas: [] };
      const time = async (count) => {
        const begin = performance.now();
        const { done } = await client.call('advance', [count, PATIENCE.short, nothing, true], PATIENCE.long);
        return (performance.now() - begin) / Math.max(1, done);
      };
      await time(2); // shaders are compiled on first use
      const there = await time(steps);
      if (there >= here) {
        client.close();
        return { here, there, moved: false };
      }
      await client.call('restore', [snapshot.bytes], PATIENCE.long);
      this.#replace(client, kind);
      return { here, there, moved: true };
    } catch (error) {
      client.close();
      throw error;
    }
  }

  #adopt(client, kind) {
    this.client = client;
    this.kind = kind;
    this.warm = false;
    client.onlost = (lost) => this.#recover(lost);
  }

  #replace(client, kind) {
    const old = this.client;
    this.#adopt(client, kind);
    old.close();
  }

  /** The first steps on a GPU compile shaders, which takes long. */
  #patience() {
    return this.kind === 'gpu' && !this.warm ? PATIENCE.long : PATIENCE.short;
  }

  async #call(name, args = [], patience) {
    await this.#recovery;
    if (this.client.lost && !this.closed) await (this.#recovery ??= this.#renew().finally(() => { this.#recovery = null; }));
    try {
      return await this.client.call(name, args, patience);
    } catch (error) {
      if (error instanceof WorkerLost) await this.#recovery;
      throw error;
    }
  }

  /** The worker was parked, or recovery was given up, and now something is asked for: begin with a fresh one. */
  async #renew() {
    this.#losses = [];
    this.#adopt(await this.#prepare('cpu', this.kept[0]), 'cpu');
  }

  #recover(lost) {
    this.#recovery = this.#revive(lost).finally(() => { this.#recovery = null; });
    return this.#recovery;
  }

  async #revive(lost) {
    if (!this.demo || this.closed) return; // nothing to revive yet: whoever awaits `ready` or `open` says so
    const now = performance.now();
    const from = this.kind;
    this.#losses = [...this.#losses.filter(({ at }) => now - at < GPU_FORGIVENESS_MILLIS), { at: now, kind: from }];
    if (this.#losses.filter(({ at }) => now - at < 60_000).length > CRASH_LIMIT) {
      return this.broken(`${lost.message} This has now happened ${CRASH_LIMIT + 1} times within a minute, so it `
        + 'was not tried again. Your settings are kept; change them, or press Reset.', lost.detail);
    }
    const gpuLosses = this.#losses.filter(({ kind }) => kind === 'gpu').length;
    let kind = from;
    if (from === 'gpu' && gpuLosses > 1) {
      this.gpuBanned = true;
      kind = 'cpu';
    }
    const [newest = null, older = null] = this.kept;
    const plans = [[kind, newest], ['cpu', newest], ['cpu', older], ['cpu', null]];
    for (const [device, snapshot] of plans) {
      try {
        const client = await this.#prepare(device, snapshot);
        this.#adopt(client, device);
        const description = await client.call('describe');
        const step = description.step ?? 0;
        this.report({
          kind: 'warning',
          detail: lost.detail,
          text: `${lost.message} A new worker goes on from step ${count(step)} on the ${NAMES[device]}`
            + `${device !== from ? ', where it stays' : ''}; all settings were kept.`,
        });
        this.recovered(description);
        return;
      } catch (error) {
        lost = new WorkerLost(lost.message, `${lost.detail} / ${error.message}`);
      }
    }
    this.broken(`${lost.message} No new worker could be started. Your settings are kept: press Reset, or reload the page.`,
      lost.detail);
  }
}
