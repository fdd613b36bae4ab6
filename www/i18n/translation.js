// English to another language: whole texts, texts with gaps, and sequences of sentences.

/** Resolves to the German table. */
export async function load() {
  const response = await fetch(new URL('./de.json', import.meta.url));
  if (!response.ok) throw new Error(`The German texts could not be fetched (the server answered ${response.status}).`);
  return new Translation(await response.json());
}

const ATTRIBUTES = ['title', 'aria-label', 'placeholder', 'alt'];
export const hasWords = (text) => /\p{L}{2}/u.test(text);
/** Between two sentences. */
const SENTENCES = /(?<=[.!?…]”?) (?=[\p{Lu}“{])/u;
/** A pattern that begins with a gap and has fewer literal characters than this, such as a number with its unit, must not match a sentence. */
const SHORT = 8;
/** A longer text is none of the page's. */
const LONGEST = 4000;
/** How many parts of one text are looked up: no text of the page has as many. */
const MOST_PARTS = 300;

const literal = (text) => text.replaceAll('{}', '').trim().length;

/** A text with gaps. It is matched from left to right without ever going back, so that no text takes long. */
class Pattern {
  constructor(key, translated) {
    this.parts = key.split('{}');
    this.translated = translated;
    this.short = key.startsWith('{}') && literal(key) < SHORT;
  }

  /** What fills the gaps, each with as little as possible; null where the text is another. */
  gaps(text) {
    const { parts } = this;
    const [first, last] = [parts[0], parts[parts.length - 1]];
    const end = text.length - last.length;
    if (end < first.length || !text.startsWith(first) || !text.endsWith(last)) return null;
    const gaps = [];
    let at = first.length;
    let beside = false;
    const take = (to) => {
      const gap = text.slice(at, to);
      // Of two gaps side by side, the second begins with a comma.
      const comma = beside ? gap.indexOf(',') : -1;
      const cut = comma < 0 ? gap.length : comma;
      gaps.push(...(beside ? [gap.slice(0, cut), gap.slice(cut)] : [gap]));
      beside = false;
    };
    for (const part of parts.slice(1, -1)) {
      if (part === '') {
        beside = true;
        continue;
      }
      const found = text.indexOf(part, at);
      if (found < 0 || found + part.length > end) return null;
      take(found);
      at = found + part.length;
    }
    take(end);
    return this.short && !gaps.every((gap) => /^(\P{L}*|\S*)$/u.test(gap)) ? null : gaps;
  }
}

export class Translation {
  #patterns;
  #known = new Map(); // parts of the text that is being translated, and what they are
  #mostTogether; // sentences in one text of the table

  /** `table`: text by English text. `{}` is a gap; `{2}` in the translation is the second one, where their order differs. */
  constructor(table) {
    this.table = new Map(Object.entries(table));
    const keys = [...this.table.keys()];
    this.#mostTogether = Math.max(...keys.map((key) => key.split(SENTENCES).length));
    this.#patterns = keys
      .filter((key) => key.includes('{}'))
      .sort((a, b) => literal(b) - literal(a))
      .map((key) => new Pattern(key, this.table.get(key)));
  }

  /** The translation of `text`; undefined where there is none. What fills a gap is translated in its turn. */
  say(text) {
    return typeof text === 'string' && text.length <= LONGEST && hasWords(text) ? this.#all(text).said : undefined;
  }

  /** Whether all of `text` has a translation. */
  knows(text) {
    return this.#all(text).all;
  }

  #all(text) {
    this.#known.clear();
    return this.#whole(text);
  }

  /** `{said, all}`: the translation, and whether nothing was left as it is. */
  #whole(text) {
    const core = text.trim();
    const before = text.slice(0, text.length - text.trimStart().length);
    const after = core && text.slice(text.trimEnd().length);
    const { said, all } = this.#part(core.replace(/\s+/g, ' '));
    return { said: said === undefined ? said : before + said + after, all };
  }

  /** A part is looked up once, however often it comes. */
  #part(text) {
    if (!this.#known.has(text)) {
      if (this.#known.size >= MOST_PARTS) return { said: undefined, all: false };
      this.#known.set(text, { said: undefined, all: false }); // a part of itself is none
      this.#known.set(text, this.#core(text));
    }
    return this.#known.get(text);
  }

  #core(text) {
    if (!hasWords(text)) return { said: text, all: true };
    if (this.table.has(text)) return { said: this.table.get(text), all: true };
    const filled = this.#fill(text);
    if (filled?.all) return filled;
    const joined = this.#sentences(text);
    return joined?.all ? joined : (filled ?? joined ?? { said: undefined, all: false });
  }

  /** The first pattern whose gaps are all known, else the first. */
  #fill(text) {
    let first = null;
    for (const pattern of this.#patterns) {
      const found = pattern.gaps(text);
      if (!found) continue;
      const gaps = found.map((gap) => ({ gap, ...this.#whole(gap) }));
      let next = 0;
      const said = pattern.translated.replace(/\{(\d?)\}/g, (_, place) => {
        const { gap, said: known } = gaps[place ? place - 1 : next++];
        return known ?? gap;
      });
      if (gaps.every(({ all }) => all)) return { said, all: true };
      first ??= { said, all: false };
    }
    return first;
  }

  /** Sentence by sentence; the table has some of them together. */
  #sentences(text) {
    const parts = text.split(SENTENCES);
    if (parts.length < 2) return null;
    const said = [];
    let known = 0;
    for (let at = 0; at < parts.length; ) {
      const run = (end) => parts.slice(at, end).join(' ');
      let end = Math.min(parts.length, at + this.#mostTogether);
      while (end > at + 1 && !this.table.has(run(end))) end -= 1;
      const one = end - at === parts.length ? {} : this.#part(run(end));
      known += one.said === undefined ? 0 : 1;
      said.push({ said: one.said ?? run(end), all: one.all });
      at = end;
    }
    return known === 0 ? null : { said: said.map((one) => one.said).join(' '), all: said.every(({ all }) => all) };
  }

  /** Translates the texts already in a page. */
  translate(page) {
    page.documentElement.lang = 'de';
    const texts = page.createTreeWalker(page, NodeFilter.SHOW_TEXT, ({ parentNode }) =>
      parentNode.matches('script, style') ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT,
    );
    while (texts.nextNode()) {
      const { currentNode: node } = texts;
      node.data = this.say(node.data) ?? node.data;
    }
    for (const name of ATTRIBUTES) {
      for (const node of page.querySelectorAll(`[${name}]`)) node.setAttribute(name, this.say(node.getAttribute(name)) ?? node.getAttribute(name));
    }
  }
}
