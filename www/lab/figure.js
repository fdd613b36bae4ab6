// A figure as its row in the table describes it: text, equation, panels and values. No figure is known here by name.

import { Canvases } from '../draw/canvases.js';
import { onDensity } from '../draw/density.js';
import { palette } from '../shell/colour.js';
import { el, setLabel, setText } from '../shell/dom.js';
import { number } from '../shell/format.js';
import { stageFoot } from '../shell/layout.js';
import { math } from '../shell/math.js';
import { ofPanels, Panel } from '../draw/panel.js';
import { dragAlong } from './drag.js';

const DETAIL = { least: 20, moving: 40, still: 96 }; // side of heat maps
const PICTURE_MILLIS = 8; // what a picture may cost while it moves

/** The elements of a figure. */
export function figureStage() {
  return el(
    'section',
    { class: 'stage', 'aria-labelledby': 'figure-title' },
    el('header', { class: 'figure-head' }, el('h2', { id: 'figure-title' }, 'Figures that move'), el('p', { id: 'look' }), el('div', { id: 'equation', class: 'equation' })),
    el('div', { id: 'stage', class: 'panels', tabIndex: -1 }),
    el('div', { class: 'table-scroll' }, el('table', { id: 'readouts', class: 'figure-values' })),
    stageFoot(),
  );
}

export class Figure {
  /** A setting that changed at rest may show at once. */
  showsSettings = true;

  constructor(root, theme, hooks) {
    this.theme = theme;
    this.hooks = hooks;
    this.byId = (id) => root.getElementById(id);
    this.panels = [];
    this.detail = DETAIL.moving;
    this.root = this.byId('stage');
    const fit = () => {
      this.panels.forEach((panel) => panel.fit());
      this.redraw();
    };
    this.resizer = new ResizeObserver(fit);
    this.leaveScreen = onDensity(fit);
  }

  /** Text, panels and values of a new session. */
  build(description, demo) {
    this.demo = demo;
    setText(this.byId('figure-title'), demo.title);
    setText(this.byId('look'), demo.look);
    this.byId('equation').replaceChildren(math(demo.equation));
    this.resizer.disconnect();
    this.canvases?.remove();
    this.panels = demo.panels.map((spec) => new Panel(spec, description.window, this.theme));
    for (const panel of this.panels) dragAlong(panel, demo.controls, this.hooks.change);
    this.canvases = new Canvases('panel', this.panels);
    this.root.dataset.count = this.panels.length;
    this.root.replaceChildren(...this.panels.map(({ node }) => node));
    for (const { canvas } of this.panels) this.resizer.observe(canvas); // draws it once it has a size
    this.#values(description.arenas);
  }

  #values(runs) {
    const { readouts } = this.demo;
    this.cells = runs.map(() => new Map(readouts.map(([column]) => [column, el('td', { data: { column } }, '–')])));
    const named = runs.some(({ name }) => name);
    this.rows = runs.map(({ index, name }) =>
      el('tr', { data: { run: index } }, named && el('th', { scope: 'row' }, el('i', { class: 'key', data: { role: 'abcd'[index] } }), name), [...this.cells[index].values()]),
    );
    this.byId('readouts').replaceChildren(
      el(
        'thead',
        {},
        el(
          'tr',
          {},
          named && el('th', {}),
          readouts.map(([, label]) => el('th', { scope: 'col' }, label)),
        ),
      ),
      el('tbody', {}, this.rows),
    );
  }

  request(moving) {
    return { field: moving ? Math.round(this.detail) : DETAIL.still, arenas: [], now: !moving };
  }

  /** Paints an answer of the worker; resolves to the function that shows it. */
  async paint({ frame, step, lookMillis }, still) {
    if (!still && lookMillis > 0) {
      // The cost of a map is the square of its side; half the way there, so that it does not flicker.
      const wanted = this.detail * Math.sqrt(PICTURE_MILLIS / lookMillis);
      this.detail = Math.min(DETAIL.moving, Math.max(DETAIL.least, (this.detail + wanted) / 2));
    }
    ofPanels(this.panels, frame.marks).forEach((numbers, index) => this.canvases.update(index, numbers));
    this.#keys();
    const { show } = await this.canvases.paint({ still });
    return () => {
      show();
      // At rest, the table has the values of the step that is drawn.
      for (const { arena, values } of [...frame.rows, ...frame.now]) this.#show(arena, values);
      this.panels.forEach(({ canvas, spec }) => setLabel(canvas, `${spec.title}, at step ${step}. The table below has the values.`));
    };
  }

  #show(run, values) {
    for (const [column, cell] of this.cells[run]) {
      const value = values[this.demo.columns.indexOf(column)];
      setText(cell, number(value, 4));
      cell.dataset.value = value;
    }
  }

  remove() {
    this.resizer.disconnect();
    this.leaveScreen();
    this.canvases?.remove();
  }

  redraw() {
    this.#keys();
    if (this.theme.atOnce) return this.canvases?.paintNow({ still: true });
    return this.canvases?.draw({ still: true });
  }

  /** Colours of the rows of values. */
  #keys() {
    const { arenas } = palette(this.theme.shown);
    this.rows?.forEach((row, index) => row.style.setProperty('--key', arenas[index]));
  }
}
