// A run file is opened: its run is trained again, and compared at every step that the file has a fingerprint of.

import { readWithin } from '../link/stream.js';
import { count, fixed, plural } from '../shell/format.js';

const LOOK_MILLIS = 40;
const NAME_MOST = 60; // characters of a file's name in a sentence

/** Reads a dropped or chosen file and replays it. */
export async function replayFile(race, record, file) {
  const { notify } = race.notices;
  try {
    const { run_bytes: most } = (await race.engine.ready).limits;
    if (file.size > most)
      return notify(`${file.name.slice(0, NAME_MOST)} has ${fixed(file.size / 1024 / 1024, 1)} MiB; a run file has at most ${most / 1024 / 1024} MiB.`, {
        kind: 'warning',
        key: 'run',
      });
    return await replayText(race, record, await file.text());
  } catch (error) {
    return notify(`The run file could not be opened. ${error.message}`, { kind: 'warning', key: 'run' });
  }
}

/** Offers the run file at an address of this site: a link alone does not start a long computation. */
export async function offerRun(race, record, address) {
  const { notify } = race.notices;
  const say = (text) => notify(text, { kind: 'warning', key: 'run' });
  if (!URL.canParse(address, document.baseURI)) return say('The link names a run file by an address that is none.');
  const url = new URL(address, document.baseURI);
  if (url.origin !== location.origin) return say('The link names a run file on another host; only those beside this page are opened.');
  try {
    const response = await fetch(url).catch(() => null);
    if (!response) return say('The run file of this link could not be fetched: there is no connection.');
    if (!response.ok) return say(`The run file of this link could not be fetched (the server answered ${response.status}).`);
    const { run_bytes: most } = (await race.engine.ready).limits;
    const text = await textWithin(response, most);
    if (text === null) return say(`The run file of this link is longer than ${most / 1024 / 1024} MiB.`);
    const { step } = await race.engine.readRun(text);
    return notify(`This link opens a run of ${plural(step, 'step')}.`, { key: 'run', actions: [['Replay and compare', () => replayText(race, record, text)]] });
  } catch (error) {
    return say(error.message);
  }
}

/** The text of a response; null where it has more than `most` bytes, whatever length it claims: no more is read than tells so. */
async function textWithin(response, most) {
  const parts = [];
  const size = await readWithin(response.body, most, parts);
  return size > most ? null : new Blob(parts).text();
}

/** Trains the run of `text` again and says how it agrees; resolves to the verdict, or nothing where there is none. */
export async function replayText(race, record, text) {
  const { notify, clearNotice } = race.notices;
  const { dataset } = race.status;
  delete dataset.agreement;
  clearNotice('run');
  try {
    const run = await race.engine.readRun(text);
    race.runner.liftLimit();
    const device = run.device === 'webgpu' ? 'webgpu' : 'cpu'; // a trial of another in mid-run would lose the bits
    await race.open(`${run.query}&device=${device}`, { play: false });
    for (const stop of run.stops) {
      if (!(await reach(race.runner, stop))) break;
    }
    const verdict = await race.engine.compareRuns(text, await record.file());
    const given = race.runner.step < run.step ? ` The replay was ended at step ${count(race.runner.step)} of ${count(run.step)}.` : '';
    notify(`${verdict.sentence}${given}`, { kind: verdict.agreement === 'differs' ? 'warning' : 'info', key: 'run' });
    dataset.agreement = verdict.agreement;
    return verdict;
  } catch (error) {
    notify(error.message, { kind: 'warning', key: 'run' });
    return null;
  }
}

/** Plays to exactly `stop`; resolves to whether it got there. A pause only delays it. */
export async function reach(runner, stop) {
  if (runner.step < stop) runner.replayTo(stop);
  while (runner.step < stop && runner.target !== null)
    await new Promise((resolve) => {
      setTimeout(resolve, LOOK_MILLIS);
    });
  await runner.resting();
  return runner.step === stop;
}
