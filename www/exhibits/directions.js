// One picture moved along directions, and the same shift on a row of others.

import { el, setText } from '../shell/dom.js';
import { percent } from '../shell/format.js';
import { notify } from '../shell/notices.js';
import { Chooser } from './chooser.js';
import { paint, picture, rows, single } from './picture.js';
import { ShiftPanel, readShift, writeShift } from './shift.js';

const OTHERS = 7;

export class Directions {
  id = 'directions';
  keys = ['seed', 'truncation'];

  constructor(page) {
    this.page = page;
    this.before = picture('Before', { class: 'large' });
    this.after = picture('After', { class: 'large', data: { after: 'true' } });
    this.captions = [el('figcaption', {}), el('figcaption', {})];
    this.others = el('div', { class: 'others' });
    this.panel = new ShiftPanel((amounts) => page.set({ shift: writeShift(amounts) }));
    this.chooser = new Chooser(page, { letters: 'A' });
    this.node = el(
      'section',
      { class: 'view', 'aria-label': 'Directions' },
      el(
        'div',
        { class: 'bench' },
        el(
          'div',
          { class: 'pictures' },
          el('figure', {}, el('div', { class: 'mat' }, this.before), this.captions[0]),
          el('figure', {}, el('div', { class: 'mat' }, this.after), this.captions[1]),
          this.others,
        ),
        this.panel.node,
      ),
      this.chooser.node,
    );
  }

  opened() {
    this.panel.build(this.page.model.description.directions ?? []);
  }

  async draw({ signal, changed }) {
    const { page } = this;
    const { amounts, left } = readShift(page.values.shift ?? '', page.model.description.directions ?? []);
    if (left.length) notify(`These weights have no direction ${left.join(', ').slice(0, 80)}; it was left out.`, { key: 'shift' });
    this.panel.show(amounts);
    const [pick] = page.picks[0].length ? page.picks[0] : [{ seed: page.values.seed, index: 0 }];
    const others = Array.from({ length: OTHERS }, (_, nth) => ({ seed: page.values.seed, index: nth }));
    const [own] = await page.samples.get([pick], { signal });
    paint(this.before, own.image);
    setText(this.captions[0], `Sample ${pick.index}, ${percent(own.score)} real`);
    await this.#after([own], amounts, signal, ([image], [score]) => {
      paint(this.after, image);
      setText(this.captions[1], `Shifted, ${percent(score)} real`);
    });
    const rest = await page.samples.get(others, { signal });
    await this.#after(rest, amounts, signal, (images) => {
      this.others.replaceChildren(
        ...images.map((image, nth) => {
          const canvas = picture(`Sample ${nth}, shifted alike`);
          paint(canvas, image);
          return canvas;
        }),
      );
    });
    if (!changed?.has('shift')) await this.chooser.draw(signal);
    return 'A shift of 1 is one standard deviation of the prior along the direction.';
  }

  async #after(samples, amounts, signal, show) {
    const { page } = this;
    const { z } = await page.run({ op: 'shift', amounts }, rows(samples.map((sample) => sample.z)), signal);
    const { images, scores } = await page.run({ op: 'images' }, z.data, signal);
    show(
      samples.map((_, nth) => single(images, nth)),
      scores.data,
    );
  }
}
