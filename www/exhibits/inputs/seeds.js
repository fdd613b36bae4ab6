// A seed, and a die for another one, in the bar.

import { el, icon } from '../../shell/dom.js';
import { control } from './control.js';

export function seeds(page, row) {
  const another = () => page.set({ [row.key]: crypto.getRandomValues(new Uint16Array(1))[0] });
  const die = el('button', { type: 'button', id: 'new-seed', title: 'Another seed', 'aria-label': 'Another seed', on: { click: another } }, icon('dice'));
  return control(page, row, die);
}
