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

/** Lets one finger draw while another, or a palm, rests on the square. */
scenario('a second finger does not join the stroke', {
  hash: `${SMALL}&step=2`, context: { hasTouch: true, viewport: { width: 900, height: 900 } },
}, async (race) => {
  await race.restsAt(2);
  const drawn = async (palm) => {
    await openPad(race, 'drawn');
    await race.click('#pad-clear');
    const [[first, ...rest]] = await strokes(race);
    const box = await race.page.locator('#pad-canvas').boundingBox();
    const resting = { x: box.x + 0.85 * box.width, y: box.y + 0.85 * box.height, id: 2 };
    const cdp = await race.page.context().newCDPSession(race.page);
    const touch = (type, places) => cdp.send('Input.dispatchTouchEvent', { type, touchPoints: places });
    const with2 = (place) => (palm ? [place, resting] : [place]);
    await touch('touchStart', [{ x: first[0], y: first[1], id: 1 }]);
    if (palm) await touch('touchStart', with2({ x: first[0], y: first[1], id: 1 }));
    for (const [x, y] of rest) {
      resting.x += 1;
      await touch('touchMove', with2({ x, y, id: 1 }));
    }
    await touch('touchEnd', []);
    await until('a count of points', async () => /[1-9]/.test(await status(race)));
    const said = await status(race);
    await race.click('#pad-cancel');
    return said;
  };
  assert.equal(await drawn(true), await drawn(false));
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

/** The same five points as people's programs write them. */
const DIALECTS = {
  'a German Excel': '\ufeffx;y\r\n-1;-0,5\r\n1;0,5\r\n0;0\r\n0,5;-0,25\r\n-0,25;0,25\r\n',
  'pandas, with its index': ',x,y\n0,-1.0,-0.5\n1,1.0,0.5\n2,0.0,0.0\n3,0.5,-0.25\n4,-0.25,0.25\n',
  'numpy.savetxt': '-1.0e+00 -5.0e-01\n1.0e+00 5.0e-01\n0.0e+00 0.0e+00\n5.0e-01 -2.5e-01\n-2.5e-01 2.5e-01\n',
  'labels first, a comment and a gap': '# measured\nlabel,x,y\na,-1,-0.5\nb,1,0.5\na,0,0\nb,0.5,-0.25\na,-0.25,0.25\nb,0.75,\n',
};

scenario('every dialect gives the same points, and says what was passed over', { hash: `${SMALL}&step=2` }, async (race) => {
  await race.restsAt(2);
  await openPad(race, 'pasted');
  const read = async (text) => {
    await race.page.fill('#pad-text', text);
    await race.click('#pad-read');
    await until('a reading', async () => /^\d+ points? read|row|column/.test(await status(race)));
    const pixels = await race.page.evaluate(() => document.querySelector('#pad-canvas').toDataURL());
    return { said: await status(race), pixels };
  };
  const plain = await read('-1,-0.5\n1,0.5\n0,0\n0.5,-0.25\n-0.25,0.25\n');
  assert.match(plain.said, /^5 points read/);
  for (const [name, text] of Object.entries(DIALECTS)) {
    await race.page.fill('#pad-text', '1,2\n3,4');
    await race.click('#pad-read');
    await until('another table', async () => /^2 points/.test(await status(race)));
    const { said, pixels } = await read(text);
    assert.match(said, /^5 points read/, name);
    assert.equal(pixels, plain.pixels, name);
  }
  const said = await status(race);
  assert.match(said, /One row was passed over/);
  assert.match(said, /One comment was passed over/);
  assert.match(said, /Of 3 columns, "x" is taken as x and "y" as y/);
  await usedAndKept(race, 'pasted');
});

scenario('columns are chosen where there are more than two', { hash: `${SMALL}&step=2` }, async (race) => {
  await race.restsAt(2);
  await openPad(race, 'pasted');
  assert.equal(await race.page.isVisible('#pad-columns'), false);
  await race.page.fill('#pad-text', 'a,b,c\n1.5,0,9.5\n2.5,4.5,8\n0,1,1.5');
  await race.click('#pad-read');
  await until('the choice', () => race.page.isVisible('#pad-columns'));
  assert.deepEqual(await race.page.$$eval('#pad-x option', (all) => all.map((one) => one.textContent)), ['a', 'b', 'c']);
  await race.page.selectOption('#pad-y', { label: 'c' });
  await until('the other column', async () => /"a" is taken as x and "c" as y/.test(await status(race)));
  await race.page.selectOption('#pad-x', { label: 'c' });
  await until('a sentence', async () => /x and y are two of the 3 columns/.test(await status(race)));
  assert.equal(await race.page.isVisible('#pad-columns'), true, 'the choice stays');
  await race.page.selectOption('#pad-y', { label: 'b' });
  await until('another pair', async () => /"c" is taken as x and "b" as y/.test(await status(race)));
  await usedAndKept(race, 'pasted');
});

scenario('a CSV that falls on the page is offered as points', { hash: `${SMALL}&step=2` }, async (race) => {
  await race.restsAt(2);
  await race.drop('x,y\n-1,-0.5\n1,0.5\n0,0\n', 'plain.csv');
  await until('the points', async () => /^3 points read/.test(await status(race)));
  await usedAndKept(race, 'pasted');
  await race.drop('{"format": "other"}', 'plain.csv');
  await race.notice(/run file/);
});

/** How far the points of the present link go. */
const furthest = (race) => race.page.evaluate(async () => {
  const { decodePoints } = await import(new URL('draw/points.js', document.baseURI));
  const text = new URLSearchParams(location.hash.slice(1)).get('points');
  return Math.max(...decodePoints(text, { link_range: 1.5 }).map(Math.abs));
});

scenario('points are scaled to what the generator reaches, or a linear output is one click away', { hash: `${SMALL}&step=2` }, async (race) => {
  await race.restsAt(2);
  await openPad(race, 'pasted');
  await race.page.fill('#pad-text', '100,200\n300,900\n500,400');
  await race.click('#pad-read');
  await until('the points', async () => /^3 points read.*kept within 1/.test(await status(race)));
  await race.click('#pad-use');
  await until('the points in the link', async () => (await race.query()).has('points'));
  await race.pause();
  assert.ok((await furthest(race)) < 0.91);
  assert.ok(!(await race.notices()).some((text) => /tanh/.test(text)), 'nothing to advise');

  await race.setControl('g-output', 'linear');
  await until('the output', async () => (await race.query()).get('g-output') === 'linear');
  await race.pause();
  await openPadAgain(race);
  await race.click('#pad-read');
  await until('the points', async () => /^3 points read, scaled to fit. Your/.test(await status(race)));
  await race.click('#pad-use');
  await until('other points in the link', async () => (await furthest(race)) > 1.38);
  await race.pause();
  await race.setControl('g-output', 'tanh');
  await race.notice(/beyond 1, where the generator's tanh output ends/);
  await race.page.click('.notice[data-key="advice"] .actions button');
  await until('a linear output', async () => (await race.query()).get('g-output') === 'linear');
  await until('no advice', async () => !(await race.notices()).some((text) => /tanh/.test(text)));
});

async function openPadAgain(race) {
  await race.openSettings();
  await race.click('#open-pad');
  await until('the pad', () => race.page.evaluate(() => document.querySelector('#pad-dialog').open));
}

const ROWS = 1_000_000;
const BAD_CSV = [
  ['text', 'once upon a time\nthere was no number', /number|line|row/i],
  ['markup', '<img src=x onerror=alert(1)>,<script>alert(2)</script>\n<b>,<i>', /number|line|row/i],
  ['one column', '1\n2\n3', /two|column/i],
  ['infinities', '1,2\ninf,3\n-Infinity,1', /finite|infin|number/i],
  ['numbers too close together', '1e-320,1e-320\n2e-320,0', /so close together/],
  ['too many columns', '1,'.repeat(70), /64 columns/],
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
