// A table. A row that leads to other weights opens them; the row of what is shown stands out.

import { el } from '../../shell/dom.js';
import { count, fixed, number } from '../../shell/format.js';
import { frame } from './frame.js';

export class Table {
  constructor(view, spec) {
    this.view = view;
    this.table = el('table', { class: 'measures compared' });
    const scrolled = el('div', { class: 'table-scroll', tabIndex: 0, role: 'region', 'aria-label': spec.title || view.row.title }, this.table);
    this.node = frame(spec, 'tabular', '', scrolled);
    this.node.removeAttribute('aria-label'); // what is in it has the name
    this.node.classList.add('panel');
  }

  show({ heads, rows }) {
    const head = heads.map((title, at) => el('th', { scope: 'col', data: { number: at > 0 && !rows.some(({ cells }) => typeof cells[at - 1] === 'string') } }, title));
    const body = rows.map((row) => this.#row(row));
    this.table.replaceChildren(el('thead', {}, el('tr', {}, head)), el('tbody', {}, body));
  }

  #row({ name, weights, view, current, cells }) {
    const open = () => this.view.page.set({ weights, ...(view && { view }) });
    const title = weights ? el('button', { type: 'button', class: 'quiet', data: { weights }, on: { click: open } }, name) : name;
    return el('tr', { 'aria-current': current ? 'true' : null }, el('th', { scope: 'row' }, title), cells.map(cellOf));
  }
}

/** Words, a number with its decimals or digits, or null for what is not known. */
function cellOf(cell) {
  if (typeof cell === 'string') return el('td', {}, cell);
  if (cell === null) return el('td', { data: { number: true } }, '–');
  const { value, decimals, digits } = cell;
  const plain = decimals === undefined ? number(value, digits) : fixed(value, decimals);
  return el('td', { data: { number: true, value } }, decimals === 0 ? count(value) : plain);
}
