// A race in an element: the engine, the loop, the views and the controls, and who tells whom. The start page is one; so is
// each embedded one, in a shadow root of its own. With another scene in its middle it is a figure of the lab.

import { chooseDevice, probe } from '../shell/device.js';
import { breath, setText, throttled } from '../shell/dom.js';
import { Engine } from './engine.js';
import { count, fixed } from '../shell/format.js';
import { arenasStage, layOut, limit } from '../shell/layout.js';
import { Notices } from '../shell/notices.js';
import { Runner } from './runner.js';
import { RunSession } from './session.js';
import { decode, readLink, writeLink } from '../link/state.js';
import { Toolbar } from '../shell/toolbar.js';
import { Arenas } from '../draw/arenas.js';
import { holdPainter } from '../draw/canvases.js';

const LINK_MILLIS = 3000; // between two links of a run that trains
const AUTO_AFTER_MILLIS = 2000; // of training, by then the CPU's time per step is settled

/** What a race shows: `stage()` its elements, and a `View` that asks for numbers, paints and shows them. */
const ARENAS = { stage: arenasStage, View: Arenas };

const WORDS = {
  running: () => 'Training.',
  paused: ({ step }) => `Paused at step ${count(step)}.`,
  replaying: ({ target }) => `Replaying to step ${count(target)}.`,
  fault: () => 'Stopped.',
  loading: () => 'Loading the model code…',
};

/**
 * Events: `began` (description), `drawn` (the worker's answer), `metrics` (`{step, rows}`), `state` (`{state, step, sentence}`),
 * `link` (the link of the run so far).
 */
export class Race extends EventTarget {
  #leavePainter = null;
  #removed = false;
  #opening = false; // what it will do is not settled yet
  #built = null; // a promise for the panels of this session
  #trainedMillis = 0;
  #autoDecided = false;

  /**
   * @param place the element to fill, in a document or a shadow root
   * @param {{ client, load, module?: string, theme, landmark?: string, keys?: object, keyTarget?: EventTarget, limits?: { hide: Set, lock: Set },
   *           panels?: { Charts, Controls, DensityPad }, scene?: { stage(), View } }} options
   *   `client` and `load` are a worker and the promise of its `module`; without `panels` there are no charts and no settings.
   */
  constructor(place, { client, load, module = 'cpu', theme, landmark = 'main', keys, keyTarget, limits = null, panels = null, scene = ARENAS }) {
    super();
    Object.assign(this, { place, theme, limits });
    this.root = place.getRootNode();
    this.byId = (id) => this.root.getElementById(id);
    this.view = readLink('').view;
    layOut(place, landmark, scene.stage());
    this.status = this.byId('status');
    this.notices = new Notices(this.root);
    const { notify } = this.notices;

    this.engine = new Engine(client, load, {
      module,
      report: ({ text, detail, kind }) => notify(text, { detail, kind }),
      recovered: (description) => {
        this.runner.step = description.step;
        this.charts?.cut(description.step);
        this.#showDevice();
        if (!this.runner.busy) this.runner.look();
      },
      broken: (text, detail) => {
        this.runner.halt();
        this.notices.showFault(text, [['Reset', () => this.session.restart(this.session.pairs), 'fault-reset']], detail);
        this.#tell('state', { state: 'fault', step: this.runner.step, sentence: text });
      },
    });
    this.runner = new Runner(this.engine, {
      request: (moving) => this.scene.request(moving),
      paint: (result, still) => this.scene.paint(result, still),
      drawn: (result, still) => this.#drawn(result, still),
      changed: (state, detail) => this.#showRunState(state, detail),
      said: (text) => notify(text, { key: 'unasked' }),
      failed: (error) => notify(error.message, { kind: 'warning' }),
    });
    this.session = new RunSession(this.engine, this.runner, {
      notify,
      began: (description) => this.#began(description),
      changed: () => {
        this.controls?.show(this.session.run);
        this.updateLink();
        if (this.scene.showsSettings) this.#refresh();
      },
      openPad: (density) => this.#openPad(density),
    });
    this.scene = new scene.View(this.root, theme, {
      add: () => this.session.addArena(),
      canAdd: () => this.session.canAddArena,
      changeObjective: (index, id) => this.session.changeObjective(index, id),
      remove: (index) => this.session.removeArena(index),
      viewsChanged: (ids) => {
        this.setView('views', ids.join(','));
        this.#refresh();
      },
      shown: () => this.#refresh(),
      pause: () => this.runner.pause(),
      look: () => this.runner.look(),
      step: () => this.runner.single(null),
    });
    if (panels) this.#addPanels(panels);
    this.toolbar = new Toolbar(
      place,
      this.root,
      {
        toggle: () => this.toggle(),
        step: (which) => this.runner.single(which),
        reset: () => this.session.reset(),
        continueReplay: () => this.runner.play(),
        cancelReplay: () => this.runner.cancelReplay(),
        speed: (value) => {
          this.runner.speed = value;
          this.engine.stop();
          this.setView('speed', value);
        },
        device: (value) => {
          this.setView('device', value);
          this.#useDevice(value);
        },
      },
      { notify, keys, target: keyTarget, sight: this.scene.root },
    );
    theme.on(() => this.scene.redraw());
  }

  #addPanels({ Charts, Controls, DensityPad }) {
    this.charts = new Charts(this.root, this.theme, { chartsChanged: (ids) => this.setView('charts', ids) });
    this.controls = new Controls(this.root, {
      change: (control, tab, value) => this.session.change(control, tab, value),
      toDefault: (control, tab) => this.session.toDefault(control, tab),
      preset: (id) => this.session.preset(id),
      openPad: () => this.#openPad(this.session.run.settings.density),
    });
    this.pad = new DensityPad(this.root, this.theme, {
      parseCsv: (text) => this.engine.parseCsv(text),
      use: (density, encoded) => this.session.usePoints(density, encoded),
    });
  }

  /**
   * Opens a link: shows its run, and trains or replays as far as a link may. `play`: whether it also trains on by itself;
   * `limited`: whether its computing stops after a while that nobody asked for.
   */
  async open(link, { play = true, limited = false } = {}) {
    ({ view: this.view } = readLink(link));
    this.#applyView();
    this.#opening = true;
    if (!this.#removed) this.#leavePainter ??= holdPainter();
    try {
      await this.engine.ready;
      const step = await this.runner.exclusive(() => this.session.openLink(link));
      if (limited) this.runner.limitUnasked();
      else this.runner.liftLimit();
      if (!['auto', this.engine.device].includes(this.view.device)) await this.#useDevice(this.view.device);
      await this.#built; // on few processors, training beside it would make both late
      this.#opening = false;
      if (step > this.runner.step) this.runner.replayTo(step);
      else if (play) this.runner.play();
      else await this.runner.look();
    } catch (error) {
      const text = `The model code could not be started. ${error.message}`;
      this.notices.showFault(text, [['Reload the page', () => location.reload(), 'fault-reload']]);
      setText(this.status, 'Not running.');
      this.#tell('state', { state: 'fault', step: 0, sentence: text });
      throw error;
    } finally {
      this.#opening = false;
    }
  }

  toggle() {
    return this.runner.busy ? this.runner.pause() : this.runner.play();
  }

  setView(key, value) {
    this.view[key] = value;
    return this.updateLink();
  }

  limit(limits = this.limits) {
    this.limits = limits;
    if (limits) limit(this.place, limits);
  }

  /** Lets its worker go until something is asked of it again; the run then goes on from where it stands. */
  park() {
    if (!this.session.description) return;
    this.runner.exclusive(() => this.engine.park()).catch(() => {}); // a state gone bad cannot be copied: it stays
  }

  /** Ends everything that computes or listens. */
  remove() {
    this.runner.remove();
    this.scene.remove();
    this.charts?.remove();
    this.#leavePainter?.();
    this.#leavePainter = null;
    this.#removed = true;
    this.engine.close();
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  #applyView() {
    this.theme.set(this.view.theme);
    this.runner.speed = this.view.speed;
    this.scene.setViews?.(this.view.views.split(','));
    for (const key of ['speed', 'device']) this.byId(key).value = this.view[key];
  }

  /** A session stands at step 0: new cards, charts and controls. */
  #began(description) {
    this.notices.hideFault();
    this.#trainedMillis = 0;
    this.#autoDecided = false;
    this.scene.build(description, this.session.demo);
    this.limit();
    this.#built = this.#buildPanels(description);
    this.status.dataset.arenas = description.arenas.length;
    this.runner.began(description.step ?? 0);
    this.#showDevice();
    this.#tell('began', description);
  }

  /** Charts and settings of a session. They come a piece at a time, so that the page is never held up for long. */
  async #buildPanels(description) {
    const { demo } = this.session;
    const others = () => this.session.description !== description; // have begun meanwhile
    await breath();
    if (others()) return;
    await this.charts?.build(description, demo, this.view.charts, others);
    await this.controls?.build(demo, () => this.session.run, others);
    if (!others()) this.limit();
  }

  /** Says what the picture shows that has just come; `still` when nothing moves any more. */
  async #drawn(result, still) {
    await this.#built;
    const { rows } = result.frame;
    const rests = still && !this.runner.busy;
    this.charts?.add(rows, rests);
    if (rows.length > 0) {
      if (this.charts) this.#compare();
      this.#tell('metrics', { step: result.step, rows });
    }
    this.#trainedMillis += result.millis ?? 0;
    this.#showStep(result.step);
    const { dataset } = this.status;
    dataset.frames = Number(dataset.frames ?? 0) + 1;
    if (result.hash) {
      setText(this.byId('state-hash'), result.hash);
      Object.assign(dataset, { hash: result.hash, hashStep: result.step });
    }
    if (rests) dataset.restsAt = result.step;
    this.#showPace();
    if (still) this.updateLink();
    else this.#updateLinkSoon();
    if (this.runner.state === 'paused') setText(this.status, WORDS.paused(this.runner));
    if (this.runner.state === 'replaying') this.#showReplay();
    this.#tell('drawn', result);
    // A link that nobody has touched yet must not start a trial.
    const settled = this.#trainedMillis > AUTO_AFTER_MILLIS && this.runner.busy && this.runner.unasked === Infinity;
    if (!this.#autoDecided && this.view.device === 'auto' && settled) this.#decideDevice();
  }

  /** Lines to compare with come with the first measures: they take longer than a step, and nothing needs them before. */
  async #compare() {
    const { description } = this.session;
    if (description.references) return;
    description.references = {};
    try {
      const references = await this.engine.references();
      if (this.session.description !== description) return;
      description.references = references;
      this.charts.compare(references);
    } catch {
      delete description.references; // the worker was lost meanwhile; the next measures ask again
    }
  }

  #showStep(step) {
    setText(this.byId('step-count'), count(step));
    this.status.dataset.step = step;
  }

  #showPace = throttled(250, () => {
    const pace = this.runner.busy ? this.runner.pace : 0;
    setText(this.byId('pace'), pace === 0 ? '–' : pace < 10 ? fixed(pace, 1) : count(pace));
    this.status.dataset.stepsPerSecond = pace.toFixed(2);
  });

  /** Reads and draws once more, if nothing else will. */
  #refresh() {
    if (!this.#opening && (this.runner.state === 'paused' || this.runner.state === 'fault')) this.runner.look();
  }

  #showRunState(state, detail) {
    this.#showStep(this.runner.step);
    this.status.dataset.state = state;
    if (this.runner.busy) {
      delete this.status.dataset.restsAt;
      this.notices.clearNotice('unasked');
    }
    setText(this.status, WORDS[state](this.runner));
    this.toolbar.showState(state);
    this.#showPace();
    this.#showReplay();
    if (state === 'paused') this.session.refresh();
    this.#tell('state', { state, step: this.runner.step, sentence: detail ?? '' });
    if (state !== 'fault') return this.notices.hideFault();
    if (!detail) return;
    const kept = this.engine.kept.map((snapshot, index) => [`Back to step ${count(snapshot.step)}`, () => this.#goBack(snapshot), index === 0 ? 'fault-back' : 'fault-back-older']);
    this.notices.showFault(detail, [...kept, ['Reset', () => this.session.reset(), 'fault-reset']]);
  }

  /** Returns to a snapshot of this run. */
  async goTo(snapshot) {
    await this.runner.exclusive(async () => {
      const description = await this.engine.backTo(snapshot);
      this.session.description = description;
      this.charts?.cut(description.step);
      this.controls?.show(this.session.run);
      this.runner.began(description.step);
    });
    await this.runner.look();
  }

  async #goBack(snapshot) {
    await this.goTo(snapshot);
    this.notices.notify(`Back at step ${count(snapshot.step)}, with the settings of that moment. Change what made it explode, then press Play.`, { key: 'restart' });
  }

  #showReplay() {
    const { target, step, busy } = this.runner;
    const pending = target !== null;
    this.byId('replay').hidden = !pending;
    if (!pending) return;
    setText(this.byId('replay-label'), `Replaying: step ${count(step)} of ${count(target)}`);
    this.byId('replay-bar').value = step / target;
    this.byId('replay-continue').hidden = busy;
  }

  /** Tells the link of the run so far. */
  async updateLink() {
    // During a replay the link already says where it is going.
    if (!this.session.description || this.runner.target !== null) return;
    try {
      const query = await this.engine.query();
      this.#tell('link', writeLink(query, this.view));
    } catch {
      // The worker was lost meanwhile; the next update tells it again.
    }
  }

  #updateLinkSoon = throttled(LINK_MILLIS, () => this.updateLink());

  #openPad(density) {
    this.pad?.open(density, decode(this.session.pairs.get('points') ?? ''));
  }

  async #decideDevice() {
    this.#autoDecided = true;
    if (this.engine.kind !== 'cpu') return;
    const sentence = await this.runner.exclusive(() => chooseDevice(this.engine, this.runner.stepMillis));
    this.#showDevice(sentence);
  }

  async #useDevice(choice) {
    if (choice === 'auto') {
      this.#autoDecided = false;
      this.#trainedMillis = 0;
      return this.#showDevice('Auto: the CPU is being timed…');
    }
    const kind = choice === 'webgpu' ? 'gpu' : 'cpu';
    if (kind === 'gpu') this.#showDevice('WebGPU is being started; this takes a while…');
    try {
      await this.runner.exclusive(() => this.engine.switchTo(kind));
      const { name, software } = kind === 'gpu' ? await probe() : {};
      this.#showDevice(kind === 'cpu' ? 'You chose the CPU.' : `You chose WebGPU (${name}${software ? ', emulated in software: expect it to be slower than the CPU' : ''}).`);
    } catch (error) {
      this.#showDevice(`${error.message} The run stays on the CPU.`);
      this.notices.notify(`${error.message} The run stays on the CPU.`, { kind: 'warning', key: 'device' });
    }
  }

  #showDevice(sentence) {
    this.status.dataset.device = this.engine.device;
    const fallback =
      this.engine.device === 'webgpu' ? 'Computing with WebGPU.' : this.view.device === 'auto' ? 'Computing on the CPU, which is being timed…' : 'Computing on the CPU.';
    setText(this.byId('device-sentence'), sentence ?? fallback);
  }
}
