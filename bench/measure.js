// The clock that every engine is timed by: `prepare` builds a fresh pair of networks and returns a
// function that trains `n` steps and ends with one readback.
const READBACK_EVERY = 5;

// What WebGPU was asked to do, where it exists: launches, submissions, readbacks.
const asked = { dispatches: 0, submits: 0, maps: 0 };
function count(type, method, name) {
  const original = type?.prototype[method];
  if (!original) return;
  type.prototype[method] = function (...args) {
    asked[name] += 1;
    return original.apply(this, args);
  };
}
count(globalThis.GPUComputePassEncoder, 'dispatchWorkgroups', 'dispatches');
count(globalThis.GPUComputePassEncoder, 'dispatchWorkgroupsIndirect', 'dispatches');
count(globalThis.GPUQueue, 'submit', 'submits');
count(globalThis.GPUBuffer, 'mapAsync', 'maps');

export function offer(prepare) {
  window.bench = async ({ backend, hidden, batch = 256, seconds = 2 }) => {
    const opened = performance.now();
    const train = await prepare(backend, hidden, batch);
    try {
      await train(READBACK_EVERY); // compiles and warms up
      const before = { ...asked };
      const start = performance.now();
      let steps = 0;
      let now = start;
      while (now - start < seconds * 1000) {
        await train(READBACK_EVERY);
        steps += READBACK_EVERY;
        now = performance.now();
      }
      const perStep = (name) => (asked[name] - before[name]) / steps;
      return {
        stepsPerSec: (steps * 1000) / (now - start),
        millisPerStep: (now - start) / steps,
        warmUpMillis: start - opened,
        dispatchesPerStep: perStep('dispatches'),
        submitsPerStep: perStep('submits'),
        mapsPerStep: perStep('maps'),
      };
    } finally {
      train.dispose?.();
    }
  };
}

// Many numbers as text, which travels to and from a page much faster.
export function packed(floats) {
  const bytes = new Uint8Array(floats.buffer, floats.byteOffset, floats.byteLength);
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}

const unpacked = (text) => new Float32Array(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);

// Pictures, one by one: `open` loads a model and returns a function from a latent to `{ rgba, score }`. Asked for so
// many milliseconds, the answer is the milliseconds a picture, over all latents at least once; for `each`, those of every latent;
// else the pictures.
export function offerPictures(open) {
  const models = new Map();
  window.bench = async ({ millis = 0, each = false, latents, ...model }) => {
    const key = `${model.id} ${model.op}`;
    if (!models.has(key)) models.set(key, await open(model));
    const picture = models.get(key);
    const zs = latents.map((z) => (typeof z === 'string' ? unpacked(z) : Float32Array.from(z)));
    if (each) {
      const times = [];
      for (const z of zs) {
        const start = performance.now();
        await picture(z);
        times.push(performance.now() - start);
      }
      return times;
    }
    if (!millis) {
      const answers = [];
      for (const z of zs) answers.push(await picture(z));
      return answers;
    }
    await picture(zs[0]);
    const start = performance.now();
    let pictures = 0;
    let now = start;
    while (now - start < millis) {
      for (const z of zs) await picture(z);
      pictures += zs.length;
      now = performance.now();
    }
    return (now - start) / pictures;
  };
}

// Pixels: `open` loads a model and returns `prepare(levels, pixel)`, which is ready to draw a pixel of an image, `pass()`, the
// logits there as `{ whole, cached }`, and where there is a cache `image(seed, pixels)`, the levels of a new image. Asked for
// `pixels`, the answer is the logits at each; for an `image`, its levels and milliseconds; else the milliseconds a pass.
export function offerPixels(open) {
  const models = new Map();
  window.bench = async ({ levels, pixels, image, millis, ...model }) => {
    if (!models.has(model.id)) models.set(model.id, await open(model));
    const { prepare, pass, image: draw } = models.get(model.id);
    if (image) {
      const start = performance.now();
      const drawn = await draw(image.seed, image.pixels);
      return { levels: drawn, millis: performance.now() - start };
    }
    if (pixels) {
      const answers = [];
      for (const pixel of pixels) {
        await prepare(levels, pixel);
        answers.push(await pass());
      }
      return answers;
    }
    await prepare(levels, levels.length >> 1);
    await pass();
    const start = performance.now();
    let passes = 0;
    let now = start;
    while (now - start < millis) {
      await pass();
      passes += 1;
      now = performance.now();
    }
    return (now - start) / passes;
  };
}
