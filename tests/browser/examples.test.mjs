// The example decks and pages, opened for real.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sleep, until } from './helper.mjs';
import { EXAMPLES, embedded, frameOf, shown, when } from './embed.mjs';

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
  await when(page, 'training of the element', ({ step }) => step > 2, '#grid gen-zoo');

  await to('walk');
  const model = await frameOf(page, 'demo=dcgan');
  const time = () => model.evaluate(() => Number(document.querySelector('.walk')?.dataset.time ?? 0));
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
});

const notebook = JSON.parse(readFileSync(join(EXAMPLES, 'notebook.ipynb'), 'utf8'));
const output = notebook.cells.flatMap(({ outputs = [] }) => outputs).map(({ data }) => data['text/html'].join('')).join('');
embedded('a notebook: the frame stands where its settings say', { page: `<div class="jp-OutputArea-output">${output}</div>` }, async (page) => {
  const inside = await frameOf(page, 'embed.html');
  await when(inside, 'step 20', ({ step, restsAt }) => step === 20 && restsAt === '20');
  assert.equal(await inside.evaluate(() => new URLSearchParams(location.search).get('density')), 'two-moons');
});
