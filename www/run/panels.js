// The panels of a race beside its arenas: charts and settings.

import { Charts } from '../draw/charts.js';
import { Controls } from '../shell/controls.js';
import { openPad } from './later.js';

/** @param {import('./race.js').Race} race */
export function addPanels(race) {
  const { notices, root, session, theme } = race;
  race.charts = new Charts(root, theme, { chartsChanged: (ids) => race.setView('charts', ids) });
  race.controls = new Controls(root, {
    change: (control, tab, value) => session.change(control, tab, value),
    toDefault: (control, tab) => session.toDefault(control, tab),
    preset: (id) => session.preset(id),
    openPad: () => openPad(race, session.run.settings.density),
    refuse: (text) => notices.notify(text, { key: 'field', fade: 8000 }),
  });
}
