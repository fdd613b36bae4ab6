// The link: what is the page's, what is the engine's, and what neither understands.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HASH_LIMIT, decode, edited, formatQuery, fromBase64url, parseQuery, readLink, signed, toBase64url, withoutArena, writeLink } from '../../www/link/state.js';

test('the engine gets its pairs untouched, in their order', () => {
  const { pairs, view, notes } = readLink('#seed=7&theme=dark&lr-g.1=%30.5&events=5.9~7.D&odd');
  assert.equal(formatQuery(pairs), 'seed=7&lr-g.1=%30.5&events=5.9~7.D&odd');
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

test('a link of keys without values does not grow past its limit', () => {
  const link = Array.from({ length: 1700 }, (_, at) => at.toString(36).padStart(4, '_')).join('&').slice(0, HASH_LIMIT);
  assert.ok(link.length > HASH_LIMIT - 5);
  const { pairs, notes } = readLink(link);
  assert.deepEqual(notes, []);
  assert.equal(formatQuery(pairs), link);
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

test('a link that was escaped once more is read as it was', () => {
  const plain = 'density=grid25&seed=3&step=5&text=a%20b';
  const read = (hash) => formatQuery(readLink(hash).pairs);
  for (const hash of [plain, plain.replaceAll('&', '&amp;'), plain.replaceAll('&', '&amp;amp;'), plain.replaceAll('&', '&#38;'), encodeURIComponent(plain), encodeURIComponent(encodeURIComponent(plain))]) {
    assert.equal(read(`#${hash}`), plain, hash);
    assert.deepEqual(readLink(`#${hash}`).notes, []);
  }
  assert.equal(read('#points=a%3Db'), 'points=a%3Db', 'an escape in a value stays');
});

test('no escape takes long', () => {
  const start = performance.now();
  for (const text of [`%${'25'.repeat(500_000)}3D`, `${'%25'.repeat(300_000)}3D`, `&${'amp;'.repeat(200_000)}`, `&#${'0'.repeat(500_000)}`]) readLink(text);
  assert.ok(performance.now() - start < 3000);
});

test('what others append to count visits is passed over in silence', () => {
  const { pairs, notes } = readLink('demo=race&seed=3&fbclid=IwAR0&utm_source=mail&utm_campaign=x&gclid=1&mc_cid=2&_gl=1');
  assert.deepEqual([formatQuery(pairs), notes], ['demo=race&seed=3', []]);
  assert.equal(formatQuery(readLink('zebra=1').pairs), 'zebra=1', 'what is no such key is still told of');
});

test('a long link knows where it ends, wherever it is cut', () => {
  const bare = `density=drawn&seed=7&points=${'AbC-_9'.repeat(60)}&step=5&theme=dark`;
  const link = signed(bare);
  assert.equal(signed('seed=7'), 'seed=7', 'a short one is as it was');
  assert.equal(signed(link), link);
  assert.deepEqual([formatQuery(readLink(link).pairs), readLink(link).notes], [bare.replace('&theme=dark', ''), []]);
  for (let end = 4; end < link.length; end += 1) assert.match(readLink(link.slice(0, end)).notes.join(), /cut at its end/, link.slice(0, end));
  for (const kept of [`${link}&utm_source=mail`, `${link}&lang=de`, `demo=race&${link}`, link.replaceAll('&', '&amp;'), encodeURIComponent(link), link.replaceAll('-', '%2D')]) {
    assert.deepEqual(readLink(kept).notes, [], kept);
  }
  assert.match(readLink(`${link.slice(0, -20)}&utm_source=newsletter`).notes[0], /not as it was written/);
  assert.deepEqual(readLink(bare).notes, [], 'old links have no checksum');
});
