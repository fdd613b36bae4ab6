// The timeline of a run: checkpoints to go back to, branches that go on from one with other settings, and their comparison. A
// checkpoint is a snapshot of the session, so a branch is trained, not replayed; its link replays it all the same.

import { LETTERS } from '../shell/colour.js';
import { el, setLabel, setText } from '../shell/dom.js';
import { count, number } from '../shell/format.js';
import { t } from '../i18n/strings.js';
import { Canvases } from '../draw/canvases.js';
import { Branch, changed } from './branch.js';
import { Panel } from '../draw/panel.js';

const MOST_BYTES = 64 << 20; // of all branches; then the same happens to the one that has most
const MOST_BRANCHES = 5; // that have a colour of their own
const ROLES = ['a', 'b', 'fake', 'real', 'faint'];

export function timelineParts() {
  return el(
    'section',
    { id: 'timeline', class: 'timeline', 'aria-labelledby': 'timeline-title', hidden: true },
    el(
      'header',
      { class: 'timeline-head' },
      el('h3', { id: 'timeline-title' }, 'Timeline'),
      el('input', { type: 'range', id: 'scrub', min: 0, max: 0, value: 0, step: 1, 'aria-label': 'Checkpoint' }),
      el('span', { id: 'scrub-step' }),
    ),
    el('p', { id: 'timeline-hint' }, 'Slide back to a checkpoint. Change a setting there and play: the run goes on as a new branch, and the old one stays.'),
    el(
      'div',
      { id: 'branches-part', hidden: true },
      el(
        'div',
        { class: 'timeline-choice' },
        el('label', { class: 'select-line' }, el('span', {}, 'Compare'), ' ', el('select', { id: 'branch-measure' })),
        el('label', { class: 'select-line' }, el('span', {}, 'of'), ' ', el('select', { id: 'branch-arena' })),
      ),
      el('div', { id: 'branch-chart' }),
      el('div', { class: 'table-scroll' }, el('table', { id: 'branches', class: 'branches' })),
    ),
  );
}

export class Timeline {
  /** `run`: the race. */
  constructor(root, run) {
    // `at`: the present step where it is before the end of the known run; null at its end.
    this.run = run;
    this.branches = [];
    this.at = null;
    this.busy = false;
    this.byId = (id) => root.getElementById(id);
    this.byId('scrub').addEventListener('input', ({ target }) => this.#scrub(Number(target.value)));
    for (const id of ['branch-measure', 'branch-arena']) this.byId(id).addEventListener('change', () => this.#compare());
    this.resizer = new ResizeObserver(() => {
      this.panel?.fit();
      this.#draw();
    });
    this.resizer.observe(this.byId('branch-chart'));
    run.theme.on(() => this.#draw());
    run.addEventListener('began', ({ detail }) => this.#began(detail));
    run.addEventListener('metrics', ({ detail }) => this.#measured(detail.rows));
    run.addEventListener('drawn', ({ detail }) => this.#drawn(detail));
  }

  get current() {
    return this.branches[this.chosen];
  }

  #began({ arenas, settings }) {
    const { demo } = this.run.session;
    const shape = `${demo.id} ${arenas.map(({ title }) => title).join()}`;
    // Other settings from step 0 on are a branch of the same race too.
    if (this.at === 0 && this.shape === shape) {
      this.#branch(settings, 0);
      this.#keep();
      return;
    }
    this.shape = shape;
    const measures = demo.charts.flatMap(({ title, columns }) => columns.map((column) => [column, columns.length > 1 ? `${t(title)}: ${t(column.replaceAll('_', ' '))}` : title]));
    const option = ([value, title]) => el('option', { value }, title);
    this.byId('branch-measure').replaceChildren(...measures.map(option));
    this.byId('branch-arena').replaceChildren(...arenas.map(({ title }, index) => option([index, title ? `${LETTERS[index]}: ${t(title)}` : LETTERS[index]])));
    this.byId('branch-arena').parentElement.hidden = arenas.length === 1;
    this.branches = [new Branch('First run', 0, [], settings)];
    this.chosen = 0;
    this.at = null;
    this.#show();
    this.#keep();
  }

  /** Rows of steps that were measured before are skipped. */
  #measured(rows) {
    this.#fork(rows.at(-1).step);
    const known = this.current.rows.at(-1)?.step ?? -1;
    this.current.add(rows.filter(({ step }) => step > known));
    if (this.branches.length > 1) this.#compare();
  }

  #drawn({ step, fault }) {
    this.#fork(step);
    const { last, interval } = this.current;
    if (!fault && step >= last + interval) this.#keep();
  }

  async #keep() {
    if (this.busy) return;
    this.busy = true;
    const { current } = this;
    try {
      const snapshot = await this.run.engine.keep();
      if (this.current === current && snapshot.step > current.last) {
        current.keep(snapshot);
        this.#bound();
      }
    } catch {
      // A state that is not sound, or a worker that was lost: the next one is tried again.
    }
    this.busy = false;
    this.#show();
  }

  /** The first and the last checkpoint of a branch always stay. */
  #bound() {
    const largest = () => this.branches.filter(({ checkpoints }) => checkpoints.length > 2).sort((a, b) => b.bytes - a.bytes)[0];
    while (this.branches.reduce((sum, { bytes }) => sum + bytes, 0) > MOST_BYTES && largest()) largest().thin();
  }

  /** The run continues from a checkpoint: with other settings it is a branch, with the same ones the same run. */
  #fork(step) {
    const { settings } = this.run.session.description;
    if (this.at === null) return this.current.note(step, settings);
    if (step <= this.at || this.#branch(settings, this.at, step)) return;
    this.at = step < this.current.end ? step : null;
  }

  /** Begins a branch at step `from`, if the settings at step `now` are others than they were there; returns whether. */
  #branch(settings, from, now = from) {
    const changes = changed(this.current.at(now), settings);
    if (changes.length === 0) return false;
    this.at = null;
    const { controls } = this.run.session.demo;
    const words = changes.map((key) => {
      const [, stem, arena] = /^(.*?)(?:\.(\d))?$/.exec(key);
      const label = controls.find((control) => control.key === stem)?.label ?? key;
      const all = this.run.session.objectives.every((_, index) => settings[`${stem}.${index}`] === settings[key]);
      return `${label}${arena && !all ? ` of ${LETTERS[arena]}` : ''} ${settings[key]}`;
    });
    this.branches.push(
      new Branch(
        [...new Set(words)].join(', '),
        from,
        this.current.rows.filter(({ step }) => step <= from),
        settings,
      ),
    );
    this.chosen = this.branches.length - 1;
    if (this.branches.length > MOST_BRANCHES) {
      this.branches.splice(1, 1);
      this.chosen -= 1;
    }
    this.#show();
    return true;
  }

  /** Goes to a checkpoint of the branch; of several calls the last one counts. */
  async #scrub(index) {
    this.wish = index;
    if (this.going) return;
    this.going = true;
    while (this.wish !== null) {
      const checkpoint = this.current.checkpoints[this.wish];
      this.wish = null;
      if (checkpoint) await this.#goTo(checkpoint);
    }
    this.going = false;
  }

  async #goTo(checkpoint) {
    await this.run.runner.pause();
    await this.run.goTo(checkpoint);
    this.at = checkpoint.step < this.current.end ? checkpoint.step : null;
    this.#show();
  }

  /** Continues another branch from its last checkpoint. */
  async #switch(index) {
    this.chosen = index;
    const { charts } = this.run;
    await this.#goTo(this.current.checkpoints.at(-1));
    charts.cut(-1);
    charts.add(this.current.rows);
    this.byId('branches').querySelector(`[data-branch="${index}"] button`)?.focus();
  }

  #show() {
    const { checkpoints } = this.current;
    this.byId('timeline').hidden = checkpoints.length < 2 && this.branches.length < 2;
    const scrub = this.byId('scrub');
    scrub.max = Math.max(0, checkpoints.length - 1);
    const index = checkpoints.findLastIndex(({ step }) => step <= (this.at ?? Infinity));
    if (!this.going) scrub.value = index;
    const step = checkpoints[index]?.step ?? 0;
    scrub.setAttribute('aria-valuetext', t(`step ${count(step)}`));
    setText(this.byId('scrub-step'), `step ${count(step)} · ${count(checkpoints.length)} checkpoints`);
    this.byId('branches-part').hidden = this.branches.length < 2;
    if (this.branches.length > 1) this.#compare();
  }

  #draw() {
    this.canvases?.draw({ still: true });
  }

  #compare() {
    const { charts, columns } = this.run.session.demo;
    const select = this.byId('branch-measure');
    const [column, arena] = [columns.indexOf(select.value), Number(this.byId('branch-arena').value)];
    const lines = this.branches.map(({ rows }) =>
      rows.filter((row) => row.arena === arena && Number.isFinite(row.values[column])).flatMap(({ step, values }) => [step, values[column]]),
    );
    const key = `${this.branches.map(({ name }) => name).join('|')} ${select.value} ${this.chosen}`;
    if (this.key !== key) {
      this.key = key;
      const { unit } = charts.find((chart) => chart.columns.includes(select.value));
      const axis = (title) => ({ title, range: 'fit' });
      const spec = {
        title: select.selectedOptions[0].textContent,
        x: axis('step'),
        y: axis(unit),
        square: false,
        marks: this.branches.map(({ name }, index) => ({ shape: index === this.chosen ? 'line' : 'dashed', role: ROLES[index], title: name })),
      };
      this.canvases?.remove();
      this.panel = new Panel(spec, null, this.run.theme);
      this.canvases = new Canvases('panel', [this.panel]);
      this.byId('branch-chart').replaceChildren(this.panel.node);
      this.panel.fit();
    }
    this.canvases.update(
      0,
      lines.map((line) => Float32Array.from(line)),
      true,
    ); // a chart is exact, not smooth
    this.#draw();
    setLabel(this.panel.canvas, `${select.selectedOptions[0].textContent}, for every branch by step; the table below has the last values.`);
    this.byId('branches').replaceChildren(
      el(
        'thead',
        {},
        el(
          'tr',
          {},
          ['Branch', 'from step', 'to step', 'last value', ''].map((title) => el('th', { scope: 'col' }, title)),
        ),
      ),
      el(
        'tbody',
        {},
        this.branches.map(({ name, from, checkpoints, last }, index) =>
          el(
            'tr',
            { data: { branch: index } },
            el('th', { scope: 'row' }, name),
            el('td', {}, count(from)),
            el('td', {}, count(Math.max(0, last))),
            el('td', { data: { value: lines[index].at(-1) ?? '' } }, number(lines[index].at(-1), 4)),
            el(
              'td',
              {},
              index === this.chosen ? 'shown' : el('button', { type: 'button', on: { click: () => this.#switch(index) } }, 'Go on with it'),
              ' ',
              checkpoints.length > 0 && el('a', { href: `#${checkpoints.at(-1).query}` }, 'Link'),
            ),
          ),
        ),
      ),
    );
  }
}
