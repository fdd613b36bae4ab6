// What every row of the catalogue promises: each view opens, answers within the limits of its inputs and at them, comes back from
// its link, fits every width, suits both themes, is accessible, and is German on a German page.
import assert from 'node:assert/strict';
import { AXES_OWN, audit } from './audit.mjs';
import { english } from './english.mjs';
import { until } from './helper.mjs';
import { pictures } from './images.mjs';
import { catalog } from './strings.mjs';

const { exhibits } = await catalog('images');
const WIDTHS = [1280, 820, 390];
/** Pictures that are computed, in the order of the page. */
const PICTURES = '.view:not([hidden]) canvas[role="img"]:not(.easel canvas), .view:not([hidden]) .outputs canvas';

/** Calls a method of the page's own object, and waits until it has drawn. */
const ask = (finished, method, argument) => finished.page.evaluate(async ([name, value]) => {
  const { page } = await import(new URL('entries/exhibit.js', document.baseURI));
  await page[name](value);
}, [method, argument]);

const state = (finished) => finished.page.evaluate(async () => {
  const { page } = await import(new URL('entries/exhibit.js', document.baseURI));
  await page.store.settled();
  return { values: { ...page.values }, link: page.store.link };
});

/** FNV-1a over the pixels of all pictures. */
async function fingerprint(finished) {
  let hash = 0x811c9dc5;
  for (const data of await finished.pixels(PICTURES)) for (const byte of data) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}

const rests = (finished) => finished.when('a page at rest', ({ state: now, drawn }) => now === 'ready' && drawn > 0);

/** Leaves a view that plays by itself at rest. */
const quiet = (finished) => finished.page.evaluate(async () => {
  const { page } = await import(new URL('entries/exhibit.js', document.baseURI));
  await page.view.pause?.();
});

/** The settings of a view with the least and the most that each takes. */
function limits({ inputs }, { settings }) {
  const keys = new Set(inputs.flatMap((input) => input.keys));
  return settings.filter(({ key }) => keys.has(key)).flatMap((control) => {
    if (control.kind === 'flag') return [[control.key, 'true'], [control.key, 'false']];
    if (control.kind === 'choice') return control.choices.map(({ id }) => [control.key, id]);
    if (control.min === undefined) return [];
    return [[control.key, String(control.min)], [control.key, String(control.max)]];
  });
}

async function enter(finished, { id, title }) {
  await ask(finished, 'change', { view: id });
  await rests(finished);
  await quiet(finished);
  const { view } = await finished.status();
  assert.equal(view, id, title);
  assert.ok(await finished.page.isVisible('#stage > .view:not([hidden])'), `${title} is visible`);
}

/** The pictures once they stay as they are: charts are drawn a frame after their numbers. */
async function settled(finished) {
  let last = null;
  return until('pictures that stay', async () => {
    const before = last;
    last = await fingerprint(finished);
    return last === before && last;
  });
}

for (const exhibit of exhibits) {
  pictures(exhibit.id, 'every view of its row', { timeout: 900_000, expectedErrors: AXES_OWN }, async (finished) => {
    const { page } = finished;
    await finished.ready();
    for (const text of [exhibit.title, exhibit.look]) assert.ok((await page.textContent('.about')).includes(text), text.slice(0, 40));
    assert.ok(await page.locator('#equation math').count(), 'an equation');
    assert.equal(await page.locator('#sources a[href^="https://"]').count(), exhibit.sources.length);
    for (const view of exhibit.views) {
      await enter(finished, view);
      assert.equal(await page.textContent('#says'), view.says);
      // A link brings back what it names.
      const [before, picture] = [await state(finished), await settled(finished)];
      await ask(finished, 'follow', before.link);
      await rests(finished);
      assert.deepEqual(await state(finished), before, `${view.id}: the link`);
      if (view.custom === null) assert.equal(await settled(finished), picture, `${view.id}: the pictures of its link`);
      // Every width and theme.
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 800 });
        await finished.fitsWidth(`${view.id} at ${width}`);
      }
      await page.setViewportSize({ width: 1280, height: 800 });
      await audit(page, view.id);
      // Limits, each from where the view began.
      for (const [key, value] of limits(view, exhibit)) {
        await ask(finished, 'change', { [key]: value });
        await rests(finished);
        assert.equal(String((await state(finished)).values[key]), value, `${view.id}: ${key}`);
        assert.equal(await page.isVisible('#fault'), false, `${view.id}: ${key}=${value}`);
      }
      await ask(finished, 'follow', before.link);
      await rests(finished);
    }
    assert.deepEqual(await finished.notices(), [], 'nothing went wrong');
  });

  pictures(exhibit.id, 'every view in a German browser', { context: { locale: 'de-DE', viewport: { width: 1280, height: 1600 } }, timeout: 300_000 }, async (finished) => {
    const { page } = finished;
    await finished.ready();
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'de');
    for (const view of exhibit.views) {
      await enter(finished, view);
      assert.deepEqual(await english(page), [], view.id);
      // Where it needs other weights than those that are open.
      const other = page.locator('[data-offer]:visible').first();
      if (!(await other.count())) continue;
      await finished.after(() => other.click());
      assert.deepEqual(await english(page), [], `${view.id} with other weights`);
    }
    await page.keyboard.press('?');
    await until('the help', () => page.isVisible('#help-dialog'));
    assert.deepEqual(await english(page), [], 'the help');
  });
}
