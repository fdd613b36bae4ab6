// The user's own points in a race: the pad where they are drawn or read, and advice where the generator cannot reach the data.

import { DensityPad } from '../draw/density-pad.js';
import { decode, edited } from '../link/state.js';

/** Opens the pad with the points of the run, if there are any, or with those of a file. @param {import('./race.js').Race} race */
export function openPad(race, density, file = null) {
  const { engine, session } = race;
  race.pad ??= new DensityPad(race.root, race.theme, {
    limits: () => engine.catalog.limits,
    reach: () => session.description.reach ?? null,
    readTable: (bytes, axes) => engine.readTable(bytes, axes, session.description.reach),
    use: (density, encoded) => session.usePoints(density, encoded),
  });
  if (file) return race.pad.openFile(file);
  return race.pad.open(density, decode(session.pairs.get('points') ?? ''));
}

/** Whether a run of the present demo can have points of the user's. */
export function takesPoints({ controls, session }) {
  const choices = session.demo.controls.find(({ key }) => key === 'density')?.choices ?? [];
  return Boolean(controls) && choices.some(({ id }) => session.needsPoints(id));
}

/** Says what Rust advises on the settings of a session, with the button that does it. */
export function advise({ notices, session }, advice) {
  const follow = () => session.restart(edited(session.present(), advice.settings), null);
  notices.notify(advice.text, { kind: 'warning', key: 'advice', actions: [[advice.action, follow]] });
}
