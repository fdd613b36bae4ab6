// The page of an exhibit: link, weights, device, views and messages, for any row of the catalogue. A view draws; this says when.

import { firstClient, firstLoad } from '../compute/boot.js';
import { t } from '../i18n/strings.js';
import { showLink } from '../link/state.js';
import { byId, setText } from '../shell/dom.js';
import { fixed } from '../shell/format.js';
import { keepPage, openHelpByKey, wireMasthead } from '../shell/masthead.js';
import { notify, showFault } from '../shell/notices.js';
import { setTheme } from '../shell/theme.js';
import { KEYS, showExhibit, showKeys } from './about.js';
import { Asking } from './asking.js';
import { Bar } from './bar.js';
import { Devices } from './devices.js';
import { Models, Superseded, WorkerLost } from './models.js';
import { Opening } from './opening.js';
import { Picking } from './picking.js';
import { Status } from './status.js';
import { Store } from './store.js';
import { Views } from './views.js';

const RELOAD = ['Reload the page', () => location.reload(), 'fault-reload'];

/**
 * What draws a view of a row: `{id, node, keys, draw({signal, changed}), hide?(), entered?(asked), opened?()}`. `keys` are the
 * settings that the bar shows for it; `draw` resolves to what the status line says.
 */
export class ExhibitPage extends EventTarget {
  /** Views that no piece draws: by the name that a row gives them. */
  static custom = {};

  /** What the help says about keys, as `[keys, what]`, before those of inputs. */
  static keys = KEYS;
  #turn = null;
  #touched = false; // a link that nobody has touched yet must not start a trial

  /** The id of the weights shown, their card and description; null before the first are there. */
  model = null;

  /** Whether it lies on the screen; what plays waits while nobody sees it. */
  onScreen = true;

  constructor(id) {
    super();
    this.id = id;
    this.status = new Status(() => this.played());
    this.models = new Models(id, firstClient, firstLoad, {
      report: ({ text, detail, kind }) => notify(text, { detail, kind }),
      recovered: () => {
        this.devices.show();
        this.#again();
      },
      broken: (text, detail) => {
        showFault(text, [RELOAD], detail);
        this.status.say('fault', 'Stopped.');
      },
    });
    this.views = new Views(this);
    this.asking = new Asking(this);
    this.picking = new Picking(this);
    this.devices = new Devices(this);
    this.opening = new Opening(this);
    this.bar = new Bar(this);
    this.store = new Store({
      resolve: (query) => this.models.resolve(query),
      judged: (keys) => this.changed(keys),
      said: (note) => notify(note),
      linked: (link) => this.#tell('link', link),
    });
    this.#wire();
    this.#start();
  }

  get values() {
    return this.store.values;
  }

  get seen() {
    return this.onScreen && document.visibilityState !== 'hidden';
  }

  /** In the words of an embedded race. */
  get state() {
    const state = { computing: 'replaying', ready: 'paused' }[this.status.state] ?? this.status.state;
    return state === 'paused' && this.view?.playing ? 'running' : state;
  }

  /** What the page says about it. */
  get sentence() {
    return byId('fault-text')?.textContent ?? this.status.text;
  }

  get view() {
    return this.views.shown;
  }

  /** The label that a conditional model is told, null for others. */
  get label() {
    return this.model.description.conditional ? Number(this.values.label) : null;
  }

  /** Every setting of its links. */
  get settings() {
    return [{ key: 'view' }, { key: 'weights' }, ...this.exhibit.settings];
  }

  control(key) {
    return this.settings.find((control) => control.key === key);
  }

  /** A request of a custom view to the weights that are shown. */
  run(request, values, signal) {
    return this.asking.run(request, values, signal);
  }

  /** Changes made on the page within the limits; drawn at once. */
  set(changes) {
    if ('weights' in changes) this.opening.own = null;
    const all = this.picking.pinned(changes);
    this.store.set(all);
    return this.changed(Object.keys(all));
  }

  /** Changes that Rust judges first. */
  async change(changes) {
    try {
      if ('weights' in changes) this.opening.own = null;
      await this.changed(await this.store.change(this.picking.pinned(this.views.cleared(changes))));
    } catch (error) {
      if (!(error instanceof WorkerLost)) this.#complain(error); // a new worker takes the change over
    }
  }

  /** Values differ: load what is missing, then draw. */
  async changed(keys) {
    if (keys.includes('view') && this.views.fit()) keys = [...keys, 'weights'];
    this.bar.show();
    if (this.opening.wanted !== this.model?.id) return this.opening.use(this.opening.wanted);
    if (keys.includes('view') && this.view.node.hidden) this.views.show(true);
    return this.render(new Set(keys));
  }

  /** Draws the present view; whatever was being drawn is given up. `changed` null means everything. */
  async render(changed = null) {
    if (!this.model) return;
    this.giveUp();
    const turn = new AbortController();
    this.#turn = turn;
    this.status.say('computing', 'Computing…');
    byId('stop').hidden = false;
    try {
      const begin = performance.now();
      const said = await this.view.draw({ signal: turn.signal, changed });
      if (turn.signal.aborted) return;
      this.status.drawn(said ?? `Drawn in ${fixed((performance.now() - begin) / 1000, 1)} s.`);
      if (this.#touched) this.devices.decide();
    } catch (error) {
      if (turn.signal.aborted || error instanceof Superseded || error instanceof WorkerLost) return;
      this.#complain(error);
      this.status.say('ready', 'Not drawn.');
    } finally {
      if (this.#turn === turn) byId('stop').hidden = true;
    }
  }

  giveUp() {
    this.#turn?.abort();
  }

  /** Runs what a gesture asks for, outside of `render`; a newer picture simply replaces it. */
  async attempt(action) {
    try {
      return await action();
    } catch (error) {
      if (!(error instanceof Superseded || error instanceof WorkerLost)) this.#complain(error);
      return undefined;
    }
  }

  stop() {
    this.giveUp();
    byId('stop').hidden = true;
    this.status.say('ready', 'Stopped; change anything to draw again.');
  }

  /** Opens a link as if it had been followed. */
  follow(link) {
    showLink(link);
    return this.#openLink(location.hash);
  }

  /** What plays has begun or ended. */
  played() {
    this.#tell('state', { state: this.state, step: this.view?.step ?? 0, sentence: this.sentence });
  }

  /** Shows weights that are open; resolves when they are drawn. */
  take(opened) {
    this.model = opened;
    this.opened();
    this.views.opened();
    this.bar.show();
    this.views.show(false);
    return this.render();
  }

  /** Follows each opening of weights. */
  opened() {
    this.bar.opened(this.model.description);
  }

  cards() {
    return this.opening.cards();
  }

  /** A new worker shows what the lost one did. */
  #again() {
    return this.attempt(async () => {
      if (!this.exhibit) return;
      await this.store.settled();
      await this.changed(['view']);
    });
  }

  async #start() {
    setTheme(this.store.view.theme);
    addEventListener('hashchange', ({ newURL }) => {
      if (this.exhibit) this.attempt(() => this.#openLink(new URL(newURL).hash));
    });
    try {
      const { exhibits, version } = await this.models.ready;
      this.exhibit = exhibits.find(({ id }) => id === this.id);
      this.version = version;
      this.#build();
      await this.#openLink(location.hash);
      if (!document.body.dataset.controls) keepPage(); // else the embedding page does
    } catch (error) {
      if (error instanceof WorkerLost && this.exhibit) return; // the new worker draws
      showFault(`The model code could not be started. ${error.message}`, [RELOAD]);
      this.status.say('fault', 'Not running.');
    }
  }

  #build() {
    const { exhibit } = this;
    document.title = `genzoo · ${t(exhibit.title)}`;
    setText(byId('version'), `genzoo ${this.version ?? ''}`);
    showExhibit(exhibit);
    const { keys, custom } = /** @type {typeof ExhibitPage} */ (this.constructor);
    showKeys(keys, exhibit);
    this.views.build(exhibit, custom);
    this.bar.build(exhibit);
  }

  async #openLink(hash) {
    await this.store.open(hash, this.settings);
    this.opening.own = null;
    const { theme, device } = this.store.view;
    setTheme(theme);
    Object.assign(byId('theme'), { value: theme });
    Object.assign(byId('device'), { value: device });
    this.views.fit();
    this.views.show(false);
    this.bar.show();
    if (device === 'webgpu') await this.devices.use('webgpu');
    else this.devices.show();
    if (this.opening.wanted === this.model?.id) await this.render();
    else await this.opening.use(this.opening.wanted);
  }

  #wire() {
    wireMasthead({
      main: 'stage',
      themed: (choice) => this.store.setView('theme', choice),
      touched: () => {
        this.#touched = true;
      },
      share: async () => (await import('./share-view.js')).shareView(this),
    });
    byId('device').addEventListener('change', ({ target }) => {
      this.store.setView('device', target.value);
      this.devices.use(target.value).then(() => this.render());
    });
    byId('stop').addEventListener('click', () => this.stop());
    openHelpByKey();
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  #complain(error) {
    notify(error.message, { kind: 'warning' });
  }
}
