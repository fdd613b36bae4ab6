// Numbers with names and units.

import { t } from '../../i18n/strings.js';
import { el } from '../../shell/dom.js';
import { number } from '../../shell/format.js';
import { frame } from './frame.js';

export class Numbers {
  constructor(view, spec) {
    this.list = el('dl', { class: 'costs' });
    this.node = frame(spec, 'numbers', 'words', this.list);
    this.node.classList.add('panel');
  }

  show({ numbers }) {
    this.list.replaceChildren(
      ...numbers.map(({ label, value, digits, unit, help }) =>
        el(
          'div',
          { title: help || null },
          el('dt', {}, label),
          el('dd', { data: { value } }, el('span', {}, number(value, digits ?? 4)), unit && el('span', { class: 'unit' }, ` ${t(unit)}`)),
        ),
      ),
    );
  }
}
