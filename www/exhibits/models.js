// Finished models in a worker. Cards and weights stay here too, so a new worker can take over where one is lost.

import { NAMES, Supervisor } from '../compute/supervisor.js';
import { PATIENCE, WorkerLost } from '../compute/worker-client.js';

const MOST_OPEN = 6; // models kept open in the worker, as many as one view draws with; others open again from here

/** The newest request has taken over; nobody waits for this one. */
export class Superseded extends Error {}

export class Models {
  #files = new Map(); // id -> {card, file}
  #open = new Map(); // id -> description, oldest use first
  #beside = new Map(); // id -> set of the companions that are open beside it

  /** `report({text, detail, kind})` shows a sentence, `recovered()` follows a new worker, `broken(text, detail)` gives up. */
  constructor(exhibit, client, load, { report, recovered, broken }) {
    this.exhibit = exhibit;
    this.worker = new Supervisor(client, {
      module: () => 'images',
      begun: () => this.started,
      states: () => [null],
      fill: (fresh) => this.#fill(fresh),
      filled: (open) => {
        this.#open = open;
        this.#beside.clear();
      },
      revived: (lost, { kind, from }) => {
        report({
          kind: 'warning',
          detail: lost.detail,
          text: `${lost.message} A new worker goes on with the same view on the ${NAMES[kind]}${kind !== from ? ', where it stays' : ''}.`,
        });
        recovered();
      },
      tooOften: ({ message, detail }, times) =>
        broken(
          `${message} This has now happened ${times} times within a minute, so it was not tried again. Everything stands in the link: change something, or reload the page.`,
          detail,
        ),
      gaveUp: ({ message, detail }) => broken(`${message} No new worker could be started. Everything stands in the link: reload the page.`, detail),
    });
    this.started = false;
    this.ready = this.worker.started(load).then(({ catalog }) => {
      this.started = true;
      return catalog;
    });
  }

  get kind() {
    return this.worker.kind;
  }

  get device() {
    return this.worker.device;
  }

  resolve(query) {
    return this.#call('resolveExhibit', [this.exhibit, query]);
  }

  has(id) {
    return this.#files.has(id);
  }

  /**
   * Opens weights from their card and file, or throws the sentence that says why not. Resolves to the description; `place` is
   * where good ones are kept, null where they are already.
   */
  async open(id, card, file, place) {
    const description = await this.#call('openModel', [this.exhibit, id, card, file, place], PATIENCE.long);
    this.#files.set(id, { card, file });
    await this.#opened(id, description);
    return description;
  }

  /** Takes card and file of weights that are to be opened beside others. */
  keep(id, card, file, place) {
    this.#files.set(id, { card, file, place });
  }

  /** The description of weights that were opened before: another object whenever they were opened anew. */
  async describe(id) {
    await this.#ensure(id);
    return this.#open.get(id);
  }

  /** One request to one model. Throws `Superseded` when `signal` says that the answer is no longer wanted. */
  async run(id, request, values = [], signal = null) {
    const wanted = () => {
      if (signal?.aborted) throw new Superseded();
    };
    wanted();
    await this.#ensure(id);
    wanted();
    const result = await this.#call('run', [id, request, Float32Array.from(values)], this.worker.patience(PATIENCE.short * 2));
    this.worker.warm = true;
    wanted();
    return result;
  }

  /**
   * One part of one output of a view, as `request`: `{view, output, part, query, image, peers}`. `companions` are weights that were
   * opened before, and are beside these while it is answered.
   */
  async answer(id, { view, output, part, query, image, peers }, { companions = [] } = {}) {
    await this.#ensure(id);
    const beside = this.#beside.get(id) ?? new Set();
    for (const companion of companions.filter((one) => one !== id && !beside.has(one))) {
      const { card, file, place } = this.#files.get(companion);
      await this.#call('addModel', [id, card, file, place], PATIENCE.long);
      beside.add(companion);
    }
    this.#beside.set(id, beside);
    const result = await this.#call('answer', [id, view, output, part, query, image, peers], this.worker.patience(PATIENCE.short * 2));
    this.worker.warm = true;
    return result;
  }

  /** How many units of a trial's work a model does in a second. */
  async time(id, trial) {
    await this.#ensure(id);
    return this.#call('time', [id, trial], PATIENCE.long);
  }

  /** Moves to another device, or throws a sentence and leaves everything where it is. */
  async switchTo(kind) {
    if (kind !== this.kind) await this.worker.switchTo(kind);
  }

  /**
   * Times one call on another device against `here` milliseconds, and stays there if it is faster: `timed` is
   * `{id, call, args}`. Resolves to `{there, moved}`.
   */
  async trial(kind, { id, call, args }, here) {
    const measure = async (client, open) => {
      if (!open.has(id)) throw new Error('Other weights were chosen meanwhile.');
      const time = async () => {
        const begin = performance.now();
        await client.call(call, [id, ...args], PATIENCE.long);
        return performance.now() - begin;
      };
      await time(); // shaders are compiled on first use
      return time();
    };
    const result = await this.worker.trial(kind, null, here, measure);
    if (result.moved) this.worker.warm = true;
    return result;
  }

  /** Ends the worker while nobody needs it; the next request starts another. */
  park() {
    if (this.kind !== 'cpu' || !this.worker.client.idle) return;
    this.worker.park();
    this.#open = new Map();
    this.#beside.clear();
  }

  async #ensure(id) {
    if (this.#open.has(id)) return this.#touch(id);
    const { card, file } = this.#files.get(id);
    await this.#opened(id, await this.#call('openModel', [this.exhibit, id, card, file], PATIENCE.long));
  }

  #touch(id) {
    const description = this.#open.get(id);
    this.#open.delete(id);
    this.#open.set(id, description);
  }

  async #opened(id, description) {
    this.#open.delete(id);
    this.#beside.delete(id);
    this.#open.set(id, description);
    const [oldest] = this.#open.keys();
    if (this.#open.size <= MOST_OPEN) return;
    this.#open.delete(oldest);
    this.#beside.delete(oldest);
    await this.#call('closeModel', [oldest]);
  }

  /** Opens the model that was used last in a fresh worker; resolves to what is open there. */
  async #fill(client) {
    const open = new Map();
    const id = [...this.#open.keys()].at(-1);
    if (id) {
      const { card, file } = this.#files.get(id);
      open.set(id, await client.call('openModel', [this.exhibit, id, card, file], PATIENCE.long));
    }
    return open;
  }

  #call(name, args, patience) {
    return this.worker.call(name, args, patience);
  }
}

export { WorkerLost };
