// Weights that a person brings: a file and its card. Rust checks them as it checks shipped ones; here only sizes are bounded.

import { clearNotice, notify } from '../shell/notices.js';
import { CARD_LIMIT, WEIGHTS_LIMIT, parse } from './weights.js';

const NOTICE = { kind: 'warning', key: 'weights' };
const quoted = ({ name }) => `“${name}”`;

export class OwnWeights {
  #waiting = {}; // what came without its other half: a file or a card

  /** @param {import('./page.js').ExhibitPage} page */
  constructor(page) {
    this.page = page;
  }

  /** Takes a file (.bpk) and its card (.json), together or one after the other. */
  async take(files) {
    const packs = files.filter(({ name }) => /\.bpk$/i.test(name));
    const cards = files.filter((file) => !packs.includes(file));
    if (packs.length > 1 || cards.length > 1) return notify('Weights are opened one at a time: bring one file (.bpk) with its card (.json).', NOTICE);
    const { file, card } = { ...this.#waiting, ...(packs[0] && { file: packs[0] }), ...(cards[0] && { card: cards[0] }) };
    this.#waiting = {};
    for (const [one, limit] of [
      [file, WEIGHTS_LIMIT],
      [card, CARD_LIMIT],
    ])
      if (one?.size > limit) return notify(`${quoted(one)} is larger than ${limit >> 20} MiB; it was not opened.`, NOTICE);
    if (file && card) {
      clearNotice(NOTICE.key);
      const text = await card.text();
      return this.page.opening.bring({ text, file, card: parse(text) });
    }
    this.#waiting = { file, card };
    return notify(
      file ? `${quoted(file)} waits for its card: bring the .json file of the same name, too.` : `${quoted(card)} is a card: bring the .bpk file of the same name, too.`,
      {
        key: NOTICE.key,
      },
    );
  }
}
