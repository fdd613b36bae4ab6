// Small things that people who used the pages asked for.
import assert from 'node:assert/strict';
import { SITE, SMALL, openShare, scenario, until } from './helper.mjs';
import { pictures } from './images.mjs';
import { startProxy } from './proxy.mjs';

scenario('what was changed on the way is shown as chips, which hold from step 0 at a press', { hash: `${SMALL}&seed=6&step=5` }, async (race) => {
  await race.reaches(5);
  assert.equal(await race.page.$('#changes'), null);
  await race.setControl('lr-g', '0.004');
  await race.click('#step-d');
  await until('two chips', async () => (await race.texts('#changes li')).length === 2);
  const chips = await race.texts('#changes li');
  assert.match(chips[0], /^step 5 .* 0\.004$/);
  assert.equal(chips[1], 'step 5 one update of D');
  await race.click('#reset');
  await race.notice(/the changes made on the way happen again at their steps/);
  assert.deepEqual(await race.texts('#changes li'), chips, 'a reset keeps them');
  await race.click('#changes-from-start');
  await until('no chips', () => race.page.isHidden('#changes'));
  await until('the link', async () => (await race.query()).get('lr-g') === '0.004');
  assert.equal((await race.query()).get('events'), null);
});

scenario('a new run has no hash until it is measured', { hash: `${SMALL}&seed=6&step=5` }, async (race) => {
  const { hash } = await race.reaches(5);
  const seen = await race.page.evaluate(() => new Promise((resolve) => {
    const node = document.querySelector('#state-hash');
    const seen = [];
    new MutationObserver(() => {
      seen.push(node.textContent);
      if (/^[0-9a-f]{16}$/.test(node.textContent)) resolve(seen);
    }).observe(node, { childList: true, characterData: true, subtree: true });
    location.hash = location.hash.replace('seed=6', 'seed=7');
  }));
  assert.equal(seen[0], '–');
  assert.notEqual(seen.at(-1), hash);
});

scenario('at rest, the table of a figure has the values of the step that is drawn', { path: 'lab.html', hash: 'demo=parallel-lines&step=13' }, async (race) => {
  await race.reaches(13);
  const theta = () => race.page.$$eval('#readouts [data-column="theta"]', (all) => all.map(({ dataset }) => Number(dataset.value)));
  const before = await theta();
  await race.click('#step-both');
  await race.restsAt(14);
  const after = await theta();
  assert.notEqual(after[1], before[1], 'every step has its own');
  await openShare(race);
  const [head, ...rows] = await race.table();
  assert.ok(rows.every((row) => Number(row[head.indexOf('step')]) % 10 === 0), 'the record has the usual steps only');
});

scenario('theta is dragged in the panels that show it', { path: 'lab.html', hash: 'demo=parallel-lines&step=13' }, async (race) => {
  await race.reaches(13);
  const { page } = race;
  const dragged = page.locator('.panel canvas[data-drags="theta"]');
  assert.equal(await dragged.count(), 3);
  const box = await dragged.nth(1).boundingBox();
  await page.mouse.move(box.x + 0.3 * box.width, box.y + 0.5 * box.height);
  await page.mouse.down();
  await page.mouse.move(box.x + 0.8 * box.width, box.y + 0.5 * box.height, { steps: 4 });
  await page.mouse.up();
  const value = async () => Number(await page.inputValue('.control[data-key="theta"] input.number'));
  await race.openSettings();
  await until('the new theta', async () => (await value()) > 0.8 && (await value()) < 1.2);
  await until('both lines there', async () => (await page.$$eval('#readouts [data-column="theta"]', (all) => all.map(({ dataset }) => Number(dataset.value)))).every((one) => one > 0.8));
  assert.match(await race.link(), /events=13\.theta:/);
});

for (const [path, title] of [['', 'Race of objectives'], ['lab.html#demo=flow', /RealNVP|flow/i], ['vae.html', 'VAE'], ['pix2pix.html', 'pix2pix']]) {
  scenario(`the heading of ${path || 'the start page'} is its own`, { path }, async (race) => {
    const heading = await until('the heading', async () => {
      const all = await race.texts('h1');
      return all.length === 1 && (title instanceof RegExp ? title.test(all[0]) : all[0] === title) && all[0];
    });
    assert.notEqual(heading, 'genzoo');
  });
}

/** The site whose weights never come. */
async function withoutWeights() {
  const proxy = await startProxy(SITE, { pages: { '/weights/vae-fashion-2d.bpk': () => {} } });
  return proxy.url;
}

pictures('vae', 'weights that are late leave a skeleton in the first screen', { site: withoutWeights }, async ({ page }) => {
  await until('the skeleton', () => page.isVisible('.skeletons i'));
  const { y } = await page.locator('.skeletons i').first().boundingBox();
  assert.ok(y < 500, `${y} px`);
  await until('the download', () => page.isVisible('#download'));
});

pictures('dcgan', 'a recall of nothing is explained, and the skeleton goes', {}, async (one) => {
  await one.ready();
  assert.match(await until('a remark', () => one.page.textContent('#made .remark')), /^A recall of 0 beside a precision of 0\.\d+: /);
  assert.equal(await one.page.isVisible('.skeletons i'), false);
});

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
for (const [path, hash] of [['', `${SMALL}&step=3`], ['lab.html', 'demo=parallel-lines&step=3'], ['vae.html', ''], ['pix2pix.html', '']]) {
  scenario(`on a phone, what is pressed on ${path || 'the start page'} is at least 44 px high`, { path, hash, context: PHONE }, async (race) => {
    await race.when('a page at rest', ({ state }) => state === 'paused' || state === 'ready');
    if (await race.page.isVisible('#settings-toggle')) await race.click('#settings-toggle');
    const small = await race.page.evaluate(() => {
      const pressed = 'button, select, summary, label.button, input:not([type="checkbox"], [type="radio"], [type="range"], [type="file"]), nav a, [role="tab"]';
      return [...document.querySelectorAll(pressed)]
        .filter((node) => node.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !node.closest('dialog:not([open])') && !node.matches('.skip, .visually-hidden'))
        .map((node) => ({ node, box: node.getBoundingClientRect() }))
        .filter(({ box }) => box.height > 0 && (box.height < 43.5 || box.width < 43.5))
        .map(({ node, box }) => `${node.tagName.toLowerCase()}#${node.id}.${node.className} ${Math.round(box.width)} x ${Math.round(box.height)}`);
    });
    assert.deepEqual(small, []);
  });
}
