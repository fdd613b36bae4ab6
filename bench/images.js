// genzoo: one picture, through the same wasm model as the page's worker.
import init, { Explorer } from '/pkg/genzoo_images.js';
import { offerPictures, packed } from './measure.js';

offerPictures(async ({ id, op }) => {
  await init({ module_or_path: '/pkg/genzoo_images_bg.wasm' });
  const [file, weights] = await Promise.all([`/weights/${id}.json`, `/weights/${id}.bpk`].map((path) => fetch(path)));
  const card = await file.text();
  // A page of finished models has the id of their family.
  const model = await Explorer.open(JSON.parse(card).config.family, card, new Uint8Array(await weights.arrayBuffer()));
  const request = JSON.stringify({ op });
  return async (z) => {
    const { images, scores, raster } = await model.run(request, z);
    return { rgba: images.data, score: scores?.data[0], raster: raster && packed(raster.data) };
  };
});
