// Slow motion: the next training step of one arena, stage by stage, in pictures of its tensors. A stage is shown when its turn
// comes; after the last one the step is made.

import { LETTERS } from '../shell/colour.js';
import { el, setText } from '../shell/dom.js';
import { number } from '../shell/format.js';
import { t } from '../i18n/strings.js';
import { Canvases } from '../draw/canvases.js';
import { Panel, ofPanels } from '../draw/panel.js';

export function stepsParts() {
  return el(
    'section',
    { id: 'slow', class: 'slow', 'aria-labelledby': 'slow-title', hidden: true },
    el(
      'header',
      { class: 'slow-head' },
      el('h3', { id: 'slow-title' }, 'The next step, in slow motion'),
      el('label', { class: 'select-line' }, el('span', {}, 'Arena'), ' ', el('select', { id: 'slow-arena' })),
      el('button', { type: 'button', id: 'slow-back', 'aria-keyshortcuts': 'b' }, 'Back'),
      el('button', { type: 'button', id: 'slow-next', class: 'primary', 'aria-keyshortcuts': 'ArrowRight' }, 'Next stage'),
    ),
    el('p', { id: 'slow-caption', 'aria-live': 'polite' }),
    el('ol', { id: 'stages', class: 'stages' }),
  );
}

export class Steps {
  /** `hooks`: `pause()`, `look()` reads again with the tensors, `step()` makes the step. */
  constructor(root, theme, hooks) {
    this.theme = theme;
    this.hooks = hooks;
    this.open = false;
    this.at = 0;
    this.arena = 0;
    this.panels = [];
    this.byId = (id) => root.getElementById(id);
    this.root = this.byId('slow');
    this.byId('slow-next').addEventListener('click', () => this.next());
    this.byId('slow-back').addEventListener('click', () => this.back());
    this.byId('slow-arena').addEventListener('change', ({ target }) => {
      this.arena = Number(target.value);
      this.hooks.look();
    });
    this.resizer = new ResizeObserver(() => {
      this.panels.forEach((panel) => panel.fit());
      this.redraw();
    });
  }

  /** A new session; a demo without stages has no slow motion. */
  build({ arenas, window }, { stages = [] }) {
    this.stages = stages;
    this.numbers = null;
    this.arena = Math.min(this.arena, arenas.length - 1);
    this.byId('slow-arena').replaceChildren(...arenas.map(({ title }, index) => el('option', { value: index, selected: index === this.arena }, `${LETTERS[index]}: ${t(title)}`)));
    this.resizer.disconnect();
    this.canvases?.remove();
    this.panels = stages.map(({ panel }) => new Panel(panel, window, this.theme));
    this.canvases = new Canvases('panel', this.panels);
    this.panels.forEach(({ canvas, spec }, index) => canvas.setAttribute('aria-label', `${t(spec.title)}. ${t(stages[index].caption)}`));
    this.items = stages.map(({ title }, index) => el('li', {}, el('h4', {}, title), this.panels[index].node));
    this.byId('stages').replaceChildren(...this.items);
    this.panels.forEach(({ canvas }) => this.resizer.observe(canvas));
    this.#show(0);
    this.root.hidden = !(this.open && stages.length > 0);
  }

  async toggle() {
    if (this.stages.length === 0) return;
    this.open = !this.open;
    this.root.hidden = !this.open;
    if (!this.open) return;
    await this.hooks.pause();
    this.#show(0);
    await this.hooks.look();
    this.root.scrollIntoView({ block: 'nearest' });
  }

  next() {
    if (this.at + 1 < this.stages.length) return this.#show(this.at + 1);
    this.#show(0);
    return this.hooks.step();
  }

  back() {
    this.#show(Math.max(0, this.at - 1));
  }

  /** Takes the tensors of the next step. */
  update(marks) {
    this.numbers = marks.at(-1);
    // Another step, another scale.
    ofPanels(this.panels, marks).forEach((numbers, index) => this.canvases.update(index, numbers, true));
    this.#show(this.at);
  }

  #show(at) {
    this.at = at;
    const stage = this.stages[at];
    if (!stage) return;
    this.items.forEach((item, index) => {
      item.dataset.turn = index < at ? 'done' : index === at ? 'now' : 'later';
      if (index === at) item.setAttribute('aria-current', 'step');
      else item.removeAttribute('aria-current');
    });
    let before = 0;
    for (const { values } of this.stages.slice(0, at)) before += values.length;
    const values = stage.values.map((name, nth) => `${t(name)} ${number(this.numbers?.[before + nth], 4)}`).join(', ');
    setText(this.byId('slow-caption'), `${at + 1} of ${this.stages.length}. ${t(stage.title)}. ${stage.caption}${values && ` Here: ${values}.`}`);
    setText(this.byId('slow-next'), at + 1 < this.stages.length ? 'Next stage' : 'Make the step');
    this.byId('slow-back').disabled = at === 0;
    this.panels.forEach((panel) => panel.fit());
    this.redraw();
  }

  redraw() {
    return this.canvases?.draw({ still: true });
  }

  remove() {
    this.resizer.disconnect();
    this.canvases?.remove();
  }
}
