// Pictures in one of several shapes. A click opens one, or uses it where the view has letters to fill.

import { LETTERS } from '../../shell/colour.js';
import { samePick } from '../picks.js';
import { writeZ } from '../inputs/z.js';
import { row, single } from '../picture.js';
import { Wall } from '../wall.js';
import { Cells } from './cells.js';
import { frame } from './frame.js';
import { Framed } from './framed.js';
import { takeButtons } from './take.js';

const COMPACT = { large: 'pictures', pair: 'pictures', plane: 'pictures', grid: 'grids' };

export class Pictures {
  constructor(view, spec) {
    this.view = view;
    this.spec = spec;
    this.pictures = [];
    const choose = (place) => this.#choose(place);
    const title = spec.title || view.row.title;
    const { shape } = spec;
    // With letters to fill, a wall is where they come from and not what is looked at.
    if (shape === 'wall') this.body = new Wall({ label: title, choose, compact: Boolean(view.input('picks')) && view.row.outputs.length > 1 });
    else if (['strip', 'grid', 'rows'].includes(shape)) this.body = new Cells(title, shape, choose);
    else if (shape !== 'plane') this.body = new Framed(title, shape, choose);
    else this.map = view.input('plane').add(spec);
    this.node = frame(spec, `pictures-${shape}`, COMPACT[shape] ?? '', (this.body ?? this.map).node);
    // What a person drew, a person may want to keep.
    if (shape === 'large' && view.input('sketch')) this.node.append(takeButtons(view.page, () => this.node.querySelector('canvas.large')));
  }

  wait() {
    this.body?.wait();
  }

  show(answer) {
    // What says nothing about these weights is not there.
    this.absent = answer.total === 0;
    this.node.hidden = this.absent;
    if (this.absent) return undefined;
    if (this.map) return this.map.paint(answer);
    const { first, total, images, captions, scores, marks, picks, z, over, facts, weights } = answer;
    this.pictures.length = total;
    this.body.resize(total, answer);
    for (let nth = 0; nth < images.shape[0]; nth += 1) {
      const place = first + nth;
      const score = scores[nth];
      const caption = captions[nth] ?? '';
      this.pictures[place] = {
        pick: pickOf(picks[nth]),
        score,
        caption,
        letter: marks[nth],
        weights: weights?.[nth],
        image: single(images, nth),
        z: z.data.length > 0 ? row(z, nth) : null,
      };
      if (this.body instanceof Wall) this.body.show(place, { image: this.pictures[place].image, score, index: place });
      else this.body.show(place, images, nth, { caption, score, letter: marks[nth], over, facts: facts?.[nth], weights: weights?.[nth] });
    }
    return this.mark();
  }

  /** Shows which samples stand for letters. */
  mark() {
    const { view, body } = this;
    if (!(body instanceof Wall)) return;
    const { picking } = view.page;
    const sets = picking.marked;
    const { letter, letters: offered = LETTERS } = view.input('picks') ?? {};
    this.pictures.forEach(({ pick }, place) => {
      if (!pick) return;
      const letters = [...offered].filter((one) => sets[LETTERS.indexOf(one)]?.some((other) => samePick(other, pick)));
      body.mark(place, letters, letter ? letters.includes(letter) : picking.isOpen(pick));
    });
  }

  #choose(place) {
    const chosen = this.pictures[place];
    if (!chosen) return;
    const { view } = this;
    const picks = view.input('picks');
    const latent = view.row.inputs.find(({ keys }) => keys.includes('z'));
    if (chosen.weights) view.page.set({ weights: chosen.weights, view: view.page.views.list[0].id });
    else if (chosen.pick && picks) picks.choose(chosen.pick, chosen.letter);
    else if (chosen.z && latent) view.page.set({ z: writeZ(chosen.z) });
    else view.page.picking.inspect({ ...chosen, title: chosen.caption || this.spec.title || view.row.title });
  }
}

/** A sample named as `seed:index`. */
function pickOf(text) {
  if (!text) return undefined;
  const [seed, index] = text.split(':').map(Number);
  return { seed, index };
}
