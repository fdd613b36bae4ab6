// genzoo in another page: the custom element <gen-zoo>, `mount` for scripts, and `connect` for a page that has it in an iframe.

import { formatQuery, parseQuery } from './state.js';

export { connect } from './remote.js';

const LEVELS = ['none', 'minimal', 'full'];
/** How far beyond the screen a race is already made ready. */
const NEAR = '200px';
const LOOK_MILLIS = 300;
const STEPS_MAX = 1_000_000;

/** Tells `changed(near, seen)`: whether a node is near the screen, and whether it can be seen. */
class Watcher {
  #near = false;
  #within = false;
  #told = '';

  constructor(node, changed) {
    Object.assign(this, { node, changed });
    this.observers = [
      new IntersectionObserver((entries) => { this.#near = entries.at(-1).isIntersecting; this.#look(); }, { rootMargin: NEAR }),
      new IntersectionObserver((entries) => { this.#within = entries.at(-1).isIntersecting; this.#look(); }),
    ];
    for (const observer of this.observers) observer.observe(node);
    // A slide that is not shown may lie on the screen, without visibility; nothing tells of that.
    this.timer = setInterval(() => this.#look(), LOOK_MILLIS);
  }

  #look() {
    const visible = this.node.checkVisibility?.({ visibilityProperty: true, opacityProperty: true }) ?? true;
    const [near, seen] = [this.#near && visible, this.#within && visible];
    if (this.#told === `${near} ${seen}`) return;
    this.#told = `${near} ${seen}`;
    this.changed(near, seen);
  }

  stop() {
    clearInterval(this.timer);
    for (const observer of this.observers) observer.disconnect();
  }
}

/** Node and other places without a page can import this module; they have nothing to show it in. */
const Base = globalThis.HTMLElement ?? class {};

export class GenZoo extends Base {
  static observedAttributes = ['demo', 'settings', 'controls', 'hide', 'lock', 'theme'];

  /** Whether computing that nobody asked for stops after two seconds: for a link that is not part of a page. */
  limited = false;

  /** Where keys are heard; the element itself where left out. */
  keyTarget;

  #stage = null; // promises, while the element is in a document
  #race = null;
  #watcher = null;

  connectedCallback() {
    if (this.#stage) return; // moved within the page
    this.#stage = import('./embed-stage.js').then(({ Stage }) => new Stage(this));
    this.#watcher = new Watcher(this, (near, seen) => {
      if (near) this.#start().catch(() => {}); // the stage shows why
      this.#stage?.then((stage) => stage.show(near, seen));
    });
  }

  disconnectedCallback() {
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#watcher.stop();
      this.#stage.then((stage) => stage.remove());
      this.#stage = null;
      this.#race = null;
    });
  }

  attributeChangedCallback(name, before, now) {
    if (!this.#race || before === now) return;
    if (name === 'demo' || name === 'settings') this.open(this.link).catch(() => {});
    else this.#stage.then((stage) => stage.adjust());
  }

  /** How much of the bar and the panels is there. */
  get controls() {
    const asked = this.getAttribute('controls');
    return LEVELS.includes(asked) ? asked : 'minimal';
  }

  /** Which demo, as far as the element says. */
  get demo() {
    return this.getAttribute('demo') ?? /(?:^|[&#?])demo=([\w-]+)/.exec(this.getAttribute('settings') ?? '')?.[1] ?? '';
  }

  /** Demo and settings as one link. */
  get link() {
    return this.#complete(this.getAttribute('settings') ?? '');
  }

  /** Trains on. */
  async play() {
    (await this.#start()).runner.play();
  }

  /** Resolves when nothing moves any more. */
  async pause() {
    await (await this.#start()).runner.pause();
  }

  /** Trains exactly so many steps; resolves at rest. */
  async step(steps = 1) {
    const count = Number(steps);
    if (!(Number.isInteger(count) && count >= 1 && count <= STEPS_MAX)) throw new Error('Steps are a whole number from 1 to 1,000,000.');
    const { runner } = await this.#start();
    await runner.pause();
    if (count === 1) return runner.single();
    runner.replayTo(runner.step + count);
    return runner.resting();
  }

  /** Step 0 again with the same settings: the run repeats exactly. */
  async reset() {
    await (await this.#start()).session.reset();
  }

  /** Changes a setting by its key in a link; one that cannot change in mid-run starts the run again. */
  async set(key, value) {
    const { session } = await this.#start();
    const [, stem, arena] = /^(.*?)(?:\.(\d))?$/.exec(String(key));
    const control = session.demo.controls.find((other) => other.key === stem);
    if (!control) throw new Error(`There is no setting “${stem.slice(0, 40)}”.`);
    await session.change(control, arena === undefined ? 'all' : Number(arena), String(value));
  }

  /** Opens other settings, given as a link, and trains to its step; resolves at rest. */
  async open(link) {
    const race = await this.#start();
    await race.open(this.#complete(String(link)), { play: false });
    await race.runner.resting();
  }

  /** `{demo, version, state, step, device, link, settings, hash, hashStep, metrics}` */
  async state() {
    await this.#start();
    return (await this.#stage).state();
  }

  /** The race, once it stands; before that it is started, visible or not. */
  #start() {
    if (!this.#stage) return Promise.reject(new Error('This element is not part of a page.'));
    this.#race ??= this.#stage.then((stage) => stage.start({ play: this.hasAttribute('autoplay'), limited: this.limited }));
    return this.#race;
  }

  #complete(link) {
    const pairs = parseQuery(link.replace(/^[#?]/, ''));
    for (const key of ['demo', 'theme']) {
      const value = this.getAttribute(key);
      if (value && !pairs.has(key)) pairs.set(key, encodeURIComponent(value));
    }
    return formatQuery(pairs);
  }
}

if (globalThis.customElements && !customElements.get('gen-zoo')) customElements.define('gen-zoo', GenZoo);

/**
 * Puts a demo into `place`; returns the element. `options` are its attributes; settings may also be an object, and lists arrays.
 */
export function mount(place, options = {}) {
  const node = document.createElement('gen-zoo');
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || value === null || value === false) continue;
    node.setAttribute(name, asAttribute(name, value));
  }
  place.replaceChildren(node);
  return node;
}

function asAttribute(name, value) {
  if (value === true) return '';
  if (Array.isArray(value)) return value.join(' ');
  if (name === 'settings' && typeof value === 'object') {
    return formatQuery(Object.entries(value).map(([key, each]) => [key, encodeURIComponent(String(each))]));
  }
  return String(value);
}
