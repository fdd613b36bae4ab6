// Ten drawings as a person might make them, and the hand that makes them: places on a board from 0 to 1.

const arc = ([x, y], [rx, ry], from = 0, to = 2 * Math.PI, steps = 22) => Array.from({ length: steps + 1 }, (_, nth) => {
  const angle = from + ((to - from) * nth) / steps;
  return [x + rx * Math.cos(angle), y + ry * Math.sin(angle)];
});
const pen = (path, width = 30) => ({ path, width });
const scribble = (colour, [x, y], [rx, ry], width = 90) => ({ colour, width, path: Array.from({ length: 7 }, (_, nth) => [x + rx * (nth % 2 ? 1 : -1), y + ry * (nth / 3 - 1)]) });
const eye = ([x, y], r) => [pen(arc([x, y], [r, r])), pen(arc([x, y], [r / 3, r / 3]), 40)];
const smile = ([x, y], r) => pen(arc([x, y], [r, r * 0.7], 0.15 * Math.PI, 0.85 * Math.PI, 10));
const zigzag = ([x, y], r) => pen(Array.from({ length: 9 }, (_, nth) => [x - r + (nth * r) / 4, y + (nth % 2 ? 0.04 : 0)]));

/** A dome that ends at the edge of the board. */
const dome = (left, right, top) => {
  const middle = (left + right) / 2;
  return [[left, 0.98], ...arc([middle, top + (right - left) / 2], [(right - left) / 2, (right - left) / 2], Math.PI, 2 * Math.PI, 14), [right, 0.98]];
};

export const SKETCHES = [
  [pen(dome(0.22, 0.78, 0.28)), ...eye([0.4, 0.5], 0.07), ...eye([0.6, 0.5], 0.07), smile([0.5, 0.62], 0.12)],
  [pen(arc([0.5, 0.58], [0.3, 0.3])), ...eye([0.5, 0.5], 0.12), smile([0.5, 0.68], 0.14), pen([[0.34, 0.32], [0.26, 0.12]]), pen([[0.66, 0.32], [0.74, 0.12]])],
  [pen([[0.24, 0.98], [0.3, 0.3], [0.7, 0.3], [0.76, 0.98]]), ...eye([0.4, 0.46], 0.06), ...eye([0.6, 0.46], 0.06), zigzag([0.5, 0.66], 0.16)],
  [scribble('#7dd3fc', [0.5, 0.72], [0.16, 0.12]), scribble('#be123c', [0.12, 0.2], [0.06, 0.1]), pen(dome(0.2, 0.8, 0.25)), ...eye([0.36, 0.48], 0.06), ...eye([0.5, 0.44], 0.06), ...eye([0.64, 0.48], 0.06), smile([0.5, 0.6], 0.14)],
  [scribble('#bef264', [0.5, 0.76], [0.18, 0.08]), pen(arc([0.5, 0.62], [0.34, 0.26])), pen(arc([0.28, 0.3], [0.08, 0.12])), pen(arc([0.72, 0.3], [0.08, 0.12])), ...eye([0.4, 0.56], 0.06), ...eye([0.6, 0.56], 0.06), smile([0.5, 0.68], 0.1)],
  [scribble('#fcd34d', [0.5, 0.7], [0.14, 0.12]), scribble('#6d28d9', [0.12, 0.5], [0.06, 0.3]), scribble('#6d28d9', [0.88, 0.5], [0.05, 0.3]), pen(dome(0.26, 0.74, 0.3)), pen([[0.32, 0.36], [0.24, 0.14], [0.42, 0.3]]), pen([[0.68, 0.36], [0.76, 0.14], [0.58, 0.3]]), ...eye([0.5, 0.5], 0.1), zigzag([0.5, 0.72], 0.12)],
  [pen([[0.2, 0.98], [0.5, 0.16], [0.8, 0.98]]), ...eye([0.5, 0.52], 0.08), smile([0.5, 0.68], 0.1)],
  [scribble('#fca5a5', [0.5, 0.66], [0.2, 0.14]), pen(arc([0.5, 0.56], [0.36, 0.34])), ...eye([0.38, 0.5], 0.08), ...eye([0.62, 0.5], 0.08), pen(arc([0.5, 0.7], [0.12, 0.08]))],
  [pen([[0.2, 0.92], [0.2, 0.4], [0.3, 0.24], [0.42, 0.36], [0.5, 0.22], [0.6, 0.36], [0.72, 0.24], [0.8, 0.4], [0.8, 0.92], [0.2, 0.92]]), ...eye([0.38, 0.56], 0.07), ...eye([0.62, 0.56], 0.07), pen([[0.38, 0.74], [0.62, 0.74]])],
  [scribble('#047857', [0.15, 0.3], [0.08, 0.2]), scribble('#f0abfc', [0.5, 0.72], [0.18, 0.12]), pen(dome(0.2, 0.8, 0.34)), pen([[0.5, 0.34], [0.5, 0.16]]), pen(arc([0.5, 0.12], [0.05, 0.05])), ...eye([0.42, 0.54], 0.06), ...eye([0.6, 0.56], 0.08), smile([0.5, 0.68], 0.12)],
];

/** The path as an unsteady hand follows it: it misses its mark, wobbles slowly, trembles, and overshoots; the same for the same seed. */
export function hand(path, seed) {
  let state = seed * 7919 + 17;
  const random = () => (state = (state * 48271) % 0x7fffffff) / 0x7fffffff - 0.5;
  random();
  const off = [0.014 * random(), 0.014 * random()];
  const phases = [random(), random()].map((phase) => 6.28 * phase);
  const out = [];
  for (let nth = 1; nth < path.length; nth += 1) {
    const [from, to] = [path[nth - 1], path[nth]];
    const steps = Math.max(1, Math.round(Math.hypot(to[0] - from[0], to[1] - from[1]) / 0.045));
    for (let step = nth === 1 ? 0 : 1; step <= steps; step += 1) {
      const share = step / steps;
      out.push([0, 1].map((axis) => from[axis] + (to[axis] - from[axis]) * share + off[axis] + 0.007 * Math.sin(phases[axis] + 0.55 * out.length) + 0.006 * random()));
    }
  }
  return out;
}
