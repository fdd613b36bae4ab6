// Points in the link, points along strokes, and forced pixels.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alongStrokes, decodePoints, encodePoints } from '../../www/draw/points.js';
import { readForced, writeForced } from '../../www/exhibits/custom/forced.js';

/** As the catalogue has them. */
const LIMITS = { link_points: 2000, link_range: 1.5 };
const MOST_POINTS = LIMITS.link_points;
/** Width of a cell of the link's grid. */
const CELL = (2 * LIMITS.link_range) / 255;

test('points come back from the link to half a cell, those outside to the edge', () => {
  const points = [0, 0, 1.5, -1.5, 0.3, -0.7, 9, -9];
  const { text, total, kept } = encodePoints(points, LIMITS);
  assert.deepEqual([total, kept], [4, 4]);
  const back = decodePoints(text, LIMITS);
  const inside = points.map((value) => Math.max(-1.5, Math.min(1.5, value)));
  back.forEach((value, at) => assert.ok(Math.abs(value - inside[at]) <= CELL / 2 + 1e-6, `${value} for ${inside[at]}`));
  assert.equal(encodePoints(back, LIMITS).text, text, 'a link read is the link written');
});

test('too many points are thinned evenly', () => {
  const many = Float32Array.from({ length: 6 * MOST_POINTS }, (_, at) => (at % 2 ? 0 : at / (3 * MOST_POINTS) - 1));
  const { text, total, kept } = encodePoints(many, LIMITS);
  assert.deepEqual([total, kept], [3 * MOST_POINTS, MOST_POINTS]);
  const mean = (points) => points.reduce((sum, value) => sum + value, 0) / (points.length / 2);
  assert.ok(Math.abs(mean(decodePoints(text, LIMITS)) - mean(many)) < CELL);
});

test('a text that is not ours has no points', () => {
  for (const text of ['', '*', 'AAAA', '////', 'Ag']) assert.equal(decodePoints(text, LIMITS).length, 0, text);
});

test('points along a stroke are evenly spaced, around its corners too', () => {
  const points = alongStrokes([[[0, 0], [1, 0], [1, 1]]], 0.25);
  const places = Array.from({ length: points.length / 2 }, (_, at) => [points[2 * at], points[2 * at + 1]]);
  assert.deepEqual(places, [[0, 0], [0.25, 0], [0.5, 0], [0.75, 0], [1, 0], [1, 0.25], [1, 0.5], [1, 0.75], [1, 1]]);
  assert.deepEqual([...alongStrokes([[[0.5, 0.25]]], 0.1)], [0.5, 0.25]);
  assert.equal(alongStrokes([], 0.1).length, 0);
});

test('forced pixels are written in runs and read again', () => {
  for (const levels of [2, 36, 37, 256]) {
    const forced = new Map([[0, 1], [1, 1], [2, 0], [40, levels - 1], [41, levels - 1], [783, 0]]);
    for (let at = 100; at < 160; at += 1) forced.set(at, 1);
    const text = writeForced(forced, levels);
    const read = readForced(text, { size: 784, levels });
    assert.deepEqual(read.notes, []);
    assert.deepEqual(new Map([...read.forced].sort()), new Map([...forced].sort()));
  }
  assert.equal(writeForced(new Map([[5, 1], [6, 1], [7, 1]]), 2), '5:1D');
  assert.equal(writeForced(new Map(), 2), '');
});

test('what does not fit is left out, whatever a link claims', () => {
  const model = { size: 784, levels: 4 };
  for (const text of ['zz:4', 'zzzz:1', '0:1ZZZZZZZZ', ':1', '-1:0', 'lr:11']) {
    const { forced, notes } = readForced(text, model);
    assert.ok(forced.size <= 784);
    for (const [place, level] of forced) assert.ok(place < 784 && level < 4, text);
    assert.equal(notes.length, 1, text);
  }
  assert.deepEqual(readForced('', model), { forced: new Map(), notes: [] });
});
