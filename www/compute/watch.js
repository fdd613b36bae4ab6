// Watches something that should give signs of life. Silence is counted in ticks of the page itself: where it sleeps, or the machine
// is busy with other things, they come late as well.

const TICK_MILLIS = 250;

export class Watch {
  #timer = null;
  #silent = 0;

  /** @param {() => number} patience milliseconds of silence that are borne  @param {() => void} expired called once they are over */
  constructor(patience, expired) {
    this.patience = patience;
    this.expired = expired;
  }

  start() {
    if (this.#timer !== null) return;
    this.heard();
    this.#timer = setInterval(() => this.#tick(), TICK_MILLIS);
  }

  stop() {
    clearInterval(this.#timer);
    this.#timer = null;
  }

  /** A sign of life. */
  heard() {
    this.#silent = 0;
  }

  #tick() {
    this.#silent += TICK_MILLIS;
    if (this.#silent < this.patience()) return;
    this.stop();
    this.expired();
  }
}
