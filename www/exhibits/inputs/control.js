// A control of the settings, in the bar.

import { el } from '../../shell/dom.js';
import { buildInput } from '../../shell/fields.js';

/** `beside`: what else stands in the field. Returns `{node, show(value)}`. */
export function control(page, row, ...beside) {
  const id = `control-${row.key}`;
  const input = buildInput({ ...row, live: true }, id, (value) => page.change({ [row.key]: value }));
  const node = el(
    'div',
    { class: 'field', hidden: true, title: row.help ?? '', data: { key: row.key, kind: row.kind } },
    el('label', { for: id }, row.label),
    input.node,
    ...beside,
  );
  return { node, show: (value) => input.show(value) };
}
