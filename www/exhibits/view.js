// A view of a row, drawn by one piece for each of its inputs and outputs. An output is asked for again only when something that
// it reads has changed; what a gesture outruns is shown all the same, so that pictures move while a hand does.

import { edited, formatQuery } from '../link/state.js';
import { el } from '../shell/dom.js';
import { INPUTS } from './inputs/index.js';
import { OUTPUTS } from './outputs/index.js';

const IN_BAR = ['control', 'seeds', 'beside'];

export class View {
  #lane = Promise.resolve(); // one request at a time
  #beside = []; // ids of the weights that are open beside the chosen ones

  /** @param {import('./page.js').ExhibitPage} page  @param {object} row of the catalogue */
  constructor(page, row) {
    this.page = page;
    this.row = row;
    this.keys = row.inputs.filter(({ kind }) => IN_BAR.includes(kind)).flatMap(({ keys }) => keys);
    this.inputs = row.inputs.filter(({ kind }) => kind in INPUTS).map((spec) => new INPUTS[spec.kind](this, spec));
    // One that no piece draws is asked for by an input.
    this.outputs = row.outputs.flatMap((spec, index) => (spec.kind in OUTPUTS ? { spec, index, piece: new OUTPUTS[spec.kind](this, spec), shown: null } : []));
    const at = (place) => this.inputs.filter((input) => input.place === place).map(({ node }) => node);
    const column = (place, part = 'tools', tag = 'div') => {
      const nodes = at(place);
      return nodes.length > 0 && el(tag, { class: place, data: { part } }, nodes);
    };
    const { room = 'tools' } = this.inputs.find(({ place }) => place === 'lead') ?? {};
    const lead = column('lead', room);
    const side = column('side', 'tools', 'aside');
    // A wall to choose from comes last, with the letters that it fills.
    const chooser = this.input('picks') ? this.outputs.filter(({ spec }) => spec.shape === 'wall') : [];
    const looked = this.outputs.filter((output) => !chooser.includes(output));
    this.node = el(
      'section',
      { class: 'view generic', 'aria-label': row.title, data: { lead: lead && (room === 'board' ? room : true), side: Boolean(side) } },
      lead,
      el(
        'div',
        { class: 'main' },
        column('over'),
        el('div', { class: 'outputs' }, rowsOf(looked)),
        column('under', 'transport'),
        chooser.length > 0 && el('section', { class: 'chooser', 'aria-label': 'Choose pictures', data: { part: 'tools' } }, at('chooser'), rowsOf(chooser)),
      ),
      side,
    );
  }

  /** The first input of a kind, if the view has one. */
  input(kind) {
    return this.inputs.find(({ spec }) => spec.kind === kind);
  }

  /** A setting says nothing here where no output that reads it is there. */
  hides(key) {
    const readers = this.outputs.filter(({ spec }) => spec.reads.includes(key));
    return this.inputs.some((input) => input.hides?.(key)) || (readers.length > 0 && readers.every(({ piece }) => piece.absent));
  }

  /** What plays, if anything does: an embed drives it. */
  get player() {
    return this.input('play');
  }

  get playing() {
    return this.player?.playing ?? false;
  }

  play() {
    return this.player?.play();
  }

  pause() {
    return this.player?.pause();
  }

  reset() {
    return this.player?.reset();
  }

  /** Weights were opened. */
  opened() {
    for (const output of this.outputs) output.shown = null;
    for (const input of this.inputs) input.opened?.(this.page.model);
    if (this.row.inputs.some(({ kind }) => kind === 'beside')) this.page.attempt(() => this.page.cards()); // hides from the menu what is not there
  }

  entered(asked) {
    for (const input of this.inputs) input.entered?.(asked);
  }

  hide() {
    this.player?.rest();
  }

  /** What the link does not carry. */
  unlinked() {
    return this.inputs.map((input) => input.unlinked?.()).find(Boolean);
  }

  /** What a person draws on. */
  get #pad() {
    return this.inputs.find(({ values }) => typeof values === 'function');
  }

  /** A file that was dropped or pasted. */
  load(file) {
    return this.#pad?.load(file);
  }

  async draw({ signal }) {
    await Promise.all(this.inputs.map((input) => input.show?.(this.page.values)));
    for (const { piece } of this.outputs) piece.mark?.();
    await this.#companions(signal);
    const begun = [];
    for (const input of this.inputs) begun.push(await input.prepare?.(signal));
    // A picture that was put on the pad is followed at once by the first that is made of it.
    const follows = begun.includes(true) && this.outputs.find(({ spec }) => spec.image);
    const made = this.#made();
    for (const output of this.outputs) await this.#refresh(output, this.page.values, made, output === follows ? null : signal);
    if (!signal.aborted) this.#show(made);
    for (const input of this.inputs) await input.drawn?.();
    this.page.bar.show();
    return undefined;
  }

  /** Draws again what reads the drawing, from one state of it. Returns whether the view is still shown. */
  async follow() {
    const made = this.#made();
    for (const output of this.outputs.filter(({ spec }) => spec.image)) await this.#refresh(output, this.page.values, made, null);
    return this.#show(made);
  }

  /** Draws what reads one of `changes` as if the link had them. */
  async glance(changes) {
    const values = { ...this.page.values, ...changes };
    const reads = ({ spec }) => spec.reads.some((key) => key in changes);
    const made = this.#made();
    for (const output of this.outputs.filter(reads)) await this.#refresh(output, values, made, null, changes);
  }

  /** The drawing as it is now: all outputs show the same state of it, however long that takes. */
  #made() {
    const pad = this.#pad;
    return pad ? { version: pad.version, values: pad.values() } : null;
  }

  /** Says which state of the drawing is shown. */
  #show(made) {
    if (this.node.hidden) return false;
    if (made && !(made.version < Number(this.node.dataset.version))) this.node.dataset.version = made.version;
    return true;
  }

  /** Fetches what is opened beside the chosen weights. Of what a choice names, a site may lack some. */
  async #companions(signal) {
    const { companions, inputs } = this.row;
    const chosen = inputs.filter(({ kind }) => kind === 'beside').flatMap(({ keys, weights }) => weights[this.#choice(keys[0])]);
    for (const id of [...companions, ...chosen]) {
      if (signal.aborted) return;
      await this.page.opening.beside(id, signal).catch((error) => {
        if (error.status !== 404 || companions.includes(id)) throw error;
      });
    }
    this.#beside = [...companions, ...chosen].filter((id) => this.page.models.has(id));
  }

  /** An output as the link has it, for an input that needs it; null where nobody waits for it any more. */
  async ask(output, signal) {
    await this.#lane;
    return signal?.aborted ? null : this.#ask({ output, part: 0, query: this.page.store.asked });
  }

  #ask(ask) {
    const asked = this.page.asking.answer({ view: this.row.id, ...ask }, { companions: this.#beside });
    this.#lane = asked.catch(() => {});
    return asked;
  }

  /** Index of the choice of a menu. */
  #choice(key) {
    return this.page.control(key).choices.findIndex(({ id }) => id === this.page.values[key]);
  }

  async #refresh(output, values, made, signal, changes = {}) {
    const { spec, index, piece } = output;
    const image = spec.image ? made : null;
    const peers = this.input('peers');
    const beside = this.#beside;
    const key = JSON.stringify([this.page.model.id, beside, image?.version, peers?.version, ...spec.reads.map((one) => values[one])]);
    if (output.shown === key || image?.version < output.version) return;
    output.version = image?.version;
    output.turn = (output.turn ?? 0) + 1;
    const { turn } = output;
    const { id } = this.page.model;
    const query = formatQuery(edited(this.page.store.pairs, changes));
    if (signal) piece.wait?.(); // a gesture changes pictures that stay
    for (let part = 0, parts = 1; part < parts; part += 1) {
      await this.#lane;
      if (signal?.aborted || output.turn !== turn) return; // a newer one shows more
      const answer = await this.#ask({ output: index, part, query, image: image?.values, peers: peers?.values });
      if (this.page.model.id !== id || this.node.hidden) return;
      parts = answer.parts ?? 1;
      piece.show(answer);
      for (const input of this.inputs) input.answered?.(spec, answer);
      if (signal?.aborted && part + 1 < parts) return;
    }
    output.shown = key;
  }
}

/** Outputs below each other; small ones that follow one another share a row. */
function rowsOf(outputs) {
  const rows = [];
  for (const { piece } of outputs) {
    const { compact } = piece.node.dataset;
    const last = rows.at(-1);
    if (compact && last?.dataset.of === compact) last.append(piece.node);
    else rows.push(compact ? el('div', { class: 'beside', data: { of: compact } }, piece.node) : piece.node);
  }
  return rows;
}
