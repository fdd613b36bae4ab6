// genzoo: an image pixel by pixel, and one pass over the whole of it, through the same wasm model as the page's worker.
import init, { Explorer } from '/pkg/genzoo_images.js';
import { offerPixels } from './measure.js';

offerPixels(async ({ id }) => {
  await init({ module_or_path: '/pkg/genzoo_images_bg.wasm' });
  const [card, weights] = await Promise.all([`/weights/${id}.json`, `/weights/${id}.bpk`].map((path) => fetch(path)));
  const boards = await Explorer.open('pixelcnn', await card.text(), new Uint8Array(await weights.arrayBuffer()));
  const run = (request, values = []) => boards.run(JSON.stringify(request), Float32Array.from(values));
  return {
    async prepare(levels, pixel) {
      await run({ op: 'start', seed: 1 }, levels.slice(0, pixel).flatMap((level, place) => [place, level]));
      await run({ op: 'step', pixels: pixel });
    },
    async pass() {
      const { whole, cached } = await run({ op: 'whole' });
      return { whole: [...whole.data], cached: [...cached.data] };
    },
    async image(seed, pixels) {
      await run({ op: 'start', seed });
      const { levels } = await run({ op: 'step', pixels });
      return [...levels.data];
    },
  };
});
