// One chart: every arena on one time axis, exact values on hover, floors and equilibria as dashed lines.

import { LETTERS, palette } from '../shell/colour.js';
import { el, setText } from '../shell/dom.js';
import { count, number } from '../shell/format.js';
import { t } from '../i18n/strings.js';
import { History } from './history.js';

const HEIGHT = 170;
const STYLE = new URL('../vendor/uplot.css', import.meta.url);

let uPlot = null;

/** Fetches the chart library, which is not needed before the first measures and takes longer to start than a task of the page may; a page gets its style too. */
export async function loadPlots(root) {
  uPlot ??= (await import('../vendor/uplot.js')).default;
  if (root !== document || document.getElementById('plots')) return;
  const style = el('link', { id: 'plots', rel: 'stylesheet', href: STYLE.href });
  document.head.prepend(style);
  await new Promise((done) => {
    style.onload = done;
    style.onerror = done;
  });
}

/** Where theory or the estimator gives a line to compare with: column -> key of `references`, and its name. */
const REFERENCES = {
  js: ['js_floor', 'noise floor'],
  w1: ['w1_floor', 'noise floor'],
  high_quality: ['high_quality', 'real data'],
  modes: ['modes', 'real data'],
  strict_modes: ['strict_modes', 'real data'],
  mode_jsd: ['mode_jsd', 'noise floor'],
  d_loss: ['d_loss', 'D equilibrium'],
  g_loss: ['g_loss', 'G equilibrium'],
};

export class Chart {
  constructor(spec, description, columns, theme, together) {
    this.spec = spec;
    this.theme = theme;
    this.together = together;
    this.columns = spec.columns.filter((column) => columns.includes(column));
    this.lines = description.arenas.flatMap(({ index, title, name = LETTERS[index] }) =>
      this.columns.map((column, nth) => ({
        arena: index,
        column,
        nth,
        at: columns.indexOf(column),
        label: this.columns.length > 1 || !name ? `${t(name)} ${t(column.replaceAll('_', ' '))}` : name,
        title,
      })),
    );
    this.history = new History(this.lines.length);
    this.known = this.lines.map(() => false); // not every run has every measure
    this.references = [];
    this.visible = false;
    this.stale = true;
    this.#build();
  }

  #build() {
    this.values = this.lines.map(() => el('span', { class: 'value' }, '–'));
    this.at = el('span', { class: 'chart-step' });
    this.body = el('div', { class: 'chart-body' });
    this.node = el(
      'figure',
      { class: 'chart', data: { chart: this.spec.id } },
      el(
        'figcaption',
        {},
        el('span', { class: 'chart-title', title: this.spec.help ?? '' }, this.spec.title),
        this.spec.unit && el('span', { class: 'unit' }, this.spec.unit),
        this.at,
      ),
      (this.legend = el(
        'div',
        { class: 'chart-legend' },
        this.lines.map((line, index) =>
          el(
            'span',
            {
              data: { series: `${line.arena}-${line.column}`, arena: line.arena, nth: line.nth },
              title: line.title,
            },
            el('i', { class: 'swatch' }),
            line.label,
            ' ',
            this.values[index],
          ),
        ),
      )),
      this.body,
    );
  }

  compare(given) {
    this.references = this.#references(given);
    const names = new Set(this.references.map(({ name, deviation }) => (deviation ? `${name} ± ${number(deviation, 2)}` : name)));
    for (const old of this.legend.querySelectorAll('.reference')) old.remove();
    this.legend.append(...[...names].map((name) => el('span', { class: 'reference' }, el('i', { class: 'swatch dashed' }), name)));
    this.restyle();
  }

  #references(given) {
    const found = [];
    for (const column of this.columns) {
      const [key, name] = REFERENCES[column] ?? [column, 'theory'];
      const value = given[key];
      if (Array.isArray(value)) {
        value.forEach((each, arena) => Number.isFinite(each) && found.push({ value: each, name, arena }));
      } else if (Number.isFinite(value) && !found.some((other) => other.value === value)) {
        found.push({ value, name, arena: null, deviation: given.deviations?.[key] });
      }
    }
    return found;
  }

  /** Takes an arena's row; returns whether anything here changed. */
  add({ arena, step, values }) {
    this.lines.forEach((line, index) => {
      if (line.arena !== arena) return;
      const value = values[line.at];
      if (!Number.isFinite(value)) return;
      this.known[index] = true;
      this.history.add(step, index, this.spec.log && value <= 0 ? null : value);
      this.stale = true;
    });
  }

  cut(step) {
    this.history.cut(step);
    this.stale = true;
  }

  /** Whether there is something to draw. */
  get due() {
    return this.visible && this.stale;
  }

  /** Draws before anything else happens, on the screen or not. */
  drawNow() {
    const { visible } = this;
    this.visible = true;
    this.draw();
    this.visible = visible;
  }

  /** Returns whether it drew. */
  draw() {
    if (!uPlot || !this.due || !this.body.clientWidth) return false;
    this.stale = false;
    const data = [this.history.steps, ...this.history.values];
    if (this.plot) this.plot.setData(data);
    else this.#plot(data);
    this.#showValues(this.plot.cursor.idx);
    return true;
  }

  /** Colours are baked into a plot, so another theme needs another plot, which the caller draws. */
  restyle() {
    this.plot?.destroy();
    this.plot = null;
    this.stale = true;
    const { arenas } = palette(this.theme.shown);
    for (const key of this.node.querySelectorAll('[data-series]')) {
      key.style.setProperty('--arena', arenas[Number(key.dataset.arena)]);
    }
  }

  resize() {
    if (!this.plot) return;
    const width = this.body.clientWidth;
    if (width && width !== this.plot.width) this.plot.setSize({ width, height: HEIGHT });
  }

  #plot(data) {
    const colours = palette(this.theme.shown);
    const font = `11px ${getComputedStyle(this.node).fontFamily}`;
    const axis = { stroke: colours.faint, font, ticks: { show: false }, grid: { stroke: colours.grid, width: 1 } };
    this.plot = new uPlot(
      {
        width: this.body.clientWidth,
        height: HEIGHT,
        padding: [8, 10, 0, 0],
        legend: { show: false },
        cursor: { sync: { key: this.together, scales: ['x', null] }, drag: { x: false, y: false }, points: { size: 6 }, y: false, bind: { mousemove: followMouse } },
        scales: {
          x: { time: false, range: (_, low, high) => [0, Math.max(high ?? 0, 10)] },
          y: { distr: this.spec.log ? 3 : 1, range: (_, low, high) => this.#range(low, high) },
        },
        axes: [
          { ...axis, size: 24, gap: 4, values: (_, splits) => splits.map(shortCount) },
          { ...axis, size: 46, gap: 4, values: (_, splits) => splits.map((value) => (value === null ? '' : number(value, 3))) },
        ],
        // The colour tells the arena, dots the second measure; dashes are kept for the lines to compare with.
        series: [
          {},
          ...this.lines.map(({ arena, nth }) => ({
            stroke: colours.arenas[arena],
            width: nth === 0 ? 1.75 : 1.5,
            dash: nth === 0 ? [] : [2, 3],
            spanGaps: true,
            points: { show: false },
          })),
        ],
        hooks: {
          drawAxes: [(plot) => this.#drawReferences(plot, colours)],
          setCursor: [(plot) => this.#showValues(plot.cursor.idx)],
        },
      },
      data,
      this.body,
    );
    this.#followTouch();
  }

  /** The y range holds the data and the lines to compare with. */
  #range(low, high) {
    if (this.spec.range) return this.spec.range;
    const marks = this.references.map(({ value }) => value).filter((value) => !this.spec.log || value > 0);
    const least = Math.min(low ?? Infinity, ...marks);
    const most = Math.max(high ?? -Infinity, ...marks);
    if (!Number.isFinite(least)) return this.spec.log ? [0.01, 1] : [0, 1];
    if (this.spec.log) return [least / 1.25, most * 1.25];
    const pad = 0.08 * (most - least) || 0.1 * Math.abs(most) || 0.1;
    return [least >= 0 ? 0 : least - pad, most + pad];
  }

  #drawReferences(plot, colours) {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.setLineDash([5 * devicePixelRatio, 4 * devicePixelRatio]);
    ctx.lineWidth = devicePixelRatio;
    for (const { value, arena } of this.references) {
      const y = Math.round(plot.valToPos(value, 'y', true)) + 0.5;
      if (!(y >= bbox.top && y <= bbox.top + bbox.height)) continue;
      ctx.globalAlpha = 0.75;
      ctx.strokeStyle = arena === null ? colours.faint : colours.arenas[arena];
      ctx.beginPath();
      ctx.moveTo(bbox.left, y);
      ctx.lineTo(bbox.left + bbox.width, y);
      ctx.stroke();
    }
    ctx.restore();
  }

  /** Values at the cursor, or the newest ones. A row may lack an arena's value; the last before it counts. */
  #showValues(index) {
    const { steps, values } = this.history;
    const at = index ?? steps.length - 1;
    setText(this.at, index === null || index === undefined ? '' : `step ${count(steps[at] ?? 0)}`);
    values.forEach((column, line) => {
      let back = Math.min(at, column.length - 1);
      while (back > 0 && column[back] === null) back -= 1;
      setText(this.values[line], number(column[back] ?? null));
      this.values[line].parentElement.hidden = !this.known[line];
    });
  }

  /** uPlot follows the mouse only. */
  #followTouch() {
    const { over } = this.plot;
    const follow = (event) => {
      if (event.pointerType === 'mouse') return;
      this.plot.setCursor({ left: placeIn(over, event).x, top: 10 });
    };
    over.addEventListener('pointerdown', follow);
    over.addEventListener('pointermove', follow);
  }
}

/** Where an event is in a node, in the node's own pixels: those of the screen are others where something around it is scaled. */
function placeIn(node, { clientX, clientY }) {
  const { left, top, width, height } = node.getBoundingClientRect();
  return { left, top, x: ((clientX - left) / width) * node.clientWidth, y: ((clientY - top) / height) * node.clientHeight };
}

/** uPlot takes distances on the screen, from a place that it keeps, for its own pixels: it is told of an event that fits. */
function followMouse(plot, _, handle) {
  return (event) => {
    const { left, top, x, y } = placeIn(plot.over, event);
    const { type, button, movementX, movementY } = event;
    plot.syncRect(true);
    handle({ type, button, movementX, movementY, clientX: left + x, clientY: top + y });
  };
}

const shortCount = (value) => (value >= 10_000 ? `${value / 1000}k` : count(value));
