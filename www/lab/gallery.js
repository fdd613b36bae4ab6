// The failure gallery: a button for every failure, what to see in it and why, and what this run reads of what is claimed.

import { LETTERS } from '../colour.js';
import { byId, el, setText } from '../dom.js';
import { number } from '../format.js';

export const galleryParts = () => [
  el('div', { id: 'cases', class: 'cases', role: 'group', 'aria-label': 'Failures', hidden: true }),
  el('section', { id: 'case', class: 'case', 'aria-live': 'polite', hidden: true }),
];

export class Gallery {
  /** `choose(id)` starts a failure. */
  constructor(choose) {
    this.choose = choose;
    this.claims = [];
  }

  /** A run of `demo` has begun, at the preset with this id. */
  began({ presets }, chosen) {
    const row = presets.find(({ id }) => id === chosen);
    byId('cases').hidden = byId('case').hidden = !row?.see;
    this.claims = [];
    if (!row?.see) return;
    byId('cases').replaceChildren(...presets.map(({ id, title, summary }) => el('button', {
      type: 'button', data: { case: id }, title: summary, 'aria-pressed': String(id === chosen), on: { click: () => this.#turn(id) },
    }, title)));
    this.claims = row.claims.map((claim) => ({ ...claim, node: el('td', { data: { reading: '' } }, '–') }));
    byId('case').replaceChildren(
      el('p', {}, el('strong', {}, 'See: '), row.see), el('p', {}, el('strong', {}, 'Why: '), row.why),
      el('table', { class: 'claims' },
        el('caption', {}, 'What five seeds of five show, and this run'),
        el('tbody', {}, this.claims.map(({ arena, measure, when, said, node }) => el('tr', {},
          el('th', { scope: 'row' }, `${LETTERS[arena]}: ${measure}, ${when}`), el('td', {}, said), node)))));
  }

  /** The same button has the focus after the turn. */
  async #turn(id) {
    await this.choose(id);
    byId('cases').querySelector(`[data-case="${id}"]`)?.focus();
  }

  /** Takes rows of measures. */
  measured(rows, columns) {
    for (const { arena, step, values } of rows) {
      for (const claim of this.claims) {
        // What is read over many steps is for the command line.
        if (claim.arena !== arena || claim.steps.length > 1 || claim.steps[0] !== step) continue;
        const value = values[columns.indexOf(claim.column)];
        const holds = value >= (claim.least ?? -Infinity) && value <= (claim.most ?? Infinity);
        claim.node.dataset.reading = String(holds);
        setText(claim.node, `${number(value, 3)} ${holds ? '✓' : '✗'}`);
      }
    }
  }
}
