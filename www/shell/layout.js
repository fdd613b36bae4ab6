// The elements of a race: bar, messages, arenas, settings and charts. What each does is wired elsewhere; `data-part` names
// what an embedding page can hide or lock.

import { VIEW_KEYS } from '../link/rules.js';
import { el, icon } from './dom.js';
import { count } from './format.js';

const NAME_MOST = 40; // characters of a name in a sentence

/** What `lock=all` leaves to the user: to play, and what only shows something. */
const PLAYED = ['transport', 'play', 'step', 'step-d', 'step-g', 'reset', 'counter', 'pace', 'hash', 'charts', 'status', 'says', 'about', 'made'];

/** Names that `hide` and `lock` know beside the keys of settings. */
const PARTS = [...PLAYED, 'all', 'speed', 'stop', 'device', 'settings', 'views', 'arenas', 'objective', 'tools', 'weights'];

/** Hides and locks parts for the user; scripts are not limited. */
export function limit(place, { hide, lock }) {
  const all = lock.has('all');
  for (const node of place.querySelectorAll('[data-part], .control, .field')) {
    const { part, key } = node.dataset;
    node.toggleAttribute('data-off', hide.has(part) || hide.has(key));
    node.inert = lock.has(part) || lock.has(key) || (all && !PLAYED.includes(part));
  }
}

/** Says which names of `hide` and `lock` are neither parts nor keys of `controls`. */
export function checkNames({ hide, lock }, controls, notify) {
  for (const name of new Set([...hide, ...lock])) {
    const known = PARTS.includes(name) || controls.some(({ key }) => key === name.replace(/\.\d$/, ''));
    if (!known) notify(`There is no part and no setting called “${name.slice(0, NAME_MOST)}” to hide or lock.`, { kind: 'warning' });
  }
}

const part = (name, node) => {
  node.dataset.part = name;
  return node;
};
const button = (id, name, label, properties = {}) => el('button', { type: 'button', id, ...properties }, icon(name), el('span', {}, label));

/** `landmark`: the tag around the body, `main` where the race is the page; `stage`: the content of its middle. */
export function layOut(place, landmark, stage) {
  place.replaceChildren(
    bar(),
    replay(),
    el('div', { id: 'fault', class: 'fault', role: 'alert', hidden: true }),
    el('ul', { id: 'notices', class: 'notices', 'aria-live': 'polite', 'aria-label': 'Messages' }),
    el(landmark, { class: 'body' }, stage, settings(), charts()),
    el('dialog', { id: 'pad-dialog', 'aria-labelledby': 'pad-title' }),
  );
}

function bar() {
  return part('transport', el('div', { class: 'transport', id: 'transport', role: 'toolbar', 'aria-label': 'Training' }, ...transport(), meters(), choices()));
}

function transport() {
  const play = el('button', { type: 'button', id: 'play', class: 'primary', 'aria-keyshortcuts': 'Space', disabled: true }, icon('play'), el('span', { id: 'play-label' }, 'Play'));
  const step = button('step-both', 'step', 'Step', { 'aria-keyshortcuts': 'ArrowRight', title: 'One full step (right arrow)', disabled: true });
  const single = (id, key, of) =>
    el('button', { type: 'button', id, 'aria-keyshortcuts': key, title: `One update of each ${of} (${key})`, disabled: true }, el('span', {}, `Step ${key.toUpperCase()}`));
  const reset = button('reset', 'reset', 'Reset', {
    'aria-keyshortcuts': 'r',
    title: 'Back to step 0 with the same settings: the run repeats exactly (r)',
    disabled: true,
  });
  const cluster = [part('step', step), part('step-d', single('step-d', 'd', 'discriminator or critic')), part('step-g', single('step-g', 'g', 'generator')), part('reset', reset)];
  const counter = el('div', { class: 'counter', 'aria-hidden': 'true' }, el('span', { class: 'counter-label' }, 'step'), ' ', el('output', { id: 'step-count' }, '0'));
  return [part('play', play), el('div', { class: 'cluster' }, ...cluster), part('counter', counter)];
}

function meters() {
  const hash = el('dd', { id: 'state-hash', title: 'A fingerprint of all parameters at a step: equal on every machine for an equal run on the CPU' }, '–');
  return el(
    'dl',
    { class: 'meters' },
    part('pace', el('div', {}, el('dt', {}, 'steps/s'), el('dd', { id: 'pace' }, '–'))),
    part('hash', el('div', { class: 'hash-meter' }, el('dt', {}, 'state hash'), hash)),
  );
}

function choices() {
  const speed = el('input', { id: 'speed', list: 'speeds', value: VIEW_KEYS.speed.initial, size: 4, autocomplete: 'off', spellcheck: false, 'aria-describedby': 'speed-help' });
  const [least, most] = VIEW_KEYS.speed.within;
  const speeds = [...VIEW_KEYS.speed.choices, 1, 2, 5, 10, 50, 100, 1000].map((value) => el('option', { value }));
  const devices = Object.entries({ auto: 'Auto', cpu: 'CPU', webgpu: 'WebGPU' }).map(([value, title]) => el('option', { value }, title));
  return el(
    'div',
    { class: 'transport-end' },
    part('speed', el('label', { class: 'select-line', title: 'How many steps are trained between two pictures' }, el('span', {}, 'Steps per frame'), ' ', speed)),
    el('datalist', { id: 'speeds' }, speeds),
    el('span', { id: 'speed-help', class: 'visually-hidden' }, `"fit" for as many as fit in a frame, or a number from ${least} to ${count(most)}`),
    part('device', el('label', { class: 'select-line' }, el('span', {}, 'Device'), ' ', el('select', { id: 'device' }, devices))),
    part('settings', button('settings-toggle', 'sliders', 'Settings', { 'aria-expanded': 'false', 'aria-controls': 'settings' })),
  );
}

function replay() {
  return el(
    'div',
    { id: 'replay', class: 'replay', hidden: true },
    el('label', { for: 'replay-bar', id: 'replay-label' }, 'Replaying'),
    el('progress', { id: 'replay-bar', max: 1, value: 0 }),
    el('button', { type: 'button', id: 'replay-continue' }, 'Continue replay'),
    el('button', { type: 'button', id: 'replay-cancel' }, 'Stop here'),
  );
}

/** The middle of a race. */
export function arenasStage() {
  return el('section', { class: 'stage', 'aria-label': 'The race' }, ...arenaParts(), stageFoot());
}

export function arenaParts() {
  const skeleton = () => el('article', { class: 'arena skeleton' }, el('header', {}), el('div', { class: 'plot' }));
  return [
    el(
      'div',
      { class: 'stage-bar' },
      part('views', el('div', { id: 'views', class: 'toggles', role: 'group', 'aria-label': 'Shown in every arena' })),
      part('arenas', button('add-arena', 'plus', 'Arena', { disabled: true })),
    ),
    el('div', { id: 'arenas', class: 'arenas', data: { count: 2 }, tabIndex: -1 }, skeleton(), skeleton()),
    part('about', el('div', { class: 'about-run' }, el('p', { id: 'differences' }), el('p', { id: 'preset-summary' }))),
  ];
}

export function stageFoot() {
  return el(
    'div',
    { class: 'stage-foot' },
    el('p', { id: 'status', class: 'status', role: 'status', data: { state: 'loading', step: 0, device: 'cpu' } }, 'Loading the model code…'),
    el('p', { id: 'device-sentence' }),
  );
}

function settings() {
  const stop = el('input', { id: 'stop-at', inputMode: 'numeric', size: 7, placeholder: '–', autocomplete: 'off', spellcheck: false });
  return part(
    'settings',
    el(
      'aside',
      { id: 'settings', class: 'settings', 'aria-label': 'Settings' },
      el(
        'header',
        { class: 'settings-head' },
        el('h2', {}, 'Settings'),
        el('button', { type: 'button', class: 'quiet', id: 'settings-close', 'aria-label': 'Close settings' }, icon('close')),
      ),
      part('stop', el('label', { class: 'select-line stop-line', title: 'The step at which Play pauses; empty for none' }, el('span', {}, 'Stop at step'), ' ', stop)),
      el('div', { id: 'controls' }),
    ),
  );
}

function charts() {
  return part(
    'charts',
    el(
      'section',
      { class: 'charts-section', 'aria-label': 'Charts' },
      el('div', { class: 'stage-bar' }, el('div', { id: 'chart-toggles', class: 'toggles', role: 'group', 'aria-label': 'Charts shown' })),
      el('div', { id: 'charts', class: 'charts' }),
    ),
  );
}
