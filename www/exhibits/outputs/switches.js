// Grids of cells that a press switches on or off. The link has all of them as 0 and 1.

import { el } from '../../shell/dom.js';
import { frame } from './frame.js';

export class Switches {
  #built = '';

  constructor(view, spec) {
    this.view = view;
    this.spec = spec;
    this.cells = []; // of all grids, in the order of the link
    this.grids = el('div', { class: 'switch-grids' });
    this.again = el('button', { type: 'button', data: { again: spec.writes }, on: { click: () => this.#write('') } }, spec.again);
    this.node = frame(spec, 'switched', 'grids', this.grids, this.again);
    this.node.classList.add('panel');
  }

  show({ grids }) {
    this.again.disabled = !this.view.page.values[this.spec.writes];
    this.on = grids.flatMap(({ on }) => [...on.data]);
    const built = JSON.stringify(grids.map(({ title, on }) => [title, on.shape]));
    if (this.#built !== built) {
      this.#built = built;
      this.cells = [];
      this.grids.replaceChildren(...grids.map((grid, nth) => this.#grid(grid, nth)));
    }
    this.cells.forEach((node, at) => node.setAttribute('aria-pressed', String(this.on[at] === 1)));
  }

  #grid({ title, on, open, names, ring }, nth) {
    const [, columns] = on.shape;
    const first = this.cells.length;
    const cells = names.map((name, at) =>
      el('button', {
        type: 'button',
        class: 'switch-cell',
        disabled: open.data[at] !== 1,
        tabIndex: at === ring ? 0 : -1,
        'aria-label': name,
        title: name,
        data: { cell: first + at, ring: at === ring },
        on: { click: () => this.#press(first + at) },
      }),
    );
    this.cells.push(...cells);
    const grid = el('div', { class: 'switch-grid', role: 'group', 'aria-label': title, data: { grid: nth }, on: { keydown: (event) => walk(event, cells, columns) } }, cells);
    grid.style.setProperty('--columns', columns);
    return el('figure', {}, grid, el('figcaption', {}, title));
  }

  #press(at) {
    this.#write(this.on.map((on, nth) => (nth === at ? 1 - on : on)).join(''));
  }

  #write(cells) {
    return this.view.page.set({ [this.spec.writes]: cells });
  }
}

/** Arrow keys walk over the cells of one grid. */
function walk(event, cells, columns) {
  const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key];
  if (!by) return;
  event.preventDefault();
  cells[cells.indexOf(document.activeElement) + by]?.focus();
}
