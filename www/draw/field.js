// The field of a discriminator or critic: heat map and contour lines.

import { fieldTable } from '../shell/colour.js';

const PROBABILITY_LEVELS = [0.1, 0.25, 0.5, 0.75, 0.9];
const CRITIC_LINES = 7;
const CLIPPED_SHARE = 0.02; // of a critic's values at each end, so that far corners do not wash out the middle

/**
 * What the colours mean for this field: `{low, middle, high}`. A discriminator's scale is fixed; a critic's follows
 * its values, smoothed over time by `previous` so that it does not flicker.
 */
export function fieldScale(values, critic, previous) {
  if (!critic) return { low: 0, middle: 0.5, high: 1 };
  const sorted = Float32Array.from(values).sort();
  const clipped = Math.floor(sorted.length * CLIPPED_SHARE);
  let low = sorted[clipped];
  let high = sorted[sorted.length - 1 - clipped];
  if (!(Number.isFinite(low) && Number.isFinite(high))) return previous ?? { low: -1, middle: 0, high: 1 };
  if (high - low < 1e-6) [low, high] = [low - 0.5e-6, high + 0.5e-6];
  if (previous) {
    low = previous.low + (low - previous.low) * 0.3;
    high = previous.high + (high - previous.high) * 0.3;
  }
  return { low, middle: (low + high) / 2, high };
}

/** Paints the heat map into `cell`, a canvas of one pixel per value; the caller stretches it. */
export function paintField(cell, values, size, scale, theme) {
  if (cell.width !== size) cell.width = cell.height = size;
  const context = cell.getContext('2d');
  const image = context.createImageData(size, size);
  const pixels = new Uint32Array(image.data.buffer);
  const table = fieldTable(theme);
  const gain = 255 / (scale.high - scale.low);
  for (let row = 0; row < size; row += 1) {
    const target = (size - 1 - row) * size; // values start at the bottom, pixels at the top
    for (let column = 0; column < size; column += 1) {
      const at = (values[row * size + column] - scale.low) * gain;
      pixels[target + column] = table[at > 0 ? Math.min(255, at | 0) : 0];
    }
  }
  context.putImageData(image, 0, 0);
}

/** Draws contour lines; the decision line (D = 1/2, or f = 0) is the bold one. `place` maps grid to canvas. */
export function drawContours(context, values, size, scale, critic, place, colour) {
  const bold = critic ? 0 : 0.5;
  const levels = critic ? criticLevels(scale) : PROBABILITY_LEVELS.filter((level) => level !== bold);
  context.strokeStyle = colour;
  context.lineWidth = 0.75;
  context.globalAlpha = 0.28;
  context.beginPath();
  for (const level of levels) trace(context, values, size, level, place);
  context.stroke();
  context.lineWidth = 1.75;
  context.globalAlpha = 0.8;
  context.beginPath();
  trace(context, values, size, bold, place);
  context.stroke();
  context.globalAlpha = 1;
}

function criticLevels({ low, high }) {
  const gap = (high - low) / (CRITIC_LINES + 1);
  return Array.from({ length: CRITIC_LINES }, (_, index) => low + gap * (index + 1));
}

/** Marching squares: in each cell the level's crossing points on the edges are joined. */
export function trace(context, values, size, level, place) {
  for (let row = 0; row + 1 < size; row += 1) {
    for (let column = 0; column + 1 < size; column += 1) {
      const at = row * size + column;
      const kind = (values[at] > level ? 1 : 0) | (values[at + 1] > level ? 2 : 0) | (values[at + size + 1] > level ? 4 : 0) | (values[at + size] > level ? 8 : 0);
      if (kind === 0 || kind === 15) continue; // nearly all cells, which should leave no garbage
      const corners = [values[at], values[at + 1], values[at + size + 1], values[at + size]];
      for (const [from, to] of SEGMENTS[kind]) {
        context.moveTo(...place(...crossing(from, corners, level, column, row)));
        context.lineTo(...place(...crossing(to, corners, level, column, row)));
      }
    }
  }
}

// Corners run round the cell from bottom left; edge k joins corner k to corner k + 1.
const SEGMENTS = [
  [],
  [[3, 0]],
  [[0, 1]],
  [[3, 1]],
  [[1, 2]],
  [
    [3, 0],
    [1, 2],
  ],
  [[0, 2]],
  [[3, 2]],
  [[2, 3]],
  [[2, 0]],
  [
    [0, 1],
    [2, 3],
  ],
  [[2, 1]],
  [[1, 3]],
  [[1, 0]],
  [[0, 3]],
  [],
];

function crossing(edge, corners, level, column, row) {
  const from = corners[edge];
  const share = (level - from) / (corners[(edge + 1) % 4] - from);
  if (edge === 0) return [column + share, row];
  if (edge === 1) return [column + 1, row + share];
  if (edge === 2) return [column + 1 - share, row + 1];
  return [column, row + 1 - share];
}
