// One panel of a figure: its title, its legend and the canvas of its picture.

import { palette } from '../shell/colour.js';
import { el } from '../shell/dom.js';
import { density } from './density.js';
import { PanelPicture, colourOf } from './panel-picture.js';

const AXIS_TEXT = 0.76; // of the page's text

export class Panel {
  /** `window`: the figure's own, for axes that follow it. */
  constructor(spec, window, theme) {
    this.spec = spec;
    this.theme = theme;
    this.picture = new PanelPicture({ spec, window });
    this.canvas = el('canvas', { role: 'img', 'aria-label': `${spec.title}: not drawn yet.` });
    this.titled = spec.marks.filter(({ title, shape }) => title && shape !== 'names');
    this.keys = this.titled.map(({ shape, role, title }) => {
      const key = el('i', { class: 'key', data: { shape, role } });
      return el('span', {}, key, title);
    });
    this.node = el(
      'figure',
      { class: 'panel', data: { square: String(spec.square) } },
      el('figcaption', {}, spec.title),
      el('div', { class: 'panel-legend' }, this.keys),
      this.canvas,
    );
  }

  /** Learns the size of its box. */
  fit() {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    const { fontFamily: family, fontSize } = getComputedStyle(this.node);
    this.density = density();
    this.size = { width, height, text: AXIS_TEXT * parseFloat(fontSize), family };
  }

  /** How to paint its picture; null before it has numbers and a size. */
  look() {
    if (!this.picture.numbers || !this.size?.width) return null;
    const { size, density, theme } = this;
    this.#showKeys();
    return { width: Math.round(size.width * density), height: Math.round(size.height * density), size, density, theme: theme.shown };
  }

  #showKeys() {
    const theme = this.theme.shown;
    if (this.keyTheme === theme) return;
    this.keyTheme = theme;
    for (const key of this.keys) key.firstChild.style.setProperty('--key', colourOf(key.firstChild.dataset.role, palette(theme)));
  }

  /** The texts of its legend, with the shape and colour of each. */
  legend(colours) {
    return this.titled.map(({ shape, role, title }) => ({ shape, title, colour: colourOf(role, colours) }));
  }
}

/** The numbers of each panel, out of those of all marks, one after the other. */
export function ofPanels(panels, marks) {
  let end = 0;
  return panels.map(
    ({
      spec: {
        marks: { length },
      },
    }) => {
      end += length;
      return marks.slice(end - length, end);
    },
  );
}
