// How an embedded demo starts, and what is hidden or locked in it, as chips under its code.

import { el } from './dom.js';

/** Parts of a page that can be hidden or locked, as far as a page has them: their names in `data-part`. */
const PARTS = {
  play: 'Play',
  step: 'Step',
  reset: 'Reset',
  counter: 'Step count',
  hash: 'State hash',
  speed: 'Steps per frame',
  device: 'Device',
  settings: 'Settings',
  views: 'Views',
  arenas: 'Arenas',
  objective: 'Objectives',
  charts: 'Charts',
  tools: 'Tools',
  made: 'How it was made',
};
/** Parts that only show something: there is nothing to lock. */
const SHOWN = ['counter', 'hash', 'made'];

const STARTS = [
  ['paused', 'Paused'],
  ['slide', 'With its slide'],
  ['once', 'At once'],
];
const CONTROLS = [
  ['none', 'None'],
  ['minimal', 'Few'],
  ['full', 'All'],
];

export class ShareOptions {
  /** `changed()` is called after each choice. */
  constructor(changed) {
    this.changed = changed;
    this.starts = 'slide';
    this.controls = 'minimal';
    this.lock = new Set();
    this.hide = new Set();
    this.node = el('details', { id: 'share-options', class: 'share-options', on: { toggle: () => this.node.open && this.#build() } }, el('summary', {}, 'Start, controls, locks'));
    this.body = el('div', {});
    this.node.append(this.body);
  }

  /** `{starts, controls, lock, hide}` */
  get chosen() {
    return { starts: this.starts, controls: this.controls, lock: [...this.lock], hide: [...this.hide] };
  }

  /** Chips for what the page has now. */
  #build() {
    const parts = Object.entries(PARTS).filter(([name]) => [...document.querySelectorAll(`[data-part="${name}"]`)].some((node) => !node.closest('[hidden], [data-off]')));
    this.body.replaceChildren(
      this.#one('starts', 'Starts', STARTS),
      this.#one('controls', 'Controls', CONTROLS),
      this.#many(this.lock, 'lock', 'Locked', [['all', 'Everything'], ...parts.filter(([name]) => !SHOWN.includes(name))]),
      this.#many(this.hide, 'hide', 'Hidden', parts),
    );
  }

  #one(name, label, choices) {
    return this.#group(name, label, choices, {
      pressed: (value) => this[name] === value,
      press: (value) => {
        this[name] = value;
      },
    });
  }

  #many(set, name, label, choices) {
    return this.#group(name, label, choices, {
      pressed: (value) => set.has(value),
      press: (value) => {
        if (!set.delete(value)) set.add(value);
      },
    });
  }

  #group(name, label, choices, { pressed, press }) {
    const show = () => {
      for (const chip of chips) chip.setAttribute('aria-pressed', String(pressed(chip.dataset.value)));
    };
    const chips = choices.map(([value, title]) =>
      el(
        'button',
        {
          type: 'button',
          data: { value },
          on: {
            click: () => {
              press(value);
              show();
              this.changed();
            },
          },
        },
        title,
      ),
    );
    show();
    return el(
      'div',
      { class: 'chips' },
      el('span', { id: `share-${name}-title` }, label),
      el('div', { class: 'toggles', role: 'group', id: `share-${name}`, 'aria-labelledby': `share-${name}-title` }, chips),
    );
  }
}
