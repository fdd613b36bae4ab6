// Downloads of a run: pictures, a film, tables, weights, a program.

import { LETTERS } from '../shell/colour.js';
import { el } from '../shell/dom.js';
import { save } from './download.js';
import { plural } from '../shell/format.js';
import { Films } from './films.js';
import { scaleMenu } from '../shell/share.js';

/** `{node, show(), saveRun()}` for the share panel of a run. */
export function takeAway(race, record, panel) {
  const name = (what, ending) => `genzoo-${race.engine.demo}-${what}-seed${race.session.initial.seed}-step${race.runner.step}.${ending}`;
  const subject = el('select', { id: 'take-subject' });
  const scale = scaleMenu();
  const ofRaces = filesOfRaces(race, panel, name);

  /** The chosen picture, painted from what every arena shows now. */
  async function picture(convert, ending) {
    const { subjects, ...make } = await import('./pictures.js');
    race.scene.all = true;
    await race.runner.look();
    await race.runner.resting();
    race.scene.all = false;
    const chosen = subjects(race).find(({ id }) => id === subject.value);
    save(name(chosen.id, ending), await make[convert](chosen, Number(scale.value)));
    return `${chosen.title} is saved.`;
  }

  const pictures = el(
    'div',
    { class: 'actions' },
    el('label', { class: 'select-line' }, 'Picture ', subject),
    el('label', { class: 'select-line' }, 'Scale ', scale),
    panel.button('take-png', 'PNG', () => picture('toPng', 'png')),
    panel.button('take-svg', 'SVG', () => picture('toSvg', 'svg')),
  );
  const films = new Films(race, panel, name, scale);
  const measures = panel.button('take-csv', 'Measures (CSV)', () => {
    save(name('measures', 'csv'), table(race.session, record.rows), 'text/csv');
    return `${plural(record.rows.length, 'row')} are saved.`;
  });
  return {
    node: el('section', { 'aria-label': 'Take away' }, el('h2', {}, 'Take away'), pictures, films.node, el('div', { class: 'actions' }, measures, ...ofRaces)),
    async saveRun() {
      save(name('run', 'json'), await record.file(), 'application/json');
      return 'The run is saved.';
    },
    async show() {
      const { subjects } = await import('./pictures.js');
      subject.replaceChildren(...subjects(race).map(({ id, title }) => el('option', { value: id }, title)));
      films.show();
      for (const each of ofRaces) each.hidden = Boolean(race.session.demo.panels);
    },
  };
}

/** For races, not figures. */
function filesOfRaces(race, panel, name) {
  return [
    panel.button('take-weights', 'Weights (safetensors)', async () => {
      save(name('weights', 'safetensors'), new Blob([await race.engine.weights()]));
      return 'The weights are saved, named and shaped as in the PyTorch program.';
    }),
    panel.button('take-program', 'Program (PyTorch)', async () => {
      save(name('run', 'py'), await race.engine.program(), 'text/x-python');
      return 'The program is saved: python3 runs it where PyTorch is installed.';
    }),
  ];
}

/** The measures as CSV; what was not measured is empty. */
function table(session, rows) {
  const { columns } = session.demo;
  const lines = rows.map(({ step, arena, values }) => [
    session.initial.seed,
    step,
    LETTERS[arena],
    session.nameOf(arena),
    ...columns.map((_, at) => (Number.isFinite(values[at]) ? values[at] : '')),
  ]);
  return `${[['seed', 'step', 'arena', 'objective', ...columns], ...lines].map((line) => line.join(',')).join('\n')}\n`;
}
