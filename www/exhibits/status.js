// The line below the pictures: what the page is doing, and on which device.

import { byId, setText } from '../shell/dom.js';
import { milliseconds } from '../shell/format.js';

export class Status {
  #drawn = 0;
  #pace = null; // milliseconds per picture
  #device = '';

  /** `said()` follows whatever it says. */
  constructor(said) {
    this.node = byId('status');
    this.said = said;
  }

  get state() {
    return this.node.dataset.state;
  }

  get text() {
    return this.node.textContent;
  }

  /** Milliseconds that a picture takes, once known. */
  get pace() {
    return this.#pace;
  }

  say(state, text) {
    Object.assign(this.node.dataset, { state, drawn: this.#drawn });
    setText(this.node, text);
    this.said();
  }

  /** Something was drawn. */
  drawn(text) {
    this.#drawn += 1;
    this.say('ready', text);
  }

  show(data) {
    Object.assign(this.node.dataset, data);
  }

  /** Pictures took so long. */
  timed(millis, pictures) {
    const each = millis / pictures;
    this.#pace = this.#pace === null ? each : this.#pace + (each - this.#pace) / 4;
    this.#showDevice();
  }

  /** Another device has another pace. */
  forgetPace() {
    this.#pace = null;
  }

  /** A sentence about the device. */
  device(sentence) {
    this.#device = sentence;
    this.#showDevice();
  }

  #showDevice() {
    const pace = this.#pace === null ? '' : ` A picture takes ${milliseconds(this.#pace)}.`;
    setText(byId('device-sentence'), `${this.#device}${pace}`);
  }
}
