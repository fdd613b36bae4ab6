// The middle of the lab page: the panels of a figure, or races side by side, as the demo has it.

import { el, setText } from '../shell/dom.js';
import { arenaParts } from '../shell/layout.js';
import { Arenas } from '../draw/arenas.js';
import { Figure, figureStage } from './figure.js';
import { galleryParts } from './gallery.js';
import { Steps, stepsParts } from './steps.js';
import { timelineParts } from './timeline.js';

export function labStage() {
  const stage = figureStage();
  stage.querySelector('.figure-head').after(...galleryParts());
  const slow = el('button', { type: 'button', id: 'slow-motion', 'aria-keyshortcuts': 's', 'aria-expanded': 'false', 'aria-controls': 'slow' }, 'Slow motion');
  stage.querySelector('#stage').after(el('div', { id: 'races', hidden: true }, ...arenaParts(), el('p', {}, slow), stepsParts()));
  stage.querySelector('.stage-foot').before(timelineParts());
  return stage;
}

export class LabScene {
  constructor(root, theme, hooks) {
    const byId = (id) => root.getElementById(id);
    this.root = byId('stage');
    this.title = byId('figure-title');
    this.look = byId('look');
    this.parts = { figure: [byId('stage'), byId('equation'), byId('readouts')], races: [byId('races')] };
    this.figure = new Figure(root, theme, hooks);
    this.arenas = new Arenas(root, theme, hooks);
    this.steps = new Steps(root, theme, hooks);
    const slow = byId('slow-motion');
    this.slow = async () => {
      await this.steps.toggle();
      slow.setAttribute('aria-expanded', String(this.steps.open));
    };
    slow.addEventListener('click', this.slow);
    /** @type {any} the figure, or the arenas */
    this.shown = this.figure;
  }

  get showsSettings() {
    return this.shown.showsSettings;
  }

  get cards() {
    return this.shown.cards;
  }

  get panels() {
    return this.shown.panels;
  }

  get views() {
    return this.arenas.views;
  }

  /** Whether arenas off the screen are read too. */
  set all(all) {
    this.arenas.all = all;
  }

  build(description, demo) {
    const races = !demo.panels;
    for (const node of this.parts.figure) node.hidden = races;
    for (const node of this.parts.races) node.hidden = !races;
    this.shown = races ? this.arenas : this.figure;
    this.shown.build(description, demo);
    this.steps.build(description, demo);
    if (!races) return;
    setText(this.title, demo.title);
    setText(this.look, demo.summary);
  }

  setViews(ids) {
    this.arenas.setViews(ids);
  }

  request(moving) {
    const anatomy = this.steps.open && !moving ? this.steps.arena : null;
    return { ...this.shown.request(moving), anatomy };
  }

  paint(result, still) {
    if (this.shown === this.arenas && result.frame.marks.length > 0) this.steps.update(result.frame.marks);
    return this.shown.paint(result, still);
  }

  redraw() {
    this.shown.redraw();
    this.steps.redraw();
  }

  remove() {
    this.figure.remove();
    this.arenas.remove();
    this.steps.remove();
  }
}
