// The engine: one session in a worker, and what is needed to outlive that worker. Every few seconds a
// snapshot is copied here; when a worker dies, a new one goes on from the last snapshot, with a sentence.

import { NAMES, Supervisor } from '../compute/supervisor.js';
import { PATIENCE, WorkerLost } from '../compute/worker-client.js';
import { count } from '../shell/format.js';

const KEEP_MILLIS = 3000;

export class Engine {
  #keptAt = 0;

  /**
   * `report({text, detail, kind})` shows a sentence; `recovered(description)` follows each recovery; `module` is the one that
   * computes on the CPU.
   */
  constructor(client, load, { report, recovered, broken, module }) {
    this.module = module;
    this.kept = []; // the last two good snapshots, newest first: {step, query, bytes}
    this.worker = new Supervisor(client, {
      module: () => module,
      begun: () => Boolean(this.demo),
      states: () => [...this.kept, null],
      fill: (fresh, snapshot) => this.#fill(fresh, snapshot),
      filled: () => {},
      revived: (lost, { kind, from, contents: description }) => {
        const goesOn = description
          ? `A new worker goes on from step ${count(description.step ?? 0)} on the ${NAMES[kind]}${kind !== from ? ', where it stays' : ''}; all settings were kept.`
          : 'A new worker opens the same run.';
        report({ kind: 'warning', detail: lost.detail, text: `${lost.message} ${goesOn}` });
        recovered(description);
      },
      tooOften: ({ message, detail }, times) =>
        broken(`${message} This has now happened ${times} times within a minute, so it was not tried again. Your settings are kept; change them, or press Reset.`, detail),
      gaveUp: ({ message, detail }) => broken(`${message} No new worker could be started. Your settings are kept: press Reset, or reload the page.`, detail),
    });
    this.ready = this.worker.started(load).then(({ catalog }) => (this.catalog = catalog));
  }

  get kind() {
    return this.worker.kind;
  }

  get device() {
    return this.worker.device;
  }

  get gpuBanned() {
    return this.worker.gpuBanned;
  }

  resolve(query) {
    return this.#ask('resolve', [this.demo, query]);
  }

  /** Points of a table, with its columns; `axes` where they are chosen. */
  readTable(bytes, [x, y], reach) {
    return this.#ask('readTable', [bytes, x, y, reach ?? undefined], PATIENCE.long);
  }

  /** Starts a new session; the old one stays if this one is refused. Resolves to its description. */
  async open(demo, query) {
    const description = await this.#ask('open', [demo, query], PATIENCE.long);
    this.demo = demo;
    this.openedWith = query;
    this.kept = [];
    this.#keptAt = performance.now();
    return description;
  }

  readRun(text) {
    return this.#ask('readRun', [text]);
  }
  compareRuns(text, replay) {
    return this.#ask('compareRuns', [text, replay]);
  }
  weights() {
    return this.#ask('weights', [], this.worker.patience());
  }
  program() {
    return this.#ask('program');
  }
  describe() {
    return this.#ask('describe');
  }
  /** Part by part, so that training goes on between. */
  async references() {
    for (;;) {
      const found = await this.#ask('references', [], PATIENCE.long);
      if (found) return found;
    }
  }
  query() {
    return this.#ask('query');
  }
  set(key, value) {
    return this.#ask('set', [key, value]);
  }
  single(which) {
    return this.#ask('single', [which], this.worker.patience());
  }
  look(request, hash) {
    return this.#ask('look', [request, hash], this.worker.patience());
  }

  /** Trains; resolves to null when the worker was lost meanwhile and another has taken over. */
  async advance(steps, millis, request, hash) {
    try {
      const result = await this.#call('advance', [steps, millis, request, hash], this.worker.patience() + millis);
      this.worker.warm = true;
      if (!result.fault && performance.now() - this.#keptAt > KEEP_MILLIS) await this.keepIfSound();
      return result;
    } catch (error) {
      if (error instanceof WorkerLost) return null;
      throw error;
    }
  }

  /** Ends the worker for good. */
  close() {
    this.worker.close();
  }

  /** Ends an idle worker; the next call starts another from a copy of the present state. */
  async park() {
    if (this.kind !== 'cpu' || this.worker.client.lost) return;
    await this.keep();
    this.worker.park();
  }

  /** Asks a running `advance` to end early. */
  stop() {
    this.worker.client.stop();
  }

  /** Copies the present state out of the worker. */
  async keep() {
    this.#keptAt = performance.now();
    const snapshot = await this.#call('snapshot', [], this.worker.patience());
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
    const description = await this.#back(snapshot).catch((error) => {
      if (!(error instanceof WorkerLost) || this.worker.client.lost) throw error;
      return this.#back(snapshot);
    });
    this.kept = this.kept.filter((other) => other.step <= snapshot.step);
    return description;
  }

  async #back(snapshot) {
    await this.#call('open', [this.demo, snapshot.query], PATIENCE.long);
    return this.#call('restore', [snapshot.bytes], this.worker.patience());
  }

  /** Moves the session to another device, or throws a sentence and leaves it where it is. */
  async switchTo(kind) {
    if (kind === this.kind) return;
    await this.worker.switchTo(kind, await this.keep());
  }

  /**
   * Times `kind` against the present device from the same state, and keeps the faster.
   * Resolves to milliseconds per step: `{here, there, moved}`.
   */
  async trial(kind, steps, here) {
    const snapshot = await this.keep();
    const nothing = { field: 0, fakes: 0, manifold: 0, arrows: 0, arenas: [] };
    const measure = async (client) => {
      const time = async (most) => {
        const begin = performance.now();
        const { done } = await client.call('advance', [most, PATIENCE.short, nothing, true], PATIENCE.long);
        return (performance.now() - begin) / Math.max(1, done);
      };
      await time(2); // shaders are compiled on first use
      return time(steps);
    };
    return this.worker.trial(kind, snapshot, here, measure, (client) => client.call('restore', [snapshot.bytes], PATIENCE.long));
  }

  /** Opens the session in a fresh worker, at a snapshot where there is one; resolves to its description, null where none was open. */
  async #fill(client, snapshot) {
    const query = snapshot?.query ?? this.openedWith;
    if (query === undefined) return null; // nothing was open yet
    const description = await client.call('open', [this.demo, query], PATIENCE.long);
    return snapshot ? client.call('restore', [snapshot.bytes], PATIENCE.long) : description;
  }

  /** Calls, and once more where the worker was lost meanwhile and another has taken over: for what may be asked twice. */
  async #ask(...call) {
    try {
      return await this.#call(...call);
    } catch (error) {
      if (!(error instanceof WorkerLost) || this.worker.client.lost) throw error;
      return this.#call(...call);
    }
  }

  async #call(name, args, patience) {
    try {
      return await this.worker.call(name, args, patience);
    } catch (error) {
      if (error instanceof WorkerLost) await this.worker.recovered();
      throw error;
    }
  }
}
