// Canvases that are only painted on, and those that only show. A canvas of the page that shows finished pictures costs the page
// nothing while they do not change; one that is painted on is copied whenever anything on the page changes.

/** A canvas to paint parts on. The page's own kind where there is a page, as only that can go into an SVG. */
export function sheet(width, height) {
  if (typeof document === 'undefined') return new OffscreenCanvas(width, height);
  return Object.assign(document.createElement('canvas'), { width, height });
}

/** Paints `picture` on a sheet of `width` by `height` pixels; returns the bitmap. */
export function bitmapOf(picture, { width, height, ...look }) {
  picture.sheet ??= new OffscreenCanvas(width, height);
  if (picture.sheet.width !== width || picture.sheet.height !== height) Object.assign(picture.sheet, { width, height });
  const context = picture.sheet.getContext('2d');
  context.setTransform(look.density, 0, 0, look.density, 0, 0);
  context.clearRect(0, 0, width, height);
  picture.paint(context, look);
  return picture.sheet.transferToImageBitmap();
}

/** Shows a finished picture: a bitmap, or what was painted on an OffscreenCanvas, which is blank then. */
export function show(canvas, picture) {
  const bitmap = picture.transferToImageBitmap?.() ?? picture;
  const { width, height } = bitmap;
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  canvas.getContext('bitmaprenderer').transferFromImageBitmap(bitmap);
}

/** The pixels that a canvas shows, as `ImageData`. */
export function pixelsOf(canvas) {
  const { width, height } = canvas;
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  context.drawImage(canvas, 0, 0);
  return context.getImageData(0, 0, width, height);
}
