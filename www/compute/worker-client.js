// The page's side of one worker: promises for calls, and a sentence when the worker is lost.

import { Watch } from './watch.js';

const PING_MILLIS = 3000;
/** How long a call may take without progress. */
export const PATIENCE = { short: 20_000, long: 120_000 };
/** How long a worker with something to do may be silent; it says several times a second that it works. */
const SILENCE_MILLIS = 4000;
const SILENCE_MOST = 60_000;
/** Its script may come over a slow network. */
export const START_MILLIS = 20_000;
const ISOLATED = ' The page around it is isolated: the files of genzoo need the header “Cross-Origin-Embedder-Policy: require-corp” too.';

/** The worker died, was closed, or no longer answers; its session is lost. */
export class WorkerLost extends Error {
  constructor(message, detail = '') {
    super(message);
    this.detail = detail;
  }
}

let count = 0;

/** Grows where a worker was taken for dead, as it may only have been slow: another one is given more time. */
let silence = SILENCE_MILLIS;

/** Compiled modules by kind, where a page has several workers. */
const shared = new Map();

/** From here on the page fetches and compiles this module once for all its workers. */
export function shareModule(kind) {
  if (shared.has(kind)) return;
  const compiled = compiledFrom(new URL(`../pkg/genzoo_${kind}_bg.wasm`, import.meta.url));
  compiled.catch(() => shared.delete(kind)); // the caller that awaits it reports the error; the next one tries again
  shared.set(kind, compiled);
}

/** A browser compiles what arrives only where the host calls it wasm, which not every host knows. */
async function compiledFrom(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`The model code could not be fetched (the server answered ${response.status}).`);
  const known = response.headers.get('content-type') === 'application/wasm';
  return known ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer());
}

export class WorkerClient {
  #waiting = new Map();
  #nextId = 1;
  #released = new AbortController();
  #heard = false;
  #longStep = 0; // how long it says that it may be silent now
  #silence = new Watch(
    () => (this.#heard ? Math.max(silence, this.#longStep) : START_MILLIS),
    () => {
      const borne = this.#silence.patience();
      if (this.#heard) silence = Math.min(SILENCE_MOST, 2 * silence);
      this.#expired(borne);
    },
  );
  #progress = new Watch(
    () => Math.max(...[...this.#waiting.values()].map(({ patience }) => patience)),
    () => this.#expired(this.#progress.patience()),
  );

  /** `another` starts the worker in another way, for where `worker` is not allowed to start; each way is tried once. */
  constructor(worker = spawn(), another = spawnFromHere) {
    this.another = another;
    this.lost = null;
    /** Called once; set by the owner. @type {(lost: WorkerLost) => any} */
    this.onlost = () => {};
    this.lock = `genzoo-worker-${Date.now()}-${count++}`;
    this.#use(worker);
    // Where there are no locks (see `load`), only asking shows that an idle worker has gone.
    if (!navigator.locks) this.pinger = setInterval(() => this.#ping(), PING_MILLIS);
  }

  #use(worker) {
    this.worker = worker;
    worker.onmessage = ({ data }) => {
      this.#heard = true;
      this.#silence.heard();
      this.#longStep = data.millis ?? 0;
      if (data.beat) this.#beat(data.beat);
      else this.#receive(data);
    };
    worker.onerror = (event) => {
      event.preventDefault?.();
      if (this.#heard) this.#lose('The worker could not go on.', event.message);
      else this.#startAgain(event.message);
    };
    worker.onmessageerror = () => this.#lose('A message from the worker could not be read.');
  }

  /** The worker could not even start: it is started in another way, and asked the same. */
  #startAgain(detail) {
    const { another } = this;
    this.another = null;
    if (!another) return this.#lose(`The worker that runs the model could not be started.${crossOriginIsolated ? ISOLATED : ''}`, detail);
    this.worker.terminate();
    this.#use(another());
    for (const { message } of this.#waiting.values()) this.worker.postMessage(message);
  }

  /** Loads the `cpu` or `gpu` module. Resolves to `{catalog, device}`. */
  async load(kind, patience = PATIENCE.long) {
    return this.call('load', [kind, this.lock, await shared.get(kind)], patience);
  }

  /** `patience`: how long it may take without progress. */
  call(name, args = [], patience = PATIENCE.short) {
    if (this.lost) return Promise.reject(this.lost);
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const message = { id, call: name, args };
      this.#waiting.set(id, { resolve, reject, patience, ...(!this.#heard && { message }) });
      this.#silence.start();
      this.#progress.start();
      this.worker.postMessage(message);
    });
  }

  /** The worker says that it works on something, or that it holds its lock. */
  #beat(beat) {
    if (beat === 'working') this.#progress.heard();
    if (beat !== 'locked') return;
    // It holds the lock while it lives, so being granted it means that the worker has ended.
    navigator.locks
      .request(this.lock, { signal: this.#released.signal }, () => {
        this.#lose('The worker that runs the model was closed.');
      })
      .catch(() => {});
  }

  #expired(patience) {
    this.#lose(`The worker that runs the model gave no answer for ${Math.round(patience / 1000)} seconds.`);
  }

  /** Whether it is there and nothing is under way. */
  get idle() {
    return !this.lost && this.#waiting.size === 0;
  }

  /** Asks every call sent so far to end early. */
  stop() {
    this.worker.postMessage({ id: this.#nextId - 1, call: 'stop' });
  }

  close() {
    this.#end(new WorkerLost('This worker was replaced.'));
  }

  #receive({ id, value, error, crash, said }) {
    if (crash !== undefined) return this.#lose(said ?? 'The model code stopped unexpectedly.', crash);
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    this.#waiting.delete(id);
    this.#progress.heard();
    if (this.#waiting.size === 0) this.#rest();
    if (error === undefined) waiting.resolve(value);
    else waiting.reject(new Error(error));
  }

  /** An idle worker must answer at once; a busy one is watched by the patience of its call. */
  #ping() {
    if (this.#waiting.size === 0 && document.visibilityState === 'visible') {
      this.call('ping', [], PING_MILLIS).catch(() => {});
    }
  }

  #lose(message, detail) {
    if (this.lost) return;
    const lost = new WorkerLost(message, detail);
    this.#end(lost);
    this.onlost(lost);
  }

  #end(reason) {
    this.lost ??= reason;
    clearInterval(this.pinger);
    this.#rest();
    this.#released.abort();
    this.worker.terminate();
    for (const { reject } of this.#waiting.values()) reject(this.lost);
    this.#waiting.clear();
  }

  #rest() {
    this.#silence.stop();
    this.#progress.stop();
  }
}

export const spawn = () => startWorker(new URL('./worker.js', import.meta.url), () => new Worker(new URL('./worker.js', import.meta.url), { type: 'module' }));

/** A page that is isolated takes the script of a worker only with the header that it has itself, but lets a worker of its own import it. */
const spawnFromHere = () => startFromHere(new URL('./worker.js', import.meta.url));

/** The worker at `url`, which on the page's own host is what `here` makes: bundlers look for it in those words. */
export function startWorker(url, here) {
  return url.origin === location.origin ? here() : startFromHere(url);
}

/** A worker must begin on the page's own host; from there it may import from another. */
function startFromHere(url) {
  const start = URL.createObjectURL(new Blob([`import ${JSON.stringify(url.href)};`], { type: 'text/javascript' }));
  const worker = new Worker(start, { type: 'module' });
  worker.addEventListener('message', () => URL.revokeObjectURL(start), { once: true });
  return worker;
}
