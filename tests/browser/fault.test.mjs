// What goes wrong is said in a sentence, and nothing that can be kept is lost.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SITE, SMALL, launch, pixels, scenario, sleep, until } from './helper.mjs';
import { fault, loadModule } from './injected.mjs';
import { startProxy } from './proxy.mjs';

const WILD = `${SMALL}&arenas=non-saturating,least-squares&optimiser=sgd&lr-g.1=10&lr-d.1=10`;

scenario('a learning rate that explodes', { hash: WILD }, async (race) => {
  const { step } = await race.when('a fault', ({ state }) => state === 'fault');
  const text = await race.page.textContent('#fault-text');
  assert.match(text, /loss/i);
  assert.match(text, /least squares|least-squares/i, 'the sentence names the arena');
  const since = Number(/step (\d[\d,]*)/.exec(text)?.[1].replaceAll(',', ''));
  assert.ok(since > 0 && since <= step + 1, `the sentence names the step: ${text}`);
  await sleep(300);
  assert.equal((await race.status()).step, step, 'the run is paused');
  assert.equal(Number((await race.query()).get('lr-g.1')), 10, 'settings are kept');

  await race.click('#fault-reset');
  await race.when('no fault', ({ state }) => state !== 'fault');
});

scenario('back from an explosion to the last good state', { hash: `${SMALL}&arenas=least-squares,wasserstein-gp&optimiser.0=sgd` }, async (race) => {
  await race.trained(5);
  await race.click('#status'); // a touch, so that the page may go on for as long as it likes
  await sleep(4500); // states are kept every three seconds
  await race.setControl('lr-d', '10');
  await race.setControl('lr-g', '10');
  await race.when('a fault', ({ state }) => state === 'fault');
  const label = await race.page.textContent('#fault-back');
  const step = Number(/[\d,]+/.exec(label)[0].replaceAll(',', ''));
  assert.ok(step > 0, label);
  await race.click('#fault-back');
  await race.when('that step', (now) => now.step === step && now.state !== 'fault');
  assert.equal(await race.page.isHidden('#fault'), true);
  assert.match((await race.query()).get('arenas'), /least-squares/, 'settings are kept');
});

const kill = async (race) => (await race.worker()).evaluate(() => self.close());

scenario('a worker killed in mid-run', {}, async (race) => {
  await race.trained(20);
  await sleep(4000); // states are kept every three seconds
  const before = await race.status();
  await kill(race);
  const said = await race.notice(/worker/i);
  const from = Number(/step ([\d,]+)/.exec(said)[1].replaceAll(',', ''));
  assert.ok(from > 0 && from <= before.step + before.stepsPerSecond, said);
  const lostSeconds = (before.step - from) / before.stepsPerSecond;
  assert.ok(lostSeconds < 10, `${lostSeconds.toFixed(1)} s of training lost`);
  await race.trained(before.step + 10);
  assert.equal((await race.status()).arenas, 2);
});

scenario('a worker killed while the page rests', { hash: `${SMALL}&step=10` }, async (race) => {
  const { hash } = await race.restsAt(10);
  await kill(race);
  await race.notice(/worker/i);
  await race.when('a resting page', ({ state }) => state === 'paused');
  await race.visit(`${SMALL}&step=10`);
  assert.equal((await race.restsAt(10)).hash, hash);
});

scenario('a painter killed in mid-run: the page paints by itself', {}, async (race) => {
  await race.trained(20);
  const painter = race.page.workers().find((worker) => worker.url().endsWith('painter.js'));
  painter.evaluate(() => self.close()).catch(() => {}); // a closed worker may never answer
  const trainedOn = async () => { await race.trained((await race.status()).step + 10); return pixels(race.page, 'canvas.plot-canvas'); };
  const [before, after] = [await trainedOn(), await trainedOn()];
  assert.equal(before.length, 2);
  before.forEach((data, arena) => assert.ok(Buffer.compare(data, after[arena]) !== 0, `another picture in arena ${arena}`));
});

scenario('a panic in the model code', {}, async (race) => {
  await race.trained(20);
  await (await race.worker()).evaluate(() => console.error('panicked at src/somewhere.rs:1:1'));
  const said = await race.notice(/stopped unexpectedly/);
  assert.match(said, /step/);
  const { step } = await race.status();
  await race.trained(step + 10);
});

// Without settings of its own, as a link that has them stops after two seconds.
scenario('a worker that always dies is not started for ever', {}, async (race) => {
  await race.trained(1);
  const given = () => race.page.isVisible('#fault');
  for (let i = 0; i < 15 && !(await given()); i++) {
    const killed = await race.worker();
    killed.evaluate(() => self.close()).catch(() => {}); // a closed worker may never answer
    await until('another worker', async () => (await given()) || (await race.worker()) !== killed);
    const { frames } = await race.status();
    await until('its first pictures', async () => (await given()) || (await race.status()).frames > frames + 2);
  }
  assert.ok(await given(), 'the last word');
  assert.match(await race.page.textContent('#fault-text'), /settings are kept/i);
});

const withoutModule = async () => (await startProxy(SITE, {
  pages: { '/pkg/genzoo_cpu_bg.wasm': (_, response) => response.writeHead(404).end() },
})).url;
scenario('the model code cannot be fetched', { site: withoutModule, expectedErrors: [/404/] }, async (race) => {
  await until('a sentence', async () => /404|could not be fetched/.test(await race.page.textContent('body')));
});

const cutModule = async () => (await startProxy(SITE, {
  pages: { '/pkg/genzoo_cpu_bg.wasm': (_, response) => response.writeHead(200, { 'content-type': 'application/wasm' }).end('\0asm\x01\0\0\0junk') },
})).url;
scenario('the model code arrives damaged', { site: cutModule }, async (race) => {
  await until('a sentence', async () => (await race.page.isVisible('#fault')) || (await race.notices()).length > 0);
});

/** The site with the cards of these weights, but not their files; `asked` counts requests for those. */
const withoutFiles = async (ids, asked) => (await startProxy(SITE, {
  pages: Object.fromEntries(ids.map((id) => [`/weights/${id}.bpk`, (_, response) => {
    asked.push(id);
    response.writeHead(404).end();
  }])),
})).url;
const weightsOf = async (page) => page.$$eval('#weights option', (all) => all.map(({ value }) => value));

const all = [];
scenario('cards are there and no weights: one sentence, each is asked for once', {
  path: 'vae.html', site: async () => withoutFiles(await (await fetch(`${SITE}weights/index.json`)).json(), all), expectedErrors: [/404/],
}, async (race) => {
  await until('a sentence', () => race.page.isVisible('#fault-text'));
  assert.match(await race.page.textContent('#fault-text'), /^The weights vae-\S+ are not on this site\. [^.]+\.$/);
  assert.deepEqual(await race.notices(), [], 'nothing is said to be shown instead');
  const asked = all.length;
  assert.equal(new Set(all).size, asked, all.join());
  assert.ok(asked <= (await weightsOf(race.page)).length);
  await sleep(500);
  assert.equal(all.length, asked, 'no loop');
  await race.click('#fault-again');
  await until('the sentence again', () => race.page.isVisible('#fault-text'));
});

scenario('the file of the first weights is missing: others are shown, and it is said', {
  path: 'vae.html', site: () => withoutFiles(['vae-critters'], []), hash: 'weights=vae-critters', expectedErrors: [/404/],
}, async (race) => {
  const said = await race.notice(/is shown instead/);
  assert.match(said, /^The weights vae-critters are not on this site\. .* is shown instead\.$/);
  await race.when('a picture', ({ state }) => state === 'ready' || state === 'paused');
  assert.notEqual((await race.query()).get('weights'), 'vae-critters');
});

/** Each kind of fault and each phase of a run; all pairs of them are for `cargo xtask bench faults`. */
const INJECTED = [
  ['worker hung', 'loading'], ['worker hung', 'paused'], ['worker hung', 'replaying'], ['worker killed', 'first step'],
  ['worker killed', 'sharing'], ['worker killed', 'replaced worker'], ['GPU lost', 'measuring'], ['network lost', 'loading'],
  ['storage full', 'training'], ['tab hidden', 'replaying'],
];
const AT_A_TIME = 2;
/** Five seconds where the machine is free, which the bench counts; silence is counted in ticks of the page, which a busy machine makes late. */
const SOON_MILLIS = 30_000;

test('faults in all phases of a run: it goes on soon, and every value is that of the undisturbed run', { timeout: 240_000 }, async (t) => {
  const [browser, module] = [await launch(), await loadModule(SITE)];
  const left = [...INJECTED];
  const some = async () => {
    for (let [kind, phase] = left.shift() ?? []; kind; [kind, phase] = left.shift() ?? []) {
      const { resumed, lost, checked, invented, said } = await fault({ browser, site: SITE, module }, kind, phase);
      const where = `${kind}, ${phase}: ${Math.round(resumed)} ms, ${lost} steps lost, ${invented} of ${checked} values invented; ${said.join(' ')}`;
      t.diagnostic(where);
      assert.ok(resumed < SOON_MILLIS, where);
      assert.ok(checked > 0 && invented === 0, where);
      assert.ok(said.length <= 3, where);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, some));
});
