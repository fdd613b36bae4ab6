// Light, dark, or what the system asks for.

const system = matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set();
let choice = 'auto';

/** `light` or `dark`: what is shown now. */
export function shownTheme() {
  if (choice !== 'auto') return choice;
  return system.matches ? 'dark' : 'light';
}

export function setTheme(value) {
  choice = value;
  if (value === 'auto') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = value;
  for (const listener of listeners) listener(shownTheme());
}

export function onTheme(listener) {
  listeners.add(listener);
}

system.addEventListener('change', () => setTheme(choice));

export const reducedMotion = () => matchMedia('(prefers-reduced-motion: reduce)').matches;
