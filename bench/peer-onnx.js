// onnxruntime-web: the same networks with the same weights, as `onnx.mjs` writes them.
import * as ort from '/node_modules/onnxruntime-web/dist/ort.wasm.min.mjs';
import { offerPictures } from './measure.js';

ort.env.wasm.wasmPaths = '/node_modules/onnxruntime-web/dist/';
ort.env.wasm.numThreads = 1;

offerPictures(async ({ onnx }) => {
  const bytes = Uint8Array.from(atob(onnx), (c) => c.charCodeAt(0));
  const session = await ort.InferenceSession.create(bytes, { executionProviders: ['wasm'] });
  return async (z) => {
    const { images, scores } = await session.run({ z: new ort.Tensor('float32', z, [1, z.length, 1, 1]) });
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
