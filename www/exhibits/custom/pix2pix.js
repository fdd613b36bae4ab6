// The pix2pix page: one drawing board, and views of what networks make of it.

import { save } from '../../export/download.js';
import { el } from '../../shell/dom.js';
import { plural } from '../../shell/format.js';
import { clearNotice, notify } from '../../shell/notices.js';
import { takePictures } from '../bring.js';
import { ExhibitPage } from '../page.js';
import { newest } from '../picture.js';
import { usePicture } from '../picture-file.js';
import { ColourView } from './colour-view.js';
import { Easel } from './easel.js';
import { EaselTools } from './easel-tools.js';
import { NoiseView } from './noise-view.js';
import { SideBySide } from './side-by-side.js';
import { decode, encode, fromNumbers, outside, toNumbers } from './sketch.js';
import { drawSketch } from './strokes-picture.js';

const EXAMPLES = [
  [8, false],
  [3, true],
  [5, false],
  [21, true],
  [13, false],
  [34, true],
]; // seed, with colours
const FORMAT = { format: 'genzoo-sketch', version: 1 };
const FILE_MOST = 4 << 20;
const THUMB = 96;

export class Pix2pixPage extends ExhibitPage {
  static custom = { colour: ColourView, 'side-by-side': SideBySide, compare: SideBySide, noise: NoiseView };

  static keys = [
    ['P C E', 'Pen, colour, eraser'],
    ['[ ]', 'Thinner, thicker'],
    ['Ctrl Z', 'Undo; with Shift, or Ctrl Y, redo'],
    ['M', 'Mirror the sketch'],
    ['R', 'Random sketch'],
    ['Del', 'Clear the board'],
    ['Arrows', 'On the board: move a cursor, finely with Shift'],
    ['Space', 'On the board: put the pen down, or lift it'],
    ['Ctrl V', 'Trace the picture in the clipboard'],
  ];

  #linked = null; // the link's text of what is on the board, or null
  #numbers = { strokes: null, numbers: null };
  #touched = false; // the board has more than an example
  #putting = false; // the change of the board is the page's own

  easel = new Easel({ changed: (change) => this.sketched(change), said: (sentence) => notify(sentence, { kind: 'warning', key: 'easel' }) });
  tools = new EaselTools(this.easel, this);
  board = el('div', { class: 'easel-frame' }, this.tools.above, el('div', { class: 'mat' }, this.easel.node), this.tools.below);
  link = newest(() => this.#link());

  constructor(id) {
    super(id);
    takePictures(this, 'colour');
  }

  /** The sketch as Rust reads it. */
  easelNumbers() {
    const { strokes } = this.easel;
    if (this.#numbers.strokes !== strokes) this.#numbers = { strokes, numbers: toNumbers(strokes) };
    return this.#numbers.numbers;
  }

  /** The board has changed. */
  sketched(change) {
    this.tools.show();
    if (!this.model) return;
    this.view.sketched(change);
    if (this.#putting) return;
    this.#touched = true;
    if (!change.live) this.link();
  }

  async render(changed = null) {
    await this.attempt(() => this.#fromLink());
    return super.render(changed);
  }

  /** Puts a sketch that nobody drew on the board. */
  random(coloured) {
    return this.attempt(async () => this.easel.set(await this.#doodle(crypto.getRandomValues(new Uint16Array(1))[0], coloured)));
  }

  /** Takes a sketch file, or a picture to trace. */
  async bring(file) {
    if (!file || !this.model) return;
    try {
      if (file.type.startsWith('image/')) await usePicture(file, (...picture) => this.#trace(...picture));
      else await this.#openSketch(file);
    } catch (error) {
      notify(error.message, { kind: 'warning', key: 'file' });
    }
  }

  untrace() {
    this.easel.underlay(null);
    this.tools.showTracing(false);
  }

  saveSketch() {
    return this.attempt(async () => {
      save('genzoo-sketch.json', `${JSON.stringify({ ...FORMAT, sketch: await encode(this.easel.finished) })}\n`, 'application/json');
    });
  }

  /** What the link does not carry. */
  get unlinked() {
    return this.long && `The sketch is not in it: it takes ${plural(this.long, 'character')}, and a link has room for ${plural(this.#room, 'character')}. Save it as a file.`;
  }

  get #room() {
    return this.control('sketch').max;
  }

  /** A link that has room for the sketch has it. */
  async #link() {
    const text = await encode(this.easel.finished);
    const fits = text.length <= this.#room;
    this.long = fits ? 0 : text.length;
    if (fits) clearNotice('long');
    else if (this.#linked !== '') {
      notify(
        `The sketch has grown too long for a link (${plural(text.length, 'character')} where ${plural(this.#room, 'character')} fit), so the link leaves it out. A file has room for it.`,
        { key: 'long', actions: [['Save sketch', () => this.saveSketch()]] },
      );
    }
    this.#linked = fits ? text : '';
    this.store.set({ sketch: this.#linked });
  }

  /** A link that names another sketch than the board has brings it; without any, an untouched board has an example. */
  async #fromLink() {
    const { sketch } = this.values;
    if (!this.model || sketch === this.#linked) return;
    this.#linked = sketch;
    if (!sketch) return this.#example();
    try {
      const { strokes, total } = await decode(sketch, this.model.description.limits);
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
    this.long = 0;
    this.#warn(strokes);
  }

  #warn(strokes) {
    const lost = outside(strokes).length;
    if (lost) notify(`Outside of the board, where nothing is seen: ${plural(lost, 'stroke')} of the sketch.`, { key: 'outside' });
  }

  async #openSketch(file) {
    const name = `“${file.name}”`;
    if (file.size > FILE_MOST) throw new Error(`${name} is larger than 4 MiB; it was not opened.`);
    const kept = 'The board is as it was.';
    let read;
    try {
      read = JSON.parse(await file.text());
    } catch {
      throw new Error(`${name} is neither a picture nor a sketch of this page. ${kept}`);
    }
    if (read?.format !== FORMAT.format || typeof read.sketch !== 'string') throw new Error(`${name} is not a sketch of this page. ${kept}`);
    const { strokes, total } = await decode(read.sketch, this.model.description.limits).catch((error) => {
      throw new Error(`${name}: ${error.message} ${kept}`);
    });
    if (strokes.length < total) throw new Error(`${name} is cut off: it has ${strokes.length} of ${plural(total, 'stroke')}. ${kept}`);
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
    const { data, subjects } = this.model.description;
    const subject = subjects.find(({ id }) => data.startsWith(id)) ?? subjects[0];
    const { sketch } = await this.models.run(this.model.id, { op: 'doodle', subject: subject.id, coloured, seed });
    return fromNumbers(sketch.data);
  }

  async #example() {
    if (!this.#touched) this.#put(await this.#doodle(...EXAMPLES[0]), { example: true });
  }

  opened() {
    super.opened();
    const { limits, data } = this.model.description;
    this.easel.limits = limits;
    this.cards(); // hides from the menu what is not there
    if (this.subject === data) return;
    this.subject = data;
    if (!this.#touched) this.#linked = null;
    this.attempt(async () => {
      this.tools.clearExamples();
      for (const [nth, example] of EXAMPLES.entries()) {
        const strokes = await this.#doodle(...example);
        if (this.subject !== data) return;
        const canvas = el('canvas', { 'aria-hidden': 'true' });
        drawSketch(canvas, strokes, THUMB);
        this.tools.addExample({ label: `Example ${nth + 1}`, canvas, strokes });
      }
    });
  }
}
