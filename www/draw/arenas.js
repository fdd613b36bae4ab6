// All arenas: which are visible, what to ask the worker for, and the view switches.

import { el, nextFrame, setText } from '../shell/dom.js';
import { ArenaView } from './arena.js';
import { Canvases } from './canvases.js';
import { onDensity } from './density.js';

const VIEWS = [
  { id: 'field', title: 'Field', help: 'What the discriminator or critic says at every place' },
  { id: 'real', title: 'Real', help: 'Points of the true density', dot: 'real' },
  { id: 'fakes', title: 'Generated', help: 'Points of the generator', dot: 'fake' },
  { id: 'manifold', title: 'Manifold', help: 'A regular grid of latent space, as the generator bends it' },
  { id: 'arrows', title: 'Arrows', help: 'Where each generated point is pushed' },
];

// Enough to look smooth; a paused picture is refined once.
const DETAIL = {
  moving: { field: 40, fakes: 500, manifold: 18, arrows: 80 },
  still: { field: 96, fakes: 1000, manifold: 24, arrows: 120 },
};
const SIDES = ['field', 'manifold'];
/** When looking takes longer than this, the field is read in every second, third.. frame only. */
const LOOK_MILLIS = 8;
/** When painting an arena takes longer than this, it moves with less detail, down to the least share. */
const PAINT_MILLIS = 8;
const LEAST_DETAIL = 0.3;

export class Arenas {
  constructor(root, theme, hooks) {
    this.theme = theme;
    this.hooks = hooks;
    this.root = root.getElementById('arenas');
    this.switches = root.getElementById('views');
    this.differences = root.getElementById('differences');
    this.summary = root.getElementById('preset-summary');
    this.addButton = root.getElementById('add-arena');
    this.addButton.addEventListener('click', () => hooks.add());
    this.cards = [];
    this.onScreen = new Set();
    this.all = false; // whether those off the screen are read too
    this.lookMillis = 0;
    this.paintMillis = 0; // of one arena
    this.turn = 0;
    this.watcher = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        const index = Number(target.getAttribute('data-index'));
        if (isIntersecting) this.onScreen.add(index);
        else this.onScreen.delete(index);
      }
      hooks.shown();
    });
    const fit = () => {
      this.cards.forEach((card) => card.fit());
      this.redraw();
    };
    this.resizer = new ResizeObserver(fit);
    this.leaveScreen = onDensity(fit);
  }

  /** Cards for a new session. */
  build(description, demo) {
    this.watcher.disconnect();
    this.resizer.disconnect();
    this.canvases?.remove();
    this.cards = description.arenas.map((info) => new ArenaView(info, description, demo, this.theme, this.hooks));
    this.canvases = new Canvases('arena', this.cards);
    // Until the watcher reports, all count as visible: the first picture should not wait for it.
    this.onScreen = new Set(this.cards.keys());
    this.root.dataset.count = this.cards.length;
    this.root.replaceChildren(...this.cards.map(({ node }) => node));
    for (const { node, canvas } of this.cards) {
      this.watcher.observe(node);
      this.resizer.observe(canvas); // draws it once it has a size
    }
    this.describe(description, demo);
    this.addButton.disabled = false;
    this.addButton.hidden = !this.hooks.canAdd();
  }

  /** Says in what the arenas differ; and what the preset is for, as long as the run is the preset's. */
  describe({ arenas, differences, is_the_preset, settings }, { presets }) {
    const none = arenas.length < 2 ? '' : 'All settings of the arenas are the same, data and seed too.';
    this.differences.replaceChildren(...(differences.length > 0 ? ['The arenas differ in', ...differences] : [none]).map((text) => el('span', {}, text)));
    const preset = is_the_preset && presets.find(({ id }) => id === settings.preset);
    setText(this.summary, preset && !preset.see ? preset.summary : '');
  }

  remove() {
    this.watcher.disconnect();
    this.resizer.disconnect();
    this.leaveScreen();
    this.canvases?.remove();
  }

  setViews(ids) {
    this.views = new Set(ids);
    this.switches.replaceChildren(
      ...VIEWS.map(({ id, title, help, dot }) =>
        el(
          'button',
          {
            type: 'button',
            title: help,
            data: { view: id, dot: dot ?? '' },
            'aria-pressed': String(this.views.has(id)),
            on: { click: () => this.#toggle(id) },
          },
          title,
        ),
      ),
    );
    this.redraw();
  }

  #toggle(id) {
    if (this.views.has(id)) this.views.delete(id);
    else this.views.add(id);
    this.setViews(this.views);
    this.switches.querySelector(`[data-view="${id}"]`).focus();
    this.hooks.viewsChanged(VIEWS.map((view) => view.id).filter((view) => this.views.has(view)));
  }

  /** The frame to ask for: only what is switched on, only for arenas on the screen. */
  request(moving) {
    const detail = moving ? DETAIL.moving : DETAIL.still;
    const share = moving ? Math.max(LEAST_DETAIL, Math.min(1, PAINT_MILLIS / this.paintMillis)) : 1;
    // The cost of a picture grows with the points, and with the square of a side.
    const wanted = (view) => (this.views.has(view) ? Math.round(detail[view] * (SIDES.includes(view) ? Math.sqrt(share) : share)) : 0);
    this.turn += 1;
    const rest = moving ? Math.min(6, Math.ceil(this.lookMillis / LOOK_MILLIS)) || 1 : 1;
    return {
      field: this.turn % rest === 0 ? wanted('field') : 0,
      fakes: wanted('fakes'),
      manifold: wanted('manifold'),
      arrows: wanted('arrows'),
      arenas: [...(this.all ? this.cards.keys() : this.onScreen)].sort((a, b) => a - b),
    };
  }

  /** Paints an answer of the worker; resolves to the function that shows it. */
  async paint({ frame, lookMillis }, still) {
    this.lookMillis = this.lookMillis * 0.8 + lookMillis * 0.2;
    frame.arenas.forEach((data, place) => this.canvases.update(frame.asked[place], data));
    const { millis, show } = await this.#paint(still);
    if (!still) this.paintMillis = this.paintMillis * 0.7 + millis * 0.3;
    return () => {
      show();
      for (const row of frame.rows) this.cards[row.arena]?.measure(row);
    };
  }

  async redraw() {
    if (!this.views || !this.canvases) return;
    if (this.theme.atOnce) return this.#paintNow();
    const { show } = await this.#paint(true);
    await nextFrame();
    show();
  }

  /** Paints all arenas before anything else happens: a printer waits for no worker. */
  #paintNow() {
    for (const card of this.cards) card.views = this.views;
    this.canvases.paintNow({ still: true });
    for (const card of this.cards) card.showLegend();
  }

  /** Paints the arenas on the screen. */
  async #paint(still) {
    const { cards, canvases, views } = this;
    for (const card of cards) card.views = views;
    const { millis, show } = await canvases.paint({ still, wanted: (index) => this.onScreen.has(index) });
    return {
      millis,
      show: () => {
        show();
        for (const card of cards) card.showLegend();
      },
    };
  }
}
