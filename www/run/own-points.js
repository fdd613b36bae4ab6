// The user's own points in a race: the pad where they are drawn or read, and advice where the generator cannot reach the data.

import { decode, edited } from '../link/state.js';

/** Fetches the pad when it is first wanted. @param {import('./race.js').Race} race */
async function padOf(race) {
  const { DensityPad } = await import('../draw/density-pad.js');
  const { engine, session } = race;
  race.pad ??= new DensityPad(race.root, race.theme, {
    limits: () => engine.catalog.limits,
    reach: () => session.description.reach ?? null,
    readTable: (bytes, axes) => engine.readTable(bytes, axes, session.description.reach),
    use: (density, encoded) => session.usePoints(density, encoded),
  });
  return race.pad;
}

/** Opens the pad with the points of the run, if there are any, or with those of a file. */
export async function openPad(race, density, file = null) {
  const pad = await padOf(race).catch(() => null);
  if (!pad) return race.notices.notify('The code that takes points could not be fetched: there is no connection.', { kind: 'warning', key: 'points' });
  if (file) return pad.openFile(file);
  return pad.open(density, decode(race.session.pairs.get('points') ?? ''));
}

/** Whether a run of the present demo can have points of the user's. */
export function takesPoints({ controls, session }) {
  const choices = session.demo.controls.find(({ key }) => key === 'density')?.choices ?? [];
  return Boolean(controls) && choices.some(({ id }) => session.needsPoints(id));
}

/** Says what Rust advises on the settings of a session, with the button that does it. */
export function advise({ notices, session }, { advice }) {
  notices.clearNotice('advice');
  if (!advice) return;
  const follow = () => session.restart(edited(session.present(), advice.settings), null);
  notices.notify(advice.text, { kind: 'warning', key: 'advice', actions: [[advice.action, follow]] });
}
