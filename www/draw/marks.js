// Marks over the field: points, the generator's manifold, and the arrows that push the fakes.

import { sheet } from './sheet.js';

/** Dots; `place` maps data to canvas. `rim` draws each on a slightly larger dot. */
export function drawDots(context, points, place, radius, fill, { rim = null, alpha = 1 } = {}) {
  context.globalAlpha = alpha;
  for (const [colour, size] of rim
    ? [
        [rim, radius + 0.8],
        [fill, radius],
      ]
    : [[fill, radius]]) {
    context.fillStyle = colour;
    for (let at = 0; at + 1 < points.length; at += 2) {
      // One path each: a single path of hundreds of circles is filled far more slowly.
      context.beginPath();
      context.arc(...place(points[at], points[at + 1]), size, 0, 2 * Math.PI);
      context.fill();
    }
  }
  context.globalAlpha = 1;
}

const stamps = new Map();
const STAMPS_MOST = 50; // a window that is dragged larger needs ever new ones

/** The same, each dot stamped at whole pixels of a canvas that has `density` of them a unit: less even, for half the time. */
export function stampDots(context, points, place, radius, fill, { rim, density }) {
  const side = 2 * Math.ceil((radius + 0.8) * density + 1);
  const key = `${radius} ${fill} ${rim} ${density}`;
  if (!stamps.has(key)) {
    if (stamps.size === STAMPS_MOST) stamps.clear();
    const canvas = sheet(side, side);
    const stamp = canvas.getContext('2d');
    stamp.scale(density, density);
    drawDots(stamp, [side / 2 / density, side / 2 / density], (...at) => at, radius, fill, { rim });
    stamps.set(key, canvas);
  }
  const dot = stamps.get(key);
  context.save();
  context.resetTransform();
  for (let at = 0; at + 1 < points.length; at += 2) {
    const [x, y] = place(points[at], points[at + 1]);
    context.drawImage(dot, Math.round(x * density - side / 2), Math.round(y * density - side / 2));
  }
  context.restore();
}

/**
 * The generator's image of a regular grid in latent space. A cell that was squeezed holds more probability for its
 * area, so it is drawn darker.
 */
export function drawManifold(context, points, place, colour) {
  const size = Math.round(Math.sqrt(points.length / 2));
  const at = (column, row) => place(points[2 * (row * size + column)], points[2 * (row * size + column) + 1]);
  const cells = [];
  for (let row = 0; row + 1 < size; row += 1) {
    for (let column = 0; column + 1 < size; column += 1) {
      const corners = [at(column, row), at(column + 1, row), at(column + 1, row + 1), at(column, row + 1)];
      if (corners.flat().every(Number.isFinite)) cells.push({ corners, area: area(corners) });
    }
  }
  if (cells.length === 0) return;
  const typical = cells.map((cell) => cell.area).sort((a, b) => a - b)[cells.length >> 1] + 1;
  context.fillStyle = colour;
  context.strokeStyle = colour;
  for (const { corners, area: size2 } of cells) {
    context.beginPath();
    for (const [x, y] of corners) context.lineTo(x, y);
    context.globalAlpha = Math.min(0.5, 0.16 * Math.sqrt(typical / (size2 + 1)));
    context.fill();
  }
  // All lines in one path: hundreds of small ones are stroked far more slowly.
  context.lineWidth = 0.8;
  context.globalAlpha = 0.6;
  context.beginPath();
  for (let along = 0; along < size; along += 1) {
    for (const corner of [(i) => at(i, along), (i) => at(along, i)]) {
      for (let i = 0; i < size; i += 1) context[i ? 'lineTo' : 'moveTo'](...corner(i));
    }
  }
  context.stroke();
  context.globalAlpha = 1;
}

function area(corners) {
  let twice = 0;
  corners.forEach(([x, y], index) => {
    const [nextX, nextY] = corners[(index + 1) % 4];
    twice += x * nextY - nextX * y;
  });
  return Math.abs(twice) / 2;
}

/** Arrows from each fake along the push it gets; lengths are relative to the typical push, and bounded. */
export function drawArrows(context, arrows, place, colour, longest) {
  const pushes = [];
  for (let at = 0; at + 3 < arrows.length; at += 4) pushes.push(Math.hypot(arrows[at + 2], arrows[at + 3]));
  const typical = [...pushes].sort((a, b) => a - b)[pushes.length >> 1] || 1;
  context.strokeStyle = colour;
  context.lineWidth = 1.3;
  context.lineCap = 'round';
  context.beginPath();
  pushes.forEach((push, index) => {
    if (!(push > 0)) return;
    const at = 4 * index;
    const [x, y] = place(arrows[at], arrows[at + 1]);
    const length = longest * Math.tanh(push / typical / 2);
    // The canvas' y axis points down.
    const [dx, dy] = [(arrows[at + 2] / push) * length, (-arrows[at + 3] / push) * length];
    context.moveTo(x, y);
    context.lineTo(x + dx, y + dy);
    const head = Math.min(5, length * 0.45);
    const angle = Math.atan2(dy, dx);
    for (const side of [-0.5, 0.5]) {
      context.moveTo(x + dx, y + dy);
      context.lineTo(x + dx - head * Math.cos(angle + side), y + dy - head * Math.sin(angle + side));
    }
  });
  context.stroke();
}
