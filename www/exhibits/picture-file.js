// Picture files that users bring: whatever the browser can show, within limits.

const BYTES_MOST = 64 << 20;
const PIXELS_MOST = 16 << 20;

/** Calls `use(image, width, height)` with the picture in a file, or throws the sentence that says why not. */
export async function usePicture(file, use) {
  const name = `“${file.name || 'pasted picture'}”`;
  if (file.size > BYTES_MOST) throw new Error(`${name} is larger than 64 MiB; it was not used.`);
  const url = URL.createObjectURL(file);
  try {
    const image = new Image();
    await new Promise((resolve, reject) => {
      Object.assign(image, { onload: resolve, onerror: reject, src: url });
    }).catch(() => {
      throw new Error(`${name} is not a picture that this browser can read. What was there is still there.`);
    });
    const { naturalWidth: width, naturalHeight: height } = image;
    if (width * height > PIXELS_MOST) throw new Error(`${name} has ${((width * height) / 1e6).toFixed(0)} megapixels; at most 16 are used.`);
    if (width * height === 0) throw new Error(`${name} has no size; it was not used.`);
    use(image, width, height);
  } finally {
    URL.revokeObjectURL(url);
  }
}
