// The VAE page: the map, the pad, the posterior and the comparisons.
import assert from 'node:assert/strict';
import { until } from './helper.mjs';
import { agreesOnWebgpu, difference, offered, pictures, statistics } from './images.mjs';

const QUICK = 'side=6';
const DECODED = '.view:not([hidden]) .framed.large canvas';
const SHIFTED = '.view:not([hidden]) .framed.pair figure:nth-child(2) canvas';
const decoded = (vae) => vae.picture(DECODED);
const COSTS = ['kl', 'reconstruction', 'sum'];
const cost = async (vae, key) => (await vae.page.$$eval('.view:not([hidden]) .costs dd', (all) => all.map(({ dataset }) => Number(dataset.value))))[COSTS.indexOf(key)];
const reconstruction = (vae) => vae.picture('.view:not([hidden]) .framed.large canvas');

/** Weights of the menu whose card says so. */
async function findWeights(vae, suits) {
  for (const id of await offered(vae)) if (suits(await vae.card(id))) return id;
  return assert.fail('no such weights');
}

// As for the DCGAN's samples: the mean of a channel over 84 pictures varies between seeds by about 0.03.
pictures('vae', 'samples from the prior have the statistics of the card', { hash: 'view=trade&seed=1' }, async (vae, t) => {
  const { weights } = await vae.ready();
  const { statistics: { channel_mean: means, channel_std: stds } } = await vae.card(weights);
  const samples = await vae.pixels('.view:not([hidden]) .cells canvas');
  for (let seed = 2; seed <= 6; seed += 1) {
    await vae.after(async () => {
      await vae.page.fill('#control-seed', String(seed));
      await vae.page.press('#control-seed', 'Enter');
    });
    samples.push(...await vae.pixels('.view:not([hidden]) .cells canvas'));
  }
  assert.equal(new Set(samples.map(String)).size, 84, 'no two pictures are the same');
  statistics(samples, means.length).forEach(({ mean, std }, channel) => {
    t.diagnostic(`channel ${channel}: mean ${mean.toFixed(3)} (card ${means[channel].toFixed(3)}), std ${std.toFixed(3)} (card ${stds[channel].toFixed(3)})`);
    assert.ok(Math.abs(mean - means[channel]) < 0.06, `mean of channel ${channel}`);
    assert.ok(Math.abs(std - stds[channel]) < 0.06, `standard deviation of channel ${channel}`);
  });
});

agreesOnWebgpu('vae', QUICK, DECODED);

pictures('vae', 'dragging over the map changes the picture and the link', { hash: QUICK }, async (vae) => {
  await vae.ready();
  const before = await decoded(vae);
  const box = await vae.page.locator('.view:not([hidden]) .map-pad').first().boundingBox();
  const to = (x, y) => [box.x + box.width * x, box.y + box.height * y];
  await vae.page.mouse.move(...to(0.5, 0.5));
  await vae.page.mouse.down();
  await vae.page.mouse.move(...to(0.8, 0.3), { steps: 6 });
  await vae.page.mouse.up();
  await until('another picture', async () => difference(before, await decoded(vae)) > 8);
  // The link follows the drag, so it may first name places on the way.
  await vae.linkWith((query) => {
    const z = (query.get('z') ?? '').split(',').map(Number);
    return z.length === 2 && z[0] > 0.5 && z[1] > 0.3; // right and up
  });
  const after = await until('a resting picture', async () => {
    const now = await decoded(vae);
    await new Promise((resolve) => { setTimeout(resolve, 300); });
    return difference(now, await decoded(vae)) === 0 && now;
  });
  await vae.visit(await vae.link());
  await vae.ready();
  assert.deepEqual(await decoded(vae), after);
});

pictures('vae', 'arrow keys move over the map', { hash: `${QUICK}&z=0,0` }, async (vae) => {
  await vae.ready();
  const before = await decoded(vae);
  await vae.page.locator('.view:not([hidden]) .map-pad').first().focus();
  for (let i = 0; i < 3; i += 1) await vae.page.keyboard.press('Shift+ArrowRight');
  await vae.linkWith((query) => {
    const [right, up] = query.get('z').split(',').map(Number);
    return right > 0.5 && up === 0;
  });
  await until('another picture', async () => difference(before, await decoded(vae)) > 8);
  await vae.page.keyboard.press('Home');
  await until('the first picture', async () => difference(before, await decoded(vae)) === 0);
});

pictures('vae', 'the map shows at each place what the decoder draws there', { hash: `${QUICK}&extent=2&z=2,-2` }, async (vae) => {
  await vae.ready();
  const [map] = await vae.pixels('.view:not([hidden]) .map-picture');
  const side = Math.sqrt(map.length / 4);
  const tile = side / 6;
  const corner = Array.from({ length: tile }, (_, row) => [...map.subarray(4 * side * (side - tile + row + 1) - 4 * tile, 4 * side * (side - tile + row + 1))]).flat();
  assert.ok(difference(corner, await decoded(vae)) <= 1);
});

pictures('vae', 'codes are shown, and a class alone', { hash: QUICK }, async (vae) => {
  await vae.ready();
  const codes = '.view:not([hidden]) .map-codes';
  const inked = () => vae.pixels(codes).then(([data]) => data.filter((value, at) => at % 4 === 3 && value > 0).length);
  const all = await until('codes', async () => { const count = await inked(); return count > 1000 && count; });
  await vae.click('.classes button:first-child');
  const one = await until('a class alone', async () => { const count = await inked(); return count > 50 && count < all / 2 && count; });
  await vae.click('.classes button:nth-child(2)');
  await until('a second class beside it', async () => { const two = await inked(); return two > one && two < all; });
  await vae.after(() => vae.page.click('#control-points'));
  assert.equal(await vae.page.isVisible(codes), false);
  assert.equal((await vae.linkWith((query) => query.has('points'))).get('points'), 'false');
});

pictures('vae', 'a drawing is encoded, with finite nats', { hash: 'view=draw&samples=4' }, async (vae) => {
  await vae.ready();
  await vae.after(() => vae.click('#pad-clear'));
  const before = await reconstruction(vae);
  const { drawn } = await vae.status();
  const box = await vae.page.locator('#draw-pad').boundingBox();
  const to = (x, y) => [box.x + box.width * x, box.y + box.height * y];
  await vae.page.mouse.move(...to(0.3, 0.2));
  await vae.page.mouse.down();
  for (const [x, y] of [[0.7, 0.2], [0.7, 0.8], [0.3, 0.8], [0.3, 0.3], [0.6, 0.3], [0.6, 0.7], [0.4, 0.7], [0.4, 0.4], [0.55, 0.4]]) await vae.page.mouse.move(...to(x, y), { steps: 4 });
  await vae.page.mouse.up();
  await vae.when('an encoding', (now) => now.state === 'ready' && now.drawn > drawn);
  assert.ok(difference(before, await reconstruction(vae)) > 8, 'another reconstruction');
  const [kl, nats, sum] = [await cost(vae, 'kl'), await cost(vae, 'reconstruction'), await cost(vae, 'sum')];
  assert.ok(kl >= 0 && Number.isFinite(kl), `KL ${kl}`);
  assert.ok(nats > 0 && Number.isFinite(nats), `reconstruction ${nats}`);
  assert.ok(Math.abs(kl + nats - sum) < 1e-2 * sum);
  assert.equal((await vae.page.$$('.spread')).length, 2);
  assert.equal((await vae.pixels('.view:not([hidden]) .cells.strip canvas')).length, 4);
  assert.equal((await vae.linkWith((query) => query.has('z'))).get('z').split(',').length, 2, 'the mean is in the link');
  // Undo gives the first reconstruction back.
  await vae.click('#pad-undo');
  await until('the blank pad again', async () => difference(before, await reconstruction(vae)) <= 1);
});

pictures('vae', 'keys draw on the pad', { hash: 'view=draw&samples=1' }, async (vae) => {
  await vae.ready();
  const { page } = vae;
  await vae.click('#pad-clear');
  const press = async (key, times = 1) => { for (let time = 0; time < times; time += 1) await page.keyboard.press(key); };
  const bright = (x, y) => page.$eval('#draw-pad', (canvas, [across, down]) =>
    canvas.getContext('2d').getImageData(Math.round(across * canvas.width), Math.round(down * canvas.height), 1, 1).data[0] > 100, [x, y]);
  const { drawn: before } = await vae.status();
  await page.focus('#draw-pad');
  await press('ArrowUp', 8);
  assert.equal(await bright(0.5, 0.25), false, 'the pen is up');
  await press(' ');
  await press('ArrowRight', 8);
  assert.match(await page.textContent('.pad-tools [role="status"]'), /^75 % across, 25 % down, pen down$/);
  await press(' ');
  await press('ArrowDown', 8);
  await press('Shift+ArrowDown', 4);
  assert.deepEqual([await bright(0.5, 0.25), await bright(0.74, 0.25), await bright(0.74, 0.4), await bright(0.4, 0.25)], [true, true, false, false]);
  assert.match(await page.textContent('.pad-tools [role="status"]'), /^75 % across, 53 % down, pen up$/);
  assert.equal(await page.isVisible('.pad-cursor'), true);
  await vae.when('an encoding', (now) => now.state === 'ready' && now.drawn > before);
  await vae.click('#pad-undo');
  assert.deepEqual([await bright(0.5, 0.25), await page.isVisible('.pad-cursor')], [false, false]);
});

pictures('vae', 'the eraser and the middle', { hash: 'view=draw&samples=1' }, async (vae) => {
  await vae.ready();
  await vae.click('#pad-clear');
  const ink = () => vae.picture('#draw-pad').then((data) => data.filter((value, at) => at % 4 === 0 && value > 100).length);
  const box = await vae.page.locator('#draw-pad').boundingBox();
  const stroke = async () => {
    await vae.page.mouse.move(box.x + box.width * 0.1, box.y + box.height * 0.2);
    await vae.page.mouse.down();
    await vae.page.mouse.move(box.x + box.width * 0.3, box.y + box.height * 0.2, { steps: 5 });
    await vae.page.mouse.up();
  };
  await stroke();
  const drawn = await ink();
  assert.ok(drawn > 100);
  await vae.click('#pad-centre');
  const middle = await vae.page.evaluate(() => {
    const canvas = document.querySelector('#draw-pad');
    const { width, height } = canvas;
    return canvas.getContext('2d').getImageData(width / 2, height / 2, 1, 1).data[0];
  });
  assert.ok(middle > 100, 'the stroke lies in the middle');
  await vae.click('#pad-undo');
  await vae.click('#pad-eraser');
  await stroke();
  assert.ok(await ink() < drawn / 10);
});

const PNG = (vae, width, height) => vae.page.evaluate(async ([w, h]) => {
  const canvas = new OffscreenCanvas(w, h);
  const context = canvas.getContext('2d');
  context.fillStyle = '#c04020';
  context.fillRect(w / 4, h / 4, w / 2, h / 2);
  return [...new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer())];
}, [width, height]);

pictures('vae', 'a picture from a file; what is none is refused', { hash: 'view=draw&samples=1' }, async (vae) => {
  await vae.ready();
  const before = await vae.picture('#draw-pad');
  const put = (name, mimeType, bytes) => vae.page.setInputFiles('#pad-picture', { name, mimeType, buffer: Buffer.from(bytes) });
  await put('words.png', 'image/png', 'these are words');
  await vae.notice(/words\.png.*not a picture/);
  assert.deepEqual(await vae.picture('#draw-pad'), before, 'what was there stays');
  await put('large.png', 'image/png', await PNG(vae, 5000, 4000));
  await vae.notice(/megapixels/);
  await put('square.png', 'image/png', await PNG(vae, 120, 80));
  await until('the picture', async () => difference(before, await vae.picture('#draw-pad')) > 8);
  const data = await vae.picture('#draw-pad');
  for (let at = 0; at < data.length; at += 4) assert.ok(data[at] === data[at + 1] && data[at] === data[at + 2], 'grey, as the model wants it');
});

pictures('vae', 'beta and latent size show the trade', { hash: 'view=trade' }, async (vae) => {
  const { weights } = await vae.ready();
  const rows = await vae.page.$$eval('table.compared tbody tr', (all) => all.map((row) => ({
    now: row.getAttribute('aria-current') === 'true', cells: [...row.children].map((cell) => cell.textContent),
  })));
  assert.ok(rows.length >= 2, 'several weights to compare');
  assert.equal(rows.filter(({ now }) => now).length, 1);
  for (const { cells } of rows) for (const text of cells.slice(3)) assert.ok(Number(text) > 0, text);
  assert.ok(await vae.page.$eval('.view:not([hidden]) .drawing canvas', (canvas) => canvas.width > 100), 'they are drawn');
  await vae.click('table.compared tr:not([aria-current]) [data-weights]');
  await vae.when('other weights', (now) => now.weights !== weights && now.state === 'ready');
  assert.equal((await vae.linkWith((query) => query.has('weights'))).get('view'), 'trade');
});

pictures('vae', 'a conditional model draws by label', { hash: 'view=labels' }, async (vae) => {
  await vae.ready();
  const { weights } = await vae.status();
  assert.ok((await vae.card(weights)).config.networks.labels > 0, 'weights that take labels are opened');
  assert.equal(await vae.page.$$eval('.view:not([hidden]) .row-title', (all) => all.length), 10);
  const all = await vae.pixels('.view:not([hidden]) .cells.rows canvas');
  assert.equal(all.length, 100);
  const [first, last] = [all.slice(0, 10), all.slice(90)];
  assert.ok(first.every((picture, nth) => difference(picture, last[nth]) > 8), 'a label changes every picture');
  await vae.view('draw');
  const before = await cost(vae, 'sum');
  await vae.after(() => vae.page.selectOption('#label', '1'));
  assert.notEqual(await cost(vae, 'sum'), before, 'the label counts in the posterior too');
  assert.equal((await vae.linkWith((query) => query.has('label'))).get('label'), '1');
});

pictures('vae', 'an autoencoder beside a VAE', { hash: 'view=autoencoder' }, async (vae) => {
  await vae.ready();
  const maps = await vae.pixels('.view:not([hidden]) .map-picture');
  assert.equal(maps.length, 2);
  assert.ok(difference(maps[0], maps[1]) > 8);
  const both = () => vae.pixels('.view:not([hidden]) .framed.pair canvas');
  const before = await both();
  assert.equal((await vae.pixels('.view:not([hidden]) .cells.rows canvas')).length, 16);
  await vae.page.locator('.view:not([hidden]) .map-pad').first().focus();
  for (let i = 0; i < 3; i += 1) await vae.page.keyboard.press('Shift+ArrowUp');
  await until('both pictures to follow', async () => {
    const after = await both();
    return after.every((picture, nth) => difference(picture, before[nth]) > 8);
  });
});

pictures('vae', 'attribute sliders', { hash: 'view=attributes' }, async (vae) => {
  await vae.ready();
  const { weights } = await vae.status();
  assert.ok((await vae.card(weights)).directions.length > 0, 'weights with directions are opened');
  const direction = await vae.page.$eval('.view:not([hidden]) [data-direction]', ({ dataset }) => dataset.direction);
  const before = await vae.picture(SHIFTED);
  await vae.after(() => vae.slide(`.view:not([hidden]) [data-direction="${direction}"]`, -3));
  assert.ok(difference(before, await vae.picture(SHIFTED)) > 8);
});

pictures('vae', 'more latents than two: samples and sliders', {}, async (vae) => {
  await vae.ready();
  const id = await findWeights(vae, ({ config, directions }) => config.networks.latent > 2 && !config.networks.labels && !directions?.length);
  await vae.page.selectOption('#weights', id);
  await vae.when('those weights', (now) => now.weights === id && now.state === 'ready');
  const before = await decoded(vae);
  await vae.click('.view:not([hidden]) .tile[data-place="3"]');
  await until('another picture', async () => difference(before, await decoded(vae)) > 8);
  assert.ok((await vae.linkWith((query) => query.has('z'))).get('z').split(',').length > 2);
});

pictures('vae', 'weights load from the first visit when the network is gone', { hash: QUICK, expectedErrors: [/net::ERR/] }, async (vae) => {
  await vae.ready();
  const before = await decoded(vae);
  await vae.page.context().route(/\/weights\//, (route) => route.abort('internetdisconnected'));
  await vae.visit(QUICK);
  assert.equal((await vae.ready()).source, 'cache');
  assert.deepEqual(await decoded(vae), before);
  // Others were never here: a sentence, and the page goes on.
  const other = (await offered(vae)).at(-1);
  await vae.page.selectOption('#weights', other);
  await vae.notice(/could not be fetched/);
  await vae.when('the old weights', (now) => now.state === 'ready' && now.weights !== other);
  assert.equal(await vae.page.inputValue('#weights'), (await vae.status()).weights);
});

for (const [width, height] of [[320, 640], [390, 844], [1920, 1080]]) {
  pictures('vae', `fits ${width} wide in every view`, { hash: QUICK, context: { viewport: { width, height }, hasTouch: width < 500 } }, async (vae) => {
    await vae.ready();
    const top = await vae.page.locator('.view:not([hidden]) .map-pad').first().evaluate((map) => map.getBoundingClientRect().top);
    assert.ok(top < height * 0.75, `the map begins at ${top} of ${height}`);
    for (const view of await vae.page.$$eval('#views [data-view]', (all) => all.map(({ dataset }) => dataset.view))) {
      if (view !== (await vae.status()).view) await vae.view(view);
      await vae.fitsWidth(view);
    }
  });
}

pictures('vae', 'touch drags over the map', { hash: QUICK, context: { viewport: { width: 390, height: 844 }, hasTouch: true } }, async (vae) => {
  await vae.ready();
  const before = await decoded(vae);
  const box = await vae.page.locator('.view:not([hidden]) .map-pad').first().boundingBox();
  await vae.page.touchscreen.tap(box.x + box.width * 0.2, box.y + box.height * 0.75);
  await until('another picture', async () => difference(before, await decoded(vae)) > 8);
});

pictures('vae', 'the pad begins with the picture of the link, follows the map, and keeps a drawing', { hash: 'view=draw&samples=1&z=1,-1' }, async (vae) => {
  await vae.ready();
  const first = await vae.picture('#draw-pad');
  const map = vae.page.locator('.view:not([hidden]) .map-pad');
  await map.focus();
  await vae.after(() => vae.page.keyboard.press('Shift+ArrowUp'));
  assert.ok(difference(first, await vae.picture('#draw-pad')) > 8);
  await vae.visit('view=draw&samples=1&z=1,-1');
  await vae.ready();
  assert.deepEqual(await vae.picture('#draw-pad'), first);
  await vae.after(() => vae.click('#pad-invert'));
  const drawn = await vae.picture('#draw-pad');
  const z = (await vae.linkWith((query) => query.get('z') !== '1,-1')).get('z');
  await vae.page.selectOption('#weights', 'vae-fashion-2d-b4');
  await vae.when('other weights', (now) => now.weights === 'vae-fashion-2d-b4' && now.state === 'ready');
  assert.deepEqual(await vae.picture('#draw-pad'), drawn, 'other weights see the same drawing');
  assert.notEqual((await vae.linkWith((query) => query.get('z') !== z)).get('z'), '1,-1');
  await vae.after(() => vae.click('text=Start from the picture at z'));
  assert.ok(difference(drawn, await vae.picture('#draw-pad')) > 8);
});
