// Points of the user's own as text in the link: base64url of a version byte and one byte for each coordinate.

import { fromBase64url, toBase64url } from '../link/state.js';

const VERSION = 1;

/** `points` as x, y, x, y...; more than the limits of the catalogue are thinned evenly. */
export function encodePoints(points, { link_points: most, link_range: range }) {
  const total = Math.floor(points.length / 2);
  const kept = Math.min(total, most);
  const toByte = (value) => Math.round((Math.min(range, Math.max(-range, value)) / range + 1) * 127.5);
  const bytes = new Uint8Array(1 + 2 * kept);
  bytes[0] = VERSION;
  for (let index = 0; index < kept; index += 1) {
    const from = 2 * Math.floor((index * total) / kept);
    bytes[1 + 2 * index] = toByte(points[from]);
    bytes[2 + 2 * index] = toByte(points[from + 1]);
  }
  return { text: toBase64url(bytes), total, kept };
}

/** The points of `text`, or none if it has another format; Rust reports the error. */
export function decodePoints(text, { link_range: range }) {
  try {
    const bytes = fromBase64url(text);
    return bytes[0] === VERSION ? Float32Array.from(bytes.subarray(1), (byte) => (byte / 127.5 - 1) * range) : new Float32Array();
  } catch {
    return new Float32Array();
  }
}

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
