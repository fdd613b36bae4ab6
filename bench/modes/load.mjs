// First visit to first training step: a fresh profile with an empty cache each time.
import { startProxy } from '../../tests/browser/proxy.mjs';
import { markdown, range, spread, withBrowser } from './common.mjs';

/** Resolves in the page to the milliseconds from navigation to the first step, and to the first paint of content. */
async function firstStep(browser, url) {
  const page = await (await browser.newContext()).newPage();
  await page.addInitScript(() => {
    window.firstStep = new Promise((resolve) => {
      new MutationObserver((_, observer) => {
        if (!document.querySelector('[data-step]:not([data-step="0"]):not([data-step=""])')) return;
        observer.disconnect();
        resolve(performance.now());
      }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-step'] });
    });
  });
  await page.goto(url);
  const step = await page.evaluate(() => window.firstStep);
  const paint = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime);
  return { step, paint };
}

export async function load({ url, quick, say }) {
  const runs = [];
  for (let i = 0; i < (quick ? 3 : 5); i++) {
    runs.push(await withBrowser({}, (browser) => firstStep(browser, url)));
    say(`run ${i + 1}: first step after ${runs.at(-1).step.toFixed(0)} ms`);
  }

  // Bytes are counted in a visit of their own, through a pass-through that sees what the server sends, workers included.
  const proxy = await startProxy(url);
  const files = await withBrowser({}, async (browser) => {
    await firstStep(browser, proxy.url);
    return [...proxy.wire].sort((a, b) => b[1] - a[1]);
  }).finally(() => proxy.close());
  const bytes = files.reduce((sum, [, size]) => sum + size, 0);

  const step = spread(runs.map((run) => run.step));
  const paint = spread(runs.map((run) => run.paint));
  return {
    firstStepMillis: step, firstPaintMillis: paint, wireBytes: bytes, files: Object.fromEntries(files),
    table: [
      `navigation to first training step: ${range(step)} ms; to first paint: ${range(paint)} ms (${runs.length} fresh profiles)`,
      `over the wire until then: ${(bytes / 1000).toFixed(1)} kB, headers included\n`,
      markdown(['file', 'bytes'], files),
    ].join('\n'),
  };
}
