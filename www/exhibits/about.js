// What is said about an exhibit: what to see and why, its equation, the papers, and a sentence for each view.

import { byId, el, setText } from '../shell/dom.js';
import { math } from '../shell/math.js';

/** Keys of all views that are made of pieces. */
const KEYS = [
  ['← ↑ → ↓', 'Walk over the pictures, or from view to view'],
  ['Enter', 'Open a picture, or use it'],
  ['Esc', 'Close the open picture'],
];

/** Keys of inputs, by their kind. */
const INPUT_KEYS = {
  plane: [
    ['← ↑ → ↓', 'Move over the map, with Shift in large steps'],
    ['Home', 'Back to the middle of the map'],
  ],
  image: [
    ['Arrows', 'On the pad: move a cursor, finely with Shift'],
    ['Space', 'On the pad: put the pen down, or lift it'],
    ['Ctrl V', 'Put the picture in the clipboard on the pad'],
  ],
};

/** Keys of an exhibit whose views are made of pieces. */
export function keysOf({ views }) {
  const kinds = new Set(views.flatMap(({ inputs }) => inputs.map(({ kind }) => kind)));
  return [...KEYS, ...Object.entries(INPUT_KEYS).flatMap(([kind, keys]) => (kinds.has(kind) ? keys : []))];
}

export function showExhibit({ title, look, equation, sources }) {
  setText(byId('exhibit-title'), title);
  setText(byId('look'), look);
  byId('equation').replaceChildren(equation ? math(equation) : '');
  byId('sources').replaceChildren(...sources.map(({ text, url }) => el('li', {}, el('a', { href: url, rel: 'noopener noreferrer' }, text))));
}

export const showView = ({ says }) => setText(byId('says'), says ?? '');

/** Keys of the page, before those of all pages. */
export const showKeys = (keys) =>
  document.querySelector('#help-dialog .keys').prepend(...keys.map(([key, what]) => el('div', {}, el('dt', {}, el('kbd', {}, key)), el('dd', {}, what))));
