// The page of a finished model in embed.html, without its masthead and help, and driven as an embedded race is.

import { pixelsOf } from '../draw/sheet.js';
import { speak } from '../i18n/strings.js';
import { formatQuery, parseQuery, showLink } from '../link/state.js';
import { el } from '../shell/dom.js';
import { checkNames, limit } from '../shell/layout.js';
import { notify } from '../shell/notices.js';
import { setTheme } from '../shell/theme.js';
import { arrived, controlOf, listed, stepsOf } from './embedding.js';
import { Poster } from './poster.js';
import { Watcher } from './watcher.js';

const STYLES = [new URL('./embed.css', import.meta.url).href, new URL('../exhibits/embedded.css', import.meta.url).href];
const AROUND = '#late, .skip, .masthead, .colophon';

/** What is not there at each level of controls. */
const HIDDEN = { full: [], minimal: ['views', 'says', 'settings', 'status', 'about', 'made', 'tools'] };
HIDDEN.none = [...HIDDEN.minimal, 'transport'];

/** Has the methods and events of an element; see genzoo.d.ts. */
export class EmbeddedPage extends EventTarget {
  #page = null; // a promise, once the page is near the screen or asked for something
  #seen = false;

  /**
   * `options`: those of an element, `lang` and `theme` settled; `link`: its settings.
   * @param {{ demo?: string, controls?: string, hide?: string, lock?: string, theme?: string, lang: string, autoplay: boolean }} options
   * @param {string} link
   */
  constructor({ demo, controls = 'minimal', hide, lock, theme = 'auto', lang, autoplay }, link) {
    super();
    this.demo = demo;
    this.autoplay = autoplay;
    this.own = { theme, lang };
    this.controls = Object.hasOwn(HIDDEN, controls) ? controls : 'minimal';
    this.limits = { hide: new Set([...HIDDEN[this.controls], ...listed(hide)]), lock: new Set(listed(lock)) };
    showLink(this.#complete(location.hash.length > 1 ? location.hash : link)); // a reload goes on from where it was
    this.poster = new Poster();
    setTheme(theme);
    document.head.append(el('link', { rel: 'stylesheet', href: STYLES[0] }));
    document.body.append(this.poster.node);
    this.watcher = new Watcher(
      document.body,
      (near, seen) => {
        this.#seen = seen;
        if (near) this.#standing().catch(() => {}); // the page or its poster says why
        this.#page?.then(
          (page) => {
            page.onScreen = seen;
          },
          () => {},
        );
      },
      () =>
        this.#page?.then(
          ({ models }) => models.park(),
          () => {},
        ),
    );
  }

  /** Plays what the present view can play. */
  async play() {
    (await this.#standing()).view.play?.();
  }

  /** Resolves when nothing moves any more. */
  async pause() {
    const page = await this.#standing();
    await page.view.pause?.();
    await settled(page);
  }

  /** Draws so many pixels, where the view draws one at a time; resolves at rest. */
  async step(steps = 1) {
    const page = await this.#standing();
    const count = stepsOf(steps, (await page.models.ready).limits);
    if (!page.view.advance) throw new Error('Nothing here goes step by step: the board of the PixelCNN does, the race, and the figures of the lab.');
    await page.view.advance(count);
    await settled(page);
  }

  /** What plays begins again. */
  async reset() {
    const page = await this.#standing();
    await page.view.reset?.();
    await settled(page);
  }

  /** Changes a setting by its key in a link; resolves when it is drawn. */
  async set(key, value) {
    const page = await this.#standing();
    await page.change({ [controlOf({ controls: page.settings }, String(key)).key]: String(value) });
    await settled(page);
  }

  /** Opens other settings, given as a link; resolves when they are drawn. */
  async open(link) {
    const page = await this.#standing();
    await page.follow(this.#complete(String(link)));
    await settled(page);
  }

  /** `{demo, version, state, step, device, link, settings, hash, hashStep, metrics}` */
  async state() {
    const page = await this.#standing();
    await page.store.settled();
    const {
      id,
      version,
      models: { device },
      values,
      store,
      state,
      view: { step = 0, node },
    } = page;
    return { demo: id, version, state, step, device, link: store.link, settings: { ...values }, hash: hashOf(node), hashStep: step, metrics: [] };
  }

  /** The page, once it shows something, or after that whatever it shows. */
  async #standing() {
    this.#page ??= this.#load();
    const page = await this.#page;
    await settled(page);
    if (page.state === 'fault') throw new Error(page.sentence);
    return page;
  }

  async #load() {
    try {
      const answer = await fetch(`${this.demo}.html`).catch(() => null);
      if (!answer?.ok) throw new Error(`The page ${this.demo}.html is not beside embed.html, or there is no connection.`);
      const { documentElement, head, body } = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const entry = head.querySelector('script[type="module"]:not([async])').getAttribute('src');
      document.documentElement.dataset.module = documentElement.dataset.module;
      const styles = [...head.querySelectorAll('link[rel="stylesheet"]'), el('link', { rel: 'stylesheet', href: STYLES[1] })];
      const styled = styles.map(arrived);
      document.head.append(...head.querySelectorAll('link[rel="modulepreload"]'), ...styles);
      for (const node of body.querySelectorAll(AROUND)) node.toggleAttribute('hidden', true);
      document.body.className = body.className;
      Object.assign(document.body.dataset, body.dataset, { controls: this.controls });
      document.body.prepend(...body.children);
      this.#limit();
      await Promise.all([...styled, speak(this.own.lang, document)]);
      const { page } = await import(new URL(entry, document.baseURI).href);
      page.onScreen = this.#seen;
      this.#report(page);
      return page;
    } catch (error) {
      await speak(this.own.lang).catch(() => {});
      this.poster.say(error.message);
      this.#tell('fault', { state: 'fault', step: 0, sentence: error.message });
      throw error;
    }
  }

  #report(page) {
    const stage = document.getElementById('stage');
    this.fitting = new ResizeObserver(() => fit(stage));
    this.fitting.observe(stage);
    page.addEventListener('link', ({ detail }) => this.#tell('link', detail));
    page.addEventListener('state', ({ detail }) => {
      this.#limit();
      fit(stage);
      if (detail.state === 'fault') this.poster.hide(); // the page says more
      this.#tell(detail.state === 'fault' ? 'fault' : 'state', detail);
    });
    this.#standing()
      .then(async () => {
        this.poster.hide();
        checkNames(this.limits, page.settings.controls, notify);
        this.#tell('ready', await this.state());
        if (this.autoplay) page.view.play?.();
      })
      .catch(() => {});
  }

  #limit() {
    limit(document.body, this.limits);
  }

  /** With theme and language. */
  #complete(link) {
    const pairs = parseQuery(link.replace(/^[#?]/, ''));
    pairs.delete('demo');
    for (const [key, value] of Object.entries(this.own)) if (!pairs.has(key)) pairs.set(key, value);
    return formatQuery(pairs);
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** Resolves when the page has drawn what was asked for, or cannot. */
async function settled(page) {
  while (['loading', 'replaying'].includes(page.state))
    await new Promise((told) => {
      page.addEventListener('state', told, { once: true });
    });
}

/** Gives a wall as few columns as its box has the height for, so that its pictures are as large as can be. */
function fit(stage) {
  const wall = stage.querySelector('.view:not([hidden]) .wall:not(.compact)');
  if (!wall) return;
  const { clientHeight: height } = stage;
  const {
    clientWidth: width,
    children: { length },
    firstChild: tile,
  } = wall;
  const [gap, words] = [parseFloat(getComputedStyle(wall).rowGap), tile ? tile.offsetHeight - tile.offsetWidth : 0];
  const rowOf = (columns) => (width - gap * (columns - 1)) / columns + words + gap;
  let columns = 1;
  while (columns < length && Math.ceil(length / columns) * rowOf(columns) - gap > height) columns += 1;
  wall.style.setProperty('--fit', columns);
}

/** Pictures of a model: not what is drawn over them or by hand, whose size is that of the screen. */
const PICTURES = 'canvas[role="img"]:not(.easel canvas)';

/** A fingerprint of the pixels of all pictures in `node`: FNV-1a, 64 bits. */
function hashOf(node) {
  let [high, low] = [0xcbf29ce4, 0x84222325];
  for (const canvas of node.querySelectorAll(PICTURES)) {
    if (!canvas.checkVisibility()) continue;
    for (const word of new Uint32Array(pixelsOf(canvas).data.buffer)) {
      low = (low ^ word) >>> 0;
      // Times 2^40 + 435, modulo 2^64.
      const product = low * 435;
      high = (Math.imul(high, 435) + Math.floor(product / 2 ** 32) + (low << 8)) >>> 0;
      low = product >>> 0;
    }
  }
  return [high, low].map((half) => half.toString(16).padStart(8, '0')).join('');
}
