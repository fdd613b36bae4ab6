// What the pages of finished models share: link, weights, device, views and messages. A view draws; this says when.

import { firstClient, firstLoad } from '../compute/boot.js';
import { TRIAL_THRESHOLD_MILLIS, probe } from '../shell/device.js';
import { byId, centre, el, icon, nextFrame, setText } from '../shell/dom.js';
import { buildInput } from '../shell/fields.js';
import { count, fixed, milliseconds, percent } from '../shell/format.js';
import { keepPage, openHelp, wireMasthead } from '../shell/masthead.js';
import { clearNotice, hideFault, notify, showFault } from '../shell/notices.js';
import { showLink } from '../link/state.js';
import { t } from '../i18n/strings.js';
import { reducedMotion, setTheme } from '../shell/theme.js';
import { showMade } from './made.js';
import { Models, Superseded, WorkerLost } from './models.js';
import { Store } from './store.js';
import { forget, keepCard, loadCard, loadWeights, placeOf, present } from './weights.js';

const status = byId('status');

/** Tells `state`, as `{state, step, sentence}`, and `link`. */
export class ImagePage extends EventTarget {
  #turn = null;
  #download = null;
  #fields = new Map();
  #drawn = 0;
  #pace = null; // milliseconds per picture
  #timedRun = null; // the last request that made pictures, for a trial
  #tried = false;
  /** What a page has beside its views, made with them. @type {any} */
  parts = {};

  #touched = false; // a link that nobody has touched yet must not start a trial

  /**
   * `views`: `{id, node, keys, draw({signal, changed}), hide?(), opened?()}`; `keys` are the settings that its bar shows.
   * `opened(page)` follows each opening of weights; `type` is what Rust calls a model of theirs.
   * @param {string} demoId  @param {{ makeViews: (page: any) => any[], opened?: (page: any) => void, type?: string }} options
   */
  constructor(demoId, { makeViews, opened = () => {}, type = 'Model' }) {
    super();
    this.demoId = demoId;
    this.opened = opened;
    this.models = new Models(firstClient, firstLoad, {
      type,
      report: ({ text, detail, kind }) => notify(text, { detail, kind }),
      recovered: () => {
        this.#showDevice();
        this.#again();
      },
      broken: (text, detail) => {
        showFault(text, [['Reload the page', () => location.reload(), 'fault-reload']], detail);
        this.#say('fault', 'Stopped.');
      },
    });
    this.store = new Store({
      resolve: (query) => this.models.resolve(this.demoId, query),
      judged: (keys) => this.changed(keys),
      said: (note) => notify(note),
      linked: (link) => this.#tell('link', link),
    });
    this.views = makeViews(this);
    byId('stage').append(...this.views.map(({ node }) => Object.assign(node, { hidden: true })));
    this.#wire();
    this.#start();
  }

  get values() {
    return this.store.values;
  }

  /** Whether it lies on the screen; what plays waits while nobody sees it. */
  onScreen = true;

  get seen() {
    return this.onScreen && document.visibilityState !== 'hidden';
  }

  /** In the words of an embedded race. */
  get state() {
    const state = { computing: 'replaying', ready: 'paused' }[status.dataset.state] ?? status.dataset.state;
    return state === 'paused' && this.view.playing ? 'running' : state;
  }

  /** What the page says about it. */
  get sentence() {
    return byId('fault-text')?.textContent ?? status.textContent;
  }

  /** The id of the weights shown, their card and description; null before the first are there. */
  model = null;

  control(key) {
    return this.demo.controls.find((control) => control.key === key);
  }

  async run(request, values, signal) {
    const begin = performance.now();
    const result = await this.models.run(this.model.id, request, values, signal);
    const pictures = result.images?.shape[0];
    if (pictures) {
      const millis = performance.now() - begin;
      this.#timedRun = { id: this.model.id, request, values: Float32Array.from(values), millis };
      this.#pace = this.#pace === null ? millis / pictures : this.#pace + (millis / pictures - this.#pace) / 4;
      this.#showPace();
    }
    return result;
  }

  /** Changes made on the page within the limits; drawn at once. */
  set(changes) {
    this.store.set(changes);
    return this.changed(Object.keys(changes));
  }

  /** Changes that Rust judges first. */
  async change(changes) {
    try {
      await this.changed(await this.store.change(changes));
    } catch (error) {
      if (!(error instanceof WorkerLost)) this.#complain(error); // a new worker takes the change over
    }
  }

  /** Values differ: load what is missing, then draw. */
  async changed(keys) {
    this.#showFields();
    if (this.values.weights !== this.model?.id) return this.useWeights(this.values.weights);
    if (keys.includes('view') && this.view.node.hidden) this.#showView(true);
    return this.render(new Set(keys));
  }

  /** Draws the present view; whatever was being drawn is given up. `changed` null means everything. */
  async render(changed = null) {
    if (!this.model) return;
    this.#turn?.abort();
    const turn = new AbortController();
    this.#turn = turn;
    this.#say('computing', 'Computing…');
    byId('stop').hidden = false;
    try {
      const begin = performance.now();
      const said = await this.view.draw({ signal: turn.signal, changed });
      if (turn.signal.aborted) return;
      this.#drawn += 1;
      this.#say('ready', said ?? `Drawn in ${fixed((performance.now() - begin) / 1000, 1)} s.`);
      if (this.#touched) this.#decideDevice();
    } catch (error) {
      if (turn.signal.aborted || error instanceof Superseded || error instanceof WorkerLost) return;
      this.#complain(error);
      this.#say('ready', 'Not drawn.');
    } finally {
      if (this.#turn === turn) byId('stop').hidden = true;
    }
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
    this.#turn?.abort();
    byId('stop').hidden = true;
    this.#say('ready', 'Stopped; change anything to draw again.');
  }

  /** Opens a link as if it had been followed. */
  follow(link) {
    showLink(link);
    return this.#openLink(location.hash);
  }

  /** What plays has begun or ended. */
  played() {
    this.#tell('state', { state: this.state, step: this.view.step ?? 0, sentence: this.sentence });
  }

  /** Opens other weights; those that are open stay until the new ones stand. */
  async useWeights(id) {
    this.#download?.abort();
    const download = new AbortController();
    this.#download = download;
    this.#say('loading', 'Loading the weights…');
    hideFault();
    try {
      const opened = await this.open(id, download.signal);
      if (download.signal.aborted) return;
      this.model = opened;
      Object.assign(status.dataset, { weights: id });
      this.opened(opened);
      for (const view of this.views) view.opened?.();
      this.#showFields();
      this.#showView(false);
      const drawn = this.render();
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
    const { text, card } = await loadCard(id);
    if (this.models.has(id)) return { id, card, ...(await this.#described(id)) };
    const progress = (received, total) => this.#showDownload(card.title ?? id, received, total);
    let { file, fromCache } = await loadWeights(id, card, { signal, progress });
    let description;
    try {
      description = await this.models.open(id, text, file, fromCache ? null : placeOf(card));
    } catch (error) {
      if (!fromCache || error instanceof WorkerLost) {
        forget(id);
        throw error;
      }
      // What was kept has gone bad: fetch it once more.
      ({ file } = await loadWeights(id, card, { signal, progress, again: true }));
      description = await this.models.open(id, text, file, placeOf(card));
      fromCache = false;
    }
    status.dataset.source = fromCache ? 'cache' : 'network';
    if (!fromCache) await keepCard(id, text, card);
    return { id, card, description };
  }

  async #described(id) {
    return { description: await this.models.describe(id) };
  }

  /** Cards of all weights of the catalog that can be read, as `{id, title, card}`; the menu then offers none that this site lacks. */
  async cards() {
    const there = await present(this.demo.weights.map(({ id }) => id));
    const all = await Promise.all(
      this.demo.weights.map(async ({ id, title }) => {
        const { card, missing = false } = there.includes(id) ? await loadCard(id).catch(({ status: answer }) => ({ missing: answer === 404 })) : { missing: true };
        for (const option of byId('weights').options) if (option.value === id) option.hidden = missing;
        return card?.config && { id, title, card };
      }),
    );
    return all.filter(Boolean);
  }

  /** The label that a conditional model is told, null for others. */
  get label() {
    return this.model.description.conditional ? Number(this.values.label) : null;
  }

  /** A menu of the labels, where the weights know some. */
  offerLabels() {
    const { description } = this.model;
    this.labelField?.remove();
    if (!description.conditional) return;
    const select = el(
      'select',
      { id: 'label', on: { change: () => this.set({ label: select.value }) } },
      (description.labels ?? []).map((name, label) => el('option', { value: label }, name)),
    );
    select.value = String(this.values.label);
    this.labelField = el('label', { class: 'field', data: { key: 'label' } }, el('span', {}, 'Label'), select);
    byId('fields').append(this.labelField);
  }

  /** A picture that is dropped or pasted anywhere goes to the view `id`, which can `load` one. */
  takePictures(id) {
    const take = async (file) => {
      if (!file || !this.model) return;
      if (this.view.id !== id) await this.set({ view: id });
      await this.views.find((view) => view.id === id).load(file);
    };
    addEventListener('dragover', (event) => {
      if (event.dataTransfer?.types.includes('Files')) event.preventDefault();
    });
    addEventListener('drop', (event) => {
      event.preventDefault();
      take(event.dataTransfer?.files[0]);
    });
    addEventListener('paste', (event) => {
      const file = [...(event.clipboardData?.files ?? [])][0];
      if (file) {
        event.preventDefault();
        take(file);
      }
    });
  }

  /** A new worker shows what the lost one did. */
  #again() {
    return this.attempt(async () => {
      if (!this.demo) return;
      await this.store.settled();
      await this.changed(['view']);
    });
  }

  /** Says why weights cannot be used; the page goes on with those that are open, or offers others. */
  async #refuse(id, sentence, missing) {
    const again = [
      'Try again',
      () => {
        hideFault();
        this.change({ weights: id });
      },
    ];
    if (this.model) {
      notify(`${sentence} ${this.model.card.title ?? this.model.id} is still shown.`, { kind: 'warning', key: 'weights', actions: [again] });
      return this.set({ weights: this.model.id });
    }
    const [there] = missing ? await this.cards() : [];
    if (there) {
      notify(`${sentence} ${there.title} is shown instead.`, { kind: 'warning', key: 'weights' });
      return this.set({ weights: there.id });
    }
    const others = this.demo.weights
      .filter((other) => other.id !== id)
      .slice(0, 4)
      .map((other) => [
        other.title,
        () => {
          hideFault();
          this.change({ weights: other.id });
        },
      ]);
    showFault(sentence, [
      [
        'Try again',
        () => {
          hideFault();
          this.useWeights(this.values.weights);
        },
        'fault-again',
      ],
      ...others,
    ]);
    return this.#say('fault', 'No weights are open.');
  }

  async #start() {
    setTheme(this.store.view.theme);
    addEventListener('hashchange', ({ newURL }) => {
      if (this.demo) this.attempt(() => this.#openLink(new URL(newURL).hash));
    });
    try {
      const catalog = await this.models.ready;
      this.demo = catalog.images.find(({ id }) => id === this.demoId);
      this.version = catalog.version;
      setText(byId('version'), `genzoo ${this.version ?? ''}`);
      setText(byId('summary'), this.demo.summary ?? '');
      this.#buildBar();
      await this.#openLink(location.hash);
      if (!document.body.dataset.controls) keepPage(); // else whoever embeds it does
    } catch (error) {
      if (error instanceof WorkerLost && this.demo) return; // the new worker draws
      showFault(`The model code could not be started. ${error.message}`, [['Reload the page', () => location.reload(), 'fault-reload']]);
      this.#say('fault', 'Not running.');
    }
  }

  async #openLink(hash) {
    await this.store.open(hash, this.demo.controls);
    const { theme, device } = this.store.view;
    setTheme(theme);
    Object.assign(byId('theme'), { value: theme });
    Object.assign(byId('device'), { value: device });
    this.#showView(false);
    this.#showFields();
    if (device === 'webgpu') await this.#useDevice('webgpu');
    else this.#showDevice();
    if (this.values.weights === this.model?.id) await this.render();
    else await this.useWeights(this.values.weights);
  }

  #buildBar() {
    const choices = this.control('view').choices.filter(({ id }) => this.views.some((view) => view.id === id));
    byId('views').replaceChildren(
      ...choices.map(({ id, title }) =>
        el(
          'button',
          {
            type: 'button',
            role: 'tab',
            'aria-controls': 'stage',
            data: { view: id },
            on: { click: () => this.set({ view: id }) },
          },
          title ?? id,
        ),
      ),
    );
    byId('views').addEventListener('keydown', (event) => {
      const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!by) return;
      event.preventDefault();
      const at = choices.findIndex(({ id }) => id === this.values.view);
      const next = choices[(at + by + choices.length) % choices.length].id;
      this.set({ view: next });
      byId('views').querySelector(`[data-view="${next}"]`).focus();
    });
    const weights = el(
      'select',
      { id: 'weights', on: { change: () => this.change({ weights: weights.value }) } },
      this.demo.weights.map(({ id, title, summary }) => el('option', { value: id, title: summary }, title)),
    );
    const only = this.demo.weights.length < 2;
    byId('fields').append(el('label', { class: 'field', hidden: only, data: { key: 'weights' } }, el('span', {}, 'Weights'), weights));
    for (const key of new Set(this.views.flatMap((view) => view.keys))) this.#addField(key);
  }

  #addField(key) {
    const control = this.control(key);
    if (!control) return;
    const id = `control-${key}`;
    const input = buildInput({ ...control, live: true }, id, (value) => this.change({ [key]: value }));
    const dice =
      key === 'seed' &&
      el(
        'button',
        {
          type: 'button',
          id: 'new-seed',
          title: 'Another seed',
          'aria-label': 'Another seed',
          on: { click: () => this.set({ seed: crypto.getRandomValues(new Uint16Array(1))[0] }) },
        },
        icon('dice'),
      );
    const node = el(
      'div',
      { class: 'field', hidden: true, title: control.help ?? '', data: { key, kind: control.kind } },
      el('label', { for: id }, control.label),
      input.node,
      dice,
    );
    this.#fields.set(key, { node, input });
    byId('fields').append(node);
  }

  #showFields() {
    byId('weights').value = this.values.weights;
    const label = this.labelField?.querySelector('select');
    if (label) label.value = String(this.values.label);
    for (const [key, { node, input }] of this.#fields) {
      node.hidden = !this.view.keys.includes(key) || (this.view.hides?.(key) ?? false);
      input.show(this.values[key]);
    }
  }

  get view() {
    return this.views.find(({ id }) => id === this.values.view) ?? this.views[0];
  }

  /** `asked`: by a click, not by a link. */
  #showView(asked) {
    for (const view of this.views) {
      if (view === this.view) continue;
      if (!view.node.hidden) view.hide?.();
      view.node.hidden = true;
    }
    this.view.node.hidden = false;
    if (this.model) this.view.shown?.(asked && !reducedMotion());
    status.dataset.view = this.view.id;
    for (const button of byId('views').children) {
      const chosen = button.dataset.view === this.view.id;
      button.setAttribute('aria-selected', String(chosen));
      button.tabIndex = chosen ? 0 : -1;
      if (chosen) centre(byId('views'), button);
    }
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
      this.#useDevice(target.value).then(() => this.render());
    });
    byId('stop').addEventListener('click', () => this.stop());
    byId('download-cancel').addEventListener('click', () => this.#download?.abort());
    addEventListener('keydown', (/** @type {any} */ event) => {
      const typing = event.target.closest?.('input:not([type=checkbox], [type=range]), select, textarea, dialog');
      if (event.key === '?' && !typing && !event.ctrlKey && !event.metaKey) openHelp();
    });
  }

  async #useDevice(choice) {
    const kind = choice === 'webgpu' ? 'gpu' : 'cpu';
    clearNotice('device');
    if (kind !== this.models.kind && kind === 'gpu') setText(byId('device-sentence'), 'WebGPU is being started; this takes a while…');
    try {
      this.#turn?.abort();
      await this.models.switchTo(kind);
      this.#pace = null;
      const { name, software } = kind === 'gpu' ? await probe() : {};
      this.#showDevice(kind === 'gpu' && `Computing with WebGPU (${name}${software ? ', emulated in software: expect it to be slower than the CPU' : ''}).`);
    } catch (error) {
      this.#showDevice(`${error.message} The page stays on the CPU.`);
      notify(`${error.message} The page stays on the CPU.`, { kind: 'warning', key: 'device' });
    }
  }

  /** On `auto`: WebGPU is tried once, where a picture takes long on the CPU and the adapter is real. */
  async #decideDevice() {
    if (this.#tried || this.store.view.device !== 'auto' || this.models.kind !== 'cpu' || !(this.#pace > TRIAL_THRESHOLD_MILLIS)) return;
    this.#tried = true;
    try {
      const { missing, software, name } = await probe();
      if (missing) return this.#showDevice(`Auto chose the CPU. ${missing}`);
      if (software) return this.#showDevice(`Auto chose the CPU: the graphics adapter (${name}) is emulated in software.`);
      const timed = this.#timedRun;
      const { there, moved } = await this.models.trial('gpu', timed, timed.millis);
      if (moved) this.#pace = null;
      this.#showDevice(
        moved
          ? `Auto chose WebGPU (${name}): ${milliseconds(there)} where the CPU takes ${milliseconds(timed.millis)}.`
          : `Auto chose the CPU: ${milliseconds(timed.millis)} where WebGPU (${name}) takes ${milliseconds(there)}.`,
      );
      if (moved && status.dataset.state !== 'ready') this.render();
    } catch (error) {
      this.#showDevice(`Auto chose the CPU; a trial of WebGPU failed: ${error.message}`);
    }
  }

  #showDevice(sentence) {
    status.dataset.device = this.models.device;
    this.deviceSentence = sentence || `Computing ${this.models.kind === 'gpu' ? 'with WebGPU' : 'on the CPU'}.`;
    this.#showPace();
  }

  #showPace() {
    const pace = this.#pace === null ? '' : ` A picture takes ${milliseconds(this.#pace)}.`;
    setText(byId('device-sentence'), `${this.deviceSentence ?? ''}${pace}`);
  }

  #showDownload(title, received, total) {
    byId('download').hidden = received >= total;
    byId('download-bar').value = received / total;
    setText(byId('download-label'), `${t(title)}: ${count(received / 1000)} of ${count(total / 1000)} kB, ${percent(received / total)}`);
  }

  #say(state, text) {
    Object.assign(status.dataset, { state, drawn: this.#drawn });
    setText(status, text);
    this.played();
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  #complain(error) {
    notify(error.message, { kind: 'warning' });
  }
}
