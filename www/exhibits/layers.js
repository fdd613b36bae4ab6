// The generator's feature maps, layer by layer, for one picture.

import { el, setText } from '../shell/dom.js';
import { Activations } from './activations.js';
import { Chooser } from './chooser.js';
import { paint, picture } from './picture.js';

const CHANNELS = 24;

export class Layers {
  id = 'layers';
  keys = ['seed', 'truncation'];

  constructor(page) {
    this.page = page;
    this.canvas = picture('The picture');
    this.caption = el('figcaption', {});
    this.maps = new Activations();
    this.chooser = new Chooser(page, { letters: 'A' });
    this.node = el(
      'section',
      { class: 'view layers', 'aria-label': 'Layers' },
      this.maps.node,
      el('figure', { class: 'layer last' }, this.caption, el('div', { class: 'maps' }, this.canvas)),
      this.chooser.node,
    );
  }

  async draw({ signal }) {
    const { page } = this;
    const [pick] = page.picks[0].length ? page.picks[0] : [{ seed: page.values.seed, index: 0 }];
    const [own] = await page.samples.get([pick], { signal });
    paint(this.canvas, own.image);
    setText(this.caption, `Picture, sample ${pick.index} of seed ${pick.seed}`);
    const result = await page.run({ op: 'activations', channels: CHANNELS }, own.z, signal);
    this.maps.show(page.model.description.layers, result);
    await this.chooser.draw(signal);
    return `The ${CHANNELS} strongest channels of each layer, the strongest first.`;
  }
}
