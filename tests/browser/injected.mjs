// Faults injected into a run on the start page: how soon it goes on, how many steps are lost, and whether any value differs from
// what the same run gives undisturbed. Shared by a test, which takes a few, and by `cargo xtask bench faults`, which takes all.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Race, SMALL, computing, download, openShare, sleep, until } from './race.mjs';

export const KINDS = ['worker killed', 'worker hung', 'GPU lost', 'network lost', 'storage full', 'tab hidden'];
export const PHASES = ['loading', 'first step', 'training', 'paused', 'measuring', 'replaying', 'sharing', 'replaced worker'];

const QUERY = `${SMALL}&seed=5`;
const TARGET = 1500; // of a replay
const HIDDEN_MILLIS = 300;
const UNDER_WAY_MILLIS = 100; // what was under way has arrived by then

/** Whether the page is kept for visits without a network. */
const kept = (page) =>
  page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    return Boolean(registration?.active) && navigator.serviceWorker.controller !== null;
  });

/** The module that the pages run, in Node. */
export async function loadModule(site) {
  const folder = await mkdtemp(join(tmpdir(), 'genzoo-node-'));
  try {
    const glue = join(folder, 'genzoo_cpu.mjs');
    await writeFile(glue, await (await fetch(new URL('pkg/genzoo_cpu.js', site))).text());
    const module = await import(pathToFileURL(glue));
    await module.default({ module_or_path: await (await fetch(new URL('pkg/genzoo_cpu_bg.wasm', site))).arrayBuffer() });
    return module;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Values of a run file that the same run, undisturbed, does not give: `{checked, invented}`. */
export async function compare(module, file) {
  const { columns } = JSON.parse(module.catalog()).demos[0];
  const session = await module.Session.open('race', file.link);
  const expected = new Map();
  const stops = new Set([...file.checks.map(({ step }) => step), ...(file.hash ? [file.step] : [])]);
  let [checked, invented] = [0, 0];
  const check = (holds) => {
    checked += 1;
    if (!holds) invented += 1;
  };
  const hashes = new Map(file.checks.map(({ step, hash }) => [step, hash]));
  if (file.hash) hashes.set(file.step, file.hash);
  for (const stop of [...new Set([...stops, file.step])].sort((a, b) => a - b)) {
    while (session.step() < stop) await session.advance(stop - session.step(), 1000);
    const { rows } = await session.frame(JSON.stringify({ field: 0, fakes: 0, manifold: 0, arrows: 0, arenas: [] }));
    for (const { arena, step, values } of rows) {
      expected.set(`${arena} ${step}`, Object.fromEntries(columns.map((column, at) => [column, values[at]]).filter(([, value]) => Number.isFinite(value))));
    }
    if (hashes.has(stop)) check((await session.hash()) === hashes.get(stop));
  }
  for (const { arena, step, values } of file.metrics) check(JSON.stringify(expected.get(`${arena} ${step}`)) === JSON.stringify(values));
  session.free();
  return { checked, invented };
}

/** A worker that is closed or hangs never answers, but says first that this comes. One that was replaced meanwhile says nothing. */
async function inWorker({ page, worker }, script) {
  for (let tries = 5; ; tries -= 1) {
    const said = page.waitForEvent('console', { predicate: (message) => message.text() === 'a fault', timeout: 6000 });
    worker.evaluate(`console.log('a fault'); (${script})()`).catch(() => {});
    try {
      await said;
      return;
    } catch (error) {
      const present = computing(page).at(-1);
      if (tries === 0) throw error;
      worker = present ?? worker;
    }
  }
}

const INJECT = {
  'worker killed': (scene) => inWorker(scene, () => self.close()),
  'worker hung': (scene) =>
    inWorker(scene, () => Atomics.wait(new Int32Array(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer), 0, 0)),
  'GPU lost': (scene) => inWorker(scene, () => postMessage({ crash: 'the device was destroyed', said: 'The graphics device (WebGPU) was lost.' })),
  'network lost': ({ page }) => page.context().setOffline(true),
  'storage full': async ({ page }) => {
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('Storage.overrideQuotaForOrigin', { origin: new URL(page.url()).origin, quotaSize: 1 });
    await page.evaluate(() => {
      Storage.prototype.setItem = () => {
        throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
      };
    });
    await page.selectOption('#theme', 'dark'); // something to store
  },
  'tab hidden': ({ page }) => show(page, 'hidden'),
};

const show = (page, visibility) =>
  page.evaluate((value) => {
    Object.defineProperty(document, 'visibilityState', { value, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, visibility);

/** What is given back at once: then the page goes on. */
const RESTORE = {
  'network lost': async ({ page }) => page.context().setOffline(false),
  'tab hidden': async ({ page }) => {
    await sleep(HIDDEN_MILLIS);
    await show(page, 'visible');
  },
};

/**
 * One fault in one phase of a fresh visit: `{resumed, lost, checked, invented, said}`, the milliseconds until the run went on, the
 * steps that it lost, how many values were compared and how many differ, and what the page said.
 */
export async function fault({ browser, site, module }, kind, phase) {
  const context = await browser.newContext({ serviceWorkers: kind === 'network lost' ? 'allow' : 'block', viewport: { width: 1280, height: 800 } });
  try {
    const page = await context.newPage();
    const race = new Race(page, browser);
    const scene = { kind, page, race, worker: null };
    const before = await arrive(scene, phase, site);
    await INJECT[kind](scene);
    let begin = performance.now();
    if (kind === 'network lost' && phase === 'loading') await until('a sentence, or a run', () => page.evaluate(() => document.querySelector('#fault')?.hidden === false || document.querySelector('#status')?.dataset.state === 'running'));
    if (RESTORE[kind] && !(kind === 'network lost' && phase !== 'loading')) {
      await RESTORE[kind](scene);
      begin = performance.now();
    }
    await goesOn(scene, phase, before);
    const resumed = performance.now() - begin;
    const said = await race.notices();
    const from = said.map((text) => /from step ([\d,]+)/.exec(text)?.[1]).findLast(Boolean);
    const file = scene.file ?? (await runFile(scene, phase));
    await page.context().setOffline(false);
    assert.equal(module.readRun(JSON.stringify(file)) !== '', true);
    const lost = from === undefined ? 0 : Math.max(0, before.step - Number(from.replaceAll(',', '')));
    return { resumed, lost, said, ...(await compare(module, file)) };
  } finally {
    await context.close();
  }
}

/** Brings a page into a phase, with the worker in `scene` that computes then; resolves to its status. */
async function arrive(scene, phase, site) {
  const { page, race, kind } = scene;
  const address = `${site}#${QUERY}${phase === 'measuring' ? '&measure-every=10' : ''}${phase === 'replaying' ? `&step=${TARGET}` : ''}`;
  if (phase === 'loading') {
    const first = new Promise((found) => {
      page.on('worker', (worker) => !worker.url().endsWith('painter.js') && found(worker));
    });
    await page.goto(address, { waitUntil: 'commit' });
    scene.worker = await first;
    return { step: 0 };
  }
  await page.goto(address, { waitUntil: 'commit' });
  await page.waitForSelector('#status', { state: 'attached' });
  await race.when('a run', ({ state }) => ['running', 'replaying', 'paused'].includes(state));
  await page.click('#status'); // a touch, so that the page may go on for as long as it likes
  // On a slow machine its two seconds may have passed before the touch.
  if (phase !== 'replaying' && (await race.status()).state === 'paused') await page.click('#play');
  if (kind === 'network lost') await until('the service worker', () => kept(page));
  const steps = { 'first step': 0, measuring: 5 }[phase] ?? 50;
  await until(`step ${steps}`, async () => {
    const { state, step } = await race.status();
    if (state === 'paused' && step < steps) await page.click('#play');
    return step >= steps;
  });
  if (phase === 'paused' || phase === 'sharing') await race.pause();
  if (phase === 'sharing') await openShare(race);
  if (phase === 'replaced worker') {
    const old = await race.worker();
    await inWorker({ page, worker: old }, () => self.close());
    scene.worker = await until('another worker', () => computing(page).find((worker) => worker !== old));
  } else scene.worker = await race.worker();
  return race.status();
}

/** Resolves once the run goes on after a fault. */
async function goesOn(scene, phase, before) {
  const { page, race } = scene;
  await page.waitForSelector('#status', { state: 'attached' });
  if (phase === 'loading' && (await page.isVisible('#fault-reload'))) await page.click('#fault-reload');
  if (phase === 'sharing') {
    scene.file = await runFile(scene, phase);
    return;
  }
  if (phase === 'paused') {
    await page.click('#step-both');
    await race.restsAt(before.step + 1);
    return;
  }
  await sleep(UNDER_WAY_MILLIS);
  const { frames } = await race.status();
  await race.when('another picture', (now) => now.frames > (frames || 0) && now.step > 0);
  if (phase === 'replaying') scene.replayed = true;
}

/** The run file of the run so far, at rest. */
async function runFile({ page, race, replayed }, phase) {
  if (replayed) await race.restsAt(TARGET);
  else if (phase !== 'paused' && phase !== 'sharing') await race.pause();
  if (!(await page.evaluate(() => document.querySelector('#share-dialog')?.open))) await openShare(race);
  return JSON.parse(await download(page, '#run-save'));
}
