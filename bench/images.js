// genzoo: one picture, through the same wasm model as the page's worker.
import init, { Model } from '/pkg/genzoo_images.js';
import { offerPictures } from './measure.js';

offerPictures(async ({ id, op }) => {
  await init({ module_or_path: '/pkg/genzoo_images_bg.wasm' });
  const [card, weights] = await Promise.all([`/weights/${id}.json`, `/weights/${id}.bpk`].map((path) => fetch(path)));
  const model = await Model.open(await card.text(), new Uint8Array(await weights.arrayBuffer()));
  const request = JSON.stringify({ op });
  return async (z) => {
    const { images, scores } = await model.run(request, z);
    return { rgba: images.data, score: scores?.data[0] };
  };
});
