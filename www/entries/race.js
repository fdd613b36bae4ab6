// The start page: one race that fills it, its link in the address bar, and the masthead.

import '../shell/started.js';
import { firstClient, firstLoad } from '../compute/boot.js';
import { byId, el, nextTask, setText } from '../shell/dom.js';
import { keepPage, openHelp, wireMasthead } from '../shell/masthead.js';
import * as panels from '../run/panels.js';
import { Race } from '../run/race.js';
import { Record, takeDrops } from '../run/record.js';
import { decode, expanded, formatQuery, parseQuery, showLink } from '../link/state.js';
import { t } from '../i18n/strings.js';
import { pageTheme } from '../shell/theme.js';

const race = new Race(byId('race'), {
  client: firstClient,
  load: firstLoad,
  theme: pageTheme,
  keyTarget: document,
  keys: { '?': openHelp },
  panels,
});
race.toolbar.showSettingsWhereWide();
await nextTask();
const record = new Record(race);
race.addEventListener('drawn', keepPage, { once: true });
race.addEventListener('link', (/** @type {CustomEvent} */ { detail }) => showLink(detail));

wireMasthead({
  main: 'arenas',
  themed: (choice) => race.setView('theme', choice),
  touched: () => race.runner.liftLimit(),
  share: async () => (await import('../export/share-run.js')).shareRun(race, record),
});
takeDrops(race, record);
// The address itself may have followed the old run already.
addEventListener('hashchange', ({ newURL }) => open(new URL(newURL).hash));
open(location.hash);

async function open(asked) {
  const hash = await expanded(asked);
  const pairs = parseQuery(hash.slice(1));
  const run = pairs.get('run'); // the address of a run file of this site
  pairs.delete('run');
  const opened = race.open(run ? formatQuery(pairs) : hash, { limited: hash.length > 1 });
  byId('theme').value = race.view.theme;
  try {
    await opened;
  } catch {
    return; // what went wrong is on the page
  }
  showCatalog();
  if (!run) return;
  const { offerRun } = await import('../run/replay.js');
  await offerRun(race, record, decode(run));
}

function showCatalog() {
  const { demos, version } = race.engine.catalog;
  const { title, summary, id } = race.session.demo;
  document.title = `genzoo · ${t(title)}`;
  setText(byId('demo-summary'), summary ?? '');
  setText(byId('version'), `genzoo ${version ?? ''}`);
  const nav = byId('demos');
  nav.hidden = demos.length < 2;
  nav.replaceChildren(...demos.map((demo) => el('a', { href: `#demo=${demo.id}`, 'aria-current': demo.id === id ? 'page' : null }, demo.title)));
}
