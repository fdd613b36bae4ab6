// genzoo in another page: the custom element <gen-zoo>, `mount` for scripts, and `connect` for a page that has it in an iframe.

import { FINISHED, isFigure, isOfLab, languageOf } from './embed/embedding.js';
import { CALLS } from './link/messages.js';
import { formatQuery, parseQuery } from './link/state.js';
import { Watcher } from './embed/watcher.js';

export { connect } from './embed/remote.js';

const LEVELS = ['none', 'minimal', 'full'];

/** Attributes of the element, each also a property: frameworks set what an element has as a property. `lang` is HTML's own. */
const OPTIONS = ['demo', 'settings', 'controls', 'hide', 'lock', 'theme', 'autoplay', 'poster'];

/** Node and other places without a page can import this module; they have nothing to show it in. */
const Base = globalThis.HTMLElement ?? /** @type {typeof HTMLElement} */ (class {});

export class GenZoo extends Base {
  static observedAttributes = ['demo', 'settings', 'controls', 'hide', 'lock', 'theme'];

  /** Whether computing that the user did not start stops after two seconds: for a link that is not part of a page. */
  limited = false;

  /** Where keys are heard; the element itself where left out. */
  keyTarget;

  #stage = null; // promises, while the element is in a document
  #started = null;
  #watcher = null;
  #kind = '';
  #changed = null; // names of attributes, until all changes of a task are there

  connectedCallback() {
    this.#upgrade();
    if (this.#stage) return; // moved within the page
    this.#build();
    this.#watch();
  }

  /** Properties that were set before this class was there hide its own. */
  #upgrade() {
    for (const name of OPTIONS) {
      if (!Object.hasOwn(this, name)) continue;
      const value = this[name];
      delete this[name];
      this[name] = value;
    }
  }

  #build() {
    this.#kind = kindOf(this.demo);
    const stage = FINISHED.includes(this.demo) ? import('./embed/frame.js') : import('./embed/stage.js');
    this.#stage = stage.then(({ Stage }) => new Stage(this));
    this.#started = null;
  }

  #watch() {
    this.#watcher = new Watcher(
      this,
      (near, seen) => {
        if (near) this.#start().catch(() => {}); // the stage shows why
        this.#stage?.then((stage) => stage.show(near, seen));
      },
      () => this.#stage?.then((stage) => stage.park()),
    );
  }

  disconnectedCallback() {
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#watcher.stop();
      this.#stage.then((stage) => stage.remove());
      this.#stage = null;
      this.#started = null;
    });
  }

  attributeChangedCallback(name, before, now) {
    if (!this.#stage || before === now) return;
    if (!this.#changed) queueMicrotask(() => this.#apply());
    this.#changed ??= new Set();
    this.#changed.add(name);
  }

  /** Applies the changes of a task together: a framework sets one attribute after the other. */
  #apply() {
    const changed = this.#changed;
    this.#changed = null;
    if (!this.#stage) return;
    if (kindOf(this.demo) !== this.#kind) return this.#rebuild();
    if (['controls', 'hide', 'lock', 'theme'].some((name) => changed.has(name))) this.#stage.then((stage) => stage.adjust());
    if (this.#started && (changed.has('demo') || changed.has('settings'))) this.open(this.link).catch(() => {});
  }

  /** The demo is of another kind: what is there now ends, and another begins. */
  #rebuild() {
    this.#watcher.stop();
    const ended = this.#stage.then((stage) => stage.remove());
    this.#build();
    this.#stage = Promise.all([this.#stage, ended]).then(([stage]) => stage);
    this.#watch();
  }

  /** How much of the bar and the panels is there. */
  get controls() {
    const asked = this.getAttribute('controls');
    return LEVELS.includes(asked) ? asked : 'minimal';
  }

  set controls(value) {
    this.#reflect('controls', value);
  }

  /** The demo that the element names, if any. */
  get demo() {
    return this.getAttribute('demo') ?? /(?:^|[&#?])demo=([\w-]+)/.exec(this.getAttribute('settings') ?? '')?.[1] ?? '';
  }

  set demo(value) {
    this.#reflect('demo', value);
  }

  get autoplay() {
    return this.hasAttribute('autoplay');
  }

  set autoplay(value) {
    this.#reflect('autoplay', Boolean(value) && String(value) !== 'false');
  }

  /** Sets an attribute from the value of a property; takes it away where there is none. */
  #reflect(name, value) {
    if (value === undefined || value === null || value === false) this.removeAttribute(name);
    else this.setAttribute(name, asAttribute(name, value));
  }

  /** The language asked for here or around it, the browser's where that is `auto`. */
  get language() {
    return languageOf(this.closest('[lang]')?.getAttribute('lang') || 'en');
  }

  /** Demo and settings as one link. */
  get link() {
    return this.complete(this.getAttribute('settings') ?? '');
  }

  /** Opens other settings, given as a link; resolves at rest. */
  async open(link) {
    return (await this.#start()).open(this.complete(String(link)));
  }

  /** The stage, once there is something to see; before that it is started, visible or not. */
  #start() {
    if (!this.#stage) return Promise.reject(new Error('This element is not part of a page.'));
    this.#started ??= this.#stage.then((stage) => stage.start({ play: this.hasAttribute('autoplay'), limited: this.limited }));
    return this.#started;
  }

  static {
    for (const name of ['settings', 'hide', 'lock', 'theme', 'poster']) {
      Object.defineProperty(GenZoo.prototype, name, {
        configurable: true,
        enumerable: true,
        get() {
          return this.getAttribute(name) ?? '';
        },
        set(value) {
          this.#reflect(name, value);
        },
      });
    }
    for (const call of CALLS) {
      GenZoo.prototype[call] ??= async function ask(...args) {
        return (await this.#start())[call](...args);
      };
    }
  }

  /** A link with demo and theme, where it has none. */
  complete(link) {
    const pairs = parseQuery(link.replace(/^[#?]/, ''));
    for (const key of ['demo', 'theme']) {
      const value = this.getAttribute(key);
      if (value && !pairs.has(key)) pairs.set(key, encodeURIComponent(value));
    }
    return formatQuery(pairs);
  }
}

/** Demos of one kind take each other's place by a link; those of another need other code around them. */
function kindOf(demo) {
  if (FINISHED.includes(demo)) return demo;
  if (isFigure(demo)) return 'figure';
  return isOfLab(demo) ? 'lab' : 'race';
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
