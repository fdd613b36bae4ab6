// The step at which Play pauses: a value of the page, in its link and in its bar.

import { VIEW_KEYS } from '../link/rules.js';
import { count } from '../shell/format.js';

/** The step of a link's value; null where it names none. */
const stepOf = (value) => (VIEW_KEYS.stop.choices.includes(value) ? null : Number(value));

/** Takes the value of a link. */
export function showStop({ runner, view, byId }) {
  runner.stopAt = stepOf(view.stop);
  byId('stop-at').value = runner.stopAt ?? '';
}

/** Takes the value that the user gives. */
export function stopAt(race, value) {
  const { runner, engine, notices } = race;
  runner.stopAt = stepOf(value);
  engine.stop(); // a portion that is under way may lead beyond it
  race.setView('stop', value);
  if (runner.stopAt === null || runner.stopAt > runner.step) return notices.clearNotice('stop');
  return notices.notify(`The run is at step ${count(runner.step)} already; after a reset it stops at step ${count(runner.stopAt)}.`, { key: 'stop', fade: 8000 });
}
