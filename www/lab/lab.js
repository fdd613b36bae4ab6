// The lab page: the engine, the loop, one figure, its controls and charts, and who tells whom.

import { firstClient, firstLoad } from '../boot.js';
import { Controls } from '../controls.js';
import { byId, el, setText, throttled } from '../dom.js';
import { Engine } from '../engine.js';
import { count } from '../format.js';
import { clearNotice, hideFault, notify, showFault } from '../notices.js';
import { Runner } from '../runner.js';
import { RunSession } from '../session.js';
import { readLink, setViewDefaults, showLink, writeLink } from '../state.js';
import { onTheme, setTheme } from '../theme.js';
import { copyLink, wireKeys } from '../toolbar.js';
import { Charts } from '../views/charts.js';
import { Figure } from './figure.js';

const wide = matchMedia('(min-width: 70rem)');
const status = byId('status');
setViewDefaults({ speed: '1' }); // a figure is watched
let { view } = readLink(location.hash);

const engine = new Engine(firstClient, firstLoad, {
  report: ({ text, detail, kind }) => notify(text, { detail, kind }),
  recovered(description) {
    runner.step = description.step;
    charts.cut(description.step);
    if (!runner.busy) runner.look();
  },
  broken(text, detail) {
    runner.halt();
    showFault(text, [['Reset', () => session.restart(session.pairs), 'fault-reset']], detail);
  },
});
const figure = new Figure();
const charts = new Charts({ chartsChanged: (ids) => setView('charts', ids) });
const runner = new Runner(engine, {
  request: (moving) => figure.request(moving),
  draw,
  changed: showRunState,
  said: (text) => notify(text, { key: 'unasked' }),
  failed: (error) => notify(error.message, { kind: 'warning' }),
});
const session = new RunSession(engine, runner, {
  began,
  // A setting that changed at rest may show in the figure at once.
  changed: () => { controls.show(session.run); updateLink(); if (runner.state === 'paused') runner.look(); },
});
const controls = new Controls({
  change: (control, tab, value) => session.change(control, tab, value),
  toDefault: (control, tab) => session.toDefault(control, tab),
  preset: (id) => session.preset(id),
});

const toggle = () => (runner.busy ? runner.pause() : runner.play());
const buttons = {
  play: toggle,
  'step-both': () => runner.single(null),
  reset: () => session.reset(),
  'replay-continue': () => runner.play(),
  'replay-cancel': () => runner.cancelReplay(),
  share: () => copyLink(updateLink),
  help: () => byId('help-dialog').showModal(),
  'help-close': () => byId('help-dialog').close(),
  'settings-toggle': () => showSettings(document.body.dataset.settings !== 'open'),
  'settings-close': () => { showSettings(false); byId('settings-toggle').focus(); },
};
for (const [id, action] of Object.entries(buttons)) byId(id).addEventListener('click', action);
byId('theme').addEventListener('change', ({ target }) => { setTheme(target.value); setView('theme', target.value); });
byId('speed').addEventListener('change', ({ target }) => { runner.speed = target.value; engine.stop(); setView('speed', target.value); });
byId('skip').addEventListener('click', (event) => {
  event.preventDefault(); // the hash holds the settings
  byId('stage').focus();
});
wireKeys({
  ' ': toggle, ArrowRight: buttons['step-both'], r: buttons.reset, n: () => turn(1), p: () => turn(-1), '?': buttons.help,
});
onTheme(() => figure.redraw());
for (const type of ['pointerdown', 'keydown']) {
  addEventListener(type, (event) => { if (event.isTrusted) runner.liftLimit(); }, { capture: true });
}
addEventListener('hashchange', () => open(location.hash));
showSettings(wide.matches);
open(location.hash);

/** Opens a link: shows its figure, and trains or replays as far as a link may. */
async function open(hash) {
  const link = readLink(hash);
  ({ view } = link);
  setTheme(view.theme);
  runner.speed = view.speed;
  byId('theme').value = view.theme;
  byId('speed').value = view.speed;
  try {
    await engine.ready;
    const step = await runner.exclusive(() => session.openLink(hash));
    showCatalog();
    // A figure as it stands in the table is ours; settings of a stranger may cost anything.
    if ([...link.pairs.keys()].every((key) => ['demo', 'preset'].includes(key))) runner.liftLimit();
    else runner.limitUnasked();
    if (step > runner.step) runner.replayTo(step);
    else runner.play();
  } catch (error) {
    showFault(`The model code could not be started. ${error.message}`, [['Reload the page', () => location.reload(), 'fault-reload']]);
    setText(status, 'Not running.');
  }
}

function setView(key, value) {
  view[key] = value;
  updateLink();
}

/** The next figure of the table, or the one before. */
function turn(by) {
  const { demos } = engine.catalog;
  const at = demos.findIndex(({ id }) => id === engine.demo);
  location.hash = `demo=${demos[(at + by + demos.length) % demos.length].id}`;
}

/** A session stands at step 0. */
function began(description) {
  hideFault();
  figure.build(description, session.demo);
  charts.build(description, session.demo, session.demo.columns, view.charts);
  controls.build(session.demo, session.run);
  runner.began(description.step ?? 0);
}

function showCatalog() {
  const { demos, version } = engine.catalog;
  document.title = `genzoo · ${session.demo.title}`;
  setText(byId('version'), `genzoo ${version ?? ''}`);
  byId('demos').replaceChildren(...demos.map(({ id, title, summary }) =>
    el('a', { href: `#demo=${id}`, title: summary, 'aria-current': id === engine.demo ? 'page' : null }, title)));
}

/** Draws an answer of the worker; `still` when nothing moves any more. */
function draw(result, still) {
  figure.draw(result);
  charts.add(result.frame.rows);
  compare();
  showStep(result.step);
  status.dataset.frames = Number(status.dataset.frames ?? 0) + 1;
  if (result.hash) {
    setText(byId('state-hash'), result.hash);
    Object.assign(status.dataset, { hash: result.hash, hashStep: result.step });
  }
  if (still) status.dataset.restsAt = result.step;
  if (still) updateLink();
  else updateLinkSoon();
  if (runner.state === 'paused') setText(status, WORDS.paused());
  if (runner.state === 'replaying') showReplay();
}

/** Lines to compare with. */
async function compare() {
  const { description } = session;
  if (description.references) return;
  description.references = {};
  try {
    const references = await engine.references();
    if (session.description === description) charts.compare(description.references = references);
  } catch {
    delete description.references; // the worker was lost meanwhile; the next measures ask again
  }
}

function showStep(step) {
  setText(byId('step-count'), count(step));
  status.dataset.step = step;
  status.dataset.stepsPerSecond = runner.pace.toFixed(2);
}

const WORDS = {
  running: () => 'Training.',
  paused: () => `Paused at step ${count(runner.step)}.`,
  replaying: () => `Replaying to step ${count(runner.target)}.`,
  fault: () => 'Stopped.',
  loading: () => 'Loading the model code…',
};

function showRunState(state, detail) {
  showStep(runner.step);
  status.dataset.state = state;
  if (runner.busy) {
    delete status.dataset.restsAt;
    clearNotice('unasked');
  }
  setText(status, WORDS[state]());
  setText(byId('play-label'), runner.busy ? 'Pause' : 'Play');
  byId('play-icon').setAttribute('href', runner.busy ? '#icon-pause' : '#icon-play');
  for (const id of ['play', 'step-both']) byId(id).disabled = state === 'loading' || state === 'fault';
  byId('reset').disabled = state === 'loading';
  showReplay();
  if (state === 'paused') session.refresh();
  if (state !== 'fault') hideFault();
  else if (detail) showFault(detail, [['Reset', () => session.reset(), 'fault-reset']]);
}

function showReplay() {
  const pending = runner.target !== null;
  byId('replay').hidden = !pending;
  if (!pending) return;
  setText(byId('replay-label'), `Replaying: step ${count(runner.step)} of ${count(runner.target)}`);
  byId('replay-bar').value = runner.step / runner.target;
  byId('replay-continue').hidden = runner.busy;
}

async function updateLink() {
  // During a replay the link already says where it is going.
  if (!session.description || runner.target !== null) return;
  try {
    showLink(writeLink(await engine.query(), view));
  } catch {
    // The worker was lost meanwhile; the next update shows the link again.
  }
}
const updateLinkSoon = throttled(1000, updateLink);

function showSettings(open) {
  document.body.dataset.settings = open ? 'open' : 'closed';
  byId('settings-toggle').setAttribute('aria-expanded', String(open));
}
