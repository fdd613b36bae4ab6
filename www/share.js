// The share panel: the present run as a link, as code for another page, as a QR code and as a file; and what can be taken away.

import qrcode from './vendor/qrcode.js';
import { el, icon, setLabel, setText } from './dom.js';
import { replayFile } from './replay.js';
import { t } from './strings.js';
import { link, short, snippet, withStep } from './snippets.js';
import { takeAway } from './take-away.js';

const QUIET = 4; // modules around a QR code
const QR_MOST = 2953; // bytes in the largest one

export class SharePanel {
  #kind = 'link';
  #long = true;

  constructor(race, record, dialog) {
    Object.assign(this, { race, record, dialog });
    document.head.append(el('link', { rel: 'stylesheet', href: new URL('./share.css', import.meta.url).href }));
    this.#build();
  }

  async open() {
    await this.race.runner.pause();
    await this.#show();
    this.take.show();
    this.dialog.showModal();
  }

  #build() {
    this.text = el('textarea', { id: 'share-text', readOnly: true, rows: 5, spellcheck: false, 'aria-label': 'What to copy', on: { focus: () => this.text.select() } });
    this.qr = el('div', { id: 'share-qr', class: 'qr', role: 'img' });
    this.said = el('p', { id: 'share-said', role: 'status' });
    const kinds = [['link', 'Link'], ['frame', 'Frame'], ['element', 'Element'], ['module', 'Module']];
    this.kinds = this.#choices('kind', 'As', kinds, () => this.#kind, (kind) => { this.#kind = kind; });
    this.lengths = this.#choices('length', 'What', [['long', 'This run'], ['short', 'Only its settings']], () => (this.#long ? 'long' : 'short'), (length) => { this.#long = length === 'long'; });
    const file = el('input', { type: 'file', id: 'run-open', accept: '.json,application/json', class: 'visually-hidden', on: { change: () => this.#replay(file) } });
    this.take = takeAway(this.race, this.record, (text) => setText(this.said, text));
    this.dialog.append(
      el('header', { class: 'share-head' }, el('h2', { id: 'share-title' }, 'Share'),
        el('button', { type: 'button', class: 'quiet', id: 'share-close', 'aria-label': 'Close', on: { click: () => this.dialog.close() } }, icon('close'))),
      el('div', { class: 'share' },
        el('section', { 'aria-label': 'Link and code' }, this.lengths, this.kinds, this.text,
          el('div', { class: 'actions' }, el('button', { type: 'button', class: 'primary', id: 'share-copy', on: { click: () => this.#copy() } }, 'Copy'))),
        el('figure', {}, this.qr, el('figcaption', {}, 'The link, for a phone'))),
      el('h2', {}, 'Run file'),
      el('p', {}, 'A run with its settings, seed, fingerprints and measures. Whoever opens it trains the same run, and is told whether it is the same bit for bit.'),
      el('div', { class: 'actions' },
        el('button', { type: 'button', id: 'run-save', on: { click: () => this.take.saveRun() } }, 'Save this run'),
        el('label', { class: 'button', for: 'run-open' }, 'Open a run file…'), file),
      this.take.node, this.said);
  }

  #choices(id, label, options, chosen, choose) {
    const node = el('div', { class: 'toggles', role: 'group', 'aria-label': label, id: `share-${id}` }, options.map(([value, title]) => el('button', {
      type: 'button', data: { value }, on: { click: () => { choose(value); this.#show(); } },
    }, title)));
    node.show = () => { for (const button of node.children) button.setAttribute('aria-pressed', String(button.dataset.value === chosen())); };
    return node;
  }

  async #show() {
    this.kinds.show();
    this.lengths.show();
    const query = await (this.#long ? withStep : short)(this.race);
    this.text.value = snippet(this.#kind, query, this.race.engine.demo);
    this.text.rows = this.#kind === 'link' ? 3 : 7;
    this.#drawQr(link(query));
  }

  #drawQr(address) {
    this.qr.replaceChildren();
    const bytes = new TextEncoder().encode(address).length;
    setLabel(this.qr, bytes > QR_MOST ? 'No QR code' : 'QR code of the link');
    if (bytes > QR_MOST) return this.qr.append(t('The link is too long for a QR code.'));
    const code = qrcode(0, 'L');
    code.addData(address);
    code.make();
    const size = code.getModuleCount();
    const side = size + 2 * QUIET;
    let d = '';
    for (let row = 0; row < size; row += 1) {
      for (let column = 0; column < size; column += 1) if (code.isDark(row, column)) d += `M${column + QUIET} ${row + QUIET}h1v1h-1z`;
    }
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    svg.setAttribute('viewBox', `0 0 ${side} ${side}`);
    const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    path.setAttribute('d', d);
    svg.append(path);
    return this.qr.append(svg);
  }

  async #copy() {
    try {
      await navigator.clipboard.writeText(this.text.value);
      setText(this.said, this.#kind === 'link' ? 'The link is copied.' : 'The code is copied.');
    } catch {
      this.text.select();
      setText(this.said, 'The browser did not allow copying; the text is selected instead.');
    }
  }

  #replay(input) {
    const [file] = input.files;
    input.value = '';
    if (!file) return;
    this.dialog.close();
    replayFile(this.race, this.record, file);
  }
}
