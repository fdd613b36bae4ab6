// Sentences for the user: a polite list that can be dismissed, and one panel for a run that cannot go on.

import { el, icon } from './dom.js';

const MOST = 16;

export class Notices {
  /** `root`: the document or shadow root that has the list and the panel. */
  constructor(root) {
    this.root = root;
  }

  /** Adds a notice; `actions` are `[label, handler]`. The same sentence is not shown twice. */
  notify = (text, { kind = 'info', detail = '', actions = [], key = text, fade = 0 } = {}) => {
    this.clearNotice(key);
    const item = el(
      'li',
      { class: 'notice', data: { kind, key } },
      el('p', {}, text),
      detail && el('details', {}, el('summary', {}, 'Technical detail'), el('pre', {}, detail)),
      actions.length > 0 &&
        el(
          'div',
          { class: 'actions' },
          actions.map(([label, act]) =>
            el(
              'button',
              {
                type: 'button',
                on: {
                  click: () => {
                    item.remove();
                    act();
                  },
                },
              },
              label,
            ),
          ),
        ),
      el('button', { type: 'button', class: 'quiet dismiss', 'aria-label': 'Dismiss this message', on: { click: () => item.remove() } }, icon('close')),
    );
    const list = this.#list;
    list.append(item);
    while (list.children.length > MOST) list.firstElementChild.remove();
    if (fade) setTimeout(() => item.remove(), fade);
  };

  clearNotice = (key) => {
    for (const item of [...this.#list.children]) if (item.dataset.key === key) item.remove();
  };

  /** Shows why the run stopped and what can be done about it. */
  showFault = (text, actions, detail = '') => {
    const panel = this.#fault;
    panel.replaceChildren(
      el('p', { id: 'fault-text' }, text),
      detail ? el('details', {}, el('summary', {}, 'Technical detail'), el('pre', {}, detail)) : '',
      el(
        'div',
        { class: 'actions' },
        actions.map(([label, act, id]) => el('button', { type: 'button', id, on: { click: act } }, label)),
      ),
    );
    panel.hidden = false;
  };

  hideFault = () => {
    this.#fault.hidden = true;
    this.#fault.replaceChildren();
  };

  get #list() {
    return this.root.getElementById('notices');
  }

  get #fault() {
    return this.root.getElementById('fault');
  }
}

/** Those of the page itself. */
export const { notify, clearNotice, showFault, hideFault } = new Notices(document);
