// A film as MP4 or WebM, by the browser's own encoder.

import { BufferTarget, CanvasSource, Mp4OutputFormat, Output, QUALITY_HIGH, WebMOutputFormat } from '../vendor/mediabunny.js';
import { el } from '../shell/dom.js';
import { encodable, even } from './codecs.js';
import { film } from './film.js';

/** Office programs and old players want the table of an MP4 at its begin. */
const FORMATS = { mp4: () => new Mp4OutputFormat({ fastStart: 'in-memory' }), webm: () => new WebMOutputFormat() };

/** See `film`; resolves to null when it was stopped. Throws a sentence where this browser encodes no such film. */
export async function toVideo(race, kind, options) {
  const output = new Output({ format: FORMATS[kind](), target: new BufferTarget() });
  const sheet = el('canvas');
  let source = null;
  let begin = 0;
  let bytes = 0;
  const start = async (canvas) => {
    const { codec, fullCodecString } = (await encodable(kind, canvas)) ?? {};
    if (!codec) throw new Error('This browser encodes no such film of this size: choose a smaller scale, or the GIF.');
    Object.assign(sheet, even(canvas));
    source = new CanvasSource(sheet, {
      codec,
      fullCodecString,
      quality: QUALITY_HIGH,
      onEncodedPacket: ({ byteLength }) => {
        bytes += byteLength;
      },
    });
    output.addVideoTrack(source);
    await output.start();
  };
  const whole = await film(race, options, async (canvas, millis) => {
    if (!source) await start(canvas);
    sheet.getContext('2d').drawImage(canvas, 0, 0);
    await source.add(begin / 1000, millis / 1000);
    begin += millis;
    return bytes;
  });
  if (!whole) {
    await output.cancel();
    return null;
  }
  await output.finalize();
  return new Blob([output.target.buffer], { type: `video/${kind}` });
}
