// Sentences for the user: a polite list that can be dismissed, and one panel for a run that cannot go on.

import { byId, el, icon } from './dom.js';

const MOST = 16;

/** Adds a notice; `actions` are `[label, handler]`. The same sentence is not shown twice. */
export function notify(text, { kind = 'info', detail = '', actions = [], key = text, fade = 0 } = {}) {
  const list = byId('notices');
  for (const old of list.children) if (old.dataset.key === key) old.remove();
  const item = el('li', { class: 'notice', data: { kind, key } },
    el('p', {}, text),
    detail && el('details', {}, el('summary', {}, 'Technical detail'), el('pre', {}, detail)),
    actions.length > 0 && el('div', { class: 'actions' },
      actions.map(([label, act]) => el('button', { type: 'button', on: { click: () => { item.remove(); act(); } } }, label))),
    el('button', { type: 'button', class: 'quiet dismiss', 'aria-label': 'Dismiss this message', on: { click: () => item.remove() } },
      icon('close')));
  list.append(item);
  while (list.children.length > MOST) list.firstElementChild.remove();
  if (fade) setTimeout(() => item.remove(), fade);
}

export function clearNotice(key) {
  for (const item of [...byId('notices').children]) if (item.dataset.key === key) item.remove();
}

/** Shows why the run stopped and what can be done about it. */
export function showFault(text, actions, detail = '') {
  const panel = byId('fault');
  panel.replaceChildren(
    el('p', { id: 'fault-text' }, text),
    detail ? el('details', {}, el('summary', {}, 'Technical detail'), el('pre', {}, detail)) : '',
    el('div', { class: 'actions' }, actions.map(([label, act, id]) => el('button', { type: 'button', id, on: { click: act } }, label))));
  panel.hidden = false;
}

export function hideFault() {
  const panel = byId('fault');
  panel.hidden = true;
  panel.replaceChildren();
}
