// The record of a run for its run file: fingerprints and measures on its way, bounded.

import { VIEW_KEYS } from '../link/rules.js';
import { writeLink } from '../link/state.js';
import { later } from './later.js';

const FORMAT = 'genzoo-run';
const VERSION = 2;
const MOST_CHECKS = 200;
const MOST_ROWS = 4000;
const CHANGES = /(^|&)events=/;

/** Defaults of the keys that a run file leaves out: how a run is shown is not part of the file. */
const initial = (keys) => Object.fromEntries(keys.map((key) => [key, VIEW_KEYS[key].initial]));

/** Run files that fall on the page are replayed, and points are offered to train on. */
export function takeDrops(race, record) {
  addEventListener('dragover', (event) => event.preventDefault());
  addEventListener('drop', (event) => {
    const [file] = event.dataTransfer.files;
    if (!file || document.querySelector('dialog[open]')) return;
    event.preventDefault();
    later(
      race.notices,
      () => import('./dropped.js'),
      ({ takeFile }) => takeFile(race, record, file),
    );
  });
}

export class Record {
  constructor(race) {
    this.race = race;
    this.#clear();
    race.addEventListener('began', () => this.#clear());
    race.addEventListener('resumed', ({ detail }) => this.#cut(detail.step));
    race.addEventListener('drawn', ({ detail }) => this.#note(detail));
    race.addEventListener('link', async ({ detail }) => {
      if (CHANGES.test(detail) || race.root.getElementById('changes')) (await import('./changes.js')).showChanges(race, detail);
    });
  }

  #clear() {
    this.checks = [];
    this.rows = [];
    this.bits = true; // every step so far on the CPU
  }

  #note({ step, hash, frame, fault }) {
    if (this.race.engine.device !== 'cpu') this.bits = false;
    const last = Math.max(this.checks.at(-1)?.step ?? 0, this.rows.at(-1)?.step ?? 0);
    if (step < last) this.#cut(step); // the run went back
    if (fault) return;
    this.rows.push(...frame.rows);
    if (hash) {
      if (this.checks.at(-1)?.step === step) this.checks.pop(); // a single update at the same step
      if (step > 0) this.checks.push({ step, hash });
    }
    const second = (list) => list.filter((_, index) => (list.length - 1 - index) % 2 === 0);
    if (this.checks.length > MOST_CHECKS) this.checks = second(this.checks);
    if (this.rows.length > MOST_ROWS) {
      const steps = new Set(second([...new Set(this.rows.map((row) => row.step))]));
      this.rows = this.rows.filter((row) => steps.has(row.step));
    }
  }

  #cut(step) {
    this.checks = this.checks.filter((check) => check.step <= step);
    this.rows = this.rows.filter((row) => row.step <= step);
  }

  /** The run file of a run at rest. */
  async file() {
    const { engine, session, runner, view } = this.race;
    const { version } = engine.catalog;
    const query = await engine.query();
    const { step } = runner;
    const checks = this.bits ? this.checks : [];
    return `${JSON.stringify(
      {
        format: FORMAT,
        version: VERSION,
        crate: version,
        demo: engine.demo,
        link: writeLink(query, { ...view, ...initial(['theme', 'speed', 'stop', 'device']) }),
        settings: session.initial,
        seed: session.initial.seed,
        step,
        device: this.bits ? 'cpu' : 'webgpu',
        hash: checks.at(-1)?.step === step ? checks.at(-1).hash : null,
        checks,
        metrics: this.rows.map((row) => ({ arena: row.arena, step: row.step, values: session.named(row.values) })),
      },
      null,
      1,
    )}\n`;
  }
}
