// Axe finds no serious fault on any page, light or dark, nor in what opens on it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SMALL, scenario, until } from './helper.mjs';

const AXE = readFileSync(fileURLToPath(new URL('./node_modules/axe-core/axe.min.js', import.meta.url)), 'utf8');

/** Axe looks into style sheets through style elements of its own. */
const AXES_OWN = [/Applying inline style/];

async function audit(page, what) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => axe.run(document, { resultTypes: ['violations'] }));
  const serious = violations.filter(({ impact }) => ['serious', 'critical'].includes(impact))
    .map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ target, failureSummary }) => `${target.flat().join(' ')} (${failureSummary.split('\n')[1]?.trim()})`).join('; ')}`);
  assert.deepEqual(serious, [], what);
}

for (const colorScheme of ['light', 'dark']) {
  scenario(`the start page, ${colorScheme}`, { hash: `${SMALL}&step=10&measure-every=10`, context: { colorScheme }, expectedErrors: AXES_OWN }, async (race) => {
    await race.restsAt(10);
    await race.openSettings();
    await audit(race.page, 'with settings');
    await race.click('#share');
    await until('the panel', () => race.page.evaluate(() => document.querySelector('#share-dialog').open));
    await audit(race.page, 'with the share panel');
    await race.page.keyboard.press('Escape');
    await race.click('#help');
    await audit(race.page, 'with the help');
  });

  scenario(`the lab, ${colorScheme}`, { path: 'lab.html', context: { colorScheme }, expectedErrors: AXES_OWN }, async (race) => {
    await race.trained(5);
    await race.pause();
    await race.openSettings();
    await audit(race.page, 'with settings');
    await race.click('#help');
    await audit(race.page, 'with the help');
  });

  for (const controls of ['none', 'minimal', 'full']) {
    scenario(`embed.html, controls=${controls}, ${colorScheme}`, { path: `embed.html?${SMALL}&step=10&measure-every=10&controls=${controls}`, context: { colorScheme }, expectedErrors: AXES_OWN }, async ({ page }) => {
      await until('step 10', () => page.evaluate(() => document.querySelector('gen-zoo')?.shadowRoot?.querySelector('#status')?.dataset.restsAt === '10'));
      await audit(page, controls);
    });
  }
}

for (const path of ['dcgan.html', 'vae.html', 'pix2pix.html']) {
  scenario(path, { path, expectedErrors: AXES_OWN }, async ({ page }) => {
    await until('pictures', () => page.evaluate(() => document.querySelector('#status').dataset.state === 'ready'), 120_000);
    await audit(page, path);
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
