// Does the worker's memory stay flat? The worker's script gets a prelude that keeps its wasm memory in sight.
import { readFileSync } from 'node:fs';
import { startProxy } from '../../tests/browser/proxy.mjs';
import { markdown, sleep, withBrowser } from './common.mjs';

const PRELUDE = `for (const name of ['instantiate', 'instantiateStreaming']) {
  const original = WebAssembly[name];
  WebAssembly[name] = async (...args) => {
    const result = await original.apply(WebAssembly, args);
    self.wasmMemory = (result.instance ?? result).exports.memory;
    return result;
  };
}
`;

export async function memory({ url, minutes, say }) {
  const proxy = await startProxy(url, { prelude: { '/worker.js': PRELUDE } });
  try {
    return await withBrowser({ args: ['--js-flags=--expose-gc'] }, async (browser) => {
      const page = await browser.newPage();
      await page.goto(proxy.url);
      await page.waitForFunction(() => Number(document.querySelector('[data-step]')?.dataset.step) >= 200, null, { timeout: 120_000 });
      const cdp = await browser.newBrowserCDPSession();
      const sample = async () => {
        const [worker] = page.workers();
        const wasm = await worker.evaluate(() => { self.gc?.(); return self.wasmMemory?.buffer.byteLength ?? NaN; });
        const heap = await page.evaluate(() => { window.gc?.(); return performance.memory.usedJSHeapSize; });
        const step = await page.evaluate(() => Number(document.querySelector('[data-step]').dataset.step));
        return { step, wasm, heap, renderer: await rendererBytes(cdp) };
      };
      const samples = [{ minute: 0, ...(await sample()) }];
      const start = Date.now();
      const every = Math.max(minutes / 12, 0.25);
      while (samples.at(-1).minute < minutes - 1e-3) {
        await sleep(Math.min(every, minutes - samples.at(-1).minute) * 60_000);
        samples.push({ minute: (Date.now() - start) / 60_000, ...(await sample()) });
        say(JSON.stringify(samples.at(-1)));
      }
      const megabytes = (bytes) => (bytes / 2 ** 20).toFixed(1);
      return {
        samples,
        table: markdown(
          ['minute', 'step', 'worker wasm, MiB', 'page JS heap, MiB', 'renderer process, MiB'],
          samples.map(({ minute, step, wasm, heap, renderer }) =>
            [minute.toFixed(1), step, megabytes(wasm), megabytes(heap), megabytes(renderer)]),
        ),
      };
    });
  } finally {
    await proxy.close();
  }
}

/** Resident bytes of the largest renderer, workers included; only Linux tells. `own` leaves out the browser's program files, which all its processes share. */
export async function rendererBytes(cdp, { own = false } = {}) {
  const { processInfo } = await cdp.send('SystemInfo.getProcessInfo');
  const resident = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => {
    try {
      const status = readFileSync(`/proc/${id}/status`, 'utf8');
      const kilobytes = (name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)[1]);
      return (kilobytes('VmRSS') - (own ? kilobytes('RssFile') : 0)) * 1024;
    } catch {
      return NaN;
    }
  });
  return Math.max(...resident);
}
