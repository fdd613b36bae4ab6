// A race in an element: the engine, the loop, the views and the controls, and the events between them. The start page is one; so is
// each embedded one, in a shadow root of its own. With another scene in its middle it is a figure of the lab.

import { nextTask, setText, throttled } from '../shell/dom.js';
import { WorkerLost } from '../compute/worker-client.js';
import { Engine } from './engine.js';
import { count } from '../shell/format.js';
import { arenasStage, layOut, limit } from '../shell/layout.js';
import { Notices } from '../shell/notices.js';
import { DeviceChoice } from './device-choice.js';
import { advise, openPad } from './later.js';
import { Runner } from './runner.js';
import { RunSession } from './session.js';
import { Status } from './status.js';
import { showStop, stopAt } from './stop-at.js';
import { readLink, writeLink } from '../link/state.js';
import { Toolbar } from '../shell/toolbar.js';
import { Arenas } from '../draw/arenas.js';
import { holdPainter } from '../draw/canvases.js';

const LINK_MILLIS = 3000; // between two links of a run that trains

/**
 * Events: `began` (description), `resumed` (`{step}` from which another worker goes on), `drawn` (the worker's answer), `metrics` (`{step, rows}`), `state` (`{state, step, sentence}`),
 * `link` (the link of the run so far).
 */
export class Race extends EventTarget {
  #leavePainter = null;
  #removed = false;
  #opening = false; // what it will do is not settled yet
  #built = null; // a promise for the panels of this session
  /** Where points are drawn or read, once it was wanted. @type {import('../draw/density-pad.js').DensityPad | null} */
  pad = null;

  /**
   * @param place the element to fill, in a document or a shadow root
   * @param {{ client, load, module?: string, theme, landmark?: string, keys?: object, keyTarget?: EventTarget, limits?: { hide: Set, lock: Set },
   *           panels?: { addPanels(race) }, scene?: { stage(), View } }} options
   *   `client` and `load` are a worker and the promise of its `module`; without `panels` there are no charts and no settings; a `View` asks for numbers and paints them
   */
  constructor(place, { client, load, module = 'cpu', theme, landmark = 'main', keys, keyTarget, limits = null, panels = null, scene = { stage: arenasStage, View: Arenas } }) {
    super();
    this.place = place;
    this.theme = theme;
    this.limits = limits;
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
        if (!description) return; // lost before anything was open; the caller opens it now
        this.runner.step = description.step;
        this.charts?.cut(description.step);
        this.#tell('resumed', { step: description.step });
        this.device.show();
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
      failed: (error) => this.#removed || error instanceof WorkerLost || notify(error.message, { kind: 'warning' }), // a lost one has been told of
    });
    this.state = new Status(this.byId, this.runner);
    this.device = new DeviceChoice(this);
    this.session = new RunSession(this.engine, this.runner, {
      notify,
      began: (description) => this.#began(description),
      changed: () => {
        this.controls?.show(this.session.run);
        this.scene.describe?.(this.session.description, this.session.demo);
        this.updateLink();
        if (this.scene.showsSettings) this.#refresh();
      },
      openPad: (density) => this.controls && openPad(this, density),
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
      change: (control, value) => [control.key, 'settings', 'all'].some((name) => this.limits?.lock.has(name)) || this.session.change(control, 'all', value),
    });
    this.charts = null;
    this.controls = null;
    panels?.addPanels(this);
    this.toolbar = new Toolbar(
      place,
      this.root,
      {
        toggle: () => (this.runner.busy ? this.runner.pause() : this.#play()),
        step: (which) => this.runner.single(which),
        reset: () => this.session.reset(),
        continueReplay: () => this.#play(),
        cancelReplay: () => this.runner.cancelReplay(),
        speed: (value) => {
          this.runner.speed = value;
          this.engine.stop();
          this.setView('speed', value);
        },
        stop: (value) => stopAt(this, value),
        device: (value) => {
          this.setView('device', value);
          this.device.use(value);
        },
      },
      { notify, keys, target: keyTarget, sight: this.scene.root },
    );
    theme.on(() => this.scene.redraw());
  }

  /**
   * Opens a link: shows its run, and trains or replays up to the limits for links. `play`: whether it also trains on by itself;
   * `limited`: whether computing that the user did not start stops after a while.
   */
  async open(link, { play = true, limited = false } = {}) {
    if (this.#removed) return;
    ({ view: this.view } = readLink(link));
    this.#applyView();
    this.#opening = true;
    this.#leavePainter ??= holdPainter();
    try {
      await this.engine.ready;
      const step = await this.runner.exclusive(() => this.session.openLink(link));
      if (limited) this.runner.limitUnasked();
      else this.runner.liftLimit();
      if (!['auto', this.engine.device].includes(this.view.device)) await this.device.use(this.view.device);
      await this.#built; // on few processors, training beside it would make both late
      this.#opening = false;
      if (step > this.runner.step) this.runner.replayTo(step);
      else if (play) this.runner.play();
      else await this.runner.look();
    } catch (error) {
      if (this.#removed) return;
      const text = `The model code could not be started. ${error.message}`;
      this.notices.showFault(text, [['Reload the page', () => location.reload(), 'fault-reload']]);
      setText(this.status, 'Not running.');
      this.#tell('state', { state: 'fault', step: 0, sentence: text });
      throw error;
    } finally {
      this.#opening = false;
    }
  }

  setView(key, value) {
    this.view[key] = value;
    return this.updateLink();
  }

  limit(limits = this.limits) {
    this.limits = limits;
    if (limits) limit(this.place, limits);
  }

  /** The user wants it, by whatever means: a pointer, a key, assistive technology or a script on the page. */
  #play() {
    this.runner.liftLimit();
    this.runner.play();
  }

  /** Lets its worker go until something is asked of it again; the run then continues from its present step. */
  park() {
    if (!this.session.description) return;
    this.runner.exclusive(() => this.engine.park()).catch(() => {}); // a state gone bad cannot be copied: it stays
  }

  /** Ends everything that computes or listens. */
  remove() {
    this.#removed = true; // before what is under way fails
    this.runner.remove();
    this.scene.remove();
    this.charts?.remove();
    this.#leavePainter?.();
    this.engine.close();
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  #applyView() {
    this.theme.set(this.view.theme);
    this.runner.speed = this.view.speed;
    showStop(this);
    this.scene.setViews?.(this.view.views.split(','));
    for (const key of ['speed', 'device']) this.byId(key).value = this.view[key];
  }

  /** A session is at step 0: new cards, charts and controls. */
  #began(description) {
    this.notices.hideFault();
    this.scene.build(description, this.session.demo);
    this.limit();
    this.#built = this.#buildPanels(description);
    this.state.began(description);
    this.runner.began(description.step ?? 0);
    this.device.began();
    advise(this, description);
    this.#tell('began', description);
  }

  /** Charts and settings of a session. They come a piece at a time, so that no task of the page is long. */
  async #buildPanels(description) {
    const { demo } = this.session;
    const others = () => this.session.description !== description; // have begun meanwhile
    await nextTask();
    if (others()) return;
    await this.charts?.build(description, demo, this.view.charts, others);
    await this.controls?.build(demo, () => this.session.run, others);
    if (!others()) this.limit();
  }

  /** Says what the picture shows that has just come; `still` when nothing moves any more. */
  async #drawn(result, still) {
    await this.#built;
    if (this.#removed) return;
    const { rows } = result.frame;
    const rests = still && !this.runner.busy;
    this.charts?.add(rows, rests);
    if (rows.length > 0) {
      if (this.charts) this.session.references().then((references) => references && this.charts.compare(references));
      this.#tell('metrics', { step: result.step, rows });
    }
    this.state.showDrawn(result, rests);
    if (still) this.updateLink();
    else this.#updateLinkSoon();
    this.#tell('drawn', result);
    // A link that has just been opened must not start a trial.
    this.device.trained(result.millis ?? 0, this.runner.busy && this.runner.unasked === Infinity);
  }

  /** Reads and draws once more, if nothing else will. */
  #refresh() {
    if (!this.#opening && (this.runner.state === 'paused' || this.runner.state === 'fault')) this.runner.look();
  }

  #showRunState(state, detail) {
    this.state.showState(state);
    if (this.runner.busy) this.notices.clearNotice('unasked');
    this.toolbar.showState(state);
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

  /** Dispatches the link of the run so far; during a replay it already says where that is going. */
  async updateLink() {
    if (!this.session.description || this.runner.target !== null) return;
    try {
      this.#tell('link', writeLink(await this.engine.query(), this.view));
    } catch {
      // The worker was lost meanwhile; the next update dispatches it again.
    }
  }

  #updateLinkSoon = throttled(LINK_MILLIS, () => this.updateLink());
}
