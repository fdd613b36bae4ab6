// Which films this browser can encode: what it is asked for by kind of file, the best first.

/** Pixels of a picture up to which the lower level of each codec reaches; the higher one goes four times as far. */
const LARGE = 1 << 21;

/** `[name, codec of the library, codec of the browser, that of a large picture]` */
const CODECS = {
  mp4: [
    ['H.264', 'avc', 'avc1.640028', 'avc1.640033'],
    ['H.264', 'avc', 'avc1.42e028', 'avc1.42e033'],
    ['AV1', 'av1', 'av01.0.08M.08', 'av01.0.13M.08'],
  ],
  webm: [
    ['VP9', 'vp9', 'vp09.00.40.08', 'vp09.00.51.08'],
    ['VP8', 'vp8', 'vp8', 'vp8'],
    ['AV1', 'av1', 'av01.0.08M.08', 'av01.0.13M.08'],
  ],
};

/** Encoders take pixels in pairs. */
export const even = ({ width, height }) => ({ width: width + (width % 2), height: height + (height % 2) });

/** `{name, codec, fullCodecString}` for a film of this size in a file of `kind`, or null where this browser encodes none. */
export async function encodable(kind, size) {
  const { width, height } = even(size);
  for (const [name, codec, small, large] of CODECS[kind]) {
    const fullCodecString = width * height > LARGE ? large : small;
    const { supported = false } = (await globalThis.VideoEncoder?.isConfigSupported({ codec: fullCodecString, width, height }).catch(() => null)) ?? {};
    if (supported) return { name, codec, fullCodecString };
  }
  return null;
}
