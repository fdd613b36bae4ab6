// The values of a page's link. Rust alone judges them; what the page itself makes (a drag, a click) is shown at once and
// judged a moment later.

import { edited, expanded, formatQuery, readLink, showLink, writeLink } from '../link/state.js';
import { throttled } from '../shell/dom.js';

const JUDGE_MILLIS = 250;

export class Store {
  #turn = 0;

  /** `resolve(query)` asks Rust; `judged(keys)` follows values that it changed; `said(note)` shows a sentence; `linked(link)` follows the link. */
  constructor({ resolve, judged, said, linked }) {
    this.resolve = resolve;
    this.judged = judged;
    this.said = said;
    this.linked = linked;
    this.values = {};
    this.view = readLink('').view;
    this.judgeSoon = throttled(JUDGE_MILLIS, () =>
      this.#judge()
        .then((keys) => keys?.length && this.judged(keys))
        .catch(() => {}),
    );
  }

  /** Reads a link. */
  async open(hash, controls) {
    this.kinds = new Map(controls.map(({ key, kind }) => [key, kind]));
    const { pairs, view, notes } = readLink(await expanded(hash));
    this.pairs = pairs;
    this.view = view;
    notes.forEach((note) => this.said(note));
    await this.#judge();
  }

  /** Changes that may be wrong, such as a number typed in: shown once Rust has judged them. Resolves to the keys that changed. */
  change(changes) {
    this.pairs = edited(this.pairs, changes);
    return this.#judge();
  }

  /** Changes that the page itself made within the limits. */
  set(changes) {
    this.pairs = edited(this.pairs, changes);
    for (const [key, value] of Object.entries(changes)) this.values[key] = this.#typed(key, value);
    this.judgeSoon();
  }

  setView(key, value) {
    this.view[key] = value;
    this.show();
  }

  show() {
    const link = writeLink(this.query ?? formatQuery(this.pairs), this.view);
    showLink(link);
    if (link !== this.link) this.linked(link);
    this.link = link;
  }

  /** What the link asks for, whether it was judged yet or not. */
  get asked() {
    return formatQuery(this.pairs);
  }

  /** The link as it stands when all changes are judged; it may overtake the judging of one that waits. */
  async settled() {
    const keys = await this.#judge();
    if (keys.length) await this.judged(keys);
  }

  async #judge() {
    this.#turn += 1;
    const turn = this.#turn;
    const asked = this.pairs;
    const { values, query, notes } = await this.resolve(formatQuery(asked));
    if (turn !== this.#turn) return []; // a newer change is on its way
    if (this.pairs !== asked) {
      // The page has moved on; that is judged soon, and must not be undone until then.
      this.query = query;
      this.show();
      return [];
    }
    const keys = Object.keys(values).filter((key) => String(values[key]) !== String(this.values[key]));
    this.values = values;
    this.query = query;
    this.pairs = readLink(query).pairs;
    notes.forEach((note) => this.said(note));
    this.show();
    return keys;
  }

  #typed(key, value) {
    const kind = this.kinds.get(key);
    if (kind === 'int' || kind === 'float') return Number(value);
    if (kind === 'flag') return String(value) === 'true';
    return String(value);
  }
}
