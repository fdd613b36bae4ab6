// The lab's races: the failure gallery, a step in slow motion, and the timeline with its branches.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { mkdirSync } from 'node:fs';
import { SMALL, colours, openShare, scenario, sleep, until } from './helper.mjs';
import { embedded, when } from './embed.mjs';

const SHOTS = process.env.GENZOO_SHOTS;
if (SHOTS) mkdirSync(SHOTS, { recursive: true });

const failures = (name, { hash = '', ...options }, body) => scenario(name, { path: 'lab.html', hash: `demo=failures&${hash}`, ...options }, body);
const shot = async ({ page }, name) => SHOTS && page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true });
const cases = (page) => page.$$eval('#cases button', (all) => all.map((button) => button.dataset.case));

/** Pictures of the demo in its present state, in both themes; nothing may be wider than the screen. */
async function fits(race, name) {
  for (const theme of ['light', 'dark']) {
    await race.page.selectOption('#theme', theme);
    await sleep(300);
    const [content, screen] = await race.page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
    assert.ok(content <= screen, `${name}, ${theme}: ${content} in ${screen}`);
    await shot(race, `${name}-${theme}`);
  }
}

for (const [demo, least] of [['failures', 11], ['members', 3]]) scenario(`${demo}: every case starts with one click, and says what to see and why`, { path: 'lab.html', hash: `demo=${demo}` }, async (race) => {
  const { page } = race;
  await race.trained(1);
  const all = await cases(page);
  assert.ok(all.length >= least, all.join());
  for (const id of all.slice(1)) {
    await page.click(`#cases [data-case="${id}"]`);
    await until(`${id} in the link`, async () => (await race.query()).get('preset') === id);
    await race.trained(1);
    assert.equal(await page.getAttribute(`#cases [data-case="${id}"]`, 'aria-pressed'), 'true');
    const text = await page.textContent('#case');
    assert.match(text, /See: .{40}[^]*Why: .{40}/, id);
    assert.ok((await page.$eval('#case math', (node) => node.getBoundingClientRect().height)) > 10, `${id} has an equation`);
    assert.ok((await page.$$('#case tbody tr')).length >= 1, `${id} has claims`);
    assert.ok((await race.status()).arenas >= 2, id);
  }
  assert.equal(await page.isVisible('#fault'), false);
});

const element = (attributes) => `<script type="module" src="genzoo/genzoo.js"></script><gen-zoo demo="failures" settings="${SMALL}" ${attributes}></gen-zoo>`;
embedded('embedded with all controls, cases are chosen and say what to see', { page: element('controls="full"') }, async (page) => {
  await when(page, 'a picture', ({ frames }) => Number(frames) > 0);
  assert.match(await page.textContent('#case'), /See: .{40}[^]*Why: .{40}/);
  await page.click('#cases [data-case="oscillation"]');
  await until('the case', async () => (await page.getAttribute('#cases [data-case="oscillation"]', 'aria-pressed')) === 'true');
  await when(page, 'training', ({ step }) => step > 1);
});

embedded('where the settings are locked, so are the cases', { page: element('controls="full" lock="settings"') }, async (page) => {
  await when(page, 'a picture', ({ frames }) => Number(frames) > 0);
  assert.equal(await page.$eval('#cases', (node) => node.inert), true);
});

// Small networks, under which a critic clipped to a thousandth is as flat; what five seeds show of the whole is for `genzoo gallery`.
failures('a claim shows what this run reads at its step', { hash: `preset=clip-small&${SMALL}&step=500&speed=fit` }, async (race) => {
  await race.reaches(500);
  const readings = await race.page.$$eval('#case [data-reading]', (all) => all.map(({ dataset, textContent }) => [dataset.reading, textContent]));
  assert.equal(readings.length, 4);
  for (const [holds, text] of readings) assert.match(`${holds} ${text}`, /^true [\d.e−]+ ✓$|^false [\d.e−]+ ✗$/);
  assert.deepEqual(readings.slice(0, 2).map(([holds]) => holds), ['true', 'true'], JSON.stringify(readings));
});

failures('a claim over many steps shows the mean change between them', { hash: `preset=oscillation&${SMALL}&step=1000&speed=fit`, timeout: 300_000 }, async (race) => {
  await race.reaches(1000, 200_000);
  const shown = await race.page.$$eval('#case [data-reading]', (all) => all.map(({ textContent }) => parseFloat(textContent)));
  await openShare(race);
  const [head, ...rows] = await race.table();
  const w1 = head.indexOf('w1');
  ['A', 'B'].forEach((arena, nth) => {
    const values = rows.filter(([, step, letter]) => letter === arena && step >= 500 && step <= 1000).map((row) => Number(row[w1]));
    assert.equal(values.length, 11, 'a row every 50 steps');
    const mean = values.slice(1).reduce((sum, value, at) => sum + Math.abs(value - values[at]), 0) / 10;
    assert.ok(Math.abs(shown[nth] - mean) < 0.01 * mean, `${arena}: ${shown[nth]}, ${mean}`);
  });
});

failures('the gallery works by keyboard', {}, async (race) => {
  const { page } = race;
  await race.trained(1);
  const [, second] = await cases(page);
  await page.focus(`#cases [data-case="${second}"]`);
  await page.keyboard.press('Enter');
  await until('the second failure', async () => (await race.query()).get('preset') === second);
  await race.trained(1);
  await until('the focus on its button', () => page.evaluate((id) => document.activeElement?.dataset.case === id, second));
  await page.keyboard.press('n');
  await until('a figure', () => page.evaluate(() => document.querySelector('#races').hidden && !document.querySelector('#stage').hidden));
  await page.keyboard.press('p');
  await until('the failures again', () => page.evaluate(() => !document.querySelector('#races').hidden));
});

failures('slow motion goes through the stages of the step that then is made', { hash: `${SMALL}&measure-every=10&step=9` }, async (race) => {
  const { page } = race;
  const { hash } = await race.reaches(9);
  await page.keyboard.press('s');
  await until('the first stage', async () => /^1 of \d+\. Sample z/.test(await page.textContent('#slow-caption')));
  const stages = (await page.$$('#stages li')).length;
  assert.ok(stages >= 7);
  const drawn = () => colours(page, '#stages li canvas');
  await until('pictures in every stage', async () => (await drawn()).every((colours) => colours > 8));
  let loss = NaN;
  for (let stage = 2; stage <= stages; stage += 1) {
    await page.keyboard.press('ArrowRight');
    const caption = await page.textContent('#slow-caption');
    assert.ok(caption.startsWith(`${stage} of ${stages}.`), caption);
    const said = await page.$eval(`#stages li:nth-child(${stage})`, (item) =>
      item.querySelector('canvas').getAttribute('aria-label').slice(item.querySelector('figcaption').textContent.length));
    assert.ok(said.length > 20 && caption.includes(said), `a picture is told of as its own stage is: ${said}`);
    const [, found] = /loss of G ([−\d.]*\d)/.exec(caption) ?? [];
    if (found) loss = Number(found.replace('−', '-'));
  }
  assert.ok(Number.isFinite(loss));
  await page.keyboard.press('b');
  assert.match(await page.textContent('#slow-caption'), new RegExp(`^${stages - 1} of`));
  await page.keyboard.press('ArrowRight');
  assert.equal((await race.status()).hash, hash, 'looking changes nothing');
  await page.keyboard.press('ArrowRight');
  assert.notEqual((await race.restsAt(10)).hash, hash, 'the step is made');
  await until('the next step from its start', async () => /^1 of/.test(await page.textContent('#slow-caption')));
  await page.selectOption('#slow-arena', '1');
  await until('another arena', async () => (await page.textContent('#slow-arena option:checked')).startsWith('B'));
});

failures('the timeline goes back, branches with another setting, and compares', { hash: `${SMALL}&measure-every=10&speed=10&step=30` }, async (race) => {
  const { page } = race;
  await race.reaches(30);
  const steps = async (from, to) => {
    for (let at = from; at < to; at += 1) {
      await page.keyboard.press('ArrowRight');
      await race.restsAt(at + 1);
    }
    return (await race.status()).hash;
  };
  const scrub = async (key, what, holds) => {
    await page.focus('#scrub');
    await page.keyboard.press(key);
    const { step } = await race.when(what, (now) => holds(now) && now.state === 'paused' && now.step === now.restsAt);
    await page.evaluate(() => document.activeElement.blur());
    return step;
  };
  const hash = await steps(30, 60);
  await until('checkpoints', async () => Number(await page.getAttribute('#scrub', 'max')) >= 2);
  assert.equal(await scrub('Home', 'the start', ({ step }) => step === 0), 0);
  const step = await scrub('End', 'the last checkpoint', (now) => now.step > 30);
  assert.ok(step < 60);

  // The same settings give the same run, and no branch.
  assert.equal(await steps(step, 60), hash, 'bit for bit');
  assert.equal(await page.isVisible('#branches-part'), false);

  const from = await scrub('Home', 'the start again', (now) => now.step === 0);
  await race.setControl('lr-d', '0.05');
  await page.evaluate(() => document.activeElement.blur());
  await until('the new rate', async () => (await race.link()).includes('0.05'));
  await page.keyboard.press(' ');
  await race.trained(from + 150);
  await race.pause();
  await until('two branches', async () => (await page.$$('#branches tbody tr')).length === 2);
  const names = await page.$$eval('#branches tbody th', (all) => all.map((cell) => cell.textContent));
  assert.match(names[1], /^Discriminator learning rate 0\.05$/);
  const values = await page.$$eval('#branches [data-value]', (all) => all.map(({ dataset }) => dataset.value));
  assert.ok(values.every((value) => value !== '') && values[0] !== values[1], values.join());
  await fits(race, 'timeline-1280');

  // The first run is still there, as it was.
  await page.click('#branches [data-branch="0"] button');
  await until('the first run', async () => (await race.settled()).step <= 60);
  await until('its settings', async () => !(await race.link()).includes('0.05'));
  const link = await page.getAttribute('#branches [data-branch="1"] a', 'href');
  assert.match(decodeURIComponent(link), /lr-d.*0\.05/);
});

for (const [width, height] of [[390, 844], [1280, 800]]) {
  failures(`fits ${width} wide, with the longest title chosen`, { hash: `preset=minibatch&${SMALL}&step=60&measure-every=10&theme=light&speed=fit`, context: { viewport: { width, height } } }, async (race) => {
    await race.reaches(60);
    await fits(race, `failures-${width}`);
    await race.page.keyboard.press('s');
    for (let stage = 0; stage < 4; stage += 1) await race.page.keyboard.press('ArrowRight');
    await until('the fifth stage', async () => /^5 of/.test(await race.page.textContent('#slow-caption')));
    await fits(race, `slow-${width}`);
  });
}
