// Whether an element is near the screen, and whether it can be seen.

/** How far beyond the screen it is already made ready. */
const NEAR = '200px';
const LOOK_MILLIS = 300;

/** Tells `changed(near, seen)` of a node. */
export class Watcher {
  #near = false;
  #within = false;
  #told = '';

  constructor(node, changed) {
    Object.assign(this, { node, changed });
    this.observers = [
      new IntersectionObserver((entries) => { this.#near = entries.at(-1).isIntersecting; this.#look(); }, { rootMargin: NEAR }),
      new IntersectionObserver((entries) => { this.#within = entries.at(-1).isIntersecting; this.#look(); }),
    ];
    for (const observer of this.observers) observer.observe(node);
    // A slide that is not shown may lie on the screen, without visibility; nothing tells of that.
    this.timer = setInterval(() => this.#look(), LOOK_MILLIS);
  }

  #look() {
    const visible = this.node.checkVisibility?.({ visibilityProperty: true, opacityProperty: true }) ?? true;
    const [near, seen] = [this.#near && visible, this.#within && visible];
    if (this.#told === `${near} ${seen}`) return;
    this.#told = `${near} ${seen}`;
    this.changed(near, seen);
  }

  stop() {
    clearInterval(this.timer);
    for (const observer of this.observers) observer.disconnect();
  }
}
