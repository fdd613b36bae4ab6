// A view of a row, drawn by one piece for each of its inputs and outputs. An output is asked for again only when something that
// it reads has changed; what a gesture outruns is shown all the same, so that pictures move while a hand does.

import { edited, formatQuery } from '../link/state.js';
import { el } from '../shell/dom.js';
import { INPUTS } from './inputs/index.js';
import { OUTPUTS } from './outputs/index.js';

const IN_BAR = ['control', 'seeds'];

export class View {
  #lane = Promise.resolve(); // one request at a time

  /** @param {import('./page.js').ExhibitPage} page  @param {object} row of the catalogue */
  constructor(page, row) {
    this.page = page;
    this.row = row;
    this.keys = row.inputs.filter(({ kind }) => IN_BAR.includes(kind)).flatMap(({ keys }) => keys);
    this.inputs = row.inputs.filter(({ kind }) => kind in INPUTS).map((spec) => new INPUTS[spec.kind](this, spec));
    // One that no piece draws is asked for by an input.
    this.outputs = row.outputs.flatMap((spec, index) => (spec.kind in OUTPUTS ? { spec, index, piece: new OUTPUTS[spec.kind](this, spec), shown: null } : []));
    const at = (place) => this.inputs.filter((input) => input.place === place).map(({ node }) => node);
    const column = (place, tag = 'div') => {
      const nodes = at(place);
      return nodes.length > 0 && el(tag, { class: place, data: { part: place === 'under' ? 'transport' : 'tools' } }, nodes);
    };
    const lead = column('lead');
    const side = column('side', 'aside');
    // A wall to choose from comes last, with the letters that it fills.
    const chooser = this.input('picks') ? this.outputs.filter(({ spec }) => spec.shape === 'wall') : [];
    const looked = this.outputs.filter((output) => !chooser.includes(output));
    this.node = el(
      'section',
      { class: 'view generic', 'aria-label': row.title, data: { lead: Boolean(lead), side: Boolean(side) } },
      lead,
      el(
        'div',
        { class: 'main' },
        column('over'),
        el('div', { class: 'outputs' }, rowsOf(looked)),
        column('under'),
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

  /** A picture that was dropped or pasted. */
  load(file) {
    return this.input('image')?.load(file);
  }

  async draw({ signal }) {
    for (const input of this.inputs) input.show?.(this.page.values);
    for (const { piece } of this.outputs) piece.mark?.();
    await this.#companions(signal);
    const begun = [];
    for (const input of this.inputs) begun.push(await input.prepare?.(signal));
    // A picture that was put on the pad is followed at once by the first that is made of it.
    const follows = begun.includes(true) && this.outputs.find(({ spec }) => spec.image);
    for (const output of this.outputs) await this.#refresh(output, this.page.values, output === follows ? null : signal);
    for (const input of this.inputs) await input.drawn?.();
    this.page.bar.show();
    return undefined;
  }

  /** Draws what reads one of `changes` as if the link had them. */
  async glance(changes) {
    const values = { ...this.page.values, ...changes };
    const reads = ({ spec }) => spec.reads.some((key) => key in changes);
    for (const output of this.outputs.filter(reads)) await this.#refresh(output, values, null, changes);
  }

  async #companions(signal) {
    for (const id of this.row.companions) {
      if (signal.aborted) return;
      await this.page.opening.beside(id, signal);
    }
    if (this.#compares) await this.page.opening.known();
  }

  /** Whether it reads the cards of all weights. */
  get #compares() {
    return this.row.inputs.some(({ kind }) => kind === 'cards');
  }

  /** An output as the link has it, for an input that needs it; null where nobody waits for it any more. */
  async ask(output, signal) {
    await this.#lane;
    return signal?.aborted ? null : this.#ask({ output, part: 0, query: this.page.store.asked });
  }

  #ask(ask) {
    const asked = this.page.asking.answer({ view: this.row.id, ...ask }, { companions: this.row.companions, cards: this.#compares });
    this.#lane = asked.catch(() => {});
    return asked;
  }

  async #refresh(output, values, signal, changes = {}) {
    const { spec, index, piece } = output;
    const image = spec.image ? this.input('image') : null;
    const peers = this.input('peers');
    const key = JSON.stringify([this.page.model.id, image?.version, peers?.version, ...spec.reads.map((one) => values[one])]);
    if (output.shown === key) return;
    const { id } = this.page.model;
    const query = formatQuery(edited(this.page.store.pairs, changes));
    piece.wait?.();
    for (let part = 0, parts = 1; part < parts; part += 1) {
      await this.#lane;
      if (signal?.aborted) return;
      const answer = await this.#ask({ output: index, part, query, image: image?.values(), peers: peers?.values });
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
