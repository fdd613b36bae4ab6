// The picture of an arena: field, points, manifold and arrows, from plain numbers.

import { palette } from '../shell/colour.js';
import { drawContours, fieldScale, paintField } from './field.js';
import { drawArrows, drawDots, drawManifold, stampDots } from './marks.js';
import { sheet } from './sheet.js';

const realLayers = new WeakMap(); // by the points

export class ArenaPicture {
  /** `about`: `{ critic, window, real }`, whether its field is a critic's, what it spans, and points of the true density. */
  constructor(about) {
    this.about = about;
    this.data = {};
    this.scale = null;
    this.cell = sheet(1, 1);
  }

  /** Takes the numbers of a frame; those that it leaves out stay as they were. */
  update(data) {
    for (const kind of ['field', 'fakes', 'manifold', 'arrows']) if (data[kind]?.length) this.data[kind] = data[kind];
    if (data.field?.length) this.scale = fieldScale(data.field, this.about.critic, this.scale);
  }

  /**
   * Paints the views into a square of a context, whatever that makes of it.
   * `still`: as fine as it gets; `density`: pixels a unit, where the context is a canvas that may be painted pixel by pixel.
   * @param {any} context of a canvas, or one that makes SVG
   * @param {{ size: number, views: string[], theme: string, still?: boolean, density?: number }} look
   */
  paint(context, { size, views, theme, still = true, density = null }) {
    const colours = palette(theme);
    const [xmin, xmax, ymin, ymax] = this.about.window;
    const place = (x, y) => [((x - xmin) / (xmax - xmin)) * size, ((ymax - y) / (ymax - ymin)) * size];
    context.fillStyle = colours.paper;
    context.fillRect(0, 0, size, size);
    const { field, fakes, manifold, arrows } = this.data;
    if (views.includes('field') && field) this.#drawField(context, field, size, theme, still);
    if (views.includes('manifold') && manifold) drawManifold(context, manifold, place, colours.fake);
    if (views.includes('real')) {
      if (density) context.drawImage(this.#realPoints(size, place, theme, density), 0, 0, size, size);
      else this.#drawReal(context, size, place, colours);
    }
    if (views.includes('arrows') && arrows) drawArrows(context, arrows, place, colours.ink, size / 14);
    const dot = Math.max(1.3, size / 230);
    if (views.includes('fakes') && fakes) (still ? drawDots : stampDots)(context, fakes, place, dot, colours.fake, { rim: colours.fakeRim, density });
  }

  #drawField(context, field, size, theme, still) {
    const cells = Math.round(Math.sqrt(field.length));
    paintField(this.cell, field, cells, this.scale, theme);
    context.imageSmoothingQuality = still ? 'high' : 'low'; // high costs ten times as much
    context.drawImage(this.cell, 0, 0, size, size);
    // Values belong to the centres of the cells.
    const unit = size / cells;
    const place = (column, row) => [(column + 0.5) * unit, size - (row + 0.5) * unit];
    drawContours(context, field, cells, this.scale, this.about.critic, place, palette(theme).contour);
  }

  #drawReal(context, size, place, colours) {
    drawDots(context, this.about.real, place, Math.max(0.8, size / 420), colours.real, { alpha: 0.65 });
  }

  /** Real points are the same in all arenas and never change during a run, so they are drawn once a size and theme. */
  #realPoints(size, place, theme, density) {
    const { real } = this.about;
    const key = `${size} ${density} ${theme}`;
    if (realLayers.get(real)?.key !== key) {
      const side = Math.round(size * density);
      const layer = sheet(side, side);
      const context = layer.getContext('2d');
      context.scale(density, density);
      this.#drawReal(context, size, place, palette(theme));
      realLayers.set(real, { layer, key });
    }
    return realLayers.get(real).layer;
  }
}
