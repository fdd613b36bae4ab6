// What stands for A, B, C and D: samples of the wall by index, or `seed:index` where they come from another seed.
// Without a semicolon each entry is one letter; with semicolons each part is a set.

import { LETTERS } from '../shell/colour.js';

const INDEX_MOST = 9999;
const SEED_MOST = 4294967295;

/** `{sets: [[{seed, index}] x 4], notes}` */
export function readPicks(text, seed) {
  const notes = [];
  const entry = (part) => {
    const [, own, index] = /^(?:(\d+):)?(\d+)$/.exec(part.trim()) ?? [];
    if (index === undefined || Number(index) > INDEX_MOST || Number(own ?? 0) > SEED_MOST) {
      notes.push(`The link's picks name “${part.slice(0, 24)}”, which is no sample; it was left out.`);
      return null;
    }
    return { seed: own === undefined ? seed : Number(own), index: Number(index) };
  };
  const list = (part) =>
    part
      .split(',')
      .filter((one) => one.trim())
      .map(entry)
      .filter(Boolean);
  const parts = text.includes(';') ? text.split(';').map(list) : list(text).map((one) => [one]);
  if (parts.length > LETTERS.length) notes.push('The link names more than four picks; A to D are used.');
  return { sets: Array.from(LETTERS, (_, nth) => parts[nth] ?? []), notes };
}

export function writePicks(sets, seed) {
  const entry = (pick) => (pick.seed === seed ? String(pick.index) : `${pick.seed}:${pick.index}`);
  const filled = sets.slice(0, sets.findLastIndex((set) => set.length > 0) + 1);
  if (filled.every((set) => set.length === 1)) return filled.map(([pick]) => entry(pick)).join(',');
  const text = filled.map((set) => set.map(entry).join(',')).join(';');
  return text.includes(';') ? text : `${text};`;
}

/** Picks that are named by index alone keep their pictures when the seed changes. */
export function pinPicks(text, from, to) {
  return text ? writePicks(readPicks(text, from).sets, to) : text;
}

export const samePick = (a, b) => a.seed === b.seed && a.index === b.index;
