// A paragraph, or a remark.

import { el, setText } from '../../shell/dom.js';
import { frame } from './frame.js';

class Words {
  constructor(spec, kind, style) {
    this.words = el('p', { class: style });
    this.node = frame(spec, kind, kind === 'text' ? 'words' : '', this.words);
    this.node.hidden = true;
  }

  /** Without a text it is not there. */
  show({ text }) {
    setText(this.words, text);
    this.node.hidden = !text;
  }
}

export class Text extends Words {
  constructor(view, spec) {
    super(spec, 'text', '');
  }
}

export class Note extends Words {
  constructor(view, spec) {
    super(spec, 'note', 'hint');
  }
}
