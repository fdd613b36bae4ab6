// The lab page: a run with a figure for its scene, its link in the address bar, and the masthead.

import { firstClient, firstLoad } from '../boot.js';
import { byId, el, setText } from '../dom.js';
import { copyLink, keepPage, openHelp, wireMasthead } from '../masthead.js';
import * as panels from '../panels.js';
import { Race } from '../race.js';
import { readLink, setViewDefaults, showLink } from '../state.js';
import { t } from '../strings.js';
import { pageTheme } from '../theme.js';
import { Figure, figureStage } from './figure.js';

/** Keys of a link that is one of our own; settings of a stranger may cost anything. */
const OURS = ['demo', 'preset'];

setViewDefaults({ speed: '1', device: 'cpu' }); // a figure is watched, and too small for a GPU
const run = new Race(byId('race'), {
  client: firstClient, load: firstLoad, module: 'lab', theme: pageTheme, keyTarget: document, panels,
  keys: { n: () => turn(1), p: () => turn(-1), '?': openHelp },
  limits: { hide: new Set(['step-d', 'step-g', 'device']), lock: new Set() },
  scene: { stage: figureStage, View: Figure },
});
run.limit();
run.toolbar.showSettingsWhereWide();
run.addEventListener('drawn', keepPage, { once: true });
run.addEventListener('link', ({ detail }) => showLink(detail));
wireMasthead({ main: 'stage', themed: (choice) => run.setView('theme', choice), share, touched: () => run.runner.liftLimit() });
addEventListener('hashchange', () => open());
open();

async function open() {
  const { hash } = location;
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
  setText(byId('version'), `genzoo ${version ?? ''}`);
  byId('demos').replaceChildren(...demos.map(({ id, title, summary }) =>
    el('a', { href: `#demo=${id}`, title: summary, 'aria-current': id === run.engine.demo ? 'page' : null }, title)));
}

/** The next figure of the table, or the one before. */
function turn(by) {
  const { demos } = run.engine.catalog;
  const at = demos.findIndex(({ id }) => id === run.engine.demo);
  location.hash = `demo=${demos[(at + by + demos.length) % demos.length].id}`;
}

async function share() {
  await run.updateLink();
  await copyLink('this run: the same settings, seed and step');
}
