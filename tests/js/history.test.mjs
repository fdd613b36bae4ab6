// The rows of a chart, bounded; a cursor that keys move.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { History, MOST_ROWS } from '../../www/draw/history.js';
import { moved, placeWords, takeKey } from '../../www/exhibits/cursor.js';

test('arenas report a step one after the other, and a step that is drawn stays', () => {
  const history = new History(2);
  history.add(1, 0, 0.5);
  history.add(1, 1, null);
  history.add(2, 1, 0.75);
  history.add(1, 0, 9);
  assert.deepEqual(history.steps, [1, 2]);
  assert.deepEqual(history.values, [[0.5, null], [null, 0.75]]);
  history.cut(1);
  assert.deepEqual([history.steps, history.values], [[1], [[0.5], [null]]]);
  history.cut(5);
  assert.deepEqual(history.steps, [1]);
});

test('old times grow coarse first, and the bound holds', () => {
  const history = new History(1);
  for (let step = 1; step <= 5 * MOST_ROWS; step += 1) history.add(step, 0, -step);
  const { steps, values } = history;
  assert.ok(steps.length <= MOST_ROWS && values[0].length === steps.length);
  assert.equal(steps.at(-1), 5 * MOST_ROWS);
  steps.forEach((step, at) => assert.equal(values[0][at], -step));
  const gap = (at) => steps[at + 1] - steps[at];
  assert.ok(gap(0) > gap(steps.length - 2));
  steps.slice(2).forEach((_, at) => assert.ok(gap(at) >= gap(at + 1), `gap at ${at}`));
});

test('a cursor moves a little, less with Shift, and never leaves the board', () => {
  assert.deepEqual(moved([16, 16], { key: 'ArrowRight' }, 64), [18, 16]);
  assert.deepEqual(moved([16, 16], { key: 'ArrowUp', shiftKey: true }, 64), [16, 15.5]);
  assert.deepEqual(moved([0, 64], { key: 'ArrowLeft' }, 64), [0, 64]);
  assert.deepEqual(moved([0, 64], { key: 'ArrowDown' }, 64), [0, 64]);
  assert.equal(placeWords([16, 48], 64, true), '25 % across, 75 % down, pen down');
});

test('the cursor takes its keys from the page, and no others', () => {
  const press = (key, more = {}) => {
    let taken = false;
    const moves = takeKey({ key, ...more, preventDefault: () => { taken = true; }, stopPropagation: () => {} });
    return [moves, taken];
  };
  assert.deepEqual(press('ArrowLeft'), [true, true]);
  assert.deepEqual(press('ArrowLeft', { repeat: true }), [true, true]);
  assert.deepEqual(press(' '), [false, true]);
  assert.deepEqual(press(' ', { repeat: true }), [null, false]);
  assert.deepEqual(press('a'), [null, false]);
  assert.deepEqual(press('ArrowLeft', { ctrlKey: true }), [null, false]);
});
