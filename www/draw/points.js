// Points of the user's own as text in the link: base64url of a version byte and one byte for each coordinate.

import { fromBase64url, toBase64url } from '../link/state.js';

export const MOST_POINTS = 2000;
const VERSION = 1;
const REACH = 1.5; // the grid of 256 x 256 covers [-1.5, 1.5] on both axes

/** `points` as x, y, x, y...; more than `MOST_POINTS` are thinned evenly. */
export function encodePoints(points) {
  const total = Math.floor(points.length / 2);
  const kept = Math.min(total, MOST_POINTS);
  const bytes = new Uint8Array(1 + 2 * kept);
  bytes[0] = VERSION;
  for (let index = 0; index < kept; index += 1) {
    const from = 2 * Math.floor((index * total) / kept);
    bytes[1 + 2 * index] = toByte(points[from]);
    bytes[2 + 2 * index] = toByte(points[from + 1]);
  }
  return { text: toBase64url(bytes), total, kept };
}

/** The points of `text`, or none if it is not ours; Rust reports what is wrong with it. */
export function decodePoints(text) {
  try {
    const bytes = fromBase64url(text);
    return bytes[0] === VERSION ? Float32Array.from(bytes.subarray(1), fromByte) : new Float32Array();
  } catch {
    return new Float32Array();
  }
}

const toByte = (value) => Math.round((Math.min(REACH, Math.max(-REACH, value)) / REACH + 1) * 127.5);
const fromByte = (byte) => (byte / 127.5 - 1) * REACH;

/** Evenly spaced points along strokes, each an array of [x, y]; a dot counts as one point. */
export function alongStrokes(strokes, spacing) {
  const points = [];
  for (const stroke of strokes) {
    points.push(...stroke[0]);
    let walked = 0;
    for (let index = 1; index < stroke.length; index += 1) {
      const [fromX, fromY] = stroke[index - 1];
      const [toX, toY] = stroke[index];
      const length = Math.hypot(toX - fromX, toY - fromY);
      for (let at = spacing - walked; at <= length; at += spacing) {
        points.push(fromX + ((toX - fromX) * at) / length, fromY + ((toY - fromY) * at) / length);
      }
      walked = (walked + length) % spacing;
    }
  }
  return Float32Array.from(points);
}
