// Pictures in rows: a strip, a grid, or rows with titles. Each is a button that opens it.

import { el, setLabel, setText } from '../../shell/dom.js';
import { percent } from '../../shell/format.js';
import { paint, picture } from '../picture.js';

export class Cells {
  #built = '';

  /** `choose(place)` follows a click. */
  constructor(label, shape, choose) {
    this.shape = shape;
    this.choose = choose;
    this.cells = [];
    this.node = el('div', { class: `cells ${shape}`, role: 'group', 'aria-label': label, on: { keydown: (event) => this.#move(event) } });
  }

  /** Makes room for `total` pictures in `columns`, with titles of rows and columns where there are some. */
  resize(total, { columns, rows = [], heads = [] }) {
    this.columns = columns || total;
    const built = JSON.stringify([total, this.columns, rows, heads]);
    if (this.#built === built) return;
    this.#built = built;
    while (this.cells.length > total) this.cells.pop();
    while (this.cells.length < total) this.cells.push(this.#cell(this.cells.length));
    this.node.style.setProperty('--columns', this.columns);
    this.node.dataset.titled = rows.length > 0;
    this.node.dataset.line = total <= this.columns;
    const title = (text, kind) => el('span', { class: kind, title: text }, text);
    const lines = [];
    if (heads.length > 0) lines.push(...(rows.length > 0 ? [el('span', {})] : []), ...heads.map((text) => title(text, 'head')));
    this.cells.forEach((cell, place) => {
      if (rows.length > 0 && place % this.columns === 0) lines.push(title(rows[place / this.columns] ?? '', 'row-title'));
      lines.push(cell);
    });
    this.node.replaceChildren(...lines);
  }

  /** Picture `nth` of `images` in its place. */
  show(place, images, nth, { caption, score, letter }) {
    const cell = this.cells[place];
    if (!cell) return;
    const [canvas, words, badge] = cell.children;
    badge.replaceChildren(...(letter ? [el('span', { class: 'badge-letter', data: { letter } }, letter)] : []));
    paint(canvas, images, nth);
    delete cell.dataset.waiting;
    const scored = score !== undefined;
    if (scored) cell.dataset.score = score;
    setText(words, scored ? percent(score) : '');
    const says = scored ? `${caption}, ${percent(score)} real` : caption;
    setLabel(cell, letter ? `${says}, in set ${letter}` : says);
  }

  wait() {
    for (const cell of this.cells) cell.dataset.waiting = 'true';
  }

  #cell(place) {
    const open = () => {
      this.#focus(place);
      this.choose(place);
    };
    const data = { place, waiting: 'true' };
    return el(
      'button',
      { type: 'button', class: 'cell', tabIndex: place === 0 ? 0 : -1, 'aria-label': `Picture ${place + 1}`, data, on: { click: open } },
      picture('', { 'aria-hidden': 'true' }),
      el('span', { class: 'score', 'aria-hidden': 'true' }),
      el('span', { class: 'letters', 'aria-hidden': 'true' }),
    );
  }

  #move(event) {
    const at = this.cells.indexOf(document.activeElement);
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -this.columns, ArrowDown: this.columns, Home: -at, End: this.cells.length - 1 - at }[event.key];
    if (at < 0 || by === undefined || !this.cells[at + by]) return;
    event.preventDefault();
    this.#focus(at + by);
    this.cells[at + by].focus();
  }

  #focus(place) {
    this.cells.forEach((cell, nth) => {
      cell.tabIndex = nth === place ? 0 : -1;
    });
  }
}
