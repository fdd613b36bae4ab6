// Sliders along directions in the latent space, and their part of the link: `id:amount,id:amount`.

import { el, icon, setText } from '../shell/dom.js';
import { number } from '../shell/format.js';

const MOST = 4;
const KINDS = { attribute: 'Attributes', principal: 'Principal components' };

/** Amounts by direction; entries that name no direction come back in `left`. */
export function readShift(text, directions) {
  const amounts = {};
  const left = [];
  for (const part of text.split(',').filter(Boolean)) {
    const [id, amount] = part.split(':');
    const value = Number(amount);
    if (directions.some((direction) => direction.id === id) && amount && Number.isFinite(value)) amounts[id] = Math.min(MOST, Math.max(-MOST, value));
    else left.push(part);
  }
  return { amounts, left };
}

export function writeShift(amounts) {
  return Object.entries(amounts)
    .filter(([, amount]) => amount !== 0)
    .map(([id, amount]) => `${id}:${amount}`)
    .join(',');
}

export class ShiftPanel {
  /** `changed(amounts)` follows a slider. */
  constructor(changed) {
    this.changed = changed;
    this.sliders = new Map();
    this.list = el('div', { class: 'sliders' });
    this.reset = el('button', { type: 'button', on: { click: () => this.#use({}) } }, icon('reset'), 'All to zero');
    this.node = el('section', { class: 'panel shift', 'aria-label': 'Directions' }, this.list, this.reset);
  }

  build(directions) {
    this.sliders.clear();
    this.list.replaceChildren(
      ...Object.entries(KINDS).flatMap(([kind, title]) => {
        const own = directions.filter((direction) => direction.kind === kind);
        return own.length ? [el('h3', {}, title), ...own.map((direction) => this.#slider(direction))] : [];
      }),
    );
  }

  show(amounts) {
    this.amounts = amounts;
    for (const [id, { slider, output }] of this.sliders) {
      const amount = amounts[id] ?? 0;
      if (Number(slider.value) !== amount) slider.value = amount;
      setText(output, amount > 0 ? `+${number(amount, 2)}` : number(amount, 2));
    }
    this.reset.disabled = Object.keys(amounts).length === 0;
  }

  #slider({ id, title }) {
    const output = el('output', {}, '0');
    const slider = el('input', {
      type: 'range',
      min: -MOST,
      max: MOST,
      step: 0.1,
      id: `shift-${id}`,
      'aria-label': title,
      data: { direction: id },
      on: { input: () => this.#use({ ...this.amounts, [id]: Number(slider.value) }), dblclick: () => this.#use({ ...this.amounts, [id]: 0 }) },
    });
    slider.value = 0;
    this.sliders.set(id, { slider, output });
    return el('label', { class: 'slider' }, nameOf(title), slider, output);
  }

  #use(amounts) {
    const kept = Object.fromEntries(Object.entries(amounts).filter(([, amount]) => amount !== 0));
    this.show(kept);
    this.changed(kept);
  }
}

/** A title; a colour in it is shown as such. */
function nameOf(title) {
  const [, words, colour] = /^(.*?)\s*(#[0-9a-f]{6})$/i.exec(title) ?? [];
  if (!colour) return el('span', {}, title);
  const chip = el('span', { class: 'chip', title: colour });
  chip.style.background = colour;
  return el('span', {}, `${words.replace(/^colou?r-/, '')} `, chip);
}
