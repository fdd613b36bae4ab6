// A branch of a run: its origin, its measures, and snapshots to go back to.

const MOST_CHECKPOINTS = 40; // of a branch; then every second one goes
const FIRST_INTERVAL = 25; // steps
const MOST_ROWS = 4000; // of a branch

/** Keys of settings that differ. */
export const changed = (before, now) => Object.keys(now).filter((key) => String(now[key]) !== String(before[key]));

/** One branch of a run: its measures, its checkpoints and the settings that it had. */
export class Branch {
  /** `rows` up to step `from`, where it has these settings. Its checkpoints begin there: those before lead to where it came from. */
  constructor(name, from, rows, settings) {
    this.name = name;
    this.from = from;
    this.rows = rows;
    this.checkpoints = [];
    this.interval = FIRST_INTERVAL;
    this.story = [{ step: from, settings: { ...settings } }];
  }

  /** The settings that it had at a step. */
  at(step) {
    return this.story.findLast((moment) => moment.step <= step)?.settings ?? this.story[0].settings;
  }

  /** How far it has been seen. */
  get end() {
    return Math.max(this.last, this.rows.at(-1)?.step ?? 0);
  }

  /** Notes settings that were changed on the way. */
  note(step, settings) {
    if (changed(this.at(step), settings).length > 0) this.story.push({ step, settings: { ...settings } });
  }

  get last() {
    return this.checkpoints.at(-1)?.step ?? -1;
  }

  keep(checkpoint) {
    this.checkpoints.push(checkpoint);
    if (this.checkpoints.length > MOST_CHECKPOINTS) this.thin();
  }

  get bytes() {
    return this.checkpoints.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
  }

  /** Drops every second checkpoint, but never the newest. */
  thin() {
    this.checkpoints = this.checkpoints.filter((_, index, all) => index % 2 === 0 || index === all.length - 1);
    this.interval *= 2;
  }

  add(rows) {
    this.rows.push(...rows);
    if (this.rows.length <= MOST_ROWS) return;
    const steps = [...new Set(this.rows.map(({ step }) => step))];
    const kept = new Set(steps.filter((_, index) => index % 2 === 0));
    this.rows = this.rows.filter(({ step }) => kept.has(step));
  }
}
