// onnxruntime-web: the logits of a PixelCNN by a pass over the whole image, with the same weights.
import { openSession, ort } from './onnx-session.js';
import { offerPixels } from './measure.js';

offerPixels(async ({ onnx, side, count }) => {
  const session = await openSession(onnx);
  let x;
  let at;
  return {
    prepare(levels, pixel) {
      at = pixel;
      const shade = (level) => (2 * level) / (count - 1) - 1;
      const values = Float32Array.from({ length: side * side }, (_, place) => shade(place < pixel ? levels[place] : 0));
      x = new ort.Tensor('float32', values, [1, 1, side, side]);
    },
    async pass() {
      const { logits } = await session.run({ x });
      return { whole: Array.from({ length: count }, (_, level) => logits.data[level * side * side + at]) };
    },
  };
});
