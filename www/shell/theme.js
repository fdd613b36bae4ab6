// Light, dark, or what the system asks for: of the page, or of one embedded race in it.

const system = matchMedia('(prefers-color-scheme: dark)');
let systemShows = system.matches ? 'dark' : 'light'; // kept: asking may make the browser lay out the page
system.addEventListener('change', () => {
  systemShows = system.matches ? 'dark' : 'light';
});

export class Theme {
  #listeners = new Set();
  #choice = 'auto';

  /** `node` carries the choice for the style sheets. */
  constructor(node) {
    this.node = node;
    system.addEventListener('change', this);
  }

  /** `light` or `dark`: what is shown now. */
  get shown() {
    return this.#choice === 'auto' ? systemShows : this.#choice;
  }

  set(choice) {
    this.#choice = choice;
    if (choice === 'auto') delete this.node.dataset.theme;
    else this.node.dataset.theme = choice;
    this.handleEvent();
  }

  on(listener) {
    this.#listeners.add(listener);
  }

  handleEvent() {
    for (const listener of this.#listeners) listener(this.shown);
  }

  remove() {
    system.removeEventListener('change', this);
  }
}

export const pageTheme = new Theme(document.documentElement);
export const setTheme = (choice) => pageTheme.set(choice);

export const reducedMotion = () => matchMedia('(prefers-reduced-motion: reduce)').matches;
