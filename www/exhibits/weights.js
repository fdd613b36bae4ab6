// Cards and weights: fetched with progress, kept in the browser's Cache Storage under their checksum, so that after one
// visit they load without a network. What they contain is judged by Rust; only sizes are bounded here.

import { count } from '../shell/format.js';

const CACHE = 'genzoo-weights';
export const CARD_LIMIT = 4 << 20;
export const WEIGHTS_LIMIT = 64 << 20;

const cardUrl = (id) => new URL(`weights/${id}.json`, document.baseURI).href;
const weightsUrl = (id) => new URL(`weights/${id}.bpk`, document.baseURI).href;
const keptUrl = (sha256) => new URL(`weights/${sha256}.bpk`, document.baseURI).href;

const cards = new Map(); // id -> promise of {text, card}

/** The card of some weights, `{text, card}`; the one kept from an earlier visit where there is no network. */
export function loadCard(id) {
  if (!cards.has(id)) {
    cards.set(
      id,
      fetchCard(id).catch((error) => {
        cards.delete(id);
        throw error;
      }),
    );
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
    text = await (await download(id, cardUrl(id), { what: 'The card', limit: CARD_LIMIT })).text();
  } catch (error) {
    if (!kept || error.status === 404) throw error;
    text = await kept.text();
  }
  return { text, card: parse(text) };
}

/**
 * The file of the weights that a card describes: `{file, fromCache}`, a `Blob`. `progress(received, total)` follows a download.
 * A card that cannot be read has no weights; Rust says what is wrong with it.
 */
export async function loadWeights(id, card, { signal, progress, again = false }) {
  if (!isChecksum(card.sha256)) return { file: new Blob([]), fromCache: false };
  const cache = await openCache();
  const kept = again ? null : await cache?.match(keptUrl(card.sha256)).catch(() => null);
  if (kept) return { file: await kept.blob(), fromCache: true };
  const limit = Number.isSafeInteger(card.bytes) && card.bytes > 0 ? Math.min(card.bytes, WEIGHTS_LIMIT) : WEIGHTS_LIMIT;
  progress(0, limit);
  const file = await download(id, weightsUrl(id), { what: `The file of the weights ${id}`, limit, signal, progress: (received) => progress(received, limit) });
  return { file, fromCache: false };
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
    super(
      status === 404
        ? `The weights ${id} are not on this site. Choose others, or build them: their command stands in the documentation.`
        : `The weights ${id} could not be fetched (the server answered ${status}). Try again later, or choose others.`,
    );
    this.status = status;
  }
}

const offline = (id) => new Error(`The weights ${id} could not be fetched: there is no connection, and no earlier visit has kept them.`);

/** Insecure pages and some private windows have no Cache Storage. */
function openCache() {
  return globalThis.caches?.open(CACHE).catch(() => null);
}

/**
 * A file of at most `limit` bytes, as a `Blob`. A request of this kind tells of its progress while the page touches none of the bytes.
 * @param {string} id  @param {string} url
 * @param {{ what: string, limit: number, signal?: AbortSignal, progress?: (received: number) => void }} options
 * @returns {Promise<Blob>}
 */
function download(id, url, { what, limit, signal, progress = () => {} }) {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const request = new XMLHttpRequest();
    let received = 0;
    request.open('GET', url);
    request.setRequestHeader('cache-control', 'max-age=0'); // a file that the browser has must still be the server's
    request.responseType = 'blob';
    request.onprogress = ({ loaded }) => {
      received = loaded;
      if (received <= limit) return progress(received);
      reject(new Error(`${what} is longer than it should be, ${count(limit)} bytes; it was not used.`));
      return request.abort();
    };
    request.onload = () => (request.status < 300 ? resolve(request.response) : reject(new Refused(request.status, id)));
    request.onerror = () => reject(received > 0 ? new Error(`The download of the weights ${id} broke off. Try again.`) : offline(id));
    signal?.addEventListener('abort', () => {
      reject(signal.reason);
      request.abort();
    });
    request.send();
  });
}

/** What a card says; empty where it is no JSON object. */
export function parse(text) {
  try {
    const card = JSON.parse(text);
    return card && typeof card === 'object' && !Array.isArray(card) ? card : {};
  } catch {
    return {};
  }
}

const isChecksum = (text) => typeof text === 'string' && /^[0-9a-f]{64}$/.test(text);
