// The present run as a link, and as code for other pages.

import { shortened } from './short.js';
import { formatQuery, parseQuery, signed, writeLink } from './state.js';

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

const addressOf = (hash) => new URL(hash ? `${location.pathname}#${hash}` : location.pathname, document.baseURI).href;

/** The address of this page with the query. */
export const link = (query) => addressOf(signed(query));

/** The same in as few characters as it can be read from. */
export async function shortLink(query) {
  const short = await shortened(query).catch(() => query); // an old browser cannot deflate
  return short === query ? link(query) : addressOf(short);
}

const here = (file) => new URL(file, document.baseURI).href;
const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

/** What an embedding says beside its demo and settings: `[name, value]`, where it is not as usual. `autoplay` is for a frame. */
function said({ starts = 'slide', controls = 'minimal', lock = [], hide = [] }) {
  const words = { controls: controls === 'minimal' ? '' : controls, hide: hide.join(' '), lock: lock.join(' ') };
  return { words: Object.entries(words).filter(([, value]) => value), autoplay: { paused: '0', once: '1' }[starts], plays: starts === 'once' };
}

/** The address of a frame. */
export function frameAddress(query, demo, options = {}) {
  const { words, autoplay } = said(options);
  const more = formatQuery([...words.map(([key, value]) => [key, encodeURIComponent(value)]), ...(autoplay ? [['autoplay', autoplay]] : [])]);
  return here(`embed.html?${[`demo=${demo}`, bare(query), more].filter(Boolean).join('&')}`);
}

const SNIPPETS = {
  frame: (query, demo, options) => `<iframe title="genzoo" width="100%" height="${HEIGHT}" loading="lazy" sandbox="allow-scripts allow-same-origin allow-downloads"
  src="${escaped(frameAddress(query, demo, options))}"></iframe>`,
  element: (query, demo, options) => `<script type="module" src="${here('genzoo.js')}"></script>
<gen-zoo demo="${demo}"${query && ` settings="${escaped(query)}"`}${attributes(options)} style="height: ${HEIGHT}px"></gen-zoo>`,
  module: (query, demo, options) => `<div id="genzoo" style="height: ${HEIGHT}px"></div>
<script type="module">
  import { mount } from ${JSON.stringify(here('genzoo.js'))};
  mount(document.querySelector('#genzoo'), ${JSON.stringify({ demo, ...(query && { settings: query }), ...Object.fromEntries(said(options).words), ...(said(options).plays && { autoplay: true }) })});
</script>`,
};

/** The demo is an attribute of its own. */
function bare(query) {
  const pairs = parseQuery(query);
  pairs.delete('demo');
  return formatQuery(pairs);
}

/** Attributes of an element. */
function attributes(options) {
  const { words, plays } = said(options);
  return `${words.map(([name, value]) => ` ${name}="${escaped(value)}"`).join('')}${plays ? ' autoplay' : ''}`;
}

/**
 * `kind`: link, frame, element or module.
 * @param {{ starts?: string, controls?: string, lock?: string[], hide?: string[] }} [options] of code: `starts` is `paused`, `slide` (with the slide of its frame) or `once`
 */
export function snippet(kind, query, demo, options = {}) {
  return kind === 'link' ? link(query) : SNIPPETS[kind](bare(query), demo, options);
}
