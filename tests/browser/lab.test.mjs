// The lab page: every figure of its table starts, moves, answers to the keyboard and to its link, and fits its screen.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { mkdirSync } from 'node:fs';
import { SITE, colours, scenario, sleep, until } from './helper.mjs';

const SHOTS = process.env.GENZOO_SHOTS;
if (SHOTS) mkdirSync(SHOTS, { recursive: true });

const FIGURES = ['parallel-lines', 'two-gaussians', 'clipping', 'one-dimension', 'flow', 'posterior', 'codes', 'bigan', 'cycle'];
const lab = (name, options, body) => scenario(name, { path: 'lab.html', ...options }, body);

/** At rest at `step`; a link's replay that has used up its unasked computing is told to go on. */
async function arrives(race, step) {
  await until(`a rest at step ${step}`, async () => {
    const now = await race.status();
    if (now.state === 'paused' && now.step < step && await race.page.isVisible('#replay-continue')) await race.page.click('#replay-continue');
    return now.state === 'paused' && now.step === step && now.restsAt === step && now.hashStep === step;
  });
  return race.status();
}

const value = (page, run, column) => page.evaluate(([r, c]) =>
  Number(document.querySelector(`#readouts [data-run="${r}"] [data-column="${c}"]`)?.dataset.value ?? NaN), [run, column]);

lab('the table of figures is the one that is tested', {}, async (race) => {
  await race.trained(1);
  const links = await race.page.$$eval('#demos a', (all) => all.map((link) => link.hash));
  assert.deepEqual(links, [...FIGURES.map((id) => `#demo=${id}`), '#demo=members&speed=fit', '#demo=failures&speed=fit']);
});

for (const demo of FIGURES) {
  lab(`${demo}: text, equation, panels, values and an exact replay`, { hash: `demo=${demo}&step=12` }, async (race) => {
    const { page } = race;
    const { hash } = await arrives(race, 12);
    assert.ok((await page.textContent('#look')).length > 200);
    const equation = await page.evaluate(() => {
      const math = document.querySelector('#equation math');
      return { namespace: math.namespaceURI, height: math.getBoundingClientRect().height, errors: math.querySelectorAll('parsererror').length };
    });
    assert.ok(equation.namespace.endsWith('MathML') && equation.height > 15 && equation.errors === 0, JSON.stringify(equation));
    for (const count of await colours(page, '.panel canvas')) assert.ok(count > 8, `${count} colours`);
    const shown = await page.$$eval('#readouts td', (all) => all.map((cell) => cell.textContent));
    assert.ok(shown.some((text) => text !== '–'), shown.join());
    assert.equal(new URLSearchParams(await race.link()).get('demo'), demo);

    await page.keyboard.press('ArrowRight');
    const next = await race.restsAt(13);
    assert.notEqual(next.hash, hash);
    await page.goto('about:blank');
    await page.goto(`${SITE}lab.html#demo=${demo}&step=12`);
    assert.equal((await arrives(race, 12)).hash, hash, 'the link replays the run');
  });

  lab(`${demo}: by keyboard alone`, { hash: `demo=${demo}` }, async (race) => {
    const { page } = race;
    await race.trained(5);
    await page.keyboard.press(' ');
    const { step } = await race.settled();
    await sleep(300);
    assert.equal((await race.status()).step, step, 'paused');
    await page.keyboard.press('r');
    await race.when('step 0', (now) => now.step === 0);
    await race.glanceAtHelp();
    const before = await page.textContent('#figure-title');
    await page.keyboard.press('n');
    await until('the next figure', async () => (await page.textContent('#figure-title')) !== before);
  });

  lab(`${demo}: every preset starts`, { hash: `demo=${demo}` }, async (race) => {
    await race.trained(1);
    await race.openSettings();
    const presets = await race.page.$$eval('#presets button', (all) => all.map((button) => button.dataset.preset));
    assert.ok(presets.length >= 3);
    for (const preset of presets.slice(1)) {
      await race.click(`#presets button[data-preset="${preset}"]`);
      await until(`preset ${preset}`, async () => new URLSearchParams(await race.link()).get('preset') === preset);
      await race.trained(2);
    }
    assert.equal(await race.page.isVisible('#fault'), false);
  });

  for (const [width, height] of [[390, 844], [1280, 800], [1920, 1080]]) {
    lab(`${demo}: fits ${width} wide`, { hash: `demo=${demo}&step=60&theme=light`, context: { viewport: { width, height } } }, async (race) => {
      const { page } = race;
      await arrives(race, 60);
      for (const theme of ['light', 'dark']) {
        await page.selectOption('#theme', theme);
        await sleep(300);
        const wide = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
        assert.ok(wide[0] <= wide[1], `${theme}: ${wide}`);
        if (SHOTS) await page.screenshot({ path: join(SHOTS, `${demo}-${width}-${theme}.png`), fullPage: true });
      }
    });
  }
}

lab('parallel lines show log 2, infinity and the shift, and only one run moves', { hash: 'demo=parallel-lines&theta=0.8&critic-steps=10&lr-d=0.005&step=120' }, async (race) => {
  const { page } = race;
  await arrives(race, 120);
  assert.ok(Math.abs(await value(page, 0, 'js') - Math.LN2) < 1e-6);
  assert.equal(await value(page, 0, 'kl'), Infinity);
  assert.match(await page.textContent('#readouts [data-run="0"] [data-column="kl"]'), /∞/);
  assert.ok(await value(page, 0, 'theta') > 0.6, 'JS stays');
  assert.ok(Math.abs(await value(page, 1, 'theta')) < 0.15, 'W comes home');
});

lab('a slider moves the figure at rest, and the link keeps it', { hash: 'demo=two-gaussians&step=20' }, async (race) => {
  await arrives(race, 20);
  await race.setControl('gap', '0');
  await until('V of D* at −log 4', async () => Math.abs(await value(race.page, 0, 'v_exact') + Math.log(4)) < 1e-6);
  await until('the change in the link', async () => /events=20\.gap:0/.test(decodeURIComponent(await race.link())));
});

lab('the bound of the information stays below H(c) and comes near it', { hash: 'demo=codes&step=150' }, async (race) => {
  const { page } = race;
  await arrives(race, 150);
  for (const run of [1, 2]) {
    const bound = await value(page, run, 'bound');
    assert.ok(bound > 1 && bound <= Math.log(8), `run ${run}: ${bound}`);
  }
  assert.match(await page.textContent('#readouts [data-run="0"] [data-column="bound"]'), /–/, 'without Q there is none');
});

lab('only the run with a cycle loss finds the way back', { hash: 'demo=cycle&step=150' }, async (race) => {
  await arrives(race, 150);
  const [led, free] = await Promise.all([0, 1].map((run) => value(race.page, run, 'cycle')));
  assert.ok(led < 0.3 * free, `${led} and ${free}`);
});
