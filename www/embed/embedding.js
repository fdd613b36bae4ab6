// What embeds of all demos have in common.

import { EXHIBITS } from '../exhibits/list.js';

/** Demos of finished models: each has a page of its own, `<id>.html`. */
export const FINISHED = EXHIBITS;

/** Whether a demo is one of the lab. */
export const isOfLab = (demo) => !['', 'race', ...FINISHED].includes(demo);

/** Whether a demo of the lab is a figure, not races. */
export const isFigure = (demo) => isOfLab(demo) && !['failures', 'members'].includes(demo);

/** Names in an option, by spaces or commas. */
export const listed = (text) => (text ?? '').split(/[\s,]+/).filter(Boolean);

/** The language of a `lang`; the browser's where that is `auto`. */
export const languageOf = (lang) => (lang === 'auto' ? navigator.language : lang).slice(0, 2).toLowerCase();

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

/** A number of steps, as a caller gives it; throws a sentence where it is none. */
export function stepsOf(value) {
  const steps = Number(value);
  if (!(Number.isInteger(steps) && steps >= 1 && steps <= STEPS_MAX)) throw new Error('Steps are a whole number from 1 to 1,000,000.');
  return steps;
}

const STEPS_MAX = 1_000_000;
