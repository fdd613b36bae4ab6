// Faults injected into runs: how soon a run goes on, how many steps it loses, and whether any value is not the undisturbed run's.
import { KINDS, PHASES, fault, loadModule } from '../../tests/browser/injected.mjs';
import { markdown, withBrowser } from './common.mjs';

const TIMES = 5;
const SOON_MILLIS = 5000;

export async function faults({ url, quick, say }) {
  const module = await loadModule(url);
  const results = [];
  await withBrowser({}, async (browser) => {
    for (let time = 0; time < (quick ? 1 : TIMES); time += 1) {
      for (const kind of KINDS) {
        for (const phase of PHASES) {
          const found = await fault({ browser, site: url, module }, kind, phase).catch((error) => ({ error: error.message }));
          results.push({ kind, phase, ...found });
          say(`${kind}, ${phase}: ${found.error ?? `${Math.round(found.resumed)} ms, ${found.lost} steps lost, ${found.invented} of ${found.checked} values invented`}`);
        }
      }
    }
  });
  const rows = [...KINDS, ...PHASES].map((name) => row(name, results.filter(({ kind, phase }) => kind === name || phase === name)));
  const head = ['fault, then phase', 'faults', 'resumed within 5 s', 'median ms', 'longest ms', 'steps lost: median', 'most', 'values compared', 'invented'];
  return { results, table: markdown(head, [...rows, row('all', results)]) };
}

function row(name, results) {
  const went = results.filter(({ error }) => !error);
  const sorted = (key) => went.map((result) => result[key]).sort((a, b) => a - b);
  const [times, lost] = [sorted('resumed'), sorted('lost')];
  const middle = (list) => list[list.length >> 1] ?? NaN;
  const sum = (key) => went.reduce((all, result) => all + result[key], 0);
  const soon = times.filter((millis) => millis <= SOON_MILLIS).length;
  return [name, results.length, soon, Math.round(middle(times)), Math.round(times.at(-1) ?? NaN), middle(lost), lost.at(-1) ?? NaN, sum('checked'), sum('invented')];
}
