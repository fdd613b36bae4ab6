// WebGPU: milliseconds and kernel launches a step. Where there is no graphics card this runs on the browser's
// software adapter; then the launches are the figure that carries over to real ones, not the milliseconds.
import { digits, markdown, measure, openEngine, withBrowser } from './common.mjs';

export async function webgpu({ url, quick, packages, say }) {
  const hidden = 64;
  const seconds = quick ? 5 : 15;
  const engines = [
    ...packages.map((pkg) => ({ name: `genzoo ${pkg}`, page: `genzoo.html?pkg=${encodeURIComponent(pkg)}` })),
    { name: 'jax-js', page: 'peer-jax-js.html' },
    { name: 'tfjs', page: 'peer-tfjs.html' },
  ];
  const rows = [];
  let adapter;
  for (const { name, page } of engines) {
    // One browser each: engines do not share a device, and a lost one takes no other down.
    await withBrowser({ webgpu: true }, async (browser) => {
      const tab = await openEngine(browser, url, page);
      adapter ??= await tab.evaluate(async () => {
        const { info } = (await navigator.gpu?.requestAdapter()) ?? {};
        return info && `${info.vendor} ${info.architecture} ${info.device} ${info.description}`.trim();
      });
      try {
        rows.push({ name, ...(await measure(tab, { backend: 'webgpu', hidden, seconds })) });
      } catch (error) {
        rows.push({ name, error: error.message });
      }
      say(`${name}: ${JSON.stringify(rows.at(-1))}`);
    });
  }
  return {
    hidden, adapter, engines: rows,
    table: `adapter: ${adapter}; hidden ${hidden}\n\n` + markdown(
      ['engine', 'ms/step', 'launches/step', 'submissions/step', 'readbacks/step', 'warm-up, s'],
      rows.map((row) => row.error ? [row.name, row.error, '', '', '', ''] : [
        row.name, digits(row.millisPerStep), digits(row.dispatchesPerStep), digits(row.submitsPerStep),
        digits(row.mapsPerStep), digits(row.warmUpMillis / 1000),
      ]),
    ),
  };
}
