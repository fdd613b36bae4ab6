// Building elements. Text always becomes text nodes, so nothing that came with a link is ever read as HTML.

import { t } from '../i18n/strings.js';

export { icon, sprite } from './icons.js';

const PIECE_MILLIS = 4;

/** The element of a page that has it. @returns {any} of the kind that it is there */
export const byId = (id) => document.getElementById(id);

/** Attributes that people read. */
const READ = ['title', 'aria-label', 'placeholder', 'alt', 'textContent'];

/**
 * `el('button', { class: 'x', data: {key: 1}, on: { click } , 'aria-label': 'y' }, child, 'text')`.
 * Properties that the element knows (`value`, `checked`) are set as such, others as attributes.
 * Texts are given in English and shown in the language of the page.
 */
export function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (let [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (READ.includes(name)) value = t(value);
    if (name === 'on') for (const [type, handler] of Object.entries(value)) node.addEventListener(type, handler);
    else if (name === 'data') Object.assign(node.dataset, value);
    else if (name === 'class') node.className = value;
    else if (name in node && !name.includes('-') && name !== 'list') node[name] = value;
    else node.setAttribute(name, value);
  }
  node.append(
    ...children
      .flat()
      .filter((child) => child !== null && child !== undefined && child !== false)
      .map(t),
  );
  return node;
}

/** Swaps text only when it differs: screen readers repeat every change of a live region. */
export function setText(node, english) {
  const text = t(english);
  if (node.textContent !== text) node.textContent = text;
}

/** Describes a picture for screen readers. */
export const setLabel = (node, text) => node.setAttribute('aria-label', t(text));

/** Scrolls a row so that `item` is in the middle of it. An observer asks for places when the page is laid out anyway. */
export function centre(row, item) {
  const placed = new ResizeObserver(() => {
    placed.disconnect();
    row.scrollLeft = item.offsetLeft - row.offsetLeft - (row.clientWidth - item.offsetWidth) / 2;
  });
  placed.observe(item);
}

/** Calls `action` at most once per `millis`, always with the last arguments. */
export function throttled(millis, action) {
  let timer = null;
  let latest;
  let last = -Infinity;
  const run = () => {
    timer = null;
    last = performance.now();
    action(...latest);
  };
  return (...args) => {
    latest = args;
    if (timer === null) timer = setTimeout(run, Math.max(0, last + millis - performance.now()));
  };
}

/** Yields to the event loop: the code after it runs in another task. */
export const nextTask = () =>
  globalThis.scheduler?.yield?.() ??
  new Promise((resolve) => {
    setTimeout(resolve);
  });

/** For long work in small pieces: `await` the returned function after each piece; it yields when the time of a task is up. */
export function pieces() {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < PIECE_MILLIS) return;
    await nextTask();
    since = performance.now();
  };
}

/** The next animation frame, or soon anyway where none comes (a hidden tab). */
export function nextFrame() {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, 300);
    requestAnimationFrame(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
