// Cards and weights: fetched with progress, kept in the browser's Cache Storage under their checksum, so that after one
// visit they load without a network. What they contain is judged by Rust; only sizes are bounded here.

import { breath } from '../dom.js';
import { count } from '../format.js';

const CACHE = 'genzoo-weights';
const CARD_LIMIT = 4 << 20;
const WEIGHTS_LIMIT = 64 << 20;
const PIECE = 256 << 10; // bytes, after which the page has its turn

const cardUrl = (id) => new URL(`weights/${id}.json`, document.baseURI).href;
const weightsUrl = (id) => new URL(`weights/${id}.bpk`, document.baseURI).href;
const keptUrl = (sha256) => new URL(`weights/${sha256}.bpk`, document.baseURI).href;

const cards = new Map(); // id -> promise of {text, card}

/** The card of some weights, `{text, card}`; the one kept from an earlier visit where there is no network. */
export function loadCard(id) {
  if (!cards.has(id)) {
    cards.set(id, fetchCard(id).catch((error) => { cards.delete(id); throw error; }));
  }
  return cards.get(id);
}

/** Which of these weights the site has; all where it cannot be asked. */
export async function present(ids) {
  const response = await fetch(new URL('weights/index.json', document.baseURI), { cache: 'no-cache' }).catch(() => null);
  const listed = response?.ok ? await response.json().catch(() => null) : null;
  return Array.isArray(listed) ? ids.filter((id) => listed.includes(id)) : ids;
}

async function fetchCard(id) {
  const cache = await openCache();
  const kept = await cache?.match(cardUrl(id)).catch(() => null);
  let text;
  try {
    const response = await fetch(cardUrl(id), { cache: 'no-cache' });
    if (!response.ok) throw new Refused(response.status, id);
    text = new TextDecoder().decode(await readBytes(response, CARD_LIMIT, 'The card'));
  } catch (error) {
    if (!kept || error.status === 404) throw error instanceof Refused ? error : offline(id);
    text = await kept.text();
  }
  return { text, card: parse(text) };
}

/**
 * The bytes of the weights that a card describes: `{bytes, fromCache}`. `progress(received, total)` follows a download.
 * A card that cannot be read has no weights; Rust says what is wrong with it.
 */
export async function loadWeights(id, card, { signal, progress, again = false }) {
  if (!isChecksum(card.sha256)) return { bytes: new Uint8Array(0), fromCache: false };
  const cache = await openCache();
  const kept = again ? null : await cache?.match(keptUrl(card.sha256)).catch(() => null);
  if (kept) return { bytes: new Uint8Array(await kept.arrayBuffer()), fromCache: true };
  const total = Number.isSafeInteger(card.bytes) && card.bytes > 0 ? Math.min(card.bytes, WEIGHTS_LIMIT) : WEIGHTS_LIMIT;
  progress(0, total);
  let response;
  try {
    response = await fetch(weightsUrl(id), { signal, cache: 'no-cache' });
  } catch (error) {
    throw signal.aborted ? error : offline(id);
  }
  if (!response.ok) throw new Refused(response.status, id);
  try {
    const bytes = await readBytes(response, total, `The file of the weights ${id}`, (received) => progress(received, total));
    return { bytes, fromCache: false };
  } catch (error) {
    throw signal.aborted || error.limit ? error : new Error(`The download of the weights ${id} broke off. Try again.`);
  }
}

/** Where the weights of a card are kept, once Rust has accepted them: a place in the Cache Storage, for the worker that has them. */
export const placeOf = (card) => ({ cache: CACHE, url: keptUrl(card.sha256) });

/** Keeps a card beside its weights; those of an older card go. */
export async function keepCard(id, text, card) {
  try {
    const cache = await openCache();
    const old = await cache?.match(cardUrl(id));
    const before = old && parse(await old.text()).sha256;
    if (before && before !== card.sha256) await cache.delete(keptUrl(before));
    await cache?.put(cardUrl(id), new Response(text, { headers: { 'content-type': 'application/json' } }));
  } catch {
    // No room: the next visit downloads again.
  }
}

/** Another try fetches the card anew. */
export function forget(id) {
  cards.delete(id);
}

class Refused extends Error {
  constructor(status, id) {
    super(status === 404 ? `The weights ${id} are not on this site. Choose others, or build them: their command stands in the documentation.`
      : `The weights ${id} could not be fetched (the server answered ${status}). Try again later, or choose others.`);
    this.status = status;
  }
}

const offline = (id) => new Error(`The weights ${id} could not be fetched: there is no connection, and no earlier visit has kept them.`);

/** Insecure pages and some private windows have no Cache Storage. */
function openCache() {
  return globalThis.caches?.open(CACHE).catch(() => null);
}

async function readBytes(response, limit, what, heard = () => {}) {
  const parts = [];
  let [received, taken] = [0, 0];
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    received += value.length;
    if (received > limit) {
      reader.cancel().catch(() => {});
      throw Object.assign(new Error(`${what} is longer than it should be, ${count(limit)} bytes; it was not used.`), { limit });
    }
    parts.push(value);
    heard(received);
    if (received - taken < PIECE) continue;
    taken = received;
    await breath(); // what comes faster than it is taken must not hold the page up
  }
  const bytes = new Uint8Array(received);
  let at = 0;
  for (const part of parts) { bytes.set(part, at); at += part.length; }
  return bytes;
}

function parse(text) {
  try {
    const card = JSON.parse(text);
    return card && typeof card === 'object' && !Array.isArray(card) ? card : {};
  } catch {
    return {};
  }
}

const isChecksum = (text) => typeof text === 'string' && /^[0-9a-f]{64}$/.test(text);
