// The pix2pix page: the drawing board and what follows it, whatever the weights are. GENZOO_SHOTS names a folder for a sheet of the ten sketches.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { openShare, sleep, until } from './helper.mjs';
import { difference, offered, pictures, statistics } from './images.mjs';
import { SKETCHES, hand } from './sketches.mjs';

const EMPTY = sketchText([]);
const BLANK = `sketch=${EMPTY}`;
const UNITS = 2048;

const easel = (p) => p.page.$eval('#easel', ({ dataset }) => ({ strokes: Number(dataset.strokes), version: dataset.version }));
const shown = (p) => p.page.$eval('.view:not([hidden])', ({ dataset }) => ({ ...dataset }));
const coloured = (p) => p.picture('.view:not([hidden]) .pictures-large canvas.large');

/** The picture once it is that of the present board. */
async function settled(p) {
  await until('a picture of this sketch', async () => (await shown(p)).version === (await easel(p)).version);
  return coloured(p);
}

/** Opened, with the picture of what is on the board. */
async function opened(p) {
  await p.ready();
  return settled(p);
}

async function stroke(p, points, { steps = 4 } = {}) {
  await p.page.locator('#easel').scrollIntoViewIfNeeded();
  const { x, y, width } = await p.page.locator('#easel').boundingBox();
  const at = ([left, top]) => [x + left * width, y + top * width];
  await p.page.mouse.move(...at(points[0]));
  await p.page.mouse.down();
  for (const point of points.slice(1)) await p.page.mouse.move(...at(point), { steps });
  await p.page.mouse.up();
}

const SLOPE = [[0.2, 0.3], [0.8, 0.6]];

/** How many pixels of a layer of the board are inked. */
const ink = (p) => p.picture('#easel-lines').then((data) => data.filter((value, at) => at % 4 === 3 && value > 128).length);

/** A sketch as text, written here from its description: version, strokes, and of each kind, colour, points as zigzag differences. */
function sketchText(strokes) {
  const bytes = [1];
  const natural = (value) => { for (let rest = value; ; rest >>>= 7) { bytes.push(rest > 127 ? (rest & 127) | 128 : rest); if (rest <= 127) return; } };
  natural(strokes.length);
  for (const { kind = 0, colour = [], points } of strokes) {
    bytes.push(kind, ...colour);
    natural(points.length);
    points.forEach((point, nth) => point.forEach((value, axis) => {
      const by = value - (nth ? points[nth - 1][axis] : 0);
      natural(by < 0 ? -2 * by - 1 : 2 * by);
    }));
  }
  return deflateRawSync(Buffer.from(bytes)).toString('base64url');
}

const file = (strokes, more = {}) => ({ name: 'monster.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify({ format: 'genzoo-sketch', version: 1, sketch: sketchText(strokes), ...more })) });
const half = (text) => text.slice(0, text.length / 2);
const short = (nth) => ({ points: [[40 + (nth * 7) % 1900, 40 + (nth * 13) % 1900, 26], [60 + (nth * 7) % 1900, 60 + (nth * 13) % 1900, 26]] });
const bring = (p, ...files) => p.page.setInputFiles('#easel-file', ...files);

pictures('pix2pix', 'an example is coloured before anything is drawn, and the link stays bare', {}, async (p) => {
  const data = await opened(p);
  assert.ok((await easel(p)).strokes > 3);
  for (const { std } of statistics([data], 3)) assert.ok(std > 0.01, `a picture, not one colour: ${std}`);
  assert.equal(await p.link(), '');
  await until('six examples', async () => (await p.page.$$('.examples button')).length === 6);
  await p.click('.examples button:nth-child(2)');
  assert.ok(difference(data, await settled(p)) > 0, 'another example, another picture');
});

pictures('pix2pix', 'a stroke changes the picture while it is drawn; undo, redo, clear, mirror', { hash: BLANK }, async (p) => {
  const blank = await opened(p);
  assert.equal((await easel(p)).strokes, 0);
  const { x, y, width } = await p.page.locator('#easel').boundingBox();
  await p.page.mouse.move(x + 0.2 * width, y + 0.3 * width);
  await p.page.mouse.down();
  await p.page.mouse.move(x + 0.7 * width, y + 0.5 * width, { steps: 12 });
  const half = await settled(p);
  assert.ok(difference(blank, half) > 0, 'the pen is still down');
  await p.page.mouse.move(x + 0.4 * width, y + 0.8 * width, { steps: 12 });
  await p.page.mouse.up();
  const one = await settled(p);
  assert.ok(difference(half, one) > 0);
  assert.ok(Number((await shown(p)).millis) > 0);
  await stroke(p, SLOPE);
  const two = await settled(p);
  assert.equal((await easel(p)).strokes, 2);
  await p.click('#easel-undo');
  assert.deepEqual(await settled(p), one);
  await p.page.keyboard.press('Control+Shift+Z');
  assert.deepEqual(await settled(p), two);
  await p.click('#easel-mirror');
  assert.ok(difference(two, await settled(p)) > 0);
  await p.page.keyboard.press('m');
  assert.deepEqual(await settled(p), two);
  await p.click('#easel-clear');
  assert.deepEqual(await settled(p), blank);
  await p.page.keyboard.press('Control+z');
  assert.deepEqual(await settled(p), two);
  for (let i = 0; i < 4; i += 1) await p.page.keyboard.press('Control+z');
  assert.deepEqual(await settled(p), blank);
  assert.ok(await p.page.isDisabled('#easel-undo'));
});

pictures('pix2pix', 'pen, colour and eraser leave what they should', { hash: BLANK }, async (p) => {
  const blank = await opened(p);
  await p.click('[data-colour="#be123c"]');
  await stroke(p, SLOPE);
  const red = await settled(p);
  assert.ok(difference(blank, red) > 0, 'a colour counts');
  assert.equal(await ink(p), 0, 'and is no line');
  await p.page.keyboard.press('p');
  await p.slide('#easel-size', 40);
  await stroke(p, SLOPE);
  const thin = await ink(p);
  await p.click('#easel-undo');
  await p.slide('#easel-size', 120);
  await stroke(p, SLOPE);
  assert.ok(await ink(p) > 2 * thin, 'a thicker pen');
  await p.click('[data-choice="erase"]');
  await p.slide('#easel-size', 256);
  await stroke(p, SLOPE);
  assert.equal(await ink(p), 0);
  assert.deepEqual(await settled(p), blank, 'nothing is left of line and colour');
});

pictures('pix2pix', 'drawn with keys alone', { hash: BLANK }, async (p) => {
  const blank = await opened(p);
  await p.page.focus('#easel');
  for (const key of ['ArrowLeft', 'ArrowUp', 'Space', 'ArrowDown', 'ArrowDown', 'Shift+ArrowRight', 'ArrowRight']) await p.page.keyboard.press(key);
  assert.match(await p.page.textContent('#easel [role=status]'), /pen down/);
  await p.page.keyboard.press('Space');
  assert.match(await p.page.textContent('#easel [role=status]'), /pen up/);
  assert.equal((await easel(p)).strokes, 1);
  assert.ok(difference(blank, await settled(p)) > 0);
  const { points } = strokesOf((await p.linkWith((query) => query.get('sketch') !== EMPTY)).get('sketch'))[0];
  const [left, up] = [1024 - 64, 1024 - 64];
  assert.deepEqual(points.map(([x, y]) => [x, y]), [[left, up], [left, up + 64], [left, up + 128], [left + 16, up + 128], [left + 80, up + 128]]);
});

/** Strokes of a link's text, as `{points}`. */
function strokesOf(text) {
  const bytes = inflateRawSync(Buffer.from(text, 'base64url'));
  let at = 1;
  const natural = () => { let value = 0; for (let shift = 0; ; shift += 7) { const part = bytes[at]; at += 1; value |= (part & 127) << shift; if (part < 128) return value; } };
  const whole = () => { const value = natural(); return value % 2 ? -(value + 1) / 2 : value / 2; };
  return Array.from({ length: natural() }, () => {
    at += bytes[at] === 1 ? 4 : 1;
    const last = [0, 0, 0];
    return { points: Array.from({ length: natural() }, () => last.map((_, axis) => (last[axis] += whole()))) };
  });
}

pictures('pix2pix', 'a link brings sketch, weights and noise back, to the byte', { hash: BLANK }, async (p) => {
  await opened(p);
  await stroke(p, [[0.2, 0.3], [0.5, 0.2], [0.8, 0.6], [0.4, 0.8]]);
  await p.click('[data-colour="#1d4ed8"]');
  await stroke(p, [[0.4, 0.4], [0.6, 0.5]]);
  const data = await settled(p);
  await p.linkWith((query) => strokesOf(query.get('sketch')).length === 2);
  await p.visit(await p.link());
  assert.deepEqual(await opened(p), data);
  assert.equal((await easel(p)).strokes, 2);
  // Another link in the same page; what was drawn is one undo away.
  await stroke(p, SLOPE);
  await settled(p);
  await p.page.evaluate((hash) => { location.hash = hash; }, BLANK);
  await until('the empty board', async () => (await easel(p)).strokes === 0);
  await p.click('#easel-undo');
  assert.equal((await easel(p)).strokes, 3);
});

pictures('pix2pix', 'half of a link: what it still has, or a sentence, and the board stays', { hash: BLANK }, async (p) => {
  await opened(p);
  const all = sketchText(Array.from({ length: 200 }, (_, nth) => short(nth * nth)));
  await p.visit(`sketch=${half(all)}`);
  const said = await p.notice(/cut off/);
  const [, some] = /: (\d+) of the sketch's 200 strokes/.exec(said);
  assert.ok(Number(some) > 20 && Number(some) < 200, said);
  await opened(p);
  assert.equal((await easel(p)).strokes, Number(some));
  await p.page.evaluate((text) => { location.hash = `sketch=${text}`; }, all.slice(0, 3));
  await p.notice(/cannot be read.*board is as it was/);
  assert.equal((await easel(p)).strokes, Number(some));
  await p.page.evaluate(() => { location.hash = 'sketch=%3Cb%3E'; });
  await p.notice(/Sketch.*cannot be read; it was left out/);
  assert.equal((await easel(p)).strokes, Number(some));
});

pictures('pix2pix', 'too long for a link: a sentence, and a file instead', { hash: BLANK }, async (p) => {
  await opened(p);
  let state = 1;
  const random = () => (state = (state * 48271) % 0x7fffffff) / 0x7fffffff;
  const strokes = Array.from({ length: 300 }, () => ({ points: Array.from({ length: 20 }, () => [random(), random(), 0.02].map((v) => Math.round(v * UNITS))) }));
  await bring(p, file(strokes));
  await p.notice(/monster\.json” is open: 300 strokes/);
  await p.notice(/too long for a link/);
  const data = await settled(p);
  const download = p.page.waitForEvent('download');
  await p.click('#easel-save');
  const saved = await download;
  assert.equal(saved.suggestedFilename(), 'genzoo-sketch.json');
  const bytes = readFileSync(await saved.path());
  await p.linkWith((query) => !query.has('sketch'));
  await openShare(p);
  await until('a sentence', async () => /sketch is not in it/.test(await p.page.textContent('#share-said')));
  await p.visit(BLANK);
  await opened(p);
  await bring(p, { name: 'again.json', mimeType: 'application/json', buffer: bytes });
  await p.notice(/again\.json” is open/);
  assert.deepEqual(await settled(p), data);
});

pictures('pix2pix', 'thousands of strokes', { hash: BLANK }, async (p) => {
  await opened(p);
  await bring(p, file(Array.from({ length: 10_000 }, (_, nth) => short(nth))));
  await p.notice(/10,000 strokes/);
  const data = await settled(p);
  await stroke(p, SLOPE);
  assert.equal((await easel(p)).strokes, 10_001);
  await settled(p);
  await p.click('#easel-undo');
  assert.deepEqual(await settled(p), data);
  await bring(p, file(Array.from({ length: 20_000 }, (_, nth) => short(nth))));
  await p.notice(/20,000 strokes; at most 16,384/);
  await bring(p, file([{ points: Array.from({ length: 70_000 }, () => [1, 1, 1]) }]));
  await p.notice(/more than 65,536 points/);
  assert.equal((await easel(p)).strokes, 10_000, 'what was there stays');
  await bring(p, file(Array.from({ length: 16_384 }, (_, nth) => short(nth))));
  await p.notice(/16,384 strokes/);
  await stroke(p, SLOPE);
  await p.notice(/sketch is full/);
  assert.equal((await easel(p)).strokes, 16_384);
});

pictures('pix2pix', 'strokes outside of the board, and files that are no sketch', { hash: BLANK }, async (p) => {
  const blank = await opened(p);
  await bring(p, file([{ points: [[-900, -900, 26], [-500, -700, 26]] }, { points: [[9_000_000, 100, 26]] }]));
  await p.notice(/Outside of the board.*2 strokes/);
  assert.deepEqual(await settled(p), blank);
  // Of a stroke that leaves the board, the part on it is drawn.
  await p.click('#easel-clear');
  await stroke(p, [[0.5, 0.5], [1.4, 0.5], [1.4, 1.2]]);
  assert.ok(difference(blank, await settled(p)) > 0);
  const data = await coloured(p);
  for (const [name, buffer, sentence] of [
    ['words.json', 'words', /words\.json” is neither a picture nor a sketch/],
    ['other.json', '{"format":"genzoo-run"}', /other\.json” is not a sketch/],
    ['null.json', 'null', /null\.json” is not a sketch/],
    ['cut.json', JSON.stringify({ format: 'genzoo-sketch', sketch: half(sketchText(Array.from({ length: 99 }, (_, nth) => short(nth * nth)))) }), /cut\.json” is cut off/],
    ['kind.json', JSON.stringify({ format: 'genzoo-sketch', sketch: sketchText([{ kind: 7, points: [] }]) }), /kind\.json”: The sketch cannot be read/],
    ['newer.json', JSON.stringify({ format: 'genzoo-sketch', sketch: deflateRawSync(Buffer.from([9, 0])).toString('base64url') }), /version 9/],
    ['large.json', ' '.repeat((4 << 20) + 1), /larger than 4 MiB/],
  ]) {
    await bring(p, { name, mimeType: 'application/json', buffer: Buffer.from(buffer) });
    await p.notice(sentence);
    assert.deepEqual(await settled(p), data, name);
  }
});

const PNG = (p, width, height) => p.page.evaluate(async ([w, h]) => {
  const canvas = new OffscreenCanvas(w, h);
  const context = canvas.getContext('2d');
  context.fillStyle = '#c04020';
  context.fillRect(w / 4, h / 4, w / 2, h / 2);
  return [...new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer())];
}, [width, height]).then((bytes) => Buffer.from(bytes));

/** A PNG of any size that needs no memory here: a grey image of so many equal rows. */
function greyPng(width, height) {
  const crcs = Array.from({ length: 256 }, (_, n) => { let c = n; for (let k = 0; k < 8; k += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1; return c >>> 0; });
  const crc = (bytes) => (bytes.reduce((c, b) => crcs[(c ^ b) & 255] ^ (c >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0;
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length);
    body.copy(out, 4);
    out.writeUInt32BE(crc(body), body.length + 4);
    return out;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([1, 0, 0, 0, 0], 8); // one bit a pixel
  const rows = Buffer.alloc(height * (1 + Math.ceil(width / 8)));
  const zlib = deflateRawSync(rows);
  let [a, b] = [1, 0];
  for (let i = 0; i < rows.length; i += 1) { b = (b + a) % 65521; }
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(b * 65536 + a);
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk('IHDR', head), chunk('IDAT', Buffer.concat([Buffer.from([0x78, 0x9c]), zlib, sum])), chunk('IEND', Buffer.alloc(0))]);
}

pictures('pix2pix', 'pictures to trace, of any size and of none', { hash: BLANK }, async (p) => {
  const blank = await opened(p);
  const put = (name, buffer, mimeType = 'image/png') => bring(p, { name, mimeType, buffer });
  await put('words.png', Buffer.from('these are words'));
  await p.notice(/words\.png.*not a picture/);
  await put('huge.png', greyPng(10_000, 10_000));
  await p.notice(/huge\.png.*100 megapixels; at most 16/);
  assert.ok(await p.page.isHidden('.tracing'));
  const beneath = () => p.picture('.easel-traced').then((data) => [data[0], data[1], data[2]]);
  await put('dot.png', greyPng(1, 1));
  await until('the dot', () => p.page.isVisible('.tracing'));
  assert.deepEqual(await beneath(), [0, 0, 0]);
  await put('square.png', await PNG(p, 120, 80));
  await until('the square on white', async () => (await beneath())[0] === 255);
  const red = await p.picture('.easel-traced');
  assert.ok(red.some((value, at) => at % 4 === 0 && value === 192 && red[at + 1] === 64), 'the picture itself');
  assert.deepEqual(await settled(p), blank, 'the picture beneath is no part of the sketch');
  await p.slide('#traced-opacity', 0.25);
  assert.equal(await p.page.$eval('.easel-traced', (node) => node.style.opacity), '0.25');
  await stroke(p, SLOPE);
  assert.ok(difference(blank, await settled(p)) > 0);
  await p.click('#trace-remove');
  assert.ok(await p.page.isHidden('.tracing'));
});

pictures('pix2pix', 'wipe and blend lay the sketch over the picture', { hash: '' }, async (p) => {
  await opened(p);
  const over = () => p.page.$eval('.sketch-over', (node) => ({ hidden: node.hidden, clip: node.style.clipPath, opacity: node.style.opacity }));
  assert.ok((await over()).hidden);
  await p.click('[data-choice="wipe"]');
  assert.match((await over()).clip, /inset\(0px 50% 0px 0px\)|inset\(0 50% 0 0\)/);
  const { x, y, width, height } = await p.page.locator('.stack').first().boundingBox();
  await p.page.mouse.move(x + width / 2, y + height / 2);
  await p.page.mouse.down();
  await p.page.mouse.move(x + width * 0.8, y + height / 2, { steps: 4 });
  await p.page.mouse.up();
  await p.linkWith((now) => Math.abs(Number(now.get('amount')) - 0.8) < 0.02);
  // The sketch over the picture is the one on the board.
  const inked = () => p.picture('.sketch-over').then((data) => data.filter((value, at) => at % 4 === 0 && value < 128).length);
  assert.ok(await inked() > 200);
  await p.click('[data-choice="blend"]');
  const near = async () => Math.abs(Number((await over()).opacity) - 0.8) < 0.02;
  assert.ok(await near());
  const before = await inked();
  await stroke(p, SLOPE);
  assert.ok(await inked() > before, 'it follows the pen');
  await p.visit(await p.link());
  await opened(p);
  assert.ok(await near());
});

pictures('pix2pix', 'the discriminator\'s map lies over the picture and follows the sketch', { hash: '' }, async (p) => {
  const data = await opened(p);
  assert.equal(await p.page.locator('.view:not([hidden]) .share-map').count(), 0);
  await p.after(() => p.page.click('#control-patches'));
  const map = () => p.picture('.view:not([hidden]) .share-map');
  const first = await map();
  assert.ok(first.length >= 4 * 16, 'many patches');
  const percent = () => p.page.textContent('.view:not([hidden]) .output.note p').then((text) => Number(/([\d.]+) %/.exec(text)[1]));
  assert.ok(await percent() >= 0 && await percent() <= 100);
  assert.deepEqual(await coloured(p), data, 'the picture itself is as it was');
  await stroke(p, [[0.1, 0.1], [0.9, 0.2], [0.1, 0.3], [0.9, 0.4], [0.1, 0.5], [0.9, 0.6]]);
  await settled(p);
  assert.ok(difference(first, await map()) > 0);
});

pictures('pix2pix', 'random sketches, with and without colours', { hash: BLANK }, async (p) => {
  const blank = await opened(p);
  const seen = [blank];
  for (const colours of [false, true]) {
    await p.page.setChecked('#random-coloured', colours);
    for (let i = 0; i < 2; i += 1) {
      const { version } = await easel(p);
      await p.click('#easel-random');
      await until('a sketch', async () => (await easel(p)).version !== version);
      const data = await settled(p);
      for (const other of seen) assert.ok(difference(data, other) > 0);
      seen.push(data);
    }
  }
  await p.click('#easel-undo');
  assert.deepEqual(await settled(p), seen.at(-2));
});

pictures('pix2pix', 'one sketch through networks that differ in one thing', { hash: 'view=compare' }, async (p) => {
  await p.ready();
  for (const group of ['loss', 'skips', 'patch']) {
    if (group !== 'loss') await p.after(() => p.page.selectOption('#control-group', group));
    const contenders = await p.page.$$eval('.lineup figure', (all) => all.map((node) => ({ id: node.dataset.weights, title: node.querySelector('figcaption').textContent, marks: node.querySelectorAll('dd').length })));
    if (contenders.length < 2) {
      assert.match(await p.page.textContent('.view:not([hidden]) .output.note p'), /Fewer than two of these networks are on this site\./, group);
      assert.notEqual(group, 'loss');
      continue;
    }
    assert.equal(new Set(contenders.map(({ title }) => title)).size, contenders.length);
    const skips = [];
    for (const { id, marks } of contenders) {
      assert.equal(marks, 3);
      skips.push((await p.card(id)).config.generator.skips);
    }
    const before = await p.pixels('.lineup canvas[role=img]');
    assert.equal(before.length, contenders.length);
    assert.ok(difference(before[0], before[1]) > 0, 'not the same network twice');
    const low = 0.2 + 0.2 * ['loss', 'skips', 'patch'].indexOf(group);
    await stroke(p, [[0.1, low], [0.9, low + 0.1]]);
    await until('all pictures', async () => (await shown(p)).version === (await easel(p)).version);
    const after = await p.pixels('.lineup canvas[role=img]');
    // Without skips a barely trained network may not care.
    after.forEach((data, nth) => assert.ok(difference(data, before[nth]) > 0 || !skips[nth], contenders[nth].id));
  }
  assert.equal((await p.linkWith((query) => query.get('group') === 'patch')).get('view'), 'compare');
  if (!(await p.page.$('.lineup figure'))) await p.after(() => p.page.selectOption('#control-group', 'loss'));
  await p.after(() => p.page.click('#control-patches'));
  const maps = await p.page.$$eval('.lineup .share-map:not([hidden])', (all) => all.map(({ width }) => width));
  assert.ok(maps.length > 1);
  assert.deepEqual([...maps].sort((a, b) => b - a), maps, 'the larger the patches, the fewer');
  await p.click('.lineup figure:last-child button');
  await p.when('the chosen weights', ({ state, view, weights }) => state === 'ready' && view === 'colour' && weights !== 'pix2pix-critters');
});

pictures('pix2pix', 'samples of the noise, and how much they differ', { hash: 'view=noise&count=3' }, async (p) => {
  await p.ready();
  const samples = await p.pixels('.view:not([hidden]) .pictures-grid canvas');
  assert.equal(samples.length, 3);
  assert.ok(difference(samples[0], samples[1]) > 0);
  // The figure again, from what is shown.
  let sum = 0;
  for (let at = 0; at < samples[0].length; at += 1) {
    if (at % 4 === 3) continue;
    const values = samples.map((data) => data[at]);
    const mean = values.reduce((a, b) => a + b, 0) / 3;
    sum += Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / 3);
  }
  const expected = sum / (0.75 * samples[0].length);
  const spread = await p.page.$eval('.view:not([hidden]) .costs dd', ({ dataset }) => Number(dataset.value));
  assert.ok(Math.abs(spread - expected) < 0.5, `${spread} and ${expected} levels`);
  assert.match(await p.page.textContent('.view:not([hidden]) .costs'), /of 255 levels/);
  // Sample 2 is the one that its seed draws alone.
  await p.visit('view=colour&seed=2');
  assert.deepEqual(await opened(p), samples[1]);
  await p.visit('view=noise&count=3');
  await p.ready();
  const [off] = await p.pixels('.view:not([hidden]) .pictures-pair canvas.large');
  await p.visit('dropout=false');
  assert.deepEqual(await opened(p), off);
});

pictures('pix2pix', 'the picture as a file, and by the clipboard', { hash: '', context: { permissions: ['clipboard-read', 'clipboard-write'] } }, async (p) => {
  await opened(p);
  const download = p.page.waitForEvent('download');
  await p.click('#save-picture');
  const png = readFileSync(await (await download).path());
  assert.deepEqual([...png.subarray(1, 4)], [...Buffer.from('PNG')]);
  assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [512, 512]);
  await p.click('#copy-picture');
  await p.notice(/picture is copied|did not allow/);
});

pictures('pix2pix', 'weights that this site lacks are not offered', {
  hash: '', expectedErrors: [/404/], init: () => {
    const { open } = XMLHttpRequest.prototype;
    XMLHttpRequest.prototype.open = function lack(method, url) { return open.call(this, method, /weights\/pix2pix-critters(-l1)?\.json/.test(url) ? 'weights/none.json' : url); };
  },
}, async (p) => {
  await p.notice(/pix2pix-critters are not on this site.*is shown instead/);
  await opened(p);
  const { weights } = await p.status();
  assert.notEqual(weights, 'pix2pix-critters');
  const there = await p.page.$$eval('#weights option', (all) => all.filter(({ hidden }) => !hidden).map(({ value }) => value));
  const site = await p.page.evaluate(() => fetch('weights/index.json').then((response) => response.json()));
  const has = (id) => site.includes(id) && !/^pix2pix-critters(-l1)?$/.test(id);
  assert.deepEqual(there, (await offered(p)).filter(has));
  await p.view('compare');
  const contenders = await p.page.$$eval('.lineup figure', (all) => all.map(({ dataset }) => dataset.weights));
  const left = ['pix2pix-critters-cgan', 'pix2pix-critters-both'].filter(has);
  assert.deepEqual(contenders, left);
});

pictures('pix2pix', 'a pen that presses draws wider; touch draws too', { hash: BLANK, context: { hasTouch: true } }, async (p) => {
  await opened(p);
  const { x, y, width } = await p.page.locator('#easel').boundingBox();
  const cdp = await p.page.context().newCDPSession(p.page);
  const pen = async (force) => {
    const at = (share) => ({ x: x + share * width, y: y + share * width, button: 'left', buttons: 1, clickCount: 1, pointerType: 'pen', force });
    await cdp.send('Input.dispatchMouseEvent', { type: 'mousePressed', ...at(0.3) });
    for (const share of [0.4, 0.5, 0.6]) await cdp.send('Input.dispatchMouseEvent', { type: 'mouseMoved', ...at(share) });
    await cdp.send('Input.dispatchMouseEvent', { type: 'mouseReleased', ...at(0.6), buttons: 0 });
    return ink(p);
  };
  const light = await pen(0.1);
  assert.ok(light > 0);
  await p.page.keyboard.press('Delete');
  assert.ok(await pen(1) > 1.5 * light);
  const { strokes } = await easel(p);
  await p.page.touchscreen.tap(x + 0.7 * width, y + 0.2 * width);
  await until('a dot', async () => (await easel(p)).strokes === strokes + 1);
});

pictures('pix2pix', 'a fast hand is not held up, and its last stroke wins', { hash: BLANK }, async (p) => {
  await opened(p);
  await stroke(p, Array.from({ length: 60 }, (_, nth) => [0.5 + 0.4 * Math.cos(nth / 3), 0.5 + 0.4 * Math.sin(nth / 2)]), { steps: 2 });
  const frames = await p.page.evaluate(async () => {
    const node = document.querySelector('#easel');
    const { left, top, width } = node.getBoundingClientRect();
    const send = (type, share) => node.dispatchEvent(new PointerEvent(type, { pointerId: 1, bubbles: true, clientX: left + share * width, clientY: top + (0.5 + 0.3 * Math.sin(share * 20)) * width }));
    node.setPointerCapture = () => {};
    const times = [];
    send('pointerdown', 0.1);
    for (let nth = 0; nth < 200; nth += 1) {
      const begin = performance.now();
      send('pointermove', 0.1 + 0.004 * nth);
      times.push(performance.now() - begin);
      if (nth % 4 === 0) await new Promise(requestAnimationFrame);
    }
    send('pointerup', 0.9);
    return times.sort((a, b) => a - b);
  });
  assert.ok(frames[100] < 8, `a move takes ${frames[100]} ms at the median`);
  const last = await settled(p);
  await sleep(300);
  assert.deepEqual(await coloured(p), last, 'nothing stale comes after');
});

for (const [width, height] of [[320, 640], [390, 844], [1920, 1080]]) {
  pictures('pix2pix', `fits ${width} wide in every view`, { hash: 'over=wipe&patches=true', context: { viewport: { width, height }, hasTouch: width < 500 } }, async (p) => {
    await opened(p);
    const top = await p.page.$eval('#easel', (node) => node.getBoundingClientRect().top);
    assert.ok(top < height * 0.8, `the board begins at ${top} of ${height}`);
    for (const view of await p.page.$$eval('#views [data-view]', (all) => all.map(({ dataset }) => dataset.view))) {
      if (view !== (await p.status()).view) await p.view(view);
      await p.fitsWidth(view);
    }
  });
}

pictures('pix2pix', 'ten sketches by an unsteady hand become ten pictures', { hash: BLANK, timeout: 400_000 }, async (p) => {
  const blank = await opened(p);
  const sheet = [];
  for (const [nth, drawing] of SKETCHES.entries()) {
    await p.click('#easel-clear');
    const before = await settled(p);
    assert.deepEqual(before, blank);
    for (const { colour, width, path } of drawing) {
      if (colour) await p.page.$eval('#easel-colour', (input, value) => { input.value = value; input.dispatchEvent(new Event('input', { bubbles: true })); }, colour);
      else await p.page.click('[data-choice="line"]');
      await p.slide('#easel-size', width);
      await stroke(p, hand(path, nth + 1), { steps: 1 });
    }
    const data = await settled(p);
    assert.equal((await easel(p)).strokes, drawing.length, `strokes of sketch ${nth}`);
    assert.ok(difference(data, before) > 0);
    for (const { mean, std } of statistics([data], 3)) assert.ok(mean > 0 && mean < 1 && std > 0.01, `sketch ${nth}: mean ${mean}, deviation ${std}`);
    assert.ok(data.every((value, at) => at % 4 !== 3 || value === 255), 'no transparent pixel');
    sheet.push(data);
    if (process.env.GENZOO_SHOTS) await p.page.evaluate(remember);
  }
  for (let a = 1; a < sheet.length; a += 1) assert.ok(difference(sheet[a], sheet[a - 1]) > 0, 'each has its own');
  if (!process.env.GENZOO_SHOTS) return;
  mkdirSync(process.env.GENZOO_SHOTS, { recursive: true });
  writeFileSync(join(process.env.GENZOO_SHOTS, 'pix2pix-sketches.png'), Buffer.from(await p.page.evaluate(drawSheet), 'base64'));
});

/** Keeps board and picture of this moment, in the page. */
function remember() {
  const size = 192;
  const canvas = new OffscreenCanvas(size, 2 * size);
  const context = canvas.getContext('2d');
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, size, size);
  for (const layer of document.querySelectorAll('#easel canvas:not(.easel-traced)')) context.drawImage(layer, 0, 0, size, size);
  context.drawImage(document.querySelector('.pictures-large canvas.large'), 0, size, size, size);
  (window.kept ??= []).push(canvas);
}

async function drawSheet() {
  const [{ width, height }] = window.kept;
  const sheet = new OffscreenCanvas(window.kept.length * width, height);
  window.kept.forEach((canvas, nth) => sheet.getContext('2d').drawImage(canvas, nth * width, 0));
  const bytes = new Uint8Array(await (await sheet.convertToBlob()).arrayBuffer());
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}
