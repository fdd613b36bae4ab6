// The share panel: what the page shows as a link, as code for another page and as a QR code; and what can be taken away.

import qrcode from '../vendor/qrcode.js';
import { byId, el, icon, setLabel, setText } from './dom.js';
import { t } from '../i18n/strings.js';
import { frameAddress, shortLink, snippet } from '../link/snippets.js';
import { ShareOptions } from './share-options.js';

const QUIET = 4; // modules around a QR code
const QR_MOST = 2953; // bytes in the largest one
const QR_EASY = 300; // bytes that a phone reads from a wall
const SCALES = [1, 2, 4, 8];

/** How many pixels a picture has to each of the page's. */
export const scaleMenu = () =>
  el(
    'select',
    { id: 'take-scale' },
    SCALES.map((value) => el('option', { value, selected: value === 2 }, `${value} ×`)),
  );

export class SharePanel {
  #kind = 'link';
  #way;
  #turn = 0;

  /**
   * `ways`: `[id, title, query()]` of what is shared; `demo()`: its demo; `opened()` is awaited before the panel shows;
   * `missing()`: a sentence on what the link does not carry; `more(panel)`: the sections below.
   */
  constructor({ ways, demo, opened = () => {}, missing = () => '', more }) {
    this.ways = ways;
    this.demo = demo;
    this.opened = opened;
    this.missing = missing;
    this.dialog = byId('share-dialog');
    [[this.#way]] = ways;
    this.options = new ShareOptions(() => this.#show());
    document.head.append(el('link', { rel: 'stylesheet', href: new URL('./share.css', import.meta.url).href }));
    this.#build(more);
  }

  async open() {
    await this.opened();
    await this.#show();
    this.say(this.missing() || '');
    this.dialog.showModal();
  }

  close() {
    this.dialog.close();
  }

  /** What is shared has changed. */
  refresh() {
    if (this.dialog.open) this.#show();
  }

  /** Messages of the page lie behind the panel, so it repeats them. */
  #repeat() {
    const list = document.getElementById('notices');
    if (!list) return;
    new MutationObserver((changes) => {
      const added = /** @type {any} */ (changes.flatMap(({ addedNodes }) => [...addedNodes]).at(-1));
      if (this.dialog.open && added) this.say(added.querySelector('p')?.textContent ?? '');
    }).observe(list, { childList: true });
  }

  say(text) {
    setText(this.said, text);
  }

  /** Does something for a button and says how it went. */
  async attempt(action) {
    try {
      this.say(await action());
    } catch (error) {
      this.say(error.message);
    }
  }

  button(id, label, action) {
    return el('button', { type: 'button', id, on: { click: () => this.attempt(action) } }, label);
  }

  #build(more) {
    this.text = el('textarea', { id: 'share-text', readOnly: true, rows: 5, spellcheck: false, 'aria-label': 'What to copy', on: { focus: () => this.text.select() } });
    this.qr = el('div', { id: 'share-qr', class: 'qr', role: 'img' });
    this.said = el('p', { id: 'share-said', role: 'status' });
    this.caption = el('figcaption', {}, 'The link, for a phone');
    this.figure = el('figure', {}, this.qr, this.caption, el('button', { type: 'button', id: 'share-qr-full', on: { click: () => this.#fill() } }, 'Full screen'));
    this.figure.addEventListener('fullscreenchange', () => document.fullscreenElement || this.#show());
    this.preview = el('a', { id: 'share-preview', target: '_blank', rel: 'noopener' }, 'Open it by itself');
    this.#repeat();
    const kinds = [
      ['link', 'Link'],
      ['frame', 'Frame'],
      ['element', 'Element'],
      ['module', 'Module'],
    ];
    this.kinds = this.#choices(
      'kind',
      'As',
      kinds,
      () => this.#kind,
      (kind) => {
        this.#kind = kind;
      },
    );
    this.lengths = this.#choices(
      'length',
      'What',
      this.ways,
      () => this.#way,
      (way) => {
        this.#way = way;
      },
    );
    this.lengths.hidden = this.ways.length < 2;
    this.dialog.append(
      el(
        'header',
        { class: 'share-head' },
        el('h2', { id: 'share-title' }, 'Share'),
        el('button', { type: 'button', class: 'quiet', id: 'share-close', 'aria-label': 'Close', on: { click: () => this.close() } }, icon('close')),
      ),
      el(
        'div',
        { class: 'share' },
        el(
          'section',
          { 'aria-label': 'Link and code' },
          this.lengths,
          this.kinds,
          this.text,
          this.options.node,
          el('div', { class: 'actions' }, el('button', { type: 'button', class: 'primary', id: 'share-copy', on: { click: () => this.#copy() } }, 'Copy'), this.preview),
        ),
        this.figure,
      ),
      ...more(this),
      this.said,
    );
  }

  #choices(id, label, options, chosen, choose) {
    const node = el(
      'div',
      { class: 'toggles', role: 'group', 'aria-label': label, id: `share-${id}` },
      options.map(([value, title]) =>
        el(
          'button',
          {
            type: 'button',
            data: { value },
            on: {
              click: () => {
                choose(value);
                this.#show();
              },
            },
          },
          title,
        ),
      ),
    );
    node.show = () => {
      for (const button of node.children) button.setAttribute('aria-pressed', String(button.dataset.value === chosen()));
    };
    return node;
  }

  async #show() {
    this.#turn += 1;
    const turn = this.#turn;
    this.kinds.show();
    this.lengths.show();
    const [, , queryOf] = this.ways.find(([id]) => id === this.#way);
    const query = await queryOf();
    const code = this.#kind !== 'link';
    const { chosen } = this.options;
    const address = await shortLink(query);
    if (turn !== this.#turn) return; // another choice was made meanwhile
    this.text.value = code ? snippet(this.#kind, query, this.demo(), chosen) : address;
    this.text.rows = code ? 7 : 3;
    this.options.node.hidden = !code;
    this.preview.hidden = !code;
    this.preview.href = frameAddress(query, this.demo(), chosen);
    setText(this.caption, 'The link, for a phone');
    this.#drawQr(address);
  }

  /** The code as large as the screen, for people who sit before it: of the shortest link that opens this, where the usual one makes it too fine. */
  async #fill() {
    const queries = await Promise.all(this.ways.map(([, , queryOf]) => queryOf()));
    const [, , usual] = this.ways.find(([id]) => id === this.#way);
    const whole = await shortLink(await usual());
    const shortest = (await Promise.all(queries.map(shortLink))).reduce((least, one) => (one.length < least.length ? one : least));
    if (whole.length > QR_EASY && shortest.length < whole.length) {
      setText(this.caption, 'The settings alone: the code of the whole link would be too fine.');
      this.#drawQr(shortest);
    }
    try {
      await this.figure.requestFullscreen();
    } catch {
      this.figure.classList.toggle('large');
    }
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
      this.say(this.#kind === 'link' ? 'The link is copied.' : 'The code is copied.');
    } catch {
      this.text.select();
      this.say('The browser did not allow copying; the text is selected instead.');
    }
  }
}
