// Canvases of a page whose pictures a worker paints. All of a group change together. Where the worker is gone, the page paints.

import { nextFrame } from '../shell/dom.js';
import { locale } from '../i18n/strings.js';
import { Watch } from '../compute/watch.js';
import { START_MILLIS, startWorker } from '../compute/worker-client.js';
import { bitmapOf, show } from './sheet.js';

const SILENCE_MILLIS = 3500; // a painter that takes longer for a picture has been ended, or hangs

let painter = null; // one for all groups of a page
let held = 0; // how often
let made = 0;

class Painter {
  #waiting = new Map(); // by group
  #heard = false;
  #watch = new Watch(
    () => (this.#heard ? SILENCE_MILLIS : START_MILLIS),
    () => this.end(),
  );

  constructor() {
    try {
      this.#start();
    } catch {
      this.worker = null; // the page paints
    }
  }

  #start() {
    this.worker = startWorker(new URL('./painter.js', import.meta.url), () => new Worker(new URL('./painter.js', import.meta.url), { type: 'module' }));
    this.worker.onmessage = ({ data }) => {
      if (!('error' in data)) return this.#answer(data.group, data);
      console.error(data.error);
      return this.end();
    };
    this.worker.onerror = (event) => {
      event.preventDefault();
      this.end();
    };
    this.worker.onmessageerror = () => this.end();
  }

  /** Resolves to the answer, or to null where there is no painter any more. A group asks one thing at a time. */
  ask(message) {
    if (!this.worker) return null;
    return new Promise((resolve) => {
      this.#waiting.set(message.group, resolve);
      this.#watch.start();
      this.worker.postMessage(message);
    });
  }

  #answer(group, answer) {
    const resolve = this.#waiting.get(group);
    if (!resolve) return; // answered when it ended
    this.#waiting.delete(group);
    this.#heard = true;
    this.#watch.heard();
    if (this.#waiting.size === 0) this.#watch.stop();
    resolve(answer);
  }

  drop(group) {
    this.worker?.postMessage({ group, drop: true });
  }

  /** Ends the painter. */
  end() {
    this.worker?.terminate();
    this.worker = null;
    for (const group of [...this.#waiting.keys()]) this.#answer(group, null);
  }
}

/** Starts the painter, and keeps it until every caller has called the function that this returns. */
export function holdPainter() {
  painter ??= new Painter();
  held += 1;
  return () => {
    held -= 1;
    if (held > 0) return;
    painter.end();
    painter = null;
  };
}

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
    this.kind = kind;
    this.views = views;
    this.#news = views.map(() => []);
  }

  /** Gives the picture of a view new numbers. */
  update(index, ...update) {
    this.views[index].picture.update(...update);
    this.#news[index].push(update);
  }

  /**
   * Paints the wanted pictures. Of the requests that arrive while it paints, only the newest is served.
   * @param {{ still: boolean, wanted?: (index: number) => boolean }} order `still`: as fine as it gets
   * @returns {Promise<{ millis: number, show: () => void }>} how long a picture took, on average, and what puts all on the page
   */
  paint(order) {
    this.#next = order;
    this.#work ??= this.#paintAll();
    return this.#work;
  }

  /** Paints, and shows it in an animation frame. */
  async draw(order) {
    const { show } = await this.paint(order);
    await nextFrame();
    show();
  }

  /** Paints on the page itself, and shows it at once. */
  paintNow({ still }) {
    const looks = this.views.map((view) => {
      const look = view.look();
      return look && { ...look, still };
    });
    this.#here(looks).bitmaps.forEach((bitmap, index) => bitmap && show(this.views[index].canvas, bitmap));
  }

  remove() {
    this.#removed = true;
    if (this.#known) painter?.drop(this.#group);
  }

  async #paintAll() {
    let [millis, pictures] = [0, []];
    try {
      while (this.#next && !this.#removed) {
        const { still, wanted = () => true } = this.#next;
        this.#next = null;
        const looks = this.views.map((view, index) => {
          const look = wanted(index) && view.look();
          return look && { ...look, still };
        });
        const answer = await this.#ask(looks);
        if (this.#removed) break;
        const { bitmaps, millis: all } = answer ?? this.#here(looks);
        millis = all / (looks.filter(Boolean).length || 1);
        bitmaps.forEach((bitmap, index) => {
          if (!bitmap) return;
          pictures[index]?.close();
          pictures[index] = bitmap;
        });
      }
    } finally {
      this.#work = null;
    }
    return { millis, show: () => pictures.splice(0).forEach((picture, index) => picture && show(this.views[index].canvas, picture)) };
  }

  #ask(looks) {
    const make = this.#known ? null : { kind: this.kind, language: locale, abouts: this.views.map(({ picture }) => picture.about) };
    const news = this.#news;
    if (!looks.some(Boolean) && !news.some(({ length }) => length > 0)) return { bitmaps: [], millis: 0 };
    this.#news = this.views.map(() => []);
    this.#known = true;
    return painter?.ask({ group: this.#group, make, news, looks });
  }

  #here(looks) {
    const start = performance.now();
    const bitmaps = looks.map((look, index) => look && bitmapOf(this.views[index].picture, look));
    return { bitmaps, millis: performance.now() - start };
  }
}
