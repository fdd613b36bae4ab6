// The PixelCNN page: one pixel at a time, overruled, gone back on, completed, shared; and the causal masks.
import assert from 'node:assert/strict';
import { sleep, until } from './helper.mjs';
import { difference, pictures } from './images.mjs';

const TOTAL = 784; // pixels of the digits and of Fashion-MNIST
const START = 'pixel=0';

/** `{pixel, hash, boards, seen, blind, zero, playing}` of the board that is shown. */
const board = (p) => p.page.$eval('.pixelwise', ({ dataset: { pixel, boards, ...rest } }) => ({ pixel: Number(pixel), boards: Number(boards), ...rest }));
const press = (p, id) => p.after(() => p.click(`#${id}`));

async function standsAt(p, pixel) {
  return until(`a board at pixel ${pixel}`, async () => {
    const now = await board(p);
    return now.pixel === pixel && now;
  });
}

async function finished(p) {
  await press(p, 'to-end');
  return standsAt(p, TOTAL);
}

/** What the bars say of the pixel that comes next: probabilities by level, and the choice. */
const softmax = (p, channel = 0) => p.page.$$eval(`.channel[data-channel="${channel}"] .bar`, (bars) => ({
  probabilities: bars.map(({ dataset }) => Number(dataset.probability)),
  chosen: bars.findIndex(({ dataset }) => dataset.chosen === 'true'),
  forced: bars.findIndex((bar) => bar.getAttribute('aria-pressed') === 'true'),
}));

/** Presses the middle of a pixel of the board. */
async function touch(p, pixel) {
  const { x, y, width } = await p.page.locator('.board').boundingBox();
  const cell = width / 28;
  await p.page.mouse.click(x + ((pixel % 28) + 0.5) * cell, y + (Math.floor(pixel / 28) + 0.5) * cell);
}

/** RGBA of one pixel of the board. */
const shown = async (p, pixel) => [...(await p.picture('#board-picture')).subarray(4 * pixel, 4 * pixel + 4)];

pictures('pixelcnn', 'steps by pixel and row, forward and back, to the same end', { hash: START }, async (p) => {
  await p.ready();
  await standsAt(p, 0);
  let nats = 0;
  for (let pixel = 0; pixel < 3; pixel += 1) {
    const { probabilities, chosen } = await softmax(p);
    assert.equal(probabilities.length, 2);
    assert.ok(Math.abs(probabilities[0] + probabilities[1] - 1) < 1e-5, `${probabilities}`);
    nats += Math.log(probabilities[chosen]);
    await press(p, 'forward');
    await standsAt(p, pixel + 1);
    assert.deepEqual(await shown(p, pixel), [255 * chosen, 255 * chosen, 255 * chosen, 255], 'the announced level is drawn');
    const said = await p.page.$eval('[data-figure="nats"]', ({ dataset }) => Number(dataset.value));
    assert.ok(Math.abs(said - nats) < 1e-4, `${said} and ${nats} nats`);
  }
  assert.equal((await shown(p, 3))[3], 0, 'what comes later is not known');
  await press(p, 'forward-row');
  await standsAt(p, 28);
  await press(p, 'back');
  await standsAt(p, 27);
  await press(p, 'back-row');
  await standsAt(p, 0);
  const { hash } = await finished(p);
  await touch(p, 300);
  assert.notEqual((await standsAt(p, 300)).hash, hash);
  assert.equal((await finished(p)).hash, hash, 'the same noise, the same image');
  await p.after(() => p.click('#new-seed'));
  assert.notEqual((await standsAt(p, TOTAL)).hash, hash);
});

pictures('pixelcnn', 'plays, pauses at once, and ends as by hand; by keyboard', { hash: `${START}&rate=max&count=12` }, async (p) => {
  await p.ready();
  await p.page.keyboard.press(' ');
  await until('some pixels', async () => (await board(p)).pixel > 40);
  const begin = Date.now();
  await p.page.keyboard.press(' ');
  const { pixel, playing } = await board(p);
  assert.equal(playing, 'false');
  assert.ok(Date.now() - begin < 1000 && pixel < TOTAL, `paused at ${pixel}`);
  await p.when('a rest', ({ state }) => state === 'ready');
  const rest = (await board(p)).pixel;
  await sleep(300);
  assert.equal((await board(p)).pixel, rest, 'paused');
  await p.linkWith((query) => Number(query.get('pixel')) === rest);
  await p.page.keyboard.press('ArrowRight');
  await standsAt(p, rest + 1);
  await p.page.keyboard.press('ArrowLeft');
  await standsAt(p, rest);
  await p.page.keyboard.press(' ');
  const { hash, boards } = await standsAt(p, TOTAL);
  assert.equal(boards, 12);
  await p.page.keyboard.press('Home');
  await standsAt(p, 0);
  await p.page.keyboard.press('End');
  assert.equal((await standsAt(p, TOTAL)).hash, hash);
});

pictures('pixelcnn', 'the newest gesture wins over work under way, and the page stays at rate', { hash: `${START}&count=64` }, async (p) => {
  await p.ready();
  const watched = p.page.evaluate(async () => {
    let longest = 0;
    let last = performance.now();
    for (const end = last + 1200; last < end;) {
      await new Promise((resolve) => { setTimeout(resolve, 0); });
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
    }
    return longest;
  });
  await p.click('#to-end');
  await until('work under way', async () => (await board(p)).pixel > 0);
  await p.page.keyboard.press('Home');
  const begin = Date.now();
  await standsAt(p, 0);
  assert.ok(Date.now() - begin < 1500, 'it did not wait for the end');
  assert.ok(await watched < 400, `the page was busy for ${Math.round(await watched)} ms`);
});

pictures('pixelcnn', 'a pixel is overruled by its bar, and by paint; releasing all brings the image back', { hash: 'pixel=400' }, async (p) => {
  await p.ready();
  const { hash } = await finished(p);
  await touch(p, 400);
  const { hash: before } = await standsAt(p, 400);
  const { chosen } = await softmax(p);
  await p.after(() => p.click(`.bar[data-level="${1 - chosen}"]`));
  assert.equal((await board(p)).hash, before, 'nothing is drawn yet');
  assert.deepEqual(await softmax(p).then(({ forced, chosen: now }) => [forced, now]), [1 - chosen, 1 - chosen]);
  await press(p, 'forward');
  assert.equal((await shown(p, 400))[0], 255 * (1 - chosen));
  const other = await finished(p);
  assert.notEqual(other.hash, hash);
  // Paint on what is drawn: it changes at once, and stays at the end.
  await p.click('[data-choice="paint"]');
  await p.click(`.swatch-button[data-level="1"]`);
  await p.after(() => touch(p, 31));
  const painted = await standsAt(p, TOTAL);
  assert.notEqual(painted.hash, other.hash);
  assert.equal((await shown(p, 31))[0], 255);
  assert.match((await p.linkWith((query) => query.get('forced')?.includes('v:1'))).get('forced'), /;/, 'both are in the link');
  await p.after(() => p.click('#release-all'));
  assert.equal((await standsAt(p, TOTAL)).hash, hash);
});

pictures('pixelcnn', 'a link holds boards, forced pixels, fork and place', { hash: 'pixel=420&seed=9&temperature=0.8&forced=64:1B;8c:01&count=3' }, async (p) => {
  await p.ready();
  await p.after(() => p.click('#fork'));
  await p.page.selectOption('#rate', 'max');
  const { hash, boards } = await standsAt(p, TOTAL);
  assert.equal(boards, 3);
  await p.when('a rest', ({ state }) => state === 'ready');
  const link = String(await p.linkWith((query) => query.get('fork') === '420' && query.get('pixel') === String(TOTAL)));
  const { page, browser } = p;
  const other = await browser.newContext();
  try {
    p.page = await other.newPage();
    await p.page.goto(`${page.url().split('#')[0]}#${link}`);
    await p.ready();
    assert.equal((await standsAt(p, TOTAL)).hash, hash, 'in another browser profile');
    const three = [await p.picture('#board-picture'), ...await p.pixels('#other-boards canvas')];
    assert.deepEqual(three[1].subarray(0, 4 * 420), three[0].subarray(0, 4 * 420), 'shared up to the fork');
    assert.ok(difference(three[0], three[1]) > 0 && difference(three[1], three[2]) > 0, 'different below it');
  } finally {
    await other.close();
    p.page = page;
  }
});

pictures('pixelcnn', 'temperature 0 is argmax, infinity is uniform', { hash: 'pixel=500&temperature=0' }, async (p) => {
  await p.ready();
  const { hash } = await standsAt(p, 500);
  await p.after(() => p.click('#new-seed'));
  assert.equal((await board(p)).hash, hash, 'no seed is asked');
  await p.after(() => p.click('[data-choice="argmax"]'));
  assert.equal((await board(p)).hash, hash);
  await p.after(() => p.click('[data-choice="uniform"]'));
  assert.deepEqual((await softmax(p)).probabilities, [0.5, 0.5]);
  await p.linkWith((query) => query.get('draw') === 'uniform');
});

pictures('pixelcnn', 'a hidden half is completed several times', { hash: 'view=complete&count=4&seed=3' }, async (p) => {
  await p.ready();
  const completions = () => p.pixels('#completions canvas');
  const four = await completions();
  const half = (TOTAL / 2) * 4;
  assert.equal(four.length, 4);
  for (const other of four.slice(1)) {
    assert.deepEqual(other.subarray(0, half), four[0].subarray(0, half), 'what was given stays');
    assert.ok(difference(other.subarray(half), four[0].subarray(half)) > 0, 'what was hidden differs');
  }
  const hash = () => p.page.$eval('.view:not([hidden])', ({ dataset }) => dataset.hash);
  const before = await hash();
  const link = await p.linkWith((query) => query.has('forced'));
  await p.visit(link);
  await p.ready();
  assert.equal(await hash(), before, 'the link has the picture');
  // Another link in the same tab.
  await p.page.evaluate(() => { location.hash = 'view=complete&count=2&seed=4'; });
  await until('two completions', async () => (await p.page.$$('#completions canvas')).length === 2);
  await p.ready();
  assert.deepEqual(await p.notices(), []);
  await p.visit(link);
  await p.ready();
  // A picture from a file, with its right half hidden.
  const own = await p.page.evaluate(async () => {
    const canvas = new OffscreenCanvas(300, 200);
    const context = canvas.getContext('2d');
    context.fillStyle = '#fff';
    context.fillRect(60, 40, 180, 40);
    return [...new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer())];
  });
  await p.after(() => p.page.setInputFiles('#pad-picture', { name: 'own.png', mimeType: 'image/png', buffer: Buffer.from(own) }));
  await p.after(() => p.click('#hide-right'));
  const [first] = await completions();
  const said = await p.picture('#in-levels');
  for (let pixel = 0; pixel < TOTAL; pixel += 1) if (pixel % 28 < 14) assert.equal(first[4 * pixel], said[4 * pixel], 'the left half is given');
  // Nothing hidden: every completion is the picture, and the map's nats are those of its board.
  await p.after(() => p.click('#hide-none'));
  assert.equal(difference((await completions())[3], said), 0);
  const nats = await p.page.$eval('.view:not([hidden])', ({ dataset }) => Number(dataset.nats));
  await p.view('pixel');
  await finished(p);
  const board0 = await p.page.$eval('[data-figure="nats"]', ({ dataset }) => Number(dataset.value));
  assert.ok(Math.abs(nats - board0) < 1e-2 && nats < 0, `${nats} and ${board0} nats`);
});

pictures('pixelcnn', 'another label, another image; the first again', { hash: 'weights=pixelcnn-fashion&pixel=784' }, async (p) => {
  await p.ready();
  const { hash } = await standsAt(p, TOTAL);
  await p.after(() => p.page.selectOption('#label', '8'));
  assert.notEqual((await standsAt(p, TOTAL)).hash, hash);
  assert.equal((await p.linkWith((query) => query.has('label'))).get('label'), '8');
  await p.after(() => p.page.selectOption('#label', '0'));
  assert.equal((await standsAt(p, TOTAL)).hash, hash);
});

pictures('pixelcnn', 'in colour: three softmaxes, green given red and blue given both', { hash: 'weights=pixelcnn-critters&pixel=40' }, async (p) => {
  await p.ready();
  await standsAt(p, 40);
  const [red, green] = [await softmax(p, 0), await softmax(p, 1)];
  for (const channel of [0, 1, 2]) {
    const { probabilities } = await softmax(p, channel);
    assert.equal(probabilities.length, 16);
    assert.ok(Math.abs(probabilities.reduce((sum, v) => sum + v, 0) - 1) < 1e-4);
  }
  await p.after(() => p.click(`.channel[data-channel="0"] .bar[data-level="${red.chosen ? 0 : 15}"]`));
  assert.deepEqual((await softmax(p, 0)).probabilities, red.probabilities, 'red does not hear of it');
  assert.notDeepEqual((await softmax(p, 1)).probabilities, green.probabilities, 'green does');
});

for (const [weights, isBlind] of [['pixelcnn-mnist-plain', true], ['pixelcnn-mnist', false]]) {
  pictures('pixelcnn', `the true gradient of ${weights} ${isBlind ? 'shows' : 'has no'} blind spot`, { hash: `weights=${weights}&pixel=420&overlay=gradient` }, async (p) => {
    await p.ready();
    const { seen, blind, zero } = await board(p);
    assert.ok(Number(seen) > 50);
    assert.equal(Number(blind) > 0, isBlind, `${blind} blind pixels`);
    assert.equal(zero, blind, 'the gradient is zero in all of it');
    assert.match(await p.page.textContent('#overlay-legend'), isBlind ? /blind spot, \d+ pixels/ : /no blind spot/);
  });
}

pictures('pixelcnn', 'masks: the blind spot, two stacks without one, and a mask that leaks', { hash: 'view=masks' }, async (p) => {
  await p.ready();
  // Pixels that are seen, those in the blind spot, and leaks.
  const found = () => p.page.$$eval('.view:not([hidden]) .numbers dd', (all) => all.map(({ dataset }) => Number(dataset.value)));
  // Four layers of 3 by 3: a triangle of 3 + 2 + 1 pixels is out of sight.
  assert.deepEqual((await found()).slice(1), [6, 0]);
  await p.after(() => p.page.selectOption('#control-stacks', 'gated'));
  assert.deepEqual((await found()).slice(1), [0, 0]);
  await p.after(() => p.page.selectOption('#control-stacks', 'plain'));
  await p.after(() => p.click('[data-grid="0"] [data-ring="true"]'));
  assert.deepEqual(await found().then(([, , leaks]) => leaks), 1, 'the pixel sees itself');
  const link = await p.linkWith((query) => query.has('cells'));
  await p.visit(link);
  await p.ready();
  assert.equal((await found())[2], 1);
  await p.after(() => p.click('[data-again="cells"]'));
  assert.deepEqual((await found()).slice(1), [6, 0]);
  await p.visit('view=masks&cells=0101');
  await p.ready();
  assert.match(await p.page.textContent('.view:not([hidden]) .outputs'), /masks have 4 cells.*causal masks are shown/);
  assert.deepEqual((await found()).slice(1), [6, 0]);
});

pictures('pixelcnn', 'what cannot be used gets a sentence and loses nothing', { hash: 'pixel=100' }, async (p) => {
  await p.ready();
  const { hash } = await standsAt(p, 100);
  const visit = async (link, ...patterns) => {
    await p.visit(link);
    await p.ready();
    for (const pattern of patterns) await p.notice(pattern);
    return board(p);
  };
  // A million forced pixels: too long, too far, or in few letters.
  assert.equal((await visit(`pixel=100&forced=0:${'01'.repeat(500_000)}`, /8 KiB/)).hash, hash);
  assert.equal((await visit(`pixel=100&forced=0:${'01'.repeat(3500)}`, /Forced pixels .* cannot be read/)).hash, hash);
  assert.equal((await visit('pixel=100&forced=0:0CEXHP', /forces pixels that these images do not have/)).hash, hash);
  assert.equal((await visit('pixel=100&forced=5:7;zzz;9:', /levels that they do not know/)).hash, hash);
  assert.equal((await visit('pixel=100&temperature=-1&seed=x&label=99&count=0&rate=7&weights=none', /Temperature/, /Seed/, /Label/, /Boards/, /Speed/, /Weights/)).pixel, 100);
  assert.equal((await visit('pixel=100&temperature=inf', /Temperature "inf"/)).hash, hash);
  assert.equal((await visit('pixel=4000')).pixel, TOTAL);
  // Files: words, a picture that is too large, one of no colour at all.
  await p.visit('view=complete&count=2');
  await p.ready();
  const before = await p.picture('#draw-pad');
  const drop = (name, type, bytes) => p.page.evaluate(([n, t, b]) => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(b)], n, { type: t }));
    document.body.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: data }));
  }, [name, type, bytes]);
  await drop('words.png', 'image/png', [...Buffer.from('these are words')]);
  await p.notice(/words\.png.*not a picture/);
  const large = await p.page.evaluate(async () => {
    const canvas = new OffscreenCanvas(5000, 4000);
    canvas.getContext('2d');
    return [...new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer())];
  });
  await drop('large.png', 'image/png', large);
  await p.notice(/megapixels/);
  assert.deepEqual(await p.picture('#draw-pad'), before, 'what was there stays');
});

pictures('pixelcnn', 'a worker killed in mid-play: the same boards', { hash: `${START}&seed=5&rate=300&count=2` }, async (p) => {
  await p.ready();
  const { hash } = await finished(p);
  await press(p, 'restart');
  await p.click('#play-pixels');
  await until('some pixels', async () => (await board(p)).pixel > 20);
  await (await p.worker()).evaluate(() => self.close());
  await p.notice(/same view/);
  await p.when('a rest', ({ state }) => state === 'ready');
  assert.ok((await board(p)).pixel > 20, 'where it was');
  assert.equal((await finished(p)).hash, hash);
});

pictures('pixelcnn', 'the cards beside each other, and sampling timed here', { hash: 'view=compare' }, async (p) => {
  await p.ready();
  const rows = () => p.page.$$eval('.view:not([hidden]) .tabular tbody tr', (all) => all.map(({ children }) => {
    const [cached, whole] = [children[7], children[8]].map((cell) => Number(cell.dataset.value));
    return { id: children[0].querySelector('button').dataset.weights, cached, whole, cells: [...children].map((cell) => cell.textContent) };
  }));
  assert.ok((await rows()).length > 0, 'rows');
  for (const { id, cells } of await rows()) {
    const card = await p.card(id);
    assert.equal(cells[2], card.parameters.toLocaleString('en'));
    assert.ok(Math.abs(Number(cells[5].replace(',', '')) - card.measures.find(({ name }) => name === 'NLL').value) < 0.5);
  }
  await p.click('#time-all');
  await until('all timed', async () => (await rows()).every(({ whole }) => whole > 0), 150_000);
  const [digits] = await rows();
  assert.ok(digits.cached > 10 * digits.whole, `${digits.cached} and ${digits.whole} pixels a second`);
  await p.view('pixel');
  assert.equal((await board(p)).pixel, 406, 'the boards are as they were');
});

for (const [width, height] of [[320, 640], [390, 844], [1920, 1080]]) {
  pictures('pixelcnn', `fits ${width} wide in every view`, { hash: 'count=4', context: { viewport: { width, height }, hasTouch: width < 500 } }, async (p) => {
    await p.ready();
    const top = await p.page.$eval('.board', (node) => node.getBoundingClientRect().top);
    assert.ok(top < height * 0.6, `the board begins at ${top} of ${height}`);
    for (const view of await p.page.$$eval('#views [data-view]', (all) => all.map(({ dataset }) => dataset.view))) {
      if (view !== (await p.status()).view) await p.view(view);
      await p.fitsWidth(view);
    }
  });
}

pictures('pixelcnn', 'touch goes to a pixel and paints', { hash: START, context: { viewport: { width: 390, height: 844 }, hasTouch: true } }, async (p) => {
  await p.ready();
  const tap = async (pixel) => {
    await p.page.locator('.board').scrollIntoViewIfNeeded();
    const { x, y, width } = await p.page.locator('.board').boundingBox();
    await p.page.touchscreen.tap(x + ((pixel % 28) + 0.5) * (width / 28), y + (Math.floor(pixel / 28) + 0.5) * (width / 28));
  };
  await tap(90);
  await standsAt(p, 90);
  await p.click('[data-choice="paint"]');
  await p.after(() => tap(33));
  assert.equal((await shown(p, 33))[0], 255);
});
