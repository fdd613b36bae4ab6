// The bar of an exhibit: its views, its weights, and the settings of the present view.

import { byId, centre, el } from '../shell/dom.js';
import { control } from './inputs/control.js';
import { label } from './inputs/label.js';
import { seeds } from './inputs/seeds.js';

/** Kinds of inputs that stand in the bar. */
const KINDS = { control, seeds, label, beside: control };

const TITLE_MOST = 60; // letters of a title that a person's card gives

export class Bar {
  #fields = new Map();
  #menu = null; // of weights

  /** @param {import('./page.js').ExhibitPage} page */
  constructor(page) {
    this.page = page;
  }

  /** Builds what the row of the exhibit has. */
  build({ weights, settings, views }) {
    this.#tabs(views);
    const { page } = this;
    this.#menu = el(
      'select',
      { id: 'weights', on: { change: () => page.opening.choose(this.#menu.value) } },
      weights.map(({ id, title, summary }) => el('option', { value: id, title: summary }, title)),
    );
    byId('fields').append(el('label', { class: 'field', hidden: weights.length < 2, data: { key: 'weights' } }, el('span', {}, 'Weights'), this.#menu));
    for (const { kind, keys } of views.flatMap(({ inputs }) => inputs)) {
      const [key] = keys;
      const row = settings.find((one) => one.key === key);
      if (!(kind in KINDS) || !row || this.#fields.has(key)) continue;
      const field = KINDS[kind](page, row);
      this.#fields.set(key, field);
      byId('fields').append(field.node);
    }
  }

  #tabs(views) {
    const list = byId('views');
    const select = (id) => this.page.set({ view: id });
    const tab = ({ id, title }) => el('button', { type: 'button', role: 'tab', 'aria-controls': 'stage', data: { view: id }, on: { click: () => select(id) } }, title);
    list.replaceChildren(...views.map(tab));
    list.addEventListener('keydown', (event) => {
      const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!by) return;
      event.preventDefault();
      const at = views.findIndex(({ id }) => id === this.page.view.id);
      const { id } = views[(at + by + views.length) % views.length];
      select(id);
      list.querySelector(`[data-view="${id}"]`).focus();
    });
  }

  /** Weights were opened. */
  opened(description) {
    for (const { opened } of this.#fields.values()) opened?.(description);
  }

  /** Values, and the settings of the present view. */
  show() {
    const { opening, values, view } = this.page;
    this.#menu.value = opening.wanted;
    for (const option of this.#menu.options) option.disabled = !opening.suit(view.row, option.value);
    const labels = view.row.inputs.filter(({ kind }) => kind === 'label').flatMap(({ keys }) => keys);
    for (const [key, { node, show, absent }] of this.#fields) {
      node.hidden = ![...view.keys, ...labels].includes(key) || (view.hides?.(key) ?? false) || (absent?.() ?? false);
      show(values[key]);
    }
  }

  /** Which view is chosen. */
  showView(id) {
    for (const button of byId('views').children) {
      const chosen = button.dataset.view === id;
      button.setAttribute('aria-selected', String(chosen));
      button.tabIndex = chosen ? 0 : -1;
      if (chosen) centre(byId('views'), button);
    }
  }

  /** Offers weights that a person brought. */
  addWeights(id, title) {
    this.#menu.append(el('option', { value: id }, `${String(title).slice(0, TITLE_MOST)} (your file)`));
    this.#menu.closest('label').hidden = false;
  }

  /** Weights that this site lacks are not offered. */
  hideWeights(id, hidden) {
    for (const option of this.#menu.options) if (option.value === id) option.hidden = hidden;
  }
}
