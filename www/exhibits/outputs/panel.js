// A drawing with axes: a panel as the figures of the lab have them.

import { Canvases } from '../../draw/canvases.js';
import { Panel } from '../../draw/panel.js';
import { setLabel } from '../../shell/dom.js';
import { pageTheme } from '../../shell/theme.js';
import { frame } from './frame.js';

export class PanelOutput {
  constructor(view, spec) {
    this.panel = new Panel(spec.panel, spec.panel.window, pageTheme);
    this.canvases = new Canvases('panel', [this.panel]);
    this.node = frame(spec, 'drawing', 'drawings', this.panel.node);
    new ResizeObserver(() => {
      this.panel.fit();
      this.#draw();
    }).observe(this.panel.canvas);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#draw());
  }

  show({ marks }) {
    this.canvases.update(0, marks);
    setLabel(this.panel.canvas, this.panel.spec.title);
    return this.#draw();
  }

  /** Themes change between drawings, too. */
  mark() {
    this.#draw();
  }

  #draw() {
    return this.panel.look() ? this.canvases.draw({ still: true }) : undefined;
  }
}
