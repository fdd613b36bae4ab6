// Messages between a page and its embeds, as strangers may send them: they are taken or passed over, and nothing throws or counts for long.
// `GENZOO_CASES=1000000 node --test tests/js/strangers.test.mjs` draws as many; a seed is in the error.
import assert from 'node:assert/strict';
import { test } from 'node:test';

const CASES = Number(process.env.GENZOO_CASES ?? 3000);
/** Other cases each time where many are drawn, the same ones in the usual tests. */
const FIRST = process.env.GENZOO_CASES ? Date.now() % 2 ** 31 : 1;

globalThis.document = { baseURI: 'http://here.example/' };
globalThis.addEventListener ??= () => {};
globalThis.removeEventListener ??= () => {};
const { CALLS, EVENTS, PROTOCOL, SIZE_MAX, isCall, sizeOf } = await import('../../www/link/messages.js');
const { connect } = await import('../../www/embed/remote.js');

/** Mulberry32: whole numbers below `n`. */
function source(seed) {
  let state = seed >>> 0;
  return (n) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % n;
  };
}

const KEYS = ['genzoo', 'id', 'call', 'args', 'value', 'error', 'event', 'detail', 'toString', 'valueOf', 'length', '__proto__', 'constructor', 'then', 'more'];
const PLAIN = [undefined, null, true, false, 0, -0, 1, 3, 0.5, NaN, Infinity, -1, 2 ** 53, 1n, '', '1', PROTOCOL, 'listen', ...CALLS, ...EVENTS, '\u0000', '\ud800'];

const LONG = [SIZE_MAX - 1, SIZE_MAX, SIZE_MAX + 1, 1 << 22].map((length) => 'x'.repeat(length));
const ROWS = [new Array(1 << 20), new Array(SIZE_MAX).fill(1), new Array(1 << 18).fill('xx')];

/** A value that structured cloning passes on: no functions and no symbols. */
function any(below, depth = 0) {
  const kind = below(depth > 3 ? 10 : 20);
  if (kind < 10) return PLAIN[below(PLAIN.length)];
  switch (kind) {
    case 10:
      return below(8) ? 'x'.repeat(below(99)) : LONG[below(LONG.length)];
    case 11:
      return below(40) ? new Array(below(5)) : ROWS[below(ROWS.length)];
    case 12:
      return { toString: any(below, depth + 1), valueOf: any(below, depth + 1) };
    case 13:
      return [new Date(NaN), /x/, new Map([[1, 2]]), new Set([1]), new Uint8Array(9), new ArrayBuffer(2), new Error('x'), Object.create(null)][below(8)];
    case 14:
    case 15:
      return Array.from({ length: below(4) }, () => any(below, depth + 1));
    default: {
      const object = {};
      for (let left = below(6); left > 0; left -= 1) {
        const key = KEYS[below(KEYS.length)];
        Object.defineProperty(object, key, { value: any(below, depth + 1), enumerable: true, configurable: true, writable: true });
      }
      return object;
    }
  }
}

/** A message that is nearly right: one that is, with some keys changed. */
function nearly(below, asked = 3) {
  const id = asked - below(4);
  const right = [
    { genzoo: PROTOCOL, id, call: CALLS[below(CALLS.length)], args: ['seed', 7].slice(below(3)) },
    { genzoo: PROTOCOL, call: 'listen' },
    { genzoo: PROTOCOL, id, value: { step: 3 } },
    { genzoo: PROTOCOL, id, error: 'It failed.' },
    { genzoo: PROTOCOL, event: EVENTS[below(EVENTS.length)], detail: { step: 1 } },
  ][below(5)];
  for (let left = below(3); left > 0; left -= 1) Object.defineProperty(right, KEYS[below(KEYS.length)], { value: any(below), enumerable: true, configurable: true });
  return right;
}

/** Calls `check` with a message of each seed; `asked` is how many calls a page has made by then. */
async function each(check, asked = () => 3) {
  for (let seed = FIRST; seed < FIRST + CASES; seed += 1) {
    const below = source(seed);
    const data = below(3) === 0 ? any(below) : nearly(below, asked());
    try {
      await check(data, below);
    } catch (error) {
      throw new Error(`seed ${seed}: ${error.message}`, { cause: error });
    }
  }
}

test('an embed takes what is a call, and counts no further than to its limit', async () => {
  let taken = 0;
  await each((data) => {
    const is = isCall(data);
    assert.equal(typeof is, 'boolean');
    const size = sizeOf(data);
    assert.ok(size >= 0, `a size of ${size}`);
    if (!is) return;
    taken += 1;
    assert.ok(data.call === 'listen' || (Number.isSafeInteger(data.id) && data.args.every((value) => typeof value !== 'object')));
  });
  assert.ok(taken > CASES / 20 && taken < CASES, `${taken} of ${CASES}`);
});

test('a page that hears a frame goes on whatever that says', async () => {
  const contentWindow = { postMessage() {} };
  const remote = connect({ contentWindow, src: 'http://there.example/embed.html' });
  const hear = (data) => remote.hear({ source: contentWindow, origin: 'http://there.example', data });
  hear({ genzoo: PROTOCOL });
  await null;
  const failed = [];
  let asked = 0;
  const ask = (data, below) => {
    if (below(2)) return hear(data);
    asked += 1;
    remote.state().catch((error) => failed.push(error));
    return new Promise(queueMicrotask).then(() => hear(data));
  };
  await each(ask, () => asked);
  remote.close();
  await new Promise(setImmediate);
  assert.ok(failed.length > CASES / 20 && failed.every(({ message }) => typeof message === 'string'), `${failed.length}`);
});
