// The lab page: a run with a figure for its scene, its link in the address bar, and the masthead.

import '../shell/started.js';
import { firstClient, firstLoad } from '../compute/boot.js';
import { byId, centre, el, nextTask, setText } from '../shell/dom.js';
import { keepPage, openHelp, wireMasthead } from '../shell/masthead.js';
import * as panels from '../run/panels.js';
import { Race } from '../run/race.js';
import { Record, takeDrops } from '../run/record.js';
import { LAB_VIEW } from '../link/rules.js';
import { expanded, readLink, setViewDefaults, showLink } from '../link/state.js';
import { t } from '../i18n/strings.js';
import { pageTheme } from '../shell/theme.js';
import { Gallery } from '../lab/gallery.js';
import { LabScene, labStage } from '../lab/scene.js';
import { Timeline } from '../lab/timeline.js';

/** Keys of a link that is one of our own; settings of a stranger may cost anything. */
const OURS = ['demo', 'preset', 'speed'];

setViewDefaults(LAB_VIEW);
const run = new Race(byId('race'), {
  client: firstClient,
  load: firstLoad,
  module: 'lab',
  theme: pageTheme,
  keyTarget: document,
  panels,
  keys: {
    n: () => turn(1),
    p: () => turn(-1),
    '?': openHelp,
    s: () => run.scene.slow(),
    b: () => run.scene.steps.back(),
    ArrowRight: () => (run.scene.steps.open ? run.scene.steps.next() : byId('step-both').click()),
  },
  limits: { hide: new Set(['step-d', 'step-g', 'device']), lock: new Set() },
  scene: { stage: labStage, View: LabScene },
});
run.limit();
run.toolbar.showSettingsWhereWide();
await nextTask();
new Gallery(run);
new Timeline(document, run);
const record = new Record(run);
takeDrops(run, record);
run.addEventListener('drawn', keepPage, { once: true });
run.addEventListener('link', (/** @type {CustomEvent} */ { detail }) => showLink(detail));
wireMasthead({
  main: 'stage',
  themed: (choice) => run.setView('theme', choice),
  touched: () => run.runner.liftLimit(),
  share: async () => (await import('../export/share-run.js')).shareRun(run, record),
});
// The address itself may have followed the old run already.
addEventListener('hashchange', ({ newURL }) => open(new URL(newURL).hash));
open(location.hash);

async function open(asked) {
  const hash = await expanded(asked);
  const keys = [...readLink(hash).pairs.keys()];
  const opened = run.open(hash, { limited: !keys.every((key) => OURS.includes(key)) });
  byId('theme').value = run.view.theme;
  try {
    await opened;
  } catch {
    return; // what went wrong is on the page
  }
  showCatalog();
}

function showCatalog() {
  const { demos, version } = run.engine.catalog;
  document.title = `genzoo · ${t(run.session.demo.title)}`;
  setText(byId('page-title'), run.session.demo.title);
  setText(byId('version'), `genzoo ${version ?? ''}`);
  const nav = byId('demos');
  nav.replaceChildren(...demos.map(({ id, title, summary }) => el('a', { href: linkOf(id), title: summary, 'aria-current': id === run.engine.demo ? 'page' : null }, title)));
  centre(nav, nav.querySelector('[aria-current]')); // where they are in one row
}

/** A figure is watched step by step; a race takes a thousand. */
function linkOf(demo) {
  const { panels } = run.engine.catalog.demos.find(({ id }) => id === demo);
  return `#demo=${demo}${panels ? '' : '&speed=fit'}`;
}

/** The next figure of the table, or the one before. */
function turn(by) {
  const { demos } = run.engine.catalog;
  const at = demos.findIndex(({ id }) => id === run.engine.demo);
  location.hash = linkOf(demos[(at + by + demos.length) % demos.length].id);
}
