// A map of a latent space with two dimensions, to drag over. Its picture is the view's output of the shape `plane`.

import { el } from '../../shell/dom.js';
import { Legend } from '../classes.js';
import { Manifold } from '../manifold.js';
import { readZ, writeZ } from './z.js';

export class Plane {
  place = null; // its output has it

  constructor(view, spec) {
    this.view = view;
    this.spec = spec;
    const [key] = spec.keys;
    this.map = new Manifold({ label: 'Map of the latent space', moved: (z) => view.page.set({ [key]: writeZ(z) }) });
    this.legend = new Legend((shown) => this.map.mark({ shown }));
    this.node = el('div', { class: 'plane' }, this.map.node, this.legend.node);
  }

  get flat() {
    return this.view.page.model?.description.latent === 2;
  }

  /** Codes are shown on the map. */
  hides(key) {
    return key === 'points' && !(this.flat && this.view.page.model?.description.codes);
  }

  opened({ description, card }) {
    const { codes, labels } = description;
    this.legend.build(codes ? (labels ?? card.labels ?? []) : []);
    this.map.mark({ shown: null, codes: null, ellipse: null });
    this.node.hidden = !this.flat;
  }

  show(values) {
    const { description } = this.view.page.model;
    const codes = values.points === false ? null : (description.codes ?? null);
    if (this.flat) this.map.mark({ codes });
    this.legend.node.hidden = !codes;
    const z = readZ(values[this.spec.keys[0]], 2);
    if (z) this.map.place(z);
  }

  /** `picture`: a map of `columns` by `columns` pictures that reaches `extent` from the origin. */
  paint({ images, extent, columns }) {
    this.map.show(images, extent, columns);
  }

  /** Resolves when its codes are painted. */
  drawn() {
    return this.map.painted;
  }

  answered(output, { z, ellipse }) {
    if (this.flat && output.reads.includes('z') && z?.shape.at(-1) === 2) this.map.place(z.data);
    if (ellipse !== undefined) this.map.mark({ ellipse });
  }
}
