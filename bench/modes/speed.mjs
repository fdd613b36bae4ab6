// Steps per second of the CPU engines, interleaved: every round times every engine at every width, so that a
// busy spell of the machine falls on all of them.
import { digits, markdown, measure, openEngine, range, spread, withBrowser } from './common.mjs';

const ENGINES = {
  genzoo: { page: 'genzoo.html', backend: 'cpu' },
  'jax-js': { page: 'peer-jax-js.html', backend: 'wasm' },
  tfjs: { page: 'peer-tfjs.html', backend: 'wasm' },
};

export async function speed({ url, quick, say }) {
  const widths = quick ? [16, 64] : [16, 64, 128, 256];
  const rounds = quick ? 2 : 5;
  const seconds = quick ? 1 : 2;
  const runs = {};

  await withBrowser({}, async (browser) => {
    const tabs = {};
    for (const [name, { page }] of Object.entries(ENGINES)) tabs[name] = await openEngine(browser, url, page);
    for (let round = 0; round < rounds; round++) {
      for (const hidden of widths) {
        for (const [name, { backend }] of Object.entries(ENGINES)) {
          await tabs[name].bringToFront();
          const { stepsPerSec } = await measure(tabs[name], { backend, hidden, seconds });
          ((runs[hidden] ??= {})[name] ??= []).push(stepsPerSec);
          say(`round ${round + 1}/${rounds}, hidden ${hidden}, ${name}: ${digits(stepsPerSec)} steps/s`);
        }
      }
    }
  });

  // The ratio is taken inside each round, then its median: the machine's mood cancels out.
  const ratio = (hidden, peer) => spread(runs[hidden].genzoo.map((rate, i) => rate / runs[hidden][peer][i]));
  const widthsTable = widths.map((hidden) => {
    const rates = Object.fromEntries(Object.keys(ENGINES).map((name) => [name, spread(runs[hidden][name])]));
    return { hidden, rates, ratios: { 'jax-js': ratio(hidden, 'jax-js'), tfjs: ratio(hidden, 'tfjs') } };
  });
  return {
    rounds, seconds, widths: widthsTable,
    table: markdown(
      ['hidden', ...Object.keys(ENGINES).map((name) => `${name}, steps/s`), 'genzoo / jax-js', 'genzoo / tfjs'],
      widthsTable.map(({ hidden, rates, ratios }) => [
        hidden, ...Object.values(rates).map(range), range(ratios['jax-js']), range(ratios.tfjs),
      ]),
    ),
  };
}
