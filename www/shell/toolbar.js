// Buttons, menus and keys of a race; their actions are arguments.

import { VIEW_KEYS } from '../link/rules.js';
import { setText } from './dom.js';
import { count } from './format.js';
import { keyOf } from './keys.js';
import { readNumber } from './number-field.js';

const wide = matchMedia('(min-width: 70rem)');

export class Toolbar {
  /**
   * `place` holds the laid-out race, in `root`. `act`: `toggle, step(which), reset, speed(value), stop(value), device(value),
   * continueReplay, cancelReplay`. `keys`: further keys and what they do. Keys are heard on `target`. `sight`: what settings must not cover.
   */
  constructor(place, root, act, { notify, sight, keys = {}, target = place }) {
    this.place = place;
    this.root = root;
    this.notify = notify;
    this.byId = (id) => root.getElementById(id);
    const buttons = {
      play: act.toggle,
      'step-both': () => act.step(null),
      'step-d': () => act.step('stepDiscriminator'),
      'step-g': () => act.step('stepGenerator'),
      reset: act.reset,
      'replay-continue': act.continueReplay,
      'replay-cancel': act.cancelReplay,
      'settings-toggle': () => {
        this.showSettings(place.dataset.settings !== 'open');
        // Where settings are a sheet over the lower half, the picture goes to the upper one.
        if (root === document && !wide.matches) sight.scrollIntoView();
      },
      'settings-close': () => {
        this.showSettings(false);
        this.byId('settings-toggle').focus();
      },
    };
    for (const [id, action] of Object.entries(buttons)) this.byId(id).addEventListener('click', action);
    this.byId('device').addEventListener('change', (event) => act.device(event.target.value));
    this.#wireSpeed(act.speed);
    this.#wireStop(act.stop);
    const press = (id) => () => {
      if (this.#usable(id)) buttons[id]();
    };
    this.#wireKeys(target, {
      ' ': press('play'),
      ArrowRight: press('step-both'),
      d: press('step-d'),
      g: press('step-g'),
      r: press('reset'),
      ...keys,
    });
    this.showSettings(false);
  }

  /** Opens the settings where they fit beside the arenas. */
  showSettingsWhereWide() {
    this.showSettings(wide.matches);
  }

  showSettings(open) {
    this.place.dataset.settings = open ? 'open' : 'closed';
    this.byId('settings-toggle').setAttribute('aria-expanded', String(open));
  }

  /** Shows the state of the run on the buttons. */
  showState(state) {
    const busy = state === 'running' || state === 'replaying';
    setText(this.byId('play-label'), busy ? 'Pause' : 'Play');
    this.byId('play')
      .querySelector('use')
      .setAttribute('href', busy ? '#icon-pause' : '#icon-play');
    for (const id of ['play', 'step-both', 'step-d', 'step-g']) this.byId(id).disabled = state === 'loading' || state === 'fault';
    this.byId('reset').disabled = state === 'loading';
  }

  /** A key works only where its button is enabled. */
  #usable(id) {
    return !this.byId(id).closest('[data-off], [inert]');
  }

  #wireSpeed(apply) {
    const field = this.byId('speed');
    const { choices, within, initial } = VIEW_KEYS.speed;
    const [least, most] = within;
    let good = field.value;
    field.addEventListener('focus', () => field.select());
    field.addEventListener('change', () => {
      const text = field.value.trim().toLowerCase();
      const steps = Math.round(Number(text));
      if (choices.includes(text)) good = text;
      else if (text === '') good = initial;
      else if (Number.isFinite(steps)) {
        good = String(Math.min(most, Math.max(least, steps)));
        if (good !== text) this.notify(`Steps per frame go from ${least} to ${count(most)}; ${good} is used.`, { key: 'speed', fade: 6000 });
      } else this.notify(`Steps per frame is “fit” or a number from ${least} to ${count(most)}.`, { key: 'speed', fade: 6000 });
      field.value = good;
      apply(good);
    });
  }

  #wireStop(apply) {
    const field = this.byId('stop-at');
    const {
      choices: [never],
      within: [least, most],
    } = VIEW_KEYS.stop;
    let good = '';
    field.addEventListener('focus', () => {
      good = field.value;
      field.select();
    });
    field.addEventListener('change', () => {
      const text = field.value.trim();
      const step = Number(readNumber(text) ?? NaN);
      const known = text === '' || (step >= least && step <= most && Number.isInteger(step));
      if (known) good = text && String(step);
      field.value = good;
      if (known) apply(good || never);
      else this.notify(`The step to stop at is a whole number from ${least} to ${count(most)}, or nothing.`, { key: 'stop', fade: 8000 });
    });
  }

  #wireKeys(target, keys) {
    target.addEventListener('keydown', (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || this.root.querySelector('dialog[open]')) return;
      const [from] = event.composedPath();
      if (!from.closest) return;
      // A slide show around it has keys of its own.
      if (from.closest('input:not([type=checkbox], [type=range]), select, textarea')) return event.stopPropagation();
      // Space presses what has the focus; arrows move a slider.
      if (event.key === ' ' && from.closest('button, summary, a, input')) return;
      if (event.key === 'ArrowRight' && from.closest('input')) return;
      const action = keys[keyOf(event)];
      if (!action || (event.repeat && event.key !== 'ArrowRight')) return;
      event.preventDefault();
      event.stopPropagation();
      action();
    });
  }
}
