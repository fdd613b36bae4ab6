// Sketches as strokes, `{kind, colour, points: [x, y, radius, ...]}` in whole units, so that a link and a file give exactly the
// sketch that was drawn; and their two forms: the numbers that Rust reads, and compressed text.

import { deflate, inflate } from '../../link/deflate.js';
import { fromBase64url, toBase64url } from '../../link/state.js';
import { count } from '../../shell/format.js';

/** Units along a board. */
export const UNITS = 2048;
const FAR = 2; // boards out to which a point is kept where it is
const VERSION = 1;

/** Most bytes of so many strokes and points: a kind, a colour and a number for each stroke, three numbers for each point, of four bytes each. */
const bytesOf = ({ strokes, points }) => 8 * (1 + strokes) + 12 * points;

const KINDS = ['line', 'colour', 'erase']; // their places are Rust's numbers

export const units = (boards) => Math.round(Math.min(1 + FAR, Math.max(-FAR, boards)) * UNITS);

export const pointsOf = (strokes) => strokes.reduce((sum, { points }) => sum + points.length / 3, 0);

export const mirrored = (strokes) => strokes.map(({ points, ...stroke }) => ({ ...stroke, points: points.map((value, at) => (at % 3 === 0 ? UNITS - value : value)) }));

/** Strokes that leave nothing, for no point of theirs is near the board. */
export function outside(strokes) {
  const off = ([x, y, radius]) => x < -radius || y < -radius || x > UNITS + radius || y > UNITS + radius;
  return strokes.filter(({ points }) => points.every((_, at) => at % 3 !== 0 || off(points.slice(at, at + 3))));
}

/** What Rust reads: kind, red, green, blue, number of points, then the points in boards. */
export function toNumbers(strokes) {
  const out = new Float32Array(strokes.reduce((sum, { points }) => sum + 5 + points.length, 0));
  let at = 0;
  for (const { kind, colour, points } of strokes) {
    out.set([KINDS.indexOf(kind), ...(colour ?? [0, 0, 0]).map((value) => value / 255), points.length / 3], at);
    at += 5;
    for (const value of points) {
      out[at] = value / UNITS;
      at += 1;
    }
  }
  return out;
}

export function fromNumbers(numbers) {
  const strokes = [];
  for (let at = 0; at < numbers.length; ) {
    const [kind, red, green, blue, length] = numbers.subarray(at, at + 5);
    at += 5;
    const points = Array.from(numbers.subarray(at, at + 3 * length), units);
    strokes.push({ kind: KINDS[kind], colour: kind === 1 ? [red, green, blue].map((value) => Math.round(value * 255)) : null, points });
    at += 3 * length;
  }
  return strokes;
}

/** Text of letters, digits, `-` and `_`: the strokes as differences from point to point, deflated. Never empty. */
export async function encode(strokes) {
  const bytes = [VERSION];
  const natural = (value) => {
    let rest = value;
    for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128);
    bytes.push(rest);
  };
  const whole = (value) => natural(value < 0 ? -2 * value - 1 : 2 * value);
  natural(strokes.length);
  for (const { kind, colour, points } of strokes) {
    bytes.push(KINDS.indexOf(kind), ...(colour ?? []));
    natural(points.length / 3);
    points.forEach((value, at) => whole(value - (at < 3 ? 0 : points[at - 3])));
  }
  return toBase64url(await deflate(Uint8Array.from(bytes)));
}

/**
 * `{strokes, total}` of such a text: fewer than the total where the text is cut off. Throws a sentence where nothing can be read, or where
 * it is more than `limits`, `{strokes, points}`.
 */
export async function decode(text, limits) {
  const unreadable = new Error('The sketch cannot be read: its text is damaged.');
  const bytes = await inflate(fromText(text) ?? new Uint8Array(0), bytesOf(limits));
  let at = 0;
  const byte = () => {
    if (at >= bytes.length) throw unreadable;
    at += 1;
    return bytes[at - 1];
  };
  const natural = () => {
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const part = byte();
      value |= (part & 127) << shift;
      if (part < 128) return value;
    }
    throw unreadable;
  };
  const whole = () => {
    const value = natural();
    return value % 2 ? -(value + 1) / 2 : value / 2;
  };
  const version = byte();
  if (version !== VERSION) throw new Error(`The sketch is of version ${version}, which this page does not know; a newer one may.`);
  const total = natural();
  if (total > limits.strokes) throw new Error(`The sketch has ${count(total)} strokes; at most ${count(limits.strokes)} are read.`);
  const strokes = [];
  let left = limits.points;
  while (strokes.length < total) {
    try {
      const kind = KINDS[byte()];
      if (!kind) throw unreadable;
      const colour = kind === 'colour' ? [byte(), byte(), byte()] : null;
      const length = natural();
      if (length > left) throw new RangeError(`The sketch has more than ${count(limits.points)} points, the most that are read.`);
      left -= length;
      const points = [];
      for (let nth = 0; nth < 3 * length; nth += 1) points.push(whole() + (nth < 3 ? 0 : points[nth - 3]));
      strokes.push({ kind, colour, points: points.map((value, nth) => (nth % 3 === 2 ? Math.min(UNITS, Math.max(0, value)) : units(value / UNITS))) });
    } catch (error) {
      if (error instanceof RangeError) throw error;
      if (strokes.length === 0) throw unreadable;
      break; // the rest is cut off
    }
  }
  return { strokes, total };
}

/** Bytes of a text that may have lost its end. */
function fromText(text) {
  try {
    return fromBase64url(text.length % 4 === 1 ? text.slice(0, -1) : text);
  } catch {
    return null;
  }
}
