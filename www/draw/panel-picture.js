// The picture of a panel: axes, and marks drawn from plain numbers as its row in the table says.

import { palette } from '../shell/colour.js';
import { number } from '../shell/format.js';
import { t } from '../i18n/strings.js';
import { drawContours, fieldScale, paintField, trace } from './field.js';
import { drawDots, drawManifold } from './marks.js';
import { sheet } from './sheet.js';

const TICKS = 5;
const MARGIN = { left: 4, right: 1, top: 0.7, bottom: 3.1 }; // in heights of the axis text
const SMOOTHING = 0.25; // of a range that follows its numbers, per update
const HUES = 32; // steps of the colour wheel
const NAME_GAP = 11; // between a point and its name
const STRIDES = { hues: 3, digits: 3, arrows: 4 }; // numbers of each point, where these are not two
const DEVIATIONS = [1, 2]; // of a Gaussian: where a contour runs

/** Colour of a role. */
export function colourOf(role, colours) {
  const [a, b, c, d] = colours.arenas;
  return { real: colours.real, fake: colours.fake, a, b, c, d, faint: colours.faint }[role];
}

export class PanelPicture {
  /** `about`: `{ spec, window }`, its row, and the figure's window for axes that follow it. */
  constructor(about) {
    this.about = about;
    this.numbers = null;
    this.ranges = {};
    this.scales = []; // of fields, by mark
    this.cell = sheet(1, 1);
  }

  /** Takes the numbers of its marks. Ranges and scales follow them smoothly, unless they begin `afresh`. */
  update(numbers, afresh = false) {
    if (afresh) Object.assign(this, { ranges: {}, scales: [] });
    this.numbers = numbers;
    this.ranges = { x: this.#range('x', 0), y: this.#range('y', 1) };
    this.scales = this.about.spec.marks.map(({ shape }, index) => shape === 'field' && fieldScale(numbers[index], true, this.scales[index] || null));
  }

  /**
   * Paints axes and marks. Text is `text` units high, in the font `family`; `still`: as fine as it gets.
   * @param {any} context of a canvas, or one that makes SVG
   * @param {{ size: { width: number, height: number, text: number, family: string }, theme: string, still?: boolean }} look
   */
  paint(context, { size, theme, still = true }) {
    const colours = palette(theme);
    const { left, right, top, bottom } = MARGIN;
    const { width, height, text } = size;
    const box = { x: left * text, y: top * text, width: width - (left + right) * text, height: height - (top + bottom) * text };
    const { x, y } = this.ranges;
    const place = (at, up) => [box.x + ((at - x[0]) / (x[1] - x[0])) * box.width, box.y + ((y[1] - up) / (y[1] - y[0])) * box.height];
    this.#axes(context, box, x, y, place, colours, size);
    context.save();
    context.beginPath();
    context.rect(box.x, box.y, box.width, box.height);
    context.clip();
    this.about.spec.marks.forEach(({ shape, role, title }, index) => {
      const colour = colourOf(role, colours);
      SHAPES[shape](context, this.numbers[index], place, colour, { box, cell: this.cell, theme, floor: Math.max(0, y[0]), scale: this.scales[index], size, still, title });
    });
    context.restore();
  }

  /** The value of the horizontal axis at so many units from the left. */
  across(left, { width, text }) {
    const [low, high] = this.ranges.x;
    const inner = width - (MARGIN.left + MARGIN.right) * text;
    return low + ((left - MARGIN.left * text) / inner) * (high - low);
  }

  /** The present range of an axis; one that follows its numbers does so smoothly. */
  #range(axis, offset) {
    const { range } = this.about.spec[axis];
    if (Array.isArray(range)) return range;
    if (range === 'window') return this.about.window.slice(2 * offset, 2 * offset + 2);
    let [low, high] = [Infinity, -Infinity];
    const { marks } = this.about.spec;
    for (const [nth, numbers] of this.numbers.entries()) {
      for (let at = offset; at < numbers.length; at += stride(marks[nth])) {
        if (numbers[at] < low) low = numbers[at];
        if (numbers[at] > high) high = numbers[at];
      }
    }
    if (!(high >= low)) return this.ranges[axis] ?? [0, 1];
    const pad = 0.06 * (high - low) || 0.5;
    const wanted = [low === 0 ? -pad / 2 : low - pad, high + pad];
    const before = this.ranges[axis];
    return before ? wanted.map((value, end) => before[end] + (value - before[end]) * SMOOTHING) : wanted;
  }

  #axes(context, box, x, y, place, colours, size) {
    context.font = fontOf(size);
    context.fillStyle = colours.faint;
    context.strokeStyle = colours.grid;
    context.lineWidth = 1;
    const [across, up] = [this.about.spec.x.title ? ticks(...x) : [], this.about.spec.y.title ? ticks(...y) : []];
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
    context.fillText(t(this.about.spec.x.title), box.x + box.width, size.height - 2);
    context.save();
    context.translate(size.text, box.y);
    context.rotate(-Math.PI / 2);
    context.fillText(t(this.about.spec.y.title), 0, 0);
    context.restore();
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

const gaps = (title) => title.split('{}').length - 1;

/** How many numbers each point of a mark has. */
const stride = ({ shape, title }) => (shape === 'names' ? 2 + gaps(title) : (STRIDES[shape] ?? 2));

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
    const { scale, theme, box } = extra;
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

  names(context, numbers, place, colour, { theme, size, box, title }) {
    const written = [];
    Object.assign(context, { font: fontOf(size), textAlign: 'left', textBaseline: 'middle', strokeStyle: palette(theme).paper, fillStyle: palette(theme).ink, lineWidth: 4 });
    const step = 2 + gaps(title);
    for (let at = 0; at + step <= numbers.length; at += step) {
      let next = at + 2;
      const text = t(title).replace(/\{\}/g, () => number(numbers[next++], 3));
      const [x, y] = place(numbers[at], numbers[at + 1]);
      // Beside its point, on the side that has room.
      const { width } = context.measureText(text);
      const from = x + NAME_GAP + width > box.x + box.width ? x - NAME_GAP - width : x + NAME_GAP;
      // A little higher than its point, but below one that is there already.
      let down = Math.max(box.y + size.text / 2, y - 0.8 * size.text);
      const meets = (name) => name.from < from + width && from < name.to && Math.abs(name.down - down) < size.text;
      while (written.some(meets)) down += size.text;
      written.push({ from, to: from + width, down });
      context.strokeText(text, from, down);
      context.fillText(text, from, down);
    }
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
    wheels.set(
      theme,
      Array.from({ length: HUES }, (_, step) => `oklch(${light} ${(360 * step) / HUES})`),
    );
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
