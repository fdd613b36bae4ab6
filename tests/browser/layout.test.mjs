// From phone to projector, light and dark, with and without motion. GENZOO_SHOTS names a folder for screenshots.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { mkdirSync } from 'node:fs';
import { SMALL, colours, scenario, sleep, until } from './helper.mjs';

const SHOTS = process.env.GENZOO_SHOTS;
if (SHOTS) mkdirSync(SHOTS, { recursive: true });
const shoot = (race, name) => SHOTS && race.page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true });

const SIZES = [[320, 640], [390, 844], [1440, 900], [1920, 1080]];

for (const [width, height] of SIZES) {
  scenario(`fits ${width} wide, light and dark, settings open and closed`, {
    hash: `${SMALL}&arenas=non-saturating,wasserstein-gp,minimax&step=12`, context: { viewport: { width, height } },
  }, async (race) => {
    await race.restsAt(12);
    const lightness = {};
    for (const colorScheme of ['light', 'dark']) {
      await race.page.emulateMedia({ colorScheme });
      for (const settings of ['closed', 'open']) {
        await race.page.evaluate((wanted) => {
          const { settings: now } = document.querySelector('.race').dataset;
          if (now !== wanted) document.querySelector('#settings-toggle').click();
        }, settings);
        await sleep(350); // panels may slide
        await until('pictures at the new size', async () => (await colourCounts(race)).some((count) => count > 20), 3000);
        const wide = await race.page.evaluate(() => {
          const { scrollWidth, clientWidth } = document.documentElement;
          const out = [...document.querySelectorAll('body *')]
            .filter((node) => node.checkVisibility({ visibilityProperty: true }) && node.getBoundingClientRect().right > clientWidth + 1 && node.getBoundingClientRect().left < clientWidth)
            .map((node) => `${node.tagName.toLowerCase()}#${node.id}.${node.className}`);
          return { scrollWidth, clientWidth, out: out.slice(0, 5) };
        });
        assert.ok(wide.scrollWidth <= wide.clientWidth, `${colorScheme}, settings ${settings}: ${JSON.stringify(wide)}`);
        await shoot(race, `${width}-${colorScheme}-settings-${settings}`);
      }
      lightness[colorScheme] = await race.page.evaluate(() => {
        const canvas = new OffscreenCanvas(1, 1).getContext('2d');
        canvas.fillStyle = getComputedStyle(document.body).backgroundColor;
        canvas.fillRect(0, 0, 1, 1);
        return canvas.getImageData(0, 0, 1, 1).data[1];
      });
    }
    assert.ok(lightness.light > 200 && lightness.dark < 60, JSON.stringify(lightness));
  });
}

scenario('the theme menu overrules the system', { hash: `${SMALL}&step=2`, context: { colorScheme: 'light' } }, async (race) => {
  await race.restsAt(2);
  const background = () => race.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await background();
  await race.page.selectOption('#theme', 'dark');
  await sleep(300);
  assert.notEqual(await background(), light);
  assert.equal((await race.query()).get('theme'), 'dark');
  await race.visit(await race.link());
  await race.restsAt(2);
  assert.notEqual(await background(), light);
});

scenario('reduced motion is honoured', { hash: `${SMALL}&step=2`, context: { reducedMotion: 'reduce' } }, async (race) => {
  await race.restsAt(2);
  await race.click('#settings-toggle');
  await race.click('#help');
  const moving = await race.page.evaluate(() => document.getAnimations()
    .filter((animation) => animation.effect.getComputedTiming().endTime > 50)
    .map((animation) => animation.effect.target.id || animation.effect.target.className));
  assert.deepEqual(moving, []);
});

scenario('what is drawn is not blank', { hash: `${SMALL}&step=12` }, async (race) => {
  await race.restsAt(12);
  const counts = await colourCounts(race);
  assert.equal(counts.length, 2);
  for (const count of counts) assert.ok(count > 20, `${count} colours`);
});

const colourCounts = (race) => colours(race.page, 'canvas.plot-canvas');

for (const width of [390, 1280]) {
  scenario(`a printed page says what it shows, from ${width} wide`, { hash: `${SMALL}&lr-g=0.004&step=2`, context: { viewport: { width, height: 800 } } }, async (race) => {
    const { page } = race;
    await race.restsAt(2);
    await page.emulateMedia({ media: 'print' });
    const printed = (selector) => page.$$eval(selector, (all) => all.filter((node) => node.checkVisibility()).map((node) => node.dataset.key ?? node.textContent));
    const keys = await printed('.control');
    assert.deepEqual(keys.toSorted(), ['batch', 'd-width', 'g-width', 'lr-g', 'seed']);
    assert.equal(await page.locator('.control[data-key="lr-g"] input.number').inputValue(), '0.004');
    assert.equal((await printed('.presets button')).length, 1);
    assert.deepEqual(await printed('#play, .masthead-tools, #notices'), []);
    const said = await page.evaluate(() => getComputedStyle(document.querySelector('.colophon'), '::after').content);
    assert.ok(said.includes('lr-g=0.004') && said.includes('step=2'), said);
  });
}
