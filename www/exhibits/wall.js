// A wall of samples: a grid of buttons that arrow keys walk through.

import { el, setLabel, setText } from '../shell/dom.js';
import { percent } from '../shell/format.js';
import { paint, picture } from './picture.js';

export class Wall {
  /** `choose(place)` follows a click. */
  constructor({ label, choose, compact = false }) {
    this.choose = choose;
    this.tiles = [];
    this.node = el('div', { class: compact ? 'wall compact' : 'wall', role: 'group', 'aria-label': label, on: { keydown: (event) => this.#move(event) } });
  }

  /** Makes room for `count` samples; pictures that are there stay until they are replaced. */
  resize(count) {
    while (this.tiles.length > count) this.tiles.pop().node.remove();
    while (this.tiles.length < count) {
      const place = this.tiles.length;
      const canvas = picture('', { 'aria-hidden': 'true' });
      const score = el('span', { class: 'score', hidden: true });
      const bar = el('span', { class: 'score-bar', hidden: true }, el('span', {}));
      const letters = el('span', { class: 'letters', 'aria-hidden': 'true' });
      const node = el(
        'button',
        {
          type: 'button',
          class: 'tile',
          tabIndex: place === 0 ? 0 : -1,
          'aria-label': `Sample ${place}`,
          data: { place, waiting: 'true' },
          on: {
            click: () => {
              this.#focus(place, false);
              this.choose(place);
            },
          },
        },
        canvas,
        letters,
        bar,
        score,
      );
      this.tiles.push({ node, canvas, score, bar, letters });
      this.node.append(node);
    }
  }

  /** Until its picture comes, a tile looks as if it were waiting. */
  wait() {
    for (const { node } of this.tiles) node.dataset.waiting = 'true';
  }

  show(place, { image, score, index }) {
    const tile = this.tiles[place];
    if (!tile) return;
    paint(tile.canvas, image);
    delete tile.node.dataset.waiting;
    const scored = score !== undefined;
    tile.score.hidden = !scored;
    tile.bar.hidden = !scored;
    if (scored) {
      tile.node.dataset.score = score;
      setText(tile.score, percent(score));
      tile.bar.firstChild.style.width = `${100 * score}%`;
    }
    setLabel(tile.node, `Sample ${index}${scored ? `, the discriminator says ${percent(score)} real` : ''}`);
  }

  /** `letters`: the letters that a place stands for; `chosen`: whether it is the open one. */
  mark(place, letters, chosen) {
    const { node, letters: badge } = this.tiles[place];
    badge.replaceChildren(...letters.map((letter) => el('span', { class: 'badge-letter', data: { letter } }, letter)));
    node.setAttribute('aria-pressed', String(chosen));
  }

  #move(event) {
    const at = this.tiles.findIndex(({ node }) => node === document.activeElement);
    if (at < 0) return;
    const columns = getComputedStyle(this.node).gridTemplateColumns.split(' ').length;
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns, Home: -at, End: this.tiles.length - 1 - at }[event.key];
    if (by === undefined || !this.tiles[at + by]) return;
    event.preventDefault();
    this.#focus(at + by, true);
  }

  #focus(place, move) {
    this.tiles.forEach(({ node }, nth) => {
      node.tabIndex = nth === place ? 0 : -1;
    });
    if (move) this.tiles[place].node.focus();
  }
}
