// Eight races on one page: what they hold in memory, and whether those in sight keep the display's rate.
import { startProxy } from '../../tests/browser/proxy.mjs';
import { count } from './frames.mjs';
import { rendererBytes } from './memory.mjs';
import { digits, markdown, sleep, withBrowser } from './common.mjs';

const RACES = 8;
const SETTLE_MILLIS = 8000; // races that are nowhere near the screen let their workers go
const PAGE = `<!doctype html><meta charset="utf-8"><title>eight races</title><link rel="icon" href="data:,">
<style>gen-zoo { width: 600px; height: 380px; aspect-ratio: auto; margin-bottom: 40px; }</style>
<script type="module" src="genzoo/genzoo.js"></script>
${Array.from({ length: RACES }, (_, n) => `<gen-zoo id="n${n}" demo="race" settings="seed=${n + 1}" autoplay></gen-zoo>`).join('\n')}`;

export async function embeds({ url, quick, say }) {
  const host = await startProxy(url, { prefix: '/genzoo', beside: (path) => (path === '/host.html' ? { type: 'text/html', body: PAGE } : null) });
  try {
    return await withBrowser({}, async (browser) => {
      const page = await browser.newPage({ viewport: { width: 700, height: 860 } });
      const cdp = await browser.newBrowserCDPSession();
      await page.goto('about:blank');
      const empty = await rendererBytes(cdp);
      await page.goto(`${host.url.replace(/genzoo\/$/, '')}host.html`);
      const step = (n) => page.evaluate((id) => Number(document.querySelector(id).shadowRoot?.querySelector('#status')?.dataset.step ?? 0), `#n${n}`);
      for (let n = 0; n < RACES; n += 1) {
        await page.evaluate((id) => document.querySelector(id).scrollIntoView({ block: 'center' }), `#n${n}`);
        while ((await step(n)) < 20) await sleep(100);
        say(`race ${n + 1}: ${((await rendererBytes(cdp)) / 2 ** 20).toFixed(0)} MiB`);
      }
      await page.evaluate(() => scrollTo(0, 0));
      while ((await step(0)) < 30) await sleep(100);
      await sleep(SETTLE_MILLIS);
      const { rate } = await page.evaluate(count, quick ? 3 : 10);
      const [all, own] = [await rendererBytes(cdp), await rendererBytes(cdp, { own: true })];
      const workers = page.workers().filter((worker) => !worker.url().endsWith('painter.js')).length; // one more paints for all
      const mib = (bytes) => (bytes / 2 ** 20).toFixed(0);
      return {
        empty, all, own, framesPerSec: rate, workers,
        table: markdown(['races', 'workers', 'renderer process, MiB', 'without the browser\'s program, MiB', 'an empty page, MiB', 'frames/s with two in sight'], [[RACES, workers, mib(all), mib(own), mib(empty), digits(rate)]]),
      };
    });
  } finally {
    await host.close();
  }
}
