// The status of a race on the page: its state in words and in the data of #status, its step, pace and hash, and a replay under way.

import { setText, throttled } from '../shell/dom.js';
import { count, fixed } from '../shell/format.js';

const WORDS = {
  running: () => 'Training.',
  paused: ({ step }) => `Paused at step ${count(step)}.`,
  replaying: ({ target }) => `Replaying to step ${count(target)}.`,
  fault: () => 'Stopped.',
  loading: () => 'Loading the model code…',
};

export class Status {
  /** `byId` finds the elements of the race; `runner` is its loop. */
  constructor(byId, runner) {
    this.byId = byId;
    this.runner = runner;
    this.node = byId('status');
  }

  showStep(step) {
    setText(this.byId('step-count'), count(step));
    this.node.dataset.step = step;
  }

  /** Another run has begun, whose hash is not measured yet. */
  began({ arenas }) {
    const { dataset } = this.node;
    dataset.arenas = arenas.length;
    for (const key of ['hash', 'hashStep']) delete dataset[key];
    setText(this.byId('state-hash'), '–');
  }

  showPace = throttled(250, () => {
    const pace = this.runner.busy ? this.runner.pace : 0;
    setText(this.byId('pace'), pace === 0 ? '–' : pace < 10 ? fixed(pace, 1) : count(pace));
    this.node.dataset.stepsPerSecond = pace.toFixed(2);
  });

  showReplay() {
    const { target, step, busy } = this.runner;
    const pending = target !== null;
    this.byId('replay').hidden = !pending;
    if (!pending) return;
    setText(this.byId('replay-label'), `Replaying: step ${count(step)} of ${count(target)}`);
    this.byId('replay-bar').value = step / target;
    this.byId('replay-continue').hidden = busy;
  }

  /** The state of the loop has changed. */
  showState(state) {
    const { dataset } = this.node;
    this.showStep(this.runner.step);
    dataset.state = state;
    if (this.runner.busy) delete dataset.restsAt;
    setText(this.node, WORDS[state](this.runner));
    this.showPace();
    this.showReplay();
  }

  /** A picture is shown; `rests` where nothing moves any more. */
  showDrawn({ step, hash }, rests) {
    const { dataset } = this.node;
    this.showStep(step);
    dataset.frames = Number(dataset.frames ?? 0) + 1;
    if (hash) {
      setText(this.byId('state-hash'), hash);
      Object.assign(dataset, { hash, hashStep: step });
    }
    if (rests) dataset.restsAt = step;
    this.showPace();
    if (this.runner.state === 'paused') setText(this.node, WORDS.paused(this.runner));
    if (this.runner.state === 'replaying') this.showReplay();
  }
}
