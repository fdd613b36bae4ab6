// The share panel of a run: also as a run file, pictures, films, tables, weights and a program.

import { el } from '../shell/dom.js';
import { replayFile } from '../run/replay.js';
import { SharePanel } from '../shell/share.js';
import { short, withStep } from '../link/snippets.js';
import { takeAway } from './take-away.js';

export function shareRun(race, record) {
  let take;
  const panel = new SharePanel({
    ways: [
      ['long', 'This run', () => withStep(race)],
      ['short', 'Only its settings', () => short(race)],
    ],
    demo: () => race.engine.demo,
    opened: () => Promise.all([race.runner.pause(), take.show()]),
    more: (shown) => {
      take = takeAway(race, record, shown);
      const file = el('input', { type: 'file', id: 'run-open', accept: '.json,application/json', class: 'visually-hidden', on: { change: open } });
      function open() {
        const [chosen] = file.files;
        file.value = '';
        if (!chosen) return;
        shown.close();
        replayFile(race, record, chosen);
      }
      return [
        el('h2', {}, 'Run file'),
        el('p', {}, 'A run with its settings, seed, fingerprints and measures. Opened, it is trained again and compared, bit for bit.'),
        el('div', { class: 'actions' }, shown.button('run-save', 'Save this run', take.saveRun), el('label', { class: 'button', for: 'run-open' }, 'Open a run file…'), file),
        take.node,
      ];
    },
  });
  for (const type of ['began', 'link']) race.addEventListener(type, () => panel.refresh());
  return panel;
}
