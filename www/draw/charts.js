// The charts: which are switched on and on the screen, and when they are redrawn.

import { el, nextFrame, pieces, throttled } from '../shell/dom.js';
import { Chart, loadPlots } from './chart.js';

const REDRAW_MILLIS = 150;
let made = 0;

export class Charts {
  constructor(root, theme, hooks) {
    this.theme = theme;
    this.hooks = hooks;
    this.root = root.getElementById('charts');
    this.switches = root.getElementById('chart-toggles');
    this.charts = [];
    this.together = `genzoo-${made++}`; // whose cursors move as one
    this.drawSoon = throttled(REDRAW_MILLIS, () => this.#drawAll());
    this.watcher = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) {
          const chart = this.charts.find(({ node }) => node === target);
          if (chart) chart.visible = isIntersecting;
        }
        this.drawSoon();
      },
      { rootMargin: '80px' },
    );
    this.resizer = new ResizeObserver(() => {
      for (const chart of this.charts) chart.resize();
      this.drawSoon();
    });
    this.resizer.observe(this.root);
    theme.on(() => {
      for (const chart of this.charts) chart.restyle();
      if (theme.atOnce) for (const chart of this.charts) chart.drawNow();
      else this.drawSoon();
    });
  }

  /**
   * Charts for a new session, made a piece at a time and there together; `shown` is `all` or a list of ids, `stale()` whether
   * another session has begun meanwhile.
   */
  async build(description, demo, shown, stale) {
    const made = [];
    const piece = pieces();
    for (const spec of demo.charts) {
      if (spec.columns.every((column) => description.absent?.includes(column))) continue;
      const chart = new Chart(spec, description, demo.columns, this.theme, this.together);
      if (chart.columns.length > 0) made.push(chart);
      await piece();
      if (stale()) return;
    }
    for (const chart of this.charts) chart.plot?.destroy();
    this.watcher.disconnect();
    this.charts = made;
    this.begun = false;
    this.root.replaceChildren(...this.charts.map(({ node }) => node));
    for (const chart of this.charts) {
      this.watcher.observe(chart.node);
      chart.restyle();
    }
    this.#show(new Set(shown === 'all' ? this.charts.map(({ spec }) => spec.id) : shown.split(',')));
  }

  remove() {
    this.watcher.disconnect();
    this.resizer.disconnect();
    for (const chart of this.charts) chart.plot?.destroy();
  }

  /** One chart per animation frame, so that none is late; none before there is a measure, or a rest without one. */
  async #drawAll() {
    if (!this.begun || !this.charts.some(({ due }) => due)) return;
    await loadPlots(this.root.getRootNode());
    for (const chart of this.charts) {
      if (chart.draw()) await nextFrame();
    }
  }

  #show(ids) {
    this.shown = ids;
    for (const { node, spec } of this.charts) node.hidden = !ids.has(spec.id);
    this.switches.replaceChildren(
      ...this.charts.map(({ spec }) =>
        el(
          'button',
          {
            type: 'button',
            title: spec.help ?? '',
            data: { chart: spec.id },
            'aria-pressed': String(ids.has(spec.id)),
            on: { click: () => this.#toggle(spec.id) },
          },
          spec.title,
        ),
      ),
    );
  }

  #toggle(id) {
    const ids = new Set(this.shown);
    if (!ids.delete(id)) ids.add(id);
    this.#show(ids);
    this.switches.querySelector(`[data-chart="${id}"]`).focus();
    const all = this.charts.map(({ spec }) => spec.id);
    const kept = all.filter((other) => ids.has(other));
    this.hooks.chartsChanged(kept.length === all.length ? 'all' : kept.join(','));
  }

  /** Lines to compare with: what real data, or theory, gives. */
  compare(references) {
    for (const chart of this.charts) chart.compare(references);
    this.drawSoon();
  }

  /** Takes rows of measures; `still` when none will follow soon. */
  add(rows, still) {
    for (const row of rows) for (const chart of this.charts) chart.add(row);
    if (rows.length === 0 && (this.begun || !still)) return;
    this.begun = true;
    this.drawSoon();
  }

  /** The run is at `step` again. */
  cut(step) {
    for (const chart of this.charts) chart.cut(step);
    this.drawSoon();
  }
}
