// Pictures on canvases, at their own size; style sheets scale them.

import { show } from '../draw/sheet.js';
import { t } from '../i18n/strings.js';
import { el } from '../shell/dom.js';

/** A canvas with words for those who do not see it. */
export function picture(label, properties = {}) {
  return el('canvas', { role: 'img', 'aria-label': label, width: 1, height: 1, ...properties });
}

/**
 * Draws picture `index` of `{shape: [n, h, w, 4], data}`.
 * @param {any} canvas  @param {{ shape: number[], data: any }} pictures
 */
export function paint(canvas, { shape: [, height, width], data }, index = 0) {
  const size = height * width * 4;
  const pixels = new Uint8ClampedArray(data.buffer, data.byteOffset + index * size, size);
  const sheet = new OffscreenCanvas(width, height);
  sheet.getContext('2d').putImageData(new ImageData(pixels, width, height), 0, 0);
  show(canvas, sheet);
  canvas.dataset.drawn = 'true';
}

/** Row `index` of `{shape: [n, m], data}`. */
export function row({ shape, data }, index = 0) {
  const size = shape.slice(1).reduce((product, n) => product * n, 1);
  return data.slice(index * size, (index + 1) * size);
}

/** Picture `index` by itself, so that it can be kept without the others. */
export function single({ shape: [, ...rest], data }, index) {
  return { shape: [1, ...rest], data: row({ shape: [1, ...rest], data }, index) };
}

/** Rows of numbers end to end. */
export function rows(list) {
  const out = new Float32Array(list.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of list) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Texts are given in English, as those of `el`. */
export function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, name === 'aria-label' ? t(value) : value);
  node.append(...children.map(t));
  return node;
}
