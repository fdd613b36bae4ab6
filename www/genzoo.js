// genzoo in another page: the custom element <gen-zoo>, `mount` for scripts, and `connect` for a page that has it in an iframe.

import { FINISHED, languageOf } from './embed/embedding.js';
import { CALLS } from './link/messages.js';
import { formatQuery, parseQuery } from './link/state.js';
import { Watcher } from './embed/watcher.js';

export { connect } from './embed/remote.js';

const LEVELS = ['none', 'minimal', 'full'];

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

  connectedCallback() {
    if (this.#stage) return; // moved within the page
    const stage = FINISHED.includes(this.demo) ? import('./embed/frame.js') : import('./embed/stage.js');
    this.#stage = stage.then(({ Stage }) => new Stage(this));
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
    if (!this.#started || before === now) return;
    if (name === 'demo' || name === 'settings') this.open(this.link).catch(() => {});
    else this.#stage.then((stage) => stage.adjust());
  }

  /** How much of the bar and the panels is there. */
  get controls() {
    const asked = this.getAttribute('controls');
    return LEVELS.includes(asked) ? asked : 'minimal';
  }

  /** The demo that the element names, if any. */
  get demo() {
    return this.getAttribute('demo') ?? /(?:^|[&#?])demo=([\w-]+)/.exec(this.getAttribute('settings') ?? '')?.[1] ?? '';
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
