// The views of an exhibit, of which one is shown.

import { byId } from '../shell/dom.js';
import { reducedMotion } from '../shell/theme.js';
import { showView } from './about.js';
import { takeFiles, takePictures } from './bring.js';
import { View } from './view.js';

export class Views {
  list = [];

  /** @param {import('./page.js').ExhibitPage} page */
  constructor(page) {
    this.page = page;
  }

  /** Builds the views of a row: generic ones, and those of `custom` by the names that the row gives. */
  build({ views }, custom) {
    this.list = views.map((row) => {
      const Drawn = row.custom ? custom[row.custom] : View;
      return Object.assign(new Drawn(this.page, row), { id: row.id, row });
    });
    const taking = views.find((row) => !row.custom && row.inputs.some(({ kind }) => kind === 'image'));
    if (taking) takePictures(this.page, taking.id);
    takeFiles(this.page);
    byId('stage').append(...this.list.map(({ node }) => Object.assign(node, { hidden: true })));
  }

  find(id) {
    return this.list.find((view) => view.id === id);
  }

  /** The one that the link names; null before there are any. */
  get shown() {
    return this.find(this.page.values.view) ?? this.list[0] ?? null;
  }

  /** The settings that any of them shows in the bar. */
  get keys() {
    return new Set(this.list.flatMap(({ keys }) => keys));
  }

  /** `changes`, and lists that they empty. */
  cleared(changes) {
    const outputs = this.list.flatMap(({ row }) => row.outputs);
    const emptied = outputs.filter(({ clears = [] }) => clears.some((key) => key in changes));
    return { ...Object.fromEntries(emptied.map(({ writes }) => [writes, ''])), ...changes };
  }

  /** A view for which the present weights do not fit is entered with the first that do. Returns whether they changed. */
  fit() {
    const { opening, store } = this.page;
    const { row } = this.shown;
    if (opening.suit(row)) return false;
    opening.own = null;
    if (!opening.suit(row)) store.set({ weights: row.weights[0] });
    return true;
  }

  /** Weights were opened. */
  opened() {
    for (const view of this.list) view.opened?.();
  }

  /** Shows the one that the link names. `asked`: by a click, not by a link. */
  show(asked) {
    const { page, shown } = this;
    for (const view of this.list) {
      if (view === shown) continue;
      if (!view.node.hidden) view.hide?.();
      view.node.hidden = true;
    }
    shown.node.hidden = false;
    if (page.model) shown.entered?.(asked && !reducedMotion());
    page.status.show({ view: shown.id });
    showView(shown.row);
    page.bar.showView(shown.id);
  }
}
