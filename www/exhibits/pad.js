// A pad to draw on with mouse, finger, pen or keys, or to put a picture on; read at the size that the model takes.

import { el, icon, setText } from '../shell/dom.js';
import { onePointer } from '../shell/pointer.js';
import { moved, placeWords, takeKey } from './cursor.js';
import { usePicture } from './picture-file.js';

const INKED = 24; // a pixel brighter than this belongs to the drawing
const UNDO_MOST = 20;

export class Pad {
  /** `changed()` follows every stroke; `failed(sentence)` a picture that cannot be used. */
  constructor({ changed, failed }) {
    this.changed = changed;
    this.failed = failed;
    this.erasing = false;
    this.history = [];
    this.cursor = [0.5, 0.5]; // of keys, in sides of the pad
    this.ring = el('span', { class: 'pad-cursor', hidden: true });
    this.words = el('span', { class: 'visually-hidden', role: 'status' });
    this.canvas = el('canvas', {
      id: 'draw-pad',
      class: 'pad-canvas',
      width: 280,
      height: 280,
      tabIndex: 0,
      role: 'application',
      'aria-label': 'Drawing pad. Draw with mouse, finger or pen; or arrow keys move a cursor, Space puts the pen down and lifts it.',
      on: {
        ...onePointer({ begin: (event) => this.#begin(event), move: (events) => this.#move(events), end: () => this.#end() }),
        keydown: (event) => this.#key(event),
        blur: () => {
          this.#end();
          this.ring.hidden = true;
        },
      },
    });
    this.context = this.canvas.getContext('2d', { willReadFrequently: true });
    const button = (id, label, act, pressed) => el('button', { type: 'button', id, 'aria-pressed': pressed, on: { click: act } }, label);
    this.eraser = button('pad-eraser', 'Eraser', () => this.#erase(!this.erasing), 'false');
    this.colour = el('input', { type: 'color', value: '#ffffff', 'aria-label': 'Colour of the brush' });
    this.size = el('input', { type: 'range', min: 1, max: 8, step: 0.5, value: 2.5, 'aria-label': 'Width of the brush' });
    this.file = el('input', {
      type: 'file',
      accept: 'image/*',
      id: 'pad-picture',
      class: 'visually-hidden',
      tabIndex: -1,
      'aria-label': 'A picture',
      on: {
        change: () => {
          this.load(this.file.files[0]);
          this.file.value = '';
        },
      },
    });
    this.node = el(
      'div',
      { class: 'pad-tools' },
      el('div', { class: 'mat pixels' }, el('div', { class: 'pad-board' }, this.canvas, this.ring), this.words),
      el(
        'div',
        { class: 'actions', data: { part: 'tools' } },
        el('label', { class: 'field' }, el('span', {}, 'Brush'), this.size),
        this.colour,
        this.eraser,
        button('pad-undo', [icon('undo'), 'Undo'], () => this.undo()),
        button('pad-clear', 'Clear', () => this.clear()),
        button('pad-centre', 'Centre', () => this.centre()),
        button('pad-invert', 'Invert', () => this.invert()),
        button('pad-choose', 'Choose a picture', () => this.file.click()),
        this.file,
      ),
    );
  }

  /** The size that the model takes: `[channels, height, width]`. */
  shape([channels, height, width]) {
    this.model = { channels, height, width };
    const times = Math.max(1, Math.round(280 / width));
    if (this.canvas.width !== width * times) Object.assign(this.canvas, { width: width * times, height: height * times });
    this.colour.hidden = channels === 1;
    this.history = [];
    this.#blank();
  }

  /** Rows of the first channel, then of the next, from 0 to 1. */
  values() {
    const { channels, height, width } = this.model;
    const small = new OffscreenCanvas(width, height).getContext('2d');
    small.imageSmoothingQuality = 'high';
    small.drawImage(this.canvas, 0, 0, width, height);
    const { data } = small.getImageData(0, 0, width, height);
    const size = height * width;
    return Float32Array.from({ length: channels * size }, (_, nth) => data[4 * (nth % size) + Math.floor(nth / size)] / 255);
  }

  /** Puts a picture of the model's size on the pad. @param {{ shape: number[], data: any }} picture */
  put({ shape: [, height, width], data }) {
    this.#remember();
    const small = new OffscreenCanvas(width, height);
    small.getContext('2d').putImageData(new ImageData(new Uint8ClampedArray(data.subarray(0, 4 * height * width)), width, height), 0, 0);
    this.#paint(small, width, height);
  }

  /** Puts a picture file on the pad. */
  async load(file) {
    if (!file) return;
    try {
      await usePicture(file, (...picture) => {
        this.#remember();
        this.#paint(...picture);
      });
      this.changed();
    } catch (error) {
      this.failed(error.message);
    }
  }

  clear() {
    this.#remember();
    this.#blank();
    this.changed();
  }

  undo() {
    const last = this.history.pop();
    if (!last) return;
    this.context.putImageData(last, 0, 0);
    this.changed();
  }

  invert() {
    this.#remember();
    this.#composite('difference', '#ffffff');
    this.changed();
  }

  /** Moves what is drawn to the middle. */
  centre() {
    const { width, height } = this.canvas;
    const image = this.context.getImageData(0, 0, width, height);
    let [left, top, right, bottom] = [width, height, -1, -1];
    for (let at = 0; at < width * height; at += 1) {
      if (Math.max(image.data[4 * at], image.data[4 * at + 1], image.data[4 * at + 2]) <= INKED) continue;
      const [x, y] = [at % width, Math.floor(at / width)];
      [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
    }
    if (right < 0) return;
    this.#remember();
    this.#blank();
    this.context.putImageData(image, Math.round((width - left - right - 1) / 2), Math.round((height - top - bottom - 1) / 2));
    this.changed();
  }

  #begin(event) {
    this.ring.hidden = true;
    this.#remember();
    this.last = this.#place(event);
    this.#stroke([this.last]);
  }

  #move(events) {
    if (this.last) this.#stroke(events.map((event) => this.#place(event)));
  }

  /** Arrows move a cursor; Space puts the brush down there, and lifts it as Esc does. */
  #key(event) {
    const moves = takeKey(event);
    if (moves === null) return;
    if (moves) this.cursor = moved(this.cursor, event, 1);
    const [x, y] = this.cursor;
    const place = { x: x * this.canvas.width, y: y * this.canvas.height };
    if (moves && this.last) this.#stroke([place]);
    else if (!moves && this.last) this.#end();
    else if (event.key === ' ') {
      this.#remember();
      this.last = place;
      this.#stroke([place]);
    }
    Object.assign(this.ring.style, { left: `${100 * x}%`, top: `${100 * y}%`, width: `${(100 * Number(this.size.value)) / this.model.width}%` });
    this.ring.hidden = false;
    this.ring.dataset.down = Boolean(this.last);
    setText(this.words, placeWords(this.cursor, 1, this.last));
  }

  #end() {
    this.last = null;
  }

  #stroke(places) {
    const { context } = this;
    context.lineCap = 'round';
    context.lineJoin = 'round';
    context.lineWidth = (Number(this.size.value) * this.canvas.width) / this.model.width;
    context.strokeStyle = this.erasing ? '#000000' : this.model.channels === 1 ? '#ffffff' : this.colour.value;
    context.beginPath();
    context.moveTo(this.last.x, this.last.y);
    for (const place of places) context.lineTo(place.x, place.y);
    context.stroke();
    this.last = places.at(-1);
    this.changed();
  }

  #place({ clientX, clientY }) {
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    return { x: ((clientX - left) / width) * this.canvas.width, y: ((clientY - top) / height) * this.canvas.height };
  }

  #paint(image, width, height) {
    const { canvas, context } = this;
    this.#blank();
    const scale = Math.min(canvas.width / width, canvas.height / height);
    context.imageSmoothingEnabled = scale < 1;
    context.drawImage(image, (canvas.width - width * scale) / 2, (canvas.height - height * scale) / 2, width * scale, height * scale);
    context.imageSmoothingEnabled = true;
    if (this.model.channels === 1) this.#composite('saturation', '#000000');
  }

  #blank() {
    this.#composite('source-over', '#000000');
  }

  #composite(operation, style) {
    this.context.globalCompositeOperation = operation;
    this.context.fillStyle = style;
    this.context.fillRect(0, 0, this.canvas.width, this.canvas.height);
    this.context.globalCompositeOperation = 'source-over';
  }

  #erase(on) {
    this.erasing = on;
    this.eraser.setAttribute('aria-pressed', String(on));
  }

  #remember() {
    this.history.push(this.context.getImageData(0, 0, this.canvas.width, this.canvas.height));
    if (this.history.length > UNDO_MOST) this.history.shift();
  }
}
