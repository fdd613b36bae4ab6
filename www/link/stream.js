// Streams of bytes that may be longer than they should be.

/** Reads a stream into `parts` until it ends or has more than `most` bytes, and is then given up. Resolves to how many there are. */
export async function readWithin(stream, most, parts) {
  const reader = stream.getReader();
  for (let size = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) return size;
    parts.push(value);
    size += value.length;
    if (size > most) {
      reader.cancel().catch(() => {});
      return size;
    }
  }
}
