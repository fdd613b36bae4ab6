// The present run as a link, and as code for other pages.

import { formatQuery, parseQuery, writeLink } from './state.js';

const HEIGHT = 480;

/** The link of the run with its step and its changes in mid-run. */
export async function withStep({ engine, view }) {
  return writeLink(await engine.query(), view);
}

/** The link of its present settings, for a fresh start. */
export async function short({ engine, session, view }) {
  const { query } = await engine.resolve(formatQuery(session.present()));
  return writeLink(query, view);
}

/** The address of this page with the query. */
export function link(query) {
  return new URL(query ? `${location.pathname}#${query}` : location.pathname, document.baseURI).href;
}

const here = (file) => new URL(file, document.baseURI).href;
const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

const SNIPPETS = {
  frame: (query, demo) => `<iframe title="genzoo" width="100%" height="${HEIGHT}" loading="lazy" sandbox="allow-scripts allow-same-origin"
  src="${escaped(here(`embed.html?${[`demo=${demo}`, query].filter(Boolean).join('&')}`))}"></iframe>`,
  element: (query, demo) => `<script type="module" src="${here('genzoo.js')}"></script>
<gen-zoo demo="${demo}"${query && ` settings="${escaped(query)}"`} style="height: ${HEIGHT}px"></gen-zoo>`,
  module: (query, demo) => `<div id="genzoo" style="height: ${HEIGHT}px"></div>
<script type="module">
  import { mount } from ${JSON.stringify(here('genzoo.js'))};
  mount(document.querySelector('#genzoo'), ${JSON.stringify({ demo, ...(query && { settings: query }) })});
</script>`,
};

/** `kind`: link, frame, element or module. */
export function snippet(kind, query, demo) {
  if (kind === 'link') return link(query);
  const pairs = parseQuery(query);
  pairs.delete('demo'); // it is an attribute of its own
  return SNIPPETS[kind](formatQuery(pairs), demo);
}
