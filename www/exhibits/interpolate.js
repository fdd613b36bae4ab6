// Between two or four samples: straight lines and great circles, side by side.

import { el, setLabel, setText } from '../shell/dom.js';
import { percent } from '../shell/format.js';
import { Chooser } from './chooser.js';
import { paint, picture, row, rows, single } from './picture.js';

const KINDS = [
  ['linear', 'Linear'],
  ['spherical', 'Spherical'],
];
const GRID = 7; // rows and columns between four corners
const CHUNK = 8;

export class Interpolate {
  id = 'interpolate';

  constructor(page) {
    this.page = page;
    this.keys = ['steps', 'seed', 'truncation'];
    this.count = el(
      'div',
      { class: 'toggles', role: 'group', 'aria-label': 'Between how many' },
      [2, 4].map((corners) => el('button', { type: 'button', data: { corners }, on: { click: () => this.#corners(corners) } }, `${corners === 2 ? 'Two' : 'Four'} pictures`)),
    );
    this.panels = KINDS.map(([kind, title]) => {
      const cells = el('div', { class: 'strip' });
      const canvas = picture(`${title} path at the slider`, { class: 'large' });
      const caption = el('figcaption', {});
      const large = el('figure', { class: 'scrubbed' }, el('div', { class: 'mat' }, canvas), caption);
      const node = el('section', { class: 'panel', data: { kind }, 'aria-label': `${title} interpolation` }, el('h2', {}, title), cells, large);
      return { kind, cells, canvas, caption, large, node };
    });
    this.scrub = el('input', { type: 'range', min: 0, step: 1, value: 0, 'aria-label': 'Place on both paths', on: { input: () => this.#scrub() } });
    this.slider = el('label', { class: 'scrub' }, el('span', {}, 'A'), this.scrub, el('span', {}, 'B'));
    this.chooser = new Chooser(page, { letters: 'ABCD' });
    this.node = el(
      'section',
      { class: 'view', 'aria-label': 'Interpolation' },
      el('div', { class: 'stage-bar', data: { part: 'tools' } }, this.count),
      el(
        'div',
        { class: 'pair' },
        this.panels.map(({ node }) => node),
      ),
      this.slider,
      this.chooser.node,
    );
  }

  get corners() {
    const sets = this.page.picks;
    return sets[2].length && sets[3].length ? 4 : 2;
  }

  hides(key) {
    return this.page.model !== null && this.corners === 4 && key === 'steps';
  }

  async draw({ signal }) {
    const { page } = this;
    const { corners } = this;
    for (const button of this.count.children) button.setAttribute('aria-pressed', String(Number(button.dataset.corners) === corners));
    this.chooser.offer('ABCD'.slice(0, corners));
    const picks = page.picks.slice(0, corners).map(([pick], nth) => pick ?? { seed: page.values.seed, index: nth });
    const ends = await page.samples.get(picks, { signal });
    const values = rows(ends.map(({ z }) => z));
    const columns = corners === 4 ? GRID : page.values.steps;
    for (const node of [this.slider, ...this.panels.map(({ large }) => large)]) node.hidden = corners === 4;
    this.frames = {};
    for (const panel of this.panels) {
      const request = corners === 4 ? { op: 'grid', kind: panel.kind, rows: GRID, columns: GRID } : { op: 'path', kind: panel.kind, steps: columns };
      const { z } = await page.run(request, values, signal);
      await this.#fill(panel, z, columns, signal);
    }
    this.scrub.max = columns - 1;
    this.scrub.value = Math.round(page.values.place * (columns - 1));
    this.#showPlace();
    await this.chooser.draw(signal);
    return corners === 4 ? `${GRID} by ${GRID} pictures between four, twice.` : `${columns} pictures from A to B, twice.`;
  }

  async #fill(panel, z, columns, signal) {
    const { page } = this;
    const total = z.shape[0];
    panel.cells.style.setProperty('--columns', columns);
    panel.cells.classList.toggle('square', total > columns);
    while (panel.cells.children.length > total) panel.cells.lastChild.remove();
    while (panel.cells.children.length < total) {
      const nth = panel.cells.children.length;
      panel.cells.append(el('button', { type: 'button', class: 'cell', on: { click: () => this.#inspect(panel.kind, nth) } }, picture('', { 'aria-hidden': 'true' })));
    }
    const frames = [];
    this.frames[panel.kind] = frames;
    for (let start = 0; start < total; start += CHUNK) {
      const list = Array.from({ length: Math.min(CHUNK, total - start) }, (_, nth) => row(z, start + nth));
      const { images, scores } = await page.run({ op: 'images' }, rows(list), signal);
      list.forEach((z, nth) => {
        const place = start + nth;
        const frame = { z, image: single(images, nth), score: scores.data[nth] };
        frames[place] = frame;
        const cell = panel.cells.children[place];
        paint(cell.firstChild, frame.image);
        cell.dataset.score = frame.score;
        setLabel(cell, `${panel.kind}, picture ${place + 1} of ${total}, ${percent(frame.score)} real`);
      });
    }
  }

  #scrub() {
    this.page.store.set({ place: (Number(this.scrub.value) / Number(this.scrub.max)).toFixed(3) });
    this.#showPlace();
  }

  #showPlace() {
    const place = Number(this.scrub.value);
    for (const { kind, canvas, caption } of this.panels) {
      const frame = this.frames[kind]?.[place];
      if (!frame) continue;
      paint(canvas, frame.image);
      setText(caption, `${place + 1} of ${Number(this.scrub.max) + 1}: ${percent(frame.score)} real`);
    }
  }

  #inspect(kind, nth) {
    const frame = this.frames[kind]?.[nth];
    if (frame) this.page.parts.inspector.show({ ...frame, title: `${kind === 'linear' ? 'Linear' : 'Spherical'} path, picture ${nth + 1}` });
  }

  #corners(corners) {
    const sets = this.page.picks;
    const { seed } = this.page.values;
    const used = (nth) => sets[nth][0] ?? { seed, index: nth };
    this.page.setPicks([0, 1, 2, 3].map((nth) => (nth < corners ? [used(nth)] : [])));
  }
}
