// Lighthouse on every page: performance, accessibility and best practices, for a phone and for a desk.
import { readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import lighthouse, { desktopConfig } from 'lighthouse';
import { markdown, spread, withBrowser } from './common.mjs';

const CATEGORIES = ['performance', 'accessibility', 'best-practices'];
/** Of each page; the median of so many is what counts, for single visits differ. */
const VISITS = 5;
/** What every score must reach. */
const LEAST = 95;
const PAGES = readdirSync(process.env.GENZOO_DIST).filter((name) => name.endsWith('.html'))
  .map((name) => ({ 'index.html': '', 'embed.html': 'embed.html?demo=race&autoplay=1' })[name] ?? name);

const freePort = () => new Promise((resolve) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});

/** One visit with an empty cache: `{scores, faults}`. */
async function visit(url, config) {
  const port = await freePort();
  return withBrowser({ args: [`--remote-debugging-port=${port}`] }, async () => {
    const { lhr } = await lighthouse(url, { port, onlyCategories: CATEGORIES, logLevel: 'error' }, config);
    if (lhr.runtimeError) throw new Error(`${url}: ${lhr.runtimeError.message}`);
    const faults = CATEGORIES.flatMap((category) => lhr.categories[category].auditRefs
      .filter(({ id, weight }) => weight > 0 && lhr.audits[id].score !== null && lhr.audits[id].score < 0.9)
      .map(({ id }) => `${id} ${lhr.audits[id].displayValue ?? ''}`.trim()));
    return { scores: CATEGORIES.map((category) => Math.round(100 * lhr.categories[category].score)), faults };
  });
}

export async function score({ url, quick, say }) {
  const results = [];
  for (const [device, config] of [['phone', undefined], ['desk', desktopConfig]]) {
    for (const page of PAGES) {
      const visits = [];
      for (let nth = 0; nth < (quick ? 1 : VISITS); nth += 1) visits.push(await visit(new URL(page, url).href, config));
      const scores = Object.fromEntries(CATEGORIES.map((category, at) => [category, spread(visits.map((each) => each.scores[at])).median]));
      const faults = [...new Set(visits.flatMap((each) => each.faults))];
      results.push({ device, page: page || 'index.html', ...scores, faults });
      say(`${device}, ${page || 'index.html'}: ${Object.values(scores).join(', ')}; ${faults.join('; ')}`);
    }
  }
  const low = results.filter((result) => CATEGORIES.some((category) => result[category] < LEAST));
  if (low.length > 0) process.exitCode = 1;
  return {
    results,
    table: `${markdown(['device', 'page', ...CATEGORIES], results.map((result) => [result.device, result.page, ...CATEGORIES.map((category) => result[category])]))}\n\n${
      low.length > 0 ? `Under ${LEAST}: ${low.map(({ device, page, faults }) => `${page} (${device}): ${faults.join('; ')}`).join('. ')}.` : `All at least ${LEAST}.`}`,
  };
}
