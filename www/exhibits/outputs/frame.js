// What stands around every output: its title and its place in the view.

import { el } from '../../shell/dom.js';

/** `compact`: it stands beside others that say the same, where there is room; empty where it takes a row of its own. */
export function frame(spec, kind, compact, ...inside) {
  return el('section', { class: `output ${kind}`, 'aria-label': spec.title || null, data: { kind, compact } }, spec.title && el('h2', {}, spec.title), inside);
}
