// Milliseconds for one picture of a trained model on one thread: genzoo beside onnxruntime-web with the same weights,
// interleaved as in `speed`. Neither is timed before both have drawn the same pictures.
import { onnxModel } from '../onnx.mjs';
import { apart, digits, markdown, measure, openEngine, range, spread, withBrowser } from './common.mjs';

const MODELS = [
  { id: 'dcgan-critters', op: 'decode', what: 'DCGAN: generator, and discriminator\'s score of the picture' },
  { id: 'vae-fashion-2d', op: 'decode', what: 'VAE: decoder' },
];
const ENGINES = { genzoo: 'images.html', 'onnxruntime-web': 'peer-onnx.html' };
/** Most that a byte of a picture may differ, and a score. */
export const BYTES_APART = 2;
const SCORES_APART = 0.01;

export async function images({ url, quick, say }) {
  const rounds = quick ? 3 : 9;
  const count = 30;

  return withBrowser({}, async (browser) => {
    const tabs = {};
    for (const [name, page] of Object.entries(ENGINES)) tabs[name] = await openEngine(browser, url, page);

    const models = await Promise.all(MODELS.map(async ({ id, op, what }) => {
      const [card, file] = await Promise.all(['json', 'bpk'].map((kind) => fetch(new URL(`weights/${id}.${kind}`, url))));
      const parsed = await card.json();
      const { latent } = parsed.config.generator ?? parsed.config.networks;
      const onnx = Buffer.from(onnxModel(parsed, await file.arrayBuffer())).toString('base64');
      return { id, op, what, onnx, latents: normals(1, count * latent, latent), runs: {} };
    }));

    for (const model of models) {
      const { id, op, onnx, latents } = model;
      const [ours, theirs] = await Promise.all(Object.values(tabs).map((tab) => measure(tab, { id, op, onnx, latents })));
      model.difference = apart(...[ours, theirs].map((answers) => answers.flatMap(({ rgba }) => [...rgba])));
      const scores = [ours, theirs].map((answers) => answers.flatMap(({ score }) => score ?? []));
      model.scoreDifference = apart(...scores);
      say(`${id}: ${count} pictures differ by at most ${model.difference} of 255, scores by ${model.scoreDifference}`);
      if (!(model.difference <= BYTES_APART && model.scoreDifference <= SCORES_APART)) {
        throw new Error(`${id}: the engines do not draw the same picture`);
      }
    }

    for (let round = 0; round < rounds; round++) {
      for (const { id, op, latents, runs } of models) {
        for (const [name, tab] of Object.entries(tabs)) {
          await tab.bringToFront();
          const each = await measure(tab, { id, op, latents, millis: 300 });
          (runs[name] ??= []).push(each);
          say(`round ${round + 1}/${rounds}, ${id}, ${name}: ${digits(each)} ms`);
        }
      }
    }

    const rows = models.map(({ id, what, difference, scoreDifference, runs }) => ({
      id, what, difference, scoreDifference,
      millis: Object.fromEntries(Object.entries(runs).map(([name, values]) => [name, spread(values)])),
      ratio: spread(runs.genzoo.map((millis, i) => millis / runs['onnxruntime-web'][i])),
    }));
    return {
      rounds, count, models: rows,
      table: markdown(
        [
          'model', 'what runs', ...Object.keys(ENGINES).map((name) => `${name}, ms/picture`),
          'genzoo / onnxruntime-web', 'largest difference of a byte',
        ],
        rows.map(({ id, what, millis, ratio, difference }) =>
          [id, what, ...Object.values(millis).map(range), range(ratio), difference]),
      ),
    };
  });
}

/** `n` standard normal numbers of a seed, in rows of `width`. */
function normals(seed, n, width) {
  let state = seed;
  const uniform = () => (state = (state * 48271) % 0x7fffffff) / 0x7fffffff;
  const values = Array.from({ length: n }, () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()));
  return Array.from({ length: n / width }, (_, row) => values.slice(row * width, (row + 1) * width));
}
