// Supervises one worker: moves its work to another device, parks it, and continues in a new worker when one is lost.

import { probe } from '../shell/device.js';
import { PATIENCE, WorkerClient, WorkerLost } from './worker-client.js';

const GPU_FORGIVENESS_MILLIS = 120_000; // a second GPU loss within this time: stay on the CPU
const GPU_RETURN_MILLIS = 4000;
const CRASH_MILLIS = 60_000;
const CRASH_LIMIT = 3; // crashes within that time after which a retry would only repeat them

/** Devices in sentences. */
export const NAMES = { cpu: 'CPU', gpu: 'WebGPU' };

/**
 * The work of a worker, and callbacks about its losses.
 * @typedef {object} Work
 * @property {() => string} module the module that computes on the CPU
 * @property {() => boolean} begun whether there is anything to go on with
 * @property {() => any[]} states what a new worker may be filled with, the best first
 * @property {(client: WorkerClient, state: any) => Promise<any>} fill puts a state into a fresh worker; resolves to its contents
 * @property {(contents: any) => void} filled the present worker is another one, with these contents
 * @property {(lost: WorkerLost, place: { kind: string, from: string, contents: any }) => any} revived the work goes on in a new worker
 * @property {(lost: WorkerLost, times: number) => void} tooOften nothing was tried after so many losses in a minute
 * @property {(lost: WorkerLost) => void} gaveUp no new worker could be started
 */

export class Supervisor {
  #work;
  #recovery = null; // a promise, while a new worker is being started
  #losses = [];
  #closed = false;

  /** Whether a second loss of the GPU keeps the work on the CPU. */
  gpuBanned = false;

  /** @param {WorkerClient} client a worker with the module of the CPU  @param {Work} work */
  constructor(client, work) {
    this.#work = work;
    this.#adopt(client, 'cpu');
  }

  get device() {
    return this.kind === 'gpu' ? 'webgpu' : 'cpu';
  }

  /** How long a call may take where one takes `usual`: the first on a GPU compile shaders. */
  patience(usual = PATIENCE.short) {
    return this.kind === 'gpu' && !this.warm ? PATIENCE.long : usual;
  }

  /** Calls the worker, once no recovery is under way; where it was parked, or given up, a fresh one. */
  async call(name, args = [], patience = PATIENCE.short) {
    await this.#recovery;
    if (this.client.lost && !this.#closed) await (this.#recovery ?? this.#recover(this.#renew()));
    return this.client.call(name, args, patience);
  }

  /** Resolves when no recovery is under way. */
  async recovered() {
    await this.#recovery;
  }

  /** What the first worker says of its module, once it has it; a worker that is lost before is replaced once. */
  async started(load) {
    try {
      return await load;
    } catch (error) {
      if (!(error instanceof WorkerLost) || this.#closed) throw error;
      const client = new WorkerClient();
      this.#adopt(client, 'cpu');
      return client.load(this.#work.module());
    }
  }

  /** Moves to another device with `state`, or throws a sentence and leaves everything where it is. */
  async switchTo(kind, state) {
    const { client, contents } = await this.#prepare(kind, state);
    this.#replace(client, kind, contents);
  }

  /**
   * Measures another device against `here` milliseconds and stays there if it is faster, in the state that `settle` leaves.
   * Resolves to `{here, there, moved}`.
   * @param {(client: WorkerClient, contents: any) => Promise<number>} measure  @param {(client: WorkerClient) => Promise<any>} settle
   */
  async trial(kind, state, here, measure, settle = async () => {}) {
    const old = this.client;
    const { client, contents } = await this.#prepare(kind, state);
    try {
      const there = await measure(client, contents);
      const moved = there < here && this.client === old;
      if (moved) {
        await settle(client);
        this.#replace(client, kind, contents);
      } else client.close();
      return { here, there, moved };
    } catch (error) {
      client.close();
      throw error;
    }
  }

  /** Ends an idle worker; the next call starts another. */
  park() {
    this.client.close();
  }

  /** Ends the worker for good. */
  close() {
    this.#closed = true;
    this.client.close();
  }

  /** A second worker with the module of `kind`, filled with `state`. */
  async #prepare(kind, state, patience = PATIENCE.long) {
    if (kind === 'gpu') {
      const { missing } = await probe();
      if (missing) throw new Error(missing);
    }
    const client = new WorkerClient();
    try {
      await client.load(kind === 'cpu' ? this.#work.module() : kind, patience);
      return { client, contents: await this.#work.fill(client, state) };
    } catch (error) {
      client.close();
      throw error;
    }
  }

  #adopt(client, kind) {
    this.client = client;
    this.kind = kind;
    this.warm = false; // whether this device has computed yet
    client.onlost = (lost) => this.#recover(this.#revive(lost));
  }

  #replace(client, kind, contents) {
    const old = this.client;
    this.#adopt(client, kind);
    this.#work.filled(contents);
    old.close();
  }

  #recover(attempt) {
    this.#recovery = attempt.finally(() => {
      this.#recovery = null;
    });
    return this.#recovery;
  }

  /** Something is asked of a worker that was parked or given up. */
  async #renew() {
    this.#losses = [];
    const [state] = this.#work.states();
    const { client, contents } = await this.#prepare('cpu', state);
    this.#replace(client, 'cpu', contents);
  }

  async #revive(lost) {
    if (!this.#work.begun() || this.#closed) return; // the caller that awaits the first answer gets the error
    const from = this.kind;
    const losses = this.#count(from);
    if (losses.lately > CRASH_LIMIT) {
      this.#work.tooOften(lost, losses.lately);
      return;
    }
    if (losses.gpu > 1) this.gpuBanned = true;
    const states = this.#work.states();
    const attempts = states.map((state) => ({ kind: 'cpu', state }));
    if (from === 'gpu' && losses.gpu < 2) attempts.unshift({ kind: 'gpu', state: states[0] });
    for (const { kind, state } of attempts) {
      try {
        // A GPU that does not come back at once is left alone.
        const { client, contents } = await this.#prepare(kind, state, kind === 'gpu' ? GPU_RETURN_MILLIS : PATIENCE.long);
        this.#replace(client, kind, contents);
        this.#work.revived(lost, { kind, from, contents }); // not awaited: it asks the new worker, which is free once this ends
        return;
      } catch (error) {
        lost = new WorkerLost(lost.message, `${lost.detail} / ${error.message}`);
      }
    }
    this.#work.gaveUp(lost);
  }

  /** Counts a loss on a device: how many there were lately, and how many of a GPU. */
  #count(kind) {
    const now = performance.now();
    this.#losses = [...this.#losses.filter(({ at }) => now - at < GPU_FORGIVENESS_MILLIS), { at: now, kind }];
    return {
      lately: this.#losses.filter(({ at }) => now - at < CRASH_MILLIS).length,
      gpu: this.#losses.filter((loss) => loss.kind === 'gpu').length,
    };
  }
}
