// Wiring: the engine, the loop, the views and the controls, and who tells whom.

import { firstClient, firstLoad } from './boot.js';
import { Controls } from './controls.js';
import { chooseDevice, probe } from './device.js';
import { byId, el, setText, throttled } from './dom.js';
import { Engine } from './engine.js';
import { count, plural } from './format.js';
import { clearNotice, hideFault, notify, showFault } from './notices.js';
import { Runner } from './runner.js';
import { RunSession } from './session.js';
import { decode, readLink, showLink, writeLink } from './state.js';
import { onTheme, setTheme } from './theme.js';
import { showState, wireToolbar } from './toolbar.js';
import { Arenas } from './views/arenas.js';
import { Charts } from './views/charts.js';
import { DensityPad } from './views/density-pad.js';

const AUTO_AFTER_MILLIS = 2000; // of training, by then the CPU's time per step is settled
const status = byId('status');
let { view } = readLink(location.hash);
let trainedMillis = 0;
let autoDecided = false;

const engine = new Engine(firstClient, firstLoad, {
  report: ({ text, detail, kind }) => notify(text, { detail, kind }),
  recovered(description) {
    runner.step = description.step;
    charts.cut(description.step);
    showDevice();
    if (!runner.busy) runner.look();
  },
  broken(text, detail) {
    runner.halt();
    showFault(text, [['Reset', () => session.restart(session.pairs), 'fault-reset']], detail);
  },
});
const runner = new Runner(engine, {
  request: (moving) => arenas.request(moving),
  draw,
  changed: showRunState,
  said: (text) => notify(text, { key: 'unasked' }),
  failed: (error) => notify(error.message, { kind: 'warning' }),
});
const session = new RunSession(engine, runner, {
  began,
  changed: () => { controls.show(session.run); updateLink(); },
  openPad: (density) => openPad(density),
});
const arenas = new Arenas({
  changeObjective: (index, id) => session.changeObjective(index, id),
  remove: (index) => session.removeArena(index),
  viewsChanged: (ids) => { setView('views', ids.join(',')); refresh(); },
  shown: () => refresh(),
});
const charts = new Charts({ chartsChanged: (ids) => setView('charts', ids) });
const controls = new Controls({
  change: (control, tab, value) => session.change(control, tab, value),
  toDefault: (control, tab) => session.toDefault(control, tab),
  preset: (id) => session.preset(id),
  openPad: () => openPad(session.run.settings.density),
});
const pad = new DensityPad({
  parseCsv: (text) => engine.parseCsv(text),
  use: (density, encoded) => session.usePoints(density, encoded),
});

wireToolbar({
  toggle: () => (runner.busy ? runner.pause() : runner.play()),
  step: (which) => runner.single(which),
  reset: () => session.reset(),
  freshLink: updateLink,
  continueReplay: () => runner.play(),
  cancelReplay: () => runner.cancelReplay(),
  speed: (value) => { runner.speed = value; engine.stop(); setView('speed', value); },
  theme: (value) => { setTheme(value); setView('theme', value); },
  device: (value) => { setView('device', value); useDevice(value); },
});
onTheme(() => arenas.redraw());
byId('add-arena').addEventListener('click', () => session.addArena());
for (const type of ['pointerdown', 'keydown']) {
  addEventListener(type, (event) => { if (event.isTrusted) runner.liftLimit(); }, { capture: true });
}
addEventListener('hashchange', () => open(location.hash));
open(location.hash);

/** Opens a link: shows its run, and trains or replays as far as a link may. */
async function open(hash) {
  ({ view } = readLink(hash));
  applyView();
  try {
    await engine.ready;
    const step = await runner.exclusive(() => session.openLink(hash));
    showCatalog();
    if (hash.length > 1) runner.limitUnasked();
    else runner.liftLimit();
    if (view.device === 'webgpu') await useDevice('webgpu');
    if (step > runner.step) runner.replayTo(step);
    else runner.play();
  } catch (error) {
    showFault(`The model code could not be started. ${error.message}`, [['Reload the page', () => location.reload(), 'fault-reload']]);
    setText(status, 'Not running.');
  }
}

function applyView() {
  setTheme(view.theme);
  runner.speed = view.speed;
  arenas.setViews(view.views.split(','));
  for (const key of ['speed', 'device', 'theme']) byId(key).value = view[key];
}

function setView(key, value) {
  view[key] = value;
  updateLink();
}

/** A session stands at step 0: new cards, charts and controls. */
function began(description) {
  hideFault();
  trainedMillis = 0;
  autoDecided = false;
  const { columns } = engine.catalog;
  arenas.build(description, session.demo, columns);
  charts.build(description, session.demo, columns, view.charts);
  controls.build(session.demo, session.run);
  byId('add-arena').hidden = !session.canAddArena;
  for (const button of document.querySelectorAll('.remove-arena')) button.hidden = description.arenas.length === 1;
  status.dataset.arenas = description.arenas.length;
  runner.began(description.step ?? 0);
  showDevice();
}

function showCatalog() {
  const { demos, version } = engine.catalog;
  const { title, summary, id } = session.demo;
  document.title = `genzoo · ${title}`;
  setText(byId('demo-summary'), summary ?? '');
  setText(byId('version'), `genzoo ${version ?? ''}`);
  const nav = byId('demos');
  nav.hidden = demos.length < 2;
  nav.replaceChildren(...demos.map((demo) => el('a', { href: `#demo=${demo.id}`, 'aria-current': demo.id === id ? 'page' : null }, demo.title)));
}

/** Draws an answer of the worker; `still` when nothing moves any more. */
function draw(result, still) {
  const drawn = arenas.draw(result, still);
  charts.add(result.frame.rows);
  if (result.frame.rows.length > 0) compare();
  trainedMillis += result.millis ?? 0;
  showStep(result.step);
  status.dataset.frames = Number(status.dataset.frames ?? 0) + 1;
  if (result.hash) {
    setText(byId('state-hash'), result.hash);
    Object.assign(status.dataset, { hash: result.hash, hashStep: result.step });
  }
  if (still) status.dataset.restsAt = result.step;
  showPace();
  if (still) updateLink();
  else updateLinkSoon();
  if (runner.state === 'paused') setText(status, WORDS.paused());
  if (runner.state === 'replaying') showReplay();
  // A link that nobody has touched yet must not start a trial.
  if (!autoDecided && view.device === 'auto' && trainedMillis > AUTO_AFTER_MILLIS && runner.busy && runner.unasked === Infinity) decideDevice();
  return drawn;
}

/** Lines to compare with come with the first measures: they take longer than a step, and nothing needs them before. */
async function compare() {
  const { description } = session;
  if (description.references) return;
  description.references = {};
  try {
    const references = await engine.references();
    if (session.description !== description) return;
    description.references = references;
    charts.compare(references);
  } catch {
    delete description.references; // the worker was lost meanwhile; the next measures ask again
  }
}

function showStep(step) {
  setText(byId('step-count'), count(step));
  status.dataset.step = step;
}

const showPace = throttled(250, () => {
  const pace = runner.busy ? runner.pace : 0;
  setText(byId('pace'), pace === 0 ? '–' : pace < 10 ? pace.toFixed(1) : count(pace));
  status.dataset.stepsPerSecond = pace.toFixed(2);
});

/** Reads and draws once more, if nothing else will. */
function refresh() {
  if (runner.state === 'paused' || runner.state === 'fault') runner.look();
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
  showState(state);
  showPace();
  showReplay();
  if (state === 'paused') session.refresh();
  if (state !== 'fault') return hideFault();
  if (!detail) return;
  const kept = engine.kept.map((snapshot, index) =>
    [`Back to step ${count(snapshot.step)}`, () => goBack(snapshot), index === 0 ? 'fault-back' : 'fault-back-older']);
  showFault(detail, [...kept, ['Reset', () => session.reset(), 'fault-reset']]);
}

async function goBack(snapshot) {
  await runner.exclusive(async () => {
    const description = await engine.backTo(snapshot);
    session.description = description;
    charts.cut(description.step);
    controls.show(session.run);
    runner.began(description.step);
  });
  notify(`Back at step ${count(snapshot.step)}, with the settings of that moment. Change what made it explode, then press Play.`, { key: 'restart' });
  refresh();
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
    const query = await engine.query();
    showLink(writeLink(query, view));
  } catch {
    // The worker was lost meanwhile; the next update shows the link again.
  }
}
const updateLinkSoon = throttled(1000, updateLink);

function openPad(density) {
  pad.open(density, decode(session.pairs.get('points') ?? ''));
}

async function decideDevice() {
  autoDecided = true;
  if (engine.kind !== 'cpu') return;
  const sentence = await runner.exclusive(() => chooseDevice(engine, runner.stepMillis));
  showDevice(sentence);
}

async function useDevice(choice) {
  if (choice === 'auto') {
    autoDecided = false;
    trainedMillis = 0;
    return showDevice('Auto: the CPU is being timed…');
  }
  const kind = choice === 'webgpu' ? 'gpu' : 'cpu';
  if (kind === 'gpu') showDevice('WebGPU is being started; this takes a while…');
  try {
    await runner.exclusive(() => engine.switchTo(kind));
    const { name, software } = kind === 'gpu' ? await probe() : {};
    showDevice(kind === 'cpu' ? 'You chose the CPU.'
      : `You chose WebGPU (${name}${software ? ', emulated in software: expect it to be slower than the CPU' : ''}).`);
  } catch (error) {
    showDevice(`${error.message} The run stays on the CPU.`);
    notify(`${error.message} The run stays on the CPU.`, { kind: 'warning', key: 'device' });
  }
}

function showDevice(sentence) {
  status.dataset.device = engine.device;
  const fallback = engine.device === 'webgpu' ? 'Computing with WebGPU.'
    : view.device === 'auto' ? 'Computing on the CPU, which is being timed…' : 'Computing on the CPU.';
  setText(byId('device-sentence'), sentence ?? fallback);
}
