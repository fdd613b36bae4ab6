// Means with spreads, each in a line, on one axis.

import { el } from '../../shell/dom.js';
import { fixed } from '../../shell/format.js';
import { svg } from '../picture.js';
import { frame } from './frame.js';

const WIDTH = 200;
const HEIGHT = 18;
const MEAN = 3; // width of its mark

export class Spreads {
  constructor(view, spec) {
    this.list = el('div', { class: 'spreads' });
    this.help = el('p', { class: 'hint' });
    this.node = frame(spec, 'spreads-of', 'words', this.list, this.help);
    this.node.classList.add('panel');
  }

  show({ rows, range, band, help }) {
    this.list.replaceChildren(...rows.map((row) => line(row, range, band)));
    this.help.replaceChildren(...(help ? [el('span', {}, help)] : []));
  }
}

function line({ name, mean, std, more, says }, [from, to], band) {
  const x = (value) => (WIDTH * (Math.min(to, Math.max(from, value)) - from)) / (to - from);
  const middle = HEIGHT / 2;
  const zero = from < 0 && to > 0;
  const drawing = svg(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', role: 'img', 'aria-label': says },
    ...(band ? [svg('rect', { x: x(band[0]), width: x(band[1]) - x(band[0]), y: 2, height: HEIGHT - 4, class: 'band' })] : []),
    ...(zero ? [svg('line', { x1: x(0), x2: x(0), y1: 0, y2: HEIGHT, class: 'zero' })] : []),
    ...(std === undefined ? [] : [svg('line', { x1: x(mean - std), x2: x(mean + std), y1: middle, y2: middle, class: 'std' })]),
    svg('rect', { x: x(mean) - MEAN / 2, width: MEAN, y: 2, height: HEIGHT - 4, class: 'mean' }),
  );
  return el(
    'div',
    { class: 'spread', title: says },
    el('span', {}, name),
    drawing,
    el('span', {}, std === undefined ? fixed(mean, 2) : `${fixed(mean, 2)} ± ${fixed(std, 2)}`),
    el('span', {}, more === undefined ? '' : fixed(more, 2)),
  );
}
