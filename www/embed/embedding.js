// Helpers of the embeds of all demos.

import { FINISHED, RACES_OF_LAB } from '../link/rules.js';
import { count } from '../shell/format.js';

/** Each finished model has a page of its own, `<id>.html`. */
export { FINISHED };

/** Whether a demo is one of the lab. */
export const isOfLab = (demo) => !['', 'race', ...FINISHED].includes(demo);

/** Whether a demo of the lab is a figure, not races. */
export const isFigure = (demo) => isOfLab(demo) && !RACES_OF_LAB.includes(demo);

/** Names in an option, by spaces or commas. */
export const listed = (text) => (text ?? '').split(/[\s,]+/).filter(Boolean);

/** The language of a `lang`; the browser's where that is `auto`. */
export const languageOf = (lang) => (lang === 'auto' ? navigator.language : lang).slice(0, 2).toLowerCase();

/** For a link or picture at `href`: a page that is isolated takes those of another host only where they are asked for by CORS. */
export const corsOf = (href) => (new URL(href, document.baseURI).origin === location.origin ? {} : { crossOrigin: 'anonymous' });

/** Resolves when a style sheet is there, or cannot be. */
export const arrived = (link) =>
  new Promise((done) => {
    link.onload = link.onerror = done;
  });

/** The control of a setting by its key; throws a sentence where there is none. */
export function controlOf({ controls }, key) {
  const control = controls.find((one) => one.key === key);
  if (!control) throw new Error(`There is no setting “${key.slice(0, 40)}”.`);
  return control;
}

/** A number of steps, as a caller gives it, within the limits of the catalogue; throws a sentence where it is none. */
export function stepsOf(value, { steps: most }) {
  const steps = Number(value);
  if (!(Number.isInteger(steps) && steps >= 1 && steps <= most)) throw new Error(`Steps are a whole number from 1 to ${count(most)}.`);
  return steps;
}
