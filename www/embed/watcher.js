// Whether an element is near the screen, whether it can be seen, and whether it was left.

/** How far beyond the screen it is already made ready. */
const NEAR = '200px';
const LOOK_MILLIS = 300;
/** How long what is nowhere near the screen is still kept ready. */
const LEFT_MILLIS = 4000;

/** Tells `changed(near, seen)` of a node, and `left()` when it has not been near for some seconds. */
export class Watcher {
  #near = false;
  #within = false;
  #told = '';

  constructor(node, changed, left) {
    this.node = node;
    this.changed = changed;
    this.left = left;
    this.observers = [
      new IntersectionObserver(
        (entries) => {
          this.#near = entries.at(-1).isIntersecting;
          this.#look();
        },
        { rootMargin: NEAR },
      ),
      new IntersectionObserver((entries) => {
        this.#within = entries.at(-1).isIntersecting;
        this.#look();
      }),
    ];
    for (const observer of this.observers) observer.observe(node);
    // A slide that is not shown may be on the screen but hidden; no event reports that.
    this.timer = setInterval(() => this.#look(), LOOK_MILLIS);
  }

  #look() {
    const visible = this.node.checkVisibility?.({ visibilityProperty: true, opacityProperty: true }) ?? true;
    const [near, seen] = [this.#near && visible, this.#within && visible];
    if (this.#told === `${near} ${seen}`) return;
    this.#told = `${near} ${seen}`;
    this.changed(near, seen);
    clearTimeout(this.leaving);
    if (!near) this.leaving = setTimeout(this.left, LEFT_MILLIS);
  }

  stop() {
    clearInterval(this.timer);
    clearTimeout(this.leaving);
    for (const observer of this.observers) observer.disconnect();
  }
}
