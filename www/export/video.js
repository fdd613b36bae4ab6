// A film as WebM, by the browser's own encoder.

import { BufferTarget, CanvasSource, Output, QUALITY_HIGH, WebMOutputFormat, getFirstEncodableVideoCodec } from '../vendor/mediabunny.js';
import { el } from '../shell/dom.js';
import { film } from './film.js';

/** @type {import('../vendor/mediabunny.js').VideoCodec[]} */
const CODECS = ['vp9', 'vp8', 'av1'];

/** See `film`; resolves to null when it was stopped, and to `undefined` where this browser cannot encode video. */
export async function toWebm(race, options) {
  const output = new Output({ format: new WebMOutputFormat(), target: new BufferTarget() });
  const sheet = el('canvas');
  let source = null;
  let begin = 0;
  const start = async ({ width, height }) => {
    Object.assign(sheet, { width: width + (width % 2), height: height + (height % 2) }); // encoders take pixels in pairs
    source = new CanvasSource(sheet, { codec: await getFirstEncodableVideoCodec(CODECS, sheet), quality: QUALITY_HIGH });
    output.addVideoTrack(source);
    await output.start();
  };
  if (!(await getFirstEncodableVideoCodec(CODECS))) return undefined;
  const whole = await film(race, options, async (canvas, millis) => {
    if (!source) await start(canvas);
    sheet.getContext('2d').drawImage(canvas, 0, 0);
    await source.add(begin / 1000, millis / 1000);
    begin += millis;
  });
  if (!whole) {
    await output.cancel();
    return null;
  }
  await output.finalize();
  return new Blob([output.target.buffer], { type: 'video/webm' });
}
