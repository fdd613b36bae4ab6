// Maps of a latent space with two dimensions, to drag over. Their pictures are the view's outputs of the shape `plane`; a place on one of
// them is the same place on all.

import { el } from '../../shell/dom.js';
import { Legend } from '../classes.js';
import { Manifold } from '../manifold.js';
import { readZ, writeZ } from './z.js';

export class Plane {
  static keys = [
    ['← ↑ → ↓', 'Move over the map, with Shift in large steps'],
    ['Home', 'Back to the middle of the map'],
  ];

  #maps = [];
  #names = ''; // of the classes in the legend

  constructor(view, spec) {
    this.view = view;
    this.spec = spec;
    this.several = view.row.outputs.filter(({ shape }) => shape === 'plane').length > 1;
    this.legend = new Legend((shown) => this.#mark({ shown }));
    this.node = this.legend.node;
    this.place = this.several ? 'under' : null; // the only map has it
  }

  /** Makes the map of an output: `{node, paint(answer)}`. */
  add({ title }) {
    const moved = (z) => this.view.page.set({ [this.spec.keys[0]]: writeZ(z) });
    const map = new Manifold({ label: title || 'Map of the latent space', moved });
    const one = { map, codes: null };
    this.#maps.push(one);
    return {
      node: el('div', { class: 'plane' }, map.node, !this.several && this.legend.node),
      paint: ({ images, extent, columns, codes, prior }) => {
        map.show(images, extent, columns);
        map.mark({ prior });
        if (!codes) return;
        one.codes = codes;
        this.#showCodes(this.view.page.values);
      },
    };
  }

  get flat() {
    return this.view.page.model?.description.latent === 2;
  }

  /** Codes are shown on the map. */
  hides(key) {
    return key === 'points' && !this.several && !(this.flat && this.view.page.model?.description.codes);
  }

  opened() {
    for (const one of this.#maps) one.codes = null;
    this.#names = '';
    this.#mark({ shown: null, codes: null, ellipse: null });
  }

  show(values) {
    this.#showCodes(values);
    this.#place(readZ(values[this.spec.keys[0]], 2));
  }

  /** Resolves when its codes are painted. */
  drawn() {
    return Promise.all(this.#maps.map(({ map }) => map.painted));
  }

  answered(output, { z, ellipse }) {
    if (output.reads.includes('z') && z?.shape.at(-1) === 2) this.#place(z.data);
    if (ellipse !== undefined) this.#mark({ ellipse });
  }

  #place(z) {
    if (z) for (const { map } of this.#maps) map.place(z);
  }

  #mark(marks) {
    for (const { map } of this.#maps) map.mark(marks);
  }

  #showCodes({ points }) {
    const shown = points !== false;
    for (const { map, codes } of this.#maps) map.mark({ codes: shown ? codes : null });
    const names = this.#maps.find(({ codes }) => codes)?.codes.names ?? [];
    if (String(names) !== this.#names) {
      this.#names = String(names);
      this.#mark({ shown: null });
      this.legend.build(names);
    }
    this.legend.node.hidden = !shown || names.length === 0;
  }
}
