// Bars with names, on one scale. The longest stands out.

import { el } from '../../shell/dom.js';
import { number } from '../../shell/format.js';
import { frame } from './frame.js';

export class Bars {
  constructor(view, spec) {
    this.list = el('dl', { class: 'name-bars' });
    this.node = frame(spec, 'bars', 'words', this.list);
    this.node.classList.add('panel');
  }

  show({ bars, least = 0, most, unit }) {
    const values = bars.map(({ value }) => value);
    const from = Math.min(least, ...values);
    const to = Math.max(most ?? -Infinity, ...values, from + Number.EPSILON);
    const share = (value) => (100 * (value - from)) / (to - from);
    const longest = Math.max(...values);
    const zero = share(Math.max(from, 0));
    const row = ({ label, value, text }) => {
      const fill = el('i', {});
      Object.assign(fill.style, { left: `${Math.min(zero, share(value))}%`, width: `${Math.abs(share(value) - zero)}%` });
      return el(
        'div',
        { data: { value, longest: value === longest && value > from } },
        el('dt', {}, label),
        el('dd', {}, el('span', { class: 'track', 'aria-hidden': 'true' }, fill), el('span', { class: 'figure' }, text || `${number(value, 3)}${unit ? ` ${unit}` : ''}`)),
      );
    };
    this.list.replaceChildren(...bars.map(row));
  }
}
