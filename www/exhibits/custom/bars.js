// The softmax that the next pixel is drawn from: a bar per level and channel. Pressing one forces that level.

import { t } from '../../i18n/strings.js';
import { el, setLabel, setText } from '../../shell/dom.js';
import { percent } from '../../shell/format.js';
import { row } from '../picture.js';

const NAMES = { 1: [''], 3: ['Red', 'Green', 'Blue'] };

/** A level as it is shown, from 0 to 255. */
export const shade = (level, levels) => Math.round((255 * level) / (levels - 1));

export class Bars {
  /** `choose(channel, level)` follows a press. */
  constructor(choose) {
    this.choose = choose;
    this.node = el('div', { class: 'softmax' });
  }

  build(colours, levels) {
    this.levels = levels;
    this.channels = NAMES[colours].map((name, channel) => {
      const bars = Array.from({ length: levels }, (_, level) => this.#bar(name, channel, level));
      const words = el('p', { class: 'hint', data: { words: channel } });
      const group = el(
        'div',
        { class: 'bars', role: 'group', 'aria-label': `${name} levels`.trim(), on: { keydown: (event) => walk(event, bars) } },
        bars.map(({ node }) => node),
      );
      group.style.setProperty('--levels', levels);
      return { name, bars, words, node: el('div', { class: 'channel', data: { channel } }, group, words) };
    });
    this.node.replaceChildren(...this.channels.map(({ node }) => node));
  }

  show({ probabilities, drawn, chosen, forced, next }) {
    const done = next.data.length === 0;
    this.channels.forEach(({ name, bars, words }, channel) => {
      const [model, tempered] = [probabilities, drawn].map((all) => (done ? [] : row(all, channel)));
      const choice = done ? -1 : chosen.data[channel];
      const isForced = !done && forced.data[channel] === 1;
      const most = Math.max(...model, ...tempered, 1e-9);
      bars.forEach(({ node, ghost, fill }, level) => {
        ghost.style.height = `${(100 * (model[level] ?? 0)) / most}%`;
        fill.style.height = `${(100 * (tempered[level] ?? 0)) / most}%`;
        node.disabled = done;
        node.tabIndex = level === Math.max(0, choice) ? 0 : -1;
        node.dataset.chosen = level === choice;
        node.dataset.probability = tempered[level] ?? '';
        node.setAttribute('aria-pressed', String(isForced && level === choice));
        node.title = t(done ? '' : `Level ${level}: ${percent(tempered[level])}, the model says ${percent(model[level])}`);
        setLabel(node, done ? `Level ${level}` : `${name} level ${level}, ${percent(tempered[level])}`.trim());
      });
      const how = isForced ? 'forced by you, the model gave it' : 'will be drawn, with';
      setText(words, done ? '' : `${name ? `${name}: level` : 'Level'} ${choice} ${how} ${percent(isForced ? model[choice] : tempered[choice])}`);
    });
  }

  #bar(name, channel, level) {
    const ghost = el('span', { class: 'ghost' });
    const fill = el('span', { class: 'fill' });
    const swatch = el('span', { class: 'swatch-level' });
    const value = shade(level, this.levels);
    swatch.style.background = name ? `rgb(${['Red', 'Green', 'Blue'].map((one) => (one === name ? value : 0)).join(' ')})` : `rgb(${value} ${value} ${value})`;
    const node = el(
      'button',
      { type: 'button', class: 'bar', data: { level }, on: { click: () => this.choose(channel, level) } },
      el('span', { class: 'column' }, ghost, fill),
      swatch,
    );
    return { node, ghost, fill };
  }
}

function walk(event, bars) {
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!by) return;
  event.preventDefault();
  event.stopPropagation(); // elsewhere these keys step
  const at = bars.findIndex(({ node }) => node === document.activeElement);
  bars[at + by]?.node.focus();
}
