// The link: `#key=value&key=value`. The engine's keys pass through untouched, for Rust alone judges them;
// the few keys that only the page needs are read and written here.

import { HASH_LIMIT, SHORT_KEY, VIEW_KEYS } from './rules.js';

export { HASH_LIMIT };

/** The page's own values where a link has none. */
const initial = Object.fromEntries(Object.entries(VIEW_KEYS).map(([key, { initial: value }]) => [key, value]));

/** Other values at the start of a page, which its links leave out. */
export function setViewDefaults(values) {
  Object.assign(initial, values);
}

/** Appended by others to count visits: not for us. */
const TRACKING = /^(?:utm_\w+|mtm_\w+|pk_\w+|_hs\w+|mc_[ce]id|fbclid|gclid|gbraid|wbraid|dclid|msclkid|igshid|twclid|ttclid|yclid|_ga|_gl)$/;

/** A link with a value of more characters than this has a checksum: mail and chat cut long ones. */
const LONG = 64;

/** Not settings but the story of a run; a restart leaves them behind. */
const STORY_KEYS = ['step', 'events'];

/** Whether the page knows this value of one of its own keys. */
function isKnown(key, value) {
  const { choices, within } = VIEW_KEYS[key];
  if (!choices) return /^[a-z0-9_,-]*$/.test(value); // ids
  if (choices.includes(value)) return true;
  return Boolean(within) && /^\d{1,7}$/.test(value) && Number(value) >= within[0] && Number(value) <= within[1];
}

/** Splits a hash into the engine's pairs, the page's own values and notes on what was not understood. */
export function readLink(hash) {
  const notes = [];
  let text = unsigned(unescaped(hash.replace(/^[#?]/, '')), notes);
  if (text.length > HASH_LIMIT) {
    const end = text.lastIndexOf('&', HASH_LIMIT);
    text = end < 0 ? '' : text.slice(0, end);
    notes.push(`The link is longer than ${HASH_LIMIT / 1024} KiB; the part beyond that was left out.`);
  }
  const pairs = parseQuery(text);
  for (const key of [...pairs.keys()]) if (TRACKING.test(key)) pairs.delete(key);
  if (pairs.delete(SHORT_KEY)) notes.push('The short link was cut or changed on its way here, so nothing of it can be read: ask for it again.');
  const view = { ...initial };
  for (const key of Object.keys(VIEW_KEYS)) {
    if (!pairs.has(key)) continue;
    const value = decode(pairs.get(key));
    if (isKnown(key, value)) view[key] = value;
    else notes.push(`The link's value for ${key} is not one that this page knows; ${view[key]} is used.`);
    pairs.delete(key);
  }
  return { pairs, view, notes };
}

/** The link for the engine's query and the page's own values; what is at its default is left out. */
export function writeLink(query, view) {
  const own = Object.keys(VIEW_KEYS)
    .filter((key) => view[key] !== initial[key])
    .map((key) => `${key}=${encode(view[key])}`);
  return [query, ...own].filter(Boolean).join('&');
}

/** How often a link may have been escaped once more. */
const ESCAPED_MOST = 3;

/** A link that was escaped once more on its way as it was before: `&amp;` for `&`, or all that separates in percent signs. */
export function unescaped(text) {
  if (text.length > ESCAPED_MOST * HASH_LIMIT) return text;
  let plain = text;
  for (let turn = 0; turn < ESCAPED_MOST && !plain.includes('=') && /%(?:25)*3D/i.test(plain); turn += 1) plain = decode(plain);
  return plain.replace(/&(?:amp;|#0*38;|#x0*26;)+/gi, '&');
}

const SUM = /(^|&)sum=([^&]*)(&|$)/;

const withoutSum = (link) => link.replace(SUM, (_, before, __, after) => (before && after ? '&' : ''));

/** A link for people to pass on: a long one has, before all else, its length and checksum, so that a cut at its end is recognised. */
export function signed(link) {
  const bare = withoutSum(link);
  return bare.split('&').some((part) => part.length > LONG) ? `sum=${sumOf(decode(bare))}&${bare}` : bare;
}

/** The link without length and checksum; where they do not fit, something is noted. What others append is no fault. */
function unsigned(text, notes) {
  const found = SUM.exec(text);
  if (!found) return text;
  const rest = text.slice(found.index + found[0].length);
  const plain = decode(rest);
  const [, , wanted] = found;
  const length = Number(wanted.split('.')[0]);
  if (plain.length < length || !wanted.includes('.')) notes.push('The link was cut at its end on its way here, so some of what it held is missing.');
  else if (sumOf(plain.slice(0, length)) !== wanted) notes.push('The link is not as it was written: something in it may be missing.');
  return withoutSum(text);
}

/** `length.checksum` of a text. */
const sumOf = (text) => `${text.length}.${fnv(Uint16Array.from(text, (letter) => letter.charCodeAt(0))).toString(36)}`;

/** FNV-1a, 32 bits. */
export const fnv = (numbers) => numbers.reduce((sum, number) => Math.imul(sum ^ number, 0x01000193), 0x811c9dc5) >>> 0;

const SHORT = new RegExp(`(^|[#?&;])${SHORT_KEY}(=|%(25)*3D)`, 'i');

/** The long form of a short link. A link that is not short is returned unchanged. */
export const expanded = async (hash) => (SHORT.test(hash) ? (await import('./short.js')).expand(hash) : hash);

/** Shows the link in the address bar without adding a history entry. */
export function showLink(bare) {
  const link = signed(bare);
  if (link === location.hash.slice(1)) return;
  try {
    history.replaceState(null, '', link ? `#${link}` : location.pathname + location.search);
  } catch {
    // Browsers refuse too frequent changes; the next one carries the same facts.
  }
}

/** Values stay percent-encoded, so that nothing is lost between reading a link and passing it on. */
export function parseQuery(text) {
  const pairs = new Map();
  for (const part of text.split('&')) {
    const cut = part.indexOf('=');
    if (cut > 0) pairs.set(part.slice(0, cut), part.slice(cut + 1));
    else if (part) pairs.set(part, '');
  }
  return pairs;
}

/** A key without a value stays without `=`, so that no link grows past its limit by being read. */
export function formatQuery(pairs) {
  return [...pairs].map(([key, value]) => (value === '' ? key : `${key}=${value}`)).join('&');
}

/** A copy with some keys set (value) or removed (null), and without the story of the present run. */
export function edited(pairs, changes) {
  const next = new Map(pairs);
  for (const key of STORY_KEYS) next.delete(key);
  for (const [key, value] of Object.entries(changes)) {
    if (value === null) next.delete(key);
    else next.set(key, encode(value));
  }
  return next;
}

/** A copy without the settings of arena `gone`; those behind it move up. */
export function withoutArena(pairs, gone) {
  const next = new Map();
  for (const [key, value] of pairs) {
    const [, stem, digits] = /^(.*)\.(\d+)$/.exec(key) ?? [];
    const index = Number(digits);
    if (stem === undefined || index < gone) next.set(key, value);
    else if (index > gone) next.set(`${stem}.${index - 1}`, value);
  }
  return next;
}

function encode(value) {
  return encodeURIComponent(String(value)).replace(/%2C/g, ',').replace(/%3A/g, ':').replace(/%7E/g, '~');
}

export function decode(value) {
  try {
    return decodeURIComponent(value);
  } catch {
    return value; // a broken escape: Rust will say what it makes of it
  }
}

/** Bytes as text that a link can carry. */
export function toBase64url(bytes) {
  const text = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** The bytes of such a text; throws where it is none. */
export const fromBase64url = (text) => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
