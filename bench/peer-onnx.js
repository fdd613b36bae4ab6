// onnxruntime-web: the same networks with the same weights, as `onnx.mjs` writes them.
import { openSession, ort } from './onnx-session.js';
import { offerPictures } from './measure.js';

offerPictures(async ({ onnx, dims }) => {
  const session = await openSession(onnx);
  return async (z) => {
    const { images, scores } = await session.run({ z: new ort.Tensor('float32', z, dims ?? [1, z.length, 1, 1]) });
    const [, colours, height, width] = images.dims;
    const pixels = height * width;
    const rgba = new Uint8ClampedArray(4 * pixels).fill(255);
    for (let channel = 0; channel < 3; channel++) {
      const from = Math.min(channel, colours - 1) * pixels;
      for (let at = 0; at < pixels; at++) rgba[4 * at + channel] = 255 * images.data[from + at];
    }
    return { rgba, score: scores?.data[0] };
  };
});
