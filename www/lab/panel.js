// One panel of a figure: axes, and marks drawn from plain numbers as its row in the table says.

import { palette } from '../colour.js';
import { el } from '../dom.js';
import { number } from '../format.js';
import { t } from '../strings.js';
import { drawContours, fieldScale, paintField, trace } from '../views/field.js';
import { drawDots, drawManifold } from '../views/marks.js';

const TICKS = 5;
const MARGIN = { left: 4, right: 1, top: 0.7, bottom: 3.1 }; // in heights of the axis text
const AXIS_TEXT = 0.76; // of the page's text
const SMOOTHING = 0.25; // of a range that follows its numbers, per picture
const HUES = 32; // steps of the colour wheel
const DEVIATIONS = [1, 2]; // of a Gaussian: where a contour runs

/** Colour of a role. */
function colourOf(role, colours) {
  const [a, b, c, d] = colours.arenas;
  return { real: colours.real, fake: colours.fake, a, b, c, d, faint: colours.faint }[role];
}

export class Panel {
  /** `window`: the figure's own, for axes that follow it. */
  constructor(spec, window, theme) {
    Object.assign(this, { spec, window, theme });
    this.numbers = null;
    this.ranges = {};
    this.scales = []; // of fields, by mark
    this.cell = document.createElement('canvas');
    this.canvas = el('canvas', { role: 'img', 'aria-label': `${spec.title}: not drawn yet.` });
    this.titled = spec.marks.filter(({ title }) => title);
    this.keys = this.titled.map(({ shape, role, title }) => {
      const key = el('i', { class: 'key', data: { shape, role } });
      return el('span', {}, key, title);
    });
    this.node = el('figure', { class: 'panel', data: { square: String(spec.square) } },
      el('figcaption', {}, spec.title), el('div', { class: 'panel-legend' }, this.keys), this.canvas);
  }

  /** Takes the numbers of its marks. */
  update(numbers) {
    this.numbers = numbers;
  }

  fit() {
    const { clientWidth, clientHeight } = this.canvas;
    const density = Math.min(2, devicePixelRatio || 1);
    const { fontFamily, fontSize } = getComputedStyle(this.node);
    const text = AXIS_TEXT * parseFloat(fontSize);
    Object.assign(this, { density, size: { width: clientWidth, height: clientHeight, text, family: fontFamily } });
    const [width, height] = [clientWidth, clientHeight].map((side) => Math.round(side * density));
    if (width && (this.canvas.width !== width || this.canvas.height !== height)) Object.assign(this.canvas, { width, height });
  }

  /** `still`: as fine as it gets. */
  draw(still = true) {
    if (!this.numbers || !this.size?.width) return;
    const theme = this.theme.shown;
    const colours = palette(theme);
    if (this.keyTheme !== theme) {
      this.keyTheme = theme;
      for (const key of this.node.querySelectorAll('.key')) key.style.setProperty('--key', colourOf(key.dataset.role, colours));
    }
    const context = this.canvas.getContext('2d');
    context.setTransform(this.density, 0, 0, this.density, 0, 0);
    context.clearRect(0, 0, this.size.width, this.size.height);
    this.paint(context, this.size, still);
  }

  /** What its legend says, by colour. */
  legend(colours) {
    return this.titled.map(({ role, title }) => ({ title, colour: colourOf(role, colours) }));
  }

  /** Paints axes and marks into `width` by `height`, with text of `text` units in the font `family`. */
  paint(context, size, still = true) {
    const theme = this.theme.shown;
    const colours = palette(theme);
    const { left, right, top, bottom } = MARGIN;
    const { width, height, text } = size;
    const box = { x: left * text, y: top * text, width: width - (left + right) * text, height: height - (top + bottom) * text };
    const [x, y] = [this.#range('x', 0), this.#range('y', 1)];
    const place = (at, up) => [
      box.x + ((at - x[0]) / (x[1] - x[0])) * box.width,
      box.y + ((y[1] - up) / (y[1] - y[0])) * box.height,
    ];
    this.#axes(context, box, x, y, place, colours, size);
    context.save();
    context.beginPath();
    context.rect(box.x, box.y, box.width, box.height);
    context.clip();
    this.spec.marks.forEach(({ shape, role }, index) => {
      const colour = colourOf(role, colours);
      SHAPES[shape](context, this.numbers[index], place, colour, { box, cell: this.cell, theme, floor: Math.max(0, y[0]), scales: this.scales, index, size, still });
    });
    context.restore();
  }

  /** What an axis spans now; one that follows its numbers does so smoothly. */
  #range(axis, offset) {
    const { range } = this.spec[axis];
    if (Array.isArray(range)) return range;
    if (range === 'window') return this.window.slice(2 * offset, 2 * offset + 2);
    let [low, high] = [Infinity, -Infinity];
    for (const numbers of this.numbers) {
      for (let at = offset; at < numbers.length; at += 2) {
        if (numbers[at] < low) low = numbers[at];
        if (numbers[at] > high) high = numbers[at];
      }
    }
    if (!(high >= low)) return this.ranges[axis] ?? [0, 1];
    const pad = 0.06 * (high - low) || 0.5;
    const wanted = [low === 0 ? -pad / 2 : low - pad, high + pad];
    const before = this.ranges[axis];
    this.ranges[axis] = before ? wanted.map((value, end) => before[end] + (value - before[end]) * SMOOTHING) : wanted;
    return this.ranges[axis];
  }

  #axes(context, box, x, y, place, colours, size) {
    context.font = fontOf(size);
    context.fillStyle = colours.faint;
    context.strokeStyle = colours.grid;
    context.lineWidth = 1;
    const [across, up] = [this.spec.x.title ? ticks(...x) : [], this.spec.y.title ? ticks(...y) : []];
    context.beginPath();
    for (const value of across) {
      const [left] = place(value, y[0]);
      context.moveTo(Math.round(left) + 0.5, box.y);
      context.lineTo(Math.round(left) + 0.5, box.y + box.height);
    }
    for (const value of up) {
      const [, top] = place(x[0], value);
      context.moveTo(box.x, Math.round(top) + 0.5);
      context.lineTo(box.x + box.width, Math.round(top) + 0.5);
    }
    context.stroke();
    context.textAlign = 'center';
    context.textBaseline = 'top';
    for (const value of across) context.fillText(number(value, 3), place(value, y[0])[0], box.y + box.height + 5);
    context.textAlign = 'right';
    context.textBaseline = 'middle';
    for (const value of up) context.fillText(number(value, 3), box.x - 6, place(x[0], value)[1]);
    context.textBaseline = 'bottom';
    context.fillText(t(this.spec.x.title), box.x + box.width, size.height - 2);
    context.save();
    context.translate(size.text, box.y);
    context.rotate(-Math.PI / 2);
    context.fillText(t(this.spec.y.title), 0, 0);
    context.restore();
  }
}

/** Gives panels their numbers: those of all marks, one after the other. */
export function updateAll(panels, marks) {
  let at = 0;
  for (const panel of panels) {
    const { length } = panel.spec.marks;
    panel.update(marks.slice(at, at + length));
    at += length;
  }
}

/** Round values between two bounds. */
export function ticks(low, high) {
  const raw = (high - low) / TICKS;
  const unit = 10 ** Math.floor(Math.log10(raw));
  const step = unit * [1, 2, 5, 10].find((factor) => factor * unit >= raw);
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

const fontOf = ({ text, family }, weight = 400) => `${weight} ${text}px ${family}`;

/** Draws by shape: `(context, numbers, place, colour, extra)`. */
const SHAPES = {
  line: (context, numbers, place, colour) => stroke(context, numbers, place, colour, []),
  dashed: (context, numbers, place, colour) => stroke(context, numbers, place, colour, [6, 5]),

  area(context, numbers, place, colour, { floor }) {
    if (numbers.length < 4) return;
    context.beginPath();
    context.moveTo(...place(numbers[0], floor));
    for (let at = 0; at < numbers.length; at += 2) context.lineTo(...place(numbers[at], numbers[at + 1]));
    context.lineTo(...place(numbers[numbers.length - 2], floor));
    context.globalAlpha = 0.16;
    context.fillStyle = colour;
    context.fill();
    context.globalAlpha = 1;
    stroke(context, numbers, place, colour, []);
  },

  points: (context, numbers, place, colour) => drawDots(context, numbers, place, 2.4, colour, { alpha: 0.85 }),

  marker(context, numbers, place, colour, { theme }) {
    drawDots(context, numbers, place, 8, palette(theme).paper);
    drawDots(context, numbers, place, 6.5, colour);
  },

  arrows(context, numbers, place, colour) {
    context.strokeStyle = colour;
    context.lineWidth = 1.6;
    context.beginPath();
    for (let at = 0; at + 3 < numbers.length; at += 4) {
      const [x, y, dx, dy] = numbers.subarray(at, at + 4);
      const [from, to] = [place(x, y), place(x + dx, y + dy)];
      const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
      if (!(length > 1)) continue;
      context.moveTo(...from);
      context.lineTo(...to);
      const angle = Math.atan2(to[1] - from[1], to[0] - from[0]);
      const head = Math.min(7, length / 2);
      for (const side of [-0.45, 0.45]) {
        context.moveTo(...to);
        context.lineTo(to[0] - head * Math.cos(angle + side), to[1] - head * Math.sin(angle + side));
      }
    }
    context.stroke();
  },

  heat(context, numbers, place, colour, extra) {
    const most = largest(numbers);
    // From paper to full colour: the upper half of the scale.
    paint(context, numbers, { low: -most, high: most }, extra);
  },

  field(context, numbers, place, colour, extra) {
    const { scales, index, theme, box } = extra;
    const scale = scales[index] = fieldScale(numbers, true, scales[index]);
    paint(context, numbers, scale, extra);
    drawContours(context, numbers, side(numbers), scale, true, cells(numbers, box), palette(theme).contour);
  },

  contour(context, numbers, place, colour, { box }) {
    const most = largest(numbers);
    context.strokeStyle = colour;
    context.lineWidth = 2;
    context.beginPath();
    for (const deviations of DEVIATIONS) trace(context, numbers, side(numbers), most * Math.exp(-(deviations ** 2) / 2), cells(numbers, box));
    context.stroke();
  },

  grid: (context, numbers, place, colour) => drawManifold(context, numbers, place, colour),

  hues(context, numbers, place, colour, { theme }) {
    const wheel = hues(theme);
    const byHue = wheel.map(() => []);
    for (let at = 0; at + 2 < numbers.length; at += 3) byHue[Math.floor(numbers[at + 2] * HUES) % HUES]?.push(numbers[at], numbers[at + 1]);
    byHue.forEach((points, hue) => drawDots(context, points, place, 2.6, wheel[hue], { alpha: 0.9 }));
  },

  digits(context, numbers, place, colour, { theme, size }) {
    context.font = fontOf(size, 700);
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.strokeStyle = palette(theme).paper;
    context.fillStyle = palette(theme).ink;
    context.lineWidth = 4;
    for (let at = 0; at + 2 < numbers.length; at += 3) {
      if (!Number.isFinite(numbers[at])) continue;
      const where = place(numbers[at], numbers[at + 1]);
      context.strokeText(numbers[at + 2], ...where);
      context.fillText(numbers[at + 2], ...where);
    }
  },
};

const wheels = new Map();

/** Colours round the wheel that are equally light. */
function hues(theme) {
  if (!wheels.has(theme)) {
    const light = theme === 'dark' ? '76% 0.15' : '56% 0.16';
    wheels.set(theme, Array.from({ length: HUES }, (_, step) => `oklch(${light} ${(360 * step) / HUES})`));
  }
  return wheels.get(theme);
}

const side = (numbers) => Math.round(Math.sqrt(numbers.length));
const largest = (numbers) => numbers.reduce((high, value) => Math.max(high, value), 1e-12);

/** From a column and row of values that fill the box to its middle on the canvas. */
function cells(numbers, box) {
  const size = side(numbers);
  return (column, row) => [box.x + ((column + 0.5) / size) * box.width, box.y + box.height - ((row + 0.5) / size) * box.height];
}

function paint(context, numbers, scale, { box, cell, theme, still }) {
  paintField(cell, numbers, side(numbers), scale, theme);
  context.imageSmoothingQuality = still ? 'high' : 'low'; // high costs ten times as much
  context.drawImage(cell, box.x, box.y, box.width, box.height);
}

function stroke(context, numbers, place, colour, dash) {
  context.strokeStyle = colour;
  context.lineWidth = 2;
  context.lineJoin = 'round';
  context.setLineDash(dash);
  context.beginPath();
  let drawing = false;
  for (let at = 0; at + 1 < numbers.length; at += 2) {
    const known = Number.isFinite(numbers[at + 1]);
    if (known) context[drawing ? 'lineTo' : 'moveTo'](...place(numbers[at], numbers[at + 1]));
    drawing = known;
  }
  context.stroke();
  context.setLineDash([]);
}
