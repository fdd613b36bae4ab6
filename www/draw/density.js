// How many pixels of the screen there are to one of the page. It changes when a window moves to another screen.

const MOST = 2; // more is not seen
const listeners = new Set();
let known = 0;

export const density = () => Math.min(MOST, devicePixelRatio || 1);

function look() {
  if (known === devicePixelRatio) return;
  watch();
  for (const listener of listeners) listener();
}

/** Not every browser reports every change to a query; most also resize the window. */
function watch() {
  if (!known) addEventListener('resize', look);
  known = devicePixelRatio;
  matchMedia(`(resolution: ${known}dppx)`).addEventListener('change', look, { once: true });
}

/** Calls `listener` after each change; returns what ends that. */
export function onDensity(listener) {
  if (!known) watch();
  listeners.add(listener);
  return () => listeners.delete(listener);
}
