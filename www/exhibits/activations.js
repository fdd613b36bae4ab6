// The feature maps of every layer, from the latent to the picture.

import { el } from '../shell/dom.js';
import { paint, picture } from './picture.js';

export class Activations {
  constructor() {
    this.node = el('div', { class: 'activations' });
  }

  show(layers, result) {
    this.node.replaceChildren(
      ...layers.map((name) => {
        const maps = result[name];
        const canvases = Array.from({ length: maps?.shape[0] ?? 0 }, (_, nth) => {
          const canvas = picture(`${name}, strong channel ${nth + 1}`, { class: 'map' });
          paint(canvas, maps, nth);
          return canvas;
        });
        return el('figure', { class: 'layer' }, el('figcaption', {}, name), el('div', { class: 'maps' }, canvases));
      }),
    );
  }
}
