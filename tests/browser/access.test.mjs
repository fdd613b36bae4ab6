// Axe finds no serious fault on any page, nor in what opens on it, in light and in dark.
import assert from 'node:assert/strict';
import { FINISHED } from '../../www/embed/embedding.js';
import { AXES_OWN, audit } from './audit.mjs';
import { embedded } from './embed.mjs';
import { SMALL, openShare, scenario, until } from './helper.mjs';

scenario('the start page', { hash: `${SMALL}&step=10&measure-every=10`, expectedErrors: AXES_OWN }, async (race) => {
  await race.restsAt(10);
  await race.openSettings();
  await audit(race.page, 'with settings');
  await openShare(race);
  await audit(race.page, 'with the share panel');
  await race.page.keyboard.press('Escape');
  await race.click('#help');
  await audit(race.page, 'with the help');
});

scenario('every figure of the lab', { path: 'lab.html', expectedErrors: AXES_OWN, timeout: 240_000 }, async (race) => {
  const { page } = race;
  await race.trained(2);
  await race.openSettings();
  for (const link of await page.$$eval('#demos a', (all) => all.map(({ hash }) => hash))) {
    await race.follow(link);
    await race.trained(2);
    await audit(page, link);
  }
  await race.click('#help');
  await audit(page, 'with the help');
});

scenario('failures, slow motion and the timeline', {
  path: 'lab.html', hash: `demo=failures&${SMALL}&measure-every=10&step=30&speed=fit`, expectedErrors: AXES_OWN, timeout: 240_000,
}, async (race) => {
  const { page } = race;
  await race.reaches(30);
  await page.click('#slow-motion');
  for (let stages = await page.locator('#stages li').count(); stages > 1; stages -= 1) await page.click('#slow-next');
  await audit(page, 'slow motion at its end');
  await page.focus('#scrub');
  await page.keyboard.press('Home');
  await race.when('the start', ({ step }) => step === 0);
  await race.setControl('lr-d', '0.05');
  await page.click('#play');
  await until('a branch', () => page.isVisible('#branches-part'));
  await race.pause();
  await audit(page, 'the timeline with a branch');
});

embedded('a race, a figure and finished models as elements', {
  page: `<main><h1>Host</h1><script type="module" src="genzoo/genzoo.js"></script>
    ${[['race', `${SMALL}&step=2`], ['flow', 'step=2'], ...FINISHED.map((demo) => [demo, ''])].map(([demo, settings]) => `<gen-zoo demo="${demo}" settings="${settings}" style="width: 1000px; height: 600px"></gen-zoo>`).join('')}</main>`,
  context: { viewport: { width: 1280, height: 4000 } }, expectedErrors: AXES_OWN,
}, async (page) => {
  await page.evaluate(() => Promise.all([...document.querySelectorAll('gen-zoo')].map((element) => element.state())));
  await audit(page, 'around them, and in shadow roots');
  for (const frame of page.frames().slice(1)) await audit(frame, frame.url());
});

for (const controls of ['none', 'minimal', 'full']) {
  scenario(`embed.html, controls=${controls}`, { path: `embed.html?${SMALL}&step=10&measure-every=10&controls=${controls}`, expectedErrors: AXES_OWN }, async ({ page }) => {
    await until('step 10', () => page.evaluate(() => document.querySelector('gen-zoo')?.shadowRoot?.querySelector('#status')?.dataset.restsAt === '10'));
    await audit(page, controls);
  });
}

for (const path of ['', 'lab.html']) {
  scenario(`training on ${path || 'the start page'} is not read out`, { path, hash: `${path ? 'demo=failures&' : ''}${SMALL}&measure-every=10&speed=5&step=10` }, async (race) => {
    await race.restsAt(10);
    await race.click('#play');
    await race.trained(20);
    await race.page.evaluate(() => {
      window.said = [];
      new MutationObserver((changes) => {
        for (const { target } of changes) {
          const node = target.nodeType === Node.TEXT_NODE ? target.parentElement : target;
          const live = node?.closest('output, [role="status"], [role="alert"], [role="log"], [aria-live]:not([aria-live="off"])');
          if (live && !live.closest('[aria-hidden="true"], [hidden]')) said.push(live.textContent);
        }
      }).observe(document.body, { subtree: true, childList: true, characterData: true });
    });
    await race.trained(50);
    assert.ok(await race.page.evaluate(() => document.querySelectorAll('.chart .value').length > 4));
    assert.deepEqual(await race.page.evaluate(() => said), []);
  });
}
