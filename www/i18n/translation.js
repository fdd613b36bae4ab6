// English to another language: whole texts, texts with gaps, and sequences of sentences.

/** Resolves to the German table. */
export async function load() {
  const response = await fetch(new URL('./de.json', import.meta.url));
  if (!response.ok) throw new Error(`The German texts could not be fetched (the server answered ${response.status}).`);
  return new Translation(await response.json());
}

const ATTRIBUTES = ['title', 'aria-label', 'placeholder', 'alt'];
const escaped = (text) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
export const hasWords = (text) => /\p{L}{2}/u.test(text);
/** Between two sentences. */
const SENTENCES = /(?<=[.!?…]”?) (?=[\p{Lu}“{])/u;
/** A pattern that begins with a gap and has fewer literal characters than this, such as a number with its unit, must not match a sentence. */
const SHORT = 8;

function pattern(key, literal) {
  const gap = key.startsWith('{}') && literal < SHORT ? '([^\\p{L}]*?|\\S*?)' : '(.*?)';
  // Of two gaps side by side, the second begins with a comma.
  return new RegExp(`^${key.split('{}').map(escaped).join(gap).replaceAll('(.*?)(.*?)', '([^,]*)(.*?)')}$`, 'su');
}

export class Translation {
  #patterns;

  /** `table`: text by English text. `{}` is a gap; `{2}` in the translation is the second one, where their order differs. */
  constructor(table) {
    this.table = new Map(Object.entries(table));
    const literal = (text) => text.replaceAll('{}', '').trim().length;
    this.#patterns = [...this.table.keys()]
      .filter((key) => key.includes('{}'))
      .sort((a, b) => literal(b) - literal(a))
      .map((key) => [pattern(key, literal(key)), this.table.get(key)]);
  }

  /** The translation of `text`; undefined where there is none. What fills a gap is translated in its turn. */
  say(text) {
    return typeof text === 'string' && hasWords(text) ? this.#whole(text).said : undefined;
  }

  /** Whether all of `text` has a translation. */
  knows(text) {
    return this.#whole(text).all;
  }

  /** `{said, all}`: the translation, and whether nothing was left as it is. */
  #whole(text) {
    const [, before, core, after] = /^(\s*)(.*?)(\s*)$/s.exec(text);
    const { said, all } = this.#core(core.replace(/\s+/g, ' '));
    return { said: said === undefined ? said : before + said + after, all };
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
    for (const [expression, translated] of this.#patterns) {
      const found = expression.exec(text);
      if (!found) continue;
      const gaps = found.slice(1).map((gap) => ({ gap, ...this.#whole(gap) }));
      let next = 0;
      const said = translated.replace(/\{(\d?)\}/g, (_, place) => {
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
      let end = parts.length;
      while (end > at + 1 && !this.table.has(run(end))) end -= 1;
      const one = end - at === parts.length ? {} : this.#core(run(end));
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
