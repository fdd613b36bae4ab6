// What an encoder says of one picture: mean and standard deviation of every latent beside the prior, and the cost in nats.

import { el } from '../../shell/dom.js';
import { fixed, number } from '../../shell/format.js';
import { svg } from '../picture.js';

const REACH = 4; // standard deviations of the prior on either side
const WIDTH = 200;
const HEIGHT = 18;

export class Posterior {
  constructor() {
    this.costs = el('dl', { class: 'costs' });
    this.bars = el('div', { class: 'posterior-bars' });
    this.hint = el('p', { class: 'hint' }, 'Grey is the prior, blue the posterior: mean and one standard deviation. On the right, the KL of each latent.');
    this.node = el('section', { class: 'panel', 'aria-label': 'Posterior' }, this.costs, this.bars, this.hint);
  }

  show({ mean, std, kl, reconstruction_nats: [reconstruction] }, isVae) {
    const total = kl.reduce((sum, part) => sum + part, 0);
    const costs = isVae
      ? [
          ['KL', total, 'kl'],
          ['Reconstruction', reconstruction, 'reconstruction'],
          ['Sum', total + reconstruction, 'sum'],
        ]
      : [['Reconstruction', reconstruction, 'reconstruction']];
    this.costs.replaceChildren(...costs.map(([term, value, key]) => el('div', {}, el('dt', {}, term), el('dd', { data: { cost: key, value } }, `${number(value, 4)} nats`))));
    this.hint.hidden = !isVae;
    this.bars.replaceChildren(...Array.from(mean, (value, nth) => this.#bar(nth, value, std[nth], kl[nth], isVae)));
  }

  #bar(nth, mean, std, kl, isVae) {
    const x = (value) => (WIDTH / 2) * (1 + Math.min(REACH, Math.max(-REACH, value)) / REACH);
    const middle = HEIGHT / 2;
    const line = (from, to, name) => svg('line', { x1: x(from), x2: x(to), y1: middle, y2: middle, class: name });
    const words = `Latent ${nth + 1}: mean ${number(mean, 2)}, standard deviation ${number(std, 2)}, ${number(kl, 2)} nats`;
    const bar = svg(
      'svg',
      { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', role: 'img', 'aria-label': words },
      svg('rect', { x: x(-1), width: x(1) - x(-1), y: 2, height: HEIGHT - 4, class: 'prior' }),
      svg('line', { x1: x(0), x2: x(0), y1: 0, y2: HEIGHT, class: 'zero' }),
      ...(isVae ? [line(mean - std, mean + std, 'spread')] : []),
      svg('rect', { x: x(mean) - 1.5, width: 3, y: 2, height: HEIGHT - 4, class: 'mean' }),
    );
    return el(
      'div',
      { class: 'bar-row', title: words },
      el('span', {}, `z ${nth + 1}`),
      bar,
      el('span', {}, isVae ? `${fixed(mean, 2)} ± ${fixed(std, 2)}` : fixed(mean, 2)),
      el('span', {}, isVae ? fixed(kl, 2) : ''),
    );
  }
}
