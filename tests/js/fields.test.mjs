// Numbers as people write them, keys on other layouts, and strokes of one pointer at a time.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyOf } from '../../www/shell/keys.js';
import { readNumber } from '../../www/shell/number-field.js';
import { onePointer } from '../../www/shell/pointer.js';

test('a decimal comma and a decimal point are read on every page', () => {
  for (const mark of ['.', ',']) {
    for (const [text, value] of [['0,002', 0.002], ['0.002', 0.002], ['-1,5', -1.5], ['−1.5', -1.5], [' 12 ', 12], [',5', 0.5], ['1,5e-3', 0.0015], ['1000', 1000], ['+3', 3]]) {
      assert.equal(Number(readNumber(text, mark)), value, `${text} where ${mark} is the mark`);
    }
  }
});

test('what may be two numbers, or none, is refused', () => {
  assert.equal(readNumber('1,000', '.'), null);
  assert.equal(readNumber('1.000', ','), null);
  assert.equal(readNumber('1,000', ','), '1.000');
  assert.equal(readNumber('1.414', '.'), '1.414');
  for (const text of ['', 'x', '1.000,5', '1,000.5', '1,000,000', '1 000', '0x10', 'Infinity', 'NaN', '1e', '.', ',', '--1', '1,2,3']) {
    assert.equal(readNumber(text, '.'), null, text);
    assert.equal(readNumber(text, ','), null, text);
  }
});

test('shortcuts are where the Latin layout has them', () => {
  for (const [event, key] of [
    [{ key: 'r', code: 'KeyR' }, 'r'],
    [{ key: 'R', code: 'KeyR', shiftKey: true }, 'r'],
    [{ key: 'к', code: 'KeyR' }, 'r'], // Russian
    [{ key: 'ר', code: 'KeyR' }, 'r'], // a Hebrew letter
    [{ key: 'ρ', code: 'KeyR' }, 'r'], // Greek
    [{ key: 'q', code: 'KeyA' }, 'q'], // AZERTY: the letter that is written
    [{ key: 'ü', code: 'BracketLeft' }, 'ü'],
    [{ key: '؟', code: 'Slash', shiftKey: true }, '?'],
    [{ key: '?', code: 'Digit7', shiftKey: true }, '?'],
    [{ key: ' ', code: 'Space' }, ' '],
    [{ key: 'ArrowRight', code: 'ArrowRight' }, 'ArrowRight'],
    [{ key: 'к' }, 'к'], // a keyboard on the screen
  ]) assert.equal(keyOf(event), key, JSON.stringify(event));
});

/** Events of a node with `onePointer`, and what came of them. */
function board(begin = () => true) {
  const told = [];
  const listeners = onePointer({
    begin: (event) => {
      told.push(`begin ${event.pointerId}`);
      return begin(event);
    },
    move: (events) => told.push(`move ${events.map(({ x }) => x)}`),
    end: () => told.push('end'),
  });
  const currentTarget = { setPointerCapture: (id) => told.push(`capture ${id}`) };
  const send = (type, pointerId, more = {}) => listeners[type]({ pointerId, button: 0, currentTarget, preventDefault: () => {}, ...more });
  return { told, send };
}

test('a second finger or a palm does not join a stroke', () => {
  const { told, send } = board();
  send('pointerdown', 1);
  send('pointerdown', 2, { x: 0.85 });
  send('pointermove', 2, { x: 0.9 });
  send('pointermove', 1, { x: 0.2, getCoalescedEvents: () => [{ x: 0.1 }, { x: 0.2 }] });
  send('pointerup', 2);
  send('pointermove', 1, { x: 0.3 });
  send('pointerup', 1);
  send('lostpointercapture', 1);
  send('pointermove', 1, { x: 0.4 });
  assert.deepEqual(told, ['begin 1', 'capture 1', 'move 0.1,0.2', 'move 0.3', 'end']);
  send('pointerdown', 2);
  send('pointercancel', 2);
  assert.deepEqual(told.slice(5), ['begin 2', 'capture 2', 'end']);
});

test('a press may be refused, and other buttons draw nothing', () => {
  const { told, send } = board(() => false);
  send('pointerdown', 1, { button: 2 });
  send('pointerdown', 1);
  send('pointermove', 1);
  send('pointerup', 1);
  assert.deepEqual(told, ['begin 1']);
});
