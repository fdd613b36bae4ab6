// Buttons, menus and keys of the page; what they do is told to them.

import { byId, setText } from './dom.js';
import { notify } from './notices.js';

const wide = matchMedia('(min-width: 70rem)');

/** `act`: `toggle, step(which), reset, speed(value), device(value), theme(value), continueReplay, cancelReplay, freshLink`. */
export function wireToolbar(act) {
  const buttons = {
    play: act.toggle,
    'step-both': () => act.step(null),
    'step-d': () => act.step('stepDiscriminator'),
    'step-g': () => act.step('stepGenerator'),
    reset: act.reset,
    'replay-continue': act.continueReplay,
    'replay-cancel': act.cancelReplay,
    share: () => copyLink(act.freshLink),
    help: openHelp,
    'help-close': () => byId('help-dialog').close(),
    'settings-toggle': () => {
      showSettings(document.body.dataset.settings !== 'open');
      // Where settings are a sheet over the lower half, the arenas go to the upper one.
      if (!wide.matches) byId('arenas').scrollIntoView();
    },
    'settings-close': () => { showSettings(false); byId('settings-toggle').focus(); },
  };
  for (const [id, action] of Object.entries(buttons)) byId(id).addEventListener('click', action);
  for (const id of ['device', 'theme']) byId(id).addEventListener('change', (event) => act[id](event.target.value));
  wireSpeed(act.speed);
  wireKeys({ ' ': act.toggle, ArrowRight: buttons['step-both'], d: buttons['step-d'], g: buttons['step-g'], r: act.reset, '?': openHelp });
  byId('skip').addEventListener('click', (event) => {
    event.preventDefault(); // the hash holds the settings
    byId('arenas').focus();
  });
  showSettings(wide.matches);
}

/** Shows the state of the run on the buttons. */
export function showState(state) {
  const busy = state === 'running' || state === 'replaying';
  setText(byId('play-label'), busy ? 'Pause' : 'Play');
  byId('play-icon').setAttribute('href', busy ? '#icon-pause' : '#icon-play');
  for (const id of ['play', 'step-both', 'step-d', 'step-g']) byId(id).disabled = state === 'loading' || state === 'fault';
  byId('reset').disabled = state === 'loading';
}

function wireSpeed(apply) {
  const field = byId('speed');
  let good = field.value;
  field.addEventListener('focus', () => field.select());
  field.addEventListener('change', () => {
    const text = field.value.trim().toLowerCase();
    const steps = Math.round(Number(text));
    if (text === 'fit' || text === '') good = 'fit';
    else if (Number.isFinite(steps)) {
      good = String(Math.min(1000, Math.max(1, steps)));
      if (good !== text) notify(`Steps per frame go from 1 to 1,000; ${good} is used.`, { key: 'speed', fade: 6000 });
    } else notify('Steps per frame is “fit” or a number from 1 to 1,000.', { key: 'speed', fade: 6000 });
    field.value = good;
    apply(good);
  });
}

/** Keys of the page: what each does, by `event.key`. */
export function wireKeys(keys) {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
    const { target } = event;
    if (target.closest('input:not([type=checkbox], [type=range]), select, textarea')) return;
    // Space presses what has the focus; arrows move a slider.
    if (event.key === ' ' && target.closest('button, summary, a, input')) return;
    if (event.key === 'ArrowRight' && target.closest('input')) return;
    const action = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!action || (event.repeat && event.key !== 'ArrowRight')) return;
    event.preventDefault();
    action();
  });
}

function showSettings(open) {
  document.body.dataset.settings = open ? 'open' : 'closed';
  byId('settings-toggle').setAttribute('aria-expanded', String(open));
}

function openHelp() {
  byId('help-dialog').showModal();
}

export async function copyLink(freshLink) {
  await freshLink();
  try {
    await navigator.clipboard.writeText(location.href);
    notify('The link is copied. Whoever opens it sees this run: the same settings, seed and step.', { key: 'share', fade: 6000 });
  } catch {
    notify('The browser did not allow copying; the link is the one in the address bar.', { key: 'share' });
  }
}
