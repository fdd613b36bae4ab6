// The worker: one wasm module, with one session that trains or a few finished models. Calls are served strictly in order,
// because their methods are asynchronous and must not overlap; only `ping` and `stop` jump the queue.

const YIELD_MILLIS = 50; // longest stretch without listening to the page, apart from a single long step
const BEAT_MILLIS = 250; // between two signs of life
const SLOW = 5e5; // multiply-adds a millisecond of a slow phone
const MANY = 1e8; // multiply-adds whose time is worth measuring
const SILENT_LEAST = 1000; // shorter work needs no word
const SILENT_MOST = 120_000;
const COLD_MILLIS = 20_000; // shaders are written on the first use of a GPU, which may take long in one go
const LOST = 'The graphics device (WebGPU) was lost.';
const LOSS_MILLIS = 100; // how long a failed call waits for the news that its device is lost

let api = null;
let reader = null; // the module that reads tables
let cold = false; // a GPU has not computed yet
let session = null;
const COMPUTING = ['advance', 'run', 'answer', 'time'];
let stopAt = 0; // calls up to this id should end early
let panic = null;
let queue = Promise.resolve();

say('here');

let told = performance.now();
const lasted = new Map(); // milliseconds, by the multiply-adds of long work
let began = { macs: 0, at: told };

/**
 * Tells the page that work goes on, and how long the worker may be silent now. The model code calls it during long work,
 * with about how many multiply-adds follow before the next call; a message leaves at once, whatever the worker does.
 */
function working(macs = 0) {
  const now = performance.now();
  if (began.macs > MANY) lasted.set(began.macs, Math.max(now - began.at, 0.9 * (lasted.get(began.macs) ?? 0)));
  began = { macs, at: now };
  const millis = Math.min(SILENT_MOST, 4 * (lasted.get(macs) ?? macs / SLOW));
  if (now - told < BEAT_MILLIS && millis < SILENT_LEAST) return;
  told = now;
  say('working', millis);
}

function say(beat, millis = 0) {
  postMessage({ beat, millis: cold ? Math.max(millis, COLD_MILLIS) : millis });
}

// A Rust panic is seen here first: an asynchronous call that panics may never settle.
console.error = (...parts) => {
  const text = parts.map(String).join(' ');
  if (/panicked at/.test(text)) crash(text);
};
self.addEventListener('error', (event) => {
  event.preventDefault();
  crash(event.message);
});
self.addEventListener('unhandledrejection', (event) => {
  event.preventDefault();
  crash(sentence(event.reason));
});

function crash(detail, said) {
  if (panic !== null) return;
  panic = detail;
  postMessage({ crash: detail, said });
}

/** Resolves when the WebGPU device is lost. */
let deviceLost = null;

/** Opens the WebGPU device, and tells the page when it is lost. It may be so as soon as it is there, while shaders compile, so its own promise is asked. */
function openDevice() {
  const { requestDevice } = GPUAdapter.prototype;
  deviceLost = new Promise((lost) => {
    GPUAdapter.prototype.requestDevice = async function request(...wanted) {
      const device = await requestDevice.apply(this, wanted);
      device.lost.then(({ message }) => {
        lost();
        crash(message, LOST);
      });
      return device;
    };
  });
  return api.openDevice((message) => crash(message, LOST));
}

self.addEventListener('message', ({ data }) => {
  if (data.call === 'ping') postMessage({ id: data.id, value: true });
  else if (data.call === 'stop') stopAt = data.id;
  else queue = queue.then(() => serve(data));
});

async function serve({ id, call, args }) {
  began.macs = 0; // what it waited for a call is no work
  const waits = setInterval(say, BEAT_MILLIS, 'waiting'); // for the network, or a GPU
  try {
    const value = await calls[call](id, ...args);
    if (COMPUTING.includes(call)) cold = false;
    postMessage({ id, value }, { transfer: buffers(value) });
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) crash(sentence(error));
    // A lost device fails the calls under way before it is announced.
    if (deviceLost)
      await Promise.race([
        deviceLost,
        new Promise((resolve) => {
          setTimeout(resolve, LOSS_MILLIS);
        }),
      ]);
    postMessage({ id, error: sentence(error) });
  } finally {
    clearInterval(waits);
  }
}

const calls = {
  /** Fetches and starts a module, unless it comes compiled; the wasm travels while the glue code does. Returns the catalog. */
  async load(_, kind, lock, compiled) {
    const wasm = compiled ?? fetchWasm(kind);
    wasm.catch?.(() => {}); // reported below, where it is awaited
    await holdLock(lock);
    api = await startModule(kind, wasm);
    cold = kind === 'gpu';
    if (api.Explorer) Object.assign(calls, (await import('./model-calls.js')).modelCalls(api));
    const device = cold ? await openDevice() : 'cpu';
    return { catalog: JSON.parse(api.catalog()), device };
  },

  resolve: (_, demo, query) => JSON.parse(api.resolve(demo, query)),
  async readTable(_, bytes, x, y, reach) {
    // Only the lab's module reads tables.
    reader ??= api.readTable ? api : await startModule('lab', fetchWasm('lab'));
    const { points, about } = reader.readTable(bytes, x, y, reach);
    return { points, ...JSON.parse(about) };
  },
  readRun: (_, text) => JSON.parse(api.readRun(text)),
  compareRuns: (_, text, replay) => JSON.parse(api.compareRuns(text, replay)),

  /** Opens a session; the old one is freed once the new one is open. */
  async open(_, demo, query) {
    const opened = await api.Session.open(demo, query);
    session?.free();
    session = opened;
    return JSON.parse(session.describe());
  },

  describe: () => JSON.parse(session.describe()),
  weights: () => session.weights(),
  program: () => session.program(),
  references: () => JSON.parse(session.references() ?? 'null'),
  query: () => session.query(),
  set: (_, key, value) => session.set(key, value),

  async single(_, which) {
    await session[which]();
    return session.step();
  },

  /** At most `steps` steps in about `millis` milliseconds, then one look at the result. */
  async advance(id, steps, millis, request, wantHash) {
    const begin = performance.now();
    const end = begin + millis;
    let done = 0;
    for (;;) {
      const now = performance.now();
      const more = await session.advance(steps - done, Math.max(1, Math.min(YIELD_MILLIS, end - now)));
      done += more;
      working();
      if (more === 0 || done >= steps || performance.now() >= end) break;
      await listen();
      if (stopAt >= id) break;
    }
    const millisSpent = performance.now() - begin;
    return { done, millis: millisSpent, fault: session.fault() ?? null, ...(await look(request, wantHash)) };
  },

  look: (_, request, wantHash) => look(request, wantHash),

  async snapshot() {
    const step = session.step();
    return { step, query: session.query(), bytes: await session.snapshot() };
  },

  async restore(_, bytes) {
    await session.restore(bytes);
    return JSON.parse(session.describe());
  },
};

async function look(request, wantHash) {
  const begin = performance.now();
  const { step, rows, now, arenas, marks } = await session.frame(JSON.stringify(request));
  const frame = { step, rows, now, arenas, marks, asked: request.arenas };
  const measured = wantHash === 'measured' && rows.some((row) => row.values.some(Number.isFinite));
  const hash = wantHash === true || measured ? await session.hash() : null;
  return { step, frame, hash, fault: session.fault() ?? null, lookMillis: performance.now() - begin };
}

async function startModule(kind, wasm) {
  const module = await import(`../pkg/genzoo_${kind}.js`).catch(() => {
    throw new Error(`The model code could not be fetched: the script genzoo_${kind}.js did not come. If this stays, the site was not copied whole.`);
  });
  await module.default({ module_or_path: await wasm });
  module.tellWork(working);
  return module;
}

async function fetchWasm(kind) {
  const response = await fetch(new URL(`../pkg/genzoo_${kind}_bg.wasm`, import.meta.url));
  if (!response.ok) throw new Error(`The model code could not be fetched (the server answered ${response.status}).`);
  return response;
}

/** Held until this worker ends, however it ends: that is how the page learns of a silent death. */
function holdLock(name) {
  if (!navigator.locks) return Promise.resolve();
  return new Promise((held) => {
    navigator.locks
      .request(name, () => {
        say('locked');
        held();
        return new Promise(() => {});
      })
      .catch(held);
  });
}

/** Lets waiting messages in; a timer would be slowed to 4 ms, a message channel is not. */
const channel = new MessageChannel();
let heard = null;
channel.port1.onmessage = () => heard?.();
const listen = () =>
  new Promise((resolve) => {
    heard = resolve;
    channel.port2.postMessage(null);
  });

/** The buffers that can be handed over instead of copied. */
function buffers(value, found = new Set()) {
  if (ArrayBuffer.isView(value)) {
    if (value.byteLength === value.buffer.byteLength) found.add(value.buffer);
  } else if (value && typeof value === 'object') {
    for (const part of Object.values(value)) if (part && typeof part === 'object') buffers(part, found);
  }
  return [...found];
}

function sentence(error) {
  return String(error?.message ?? error);
}
