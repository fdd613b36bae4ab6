// The pad: the user draws a density with mouse, finger or pen, or brings one as CSV. Nothing is sent anywhere.

import { palette } from '../shell/colour.js';
import { el, setText } from '../shell/dom.js';
import { count, plural } from '../shell/format.js';
import { onePointer } from '../shell/pointer.js';
import { drawDots } from './marks.js';
import { alongStrokes, decodePoints, encodePoints } from './points.js';

const SPACING = 0.012; // between points along a stroke, in data units
const PRIVATE = 'Your points stay in this browser; only the link that you share yourself carries them.';

export class DensityPad {
  /**
   * `hooks`: `readTable(bytes, axes)`, `use(density, encoded)`, `limits()` of the catalogue, `reach()` of the generator, null where it has no bound.
   */
  constructor(root, theme, hooks) {
    this.theme = theme;
    this.hooks = hooks;
    this.dialog = root.getElementById('pad-dialog');
    this.strokes = [];
    this.given = new Float32Array(); // from a link or a table
    this.table = null; // the bytes of the last one
    this.#build();
  }

  open(density, encoded) {
    this.density = density === 'pasted' ? 'pasted' : 'drawn';
    if (encoded) {
      this.strokes = [];
      this.given = decodePoints(encoded, this.#limits);
    }
    this.#showAxes([], []);
    this.#say(PRIVATE);
    this.dialog.showModal();
    this.#draw();
    if (density === 'pasted') this.text.focus();
  }

  /** Offers the points of a file. */
  openFile(file) {
    this.open('pasted', '');
    return this.#readFile(file);
  }

  get #limits() {
    return this.hooks.limits();
  }

  /** How far the square reaches on both axes. */
  get #reach() {
    return this.#limits.link_range;
  }

  #build() {
    this.canvas = el('canvas', { id: 'pad-canvas', 'aria-label': 'Draw here. To enter points by keyboard, use the text field.', role: 'img' });
    this.text = el('textarea', { id: 'pad-text', rows: 5, spellcheck: false, placeholder: 'x,y\n0.5,1.2\n-0.3,0.8', 'aria-label': 'Points as CSV, one x,y pair a line' });
    this.file = el('input', { type: 'file', id: 'pad-file', accept: '.csv,.tsv,.txt,text/*', on: { change: () => this.#readFile(this.file.files[0]) } });
    this.axes = ['x', 'y'].map((axis) => el('select', { id: `pad-${axis}`, on: { change: () => this.#readTable(this.axes.map(({ value }) => Number(value))) } }));
    this.columns = el(
      'div',
      { id: 'pad-columns', class: 'actions', hidden: true, role: 'group', 'aria-label': 'Columns of the table' },
      this.axes.map((menu, nth) => el('label', { class: 'select-line' }, el('span', {}, ['x', 'y'][nth]), ' ', menu)),
    );
    this.status = el('p', { id: 'pad-status', role: 'status' });
    const button = (id, label, click, kind = '') => el('button', { type: 'button', id, class: kind, on: { click } }, label);
    this.useButton = button('pad-use', 'Train on these points', () => this.#use(), 'primary');
    this.dialog.append(
      el('h2', { id: 'pad-title' }, 'Your own density'),
      el(
        'div',
        { class: 'pad' },
        el(
          'div',
          { class: 'pad-draw' },
          this.canvas,
          el(
            'div',
            { class: 'actions' },
            button('pad-undo', 'Undo stroke', () => this.#undo()),
            button('pad-clear', 'Clear', () => this.#clear()),
          ),
        ),
        el(
          'div',
          { class: 'pad-csv' },
          el('p', {}, 'Draw on the square, or bring points as CSV, with a point or a comma in its numbers. Paste them, choose a file, or drop one here.'),
          this.text,
          el(
            'div',
            { class: 'actions' },
            button('pad-read', 'Read the text', () => this.#readText(this.text.value)),
            this.file,
          ),
          this.columns,
        ),
      ),
      this.status,
      el(
        'div',
        { class: 'actions end' },
        button('pad-cancel', 'Cancel', () => this.dialog.close()),
        this.useButton,
      ),
    );
    this.#wireCanvas();
    this.dialog.addEventListener('dragover', (event) => event.preventDefault());
    this.dialog.addEventListener('drop', (event) => {
      event.preventDefault();
      const { files } = event.dataTransfer;
      if (files.length > 0) this.#readFile(files[0]);
      else this.#readText(event.dataTransfer.getData('text'));
    });
    new ResizeObserver(() => {
      if (this.dialog.open) this.#draw();
    }).observe(this.canvas);
  }

  #wireCanvas() {
    const at = (event) => {
      const box = this.canvas.getBoundingClientRect();
      return [(((event.clientX - box.left) / box.width) * 2 - 1) * this.#reach, (1 - ((event.clientY - box.top) / box.height) * 2) * this.#reach];
    };
    const listeners = onePointer({
      begin: (event) => {
        this.strokes.push([at(event)]);
        this.density = 'drawn';
        this.#draw();
      },
      move: (events) => {
        this.strokes.at(-1).push(...events.map(at));
        this.#draw();
      },
      end: () => this.#count(),
    });
    for (const [type, listener] of Object.entries(listeners)) this.canvas.addEventListener(type, listener);
  }

  get #points() {
    const drawn = alongStrokes(this.strokes, SPACING);
    const all = new Float32Array(this.given.length + drawn.length);
    all.set(this.given);
    all.set(drawn, this.given.length);
    return all;
  }

  #undo() {
    this.strokes.pop();
    this.#count();
  }

  #clear() {
    this.strokes = [];
    this.given = new Float32Array();
    this.#count();
  }

  #count() {
    this.#draw();
    const total = this.#points.length / 2;
    const { link_points: most } = this.#limits;
    this.#say(`${plural(total, 'point')}${total > most ? `, thinned evenly to ${count(most)} for the link` : ''}. ${PRIVATE}`);
  }

  async #readFile(file) {
    this.file.value = '';
    if (!file) return;
    const { csv_bytes: most } = this.#limits;
    if (file.size > most) {
      this.#say(`This file has ${(file.size / 1024 / 1024).toFixed(0)} MiB; the limit is ${most / 1024 / 1024} MiB.`, true);
      return;
    }
    await this.#readBytes(new Uint8Array(await file.arrayBuffer()));
  }

  #readText(text) {
    const { csv_bytes: most } = this.#limits;
    if (text.length > most) return this.#say(`This text is longer than ${most / 1024 / 1024} MiB.`, true);
    return this.#readBytes(new TextEncoder().encode(text));
  }

  #readBytes(bytes) {
    this.table = bytes;
    return this.#readTable([]);
  }

  /** Reads the table once more, with the columns that are chosen, if any. */
  async #readTable(chosen) {
    this.#say('Reading…');
    try {
      const { points, columns, axes, notes } = await this.hooks.readTable(this.table, chosen);
      this.#showAxes(columns, axes);
      this.strokes = [];
      // Quantised at once: what is shown is what will be trained on.
      const { text: encoded, total, kept } = encodePoints(points, this.#limits);
      this.given = decodePoints(encoded, this.#limits);
      this.density = 'pasted';
      this.#draw();
      const read = `${plural(total, 'point')} read, scaled to fit${kept < total ? `, thinned evenly to ${count(kept)} for the link` : ''}.`;
      this.#say([read, ...notes, PRIVATE].join(' '));
    } catch (error) {
      if (chosen.length === 0) this.#showAxes([], []);
      this.#say(error.message, true);
    }
  }

  /** Menus of the columns, where there is a choice. */
  #showAxes(columns, axes) {
    this.columns.hidden = columns.length < 3;
    this.axes.forEach((menu, nth) => {
      menu.replaceChildren(...columns.map((name, value) => el('option', { value, selected: value === axes[nth] }, name)));
    });
  }

  #use() {
    const { text, kept } = encodePoints(this.#points, this.#limits);
    if (kept === 0) return this.#say('There are no points yet: draw on the square, or read some CSV.', true);
    this.dialog.close();
    this.hooks.use(this.density, text);
  }

  #say(sentence, wrong = false) {
    setText(this.status, sentence);
    this.status.dataset.wrong = String(wrong);
  }

  #draw() {
    const size = this.canvas.clientWidth;
    if (!size) return;
    const density = Math.min(2, devicePixelRatio || 1);
    this.canvas.width = this.canvas.height = Math.round(size * density);
    const context = this.canvas.getContext('2d');
    const colours = palette(this.theme.shown);
    context.scale(density, density);
    context.fillStyle = colours.paper;
    context.fillRect(0, 0, size, size);
    context.strokeStyle = colours.grid;
    context.beginPath();
    for (let line = 1; line < 6; line += 1) {
      context.moveTo((line * size) / 6, 0);
      context.lineTo((line * size) / 6, size);
      context.moveTo(0, (line * size) / 6);
      context.lineTo(size, (line * size) / 6);
    }
    context.stroke();
    const reach = this.#reach;
    const bound = this.hooks.reach();
    if (bound !== null) {
      const [edge, side] = [((1 - bound / reach) / 2) * size, (bound / reach) * size];
      context.setLineDash([5, 4]);
      context.strokeStyle = colours.faint;
      context.strokeRect(edge, edge, side, side);
    }
    const place = (x, y) => [((x / reach + 1) / 2) * size, ((1 - y / reach) / 2) * size];
    drawDots(context, this.#points, place, 1.8, colours.real, { alpha: 0.8 });
  }
}
