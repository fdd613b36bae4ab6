// What can be taken away of a run: pictures, a film, tables, weights, a program.

import { el, setText } from './dom.js';
import { save } from './download.js';
import { plural } from './format.js';

const SCALES = [1, 2, 4, 8];
const FRAMES = 40;

/** Returns `{node, show(), saveRun()}`; `say(text)` tells how it went. */
export function takeAway(race, record, say) {
  const name = (what, ending) => `genzoo-${race.engine.demo}-${what}-step${race.runner.step}.${ending}`;
  const subject = el('select', { id: 'take-subject' });
  const scale = el('select', { id: 'take-scale' }, SCALES.map((value) => el('option', { value, selected: value === 2 }, `${value} ×`)));
  const bar = el('progress', { id: 'take-progress', max: 1, value: 0, hidden: true });
  let film = null;

  const attempt = async (action) => {
    try {
      say(await action());
    } catch (error) {
      say(error.message);
    }
  };
  const button = (id, label, action) => el('button', { type: 'button', id, on: { click: () => attempt(action) } }, label);

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
    const options = { frames: FRAMES, scale: 0.5 * Number(scale.value), signal: film.signal, progress: (share) => { bar.value = share; } };
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
  const webmButton = button('take-webm', 'Film (WebM)', () => makeFilm('webm'));
  const gifButton = button('take-gif', 'Film (GIF)', () => makeFilm('gif'));

  function csv() {
    const { columns } = race.engine.catalog;
    const rows = record.rows.map(({ step, arena, values }) => [step, 'ABCD'[arena], race.session.objectives[arena],
      ...columns.map((_, at) => (Number.isFinite(values[at]) ? values[at] : ''))]);
    save(name('measures', 'csv'), `${[['step', 'arena', 'objective', ...columns], ...rows].map((row) => row.join(',')).join('\n')}\n`, 'text/csv');
    return `${plural(rows.length, 'row')} are saved.`;
  }

  async function saveRun() {
    await attempt(async () => {
      save(name('run', 'json'), await record.file(), 'application/json');
      return 'The run is saved.';
    });
  }

  const node = el('section', { 'aria-label': 'Take away' },
    el('h2', {}, 'Take away'),
    el('div', { class: 'actions' },
      el('label', { class: 'select-line' }, 'Picture ', subject), el('label', { class: 'select-line' }, 'Scale ', scale),
      button('take-png', 'PNG', () => picture('toPng', 'png')), button('take-svg', 'SVG', () => picture('toSvg', 'svg')), webmButton, gifButton, bar),
    el('div', { class: 'actions' },
      button('take-csv', 'Measures (CSV)', csv),
      button('take-weights', 'Weights (safetensors)', async () => {
        save(name('weights', 'safetensors'), new Blob([await race.engine.weights()]));
        return 'The weights are saved, named and shaped as in the PyTorch program.';
      }),
      button('take-program', 'Program (PyTorch)', async () => {
        save(name('run', 'py'), await race.engine.program(), 'text/x-python');
        return 'The program is saved: python3 runs it where PyTorch is installed.';
      })));

  return {
    node,
    saveRun,
    async show() {
      const { subjects } = await import('./pictures.js');
      subject.replaceChildren(...subjects(race).map(({ id, title }) => el('option', { value: id }, title)));
    },
  };
}
