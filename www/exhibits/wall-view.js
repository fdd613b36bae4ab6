// The wall itself.

import { el } from '../shell/dom.js';
import { LETTERS } from '../shell/colour.js';
import { plural } from '../shell/format.js';
import { samePick } from './picks.js';
import { Wall } from './wall.js';

export class WallView {
  id = 'wall';
  keys = ['seed', 'count', 'truncation'];

  constructor(page) {
    this.page = page;
    this.open = null;
    this.wall = new Wall({ label: 'Samples', choose: (place) => this.#choose(place) });
    this.node = el('section', { class: 'view', 'aria-label': 'Wall of samples' }, this.wall.node);
    page.parts.inspector.closed = () => {
      this.open = null;
      this.#mark();
    };
  }

  async draw({ signal, changed }) {
    const { page } = this;
    this.wall.resize(page.values.count);
    if (!changed || ['seed', 'truncation', 'weights'].some((key) => changed.has(key))) this.wall.wait();
    this.#mark();
    const samples = await page.samples.get(page.wall, { signal, each: (place, sample) => this.wall.show(place, sample) });
    this.samples = samples;
    return `${plural(samples.length, 'sample')} of seed ${page.values.seed}.`;
  }

  async #choose(place) {
    const { page } = this;
    const pick = page.wall[place];
    await page.attempt(async () => {
      const [sample] = await page.samples.get([pick]);
      this.open = pick;
      this.#mark();
      await page.parts.inspector.show({ ...sample, pick, title: `Sample ${pick.index} of seed ${pick.seed}` });
    });
  }

  #mark() {
    const { picks } = this.page.values;
    const sets = picks ? this.page.picks : [];
    this.page.wall.forEach((pick, place) => {
      const letters = Array.from(LETTERS).filter((_, nth) => sets[nth]?.some((one) => samePick(one, pick)));
      this.wall.mark(place, letters, this.open !== null && samePick(this.open, pick));
    });
  }
}
