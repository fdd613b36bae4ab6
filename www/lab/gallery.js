// Races that show something, such as the failures: a button for each, its explanation, and its claims with the readings of this run.

import { LETTERS } from '../shell/colour.js';
import { el, setText } from '../shell/dom.js';
import { number } from '../shell/format.js';
import { math } from '../shell/math.js';

export const galleryParts = () => [
  el('div', { id: 'cases', class: 'cases', role: 'group', 'aria-label': 'Cases', hidden: true, data: { part: 'settings' } }),
  el('section', { id: 'case', class: 'case', 'aria-live': 'polite', hidden: true }),
];

export class Gallery {
  #claims = [];

  /** Shows the cases of a run, where its demo has some. */
  constructor(run) {
    this.run = run;
    run.addEventListener('began', () => this.#began(run.session.demo, run.session.run.preset));
    run.addEventListener('metrics', ({ detail }) => this.#measured(detail.rows, run.session.demo.columns));
  }

  /** A run of `demo` has begun, at the preset with this id. */
  #began({ presets }, chosen) {
    const row = presets.find(({ id }) => id === chosen);
    const [cases, shown] = ['cases', 'case'].map(this.run.byId);
    cases.hidden = shown.hidden = !row?.see;
    this.#claims = [];
    if (!row?.see) return;
    cases.replaceChildren(
      ...presets.map(({ id, title, summary }) =>
        el(
          'button',
          {
            type: 'button',
            data: { case: id },
            title: summary,
            'aria-pressed': String(id === chosen),
            on: { click: () => this.#turn(id) },
          },
          title,
        ),
      ),
    );
    this.#claims = row.claims.map((claim) => ({ ...claim, read: [], node: el('td', { data: { reading: '' } }, '–') }));
    shown.replaceChildren(
      el('p', {}, el('strong', {}, 'See: '), row.see),
      el('p', {}, el('strong', {}, 'Why: '), row.why),
      el('div', { class: 'equation' }, math(row.equation)),
      el(
        'table',
        { class: 'claims' },
        el('caption', {}, 'What five seeds of five show, and this run'),
        el(
          'tbody',
          {},
          this.#claims.map(({ arena, measure, when, said, node }) => el('tr', {}, el('th', { scope: 'row' }, `${LETTERS[arena]}: ${measure}, ${when}`), el('td', {}, said), node)),
        ),
      ),
    );
  }

  /** The same button has the focus after the turn. */
  async #turn(id) {
    await this.run.session.preset(id);
    this.run.runner.play();
    this.run.byId('cases').querySelector(`[data-case="${id}"]`)?.focus();
  }

  /** Takes rows of measures. */
  #measured(rows, columns) {
    for (const { arena, step, values } of rows) {
      for (const claim of this.#claims) {
        const nth = claim.steps.indexOf(step);
        if (claim.arena !== arena || nth < 0) continue;
        claim.read[nth] = values[columns.indexOf(claim.column)];
        const value = reading(claim);
        if (value === null) continue;
        const holds = value >= (claim.least ?? -Infinity) && value <= (claim.most ?? Infinity);
        claim.node.dataset.reading = String(holds);
        setText(claim.node, `${number(value, 3)} ${holds ? '✓' : '✗'}`);
      }
    }
  }
}

/** The value at the one step of a claim, or the mean change from one of its steps to the next; null while some are missing. */
function reading({ steps, read }) {
  if (steps.some((_, nth) => !Number.isFinite(read[nth]))) return null;
  if (steps.length === 1) return read[0];
  return read.slice(1).reduce((sum, value, nth) => sum + Math.abs(value - read[nth]), 0) / (read.length - 1);
}
