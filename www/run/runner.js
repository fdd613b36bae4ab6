// The main loop: the page asks for steps, the worker answers, the page draws and asks again. Not asking is pausing.

import { nextFrame } from '../shell/dom.js';
import { count } from '../shell/format.js';

const FIT_MILLIS = 25; // worker time per frame at speed `fit`
const REPLAY_MILLIS = 200; // worker time per look during a replay
const UNASKED_MILLIS = 2000; // what a link may compute before its reader has touched the page
const PACE_SECONDS = 1; // smoothing of steps per second
/** Where the worker, the painter and the browser would wait for each other, the worker waits for the picture instead. */
const FEW_PROCESSORS = navigator.hardwareConcurrency < 4;

export class Runner {
  #loop = null;
  #turn = Promise.resolve();
  #session = 0; // counts those that began
  /** @type {Promise<null | (() => void)>} */
  #painted = Promise.resolve(null);
  #drawn = Promise.resolve();
  #frames = 0;

  /**
   * `hooks`: `request(moving)` the views to read, `paint(result)` makes the picture and resolves to what shows it, `drawn(result)`
   * when it is shown, `changed()` after each change of state, `said(text)` for a sentence, `failed(error)` for what cannot be explained as a fault.
   */
  constructor(engine, hooks) {
    this.engine = engine;
    this.hooks = hooks;
    this.state = 'loading'; // loading | running | paused | replaying | fault
    this.speed = 'fit';
    this.step = 0;
    this.target = null;
    /** @type {?number} */
    this.stopAt = null; // the step at which Play pauses
    this.held = 0;
    this.unasked = Infinity;
    this.pace = 0;
    this.stepMillis = null;
    this.onScreen = true;
    document.addEventListener('visibilitychange', this);
  }

  handleEvent() {
    this.#go();
  }

  /** A race that is not visible rests: the page is hidden, or the race is scrolled away. */
  get hidden() {
    return document.visibilityState === 'hidden' || !this.onScreen;
  }

  show(onScreen) {
    this.onScreen = onScreen;
    this.#go();
  }

  remove() {
    document.removeEventListener('visibilitychange', this);
    this.#session += 1; // what is still under way is not shown any more
    this.halt();
  }

  get busy() {
    return this.state === 'running' || this.state === 'replaying';
  }

  /** From here on a link's unasked computing is limited; a touch of the page lifts that. */
  limitUnasked() {
    this.unasked = UNASKED_MILLIS;
  }

  liftLimit() {
    this.unasked = Infinity;
  }

  /** A new session is at `step`. */
  began(step) {
    this.#session += 1;
    this.step = step;
    this.target = null;
    this.pace = 0;
    this.stepMillis = null;
    this.#frames = 0;
    this.#enter('paused');
  }

  play() {
    if (this.state === 'fault') return;
    this.#enter(this.target !== null && this.target > this.step ? 'replaying' : 'running');
    this.#go();
  }

  /** Plays to exactly `step`, then pauses. */
  replayTo(step) {
    this.target = step;
    this.play();
  }

  cancelReplay() {
    this.target = null;
    return this.pause();
  }

  /** Resolves when the worker rests and the last state is drawn. */
  async pause() {
    if (this.busy) this.#enter('paused');
    await this.#rest();
  }

  /** Resolves at rest, without pausing. */
  async resting() {
    while (this.busy || this.#loop) await (this.#loop ?? nextFrame());
    await this.#drawn;
  }

  /** Nothing can train any more until a new session begins. */
  halt() {
    this.target = null;
    this.#enter('fault');
  }

  /** Runs `action` while nothing trains, one action at a time, then continues as before. */
  async exclusive(action) {
    this.held += 1;
    const mine = this.#turn.then(async () => {
      await this.#rest();
      return action();
    });
    this.#turn = mine.catch(() => {});
    try {
      return await mine;
    } finally {
      this.held -= 1;
      this.#go();
    }
  }

  async #rest() {
    if (this.#loop) this.engine.stop();
    await this.#loop;
    await this.#drawn;
  }

  /** `stepDiscriminator`, `stepGenerator`, or one full step when left out. */
  async single(which) {
    if (this.state === 'fault') return;
    this.target = null;
    await this.pause();
    const session = this.#session;
    try {
      if (which) {
        await this.engine.single(which);
        await this.look();
      } else {
        const step = () => this.engine.advance(1, 60_000, this.hooks.request(false), true);
        const result = (await step()) ?? (await step()); // another worker may have taken over
        if (result && session === this.#session) this.#took(result, true);
        await this.engine.keepIfSound();
      }
    } catch (error) {
      this.hooks.failed(error);
    }
  }

  /** Reads and draws the present state in full detail, with its hash; what is at rest is also kept. */
  async look() {
    const session = this.#session;
    try {
      const result = await this.engine.look(this.hooks.request(false), true);
      if (session !== this.#session) return; // another one has begun
      this.#took(result, true);
      if (!result.fault) await this.engine.keepIfSound();
    } catch (error) {
      this.hooks.failed(error);
    }
  }

  #go() {
    if (!this.busy || this.hidden || this.held > 0 || this.#loop) return;
    this.#loop = this.#run()
      .catch((error) => {
        this.#enter('paused');
        this.hooks.failed(error);
      })
      .finally(() => {
        this.#loop = null;
        this.#go(); // play may have been asked for while the last answer was under way
      });
  }

  async #run() {
    let last = performance.now();
    while (this.busy && !this.hidden && this.held === 0) {
      const [steps, millis] = this.#portion();
      const result = await this.engine.advance(steps, millis, this.hooks.request(true), this.#hashWanted());
      if (!result) {
        last = performance.now(); // another worker has taken over
        continue;
      }
      const now = performance.now();
      this.#measure(result, now - last);
      last = now;
      await this.#drawn; // at most one answer waits to be drawn
      this.#took(result, false);
      if (FEW_PROCESSORS) await this.#painted.catch(() => {}); // told where it is shown
      if (result.done === 0 && !result.fault && this.busy && this.held === 0) await nextFrame();
    }
    await this.#drawn;
    if (this.state === 'paused') await this.look();
  }

  /** How many steps to ask for, and for how long. */
  #portion() {
    const allowed = Math.max(1, this.unasked);
    if (this.state === 'replaying') return [this.target - this.step, Math.min(REPLAY_MILLIS, allowed)];
    const [steps, millis] = this.speed === 'fit' ? [1_000_000, FIT_MILLIS] : [Number(this.speed), 10_000];
    const left = this.stopAt > this.step ? this.stopAt - this.step : steps;
    return [Math.min(steps, left), Math.min(millis, allowed)];
  }

  #hashWanted() {
    return this.engine.kind === 'cpu' ? 'measured' : null;
  }

  #measure(result, wallMillis) {
    this.#frames += 1;
    this.unasked -= result.millis + result.lookMillis;
    if (result.done === 0) return;
    const each = result.millis / result.done;
    // The first answers are slow while the browser is still compiling the module.
    this.stepMillis = this.stepMillis === null || this.#frames < 8 ? each : this.stepMillis * 0.9 + each * 0.1;
    const pace = (1000 * result.done) / wallMillis;
    const weight = this.#frames < 8 ? 0.5 : 1 - Math.exp(-wallMillis / 1000 / PACE_SECONDS);
    this.pace += (pace - this.pace) * weight;
  }

  #took(result, still) {
    this.step = result.step;
    const session = this.#session;
    const stale = () => this.#session !== session;
    this.#painted = this.#drawn.then(() => (stale() ? null : this.hooks.paint(result, still)));
    this.#drawn = this.#painted
      .then(async (show) => {
        await nextFrame();
        if (stale()) return;
        show();
        await this.hooks.drawn(result, still);
      })
      .catch((error) => this.hooks.failed(error));
    if (result.fault) {
      this.target = null;
      this.#enter('fault', result.fault);
    } else if (this.state === 'replaying' && this.step >= this.target) {
      this.target = null;
      this.#enter('paused');
    } else if (this.state === 'running' && this.step === this.stopAt && result.done > 0) {
      this.#enter('paused');
      this.hooks.said(`Stopped at step ${count(this.step)}, as asked. Press Play to go on.`);
    } else if (this.busy && this.unasked <= 0) {
      const replaying = this.state === 'replaying';
      this.#enter('paused');
      this.hooks.said(
        replaying
          ? `This link replays a run to step ${count(this.target)}. Press Continue replay to let it compute on.`
          : 'This link came with settings of its own, so it stops after two seconds. Press Play to go on.',
      );
    }
  }

  #enter(state, detail) {
    this.state = state;
    this.hooks.changed(state, detail);
  }
}
