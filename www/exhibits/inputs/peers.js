// All weights of the page beside each other: their cards, and where there are trials, how fast each of them works here, once a person has asked.

import { el } from '../../shell/dom.js';

export class Peers {
  place = 'over';
  #timed = new Map(); // by weights: units of work a second, by trial
  #cards = [];

  constructor(view, spec) {
    this.view = view;
    this.spec = spec;
    this.button = el('button', { type: 'button', class: 'primary', id: 'time-all', on: { click: () => this.#time() } }, spec.label);
    this.node = el('div', { class: 'actions', hidden: spec.trials.length === 0 }, this.button);
  }

  /** What outputs depend on, cards apart: these do not change. */
  get version() {
    return JSON.stringify(this.#cards.map(({ id }) => this.#rates(id)));
  }

  /** Cards and speeds, as the outputs get them. */
  get values() {
    return JSON.stringify(this.#cards.map(({ id, card }) => ({ card: JSON.stringify(card), rates: this.#rates(id) })));
  }

  /** Fetches the cards. */
  async prepare() {
    if (this.#cards.length === 0) this.#cards = await this.view.page.opening.cards();
  }

  /** What was timed; before that, what the page knows from drawing. */
  #rates(id) {
    return { ...this.view.page.paces?.(id), ...this.#timed.get(id) };
  }

  /** Opens one after the other and times its trials. */
  async #time() {
    const { page } = this.view;
    this.button.disabled = true;
    await page.attempt(async () => {
      for (const { id } of this.#cards) {
        await page.opening.open(id);
        for (const trial of this.spec.trials) this.#timed.set(id, { ...this.#timed.get(id), [trial]: await page.models.time(id, trial) });
        if (this.view.node.hidden) break;
        await page.render();
      }
    });
    this.button.disabled = false;
  }
}
