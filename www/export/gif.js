// A film as a GIF.

import { GIFEncoder, applyPalette, quantize } from '../vendor/gifenc.js';
import { film } from './film.js';

export const COLOURS = 128;

/** See `film`; resolves to null when it was stopped. */
export async function toGif(race, options) {
  const gif = GIFEncoder();
  const whole = await film(race, options, (canvas, delay) => {
    const { data, width, height } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const palette = quantize(data, COLOURS);
    gif.writeFrame(applyPalette(data, palette), width, height, { palette, delay });
    return gif.bytesView().length;
  });
  if (!whole) return null;
  gif.finish();
  return new Blob([gif.bytes()], { type: 'image/gif' });
}
