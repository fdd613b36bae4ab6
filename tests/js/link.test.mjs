// The link: what is the page's, what is the engine's, and what neither understands.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HASH_LIMIT, decode, edited, formatQuery, fromBase64url, parseQuery, readLink, toBase64url, withoutArena, writeLink } from '../../www/link/state.js';

test('the engine gets its pairs untouched, in their order', () => {
  const { pairs, view, notes } = readLink('#seed=7&theme=dark&lr-g.1=%30.5&events=5.9~7.D&odd');
  assert.equal(formatQuery(pairs), 'seed=7&lr-g.1=%30.5&events=5.9~7.D&odd=');
  assert.equal(view.theme, 'dark');
  assert.deepEqual(notes, []);
});

test('a value that the page does not know is told of, and its default used', () => {
  for (const [key, value] of [['theme', 'pink'], ['speed', '0'], ['speed', '1001'], ['stop', '0'], ['stop', '1000001'], ['stop', '5.5'], ['device', 'tpu'], ['lang', 'fr'], ['views', '%3Cb%3E']]) {
    const { view, notes, pairs } = readLink(`${key}=${value}`);
    assert.equal(view[key], readLink('').view[key]);
    assert.equal(notes.length, 1);
    assert.match(notes[0], new RegExp(`value for ${key} `));
    assert.equal(pairs.size, 0);
  }
});

test('a link that is too long ends at its last whole pair', () => {
  const { pairs, notes } = readLink(`seed=7&points=${'A'.repeat(HASH_LIMIT)}`);
  assert.deepEqual([...pairs], [['seed', '7']]);
  assert.match(notes[0], /longer than 8 KiB/);
  assert.equal(readLink('x'.repeat(HASH_LIMIT + 1)).pairs.size, 0);
  assert.deepEqual(readLink(`points=${'A'.repeat(HASH_LIMIT - 'points='.length)}`).notes, []);
});

test('what is read is written again, without defaults', () => {
  const view = { ...readLink('').view, charts: 'loss,modes', speed: '20', stop: '1000000' };
  const link = writeLink('seed=7', view);
  assert.equal(link, 'seed=7&charts=loss,modes&speed=20&stop=1000000');
  assert.deepEqual(readLink(link).view, view);
  assert.equal(writeLink('', readLink('').view), '');
});

test('a change of a setting leaves the story of the run behind', () => {
  const before = parseQuery('seed=7&step=100&events=5.9&batch=16');
  assert.equal(formatQuery(edited(before, { seed: null, text: 'a b,c:d~e&f' })), 'batch=16&text=a%20b,c:d~e%26f');
  assert.equal(before.size, 4, 'the original stays');
});

test('settings of arenas move up when one before them goes', () => {
  const pairs = parseQuery('lr-g=1&lr-g.0=2&lr-g.1=3&lr-g.2=4&lr-g.10=5');
  assert.equal(formatQuery(withoutArena(pairs, 1)), 'lr-g=1&lr-g.0=2&lr-g.1=4&lr-g.9=5');
});

test('a broken escape is passed on as it is', () => {
  assert.equal(decode('%E4'), '%E4');
  assert.equal(decode('%C3%A4'), 'ä');
});

test('bytes of all values survive a link', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, value) => value);
  for (const length of [0, 1, 2, 3, 256]) {
    const text = toBase64url(bytes.subarray(0, length));
    assert.match(text, /^[A-Za-z0-9_-]*$/);
    assert.deepEqual(fromBase64url(text), bytes.subarray(0, length));
  }
  assert.throws(() => fromBase64url('*'));
});
