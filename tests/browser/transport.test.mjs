// Play, pause, single steps, reset, the keyboard, and every way to change a run from the page.
import assert from 'node:assert/strict';
import { SMALL, scenario, sleep, until } from './helper.mjs';

const AT_20 = `${SMALL}&step=20`;

scenario('play and pause', { hash: SMALL }, async (race) => {
  await race.trained(3);
  const paused = await race.pause();
  await sleep(400);
  assert.equal((await race.status()).step, paused.step, 'a paused page stays where it is');
  assert.equal(await race.page.textContent('#play-label'), 'Play');
  assert.equal(await race.page.textContent('#state-hash').then((text) => text.includes(paused.hash.slice(0, 8))), true);
  await race.click('#play');
  await race.trained(paused.step + 3);
  assert.equal(await race.page.textContent('#play-label'), 'Pause');
});

scenario('single steps move what they name', { hash: AT_20 }, async (race) => {
  const { hash: start } = await race.restsAt(20);
  await race.click('#step-both');
  const { hash: both } = await race.restsAt(21);
  assert.notEqual(both, start);

  const change = async (button) => {
    const { hash } = await race.settled();
    await race.click(button);
    return race.when('another hash', (now) => now.state === 'paused' && now.hash !== hash && now.hashStep === now.step);
  };
  const afterD = await change('#step-d');
  assert.equal(afterD.step, 21, 'an update of D is not a generator step');
  const afterG = await change('#step-g');
  assert.equal(afterG.step, 22);
});

scenario('reset replays exactly', { hash: AT_20 }, async (race) => {
  const { hash } = await race.restsAt(20);
  await race.click('#reset');
  await race.when('step 0 or beyond', ({ step }) => step < 20);
  await race.pause();
  // The same run in single steps, from wherever it was stopped.
  await race.visit(AT_20.replace('step=20', 'step=12'));
  await race.restsAt(12);
  for (let step = 13; step <= 20; step++) {
    await race.click('#step-both');
    await race.restsAt(step);
  }
  assert.equal((await race.status()).hash, hash);
});

scenario('reset by keyboard starts the same run', { hash: `${SMALL}&step=3` }, async (race) => {
  const { hash } = await race.restsAt(3);
  await race.page.keyboard.press('r');
  const { state } = await race.when('step 0', ({ step }) => step === 0);
  assert.notEqual(state, 'fault');
  await race.pause();
  for (let step = (await race.status()).step + 1; step <= 3; step++) {
    await race.page.keyboard.press('ArrowRight');
    await race.restsAt(step);
  }
  assert.equal((await race.status()).hash, hash);
});

scenario('the keyboard alone runs the page', { hash: AT_20 }, async (race) => {
  const { page } = race;
  await race.restsAt(20);
  const reached = [];
  for (let i = 0; i < 60 && !reached.includes('settings-toggle'); i++) {
    await page.keyboard.press('Tab');
    reached.push(await page.evaluate(() => document.activeElement.id));
  }
  assert.equal(reached[0], 'skip');
  for (const id of ['theme', 'share', 'help', 'play', 'step-both', 'step-d', 'step-g', 'reset', 'speed', 'device', 'settings-toggle']) {
    assert.ok(reached.includes(id), `${id} is reached with Tab (seen: ${reached.filter(Boolean).join(' ')})`);
  }
  await page.evaluate(() => document.activeElement.blur());

  await race.glanceAtHelp();
  await page.keyboard.press(' ');
  await race.trained(23);
  await page.keyboard.press(' ');
  const { step, hash } = await race.settled();
  await page.keyboard.press('d');
  await race.when('another hash', (now) => now.hash !== hash && now.step === step);
});

scenario('every control has a name, and text can be read', { hash: AT_20 }, async (race) => {
  const { page } = race;
  await race.restsAt(20);
  await race.openSettings();
  const cdp = await page.context().newCDPSession(page);
  const { nodes } = await cdp.send('Accessibility.getFullAXTree');
  const roles = new Set(['button', 'checkbox', 'combobox', 'slider', 'spinbutton', 'textbox', 'tab', 'link', 'progressbar']);
  const nameless = nodes.filter(({ ignored, role, name }) => !ignored && roles.has(role?.value) && !name?.value);
  assert.deepEqual(nameless.map(({ role, backendDOMNodeId }) => `${role.value} ${backendDOMNodeId}`), []);

  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await sleep(200);
    assert.deepEqual(await page.evaluate(faintTexts), [], `contrast in ${colorScheme}`);
  }
});

scenario('live changes go on, other changes restart', { hash: AT_20 }, async (race) => {
  await race.restsAt(20);
  await race.setControl('lr-g', '0.0005');
  await until('the change in the link', async () => /events=[^&]*lr-g/.test(decodeURIComponent(await race.link())));
  assert.equal((await race.status()).step, 20, 'a learning rate changes without a restart');

  assert.equal(await race.page.getAttribute('.control[data-key="g-depth"]', 'data-live'), 'false');
  await race.setControl('g-depth', '3');
  await race.when('a restart', ({ step }) => step < 20);
  await race.pause();
  await until('the new depth in the link', async () => (await race.query()).get('g-depth') === '3');
  assert.equal((await race.query()).get('g-width'), '8', 'other settings stay');
});

scenario('objectives and arenas come and go', { hash: `${SMALL}&step=5` }, async (race) => {
  await race.restsAt(5);
  const objectives = () => race.page.evaluate(() => [...document.querySelectorAll('.arena select.objective')].map((select) => select.value));
  assert.deepEqual(await objectives(), ['non-saturating', 'wasserstein-gp']);

  await race.page.selectOption('.arena[data-index="0"] select.objective', 'least-squares');
  await until('the new objective', async () => (await objectives())[0] === 'least-squares');
  for (const count of [3, 4]) {
    await race.click('#add-arena');
    await race.when(`${count} arenas`, ({ arenas }) => arenas === count);
  }
  assert.equal(await race.page.isVisible('#add-arena') && await race.page.isEnabled('#add-arena'), false, 'four is the most');
  await until('four arenas in the link', async () => (await race.query()).get('arenas')?.split(',').length === 4);
  for (const count of [3, 2, 1]) {
    await race.click('.arena[data-index="0"] button.remove-arena');
    await race.when(`${count} arenas`, ({ arenas }) => arenas === count);
  }
  const { step } = await race.status();
  await race.page.click('#play');
  await race.when('some training', (now) => now.step !== step || now.state === 'running');
});

scenario('views and charts switch off and on', { hash: `${SMALL}&step=5` }, async (race) => {
  await race.restsAt(5);
  for (const group of ['views', 'chart-toggles']) {
    const count = await race.page.locator(`#${group} button`).count();
    assert.ok(count >= 5, `${group} offers ${count}`);
    for (let i = 0; i < count; i++) {
      const button = race.page.locator(`#${group} button`).nth(i);
      const before = await button.getAttribute('aria-pressed');
      await button.click();
      await until('a switch', async () => (await button.getAttribute('aria-pressed')) !== before);
    }
  }
  const query = await race.query();
  assert.deepEqual(query.get('views')?.split(',').sort(), ['arrows', 'manifold']);
  assert.ok(query.has('charts'), 'the link keeps which charts are shown');
  assert.equal((await race.settled()).step, 5, 'looking changes nothing');

  await race.visit(await race.link());
  await race.restsAt(5);
  assert.deepEqual(
    await race.page.evaluate(() => [...document.querySelectorAll('#views [aria-pressed=true]')].map((button) => button.dataset.view).sort()),
    ['arrows', 'manifold'],
  );
});

scenario('presets and pace', { hash: SMALL }, async (race) => {
  await race.trained(1);
  await race.openSettings();
  const presets = await race.page.$$eval('#presets button', (all) => all.map((button) => button.dataset.preset));
  assert.ok(presets.length >= 3, presets.join());
  await race.click('#presets button[data-preset="ring8-256"]');
  await until('the preset', async () => (await race.page.inputValue('.control[data-key="latent-dim"] input.number')) === '32');
  await race.visit(`${SMALL}&speed=1`);
  await race.trained(1);
  await race.page.fill('#speed', '7');
  await race.page.press('#speed', 'Enter');
  await until('the pace in the link', async () => (await race.query()).get('speed') === '7');
  await race.page.fill('#speed', 'as fast as you can');
  await race.page.press('#speed', 'Enter');
  await until('a known pace again', async () => /^(fit|\d+)$/.test(await race.page.inputValue('#speed')));
});

/** Runs in the page: visible texts whose contrast with the nearest opaque background is under WCAG AA. */
function faintTexts() {
  const luminance = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const background = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const colour = rgba(getComputedStyle(at).backgroundColor);
      if (colour[3] > 250) return colour;
    }
    return [255, 255, 255, 255];
  };
  const faint = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !node.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    if (node.closest('[disabled], .visually-hidden, svg, canvas, script, noscript')) continue;
    const style = getComputedStyle(node);
    const [front, back] = [rgba(style.color), background(node)].map(luminance);
    const ratio = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700);
    if (ratio < (large ? 3 : 4.5)) faint.add(`${node.tagName.toLowerCase()}.${node.className}: ${ratio.toFixed(2)} "${walker.currentNode.data.trim().slice(0, 30)}"`);
  }
  return [...faint];
}
