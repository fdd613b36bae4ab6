// A menu of the labels that the weights know, in the bar.

import { el } from '../../shell/dom.js';

export function label(page, row) {
  const menu = el('select', { id: 'label', on: { change: () => page.set({ [row.key]: menu.value }) } });
  const node = el('label', { class: 'field', hidden: true, title: row.help ?? '', data: { key: row.key, kind: 'label' } }, el('span', {}, row.label), menu);
  return {
    node,
    /** Weights were opened. */
    opened: ({ labels, conditional }) => {
      menu.replaceChildren(...(conditional ? (labels ?? []) : []).map((name, at) => el('option', { value: at }, name)));
    },
    absent: () => menu.options.length === 0,
    show: (value) => {
      menu.value = String(value);
    },
  };
}
