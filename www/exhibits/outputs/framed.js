// Pictures with captions: one, large; a pair; the terms of an equation; or a line-up, each with its numbers.

import { el, setLabel, setText } from '../../shell/dom.js';
import { number, percent } from '../../shell/format.js';
import { paint, picture } from '../picture.js';
import { ShareMap } from './share-map.js';

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
      const facts = el('dl', { class: 'facts-line', hidden: true });
      const node = el('figure', { data: { place } }, sign, el('div', { class: 'mat' }, el('div', { class: 'stack' }, button)), caption, facts);
      this.figures.push({ node, canvas, button, caption, sign, facts, map: null });
      this.node.append(node);
    }
    this.figures.forEach(({ sign }, place) => {
      setText(sign, heads[place] ?? '');
      sign.hidden = !heads[place];
    });
  }

  /** `over`: maps that lie over the pictures; `facts`: numbers of this one; `weights`: the id of those that drew it, where a click opens them. */
  show(place, images, nth, { caption, score, over, facts = [], weights }) {
    const figure = this.figures[place];
    if (!figure) return;
    paint(figure.canvas, images, nth);
    if (over && !figure.map) {
      figure.map = new ShareMap();
      figure.button.after(figure.map.node); // below what else lies over the picture
    }
    figure.map?.show(over, nth);
    figure.facts.hidden = facts.length === 0;
    figure.facts.replaceChildren(...facts.map(({ name, value }) => el('div', {}, el('dt', {}, name), el('dd', {}, number(value, 3)))));
    figure.node.dataset.weights = weights ?? '';
    const words = score === undefined ? caption : `${caption}, ${percent(score)} real`;
    setText(figure.caption, words);
    setLabel(figure.button, weights ? `Draw with ${words}` : words || `Picture ${place + 1}`);
  }

  wait() {}
}
