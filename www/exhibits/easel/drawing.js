// The drawing of a page: one board that all its views with a sketch show, in the link, in files, and as the numbers that Rust reads.

import { save } from '../../export/download.js';
import { el } from '../../shell/dom.js';
import { plural } from '../../shell/format.js';
import { clearNotice, notify } from '../../shell/notices.js';
import { takePictures } from '../bring.js';
import { newest } from '../../shell/newest.js';
import { usePicture } from '../picture-file.js';
import { Easel } from './easel.js';
import { decode, encode, fromNumbers, outside, toNumbers } from './sketch.js';
import { drawSketch } from './strokes-picture.js';
import { EaselTools } from './tools.js';

const FORMAT = { format: 'genzoo-sketch', version: 1 };
const THUMB = 96; // pixels along an example
const KEPT = 'The board is as it was.';

const drawings = new WeakMap();

/** The drawing of a page; the first view that has a sketch makes it. `spec` is that input of the row. */
export function drawingOf({ page, row }, spec) {
  if (!drawings.has(page)) {
    drawings.set(page, new Drawing(page, spec));
    takePictures(page, row.id);
  }
  return drawings.get(page);
}

class Drawing {
  #linked = null; // the link's text of what is on the board, or null
  #numbers = { strokes: null, numbers: null };
  #touched = false; // the board has more than an example
  #putting = false; // the change of the board is the page's own
  #long = 0; // characters of a sketch that is too long for a link
  #data = null; // what the examples are of
  #link = newest(() => this.#write());

  constructor(page, { keys: [key], board }) {
    this.page = page;
    this.key = key;
    this.board = board;
    this.easel = new Easel(board, { changed: (change) => this.#changed(change), said: (sentence) => notify(sentence, { kind: 'warning', key: 'easel' }) });
    this.tools = new EaselTools(this.easel, this, board);
    this.node = el('div', { class: 'easel-frame' }, this.tools.above, el('div', { class: 'mat' }, this.easel.node), this.tools.below);
  }

  /** The present view's input, if it has the board. */
  get shown() {
    return this.page.model && this.page.view.input?.('sketch');
  }

  /** Counts changes of the board. */
  get version() {
    return this.easel.version;
  }

  /** The sketch as Rust reads it. */
  get numbers() {
    const { strokes } = this.easel;
    if (this.#numbers.strokes !== strokes) this.#numbers = { strokes, numbers: toNumbers(strokes) };
    return this.#numbers.numbers;
  }

  #changed(change) {
    this.tools.show();
    if (this.#putting) return; // a drawing follows
    this.shown?.changed(change);
    this.#touched = true;
    if (!change.live) this.#link();
  }

  /** Puts a sketch that nobody drew on the board. */
  random(coloured) {
    return this.page.attempt(async () => this.easel.set(await this.#doodle(crypto.getRandomValues(new Uint16Array(1))[0], coloured)));
  }

  /** Takes a sketch file, or a picture to trace. */
  async bring(file) {
    if (!file || !this.page.model) return;
    try {
      if (file.type.startsWith('image/')) await usePicture(file, (...picture) => this.#trace(...picture));
      else await this.#open(file);
    } catch (error) {
      notify(error.message, { kind: 'warning', key: 'file' });
    }
  }

  untrace() {
    this.easel.underlay(null);
    this.tools.showTracing(false);
  }

  save() {
    return this.page.attempt(async () => {
      save('genzoo-sketch.json', `${JSON.stringify({ ...FORMAT, sketch: await encode(this.easel.finished) })}\n`, 'application/json');
    });
  }

  /** What the link does not carry. */
  get unlinked() {
    return this.#long && `The sketch is not in it: it takes ${plural(this.#long, 'character')}, and a link has room for ${plural(this.#room, 'character')}. Save it as a file.`;
  }

  get #room() {
    return this.page.control(this.key).max;
  }

  /** A link that has room for the sketch has it. */
  async #write() {
    const text = await encode(this.easel.finished);
    const fits = text.length <= this.#room;
    this.#long = fits ? 0 : text.length;
    if (fits) clearNotice('long');
    else if (this.#linked !== '') {
      notify(
        `The sketch has grown too long for a link (${plural(text.length, 'character')} where ${plural(this.#room, 'character')} fit), so the link leaves it out. A file has room for it.`,
        { key: 'long', actions: [['Save sketch', () => this.save()]] },
      );
    }
    this.#linked = fits ? text : '';
    this.page.store.set({ [this.key]: this.#linked });
  }

  /** A link that names another sketch than the board has brings it; without any, an untouched board has an example. */
  async read(sketch) {
    if (sketch === this.#linked) return;
    this.#linked = sketch;
    if (!sketch) return this.#example();
    try {
      const { strokes, total } = await decode(sketch, this.board);
      this.#put(strokes);
      if (strokes.length < total) notify(`The link was cut off: ${strokes.length} of the sketch's ${plural(total, 'stroke')} are here.`, { kind: 'warning', key: 'cut' });
    } catch (error) {
      notify(`${error.message} It came with the link, which may have been cut off; the board is as it was.`, { kind: 'warning', key: 'cut' });
      await this.#example();
    }
  }

  /** Strokes that are in the link, or need not be. */
  #put(strokes, { example = false } = {}) {
    this.#putting = true;
    this.easel.set(strokes, { undoable: this.#touched });
    this.#putting = false;
    this.#touched = !example;
    this.#long = 0;
    this.#warn(strokes);
  }

  #warn(strokes) {
    const lost = outside(strokes).length;
    if (lost) notify(`Outside of the board, where nothing is seen: ${plural(lost, 'stroke')} of the sketch.`, { key: 'outside' });
  }

  async #open(file) {
    const name = `“${file.name.slice(0, 40)}”`;
    if (file.size > this.board.file) throw new Error(`${name} is larger than ${this.board.file / (1 << 20)} MiB; it was not opened.`);
    let read;
    try {
      read = JSON.parse(await file.text());
    } catch {
      throw new Error(`${name} is neither a picture nor a sketch of this page. ${KEPT}`);
    }
    if (read?.format !== FORMAT.format || typeof read.sketch !== 'string') throw new Error(`${name} is not a sketch of this page. ${KEPT}`);
    const { strokes, total } = await decode(read.sketch, this.board).catch((error) => {
      throw new Error(`${name}: ${error.message} ${KEPT}`);
    });
    if (strokes.length < total) throw new Error(`${name} is cut off: it has ${strokes.length} of ${plural(total, 'stroke')}. ${KEPT}`);
    this.easel.set(strokes);
    this.#warn(strokes);
    notify(`${name} is open: ${plural(strokes.length, 'stroke')}. Undo brings back what was there.`, { key: 'file', fade: 6000 });
  }

  #trace(image, width, height) {
    this.easel.underlay(image, width, height);
    this.tools.showTracing(true);
    notify('The picture lies under the board, to be traced.', { key: 'file', fade: 6000 });
  }

  async #doodle(seed, coloured) {
    const { models, model } = this.page;
    const { sketch } = await models.run(model.id, { op: 'doodle', coloured, seed });
    return fromNumbers(sketch.data);
  }

  async #example() {
    if (this.#touched) return;
    const linked = this.#linked;
    this.#linked = null; // until it is there
    const strokes = await this.#doodle(...this.board.examples[0]);
    if (this.#touched) return;
    this.#put(strokes, { example: true });
    this.#linked = linked;
  }

  /** Weights were opened: the examples are of what they draw. */
  opened() {
    const { data } = this.page.model.description;
    if (this.#data === data) return;
    this.#data = data;
    if (!this.#touched) this.#linked = null;
    this.page.attempt(async () => {
      this.tools.clearExamples();
      for (const [nth, example] of this.board.examples.entries()) {
        const strokes = await this.#doodle(...example);
        if (this.#data !== data) return;
        const canvas = el('canvas', { 'aria-hidden': 'true' });
        drawSketch(canvas, strokes, THUMB);
        this.tools.addExample({ label: `Example ${nth + 1}`, canvas, strokes });
      }
    });
  }
}
