// Watches something that should give signs of life. Time in which the page itself slept, or was busy, does not count as silence.

const TICK_MILLIS = 500;
const LATE_MILLIS = 1000; // a tick later than this shows that the page could not have heard anything either

export class Watch {
  #timer = null;
  #ticked = 0;
  #since = 0;

  /** @param {() => number} patience milliseconds of silence that are borne  @param {() => void} expired called once they are over */
  constructor(patience, expired) {
    this.patience = patience;
    this.expired = expired;
  }

  start() {
    if (this.#timer !== null) return;
    this.heard();
    this.#ticked = performance.now();
    this.#timer = setInterval(() => this.#tick(), TICK_MILLIS);
  }

  stop() {
    clearInterval(this.#timer);
    this.#timer = null;
  }

  /** A sign of life. */
  heard() {
    this.#since = performance.now();
  }

  #tick() {
    const now = performance.now();
    if (now - this.#ticked > TICK_MILLIS + LATE_MILLIS) this.#since = now;
    this.#ticked = now;
    if (now - this.#since < this.patience()) return;
    this.stop();
    this.expired();
  }
}
