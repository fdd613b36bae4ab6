// Light, dark, or what the system asks for: of the page, or of one embedded race in it.

const system = matchMedia('(prefers-color-scheme: dark)');
let systemShows = system.matches ? 'dark' : 'light'; // kept: asking may make the browser lay out the page
system.addEventListener('change', () => {
  systemShows = system.matches ? 'dark' : 'light';
});

/** Paper is light, whatever the screen shows. */
const paper = matchMedia('print');
let printing = paper.matches;

export class Theme {
  #listeners = new Set();
  #choice = 'auto';

  /** Whether what is painted must be there before the listener returns: a printer does not wait. */
  atOnce = false;

  /** `node` carries the choice for the style sheets. */
  constructor(node) {
    this.node = node;
    system.addEventListener('change', this);
    paper.addEventListener('change', this);
    addEventListener('beforeprint', this);
    addEventListener('afterprint', this);
  }

  /** `light` or `dark`: what is shown now. */
  get shown() {
    if (printing) return 'light';
    return this.#choice === 'auto' ? systemShows : this.#choice;
  }

  set(choice) {
    this.#choice = choice;
    this.handleEvent();
  }

  on(listener) {
    this.#listeners.add(listener);
  }

  /** @param {Event} [event] of the system or of a printer */
  handleEvent(event) {
    if (event?.type === 'beforeprint' || event?.type === 'afterprint') printing = event.type === 'beforeprint';
    else if (event?.target === paper) printing = paper.matches;
    const choice = printing ? 'light' : this.#choice;
    if (choice === 'auto') delete this.node.dataset.theme;
    else this.node.dataset.theme = choice;
    this.atOnce = printing;
    for (const listener of this.#listeners) listener(this.shown);
  }

  remove() {
    system.removeEventListener('change', this);
    paper.removeEventListener('change', this);
    removeEventListener('beforeprint', this);
    removeEventListener('afterprint', this);
  }
}

export const pageTheme = new Theme(document.documentElement);
export const setTheme = (choice) => pageTheme.set(choice);

export const reducedMotion = () => matchMedia('(prefers-reduced-motion: reduce)').matches;
