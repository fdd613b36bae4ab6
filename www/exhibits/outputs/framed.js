// Pictures with captions: one, large; a pair; or the terms of an equation.

import { el, setLabel, setText } from '../../shell/dom.js';
import { percent } from '../../shell/format.js';
import { paint, picture } from '../picture.js';

export class Framed {
  /** `choose(place)` follows a click. */
  constructor(label, shape, choose) {
    this.choose = choose;
    this.figures = [];
    this.node = el('div', { class: `framed ${shape}`, role: 'group', 'aria-label': label });
  }

  /** `heads`: in an equation, what stands before each picture. */
  resize(total, { heads = [] }) {
    while (this.figures.length > total) this.figures.pop().node.remove();
    while (this.figures.length < total) {
      const place = this.figures.length;
      const canvas = picture('', { class: 'large', 'aria-hidden': 'true' });
      const button = el('button', { type: 'button', class: 'cell', 'aria-label': `Picture ${place + 1}`, data: { place }, on: { click: () => this.choose(place) } }, canvas);
      const caption = el('figcaption', {});
      const sign = el('span', { class: 'sign', hidden: true });
      const node = el('figure', { data: { place } }, sign, el('div', { class: 'mat' }, button), caption);
      this.figures.push({ node, canvas, button, caption, sign });
      this.node.append(node);
    }
    this.figures.forEach(({ sign }, place) => {
      setText(sign, heads[place] ?? '');
      sign.hidden = !heads[place];
    });
  }

  show(place, images, nth, { caption, score }) {
    const figure = this.figures[place];
    if (!figure) return;
    paint(figure.canvas, images, nth);
    const words = score === undefined ? caption : `${caption}, ${percent(score)} real`;
    setText(figure.caption, words);
    setLabel(figure.button, words || `Picture ${place + 1}`);
  }

  wait() {}
}
