// One picture, large: its score, what the generator's layers do for it, and where it can be used.

import { save } from '../export/download.js';
import { t } from '../i18n/strings.js';
import { byId, el, setLabel, setText } from '../shell/dom.js';
import { percent } from '../shell/format.js';
import { Activations } from './activations.js';
import { paint, picture } from './picture.js';

const CHANNELS = 6;

export class Inspector {
  /** `letters`: what a picture can be used as; `views`: those that it can be opened in. `use(letter, specimen)` and `open(view, specimen)` follow the buttons. */
  constructor(page, { letters, views, use, open }) {
    this.page = page;
    this.root = Object.assign(byId('inspector'), { tabIndex: -1 });
    this.canvas = picture('No picture is open', { class: 'large' });
    this.title = el('h2', { id: 'inspector-title' }, 'Choose a picture');
    this.score = el('p', { class: 'verdict' });
    this.letters = el(
      'div',
      { class: 'cluster', role: 'group', 'aria-label': 'Use this picture as' },
      Array.from(letters, (letter) =>
        el('button', { type: 'button', data: { use: letter }, on: { click: () => use(letter, this.specimen) } }, el('span', { class: 'badge-letter', data: { letter } }, letter)),
      ),
    );
    this.onward = el(
      'div',
      { class: 'actions' },
      views.map(({ id, title }) => el('button', { type: 'button', on: { click: () => open(id, this.specimen) } }, title)),
    );
    this.take = el('button', { type: 'button', id: 'inspector-save', on: { click: () => this.#save() } }, 'Save PNG');
    this.heading = el('h3', {}, 'Layer by layer');
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
      el('div', { class: 'actions' }, this.take),
      this.heading,
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
    const scored = specimen.score !== undefined;
    this.root.dataset.score = scored ? specimen.score : '';
    this.score.replaceChildren(...(scored ? [el('strong', {}, percent(specimen.score)), t(' real, says the discriminator')] : []));
    for (const part of [this.letters.parentElement, this.onward]) part.hidden = !specimen.pick || part.querySelector('button') === null;
    const layered = Boolean(specimen.z && this.page.model.description.layers?.length);
    for (const part of [this.heading, this.layers.node]) part.hidden = !layered;
    if (!layered) return;
    await this.page.attempt(async () => {
      const result = await this.page.run({ op: 'activations', channels: CHANNELS }, specimen.z, null);
      if (this.specimen === specimen) this.layers.show(this.page.model.description.layers, result);
    });
  }

  #save() {
    this.canvas.toBlob((blob) => save(`genzoo-${this.page.id}-picture.png`, blob, 'image/png'));
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
