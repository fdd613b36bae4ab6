// Pictures of the page at any scale: the same painting code, into a canvas or into SVG.

import { Context } from '../vendor/svgcanvas.js';
import { LETTERS, palette } from '../shell/colour.js';
import { el } from '../shell/dom.js';
import { count, number } from '../shell/format.js';
import { t } from '../i18n/strings.js';

const ARENA = 480; // units along an arena's side
const CHART = [640, 320];
const PANEL = { square: [ARENA, ARENA], wide: [640, 420] };
const LEGEND = 20; // a line of a panel's legend
const HEAD = 34; // for a title
/** Shapes of marks whose keys are no lines. */
const DOTS = ['points', 'marker', 'hues'];
const BOXES = ['area', 'heat', 'field', 'grid'];
const FONT = 'system-ui, "DejaVu Sans", sans-serif';

/** The pictures that can be saved: `{id, title, width, height, paint(context)}`. */
export function subjects(race) {
  const { scene, charts, theme } = race;
  const colours = palette(theme.shown);
  const one = (card) => ({
    id: `arena-${LETTERS[card.info.index].toLowerCase()}`,
    title: `Arena ${LETTERS[card.info.index]}: ${card.info.title}`,
    width: ARENA,
    height: ARENA + HEAD,
    paint: (context) => paintArena(context, card, scene.views, theme.shown),
  });
  const each = scene.cards?.map(one) ?? scene.panels.map((panel, index) => ofPanel(panel, index, theme.shown));
  const all = scene.cards ? together(each, each.length, 'arenas', 'All arenas', colours) : together(each, 3, 'figure', 'The figure', colours);
  const curves = (charts?.charts ?? []).map((chart) => ({
    id: `chart-${chart.spec.id}`,
    title: chart.spec.title,
    width: CHART[0],
    height: CHART[1],
    paint: (context) => paintChart(context, chart, colours),
  }));
  return [...(each.length > 1 ? [all] : []), ...each, ...curves];
}

/** Several subjects as one, `columns` of them beside each other. */
function together(each, columns, id, title, colours) {
  const rows = Array.from({ length: Math.ceil(each.length / columns) }, (_, row) => each.slice(row * columns, (row + 1) * columns));
  const width = Math.max(...rows.map((row) => row.reduce((sum, subject) => sum + subject.width, 0)));
  const heights = rows.map((row) => Math.max(...row.map((subject) => subject.height)));
  const height = heights.reduce((sum, one) => sum + one, 0);
  return {
    id,
    title,
    width,
    height,
    paint(context) {
      context.fillStyle = colours.paper;
      context.fillRect(0, 0, width, height);
      context.save();
      rows.forEach((row, at) => {
        let left = 0;
        for (const subject of row) {
          subject.paint(context);
          context.translate(subject.width, 0);
          left += subject.width;
        }
        context.translate(-left, heights[at]);
      });
      context.restore();
    },
  };
}

/** A panel of a figure, under its title and legend. */
function ofPanel(panel, index, theme) {
  const colours = palette(theme);
  const { title, square } = panel.spec;
  const [width, height] = square ? PANEL.square : PANEL.wide;
  const legend = panel.legend(colours);
  const head = HEAD + LEGEND * legend.length;
  return {
    id: `panel-${index + 1}`,
    title,
    width,
    height: height + head,
    paint(context) {
      context.fillStyle = colours.paper;
      context.fillRect(0, 0, width, height + head);
      write(context, title, 14, HEAD / 2, { size: 15, weight: 600, colour: colours.ink });
      legend.forEach((key, line) => {
        const y = HEAD + LEGEND * (line + 0.5);
        paintKey(context, key, 14, y);
        write(context, key.title, 38, y, { colour: colours.ink });
      });
      context.save();
      context.translate(0, head);
      if (panel.picture.numbers) panel.picture.paint(context, { size: { width, height, text: 12, family: FONT }, theme });
      context.restore();
    },
  };
}

/** The key of a mark, as the page shows it: a line, dashed where the mark is, a dot or a box. */
function paintKey(context, { shape, colour }, x, y) {
  Object.assign(context, { fillStyle: colour, strokeStyle: colour, lineWidth: shape === 'dashed' ? 2 : 3 });
  context.beginPath();
  if (DOTS.includes(shape)) {
    context.arc(x + 8, y, 5, 0, 2 * Math.PI);
    context.fill();
  } else if (BOXES.includes(shape)) context.fillRect(x, y - 5, 16, 10);
  else {
    context.setLineDash(shape === 'dashed' ? [5, 4] : []);
    context.moveTo(x, y);
    context.lineTo(x + 16, y);
    context.stroke();
    context.setLineDash([]);
  }
}

/** A canvas with the subject at `scale` pixels a unit. */
export function toCanvas({ width, height, paint }, scale) {
  const canvas = el('canvas', { width: Math.round(width * scale), height: Math.round(height * scale) });
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.scale(scale, scale);
  paint(context);
  return canvas;
}

export const toPng = (subject, scale) =>
  new Promise((resolve) => {
    toCanvas(subject, scale).toBlob(resolve, 'image/png');
  });

export function toSvg({ width, height, paint }, scale) {
  const context = new Context(width, height);
  context.fillText = (...text) => letter(context, ...text);
  paint(context);
  // The library scales places, but no widths of lines and no dashes: the picture is scaled as a whole.
  const root = context.getSvg();
  root.setAttribute('viewBox', `0 0 ${width} ${height}`);
  root.setAttribute('width', Math.round(width * scale));
  root.setAttribute('height', Math.round(height * scale));
  return new Blob([context.getSerializedSvg()], { type: 'image/svg+xml' });
}

/** The library gives text its font by a style attribute, which the policy forbids; attributes of its own it allows. */
function letter(context, text, x, y) {
  const [, weight, size, family] = /^(\d+) (\d+)px (.*)$/.exec(context.font);
  const anchor = { left: 'start', center: 'middle', right: 'end' }[context.textAlign];
  const parent = context.__closestGroupOrSvg();
  const node = context.__createElement(
    'text',
    {
      x,
      y,
      'font-family': family,
      'font-size': size,
      'font-weight': weight,
      'text-anchor': anchor,
      'dominant-baseline': 'central',
    },
    true,
  );
  node.append(text);
  context.__currentElement = node;
  context.__applyTransformation(node);
  context.__applyStyleToCurrentElement('fill');
  parent.append(node);
}

function write(context, text, x, y, { size = 13, weight = 400, align = 'left', colour }) {
  Object.assign(context, { font: `${weight} ${size}px ${FONT}`, textAlign: align, textBaseline: 'middle', fillStyle: colour });
  context.fillText(t(text), x, y);
}

function paintArena(context, card, views, theme) {
  const colours = palette(theme);
  const { index, title } = card.info;
  context.fillStyle = colours.paper;
  context.fillRect(0, 0, ARENA, HEAD);
  context.fillStyle = colours.arenas[index];
  context.fillRect(0, 0, ARENA, 3);
  write(context, `${LETTERS[index]}  ${title}`, 12, HEAD / 2 + 2, { size: 15, weight: 600, colour: colours.ink });
  context.save();
  context.translate(0, HEAD);
  card.picture.paint(context, { size: ARENA, views: [...views], theme });
  context.restore();
}

/** A chart of its own, for uPlot draws into its canvas only. */
function paintChart(context, chart, colours) {
  const [width, height] = CHART;
  const {
    history: { steps, values },
    lines,
    spec,
    references,
  } = chart;
  const box = { left: 62, top: HEAD + 24, right: width - 14, bottom: height - 30 };
  context.fillStyle = colours.paper;
  context.fillRect(0, 0, width, height);
  write(context, `${spec.title}${spec.unit ? ` (${spec.unit})` : ''}`, 14, 18, { size: 15, weight: 600, colour: colours.ink });
  const seen = values.flat().filter(Number.isFinite);
  const marks = references.map(({ value }) => value);
  let [low, high] = [Math.min(...seen, ...marks), Math.max(...seen, ...marks)];
  if (!(low <= high)) [low, high] = [0, 1];
  const pad = 0.08 * (high - low) || 0.1 * Math.abs(high) || 0.1;
  [low, high] = [low >= 0 ? 0 : low - pad, high + pad];
  const last = Math.max(10, steps.at(-1) ?? 0);
  const x = (step) => box.left + (step / last) * (box.right - box.left);
  const y = (value) => box.bottom - ((value - low) / (high - low)) * (box.bottom - box.top);
  const rule = (x1, y1, x2, y2, colour, dash = []) => {
    context.strokeStyle = colour;
    context.lineWidth = 1;
    context.setLineDash(dash);
    context.beginPath();
    context.moveTo(x1, y1);
    context.lineTo(x2, y2);
    context.stroke();
    context.setLineDash([]);
  };
  for (const tick of ticks(low, high)) {
    rule(box.left, y(tick), box.right, y(tick), colours.grid);
    write(context, number(tick, 3), box.left - 8, y(tick), { align: 'right', colour: colours.faint, size: 12 });
  }
  for (const tick of ticks(0, last)) write(context, count(tick), x(tick), box.bottom + 16, { align: 'center', colour: colours.faint, size: 12 });
  for (const { value, arena } of references) rule(box.left, y(value), box.right, y(value), arena === null ? colours.faint : colours.arenas[arena], [5, 4]);
  lines.forEach(({ arena, nth, label }, index) => {
    context.strokeStyle = colours.arenas[arena];
    context.lineWidth = 1.75;
    context.setLineDash(nth === 0 ? [] : [2, 3]);
    context.beginPath();
    let begun = false;
    values[index].forEach((value, at) => {
      if (!Number.isFinite(value)) return;
      if (begun) context.lineTo(x(steps[at]), y(value));
      else context.moveTo(x(steps[at]), y(value));
      begun = true;
    });
    context.stroke();
    context.setLineDash([]);
    const place = box.left + index * 130;
    rule(place, HEAD + 8, place + 16, HEAD + 8, colours.arenas[arena], nth === 0 ? [] : [2, 3]);
    write(context, label, place + 22, HEAD + 8, { size: 12, colour: colours.ink });
  });
}

/** About five round values in a range. */
function ticks(low, high) {
  const rough = (high - low) / 5;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const gap = unit * ([1, 2, 5].find((times) => times * unit >= rough) ?? 10);
  const first = Math.ceil(low / gap);
  return Array.from({ length: Math.floor(high / gap) - first + 1 }, (_, index) => (first + index) * gap);
}
