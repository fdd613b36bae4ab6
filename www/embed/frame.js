// The content of a <gen-zoo> of a finished model: a shadow root with the page of the model in a frame. Such a page works on
// its whole document, so it gets one.

import { el } from '../shell/dom.js';
import { corsOf } from './embedding.js';
import { CALLS, EVENTS } from '../link/messages.js';
import { Poster } from './poster.js';
import { connect } from './remote.js';
import { Theme } from '../shell/theme.js';

const STYLES = [new URL('../shell/style.css', import.meta.url), new URL('./embed.css', import.meta.url)];
const ISOLATED = ' This page is isolated: embed.html needs the headers “Cross-Origin-Embedder-Policy: require-corp” and “Cross-Origin-Resource-Policy: cross-origin”.';
const LOST_MILLIS = 5000; // after which a frame that has loaded should have said something

export class Stage {
  constructor(host) {
    this.host = host;
    this.shadow = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
    this.theme = new Theme(host);
    this.theme.set(host.getAttribute('theme') ?? 'auto');
    this.poster = new Poster(host.getAttribute('poster'));
    this.frame = el('div', { class: 'frame', dir: 'ltr' }, this.poster.node);
    this.shadow.replaceChildren(...STYLES.map(({ href }) => el('link', { rel: 'stylesheet', ...corsOf(href), href })), this.frame);
  }

  /** Resolves to itself when there is something to see in the frame; errors are shown there too. */
  async start({ play }) {
    this.#open(play);
    await this.#opened();
    return this;
  }

  #open(play) {
    const said = () => this.poster.say(`The page of this demo does not answer.${crossOriginIsolated ? ISOLATED : ''}`);
    this.iframe = el('iframe', {
      title: 'genzoo',
      class: 'page',
      credentialless: crossOriginIsolated, // where a browser knows that, a page that is isolated takes a frame without headers
      src: this.#address(play),
      on: {
        load: () => {
          this.lost = setTimeout(said, LOST_MILLIS);
        },
      },
    });
    this.frame.prepend(this.iframe);
    this.remote = connect(this.iframe);
    for (const type of EVENTS) {
      this.remote.addEventListener(type, (/** @type {CustomEvent} */ { detail }) => {
        if (type === 'link') this.link = detail;
        if (type !== 'ready') this.#tell(type, detail);
      });
    }
  }

  /** Resolves when the present frame shows something, or the one that has taken its place meanwhile. */
  async #opened() {
    /** @type {any} with the methods of CALLS */
    const remote = this.remote;
    const { state, error } = await remote.state().then(
      (now) => ({ state: now }),
      (why) => ({ error: why }),
    );
    if (remote !== this.remote) return this.#opened();
    clearTimeout(this.lost);
    this.poster.hide();
    if (error) throw error;
    return this.#tell('ready', state);
  }

  /** The host's attributes have changed: another frame goes on from the same link. */
  adjust() {
    this.theme.set(this.host.getAttribute('theme') ?? 'auto');
    if (!this.remote) return;
    this.#end();
    this.#open(false);
    this.#opened().catch(() => {}); // the frame says why
  }

  /** The frame knows where it lies, but not whether the host's styles show it at all. */
  show(near) {
    if (this.iframe) this.iframe.hidden = !near;
  }

  /** The page in the frame sees by itself that it is left. */
  park() {}

  remove() {
    this.#end();
    this.theme.remove();
  }

  #end() {
    clearTimeout(this.lost);
    this.remote?.close();
    this.iframe?.remove();
  }

  #address(play) {
    const { host } = this;
    const own = { controls: host.controls, hide: host.getAttribute('hide'), lock: host.getAttribute('lock'), lang: host.language, autoplay: play ? '1' : null };
    const options = Object.entries(own)
      .filter(([, value]) => value)
      .map(([key, value]) => `&${key}=${encodeURIComponent(value)}`);
    const link = this.link === undefined ? host.link : host.complete(this.link.replace(/(^|&)(theme|lang)=[^&]*/g, ''));
    return new URL(`../embed.html?${link}${options.join('')}`, import.meta.url).href;
  }

  #tell(type, detail) {
    this.host.dispatchEvent(new CustomEvent(type, { detail }));
  }

  static {
    for (const call of CALLS)
      Stage.prototype[call] = function ask(...args) {
        return this.remote[call](...args);
      };
  }
}
