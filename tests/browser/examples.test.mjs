// The example decks and pages, opened for real.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { SMALL, launch, sleep, until } from './helper.mjs';
import { EXAMPLES, call, embedded, frameOf, kept, reference, shown, startHost, when } from './embed.mjs';

const LINK = `${SMALL}&seed=4&step=10`;

embedded('reveal.js: slides play and pause what is on them', { path: 'reveal.html', timeout: 240_000 }, async (page) => {
  const to = (slide) => page.evaluate((id) => { location.hash = `#/${id}`; }, slide);
  const rests = async (scope, selector) => {
    const { step } = await when(scope, 'a rest', ({ state, step: now, restsAt }) => state === 'paused' && restsAt === String(now), selector);
    await sleep(400);
    assert.equal((await shown(scope, selector)).step, step);
  };
  await until('the deck', () => page.evaluate(() => document.querySelector('.reveal')?.classList.contains('ready')));
  assert.equal(page.workers().length, 0, 'nothing computes before its slide');

  await to('race');
  const inside = await frameOf(page, 'demo=race');
  await when(inside, 'training on the slide', ({ step, state }) => step > 5 && state === 'running');

  await to('grid');
  // reveal.js lets the frame of a slide go with it.
  await until('rest on the slide before', () => !page.frames().some((frame) => frame.url().includes('demo=race')));
  await when(page, 'training of the element', ({ step }) => step > 2, '#grid gen-zoo');

  await to('walk');
  const model = await frameOf(page, 'demo=dcgan');
  const time = () => model.evaluate(() => Number(document.querySelector('.view:not([hidden])')?.dataset.time ?? 0));
  await until('a walk', async () => (await time()) > 0.1);

  await to('steps');
  await until('the button', () => page.isVisible('#ten'));
  await page.click('#ten');
  const reading = await until('a reading', () => page.textContent('#reading'), 120_000);
  assert.match(reading, /^step 10, state [0-9a-f]{16}$/);
  const before = (await shown(page, '#grid gen-zoo')).step;
  await sleep(500);
  assert.equal((await shown(page, '#grid gen-zoo')).step, before, 'the slide before rests');

  // The same steps, the same state.
  await page.reload();
  await until('the button', () => page.isVisible('#ten'));
  await page.click('#ten');
  assert.equal(await until('a reading', () => page.textContent('#reading'), 120_000), reading);

  await to('race');
  const again = await frameOf(page, 'demo=race');
  await when(again, 'training again', ({ step }) => step > 5);
  await page.evaluate(() => document.querySelector('#race iframe').contentWindow.postMessage('slide:stop', '*'));
  await rests(again);
});

/** The deck and its site on one host that goes away once the site is kept; what `open` shows before and after must be the same. */
function withoutNetwork(name, path, pages, open) {
  test(name, { timeout: 240_000 }, async () => {
    const host = await startHost(pages);
    const context = await (await launch()).newContext({ serviceWorkers: 'allow' });
    try {
      const page = await context.newPage();
      await page.goto(`${host.url.replace(/genzoo\/$/, '')}${path}`);
      await page.evaluate(async () => { window.connect = (await import('/genzoo/genzoo.js')).connect; });
      const before = await open(page, 1);
      await host.close();
      assert.deepEqual(await open(page, 2), before);
    } finally {
      await context.close();
    }
  });
}

/** What the frame that `selector` finds says of itself after `steps` more steps. */
const stepped = (page, selector, steps) => page.evaluate(async ([found, count]) => {
  const demo = connect(document.querySelector(found));
  await demo.pause();
  await demo.step(count);
  const { step, hash } = await demo.state();
  return { step, hash };
}, [selector, steps]);

withoutNetwork('reveal.js: a slide opens again without the network, in the same state', 'reveal.html', {}, async (page) => {
  await page.evaluate(() => { location.hash = '#/race'; });
  const inside = await frameOf(page, 'demo=race');
  await when(inside, 'training on the slide', ({ step }) => step > 0);
  await until('the service worker', () => kept(inside));
  await page.evaluate((link) => connect(document.querySelector('#race iframe')).open(link), LINK);
  const state = await stepped(page, '#race iframe', 2);
  await page.evaluate(() => { location.hash = '#/0'; });
  await until('the slide left', () => !page.frames().some((frame) => frame.url().includes('demo=race')));
  return state;
});

/** The raw HTML blocks of a Quarto document, in a page as Quarto makes it. */
const quarto = readFileSync(join(EXAMPLES, 'quarto.qmd'), 'utf8').matchAll(/```\{=html\}\n(.*?)```/gs);
embedded('Quarto: the element and a table of its measures', {
  page: `<main class="content" id="quarto-document-content">${[...quarto].map(([, html]) => html).join('\n')}</main>`,
}, async (page) => {
  await page.locator('gen-zoo #play').click();
  await until('measures', async () => (await page.locator('#measures tbody tr').count()) >= 2);
  const cells = await page.locator('#measures tbody tr').first().locator('td').allTextContents();
  assert.equal(cells[0], '50');
  assert.match(cells[3], /^0\.\d{3}$/);

  await call(page, 'open', LINK);
  await call(page, 'step', 2);
  const { step, hash } = await call(page, 'state');
  assert.deepEqual([step, hash], [12, await reference(LINK.replace('step=10', 'step=12'))]);
});

const notebook = JSON.parse(readFileSync(join(EXAMPLES, 'notebook.ipynb'), 'utf8'));
const output = notebook.cells.flatMap(({ outputs = [] }) => outputs).map(({ data }) => data['text/html'].join('')).join('');
const cell = `<div class="jp-OutputArea-output">${output}</div>`;
embedded('a notebook: the frame stands where its settings say', { page: cell }, async (page) => {
  const inside = await frameOf(page, 'embed.html');
  await when(inside, 'step 20', ({ step, restsAt }) => step === 20 && restsAt === '20');
  assert.equal(await inside.evaluate(() => new URLSearchParams(location.search).get('density')), 'two-moons');
  const { hash } = await shown(inside);
  assert.equal(hash, await reference('density=two-moons&seed=7&step=20'), 'the start page has the same');
});

withoutNetwork('a notebook: the frame opens again without the network, in the same state', 'host.html', { '/host.html': cell }, async (page, time) => {
  await page.evaluate((n) => { document.querySelector('iframe').src += `&n=${n}`; }, time);
  const inside = await frameOf(page, `n=${time}`);
  await when(inside, 'step 20', ({ step, restsAt }) => step === 20 && restsAt === '20');
  await until('the service worker', () => kept(inside));
  return stepped(page, 'iframe', 2);
});
