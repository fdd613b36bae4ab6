// The page's side of a run: which settings it has, and every way to change them. Changes that Rust can take in
// mid-run are passed on; all others start the run again from step 0.

import { LETTERS } from '../shell/colour.js';
import { decode, edited, formatQuery, parseQuery, readLink, withoutArena } from '../link/state.js';

const differs = (one, other) => String(one) !== String(other);

export class RunSession {
  /** `hooks`: `began(description)` after each start, `changed()` when settings changed in mid-run, `notify(sentence)`. */
  constructor(engine, runner, hooks) {
    this.engine = engine;
    this.runner = runner;
    this.hooks = hooks;
    this.notify = hooks.notify;
    this.pairs = new Map();
    this.description = null;
  }

  get demo() {
    return this.engine.catalog.demos.find(({ id }) => id === this.engine.demo);
  }

  get objectives() {
    return this.description.arenas.map(({ objective }) => objective);
  }

  /** What an arena trains by, or what it is called in a figure. */
  nameOf(arena) {
    const { objective, name = '' } = this.description.arenas[arena];
    return objective ?? name;
  }

  /** Measures by column; what was not measured is missing. */
  named(values) {
    return Object.fromEntries(this.demo.columns.map((column, at) => [column, values[at]]).filter(([, value]) => Number.isFinite(value)));
  }

  /** Whether a density is made of the user's own points. */
  needsPoints(density) {
    return Boolean(this.demo.densities.find(({ id }) => id === density)?.needs_points);
  }

  get canAddArena() {
    return this.objectives.length < this.engine.catalog.limits.arenas;
  }

  /** What the settings panel shows. */
  get run() {
    const { settings } = this.description;
    const own = [...this.pairs.keys()].filter((key) => !['preset', 'demo', 'step', 'events', 'v'].includes(key));
    return {
      settings,
      arenas: this.objectives.length,
      ownPoints: this.needsPoints(settings.density),
      preset: settings.preset ?? decode(this.pairs.get('preset') ?? '') ?? this.demo.presets[0]?.id,
      edited: own.length > 0 || Object.keys(settings).some((key) => differs(settings[key], this.initial[key])),
      dirty: (control, tab) => this.#keys(control, tab).some((key) => this.pairs.has(key) || differs(settings[key], this.initial[key])),
    };
  }

  /** Opens a link; resolves to the step that it asks to be played to. */
  async openLink(hash) {
    const { pairs, notes } = readLink(hash);
    notes.forEach((note) => this.notify(note, { kind: 'warning' }));
    const { demos } = this.engine.catalog;
    const wanted = decode(pairs.get('demo') ?? '');
    const known = demos.some(({ id }) => id === wanted);
    if (wanted && !known) this.notify(`There is no demo called “${wanted.slice(0, 40)}”; this is ${demos[0].title}.`, { kind: 'warning' });
    this.engine.demo = known ? wanted : demos[0].id;
    try {
      return await this.#open(pairs);
    } catch (error) {
      this.notify(`${error.message} The default run is shown instead.`, { kind: 'warning' });
      return this.#open(new Map());
    }
  }

  /** Starts the run again, with `pairs` as its settings. */
  async restart(pairs, sentence, { play = false } = {}) {
    await this.runner.exclusive(async () => {
      const playing = play || this.runner.busy;
      try {
        await this.#open(pairs);
      } catch (error) {
        this.notify(error.message, { kind: 'warning' });
        this.hooks.changed(); // shows the settings that still hold
        return;
      }
      if (sentence) this.notify(sentence, { key: 'restart', fade: 6000 });
      if (playing) this.runner.play();
      else this.runner.look();
    });
  }

  /** Step 0 again, for an exact replay: changes made on the way happen again at their steps. */
  async reset() {
    const pairs = parseQuery(await this.engine.query());
    pairs.delete('step');
    const last = this.present();
    await this.restart(pairs);
    if (pairs.has('events')) {
      this.notify('The run repeats from step 0, and the changes made on the way happen again at their steps.', {
        key: 'restart',
        actions: [['Start with the last settings instead', () => this.restart(last)]],
      });
    }
  }

  async change(control, tab, value) {
    if (control.key === 'density' && this.needsPoints(value) && !this.pairs.has('points')) {
      this.hooks.changed(); // the old choice stays until there are points
      this.hooks.openPad(value);
      return;
    }
    const key = tab === 'all' ? control.key : `${control.key}.${tab}`;
    if (control.live && this.runner.step > 0) return this.#setLive(key, value);
    const changes = { [key]: value };
    if (tab === 'all') for (const other of this.#keys(control, tab)) if (other !== key) changes[other] = null;
    await this.restart(edited(this.present(), changes), this.#restarted(control, tab));
  }

  async toDefault(control, tab) {
    const pairs = this.present();
    for (const key of this.#keys(control, tab)) pairs.delete(key);
    if (!control.live) return this.restart(pairs, this.#restarted(control, tab));
    const { settings } = await this.engine.resolve(formatQuery(pairs));
    for (const key of this.#keys(control, tab)) {
      this.pairs.delete(key);
      if (key in settings) await this.#setLive(key, String(settings[key]));
    }
  }

  preset(id) {
    const title = this.demo.presets.find((preset) => preset.id === id)?.title ?? id;
    return this.restart(edited(new Map([['demo', this.engine.demo]]), { preset: id }), `“${title}” starts from step 0.`);
  }

  async addArena() {
    const unused = this.demo.objectives.find(({ id }) => !this.objectives.includes(id)) ?? this.demo.objectives[0];
    await this.#withArenas(this.present(), [...this.objectives, unused.id], `Arena ${LETTERS[this.objectives.length]} joins; the race starts again from step 0.`);
  }

  async removeArena(index) {
    await this.#withArenas(
      withoutArena(this.present(), index),
      this.objectives.filter((_, other) => other !== index),
      'The race starts again from step 0.',
    );
  }

  async changeObjective(index, id) {
    await this.#withArenas(
      this.present(),
      this.objectives.map((old, other) => (other === index ? id : old)),
      `Arena ${LETTERS[index]} has a new objective; the race starts again from step 0.`,
    );
  }

  /** Points that the user drew or pasted, as the link carries them. */
  async usePoints(density, encoded) {
    await this.restart(edited(this.present(), { density, points: encoded }), 'Training on your points from step 0.', { play: true });
  }

  #withArenas(pairs, objectives, sentence) {
    return this.restart(edited(pairs, { arenas: objectives.join(',') }), sentence);
  }

  #restarted(control, tab) {
    return `${control.label}${tab === 'all' ? '' : ` of arena ${LETTERS[tab]}`} is part of the start, so the run begins again from step 0.`;
  }

  async #setLive(key, value) {
    try {
      await this.engine.set(key, value);
    } catch (error) {
      this.notify(error.message, { kind: 'warning' });
    }
    await this.#describe();
  }

  /** Shows the settings as the session has them now. */
  async #describe() {
    const { settings, differences, is_the_preset } = await this.engine.describe();
    Object.assign(this.description, { settings, differences, is_the_preset });
    this.hooks.changed();
  }

  /** Shows the settings as they are now, where the link's own changes in mid-run may have altered them. */
  async refresh() {
    if (this.replaysChanges) await this.#describe();
  }

  /** Lines to compare measures with come with the first measures: they take longer than a step, and nothing needs them before. Resolves to null where they are known. */
  async references() {
    const { description } = this;
    if (description.references) return null;
    description.references = {};
    try {
      const references = await this.engine.references();
      if (this.description !== description) return null;
      description.references = references;
      return references;
    } catch {
      delete description.references; // the worker was lost meanwhile; the next measures ask again
      return null;
    }
  }

  async #open(pairs) {
    const query = formatQuery(pairs);
    const resolved = await this.engine.resolve(query);
    resolved.notes.forEach((note) => this.notify(note, { kind: 'warning' }));
    this.description = await this.engine.open(this.engine.demo, query);
    this.pairs = edited(parseQuery(resolved.query), {});
    this.replaysChanges = pairs.has('events');
    this.initial = { ...this.description.settings };
    this.hooks.began(this.description);
    return resolved.step;
  }

  /** The present settings as those of a fresh start: what was changed in mid-run holds from the beginning. */
  present() {
    const pairs = new Map(this.pairs);
    const { settings } = this.description;
    const changes = {};
    for (const [key, value] of Object.entries(settings)) {
      if (['step', 'events'].includes(key)) continue;
      if (key in this.initial && differs(this.initial[key], value)) changes[key] = value;
    }
    return edited(pairs, changes);
  }

  /** All keys of a control's value in a link. */
  #keys({ key, scope }, tab) {
    if (scope === 'shared') return [key];
    if (tab !== 'all') return [`${key}.${tab}`];
    return [key, ...this.objectives.map((_, index) => `${key}.${index}`)];
  }
}
