// What a German page still says in English.
import { readFileSync } from 'node:fs';

export const TABLE = JSON.parse(readFileSync(new URL('../../www/i18n/de.json', import.meta.url), 'utf8'));

/** English words that are left on a page: texts that have a translation, and sentences that have none. */
export function english(page, selector = null) {
  return page.evaluate(([table, host]) => {
    const root = host ? document.querySelector(host).shadowRoot : document;
    const top = host ? root.querySelector('.frame') : document.body;
    const found = [];
    const look = (words) => {
      const plain = words.replace(/\s+/g, ' ').trim();
      if ((plain in table && table[plain] !== plain) || /\b(the|of|and|with|is|are|from)\b/.test(plain)) found.push(plain);
    };
    const nodes = document.createTreeWalker(top, NodeFilter.SHOW_TEXT);
    while (nodes.nextNode()) if (!nodes.currentNode.parentNode.closest('script, style, pre, code, math, noscript, textarea, .hash, [lang=en]')) look(nodes.currentNode.data);
    for (const name of ['title', 'aria-label', 'placeholder', 'alt']) for (const node of top.querySelectorAll(`[${name}]`)) look(node.getAttribute(name));
    return found;
  }, [TABLE, selector]);
}
