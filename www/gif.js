// A run as a moving picture: trained again from step 0 with a frame every so many steps, so it is the same everywhere.

import { GIFEncoder, applyPalette, quantize } from './vendor/gifenc.js';
import { nextFrame } from './dom.js';
import { subjects, toCanvas } from './pictures.js';
import { reach } from './replay.js';

const COLOURS = 128;
const DELAY_MILLIS = 80;
const LAST_MILLIS = 1500;

/**
 * Trains `race` again to where it stands.
 * @param {{ frames: number, scale: number, signal: AbortSignal, progress: (share: number) => void }} options
 * @returns {Promise<Blob | null>} null when it was stopped
 */
export async function toGif(race, { frames, scale, signal, progress }) {
  const { scene, runner, session } = race;
  await runner.pause();
  const last = runner.step;
  const every = Math.max(1, Math.ceil(last / frames));
  const gif = GIFEncoder();
  const begun = new Promise((resolve) => { race.addEventListener('drawn', resolve, { once: true }); });
  scene.all = true;
  try {
    await session.reset();
    await begun;
    for (let step = 0; ; step = Math.min(last, step + every)) {
      if (signal.aborted || !(await reach(runner, step))) return null;
      const canvas = toCanvas(subjects(race)[0], scale);
      const { data, width, height } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      const palette = quantize(data, COLOURS);
      gif.writeFrame(applyPalette(data, palette), width, height, { palette, delay: step < last ? DELAY_MILLIS : LAST_MILLIS });
      progress(last === 0 ? 1 : step / last);
      if (step >= last) break;
      await nextFrame();
    }
  } finally {
    scene.all = false;
  }
  gif.finish();
  return new Blob([gif.bytes()], { type: 'image/gif' });
}
