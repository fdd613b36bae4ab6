// WebGPU: refused with a sentence where it is missing, right where it runs, survived when it is lost.
// Without a graphics card the browser emulates one, so these tests train very little.
import assert from 'node:assert/strict';
import { SITE, SMALL, launch, leftOut, openShare, scenario, until } from './helper.mjs';
import { startProxy } from './proxy.mjs';
import { test } from 'node:test';

const TINY = `${SMALL}&measure-every=100000`;
const PATIENCE = 240_000;

scenario('no WebGPU: the CPU, with a sentence', {
  hash: `${SMALL}&device=webgpu`,
  init: () => Object.defineProperty(Navigator.prototype, 'gpu', { get: () => undefined }),
}, async (race) => {
  await race.notice(/WebGPU/);
  const { device } = await race.trained(3);
  assert.equal(device, 'cpu');
  assert.equal((await race.query()).get('device'), 'webgpu', 'the wish stays in the link');
});

scenario('no adapter: the CPU, with a sentence', {
  hash: `${SMALL}&device=webgpu`,
  init: () => Object.defineProperty(Navigator.prototype, 'gpu', { get: () => ({ requestAdapter: async () => null }) }),
}, async (race) => {
  await race.notice(/adapter/);
  assert.equal((await race.trained(3)).device, 'cpu');
});

scenario('an adapter without timestamp-query: the sentence names it', {
  hash: `${SMALL}&device=webgpu`,
  init: () => Object.defineProperty(Navigator.prototype, 'gpu', {
    get: () => ({ requestAdapter: async () => ({ features: new Set(['shader-f16']), info: { vendor: 'test' } }) }),
  }),
}, async (race) => {
  await race.notice(/timestamp-query/);
  assert.equal((await race.trained(3)).device, 'cpu');
});

scenario('the GPU module is not fetched for a CPU run', { hash: SMALL }, async (race) => {
  await race.trained(5);
  await race.pause();
  const fetched = await race.page.evaluate(() => performance.getEntriesByType('resource').map((entry) => entry.name));
  const inWorker = await (await race.worker()).evaluate(() => performance.getEntriesByType('resource').map((entry) => entry.name));
  assert.deepEqual([...fetched, ...inWorker].filter((name) => /genzoo_gpu/.test(name)), []);
});

const COMPARE = `
const QUERY = ${JSON.stringify(TINY)};
window.compare = async (kind, steps) => {
  const module = await import('./pkg/genzoo_' + kind + '.js');
  await module.default({ module_or_path: new URL('./pkg/genzoo_' + kind + '_bg.wasm', import.meta.url) });
  if (kind === 'gpu') await module.openDevice();
  const session = await module.Session.open('race', QUERY);
  while (session.step() < steps) await session.advance(steps - session.step(), 60000);
  const { arenas } = await session.frame(JSON.stringify({ field: 8, fakes: 64, manifold: 0, arrows: 0, arenas: [0, 1] }));
  return arenas.map(({ field, fakes }) => ({ field: [...field], fakes: [...fakes] }));
};`;

test('three steps on WebGPU agree with the CPU', { timeout: PATIENCE, skip: leftOut('WebGPU') }, async (t) => {
  const send = (type, body) => (_, response) => response.writeHead(200, { 'content-type': type }).end(body);
  const proxy = await startProxy(SITE, { pages: {
    '/compare.html': send('text/html', '<!doctype html><script type="module" src="compare.js"></script>'),
    '/compare.js': send('text/javascript', COMPARE),
  } });
  const page = await (await launch({ webgpu: true })).newPage();
  try {
    await page.goto(`${proxy.url}compare.html`);
    await page.waitForFunction('window.compare');
    const cpu = await page.evaluate(() => window.compare('cpu', 3));
    const gpu = await page.evaluate(() => window.compare('gpu', 3));
    // Adam divides by the root of tiny squares, so a rounding difference can turn into one learning rate (1e-3) a step.
    const tolerance = 5e-3;
    cpu.forEach((arena, i) => {
      for (const view of ['field', 'fakes']) {
        const far = Math.max(...arena[view].map((value, j) => Math.abs(value - gpu[i][view][j])));
        t.diagnostic(`arena ${i}, ${view}: largest difference ${far.toExponential(1)}`);
        assert.equal(gpu[i][view].length, arena[view].length);
        assert.ok(far <= tolerance, `arena ${i}: ${view} differs by ${far}`);
        assert.ok(Math.max(...arena[view].map(Math.abs)) > 1e-3, `${view} is not all zero`);
      }
    });
  } finally {
    await page.close();
    await proxy.close();
  }
});

scenario('a run file of WebGPU replays within the tolerance, on WebGPU and on the CPU', {
  hash: `${SMALL}&arenas=non-saturating&measure-every=10&device=webgpu&speed=1&step=10`, webgpu: true, timeout: 3 * PATIENCE,
}, async (race) => {
  const arrived = async (wanted) => assert.equal((await race.reaches(10, PATIENCE)).device, wanted);
  await arrived('webgpu');
  await openShare(race);
  const run = JSON.parse(await race.download('#run-save'));
  await race.click('#share-close');
  assert.deepEqual([run.device, run.step, run.hash, run.checks], ['webgpu', 10, null, []]);
  assert.deepEqual(run.metrics.map(({ step, arena }) => [step, arena]), [[10, 0]]);
  for (const device of ['webgpu', 'cpu']) {
    await race.drop(JSON.stringify({ ...run, device }));
    assert.equal(await race.verdict(PATIENCE), 'close', device);
    await race.notice(/all measures agree within the tolerance .* to step 10/);
    await arrived(device);
  }
  run.metrics[0].values.js += 0.2;
  await race.drop(JSON.stringify({ ...run, device: 'cpu' }));
  assert.equal(await race.verdict(PATIENCE), 'differs');
});

scenario('the page trains on WebGPU and survives losing it twice', {
  hash: `${TINY}&device=webgpu&speed=1&step=1`, webgpu: true, timeout: 2 * PATIENCE,
  expectedErrors: [/GPU|WebGL|context|device/i],
}, async (race, t) => {
  await race.when('a step on WebGPU', ({ step, device, state }) => step === 1 && device === 'webgpu' && state === 'paused', PATIENCE);
  await race.click('#step-both');
  const { step } = await race.when('a second step', (now) => now.step === 2, PATIENCE);

  const cdp = await race.browser.newBrowserCDPSession();
  const crash = () => cdp.send('Browser.crashGpuProcess').catch(() => {});
  for (const round of [1, 2]) {
    const before = (await race.notices()).length;
    await race.click('#play');
    await crash();
    const said = await until(`a sentence after crash ${round}`, async () => (await race.notices())[before], PATIENCE);
    assert.match(said, /WebGPU|graphics|GPU|device/i);
    assert.doesNotMatch(said, /Caused by|Backtrace|poisoned/i, 'a sentence for people');
    const now = await race.when('the run to go on', ({ state }) => state === 'running', PATIENCE);
    t.diagnostic(`after crash ${round}: step ${now.step} on ${now.device}; ${said}`);
    assert.ok(now.step >= step - 1, `step ${now.step} after ${step}`);
    if (now.device === 'cpu') break;
    await race.pause(PATIENCE);
  }
  await race.when('the CPU', ({ device }) => device === 'cpu', PATIENCE);
  await race.trained((await race.status()).step + 2, PATIENCE);
});
