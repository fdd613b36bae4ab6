// One arena's card: header with the objective, the picture, its legend and the newest measures.

import { LETTERS, palette } from '../shell/colour.js';
import { el, icon, setLabel, setText } from '../shell/dom.js';
import { count, number, percent } from '../shell/format.js';
import { ArenaPicture } from './arena-picture.js';
import { density } from './density.js';

/** Measures shown in large figures, where the catalog has them. */
const READOUTS = [
  { column: 'strict_modes', label: 'strict modes', say: 'strict modes' },
  { column: 'high_quality', label: 'high quality', say: 'high-quality share' },
  { column: 'js', label: 'JS', say: 'Jensen-Shannon divergence' },
  { column: 'w1', label: 'W₁', say: 'Wasserstein distance' },
];

export class ArenaView {
  constructor(info, description, demo, theme, hooks) {
    const { columns } = demo;
    this.info = info;
    this.description = description;
    this.columns = columns;
    this.theme = theme;
    this.views = new Set(); // set by the owner: those that are chosen
    this.picture = new ArenaPicture({ critic: info.critic, window: description.window, real: description.real });
    this.measures = new Map();
    this.readouts = READOUTS.filter(({ column }) => columns.includes(column)).filter(({ column }) => column !== 'strict_modes' || description.modes);
    this.node = this.#build(demo, hooks);
  }

  #build(demo, hooks) {
    const { index } = this.info;
    const objective = demo.objectives.find(({ id }) => id === this.info.objective);
    const letter = LETTERS[index];
    this.canvas = el('canvas', {
      class: 'plot-canvas',
      role: 'img',
      'aria-label': `Arena ${letter}, ${this.info.title}: not measured yet, at step 0.`,
    });
    this.legend = {
      bar: el('span', { class: 'bar' }),
      low: el('span', {}),
      middle: el('span', {}),
      high: el('span', {}),
    };
    this.figures = new Map(this.readouts.map(({ column }) => [column, el('dd', { data: { column } }, '–')]));
    const remove = el(
      'button',
      {
        type: 'button',
        class: 'quiet remove-arena',
        data: { part: 'arenas' },
        'aria-label': `Remove arena ${letter}`,
        title: 'Remove this arena',
        hidden: this.description.arenas.length === 1,
        on: { click: () => hooks.remove(index) },
      },
      icon('close'),
    );
    const select = el(
      'select',
      {
        class: 'objective',
        data: { part: 'objective' },
        'aria-label': `Objective of arena ${letter}`,
        on: { change: () => hooks.changeObjective(index, select.value) },
      },
      demo.objectives.map(({ id, title }) => el('option', { value: id, selected: id === this.info.objective }, title)),
    );
    return el(
      'article',
      { class: 'arena', data: { index, objective: this.info.objective }, 'aria-label': `Arena ${letter}: ${this.info.title}` },
      el('header', {}, el('span', { class: 'badge-letter', 'aria-hidden': 'true' }, letter), select, remove),
      el('div', { class: 'plot' }, this.canvas),
      el('div', { class: 'legend' }, el('span', { class: 'legend-title' }, outputName(this.info)), this.legend.low, this.legend.bar, this.legend.middle, this.legend.high),
      el(
        'dl',
        { class: 'readouts' },
        this.readouts.map(({ column, label }) => el('div', {}, el('dt', {}, label), this.figures.get(column))),
      ),
      el(
        'details',
        { class: 'about' },
        el('summary', {}, 'What is optimised'),
        objective?.short && el('p', {}, objective.short),
        objective?.formula_d && el('p', { class: 'formula' }, el('b', {}, this.info.critic ? 'critic ' : 'D '), objective.formula_d),
        objective?.formula_g && el('p', { class: 'formula' }, el('b', {}, 'G '), objective.formula_g),
        objective?.source && el('p', { class: 'source' }, objective.source),
        el(
          'p',
          { class: 'source' },
          `Parameters: ${count(this.info.parameters?.g ?? 0)} in the generator, ` +
            `${count(this.info.parameters?.d ?? 0)} in the ${this.info.critic ? 'critic' : 'discriminator'}.`,
        ),
      ),
    );
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

  /** How to paint its picture; null before it has a size. */
  look() {
    const { size, density, theme } = this;
    const side = Math.round(size * density);
    return size ? { width: side, height: side, size, density, theme: theme.shown, views: [...this.views] } : null;
  }

  /** Explains the colours of the picture. */
  showLegend() {
    const theme = this.theme.shown;
    const colours = palette(theme);
    this.legend.bar.parentElement.classList.toggle('off', !this.views.has('field'));
    if (this.legendTheme !== theme) {
      this.legendTheme = theme;
      this.legend.bar.style.background = `linear-gradient(90deg, ${colours.field.map(([at, colour]) => `${colour} ${100 * at}%`).join(', ')})`;
      this.node.style.setProperty('--arena', colours.arenas[this.info.index]);
      this.node.style.setProperty('--on-arena', colours.onArenas[this.info.index]);
    }
    const { low, middle, high } = this.picture.scale ?? { low: NaN, middle: NaN, high: NaN };
    setText(this.legend.low, this.info.critic ? number(low, 3) : '0');
    setText(this.legend.middle, this.info.critic ? number(middle, 3) : '½');
    setText(this.legend.high, this.info.critic ? number(high, 3) : '1');
  }

  /** Learns the size of its box. Asked on changes of size only: reading a width makes the browser lay out the page. */
  fit() {
    this.size = this.canvas.clientWidth;
    this.density = density();
  }
}

function outputName({ critic, probability }) {
  if (critic) return 'f(x), critic value';
  return probability === false ? 'f(x): 1 real, 0 generated' : 'D(x), probability real';
}
