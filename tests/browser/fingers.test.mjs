// Hands: a second finger or a palm on the boards, numbers with a decimal comma, keyboards whose letters are not Latin, and a step to stop at.
import assert from 'node:assert/strict';
import { SITE, SMALL, scenario, until } from './helper.mjs';

/** Puts fingers of a device with a touch screen on the page: `touch(type, [[x, y, id], ...])`. */
async function fingers(page) {
  const cdp = await page.context().newCDPSession(page);
  return (type, places) => cdp.send('Input.dispatchTouchEvent', { type, touchPoints: places.map(([x, y, id]) => ({ x, y, id })) });
}

/** Draws a line of a finger over the element, with another finger resting on it where there is a palm; resolves to its picture. */
async function line(page, selector, palm) {
  await page.locator(selector).scrollIntoViewIfNeeded();
  const { x, y, width, height } = await page.locator(selector).boundingBox();
  const touch = await fingers(page);
  const at = (part, down, id) => [x + part * width, y + down * height, id];
  const second = palm ? [at(0.85, 0.85, 2)] : [];
  await touch('touchStart', [at(0.2, 0.2, 1)]);
  if (palm) await touch('touchStart', [at(0.2, 0.2, 1), ...second]);
  for (const part of [0.3, 0.4, 0.5]) {
    const moved = palm ? [at(0.85 - part / 20, 0.85, 2)] : [];
    await touch('touchMove', [at(0.2, part, 1), ...moved]);
  }
  await touch('touchEnd', []);
  return page.evaluate((s) => document.querySelector(s).toDataURL(), selector);
}

scenario('a palm does not draw on the pad of a finished model', {
  path: 'vae.html', hash: 'view=draw', context: { hasTouch: true, viewport: { width: 900, height: 900 } },
}, async ({ page }) => {
  await until('the weights', () => page.evaluate(() => document.querySelector('#status').dataset.state === 'ready' && document.querySelector('#draw-pad')?.checkVisibility()));
  await page.evaluate(() => {
    globalThis.presses = 0;
    document.querySelector('#draw-pad').addEventListener('pointerdown', () => { globalThis.presses += 1; });
  });
  const draw = async (palm) => {
    await page.click('#pad-clear');
    return line(page, '#draw-pad', palm);
  };
  const alone = await draw(false);
  assert.equal(await draw(true), alone);
  assert.equal(await page.evaluate(() => globalThis.presses), 3, 'the second finger did press');
  const shown = () => page.evaluate(() => document.querySelector('#draw-pad').toDataURL());
  await page.click('#pad-undo');
  assert.notEqual(await shown(), alone, 'the stroke is gone');
  await page.click('#pad-undo');
  assert.equal(await shown(), alone, 'and was one step');
});

for (const [lang, written] of [['en', '0.002'], ['de', '0,002']]) {
  scenario(`a decimal comma is read, or refused with a sentence: ${lang}`, { hash: `${SMALL}&step=5&lang=${lang}` }, async (race) => {
    await race.reaches(5);
    await race.openSettings();
    const field = race.page.locator('.control[data-key="lr-g"] input.number');
    const type = async (text) => {
      await field.fill('');
      await field.pressSequentially(text);
      await field.press('Enter');
    };
    await type('0,002');
    await until('the rate in the link', async () => /lr-g:0\.002$/.test((await race.query()).get('events') ?? ''));
    await field.blur();
    await until('the rate as the page writes it', async () => (await field.inputValue()) === written);
    await type(lang === 'en' ? '1,000' : '1.000');
    await race.notice(lang === 'en' ? /“1,000” is no number that can be read/ : /„1\.000“ ist keine lesbare Zahl/);
    await type('fast');
    await race.notice(/fast/);
    assert.equal(await field.inputValue(), written, 'the rate stays');
    assert.match((await race.query()).get('events'), /^5\.lr-g:0\.002$/);
    const batch = race.page.locator('.control[data-key="batch"] input.number');
    await batch.fill('16,5');
    await batch.press('Enter');
    await race.notice(/16,5/);
    await batch.press('ArrowUp');
    await until('one more', async () => /batch:17$/.test((await race.query()).get('events')));
  });
}

scenario('shortcuts stay in their places on a Cyrillic layout', { hash: `${SMALL}&step=5` }, async (race) => {
  await race.reaches(5);
  const press = (key, code, shiftKey = false) => race.page.evaluate((event) => document.body.dispatchEvent(new KeyboardEvent('keydown', { ...event, bubbles: true, cancelable: true })), { key, code, shiftKey });
  const { hash } = await race.status();
  await press('в', 'KeyD');
  await race.when('an update of the discriminator', (now) => now.hash !== hash && now.step === 5 && now.hashStep === 5);
  await press('к', 'KeyR');
  await race.when('a reset', ({ step }) => step === 0);
  await press('؟', 'Slash', true);
  await until('the help', () => race.page.evaluate(() => document.querySelector('#help-dialog').open));
});

scenario('a run stops at the step that is asked for', { hash: `${SMALL}&stop=12` }, async (race) => {
  await until('step 12', async () => {
    const { state, step } = await race.status();
    if (state === 'paused' && step < 12) await race.click('#play'); // a link may compute little on a slow machine
    return state === 'paused' && step === 12;
  });
  assert.equal(await race.page.inputValue('#stop-at'), '12');
  await race.notice(/Stopped at step 12/);
  await race.click('#play');
  await race.trained(14); // beyond it, nothing stops
  await race.pause();
  const { step } = await race.status();
  await race.page.fill('#stop-at', String(step + 30));
  await race.page.press('#stop-at', 'Enter');
  await until('the stop in the link', async () => (await race.query()).get('stop') === String(step + 30));
  await race.click('#play');
  const { hash } = await race.restsAt(step + 30);
  await race.click('#reset');
  await race.when('a reset', (now) => now.step === 0);
  await race.pause();
  await race.click('#play');
  assert.equal((await race.restsAt(step + 30)).hash, hash, 'to the same state');

  await race.page.fill('#stop-at', '5');
  await race.page.press('#stop-at', 'Enter');
  await race.notice(/after a reset it stops at step 5/);
  for (const text of ['soon', '0', '2,5', '10000000']) {
    await race.page.fill('#stop-at', text);
    await race.page.press('#stop-at', 'Enter');
    await race.notice(/The step to stop at is a whole number from 1 to 1,000,000/);
    assert.equal(await race.page.inputValue('#stop-at'), '5');
  }
  await race.page.fill('#stop-at', '');
  await race.page.press('#stop-at', 'Enter');
  await until('no stop in the link', async () => !(await race.query()).has('stop'));
});

scenario('a figure and an embedded race stop there too', { path: 'lab.html', hash: 'demo=two-gaussians&speed=5&stop=17' }, async (race) => {
  await race.reaches(17);
  await race.page.goto(`${SITE}embed.html?demo=race&${SMALL}&stop=9&autoplay=1`);
  const step = () => race.page.evaluate(() => document.querySelector('gen-zoo').state());
  await until('step 9', async () => {
    const state = await step().catch(() => null);
    return state?.state === 'paused' && state.step === 9 && /stop=9/.test(state.link);
  });
});
