// A file that falls on the page of a race.

import { openPad, takesPoints } from './own-points.js';
import { replayFile } from './replay.js';

/** Replays a run file, and offers points to train on. */
export async function takeFile(race, record, file) {
  if (await isRunFile(file)) return replayFile(race, record, file);
  await race.engine.ready;
  if (takesPoints(race)) return openPad(race, null, file);
  return race.notices.notify(`“${file.name.slice(0, 40)}” is no run file; points go to the race of the start page.`, { kind: 'warning', key: 'run' });
}

/** Whether a file is meant as one: it says so, or it begins as JSON does. */
async function isRunFile(file) {
  return /\.json$/i.test(file.name) || (await file.slice(0, 256).text()).trimStart().startsWith('{');
}
