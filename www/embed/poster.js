// The placeholder of an embed until there is something to see; where it fails, it says why.

import { el, setText } from '../shell/dom.js';
import { corsOf } from './embedding.js';

const PICTURE = new URL('./poster.svg', import.meta.url);

export class Poster {
  /** `picture`: the address of another one than the usual. */
  constructor(picture) {
    this.said = el('p', { class: 'poster-said', role: 'status' });
    this.node = el('div', { class: 'poster' }, el('img', { ...(picture ? {} : corsOf(PICTURE.href)), src: picture ?? PICTURE.href, alt: '' }), this.said);
  }

  say(sentence) {
    setText(this.said, sentence);
  }

  hide() {
    this.node.hidden = true;
  }
}
