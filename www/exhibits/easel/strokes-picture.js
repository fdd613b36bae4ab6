// Strokes as they look on paper.

import { show } from '../../draw/sheet.js';
import { MOVES } from '../cursor.js';
import { UNITS } from './sketch.js';

const INK = '#1f1f1f';

/** Shows strokes as they look on paper, `size` pixels wide. */
export function drawSketch(canvas, strokes, size) {
  const layers = [new OffscreenCanvas(size, size), new OffscreenCanvas(size, size)];
  const contexts = layers.map((layer) => layer.getContext('2d'));
  for (const stroke of strokes) {
    if (stroke.kind !== 'line') drawStroke(contexts[0], size, stroke, 0);
    if (stroke.kind !== 'colour') drawStroke(contexts[1], size, stroke, 0);
  }
  contexts[0].drawImage(layers[1], 0, 0);
  show(canvas, layers[0]);
}

/** Draws one stroke from a number of its points on. */
export function drawStroke(context, size, { kind, colour, points }, from) {
  const scale = size / UNITS;
  context.globalCompositeOperation = kind === 'erase' ? 'destination-out' : 'source-over';
  const style = colour ? `rgb(${colour.join(' ')})` : INK;
  Object.assign(context, { fillStyle: style, strokeStyle: style, lineCap: 'round' });
  if (from === 0) {
    context.beginPath();
    context.arc(points[0] * scale, points[1] * scale, points[2] * scale, 0, 2 * Math.PI);
    context.fill();
  }
  for (let at = Math.max(3, from); at < points.length; at += 3) {
    context.lineWidth = (points[at - 1] + points[at + 2]) * scale;
    context.beginPath();
    context.moveTo(points[at - 3] * scale, points[at - 2] * scale);
    context.lineTo(points[at] * scale, points[at + 1] * scale);
    context.stroke();
  }
  context.globalCompositeOperation = 'source-over';
}

/** A cursor: `rings` are its colours and widths; with `arms` where keys move it. */
export function drawRings(context, rings, { x, y, radius, arms }) {
  for (const [strokeStyle, width] of rings) {
    Object.assign(context, { strokeStyle, lineWidth: width * devicePixelRatio });
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    for (const [across, down] of arms ? Object.values(MOVES) : []) {
      context.moveTo(x + across * radius, y + down * radius);
      context.lineTo(x + 2.2 * across * radius, y + 2.2 * down * radius);
    }
    context.stroke();
  }
}
