// Canvases that nobody sees.

/** A canvas to paint parts on. The page's own kind where there is a page, as only that can go into an SVG. */
export function sheet(width, height) {
  if (typeof document === 'undefined') return new OffscreenCanvas(width, height);
  return Object.assign(document.createElement('canvas'), { width, height });
}

/** What `picture` paints on a sheet of `width` by `height` pixels, as a bitmap. */
export function bitmapOf(picture, { width, height, ...look }) {
  picture.sheet ??= new OffscreenCanvas(width, height);
  if (picture.sheet.width !== width || picture.sheet.height !== height) Object.assign(picture.sheet, { width, height });
  const context = picture.sheet.getContext('2d');
  context.setTransform(look.density, 0, 0, look.density, 0, 0);
  context.clearRect(0, 0, width, height);
  picture.paint(context, look);
  return picture.sheet.transferToImageBitmap();
}
