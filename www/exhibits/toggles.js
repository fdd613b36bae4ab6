// Buttons of which one is pressed.

import { el } from '../shell/dom.js';

/** `choose(id)` follows a press; `offer(choices)` puts them there, `show(id)` presses one. */
export function toggles(label, choose) {
  const node = el('div', { class: 'toggles', role: 'group', 'aria-label': label });
  return {
    node,
    offer(choices) {
      node.replaceChildren(...choices.map(({ id, title }) => el('button', { type: 'button', data: { choice: id }, on: { click: () => choose(id) } }, title)));
    },
    show(id) {
      for (const one of node.children) one.setAttribute('aria-pressed', String(one.dataset.choice === id));
    },
  };
}
