// What lies around the drawing board: pens, colours, steps back, sketches to begin with, and files.

import { el, icon } from '../../shell/dom.js';
import { keyOf } from '../../shell/keys.js';
import { toggles } from '../toggles.js';

const PENS = [
  { id: 'line', title: 'Pen' },
  { id: 'colour', title: 'Colour' },
  { id: 'erase', title: 'Eraser' },
];
const KEYS = { p: 'line', c: 'colour', e: 'erase' };

export class EaselTools {
  /**
   * `drawing` answers `shown`, `random(coloured)`, `bring(file)`, `save()` and `untrace()`; `board` is the row's: radii of the pens, their range, colours, and
   * the index of the one that is used first.
   */
  constructor(easel, drawing, { radii, range: [min, max], colours, colour }) {
    this.easel = easel;
    this.drawing = drawing;
    this.kind = 'line';
    this.radii = Object.fromEntries(PENS.map(({ id }, nth) => [id, radii[nth]]));
    this.range = { min, max };
    this.colour = colours[colour];
    const button = (id, label, act, name = null) => el('button', { type: 'button', id, on: { click: act } }, name && icon(name), el('span', {}, label));
    this.pens = toggles('What you draw with', (kind) => this.use(kind));
    this.pens.offer(PENS);
    this.size = el('input', { type: 'range', ...this.range, id: 'easel-size', 'aria-label': 'Thickness', on: { input: () => this.#resize(Number(this.size.value)) } });
    this.free = el('input', { type: 'color', id: 'easel-colour', 'aria-label': 'Any colour', on: { input: () => this.#dip(this.free.value) } });
    this.palette = el(
      'div',
      { class: 'palette', role: 'group', 'aria-label': 'Colours' },
      colours.map((colour) => {
        const node = el('button', { type: 'button', class: 'swatch-button', 'aria-label': colour, data: { colour }, on: { click: () => this.#dip(colour) } });
        node.style.background = colour;
        return node;
      }),
      this.free,
    );
    this.undo = button('easel-undo', 'Undo', () => easel.undo(), 'undo');
    this.redo = button('easel-redo', 'Redo', () => easel.redo(), 'undo');
    this.coloured = el('input', { type: 'checkbox', id: 'random-coloured' });
    this.file = el('input', {
      type: 'file',
      accept: 'image/*,.json',
      id: 'easel-file',
      class: 'visually-hidden',
      tabIndex: -1,
      'aria-label': 'A picture or a sketch',
      on: {
        change: () => {
          drawing.bring(this.file.files[0]);
          this.file.value = '';
        },
      },
    });
    this.examples = el('div', { class: 'examples', role: 'group', 'aria-label': 'Sketches to begin with' });
    this.above = el(
      'div',
      { class: 'easel-tools', data: { part: 'transport' }, role: 'toolbar', 'aria-label': 'Pens' },
      this.pens.node,
      el('label', { class: 'thickness' }, el('span', { class: 'dot', 'aria-hidden': 'true' }), this.size),
    );
    this.below = el(
      'div',
      { class: 'easel-foot', data: { part: 'tools' } },
      this.palette,
      el(
        'div',
        { class: 'actions' },
        this.undo,
        this.redo,
        button('easel-mirror', 'Mirror', () => easel.mirror()),
        button('easel-clear', 'Clear', () => easel.clear()),
      ),
      this.examples,
      el(
        'div',
        { class: 'actions' },
        button('easel-random', 'Random sketch', () => drawing.random(this.coloured.checked), 'dice'),
        el('label', { class: 'select-line' }, this.coloured, 'with colours'),
        button('easel-open', 'Open…', () => this.file.click()),
        this.file,
        button('easel-save', 'Save sketch', () => drawing.save()),
      ),
      this.#tracing(button),
    );
    this.use('line');
    addEventListener('keydown', (event) => this.#key(event));
  }

  clearExamples() {
    this.examples.replaceChildren();
  }

  /** A small sketch to press. */
  addExample({ label, canvas, strokes }) {
    this.examples.append(el('button', { type: 'button', class: 'cell', 'aria-label': label, on: { click: () => this.easel.set(strokes) } }, canvas));
  }

  use(kind) {
    this.kind = kind;
    this.pens.show(kind);
    this.size.value = this.radii[kind];
    this.#pick();
  }

  /** After any change of the board. */
  show() {
    this.undo.disabled = !this.easel.canUndo;
    this.redo.disabled = !this.easel.canRedo;
  }

  /** Whether a picture lies under the board. */
  showTracing(on) {
    this.tracing.hidden = !on;
  }

  #tracing(button) {
    const opacity = el('input', {
      type: 'range',
      min: 0,
      max: 1,
      step: 0.05,
      value: 0.5,
      id: 'traced-opacity',
      on: {
        input: () => {
          this.easel.traced.style.opacity = opacity.value;
        },
      },
    });
    this.tracing = el(
      'div',
      { class: 'tracing', hidden: true, role: 'group', 'aria-label': 'Picture to trace' },
      el('label', { class: 'field' }, el('span', {}, 'Picture beneath'), opacity),
      button('trace-remove', 'Remove it', () => this.drawing.untrace()),
    );
    return this.tracing;
  }

  #resize(radius) {
    this.radii[this.kind] = Math.min(this.range.max, Math.max(this.range.min, Math.round(radius)));
    this.size.value = this.radii[this.kind];
    this.#pick();
  }

  #dip(colour) {
    this.colour = colour;
    this.use('colour');
  }

  #pick() {
    const bytes = [1, 3, 5].map((from) => parseInt(this.colour.slice(from, from + 2), 16));
    this.easel.tool = { kind: this.kind, colour: this.kind === 'colour' ? bytes : null, radius: this.radii[this.kind] };
    this.easel.node.dataset.tool = this.kind;
    this.free.value = this.colour;
    for (const one of this.palette.querySelectorAll('[data-colour]')) one.setAttribute('aria-pressed', String(this.kind === 'colour' && one.dataset.colour === this.colour));
  }

  /** Keys of the whole page while the board is shown; those of fields are theirs. */
  #key(event) {
    if (!this.drawing.shown || event.altKey || event.target.closest?.('input:not([type=range], [type=checkbox]), select, textarea, dialog')) return;
    const key = keyOf(event).toLowerCase();
    const control = event.ctrlKey || event.metaKey;
    const act = control
      ? { z: () => (event.shiftKey ? this.easel.redo() : this.easel.undo()), y: () => this.easel.redo() }[key]
      : ({
          m: () => this.easel.mirror(),
          r: () => this.drawing.random(this.coloured.checked),
          delete: () => this.easel.clear(),
          '[': () => this.#resize(this.radii[this.kind] / 1.25),
          ']': () => this.#resize(this.radii[this.kind] * 1.25),
        }[key] ??
        (KEYS[key] && (() => this.use(KEYS[key]))));
    if (!act) return;
    event.preventDefault();
    act();
  }
}
