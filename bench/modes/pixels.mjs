// Pixels per second of a PixelCNN on one thread: the cached sampler, and passes over the whole image in genzoo and in
// onnxruntime-web with the same weights, interleaved as in `speed`. Nothing is timed before all three have the same logits.
import { onnxPixels } from '../onnx.mjs';
import { digits, markdown, measure, openEngine, range, spread, withBrowser } from './common.mjs';

const MODELS = ['pixelcnn-mnist', 'pixelcnn-mnist-plain', 'pixelcnn-fashion'];
/** Most that a logit may differ. */
const APART = 1e-3;

export async function pixels({ url, quick, say }) {
  const rounds = quick ? 2 : 7;
  const millis = quick ? 500 : 1500;

  return withBrowser({}, async (browser) => {
    const genzoo = await openEngine(browser, url, 'pixels.html');
    const peer = await openEngine(browser, url, 'peer-onnx-pixels.html');

    const models = [];
    for (const id of MODELS) {
      const [card, file] = await Promise.all(['json', 'bpk'].map((kind) => fetch(new URL(`weights/${id}.${kind}`, url))));
      if (!card.ok) { say(`${id} is not on this site; it is left out`); continue; }
      const parsed = await card.json();
      const { side, levels: count } = parsed.config.network;
      const onnx = Buffer.from(onnxPixels(parsed, await file.arrayBuffer())).toString('base64');
      const all = side * side;
      const { levels } = await measure(genzoo, { id, image: { seed: 1, pixels: all } });
      const places = [0, 1, side - 1, Math.floor(all / 3), all >> 1, all - 1];
      const [ours, theirs] = [await measure(genzoo, { id, levels, pixels: places }), await measure(peer, { id, onnx, side, levels, count, pixels: places })];
      const difference = Math.max(...ours.map(({ whole, cached }, nth) => apart(cached, whole, theirs[nth].whole)));
      say(`${id}: logits at ${places.length} pixels differ by at most ${difference}`);
      if (!(difference <= APART)) throw new Error(`${id}: the engines do not agree`);
      models.push({ id, all, levels, difference, runs: { image: [], whole: [], peer: [] } });
    }

    for (let round = 0; round < rounds; round += 1) {
      for (const { id, all, levels, runs } of models) {
        await genzoo.bringToFront();
        runs.image.push((await measure(genzoo, { id, image: { seed: round + 2, pixels: all } })).millis);
        runs.whole.push(await measure(genzoo, { id, levels, millis }));
        await peer.bringToFront();
        runs.peer.push(await measure(peer, { id, levels, millis }));
        say(`round ${round + 1}/${rounds}, ${id}: an image ${digits(runs.image.at(-1))} ms, a pass ${digits(runs.whole.at(-1))} and ${digits(runs.peer.at(-1))} ms`);
      }
    }

    const rows = models.map(({ id, all, difference, runs }) => {
      const rate = (values, pixels) => spread(values.map((each) => (1000 * pixels) / each));
      const faster = (passes) => spread(passes.map((pass, nth) => (pass * all) / runs.image[nth]));
      return {
        id, difference, seconds: spread(runs.image.map((each) => each / 1000)), cached: rate(runs.image, all), whole: rate(runs.whole, 1), peer: rate(runs.peer, 1),
        overWhole: faster(runs.whole), overPeer: faster(runs.peer),
      };
    });
    return {
      rounds, models: rows,
      table: markdown(
        ['weights', 'a whole image, s', 'cached, pixels/s', 'whole passes, pixels/s', 'onnxruntime-web, whole passes, pixels/s', 'cached / whole', 'cached / onnxruntime-web', 'largest difference of a logit'],
        rows.map(({ id, seconds, cached, whole, peer: theirs, overWhole, overPeer, difference }) =>
          [id, ...[seconds, cached, whole, theirs, overWhole, overPeer].map(range), difference.toExponential(1)]),
      ),
    };
  });
}

/** Largest difference of lists of numbers from the first; NaN where the lengths differ. */
function apart(first, ...others) {
  return Math.max(...others.map((other) => (other.length === first.length ? Math.max(...other.map((value, i) => Math.abs(value - first[i]))) : NaN)));
}
