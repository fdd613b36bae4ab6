// The other end of embed.html: a page that has a race in an iframe drives it from here.

import { CALLS, EVENTS, PROTOCOL } from '../link/messages.js';

const HELLO_MILLIS = 200; // between two attempts to be heard by an iframe that is still loading

/** A race in an iframe. Methods and events are those of the element; see genzoo.d.ts. */
export class Remote extends EventTarget {
  #waiting = new Map();
  #nextId = 1;
  #ready;
  #closed = null; // why nothing can be asked any more

  constructor(iframe) {
    super();
    this.iframe = iframe;
    this.origin = new URL(iframe.src || iframe.dataset.src, document.baseURI).origin;
    this.#ready = new Promise((heard, refuse) => {
      const hello = setInterval(() => this.#send({ call: 'listen' }), HELLO_MILLIS);
      this.hear = (event) => {
        if (event.source !== iframe.contentWindow || event.origin !== this.origin || event.data?.genzoo !== PROTOCOL) return;
        clearInterval(hello);
        heard();
        this.#take(event.data);
      };
      addEventListener('message', this.hear);
      /** Ends the connection; what was asked and is not answered yet is rejected. */
      this.close = () => {
        clearInterval(hello);
        removeEventListener('message', this.hear);
        this.#closed = new Error('The connection to the frame was closed.');
        refuse(this.#closed);
        for (const { reject } of this.#waiting.values()) reject(this.#closed);
        this.#waiting.clear();
      };
    });
    this.#ready.catch(() => {}); // the callers get the error
  }

  async #call(call, args) {
    await this.#ready;
    if (this.#closed) throw this.#closed;
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#send({ id, call, args });
    });
  }

  #take({ id, value, error, event, detail }) {
    if (EVENTS.includes(event)) this.dispatchEvent(new CustomEvent(event, { detail }));
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.resolve(value);
    else waiting?.reject(new Error(typeof error === 'string' ? error : 'The frame did not say what failed.'));
  }

  #send(message) {
    this.iframe.contentWindow?.postMessage({ genzoo: PROTOCOL, ...message }, this.origin);
  }

  static {
    for (const call of CALLS)
      Remote.prototype[call] = function ask(...args) {
        return this.#call(call, args);
      };
  }
}

/** Drives the embed.html in `iframe`. */
export function connect(iframe) {
  return new Remote(iframe);
}
