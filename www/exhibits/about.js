// What is said about an exhibit: what to see and why, its equation, the papers, and a sentence for each view.

import { byId, el, setText } from '../shell/dom.js';
import { math } from '../shell/math.js';
import { INPUTS } from './inputs/index.js';

/** Keys of all views that are made of pieces. */
export const KEYS = [
  ['← ↑ → ↓', 'Walk over the pictures, or from view to view'],
  ['Enter', 'Open a picture, or use it'],
  ['Esc', 'Close the open picture'],
];

export function showExhibit({ title, look, equation, sources }) {
  setText(byId('exhibit-title'), title);
  setText(byId('look'), look);
  byId('equation').replaceChildren(equation ? math(equation) : '');
  byId('sources').replaceChildren(...sources.map(({ text, url }) => el('li', {}, el('a', { href: url, rel: 'noopener noreferrer' }, text))));
}

export const showView = ({ says }) => setText(byId('says'), says ?? '');

/** Keys of the page and of its inputs, before those of all pages. */
export function showKeys(keys, { views }) {
  const kinds = new Set(views.filter(({ custom }) => custom === null).flatMap(({ inputs }) => inputs.map(({ kind }) => kind)));
  const own = Object.entries(INPUTS).flatMap(([kind, piece]) => (kinds.has(kind) && 'keys' in piece ? piece.keys : []));
  const row = ([key, what]) => el('div', {}, el('dt', {}, el('kbd', {}, key)), el('dd', {}, what));
  document.querySelector('#help-dialog .keys').prepend(...[...keys, ...own].map(row));
}
