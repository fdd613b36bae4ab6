// The interface in German: every text has a translation, and the pages show it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { embedded, when } from './embed.mjs';
import { TABLE, english } from './english.mjs';
import { SMALL, openShare, scenario, until } from './helper.mjs';
import { missing } from './strings.mjs';

const GERMAN = { locale: 'de-DE' };
const TALL = { ...GERMAN, viewport: { width: 1280, height: 1600 } };
const language = (page) => page.evaluate(() => document.documentElement.lang);
const text = (page, selector) => page.locator(selector).first().textContent();

test('every text of pages, scripts, catalog and model code has a translation', async () => {
  assert.deepEqual(await missing(TABLE), [], '`cargo xtask strings` lists them');
});

test('a text without a translation is found', async () => {
  const { 'Steps per frame': _, 'Paused at step {}.': __, ...less } = TABLE;
  assert.deepEqual((await missing(less)).map(([english]) => english).sort(), ['Paused at step {}.', 'Steps per frame']);
});

scenario('the start page in German, with settings, help and the share panel', { hash: `${SMALL}&step=1100&measure-every=1100&lang=de`, context: { viewport: { width: 1280, height: 1600 } } }, async (race) => {
  const { page } = race;
  await race.reaches(1100);
  await race.openSettings();
  assert.equal(await language(page), 'de');
  assert.equal(await text(page, '#step-count'), '1.100');
  assert.equal(await text(page, '#play-label'), 'Start');
  assert.match(await text(page, '#status'), /^Angehalten bei Schritt 1\.100\.$/);
  assert.match(await text(page, '.readouts dd[data-column="js"]'), /^0,\d+$/);
  assert.deepEqual(await english(page), []);
  await openShare(race);
  assert.deepEqual(await english(page), []);
  assert.equal((await race.query()).get('lang'), 'de');
});

scenario('sentences of the model code are German', { hash: `${SMALL}&lr-g=-3&zebra=1&step=2&lang=de` }, async (race) => {
  await race.notice(/Es gibt keine Einstellung „zebra“; sie wurde weggelassen\./);
  await race.notice(/verwendet wird/);
  assert.deepEqual(await english(race.page), []);
});

scenario('every figure of the lab, its failures and slow motion in a German browser', { path: 'lab.html', context: TALL, timeout: 300_000 }, async (race) => {
  const { page } = race;
  await race.trained(3);
  assert.equal(await language(page), 'de');
  for (const link of await page.$$eval('#demos a', (all) => all.map(({ hash }) => hash))) {
    await race.follow(link);
    await race.trained(3);
    assert.deepEqual(await english(page), [], link);
  }
  for (const id of await page.$$eval('#cases button', (all) => all.map(({ dataset }) => dataset.case))) {
    await page.click(`#cases [data-case="${id}"]`);
    await until(id, () => page.evaluate((one) => document.querySelector(`#cases [data-case="${one}"]`).ariaPressed === 'true', id));
    assert.deepEqual(await english(page), [], id);
  }
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press('s');
  for (let stages = await page.locator('#stages li').count(); stages > 0; stages -= 1) {
    assert.deepEqual(await english(page), [], `${stages} stages before the step`);
    await page.click('#slow-next');
  }
});

scenario('the browser decides, and a button leads back for good', { hash: `${SMALL}&step=2`, context: GERMAN }, async (race) => {
  const { page } = race;
  await race.restsAt(2);
  assert.deepEqual([await language(page), await text(page, '#language')], ['de', 'EN']);
  await Promise.all([page.waitForEvent('load'), race.click('#language')]);
  await race.restsAt(2);
  assert.deepEqual([await language(page), await text(page, '#language'), await text(page, '#play-label')], ['en', 'DE', 'Play']);
  assert.equal((await race.query()).get('lang'), null);
  await page.goto(new URL('lab.html', page.url()).href);
  await race.trained(2);
  assert.equal(await language(page), 'en');
});

scenario('an English visit does not pay for German', { hash: `${SMALL}&step=2` }, async (race) => {
  await race.restsAt(2);
  const names = await race.page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));
  assert.deepEqual(names.filter((name) => /translation|de\.json/.test(name)), []);
});

embedded('an element takes the language of its page, or its own', {
  page: `<script type="module" src="genzoo/genzoo.js"></script><section lang="de-AT"><gen-zoo controls="full" style="height: 700px" settings="${SMALL}&step=2"></gen-zoo></section>`,
}, async (page) => {
  await when(page, 'step 2', ({ step, restsAt }) => step === 2 && restsAt === '2');
  assert.equal(await page.locator('gen-zoo .frame').getAttribute('lang'), 'de');
  assert.deepEqual(await english(page, 'gen-zoo'), []);
});

embedded('a frame in German', { page: `<iframe title="race" width="640" height="400" src="genzoo/embed.html?lang=de&demo=race&${SMALL}&step=2"></iframe>` }, async (page) => {
  const inside = await until('the frame', () => page.frames().find((frame) => frame.url().includes('embed.html')));
  await when(inside, 'step 2', ({ step, restsAt }) => step === 2 && restsAt === '2');
  assert.equal(await inside.locator('gen-zoo #play-label').textContent(), 'Start');
});
