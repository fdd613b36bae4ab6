// The rows of one chart, bounded: when there are too many, every second one goes, so old times grow coarse first.

export const MOST_ROWS = 2000;

export class History {
  /** `lines`: how many values a row has. */
  constructor(lines) {
    this.lines = lines;
    this.clear();
  }

  clear() {
    this.steps = [];
    this.values = Array.from({ length: this.lines }, () => []);
  }

  /** Notes `value` (may be null) of `line` at `step`; arenas report the same step one after the other. */
  add(step, line, value) {
    const last = this.steps.length - 1;
    if (last < 0 || this.steps[last] < step) {
      if (this.steps.length >= MOST_ROWS) this.#thin();
      this.steps.push(step);
      for (const column of this.values) column.push(null);
    } else if (this.steps[last] > step) {
      return; // a step that is already drawn
    }
    const column = this.values[line];
    column[column.length - 1] = value;
  }

  /** Removes the rows after `step`: the run went back. */
  cut(step) {
    const keep = this.steps.findIndex((other) => other > step);
    if (keep < 0) return;
    this.steps.length = keep;
    for (const column of this.values) column.length = keep;
  }

  #thin() {
    const second = (_, index) => index % 2 === 0;
    this.steps = this.steps.filter(second);
    this.values = this.values.map((column) => column.filter(second));
  }
}
