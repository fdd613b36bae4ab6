// The picture of a latent space's codes: a point for each, of its class.

import { drawPoint } from './points.js';

export class CodesPicture {
  about = null;

  /** `{points, labels}`: two latents and the class of each code. */
  update(codes) {
    this.codes = codes;
  }

  /**
   * `reach`: the latent at the edges; `shown`: classes, null for all.
   * @param {any} context of a canvas
   * @param {{ size: number, reach: number, shown: Set<number> | null }} look
   */
  paint(context, { size, reach, shown }) {
    const { points, labels } = this.codes;
    const place = (value) => (size / 2) * (1 + value / reach);
    const radius = Math.max(2, size / 190);
    labels.forEach((label, nth) => {
      if (!shown || shown.has(label)) drawPoint(context, label, place(points[2 * nth]), place(-points[2 * nth + 1]), radius);
    });
  }
}
