// The DCGAN page: what it shows agrees with the card, with the link and with itself.
import assert from 'node:assert/strict';
import { SITE, launch, until } from './helper.mjs';
import { agreesOnWebgpu, difference, pictures, startProxy, statistics } from './images.mjs';

const FEW = 'count=8';
const WALL = '.view:not([hidden]) .tile canvas';
const WAYS = ['Linear', 'Spherical'];
/** The pictures of an output of the present view, by its title. */
const output = (title) => `.view:not([hidden]) .output[aria-label="${title}"] canvas`;
/** A picture with a caption in the present view. */
const framed = (nth) => `.view:not([hidden]) .framed figure:nth-child(${nth}) canvas`;
const VIEWS = ['wall', 'interpolate', 'walk', 'arithmetic', 'directions', 'layers'];

// Pixels of n pictures are far from independent: the mean of a channel over n pictures varies between seeds by about
// std / sqrt(n) at most, 0.04 for n = 64 and a standard deviation of 0.3.
const MEAN_TOLERANCE = 0.06;
const STD_TOLERANCE = 0.06;

pictures('dcgan', '64 samples have the statistics of the card', { hash: 'count=64&seed=3' }, async (dcgan, t) => {
  const { weights } = await dcgan.ready();
  const { statistics: { channel_mean: means, channel_std: stds } } = await dcgan.card(weights);
  const wall = await dcgan.pixels(WALL);
  assert.equal(wall.length, 64);
  statistics(wall, means.length).forEach(({ mean, std }, channel) => {
    t.diagnostic(`channel ${channel}: mean ${mean.toFixed(3)} (card ${means[channel].toFixed(3)}), std ${std.toFixed(3)} (card ${stds[channel].toFixed(3)})`);
    assert.ok(Math.abs(mean - means[channel]) < MEAN_TOLERANCE, `mean of channel ${channel}`);
    assert.ok(Math.abs(std - stds[channel]) < STD_TOLERANCE, `standard deviation of channel ${channel}`);
  });
  const scores = await dcgan.page.$$eval('.tile', (all) => all.map(({ dataset }) => Number(dataset.score)));
  for (const score of scores) assert.ok(score >= 0 && score <= 1, `score ${score}`);
  assert.ok(new Set(scores).size > 8, 'scores differ');
  assert.equal(new Set(wall.map(String)).size, 64, 'no two pictures are the same');
});

pictures('dcgan', 'a link opened again shows the same pixels; another seed does not', { hash: `${FEW}&seed=7` }, async (dcgan) => {
  await dcgan.ready();
  const before = await dcgan.pixels(WALL);
  const query = await dcgan.query();
  assert.equal(query.get('seed'), '7');
  assert.equal(query.get('view'), null, 'defaults are left out');
  await dcgan.visit(await dcgan.link());
  await dcgan.ready();
  assert.deepEqual(await dcgan.pixels(WALL), before);
  await dcgan.after(() => dcgan.click('#new-seed'));
  assert.notDeepEqual(await dcgan.pixels(WALL), before);
});

pictures('dcgan', 'truncation changes the pictures', { hash: FEW }, async (dcgan) => {
  await dcgan.ready();
  const before = await dcgan.pixels(WALL);
  await dcgan.after(async () => {
    await dcgan.page.fill('#control-truncation', '0.5');
    await dcgan.page.press('#control-truncation', 'Enter');
  });
  assert.equal((await dcgan.linkWith((query) => query.has('truncation'))).get('truncation'), '0.5');
  const after = await dcgan.pixels(WALL);
  assert.ok(after.filter((picture, nth) => difference(picture, before[nth]) > 8).length > 4);
});

pictures('dcgan', 'a click opens a picture with its score and its layers', { hash: FEW }, async (dcgan) => {
  await dcgan.ready();
  assert.equal(await dcgan.page.isHidden('#inspector'), true);
  await dcgan.click('.tile[data-place="5"]');
  await until('layers', async () => (await dcgan.page.$$('#inspector .map')).length > 4);
  const wall = await dcgan.pixels(WALL);
  assert.deepEqual(await dcgan.picture('#inspector canvas.large'), wall[5]);
  const score = await dcgan.page.$eval('#inspector', ({ dataset }) => Number(dataset.score));
  assert.ok(score >= 0 && score <= 1);
  for (const map of await dcgan.pixels('#inspector .map')) assert.ok(map.length >= 4 * 16);
  await dcgan.click('#inspector [data-use="C"]');
  assert.match((await dcgan.linkWith((query) => query.has('picks'))).get('picks'), /(^|,)5$/);
  await dcgan.page.keyboard.press('Escape');
  assert.equal(await dcgan.page.isHidden('#inspector'), true);
});

pictures('dcgan', 'paths begin and end at their sources', { hash: `${FEW}&view=interpolate&picks=1,2&steps=5` }, async (dcgan) => {
  await dcgan.ready();
  const tiles = await dcgan.pixels('.view:not([hidden]) .wall .tile canvas');
  for (const kind of WAYS) {
    const cells = await dcgan.pixels(output(kind));
    assert.equal(cells.length, 5);
    assert.ok(difference(cells[0], tiles[1]) <= 1, `${kind} begins at A`);
    assert.ok(difference(cells[4], tiles[2]) <= 1, `${kind} ends at B`);
    assert.ok(difference(cells[2], tiles[1]) > 8 && difference(cells[2], tiles[2]) > 8, `${kind} leads somewhere`);
  }
  const [linear, spherical] = await Promise.all(WAYS.map((kind) => dcgan.pixels(output(kind))));
  assert.ok(difference(linear[2], spherical[2]) > 0, 'the two kinds differ');
});

pictures('dcgan', 'four corners', { hash: `${FEW}&view=interpolate&picks=0,1,2,3` }, async (dcgan) => {
  await dcgan.ready();
  const tiles = await dcgan.pixels('.view:not([hidden]) .wall .tile canvas');
  for (const kind of WAYS) {
    const cells = await dcgan.pixels(output(kind));
    const side = Math.sqrt(cells.length);
    [0, side - 1, side * (side - 1), side * side - 1].forEach((cell, corner) => {
      assert.ok(difference(cells[cell], tiles[corner]) <= 1, `${kind}, corner ${corner}`);
    });
  }
});

pictures('dcgan', 'A - B + C with B = C is the mean of A', { hash: `${FEW}&view=arithmetic&picks=0,1,2;3,4;3,4` }, async (dcgan) => {
  await dcgan.ready();
  const [mean, result] = [await dcgan.picture(framed(1)), await dcgan.picture(framed(4))];
  assert.ok(difference(mean, result) <= 1);
  assert.ok(difference(mean, await dcgan.picture(framed(2))) > 8);
  assert.equal((await dcgan.page.$$(output('In the sets'))).length, 7);
  // Taking a picture out of a set changes the mean and the link.
  await dcgan.after(() => dcgan.click('.output[aria-label="In the sets"] .cell[data-place="0"]'));
  assert.equal((await dcgan.linkWith((query) => query.get('picks') === '1,2;3,4;3,4')).get('view'), 'arithmetic');
  assert.ok(difference(mean, await dcgan.picture(framed(1))) > 4);
});

pictures('dcgan', 'a walk moves, rests, and stands in the link', { hash: `${FEW}&view=walk` }, async (dcgan) => {
  await dcgan.ready();
  const walking = () => dcgan.page.$eval('.view:not([hidden])', ({ dataset }) => ({ time: Number(dataset.time), walking: dataset.playing === 'true' }));
  assert.equal((await walking()).walking, false, 'a link does not start a walk');
  const before = await dcgan.picture(framed(1));
  await dcgan.click('#play');
  await until('half a latent', async () => (await walking()).time > 0.5);
  await dcgan.click('#play');
  const query = await dcgan.linkWith((now) => Number(now.get('time')) > 0.5);
  assert.ok(difference(before, await dcgan.picture(framed(1))) > 8);
  await dcgan.visit(query.toString());
  await dcgan.ready();
  assert.ok(Math.abs((await walking()).time - Number(query.get('time'))) < 0.01);
});

pictures('dcgan', 'directions and layers', { hash: `${FEW}&view=directions` }, async (dcgan) => {
  await dcgan.ready();
  const sliders = await dcgan.page.$$eval('[data-direction]', (all) => all.map(({ dataset }) => dataset.direction));
  assert.ok(sliders.length > 0, 'there are directions');
  const large = await dcgan.pixels('.view:not([hidden]) .framed canvas');
  assert.ok(difference(large[0], large[1]) <= 1, 'no shift, no change');
  await dcgan.after(() => dcgan.slide(`[data-direction="${sliders[0]}"]`, 3));
  assert.ok(difference(large[1], await dcgan.picture(framed(2))) > 8);
  assert.equal((await dcgan.linkWith((query) => query.has('shift'))).get('shift'), `${sliders[0]}:3`);
  await dcgan.view('layers');
  const maps = await dcgan.pixels('.view:not([hidden]) .cells.rows canvas');
  assert.ok(maps.length > 8);
  assert.ok(maps.some((map) => new Set(map).size > 8), 'maps are not blank');
});

pictures('dcgan', 'keys walk over the wall and open a picture', { hash: FEW }, async (dcgan) => {
  await dcgan.ready();
  await dcgan.page.focus('.tile[data-place="0"]');
  await dcgan.page.keyboard.press('ArrowRight');
  assert.equal(await dcgan.page.evaluate(() => document.activeElement.dataset.place), '1');
  await dcgan.page.keyboard.press('Enter');
  await until('the open picture', () => dcgan.page.isVisible('#inspector'));
  assert.match(await dcgan.page.textContent('#inspector-title'), /Sample 1 /);
  const focused = () => dcgan.page.evaluate(() => document.activeElement.id || document.activeElement.dataset.place);
  assert.equal(await focused(), 'inspector', 'the focus follows');
  await dcgan.page.keyboard.press('Tab');
  assert.equal(await focused(), 'inspector-close');
  await dcgan.page.keyboard.press('Escape');
  assert.deepEqual([await dcgan.page.isHidden('#inspector'), await focused()], [true, '1'], 'and goes back');
  await dcgan.page.keyboard.press('Enter');
  await until('the open picture', () => dcgan.page.isVisible('#inspector'));
  await dcgan.page.focus('.tile[data-place="2"]');
  await dcgan.page.keyboard.press('Escape');
  assert.deepEqual([await dcgan.page.isHidden('#inspector'), await focused()], [true, '2'], 'from the wall too');
  await dcgan.page.focus('#views [data-view="wall"]');
  await dcgan.after(() => dcgan.page.keyboard.press('ArrowRight'));
  assert.equal((await dcgan.status()).view, 'interpolate');
});

pictures('dcgan', 'values that cannot be used are said', { hash: `${FEW}&seed=-4&truncation=abc&view=nonsense&picks=x` }, async (dcgan) => {
  await dcgan.ready();
  for (const word of [/seed/i, /truncation/i, /view/i]) await dcgan.notice(word);
});

pictures('dcgan', 'a worker killed: the same view again', { hash: `${FEW}&seed=5` }, async (dcgan) => {
  await dcgan.ready();
  const before = await dcgan.pixels(WALL);
  await dcgan.after(async () => {
    await (await dcgan.worker()).evaluate(() => self.close());
    await dcgan.notice(/same view/);
  });
  assert.deepEqual(await dcgan.pixels(WALL), before);
  await dcgan.after(() => dcgan.click('#new-seed'));
  assert.notDeepEqual(await dcgan.pixels(WALL), before);
});

pictures('dcgan', 'weights load from the first visit when the network is gone', {
  hash: FEW, expectedErrors: [/net::ERR/],
}, async (dcgan) => {
  assert.equal((await dcgan.ready()).source, 'network');
  const before = await dcgan.pixels(WALL);
  await dcgan.page.context().route(/\/weights\//, (route) => route.abort('internetdisconnected'));
  await dcgan.visit(FEW);
  assert.equal((await dcgan.ready()).source, 'cache');
  assert.deepEqual(await dcgan.pixels(WALL), before);
});

for (const [what, answer] of [
  ['truncated', (body) => body.subarray(0, body.length / 2)],
  ['altered', (body) => { const copy = Buffer.from(body); copy[copy.length >> 1] ^= 1; return copy; }],
  ['replaced by noise', (body) => Buffer.alloc(body.length, 'genzoo')],
  ['longer than promised', (body) => Buffer.concat([body, Buffer.alloc(64)])],
]) {
  const broken = { on: true };
  const site = async () => {
    const [id] = await firstWeights('dcgan');
    const whole = Buffer.from(await (await fetch(`${SITE}weights/${id}.bpk`)).arrayBuffer());
    return (await startProxy(SITE, { pages: {
      [`/weights/${id}.bpk`]: (_, response) => response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(broken.on ? answer(whole) : whole),
    } })).url;
  };
  pictures('dcgan', `weights ${what}: a sentence, and another try`, { hash: FEW, site }, async (dcgan, t) => {
    await dcgan.when('a fault', ({ state }) => state === 'fault');
    const said = await dcgan.page.textContent('#fault-text');
    t.diagnostic(said);
    assert.ok(said.length > 30 && /\.$/.test(said), 'a sentence');
    broken.on = false;
    await dcgan.click('#fault-again');
    await dcgan.ready();
    assert.equal(await dcgan.page.isHidden('#fault'), true);
  });
}

const withoutWeights = async () => {
  const [id] = await firstWeights('dcgan');
  return (await startProxy(SITE, { pages: { [`/weights/${id}.json`]: (_, response) => response.writeHead(404).end() } })).url;
};
pictures('dcgan', 'weights that are not there', { hash: FEW, site: withoutWeights, expectedErrors: [/404/] }, async (dcgan) => {
  await dcgan.when('a fault', ({ state }) => state === 'fault');
  assert.match(await dcgan.page.textContent('#fault-text'), /not on this site/);
});

for (const [width, height] of [[320, 640], [390, 844], [1920, 1080]]) {
  pictures('dcgan', `fits ${width} wide in every view`, { hash: FEW, context: { viewport: { width, height }, hasTouch: width < 500 } }, async (dcgan) => {
    await dcgan.ready();
    const top = await dcgan.page.$eval('.tile', (tile) => tile.getBoundingClientRect().top);
    assert.ok(top < height * 0.75, `the wall begins at ${top} of ${height}`);
    for (const view of VIEWS) {
      if (view !== 'wall') await dcgan.view(view);
      await dcgan.fitsWidth(view);
    }
  });
}

agreesOnWebgpu('dcgan', 'count=1', '.tile canvas');

/** The ids that the page's catalog offers, read from the page itself. */
async function firstWeights(demo) {
  const page = await (await launch()).newPage();
  try {
    await page.goto(`${SITE}${demo}.html`);
    await page.waitForSelector('#weights option', { state: 'attached' });
    return await page.$$eval('#weights option', (all) => all.map(({ value }) => value));
  } finally {
    await page.close();
  }
}
