// Sliders along attribute directions of a VAE: before, after, and the same shift on other samples.

import { el, setText } from '../shell/dom.js';
import { notify } from '../shell/notices.js';
import { newest, paint, picture, rows } from './picture.js';
import { ShiftPanel, readShift, writeShift } from './shift.js';

const OTHERS = 7;

export class Attributes {
  id = 'attributes';
  keys = ['seed'];

  constructor(page) {
    this.page = page;
    this.before = picture('Before', { class: 'large' });
    this.after = picture('After', { class: 'large', data: { after: 'true' } });
    this.panel = new ShiftPanel((amounts) => page.set({ shift: writeShift(amounts) }));
    this.others = el('div', { class: 'others' });
    this.caption = el('figcaption', {});
    this.bench = el(
      'div',
      { class: 'bench' },
      el(
        'div',
        { class: 'pictures' },
        el('figure', {}, el('div', { class: 'mat' }, this.before), this.caption),
        el('figure', {}, el('div', { class: 'mat' }, this.after), el('figcaption', {}, 'Shifted')),
        this.others,
      ),
      this.panel.node,
    );
    this.offer = el('div', {});
    this.node = el('section', { class: 'view', 'aria-label': 'Attributes' }, this.bench, this.offer);
    this.choose = newest((z) => page.set({ z: page.writeZ(z) }));
  }

  opened() {
    this.panel.build(this.page.model.description.directions ?? []);
  }

  async draw({ signal }) {
    const { page } = this;
    const { directions = [] } = page.model.description;
    this.offer.replaceChildren();
    this.bench.hidden = directions.length === 0;
    if (directions.length === 0) {
      this.offer.append(await page.offer('These weights come without directions: their data has no attributes.', (card) => card.directed));
      return 'No directions.';
    }
    const { amounts, left } = readShift(page.values.shift ?? '', directions);
    if (left.length) notify(`These weights have no direction ${left.join(', ').slice(0, 80)}; it was left out.`, { key: 'shift' });
    this.panel.show(amounts);
    const wanted = Array.from({ length: OTHERS }, (_, index) => ({ seed: page.values.seed, index }));
    const samples = await page.samples.get(wanted, { signal });
    const own = page.values.z ? page.z : samples[0].z;
    setText(this.caption, page.values.z ? 'The picture at z' : `Sample 0 of seed ${page.values.seed}`);
    paint(this.before, await page.decode(own, signal));
    const { z } = await page.run({ op: 'shift', amounts }, rows([own, ...samples.map((sample) => sample.z)]), signal);
    const images = await page.decode(z.data, signal);
    paint(this.after, images, 0);
    if (this.others.children.length !== OTHERS) {
      this.others.replaceChildren(
        ...samples.map((_, nth) =>
          el(
            'button',
            {
              type: 'button',
              class: 'cell',
              'aria-label': `Use sample ${nth}, shown shifted alike`,
              on: { click: () => this.choose(this.zs[nth]) },
            },
            picture('', { 'aria-hidden': 'true' }),
          ),
        ),
      );
    }
    this.zs = samples.map((sample) => sample.z);
    [...this.others.children].forEach((button, nth) => paint(button.firstChild, images, nth + 1));
    return 'A shift of 1 is one standard deviation of the prior along the direction.';
  }
}
