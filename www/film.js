// A run as a moving picture: trained again from step 0 with a frame every so many steps, so it is the same everywhere.

import { nextFrame } from './dom.js';
import { subjects, toCanvas } from './pictures.js';
import { reach } from './replay.js';

export const DELAY_MILLIS = 80;
export const LAST_MILLIS = 1500;

/**
 * Trains `race` again to where it stands, and gives every frame to `take(canvas, millis)`.
 * @param {{ frames: number, scale: number, signal: AbortSignal, progress: (share: number) => void }} options
 * @returns {Promise<boolean>} false when it was stopped
 */
export async function film(race, { frames, scale, signal, progress }, take) {
  const { scene, runner, session } = race;
  await runner.pause();
  const last = runner.step;
  const every = Math.max(1, Math.ceil(last / frames));
  const begun = new Promise((resolve) => { race.addEventListener('drawn', resolve, { once: true }); });
  scene.all = true;
  try {
    await session.reset();
    await begun;
    for (let step = 0; ; step = Math.min(last, step + every)) {
      if (signal.aborted || !(await reach(runner, step))) return false;
      await take(toCanvas(subjects(race)[0], scale), step < last ? DELAY_MILLIS : LAST_MILLIS);
      progress(last === 0 ? 1 : step / last);
      if (step >= last) return true;
      await nextFrame();
    }
  } finally {
    scene.all = false;
  }
}
