// Pictures in one of several shapes. A click opens one, or uses it where the view has letters to fill.

import { LETTERS } from '../../shell/colour.js';
import { samePick } from '../picks.js';
import { row, single } from '../picture.js';
import { Wall } from '../wall.js';
import { Cells } from './cells.js';
import { frame } from './frame.js';
import { Framed } from './framed.js';

const COMPACT = ['large', 'pair', 'plane'];

export class Pictures {
  constructor(view, spec) {
    Object.assign(this, { view, spec, pictures: [] });
    const choose = (place) => this.#choose(place);
    const title = spec.title || view.row.title;
    const { shape } = spec;
    // With letters to fill, a wall is where they come from and not what is looked at.
    if (shape === 'wall') this.body = new Wall({ label: title, choose, compact: Boolean(view.input('picks')) && view.row.outputs.length > 1 });
    else if (['strip', 'grid', 'rows'].includes(shape)) this.body = new Cells(title, shape, choose);
    else if (shape !== 'plane') this.body = new Framed(title, shape, choose);
    this.node = frame(spec, `pictures-${shape}`, COMPACT.includes(shape), this.body ? this.body.node : view.input('plane').node);
  }

  wait() {
    this.body?.wait();
  }

  show(answer) {
    if (this.spec.shape === 'plane') return this.view.input('plane').paint(answer);
    const { first = 0, images, captions = [], scores, z } = answer;
    const total = answer.total ?? images.shape[0];
    this.pictures.length = total;
    this.body.resize(total, answer);
    const { seed } = this.view.page.values;
    for (let nth = 0; nth < images.shape[0]; nth += 1) {
      const place = first + nth;
      const pick = this.spec.shape === 'wall' && this.spec.reads.includes('seed') ? { seed, index: place } : undefined;
      const score = scores?.[nth];
      const caption = captions[nth] ?? '';
      this.pictures[place] = { pick, score, caption, image: single(images, nth), z: z && row(z, nth) };
      if (this.body instanceof Wall) this.body.show(place, { image: this.pictures[place].image, score, index: place, caption });
      else this.body.show(place, images, nth, { caption, score });
    }
    return this.mark();
  }

  /** Shows which samples stand for letters. */
  mark() {
    if (!(this.body instanceof Wall)) return;
    const { view } = this;
    const { picking } = view.page;
    const { sets } = picking;
    const { letter } = view.input('picks') ?? {};
    const { seed } = view.page.values;
    this.body.tiles.forEach((_, place) => {
      const pick = { seed, index: place };
      const letters = Array.from(LETTERS).filter((_, nth) => sets[nth]?.some((one) => samePick(one, pick)));
      this.body.mark(place, letters, letter ? letters.includes(letter) : picking.isOpen(pick));
    });
  }

  #choose(place) {
    const chosen = this.pictures[place];
    if (!chosen) return;
    const picks = this.view.input('picks');
    if (chosen.pick && picks) picks.choose(chosen.pick);
    else this.view.page.picking.inspect({ ...chosen, title: chosen.caption || this.spec.title || this.view.row.title });
  }
}
