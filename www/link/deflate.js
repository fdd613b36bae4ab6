// Deflated bytes, by the browser's own streams.

import { readWithin } from './stream.js';

/** @param {Uint8Array<ArrayBuffer>} bytes */
export async function deflate(bytes) {
  const packed = new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

/** Inflates bytes, to `most` bytes at the most. Where their end is missing, the bytes before it are returned. */
export async function inflate(packed, most) {
  const stream = new DecompressionStream('deflate-raw');
  const writer = stream.writable.getWriter();
  const parts = [];
  const reading = readWithin(stream.readable, most, parts).catch(() => {}); // cut off: what was read before counts
  await writer.write(packed).catch(() => {});
  await new Promise((resolve) => {
    setTimeout(resolve);
  }); // closing an unfinished stream throws away what nobody has read yet
  writer.close().catch(() => {});
  await reading;
  return new Uint8Array(await new Blob(parts).arrayBuffer()).subarray(0, most);
}
