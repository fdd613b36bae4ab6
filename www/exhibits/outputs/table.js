// A table. A row that leads to other weights opens them; the row of what is shown stands out.

import { el } from '../../shell/dom.js';
import { fixed } from '../../shell/format.js';
import { frame } from './frame.js';

export class Table {
  constructor(view, spec) {
    this.view = view;
    this.table = el('table', { class: 'measures compared' });
    this.node = frame(spec, 'table', 'drawings', el('div', { class: 'table-scroll', tabIndex: 0, role: 'region', 'aria-label': spec.title }, this.table));
    this.node.classList.add('panel');
  }

  show({ heads, rows }) {
    const head = heads.map((title, at) => el('th', { scope: 'col', data: { number: rows.some(({ cells }) => isNumber(cells[at - 1])) } }, title));
    this.table.replaceChildren(
      el('thead', {}, el('tr', {}, head)),
      el(
        'tbody',
        {},
        rows.map((row) => this.#row(row)),
      ),
    );
  }

  #row({ name, weights, current, cells }) {
    const open = () => this.view.page.set({ weights });
    const title = weights ? el('button', { type: 'button', class: 'quiet', data: { weights }, on: { click: open } }, name) : name;
    const cell = (value) => (isNumber(value) ? el('td', { data: { number: true } }, fixed(value.value, value.decimals)) : el('td', {}, value));
    return el('tr', { 'aria-current': current ? 'true' : null }, el('th', { scope: 'row' }, title), cells.map(cell));
  }
}

const isNumber = (cell) => typeof cell === 'object';
