// One arena's card: header with the objective, the picture, its legend and the newest measures.

import { LETTERS, palette } from '../colour.js';
import { el, icon, setLabel, setText } from '../dom.js';
import { count, number, percent } from '../format.js';
import { drawContours, fieldScale, paintField } from './field.js';
import { drawArrows, drawDots, drawManifold, stampDots } from './marks.js';

/** Measures shown in large figures, where the catalog has them. */
const READOUTS = [
  { column: 'strict_modes', label: 'strict modes', say: 'strict modes' },
  { column: 'high_quality', label: 'high quality', say: 'high-quality share' },
  { column: 'js', label: 'JS', say: 'Jensen-Shannon divergence' },
  { column: 'w1', label: 'W₁', say: 'Wasserstein distance' },
];

const realLayers = new WeakMap(); // by the points

export class ArenaView {
  constructor(info, description, demo, theme, hooks) {
    const { columns } = demo;
    Object.assign(this, { info, description, columns, theme });
    this.data = {};
    this.measures = new Map();
    this.scale = null;
    this.cell = document.createElement('canvas');
    this.readouts = READOUTS
      .filter(({ column }) => columns.includes(column))
      .filter(({ column }) => column !== 'strict_modes' || description.modes);
    this.node = this.#build(demo, hooks);
  }

  #build(demo, hooks) {
    const { index } = this.info;
    const objective = demo.objectives.find(({ id }) => id === this.info.objective);
    const letter = LETTERS[index];
    this.canvas = el('canvas', {
      class: 'plot-canvas', role: 'img', 'aria-label': `Arena ${letter}, ${this.info.title}: not measured yet, at step 0.`,
    });
    this.legend = {
      bar: el('span', { class: 'bar' }), low: el('span', {}), middle: el('span', {}), high: el('span', {}),
    };
    this.figures = new Map(this.readouts.map(({ column }) => [column, el('dd', { data: { column } }, '–')]));
    const remove = el('button', {
      type: 'button', class: 'quiet remove-arena', data: { part: 'arenas' }, 'aria-label': `Remove arena ${letter}`, title: 'Remove this arena',
      hidden: this.description.arenas.length === 1, on: { click: () => hooks.remove(index) },
    }, icon('close'));
    const select = el('select', {
      class: 'objective', data: { part: 'objective' }, 'aria-label': `Objective of arena ${letter}`,
      on: { change: () => hooks.changeObjective(index, select.value) },
    }, demo.objectives.map(({ id, title }) => el('option', { value: id, selected: id === this.info.objective }, title)));
    return el('article', { class: 'arena', data: { index, objective: this.info.objective }, 'aria-label': `Arena ${letter}: ${this.info.title}` },
      el('header', {}, el('span', { class: 'badge-letter', 'aria-hidden': 'true' }, letter), select, remove),
      el('div', { class: 'plot' }, this.canvas),
      el('div', { class: 'legend' },
        el('span', { class: 'legend-title' }, outputName(this.info)),
        this.legend.low, this.legend.bar, this.legend.middle, this.legend.high),
      el('dl', { class: 'readouts' }, this.readouts.map(({ column, label }) =>
        el('div', {}, el('dt', {}, label), this.figures.get(column)))),
      el('details', { class: 'about' },
        el('summary', {}, 'What is optimised'),
        objective?.short && el('p', {}, objective.short),
        objective?.formula_d && el('p', { class: 'formula' }, el('b', {}, this.info.critic ? 'critic ' : 'D '), objective.formula_d),
        objective?.formula_g && el('p', { class: 'formula' }, el('b', {}, 'G '), objective.formula_g),
        objective?.source && el('p', { class: 'source' }, objective.source),
        el('p', { class: 'source' }, `Parameters: ${count(this.info.parameters?.g ?? 0)} in the generator, `
          + `${count(this.info.parameters?.d ?? 0)} in the ${this.info.critic ? 'critic' : 'discriminator'}.`)));
  }

  /** Takes what a frame brought; what it left out stays as it was. */
  update(data) {
    for (const kind of ['field', 'fakes', 'manifold', 'arrows']) if (data[kind]?.length) this.data[kind] = data[kind];
    if (data.field?.length) this.scale = fieldScale(data.field, this.info.critic, this.scale);
  }

  /** The newest row of measures; columns not measured this time keep their last value. */
  measure({ step, values }) {
    let news = false;
    this.columns.forEach((column, index) => {
      if (Number.isNaN(values[index])) return;
      this.measures.set(column, values[index]);
      news ||= this.figures.has(column);
    });
    if (!news) return;
    const { modes } = this.description.references ?? {};
    const shown = (column) => {
      const value = this.measures.get(column);
      if (value === undefined) return '–';
      if (column === 'strict_modes') return `${number(value)} / ${modes ?? this.description.modes}`;
      return column === 'high_quality' ? percent(value) : number(value, 3);
    };
    for (const [column, node] of this.figures) {
      setText(node, shown(column));
      node.dataset.value = this.measures.get(column) ?? '';
    }
    const words = this.readouts.map(({ column, say }) => `${say} ${shown(column).replace('/', 'of')}`).join(', ');
    setLabel(this.canvas, `Arena ${LETTERS[this.info.index]}, ${this.info.title}, at step ${count(step)}: ${words}.`);
  }

  /** Draws the views that are on; `still` when there is time for detail. */
  draw(views, still) {
    const { size, density } = this;
    if (!size) return;
    const context = this.canvas.getContext('2d');
    context.setTransform(density, 0, 0, density, 0, 0);
    this.paint(context, size, views, { still, realPoints: (...place) => context.drawImage(this.#realPoints(...place), 0, 0, size, size) });
    this.#drawLegend(views, this.theme.shown, palette(this.theme.shown));
  }

  /** Paints the views into a square of a context, whatever that makes of it. */
  paint(context, size, views, { still = true, realPoints } = {}) {
    const theme = this.theme.shown;
    const colours = palette(theme);
    const [xmin, xmax, ymin, ymax] = this.description.window;
    const place = (x, y) => [((x - xmin) / (xmax - xmin)) * size, ((ymax - y) / (ymax - ymin)) * size];
    context.fillStyle = colours.paper;
    context.fillRect(0, 0, size, size);
    const { field, fakes, manifold, arrows } = this.data;
    if (views.has('field') && field) this.#drawField(context, field, size, theme, colours, still);
    if (views.has('manifold') && manifold) drawManifold(context, manifold, place, colours.fake);
    if (views.has('real')) (realPoints ?? (() => this.#drawReal(context, size, place, colours)))(size, place, theme, colours);
    if (views.has('arrows') && arrows) drawArrows(context, arrows, place, colours.ink, size / 14);
    const dot = Math.max(1.3, size / 230);
    if (views.has('fakes') && fakes) (still ? drawDots : stampDots)(context, fakes, place, dot, colours.fake, { rim: colours.fakeRim, density: this.density });
  }

  #drawField(context, field, size, theme, colours, still) {
    const cells = Math.round(Math.sqrt(field.length));
    paintField(this.cell, field, cells, this.scale, theme);
    context.imageSmoothingQuality = still ? 'high' : 'low';
    context.drawImage(this.cell, 0, 0, size, size);
    // Values belong to the centres of the cells.
    const unit = size / cells;
    const place = (column, row) => [(column + 0.5) * unit, size - (row + 0.5) * unit];
    drawContours(context, field, cells, this.scale, this.info.critic, place, colours.contour);
  }

  #drawReal(context, size, place, colours) {
    drawDots(context, this.description.real, place, Math.max(0.8, size / 420), colours.real, { alpha: 0.65 });
  }

  /** Real points are the same in all arenas and never change during a run, so they are drawn once a size and theme. */
  #realPoints(size, place, theme, colours) {
    const { real } = this.description;
    const key = `${size} ${this.density} ${theme}`;
    if (realLayers.get(real)?.key !== key) {
      const layer = document.createElement('canvas');
      layer.width = layer.height = Math.round(size * this.density);
      const context = layer.getContext('2d');
      context.scale(this.density, this.density);
      this.#drawReal(context, size, place, colours);
      realLayers.set(real, Object.assign(layer, { key }));
    }
    return realLayers.get(real);
  }

  #drawLegend(views, theme, colours) {
    this.legend.bar.parentElement.classList.toggle('off', !views.has('field'));
    if (this.legendTheme !== theme) {
      this.legendTheme = theme;
      this.legend.bar.style.background = `linear-gradient(90deg, ${colours.field.map(([at, colour]) => `${colour} ${100 * at}%`).join(', ')})`;
      this.node.style.setProperty('--arena', colours.arenas[this.info.index]);
      this.node.style.setProperty('--on-arena', colours.onArenas[this.info.index]);
    }
    const { low, middle, high } = this.scale ?? { low: NaN, middle: NaN, high: NaN };
    setText(this.legend.low, this.info.critic ? number(low, 3) : '0');
    setText(this.legend.middle, this.info.critic ? number(middle, 3) : '½');
    setText(this.legend.high, this.info.critic ? number(high, 3) : '1');
  }

  /** Matches the canvas to its box. Asked on changes of size only: reading a width makes the browser lay out the page. */
  fit() {
    this.size = this.canvas.clientWidth;
    this.density = Math.min(2, devicePixelRatio || 1);
    const pixels = Math.round(this.size * this.density);
    if (pixels && this.canvas.width !== pixels) this.canvas.width = this.canvas.height = pixels;
  }
}

function outputName({ critic, probability }) {
  if (critic) return 'f(x), critic value';
  return probability === false ? 'f(x): 1 real, 0 generated' : 'D(x), probability real';
}
