// Opening weights: card and file, progress, and what is said where they cannot be used.

import { t } from '../i18n/strings.js';
import { byId, nextFrame, setText } from '../shell/dom.js';
import { count, percent } from '../shell/format.js';
import { hideFault, notify, showFault } from '../shell/notices.js';
import { showMade } from './made.js';
import { WorkerLost } from './models.js';
import { forget, keepCard, loadCard, loadWeights, placeOf, present } from './weights.js';

export class Opening {
  #download = null;
  #brought = new Map(); // id -> {text, file, card, views}: weights that a person brought
  #failed = new Map(); // why weights could not be used that were tried since something else was asked for, by their id

  /** The id of brought weights that are shown instead of the link's. */
  own = null;

  /** @param {import('./page.js').ExhibitPage} page */
  constructor(page) {
    this.page = page;
    byId('download-cancel').addEventListener('click', () => this.#download?.abort());
  }

  /** The weights that are wanted: brought ones, or the link's. */
  get wanted() {
    return this.own ?? this.page.values.weights;
  }

  /** Whether weights, those that are wanted or others, can fill a view. */
  suit({ id, weights }, which = this.wanted) {
    const own = this.#brought.get(which);
    return own ? (own.views?.includes(id) ?? true) : weights.length === 0 || weights.includes(which);
  }

  /** Shows weights of the menu. */
  choose(id) {
    if (!this.#brought.has(id)) return this.page.change({ weights: id });
    this.own = id;
    return this.page.changed(['weights']);
  }

  /** Opens weights that a person brought: `{text, file, card}`. */
  bring(own) {
    const id = `own-${this.#brought.size + 1}`;
    this.#brought.set(id, own);
    return this.choose(id);
  }

  /** What the link does not carry. */
  unlinked() {
    return this.own && 'The link does not carry the weights that you brought; who opens it sees those of this site.';
  }

  /** Opens other weights; those that are open stay until the new ones stand. */
  async use(id) {
    const { page } = this;
    this.#download?.abort();
    const download = new AbortController();
    this.#download = download;
    page.status.say('loading', 'Loading the weights…');
    hideFault();
    try {
      const opened = await this.open(id, download.signal);
      if (download.signal.aborted) return;
      if (id === this.own && !this.suit(page.view.row)) page.store.set({ view: opened.description.views[0] });
      const [why] = this.#failed.values();
      if (why) notify(`${why} ${opened.card.title ?? id} is shown instead.`, { kind: 'warning', key: 'weights' });
      this.#failed.clear();
      page.status.show({ weights: id });
      const drawn = page.take(opened);
      await nextFrame(); // what stands above it is laid out first
      if (!download.signal.aborted) showMade(opened.card);
      await drawn;
    } catch (error) {
      if (this.#download !== download) return; // other weights were chosen meanwhile
      if (error instanceof WorkerLost) return; // the new worker loads them
      await this.#refuse(id, download.signal.aborted ? 'The download was stopped.' : error.message, error.status === 404);
    } finally {
      if (this.#download === download) byId('download').hidden = true;
    }
  }

  /** Card, description and id of some weights, opened beside those that are shown. */
  async open(id, signal = new AbortController().signal) {
    const { models, status } = this.page;
    if (this.#brought.has(id)) return this.#openBrought(id);
    const { text, card } = await loadCard(id);
    if (models.has(id)) return { id, card, description: await models.describe(id) };
    const progress = (received, total) => this.#show(card.title ?? id, received, total);
    let { file, fromCache } = await loadWeights(id, card, { signal, progress });
    let description;
    try {
      description = await models.open(id, text, file, fromCache ? null : placeOf(card));
    } catch (error) {
      if (!fromCache || error instanceof WorkerLost) {
        forget(id);
        throw error;
      }
      // What was kept has gone bad: fetch it once more.
      ({ file } = await loadWeights(id, card, { signal, progress, again: true }));
      description = await models.open(id, text, file, placeOf(card));
      fromCache = false;
    }
    status.show({ source: fromCache ? 'cache' : 'network' });
    if (!fromCache) await keepCard(id, text, card);
    return { id, card, description };
  }

  async #openBrought(id) {
    const { models, bar } = this.page;
    const own = this.#brought.get(id);
    if (models.has(id)) return { id, card: own.card, description: await models.describe(id) };
    const description = await models.open(id, own.text, own.file, null);
    own.views = description.views;
    bar.addWeights(id, own.card.title);
    return { id, card: own.card, description };
  }

  /** Fetches weights that a view opens beside those that are shown. */
  async beside(id, signal) {
    const { models } = this.page;
    if (models.has(id)) return;
    const { text, card } = await loadCard(id);
    const { file, fromCache } = await loadWeights(id, card, { signal, progress: (received, total) => this.#show(card.title ?? id, received, total) });
    models.keep(id, text, file, fromCache ? null : placeOf(card));
    if (!fromCache) await keepCard(id, text, card);
  }

  /** Cards of all weights of the exhibit that can be read, as `{id, title, card, text}`; the menu then offers none that this site lacks. */
  async cards() {
    const { weights } = this.page.exhibit;
    const there = await present(weights.map(({ id }) => id));
    const all = await Promise.all(
      weights.map(async ({ id, title }) => {
        const { card, text, missing = false } = there.includes(id) ? await loadCard(id).catch(({ status }) => ({ missing: status === 404 })) : { missing: true };
        this.page.bar.hideWeights(id, missing);
        return card?.config && { id, title, card, text };
      }),
    );
    return all.filter(Boolean);
  }

  /** Says why weights cannot be used; the page goes on with those that are open, or offers others. */
  async #refuse(id, sentence, missing) {
    const { page } = this;
    if (this.#brought.delete(id)) {
      this.own = null;
      notify(`${sentence} The weights that you brought were not opened.`, { kind: 'warning', key: 'weights' });
      return page.model ? this.choose(page.model.id) : this.use(this.wanted);
    }
    const retry = (act) => () => {
      this.#failed.clear();
      hideFault();
      act();
    };
    if (page.model) {
      this.#failed.clear();
      const again = ['Try again', retry(() => page.change({ weights: id }))];
      notify(`${sentence} ${page.model.card.title ?? page.model.id} is still shown.`, { kind: 'warning', key: 'weights', actions: [again] });
      return this.choose(page.model.id);
    }
    // A card may be there without its weights, so none is tried twice.
    this.#failed.set(id, sentence);
    const there = missing && (await this.cards()).find((other) => !this.#failed.has(other.id));
    if (there) return page.set({ weights: there.id });
    const [why] = this.#failed.values();
    const others = page.exhibit.weights
      .filter((other) => !this.#failed.has(other.id))
      .slice(0, 4)
      .map((other) => [other.title, retry(() => page.change({ weights: other.id }))]);
    showFault(why, [['Try again', retry(() => this.use(page.values.weights)), 'fault-again'], ...others]);
    return page.status.say('fault', 'No weights are open.');
  }

  #show(title, received, total) {
    byId('download').hidden = received >= total;
    byId('download-bar').value = received / total;
    setText(byId('download-label'), `${t(title)}: ${count(received / 1000)} of ${count(total / 1000)} kB, ${percent(received / total)}`);
  }
}
