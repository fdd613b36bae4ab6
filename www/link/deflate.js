// Deflated bytes, by the browser's own streams.

/** @param {Uint8Array<ArrayBuffer>} bytes */
export async function deflate(bytes) {
  const packed = new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

/** What there is of deflated bytes, `most` of them, also where their end is missing. */
export async function inflate(packed, most) {
  const stream = new DecompressionStream('deflate-raw');
  const writer = stream.writable.getWriter();
  const reader = stream.readable.getReader();
  const parts = [];
  let length = 0;
  const reading = (async () => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      parts.push(value);
      length += value.length;
      if (length > most) return reader.cancel();
    }
  })().catch(() => {}); // cut off: what was read before counts
  await writer.write(packed).catch(() => {});
  await new Promise((resolve) => {
    setTimeout(resolve);
  }); // closing an unfinished stream throws away what nobody has read yet
  writer.close().catch(() => {});
  await reading;
  return new Uint8Array(await new Blob(parts).arrayBuffer()).subarray(0, most);
}
