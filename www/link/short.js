// Long links made short: `q=` with a checksum and the deflated link. Fetched only where there is one to read or to write; `src/runs/settings/short.rs`
// reads the same natively.

import { deflate, inflate } from './deflate.js';
import { HASH_LIMIT, SHORT_KEY } from './rules.js';
import { decode, fnv, formatQuery, fromBase64url, parseQuery, toBase64url, unescaped } from './state.js';

/** What a page reads before anything else stays readable. */
const PLAIN = 'lang';
const SUM_BYTES = 4;
/** A link of fewer characters is better read by people. */
const WORTH = 200;

/** `link` in fewer characters, where it is long and can be; else as it is. */
export async function shortened(link) {
  if (link.length < WORTH || link.length > HASH_LIMIT) return link;
  const pairs = parseQuery(link);
  const language = pairs.get(PLAIN);
  pairs.delete(PLAIN);
  const packed = await deflate(toBytes(pairs));
  const bytes = new Uint8Array(SUM_BYTES + packed.length);
  new DataView(bytes.buffer).setUint32(0, fnv(packed), true);
  bytes.set(packed, SUM_BYTES);
  const short = `${SHORT_KEY}=${toBase64url(bytes)}${language === undefined ? '' : `&${PLAIN}=${language}`}`;
  return short.length < link.length ? short : link;
}

/** The long form of a short link. A short link that was cut or damaged is returned unchanged. */
export async function expand(hash) {
  const pairs = parseQuery(unescaped(hash.replace(/^[#?]/, '')));
  const link = await unpacked(decode(pairs.get(SHORT_KEY) ?? ''));
  if (link === null) return hash;
  pairs.delete(SHORT_KEY);
  return [link, formatQuery(pairs)].filter(Boolean).join('&');
}

async function unpacked(text) {
  if (text.length > HASH_LIMIT) return null;
  try {
    const bytes = fromBase64url(text);
    const packed = bytes.subarray(SUM_BYTES);
    if (new DataView(bytes.buffer).getUint32(0, true) !== fnv(packed)) return null;
    const plain = await inflate(packed, HASH_LIMIT + 1);
    const link = fromBytes(plain);
    return plain.length <= HASH_LIMIT && link.length <= HASH_LIMIT ? link : null;
  } catch {
    return null; // no base64url, or too few bytes
  }
}

/** The link, and behind a zero the bytes of its points as differences, for those of a drawing lie close together. */
function toBytes(pairs) {
  const points = bytesOf(pairs.get('points') ?? '');
  if (points) pairs.delete('points');
  const text = new TextEncoder().encode(formatQuery(pairs));
  if (!points) return text;
  const differences = points.map((byte, at) => byte - (at > 2 ? points[at - 2] : 0));
  return Uint8Array.from([...text, 0, ...differences]);
}

function fromBytes(bytes) {
  const end = bytes.indexOf(0);
  const text = new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
  if (end < 0) return text;
  const points = bytes.slice(end + 1);
  for (let at = 3; at < points.length; at += 1) points[at] += points[at - 2];
  return [text, `points=${toBase64url(points)}`].filter(Boolean).join('&');
}

/** The bytes of base64url that is written as this page writes it, else null. */
function bytesOf(text) {
  try {
    const bytes = fromBase64url(text);
    return bytes.length > 0 && toBase64url(bytes) === text ? bytes : null;
  } catch {
    return null;
  }
}
