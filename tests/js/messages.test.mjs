// What a page and an embedded race say to each other, as strangers may say it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CALLS, RATE_MAX, SIZE_MAX, isCall, limiter, sizeOf } from '../../www/link/messages.js';

test('every call with plain small values is one', () => {
  for (const call of CALLS) assert.ok(isCall({ genzoo: 1, id: 3, call, args: ['seed', 7] }), call);
  assert.ok(isCall({ genzoo: 1, call: 'listen' }));
});

test('anything else is none', () => {
  const good = { genzoo: 1, id: 3, call: 'set', args: ['seed', 7] };
  const others = [null, undefined, 'play', 7, [], {}, { ...good, genzoo: 2 }, { ...good, id: 0.5 }, { ...good, id: '3' }, { ...good, call: 'constructor' },
    { ...good, args: 'ab' }, { ...good, args: [1, 2, 3] }, { ...good, args: [{}] }, { ...good, args: [null] }, { ...good, args: undefined }];
  for (const other of others) assert.ok(!isCall(other), JSON.stringify(other));
});

test('a stranger who asks to listen sends nothing else', () => {
  for (const more of [{ args: 5 }, { args: [{ toString: 1, valueOf: 1 }] }, { args: ['x'] }, { id: 'x'.repeat(1000) }, { id: {} }]) {
    assert.ok(!isCall({ genzoo: 1, call: 'listen', ...more }), JSON.stringify(more).slice(0, 80));
  }
  assert.ok(isCall({ genzoo: 1, call: 'listen', id: 7, args: [] }));
});

test('no value makes counting fail, and every key counts', () => {
  for (const data of [{ args: 5 }, { args: [{ toString: 1, valueOf: 1 }] }, { args: null }, [], undefined, 7]) assert.ok(sizeOf(data) >= 0);
  const call = { genzoo: 1, id: 3, call: 'set', args: ['seed', 7] };
  assert.ok(sizeOf({ ...call, more: 'x'.repeat(SIZE_MAX) }) > SIZE_MAX);
  assert.ok(sizeOf({ ...call, ['x'.repeat(SIZE_MAX)]: 1 }) > SIZE_MAX);
  assert.ok(sizeOf({ ...call, more: { deep: 'x' } }) > SIZE_MAX);
  assert.ok(sizeOf({ ...call, more: Array(1e6).fill('xx') }) > SIZE_MAX);
});

test('its size counts what a stranger chooses', () => {
  assert.equal(sizeOf('abc'), 3);
  assert.equal(sizeOf({ args: ['abc', 12, true] }), 3 + 2 + 4);
  assert.equal(sizeOf(null), 0);
});

test('at most so many calls pass in any second', () => {
  let now = 0;
  const passes = limiter(() => now);
  const passed = (count) => Array.from({ length: count }, passes).filter(Boolean).length;
  assert.equal(passed(RATE_MAX + 5), RATE_MAX);
  now = 999;
  assert.equal(passed(1), 0);
  now = 1000;
  assert.equal(passed(RATE_MAX + 5), RATE_MAX);
});
