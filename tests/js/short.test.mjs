// Short links: they become the same long link again, a cut one is recognised, and one that is too long is not read.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { expand, shortened } from '../../www/link/short.js';
import { HASH_LIMIT, expanded, fnv, readLink, toBase64url } from '../../www/link/state.js';

/** `[long, short]`: links that src/runs/settings/short.rs reads, too. */
const PAIRS = JSON.parse(readFileSync(new URL('../fixtures/short-links.json', import.meta.url), 'utf8'));

/** A link as `shortened` would write it of any bytes. */
function packed(bytes) {
  const deflated = deflateRawSync(bytes);
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(fnv(deflated));
  return `q=${toBase64url(Buffer.concat([sum, deflated]))}`;
}

const same = (one, other) => assert.deepEqual([...readLink(one).pairs].sort(), [...readLink(other).pairs].sort());

test('short links of this and of earlier versions stand for what they stood for', async () => {
  for (const [long, short] of PAIRS) {
    const read = await expanded(`#${short}`);
    same(read, long);
    assert.deepEqual(readLink(read).notes, []);
  }
});

test('a drawing and a long run take fewer characters', async () => {
  for (const [long] of PAIRS) {
    const short = await shortened(long);
    assert.match(short, /^q=[\w-]+(&lang=de)?$/);
    assert.ok(short.length < 0.87 * long.length, `${long.length} characters became ${short.length}`);
    same(await expand(short), long);
  }
});

test('links that people can read stay as they are', async () => {
  for (const link of ['', 'seed=7', 'preset=square&seed=7&step=500&g-width=64']) {
    assert.equal(await shortened(link), link);
    assert.equal(await expanded(`#${link}`), `#${link}`);
  }
});

test('a cut or changed short link is recognised, wherever that was', async () => {
  const [, short] = PAIRS[0];
  const lost = async (text) => readLink(await expanded(text));
  for (let end = 2; end < short.length; end += 1) {
    const { notes, pairs } = await lost(short.slice(0, end));
    assert.match(notes.join(), /short link was cut/, short.slice(0, end));
    assert.equal(pairs.size, 0);
  }
  for (let at = 2; at < short.length - 1; at += 1) {
    const other = short[at] === 'A' ? 'B' : 'A';
    assert.match((await lost(short.slice(0, at) + other + short.slice(at + 1))).notes.join(), /short link was cut/);
  }
});

test('what others do to a short link on its way is no fault', async () => {
  const [long, short] = PAIRS[0];
  for (const text of [`#${short}`, `${short}&utm_source=mail`, `${short}&amp;fbclid=1`, encodeURIComponent(short), short.replaceAll('-', '%2D').replaceAll('_', '%5F')]) {
    const read = await expanded(text);
    same(read, long);
    assert.deepEqual(readLink(read).notes, [], text);
  }
  same(await expanded(`seed=3&${short}`), `${long}&seed=3`);
});

test('a short link is bounded before it is read', async () => {
  const bomb = packed(Buffer.alloc(4 << 20, 'a'));
  assert.ok(bomb.length < HASH_LIMIT);
  const begin = performance.now();
  assert.equal(await expand(bomb), bomb);
  assert.ok(performance.now() - begin < 1000, 'it is not unpacked as a whole');
  const most = Buffer.alloc(HASH_LIMIT, 'a');
  assert.equal((await expand(packed(most))).length, HASH_LIMIT);
  const points = Buffer.alloc(HASH_LIMIT - 10);
  points.write('a=b');
  assert.match(readLink(await expand(packed(points))).notes[0], /cut/, 'points that are too many once they are text');
});
