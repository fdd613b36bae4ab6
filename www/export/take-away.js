// What can be taken away of a run: pictures, a film, tables, weights, a program.

import { LETTERS } from '../shell/colour.js';
import { el, setText } from '../shell/dom.js';
import { save } from './download.js';
import { plural } from '../shell/format.js';
import { scaleMenu } from '../link/share.js';

const FRAMES = 40;

/** `{node, show(), saveRun()}` for the share panel of a run. */
export function takeAway(race, record, panel) {
  const name = (what, ending) => `genzoo-${race.engine.demo}-${what}-step${race.runner.step}.${ending}`;
  const subject = el('select', { id: 'take-subject' });
  const scale = scaleMenu();
  const bar = el('progress', { id: 'take-progress', max: 1, value: 0, hidden: true });
  let film = null;

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

  /** As video where this browser can; `kind` is `webm` or `gif`. */
  async function makeFilm(kind) {
    if (film) {
      film.abort();
      return 'The film is being stopped…';
    }
    film = new AbortController();
    const buttons = [webmButton, gifButton];
    const pressed = buttons[kind === 'webm' ? 0 : 1];
    const label = pressed.textContent;
    for (const each of buttons) each.disabled = each !== pressed;
    setText(pressed, 'Stop the film');
    bar.hidden = false;
    const options = {
      frames: FRAMES,
      scale: 0.5 * Number(scale.value),
      signal: film.signal,
      progress: (share) => {
        bar.value = share;
      },
    };
    try {
      const video = kind === 'webm' ? await (await import('./webm.js').catch(() => ({}))).toWebm?.(race, options) : undefined;
      const made = video === undefined ? await (await import('./gif.js')).toGif(race, options) : video;
      if (!made) return 'The film was stopped.';
      save(name('film', made.type === 'image/gif' ? 'gif' : 'webm'), made);
      return kind === 'webm' && !video ? 'No video can be made here; the film is saved as a GIF instead.' : 'The film is saved.';
    } finally {
      film = null;
      pressed.textContent = label;
      for (const each of buttons) each.disabled = false;
      bar.hidden = true;
    }
  }
  const webmButton = panel.button('take-webm', 'Film (WebM)', () => makeFilm('webm'));
  const gifButton = panel.button('take-gif', 'Film (GIF)', () => makeFilm('gif'));

  function csv() {
    const { session } = race;
    const { columns } = session.demo;
    const rows = record.rows.map(({ step, arena, values }) => [
      step,
      LETTERS[arena],
      session.nameOf(arena),
      ...columns.map((_, at) => (Number.isFinite(values[at]) ? values[at] : '')),
    ]);
    save(name('measures', 'csv'), `${[['step', 'arena', 'objective', ...columns], ...rows].map((row) => row.join(',')).join('\n')}\n`, 'text/csv');
    return `${plural(rows.length, 'row')} are saved.`;
  }

  async function saveRun() {
    save(name('run', 'json'), await record.file(), 'application/json');
    return 'The run is saved.';
  }

  const ofRaces = [
    panel.button('take-weights', 'Weights (safetensors)', async () => {
      save(name('weights', 'safetensors'), new Blob([await race.engine.weights()]));
      return 'The weights are saved, named and shaped as in the PyTorch program.';
    }),
    panel.button('take-program', 'Program (PyTorch)', async () => {
      save(name('run', 'py'), await race.engine.program(), 'text/x-python');
      return 'The program is saved: python3 runs it where PyTorch is installed.';
    }),
  ];
  const node = el(
    'section',
    { 'aria-label': 'Take away' },
    el('h2', {}, 'Take away'),
    el(
      'div',
      { class: 'actions' },
      el('label', { class: 'select-line' }, 'Picture ', subject),
      el('label', { class: 'select-line' }, 'Scale ', scale),
      panel.button('take-png', 'PNG', () => picture('toPng', 'png')),
      panel.button('take-svg', 'SVG', () => picture('toSvg', 'svg')),
      webmButton,
      gifButton,
      bar,
    ),
    el('div', { class: 'actions' }, panel.button('take-csv', 'Measures (CSV)', csv), ...ofRaces),
  );

  return {
    node,
    saveRun,
    async show() {
      const { subjects } = await import('./pictures.js');
      subject.replaceChildren(...subjects(race).map(({ id, title }) => el('option', { value: id }, title)));
      for (const each of ofRaces) each.hidden = Boolean(race.session.demo.panels);
    },
  };
}
