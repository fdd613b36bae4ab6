// One picture, large: its score, what the generator's layers do for it, and where it can be used.

import { LETTERS } from '../shell/colour.js';
import { byId, el, setLabel, setText } from '../shell/dom.js';
import { percent } from '../shell/format.js';
import { t } from '../i18n/strings.js';
import { Activations } from './activations.js';
import { paint, picture } from './picture.js';

const CHANNELS = 6;

export class Inspector {
  /** `use(letter, specimen)`, `walk(view, specimen)` follow the buttons. */
  constructor(page, { use, open }) {
    this.page = page;
    this.root = Object.assign(byId('inspector'), { tabIndex: -1 });
    this.canvas = picture('No picture is open', { class: 'large' });
    this.title = el('h2', { id: 'inspector-title' }, 'Choose a picture');
    this.score = el('p', { class: 'verdict' });
    this.letters = el(
      'div',
      { class: 'cluster', role: 'group', 'aria-label': 'Use this picture as' },
      Array.from(LETTERS, (letter) =>
        el('button', { type: 'button', data: { use: letter }, on: { click: () => use(letter, this.specimen) } }, el('span', { class: 'badge-letter', data: { letter } }, letter)),
      ),
    );
    this.onward = el(
      'div',
      { class: 'actions' },
      el('button', { type: 'button', on: { click: () => open('directions', this.specimen) } }, 'Change it'),
      el('button', { type: 'button', on: { click: () => open('layers', this.specimen) } }, 'All layers'),
    );
    this.layers = new Activations();
    this.root.replaceChildren(
      el(
        'div',
        { class: 'inspector-head' },
        this.title,
        el('button', { type: 'button', class: 'quiet', id: 'inspector-close', 'aria-label': 'Close', on: { click: () => this.close() } }, '×'),
      ),
      el('div', { class: 'mat' }, this.canvas),
      this.score,
      el('div', { class: 'use' }, el('span', {}, 'Use as'), this.letters),
      this.onward,
      el('h3', {}, 'Layer by layer'),
      this.layers.node,
    );
    addEventListener('keydown', (/** @type {any} */ { key, target }) => {
      if (key === 'Escape' && !this.root.hidden && !target.closest?.('dialog')) this.close();
    });
  }

  /** Follows each closing; set by the owner. */
  closed = () => {};

  /** `specimen`: `{z, image, score, title, pick?}`; only picks can be used as A to D, because only they fit into a link. */
  async show(specimen) {
    this.specimen = specimen;
    this.root.hidden = false;
    document.body.dataset.inspector = 'open';
    setText(this.title, specimen.title);
    paint(this.canvas, specimen.image);
    setLabel(this.canvas, specimen.title);
    this.#enter();
    this.root.dataset.score = specimen.score;
    this.score.replaceChildren(el('strong', {}, percent(specimen.score)), t(' real, says the discriminator'));
    for (const part of [this.letters.parentElement, this.onward]) part.hidden = !specimen.pick;
    await this.page.attempt(async () => {
      const result = await this.page.run({ op: 'activations', channels: CHANNELS }, specimen.z, null);
      if (this.specimen === specimen) this.layers.show(this.page.model.description.layers, result);
    });
  }

  close() {
    const inside = this.root.contains(document.activeElement);
    this.root.hidden = true;
    document.body.dataset.inspector = 'closed';
    if (inside) /** @type {HTMLElement} */ (this.opener)?.focus();
    this.closed();
  }

  /** The focus follows the picture, and goes back when it is closed. */
  #enter() {
    const { activeElement } = document;
    if (!this.root.contains(activeElement)) this.opener = activeElement;
    this.root.focus({ preventScroll: true });
  }
}
