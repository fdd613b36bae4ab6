// The content of a <gen-zoo>: a shadow root with styles, a poster until there is something to see, and a race.

import '../shell/check.js';
import { el, sprite } from '../shell/dom.js';
import { arrived, controlOf, corsOf, isFigure, isOfLab, listed, stepsOf } from './embedding.js';
import { Poster } from './poster.js';
import { LAB_VIEW } from '../link/rules.js';
import { expanded, formatQuery, writeLink } from '../link/state.js';
import { locale, speak } from '../i18n/strings.js';
import { checkNames } from '../shell/layout.js';
import { Theme } from '../shell/theme.js';
import { WorkerClient, shareModule } from '../compute/worker-client.js';

const STYLES = [new URL('../shell/style.css', import.meta.url), new URL('../shell/panels.css', import.meta.url), new URL('./embed.css', import.meta.url)];
const CHART_STYLE = new URL('../vendor/uplot.css', import.meta.url);
const FIGURE_STYLE = new URL('../lab/lab.css', import.meta.url);
/** What the host's own link comes after: figures begin as on the lab's page, and its races train at full speed. */
const FIGURE_LINK = formatQuery(Object.entries(LAB_VIEW));
const LAB_LINK = formatQuery(Object.entries(LAB_VIEW).filter(([key]) => key !== 'speed'));

/** What is not there at each level of controls. */
const HIDDEN = {
  full: [],
  minimal: ['step-d', 'step-g', 'pace', 'hash', 'speed', 'stop', 'device', 'settings', 'views', 'arenas', 'charts'],
  none: ['transport'],
};
HIDDEN.none.push(...HIDDEN.minimal);

const style = (href) => el('link', { rel: 'stylesheet', ...corsOf(href), href });

export class Stage {
  #race = null;
  #removed = false;
  #measures = []; // the newest of each arena, by column

  constructor(host) {
    this.host = host;
    this.shadow = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
    this.theme = new Theme(host);
    this.theme.set(host.getAttribute('theme') ?? 'auto');
    this.place = el('div', { class: 'race embed' });
    this.poster = new Poster(host.getAttribute('poster'));
    const styles = STYLES.map(({ href }) => style(href));
    this.frame = el('div', { class: 'frame', dir: 'ltr', hidden: true, data: { controls: host.controls } }, this.place, this.poster.node);
    this.shadow.replaceChildren(...styles, sprite(), this.frame);
    Promise.all(styles.map(arrived)).then(() => {
      this.frame.hidden = false;
    });
  }

  /** Resolves to itself when its race is open; otherwise the poster says why. */
  async start({ play, limited }) {
    try {
      const lack = /** @type {any} */ (globalThis)[Symbol.for('genzoo.lack')];
      if (lack) {
        await speak(this.host.language).catch(() => {});
        throw new Error(lack);
      }
      if (self.origin === 'null') throw new Error('A sandboxed frame needs “allow-same-origin” beside “allow-scripts”, or no worker can start in it.');
      const full = this.host.controls === 'full';
      const { demo } = this.host;
      this.lab = isOfLab(demo);
      const module = this.lab ? 'lab' : 'cpu';
      const figure = isFigure(demo);
      const [{ Race }, figures, cases, panels] = await Promise.all([
        import('../run/race.js'),
        figure ? import('../lab/figure.js') : null,
        this.lab && !figure && full ? import('../lab/gallery.js') : null,
        full ? import('../run/panels.js') : null,
        speak(this.host.language),
      ]);
      if (this.#removed) return this;
      if (figures || cases) this.shadow.prepend(style(FIGURE_STYLE.href));
      this.frame.lang = locale;
      if (full) this.shadow.prepend(style(CHART_STYLE.href));
      shareModule(module);
      const client = new WorkerClient();
      const race = new Race(this.place, {
        client,
        load: client.load(module),
        module,
        ...(figures && { scene: { stage: figures.figureStage, View: figures.Figure } }),
        theme: this.theme,
        landmark: 'div',
        keyTarget: this.host.keyTarget,
        limits: this.#limits(),
        panels,
      });
      this.#race = race;
      if (cases) {
        const [choice, text] = cases.galleryParts();
        this.place.querySelector('.stage').prepend(choice);
        this.place.querySelector('#arenas').after(text); // pictures first: a box is small
        new cases.Gallery(race);
      }
      race.runner.onScreen = this.onScreen ?? true;
      race.limit();
      this.#report(race);
      race.addEventListener('began', () => checkNames(this.#limits(), race.session.demo.controls, race.notices.notify), { once: true });
      await race.open(await expanded([figure ? FIGURE_LINK : this.lab && LAB_LINK, this.host.link].filter(Boolean).join('&')), { play, limited });
      if (!this.#removed) this.#tell('ready', await this.state());
      return this;
    } catch (error) {
      if (!this.#race) {
        // else it has said so itself
        this.poster.say(error.message);
        this.#tell('fault', { step: 0, sentence: error.message });
      }
      throw error;
    }
  }

  /** The host's attributes have changed. */
  adjust() {
    this.frame.dataset.controls = this.host.controls;
    this.theme.set(this.host.getAttribute('theme') ?? 'auto');
    this.#race?.limit(this.#limits());
  }

  show(near, seen) {
    this.onScreen = seen;
    this.#race?.runner.show(seen);
  }

  /** Lets its worker go until something is asked of it again. */
  park() {
    this.#race?.park();
  }

  remove() {
    this.#removed = true;
    this.#race?.remove();
    this.theme.remove();
  }

  /** Trains on. */
  async play() {
    this.#race.runner.play();
  }

  /** Resolves when nothing moves any more. */
  pause() {
    return this.#race.runner.pause();
  }

  /** Trains exactly so many steps; resolves at rest. */
  async step(steps = 1) {
    const { runner, engine } = this.#race;
    const count = stepsOf(steps, engine.catalog.limits);
    await runner.pause();
    if (count === 1) return runner.single();
    runner.replayTo(runner.step + count);
    return runner.resting();
  }

  /** Step 0 again with the same settings: the run repeats exactly. */
  reset() {
    return this.#race.session.reset();
  }

  /** Changes a setting by its key in a link; one that cannot change in mid-run starts the run again. */
  async set(key, value) {
    const { session } = this.#race;
    const [, stem, arena] = /^(.*?)(?:\.(\d))?$/.exec(String(key));
    await session.change(controlOf(session.demo, stem), arena === undefined ? 'all' : Number(arena), String(value));
  }

  /** Trains to the step of the link; resolves at rest. */
  async open(link) {
    await this.#race.open(await expanded(link), { play: false });
    await this.#race.runner.resting();
  }

  /** `{demo, version, state, step, device, link, settings, hash, hashStep, metrics}` */
  async state() {
    const { engine, session, runner, view, status } = this.#race;
    const [description, query] = await Promise.all([engine.describe(), engine.query()]);
    const { hash = null, hashStep } = status.dataset;
    return {
      demo: engine.demo,
      version: engine.catalog.version,
      state: runner.state,
      step: runner.step,
      device: engine.device,
      link: writeLink(query, view),
      settings: description.settings,
      hash,
      hashStep: hash === null ? null : Number(hashStep),
      metrics: this.#measures.map((values, arena) => ({ arena, objective: session.nameOf(arena), values })),
    };
  }

  #limits() {
    const { host } = this;
    const hide = [...HIDDEN[host.controls], ...(this.lab ? ['step-d', 'step-g', 'device'] : []), ...listed(host.getAttribute('hide'))];
    const lock = [...(host.controls === 'full' ? [] : ['objective']), ...listed(host.getAttribute('lock'))];
    return { hide: new Set(hide), lock: new Set(lock) };
  }

  #report(race) {
    const { session } = race;
    const note = ({ arena, values }) => Object.assign(this.#measures[arena], session.named(values)); // what is not measured this time stays
    race.addEventListener('drawn', () => this.poster.hide(), { once: true });
    race.addEventListener('state', ({ detail }) => this.#tell(detail.state === 'fault' ? 'fault' : 'state', detail));
    race.addEventListener('link', ({ detail }) => this.#tell('link', detail));
    race.addEventListener('began', ({ detail: { arenas } }) => {
      this.#measures = arenas.map(() => ({}));
    });
    race.addEventListener('drawn', ({ detail: { frame } }) => frame.now.forEach(note)); // at rest, of the step that is shown
    race.addEventListener('metrics', ({ detail: { step, rows } }) => {
      const told = rows.map(({ arena, step: at, values }) => ({ arena, objective: session.nameOf(arena), step: at, values: session.named(values) }));
      rows.forEach(note);
      this.#tell('metrics', { step, rows: told });
    });
  }

  #tell(type, detail) {
    this.host.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
