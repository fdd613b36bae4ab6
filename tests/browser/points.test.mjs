// The user's own data: drawn with mouse or finger, pasted or opened as CSV, and carried by the link.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMALL, scenario, until } from './helper.mjs';

const status = (race) => race.page.textContent('#pad-status');

async function openPad(race, density) {
  await race.setControl('density', density);
  await until('the pad', () => race.page.evaluate(() => document.querySelector('#pad-dialog').open));
}

/** Uses the pad's points, and checks that the link alone brings the same run back. */
async function usedAndKept(race, density) {
  await race.click('#pad-use');
  await until('the density in the link', async () => (await race.query()).get('density') === density && (await race.query()).has('points'));
  await race.click('#play');
  await race.trained(2);
  await race.pause();
  const { points } = Object.fromEntries(await race.query());
  await race.visit(`${SMALL}&density=${density}&points=${points}&step=6`);
  const { hash } = await race.restsAt(6);
  await race.visit(await race.link());
  assert.equal((await race.restsAt(6)).hash, hash);
  assert.equal((await race.query()).get('points'), points, 'points survive the link unchanged');
  await race.visit(`${SMALL}&step=6`);
  assert.notEqual((await race.restsAt(6)).hash, hash, 'the points did matter');
}

async function strokes(race) {
  const box = await race.page.locator('#pad-canvas').boundingBox();
  const at = (x, y) => [box.x + box.width * x, box.y + box.height * y];
  return [[at(0.2, 0.2), at(0.5, 0.7), at(0.8, 0.2)], [at(0.3, 0.8), at(0.7, 0.85)]];
}

scenario('drawn with the mouse', { hash: `${SMALL}&step=2` }, async (race) => {
  await race.restsAt(2);
  await openPad(race, 'drawn');
  for (const [first, ...rest] of await strokes(race)) {
    await race.page.mouse.move(...first);
    await race.page.mouse.down();
    for (const point of rest) await race.page.mouse.move(...point, { steps: 12 });
    await race.page.mouse.up();
  }
  await until('a count of points', async () => /[1-9]/.test(await status(race)));
  const drawn = await status(race);
  await race.click('#pad-undo');
  await until('fewer points', async () => (await status(race)) !== drawn);
  await usedAndKept(race, 'drawn');
});

scenario('drawn with a finger on a phone', {
  hash: `${SMALL}&step=2`, context: { hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } },
}, async (race) => {
  await race.restsAt(2);
  await openPad(race, 'drawn');
  await race.page.locator('#pad-canvas').scrollIntoViewIfNeeded();
  const cdp = await race.page.context().newCDPSession(race.page);
  const touch = (type, points) => cdp.send('Input.dispatchTouchEvent', { type, touchPoints: points.map(([x, y]) => ({ x, y })) });
  for (const [first, ...rest] of await strokes(race)) {
    await touch('touchStart', [first]);
    let [x, y] = first;
    for (const [toX, toY] of rest) {
      for (let i = 1; i <= 10; i++) await touch('touchMove', [[x + ((toX - x) * i) / 10, y + ((toY - y) * i) / 10]]);
      [x, y] = [toX, toY];
    }
    await touch('touchEnd', []);
  }
  await until('a count of points', async () => /[1-9]/.test(await status(race)));
  await usedAndKept(race, 'drawn');
});

scenario('pasted as CSV', { hash: `${SMALL}&step=2` }, async (race) => {
  await race.restsAt(2);
  await openPad(race, 'pasted');
  const rows = Array.from({ length: 200 }, (_, i) => `${100 + i % 20},${-5 + (i % 7) * 0.5}`);
  await race.page.fill('#pad-text', ['x,y', ...rows].join('\n'));
  await race.click('#pad-read');
  await until('the count', async () => /200/.test(await status(race)));
  await usedAndKept(race, 'pasted');
});

const ROWS = 1_000_000;
const BAD_CSV = [
  ['text', 'once upon a time\nthere was no number', /number|line|row/i],
  ['markup', '<img src=x onerror=alert(1)>,<script>alert(2)</script>\n<b>,<i>', /number|line|row/i],
  ['one column', '1\n2\n3', /two|column/i],
  ['infinities', '1,2\ninf,3\n-Infinity,1', /finite|infin|number/i],
  ['NaN', 'NaN,NaN\n1,2', /finite|number/i],
  ['numbers beyond reach', '1e308,2\n-1e308,3', /finite/],
  ['nothing', '', /two rows/],
  ['one point', '1,2', /two rows/],
  ['zero bytes', '\0\0\0,\0\n', /row/],
];

scenario('bad CSV ends in a sentence', { hash: `${SMALL}&step=2` }, async (race) => {
  const { hash } = await race.restsAt(2);
  await openPad(race, 'pasted');
  let last = '';
  for (const [name, text, sentence] of BAD_CSV) {
    // A good table in between, so that each sentence is seen to be new.
    await race.page.fill('#pad-text', '1,2\n3,4\n5,7');
    await race.click('#pad-read');
    await until('a good table', async () => /^3 points/.test(last = await status(race)));
    await race.page.fill('#pad-text', text);
    await race.click('#pad-read');
    const said = await until(`a sentence on ${name}`, async () => {
      const now = await status(race);
      return now !== last && sentence.test(now) && now;
    });
    assert.ok(said.length < 300, said);
  }
  assert.equal(await race.page.locator('#pad-dialog img, #pad-dialog b, #pad-dialog script').count(), 0);
  await race.click('#pad-cancel');
  assert.equal((await race.settled()).hash, hash, 'the run is as it was');
});

scenario('a million rows are read, one more is refused', { hash: `${SMALL}&step=2`, timeout: 180_000 }, async (race, t) => {
  const folder = await mkdtemp(join(tmpdir(), 'genzoo-csv-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const open = async (name, text) => {
    await writeFile(join(folder, name), text);
    await race.page.setInputFiles('#pad-file', join(folder, name));
  };
  const said = (what, sentence) => until(what, async () => sentence.test(await status(race)), 60_000);

  await race.restsAt(2);
  await openPad(race, 'pasted');
  await open('too-many.csv', `${'1,2\n3,4\n'.repeat(ROWS / 2)}5,6\n`);
  await said('a refusal', /1,?000,?000 rows/);
  await open('enough.csv', '1,2\n3,4\n'.repeat(ROWS / 2));
  await said('a reading', /^1,000,000 points/);
  await open('too-long.csv', Buffer.alloc(2 ** 25 + 1, '1,2\n'));
  await said('a refusal', /32 MiB/);
});
