// Every piece that draws a view of a row, on a row of its own: a module that answers with made-up numbers stands in for the real one.
import assert from 'node:assert/strict';
import { AXES_OWN, audit } from './audit.mjs';
import { SITE, until } from './helper.mjs';
import { pictures, startProxy } from './images.mjs';

/** What tables, switches and sights show. */
function comparing() {
  const numbers = (data) => ({ shape: [2, 2], data: Float32Array.from(data) });
  const row = (name, weights, ...cells) => ({ name, weights, view: weights && 'all', current: Boolean(weights), cells });
  return {
    table(_, peers) {
      const [{ card, rates }] = JSON.parse(peers);
      const speed = rates.draw ? { value: rates.draw, digits: 3 } : null;
      const rows = [row('This', JSON.parse(card).id, 'a', { value: 0.25, decimals: 1 }, speed), row('That', undefined, 'b', { value: 1234, decimals: 0 }, null)];
      return { heads: ['What', 'Words', 'Number', 'Speed'], rows };
    },
    switches: ({ cells }) => ({ grids: [{ title: 'A grid', on: numbers([...(cells || '1111')].map(Number)), open: numbers([1, 1, 0, 1]), names: ['a', 'b', 'c', 'itself'], ring: 3 }] }),
    sight: () => ({ kinds: numbers([1, 2, 0, 3]), amounts: numbers([2, 0, 0, 1]), ring: 3, says: 'What it sees' }),
  };
}

/** A row with every piece: `{exhibit, outputs}`, of both of its views. */
function everything() {
  const SHAPES = ['wall', 'strip', 'rows', 'grid', 'pair', 'large', 'equation', 'plane', 'lineup'];
  const output = (kind, reads, more = {}) => ({ kind, title: `The ${more.shape ?? kind}`, reads, image: false, ...more });
  const control = (key, more) => ({ key, label: key, help: '', unit: '', group: '', scope: 'shared', live: true, ...more });
  const text = (key) => ({ key, label: key, help: '', kind: 'text', max: 100, default: '' });
  const mark = (shape, role) => ({ shape, role, title: role });
  const panel = { title: 'A panel', x: { title: 'x', range: 'fit' }, y: { title: 'y', range: 'fit' }, square: false, marks: [mark('line', 'a')] };
  const settings = [
    control('seed', { kind: 'int', min: 0, max: 99, default: 1 }), control('count', { kind: 'int', min: 1, max: 40, default: 12 }),
    control('label', { kind: 'int', min: 0, max: 1, default: 0 }), control('place', { kind: 'float', min: 0, max: 1, default: 0.5 }),
    control('time', { kind: 'float', min: 0, max: 100, default: 0 }), text('picks'), text('z'), text('shift'), text('cells'), text('sketch'),
    control('over', { kind: 'choice', choices: ['none', 'wipe', 'blend'].map((id) => ({ id, title: id })), default: 'none' }), control('amount', { kind: 'float', min: 0, max: 1, default: 0.5 }),
  ];
  const inputs = [
    { kind: 'seeds', keys: ['seed'] }, { kind: 'control', keys: ['count'] }, { kind: 'label', keys: ['label'] },
    { kind: 'picks', keys: ['picks'], letters: 'AB', many: false, default: '0,1', counts: [] },
    { kind: 'plane', keys: ['z'] }, { kind: 'directions', keys: ['shift'] }, { kind: 'image', keys: [] },
    { kind: 'place', keys: ['place'] }, { kind: 'play', keys: ['time'] }, { kind: 'peers', keys: [], label: 'Time them', trials: ['draw'] },
  ];
  const READS = { wall: ['seed', 'count'], strip: ['label'], rows: ['shift'], grid: ['picks'], pair: ['place'], large: ['time'], equation: [], plane: ['z'], lineup: [] };
  const outputs = [
    ...SHAPES.map((shape) => output('pictures', READS[shape], { shape })),
    output('panel', ['seed'], { panel }), output('bars', ['label']), output('numbers', [], { image: true }), output('note', ['seed']),
    output('spreads', []), output('table', []), output('switches', ['cells'], { writes: 'cells', clears: ['count'], again: 'All on again' }), output('sight', ['cells']),
    output('text', ['seed', 'count', 'place', 'z']), output('start', ['z']),
  ];
  const board = { radii: [20, 60, 90], range: [10, 100], colours: ['#102030', '#ff8040'], colour: 1, examples: [[1, false], [2, true]], strokes: 3, points: 500, file: 1 << 20, undo: 2 };
  const drawn = [output('pictures', [], { shape: 'large', image: true }), output('numbers', [], { image: true })];
  const exhibit = {
    id: 'dcgan', title: 'Pieces', summary: 'All of them.', look: 'What there is.', equation: '<mi>x</mi>', sources: [{ text: 'A paper', url: 'https://example.org/' }],
    weights: [{ id: 'dcgan-critters', title: 'Some' }], settings,
    views: [
      { id: 'all', title: 'All', says: 'Everything at once.', weights: [], companions: [], custom: null, inputs, outputs },
      { id: 'board', title: 'Board', says: 'Strokes.', weights: [], companions: [], custom: null, inputs: [{ kind: 'over', keys: ['over', 'amount'] }, { kind: 'sketch', keys: ['sketch'], board }], outputs: drawn },
    ],
  };
  return { exhibit, settings, outputs: { all: outputs, board: drawn } };
}

/** Stands in for pkg/genzoo_images.js. */
function standIn() {
  const { exhibit, settings, outputs } = everything();
  const asked = {};
  const more = comparing();

  const sizes = { wall: 12, strip: 7, rows: 6, grid: 9, pair: 2, large: 1, equation: 4, plane: 1, lineup: 2 };
  function shown(shape, part, values) {
    const total = shape === 'wall' ? values.count : sizes[shape];
    const [first, n] = shape === 'wall' ? [8 * part, Math.min(8, total - 8 * part)] : [0, total];
    const data = new Uint8Array(n * 8 * 8 * 4).map((_, at) => (at % 4 === 3 ? 255 : (37 * at + 11 * values.seed + 5 * part) % 251));
    const each = (make) => Array.from({ length: n }, (_, nth) => make(first + nth));
    return {
      kind: 'pictures', parts: shape === 'wall' ? Math.ceil(total / 8) : 1, first, total, images: { shape: [n, 8, 8, 4], data },
      captions: each((at) => `Picture ${at + 1}`), scores: shape === 'wall' ? new Float32Array(n).fill(0.5) : new Float32Array(),
      marks: [], picks: shape === 'wall' ? each((at) => `${values.seed}:${at}`) : [], columns: { rows: 3, grid: 3, plane: 4 }[shape] ?? 0,
      rows: shape === 'rows' ? ['First', 'Second'] : [], heads: shape === 'equation' ? ['', '−', '+', '='] : [],
      z: { shape: [n, 0], data: new Float32Array() }, extent: 3,
      ...(shape === 'lineup' && { facts: each((at) => [{ name: 'Size', value: at }]), over: { shape: [n, 2, 1], data: new Float32Array([0, 1, 1, 0]) }, weights: each(() => 'dcgan-critters') }),
    };
  }

  class Explorer {
    static async open() { return new Explorer(); }

    describe() {
      const directions = [{ id: 'up', title: 'up', kind: 'attribute' }];
      return JSON.stringify({ latent: 2, shape: [1, 8, 8], labels: ['Zero', 'One'], conditional: true, layers: [], directions, codes: null });
    }

    async work() {
      await new Promise((resolve) => { setTimeout(resolve, 5); });
      return 10;
    }

    async answer(view, nth, part, query, image, peers) {
      const { kind, shape } = outputs[view][nth];
      const name = shape ?? kind;
      asked[name] = (asked[name] ?? 0) + 1;
      const { values } = JSON.parse(resolveExhibit('dcgan', query));
      if (kind === 'pictures') return shown(shape, part, values);
      if (kind === 'panel') return { kind, marks: [Float32Array.from([0, 0, 1, values.seed, 2, 1])] };
      if (kind === 'bars') return { kind, bars: [{ label: 'One', value: 0.2, text: '20 %' }, { label: 'Zero', value: 0.8, text: '' }], least: 0, most: 1, unit: '' };
      if (kind === 'numbers') return { kind, numbers: [{ label: 'Ink', value: image.reduce((sum, one) => sum + one, 0), digits: 3, unit: '', help: '' }] };
      if (kind === 'spreads') return { kind, rows: [{ name: 'One', mean: 0.5, std: 0.25, more: 1.5, says: 'Its mean and spread' }, { name: 'Two', mean: -9, says: 'Its mean' }], range: [-4, 4], band: [-1, 1], help: 'How to read it.' };
      if (kind === 'start') return shown('large', part, values);
      if (kind in more) return { kind, ...more[kind](values, peers) };
      if (kind === 'text') return { kind, text: JSON.stringify({ ...values, asked }) };
      return { kind, text: 'A remark.' };
    }

    async run(request) {
      const { op, seed } = JSON.parse(request);
      if (op !== 'doodle') throw new Error('Nothing to run.');
      return { sketch: { shape: [8], data: Float32Array.from([0, 0, 0, 0, 1, 0.5, 0.25 * seed, 0.01]) } };
    }

    hash() { return undefined; }

    free() {}
  }

  function resolveExhibit(id, query) {
    const pairs = new URLSearchParams(query);
    const values = { view: pairs.get('view') ?? 'all', weights: 'dcgan-critters' };
    const kept = values.view === 'all' ? [] : [`view=${values.view}`];
    for (const { key, kind, default: initial, min, max } of settings) {
      const own = pairs.get(key) || String(initial);
      values[key] = kind === 'text' || kind === 'choice' ? own : Math.min(max, Math.max(min, Number(own)));
      if (values[key] !== initial) kept.push(`${key}=${values[key]}`);
    }
    return JSON.stringify({ values, query: kept.join('&'), notes: [] });
  }
  return { catalog: () => JSON.stringify({ version: '0', exhibits: [exhibit] }), resolveExhibit, tellWork() {}, Explorer };
}

const MODULE = `${comparing}
${everything}
const made = (${standIn})();
export default async () => {};
export const { catalog, resolveExhibit, tellWork, Explorer } = made;`;

const site = async () => (await startProxy(SITE, { pages: {
  '/pkg/genzoo_images.js': (_, response) => response.writeHead(200, { 'content-type': 'text/javascript' }).end(MODULE),
} })).url;

const said = (page) => page.$eval('.output.text p', (node) => JSON.parse(node.textContent));
const SHAPES = ['wall', 'strip', 'rows', 'grid', 'pair', 'large', 'equation', 'plane', 'lineup'];

pictures('dcgan', 'every kind of input and output', { site, expectedErrors: AXES_OWN }, async (finished) => {
  const { page } = finished;
  await finished.ready();
  for (const shape of SHAPES) assert.ok(await page.isVisible(`.output.pictures-${shape} canvas`), shape);
  assert.equal(await page.$$eval('.tile', (all) => all.length), 12, 'in two parts');
  assert.equal(await page.$$eval('.tile[data-waiting]', (all) => all.length), 0);
  assert.deepEqual(await page.$$eval('.row-title', (all) => all.map((node) => node.textContent)), ['First', 'Second']);
  assert.deepEqual(await page.$$eval('.sign:not([hidden])', (all) => all.map((node) => node.textContent)), ['−', '+', '=']);
  assert.deepEqual(await page.$$eval('.name-bars .figure', (all) => all.map((node) => node.textContent)), ['20 %', '0.8']);
  assert.equal(await page.textContent('.output.note p'), 'A remark.');
  assert.deepEqual(await page.$$eval('.spread span', (all) => all.map((node) => node.textContent)), ['One', '0.50 ± 0.25', '1.50', 'Two', '-9.00', '']);
  assert.ok(await page.$eval('.drawing canvas', (canvas) => canvas.width > 100), 'the panel is drawn');
  await audit(page, 'every piece');
  for (const width of [1920, 820, 390, 320]) {
    await page.setViewportSize({ width, height: 800 });
    // Canvases learn of their boxes a frame later.
    await page.evaluate(() => new Promise((resolve) => { requestAnimationFrame(() => requestAnimationFrame(resolve)); }));
    await finished.fitsWidth(`at ${width}`);
  }
});

pictures('dcgan', 'cells are switched, and weights are timed', { site }, async (finished) => {
  const { page } = finished;
  await finished.ready();
  const cells = () => page.$$eval('.compared td', (all) => all.map((node) => node.textContent));
  assert.deepEqual(await cells(), ['a', '0.3', '–', 'b', '1,234', '–']);
  assert.equal(await page.textContent('.compared [aria-current="true"] button'), 'This');
  await finished.click('#time-all');
  await until('a speed', async () => Number(await page.$eval('.compared td:nth-of-type(3)', ({ dataset }) => dataset.value)) > 0);
  const pressed = () => page.$$eval('.switch-cell', (all) => all.map((node) => node.ariaPressed));
  assert.deepEqual(await pressed(), ['true', 'true', 'true', 'true']);
  await finished.after(() => page.click('.switch-cell[aria-label="b"]'));
  assert.deepEqual(await pressed(), ['true', 'false', 'true', 'true']);
  await page.locator('.switch-cell[data-ring="true"]').focus();
  await page.keyboard.press('ArrowUp');
  assert.equal(await page.evaluate(() => document.activeElement.ariaLabel), 'b');
  await finished.after(() => page.keyboard.press('Enter'));
  await finished.linkWith((query) => query.get('cells') === '1111');
  // Another setting that the row names empties them.
  await finished.after(async () => {
    await page.fill('#control-count', '5');
    await page.keyboard.press('Enter');
  });
  assert.equal(await page.isDisabled('[data-again="cells"]'), true);
});

pictures('dcgan', 'an output is asked for again only when something that it reads has changed', { site }, async (finished) => {
  const { page } = finished;
  await finished.ready();
  const before = (await said(page)).asked;
  assert.deepEqual([before.wall, before.strip, before.bars], [2, 1, 1]);
  await finished.after(() => finished.slide('.scrub input', 0.9));
  const { asked, place } = await until('the place', async () => { const now = await said(page); return now.place === 0.9 && now; });
  assert.equal(place, 0.9);
  assert.deepEqual({ ...asked, pair: 0, text: 0 }, { ...before, pair: 0, text: 0 }, 'the pair alone');
  assert.equal(asked.pair, before.pair + 1);
  await finished.after(() => page.selectOption('#label', '1'));
  await finished.after(() => finished.slide('.scrub input', 0.1));
  const after = (await until('the place', async () => { const now = await said(page); return now.place === 0.1 && now; })).asked;
  assert.deepEqual([after.wall, after.strip, after.bars], [2, 2, 2]);
});

pictures('dcgan', 'samples are put where a letter says, and the link has them', { site }, async (finished) => {
  const { page } = finished;
  await finished.ready();
  const marked = () => page.$$eval('.tile', (all) => all.map((tile) => tile.querySelector('.letters').textContent));
  assert.deepEqual((await marked()).slice(0, 3), ['A', 'B', '']);
  await finished.after(() => finished.click('.tile[data-place="4"]'));
  assert.deepEqual((await marked()).slice(0, 5), ['', 'B', '', '', 'A']);
  await finished.after(() => finished.click('.tile[data-place="6"]'));
  assert.equal((await finished.linkWith((query) => query.get('picks') === '4,6')).get('picks'), '4,6');
});

pictures('dcgan', 'a drawing is read, time plays and rests, a map is dragged over', { site }, async (finished) => {
  const { page } = finished;
  await finished.ready();
  const ink = () => page.$eval('.costs dd', ({ dataset }) => Number(dataset.value));
  const first = await ink();
  assert.ok(first > 0, 'the pad begins with the picture at z');
  const box = await page.locator('#draw-pad').boundingBox();
  await page.mouse.move(box.x + 20, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(box.x + 90, box.y + 90, { steps: 4 });
  await page.mouse.up();
  await until('ink', async () => (await ink()) > first + 0.5);
  const time = () => page.$eval('.view:not([hidden])', ({ dataset }) => Number(dataset.time));
  await finished.click('#play');
  await until('time', async () => (await time()) > 0.2);
  await finished.click('#play');
  assert.ok(Number((await finished.linkWith((query) => query.has('time'))).get('time')) > 0.2);
  await page.locator('.map-pad').focus();
  await page.keyboard.press('ArrowRight');
  assert.ok(Number((await finished.linkWith((query) => query.has('z'))).get('z').split(',')[0]) > 0);
});

pictures('dcgan', 'a board: numbers follow the pen, the sketch lies over the picture, limits are the row\'s', { site, hash: 'view=board' }, async (finished) => {
  const { page } = finished;
  await finished.ready();
  const strokes = () => page.$eval('#easel', ({ dataset }) => Number(dataset.strokes));
  const shown = () => page.evaluate(() => document.querySelector('.view:not([hidden])').dataset.version === document.querySelector('#easel').dataset.version);
  assert.equal(await strokes(), 1, 'the first example');
  const ink = () => page.$eval('.view:not([hidden]) .costs dd', ({ dataset }) => Number(dataset.value));
  const before = await ink();
  const { x, y, width } = await page.locator('#easel').boundingBox();
  const draw = async (share) => {
    await page.mouse.move(x + 0.2 * width, y + share * width);
    await page.mouse.down();
    await page.mouse.move(x + 0.8 * width, y + share * width, { steps: 3 });
    await page.mouse.up();
    await until('its picture', shown);
  };
  await draw(0.4);
  assert.notEqual(await ink(), before);
  await finished.click('[data-choice="wipe"]');
  assert.match(await page.$eval('.sketch-over', (node) => node.style.clipPath), /inset/);
  await draw(0.6);
  assert.equal(await strokes(), 3);
  await draw(0.8);
  await finished.notice(/sketch is full/);
  assert.equal(await strokes(), 3);
  for (let nth = 0; nth < 2; nth += 1) await finished.click('#easel-undo');
  assert.ok(await page.isDisabled('#easel-undo'), 'two steps back');
  assert.deepEqual(await page.$eval('#easel-size', ({ min, max, value }) => [min, max, value]), ['10', '100', '20']);
  await audit(page, 'the board');
});

pictures('dcgan', 'a line-up has numbers and maps, and a click draws with those weights', { site }, async (finished) => {
  const { page } = finished;
  await finished.ready();
  assert.deepEqual(await page.$$eval('.lineup dd', (all) => all.map((node) => node.textContent)), ['0', '1']);
  assert.deepEqual(await page.$$eval('.lineup .share-map:not([hidden])', (all) => all.map(({ width, height }) => [width, height])), [[1, 2], [1, 2]]);
  assert.equal(await page.getAttribute('.lineup button', 'aria-label'), 'Draw with Picture 1');
  assert.equal(await page.locator('.share-map:not([hidden])').count(), 2, 'no other picture has one');
});
