// Canvases of a page whose pictures a worker paints. All of a group change together. Where the worker is gone, the page paints.

import { nextFrame } from '../dom.js';
import { locale } from '../strings.js';
import { startWorker } from '../worker-client.js';
import { bitmapOf, show } from './sheet.js';

let painter = null; // one for all groups of a page
let made = 0;

class Painter {
  #waiting = new Map(); // by group

  constructor() {
    this.worker = startWorker(new URL('../painter.js', import.meta.url), () => new Worker(new URL('../painter.js', import.meta.url), { type: 'module' }));
    this.worker.onmessage = ({ data }) => {
      if (data.error) return this.#end();
      this.#waiting.get(data.group)?.(data);
      this.#waiting.delete(data.group);
    };
    this.worker.onerror = (event) => { event.preventDefault(); this.#end(); };
    this.worker.onmessageerror = () => this.#end();
  }

  /** Resolves to the answer, or to null where there is no painter any more. A group asks one thing at a time. */
  ask(message) {
    if (!this.worker) return null;
    return new Promise((resolve) => {
      this.#waiting.set(message.group, resolve);
      this.worker.postMessage(message);
    });
  }

  drop(group) {
    this.worker?.postMessage({ group, drop: true });
  }

  #end() {
    this.worker?.terminate();
    this.worker = null;
    for (const resolve of this.#waiting.values()) resolve(null);
    this.#waiting.clear();
  }
}

/** Starts the painter, so that it is there when the first numbers are. */
export const readyPainter = () => { painter ??= new Painter(); };

export class Canvases {
  #group = made++;
  #known = false; // to the painter
  #removed = false;
  #news;
  #next = null;
  #work = null;

  /**
   * @param kind of the pictures, as the painter knows it
   * @param views each has a `canvas`, a `picture` with what it is made of (`about`), and `look()`: how to paint it, or null
   */
  constructor(kind, views) {
    Object.assign(this, { kind, views });
    this.#news = views.map(() => []);
  }

  /** Gives the picture of a view new numbers. */
  update(index, ...update) {
    this.views[index].picture.update(...update);
    this.#news[index].push(update);
  }

  /**
   * Paints what is wanted now. Of what is asked for while it paints, only the newest comes.
   * @param {{ still: boolean, wanted?: (index: number) => boolean }} order `still`: as fine as it gets
   * @returns {Promise<{ millis: number, show: () => void }>} how long a picture took, on average, and what puts all on the page
   */
  paint(order) {
    this.#next = order;
    this.#work ??= this.#paintAll().finally(() => { this.#work = null; });
    return this.#work;
  }

  /** Paints, and shows it in an animation frame. */
  async draw(order) {
    const { show } = await this.paint(order);
    await nextFrame();
    show();
  }

  remove() {
    this.#removed = true;
    if (this.#known) painter.drop(this.#group);
  }

  async #paintAll() {
    let [millis, pictures] = [0, []];
    while (this.#next && !this.#removed) {
      const { still, wanted = () => true } = this.#next;
      this.#next = null;
      const looks = this.views.map((view, index) => {
        const look = wanted(index) && view.look();
        return look && { ...look, still };
      });
      const answer = await this.#ask(looks) ?? this.#here(looks);
      millis = answer.millis / (looks.filter(Boolean).length || 1);
      pictures = this.views.map((_, index) => answer.bitmaps[index] ?? pictures[index]);
    }
    return { millis, show: () => pictures.splice(0).forEach((picture, index) => picture && show(this.views[index].canvas, picture)) };
  }

  #ask(looks) {
    readyPainter();
    const make = this.#known ? null : { kind: this.kind, language: locale, abouts: this.views.map(({ picture }) => picture.about) };
    const news = this.#news;
    if (!looks.some(Boolean) && !news.some(({ length }) => length > 0)) return { bitmaps: [], millis: 0 };
    this.#news = this.views.map(() => []);
    this.#known = true;
    return painter.ask({ group: this.#group, make, news, looks });
  }

  #here(looks) {
    const start = performance.now();
    const bitmaps = looks.map((look, index) => look && bitmapOf(this.views[index].picture, look));
    return { bitmaps, millis: performance.now() - start };
  }
}
