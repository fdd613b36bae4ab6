// The icons, on a grid of 16 by 16. A page, or each shadow root, holds them once; buttons refer to them by name.

const line = (d, width = 1.5) => ({ d, stroke: width });
const dot = (cx, cy, r) => ({ d: `M${cx - r} ${cy}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z` });
const ring = (cx, cy, r) => line(dot(cx, cy, r).d);

const ICONS = {
  play: [{ d: 'M4.5 2.6v10.8L13 8z' }],
  pause: [{ d: 'M4 3h3v10H4zM9 3h3v10H9z' }],
  step: [{ d: 'M3 3v10l7-5zM11 3h2v10h-2z' }],
  reset: [line('M3.2 8a4.8 4.8 0 1 0 1.6-3.6M3 2.2v3h3', 1.6)],
  link: [line('M6.6 9.4a3 3 0 0 0 4.3 0l2-2a3 3 0 0 0-4.3-4.3l-.8.8M9.4 6.6a3 3 0 0 0-4.3 0l-2 2a3 3 0 0 0 4.3 4.3l.8-.8')],
  help: [line('M5.6 5.8a2.4 2.4 0 1 1 3.5 2.1c-.7.4-1.1.8-1.1 1.6v.3M8 12.4v.1', 1.6)],
  sliders: [line('M2 4.5h6M11.5 4.5H14M2 11.5h2.5M8 11.5h6'), ring(9.7, 4.5, 1.8), ring(6.2, 11.5, 1.8)],
  plus: [line('M8 3v10M3 8h10', 1.6)],
  close: [line('M4 4l8 8M12 4l-8 8')],
  undo: [line('M6 3 3 6l3 3M3.3 6H9a3.5 3.5 0 0 1 0 7H6')],
  dice: [
    line('M4.8 2.2h6.4a2.6 2.6 0 0 1 2.6 2.6v6.4a2.6 2.6 0 0 1-2.6 2.6H4.8a2.6 2.6 0 0 1-2.6-2.6V4.8a2.6 2.6 0 0 1 2.6-2.6z'),
    dot(5.6, 5.6, 1.1),
    dot(10.4, 10.4, 1.1),
    dot(8, 8, 1.1),
  ],
  open: [line('M9.5 2.5h4v4M13.2 2.8 7.5 8.5M6.5 3.5H4A1.5 1.5 0 0 0 2.5 5v7A1.5 1.5 0 0 0 4 13.5h7a1.5 1.5 0 0 0 1.5-1.5V9.5')],
};

function svg(tag, attributes, ...children) {
  const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** All icons, to be put once into a page or a shadow root. */
export function sprite() {
  return svg(
    'svg',
    { class: 'sprite', 'aria-hidden': 'true' },
    ...Object.entries(ICONS).map(([name, shapes]) =>
      svg(
        'symbol',
        { id: `icon-${name}`, viewBox: '0 0 16 16' },
        ...shapes.map(({ d, stroke }) =>
          svg(
            'path',
            stroke ? { d, fill: 'none', stroke: 'currentColor', 'stroke-width': stroke, 'stroke-linecap': 'round', 'stroke-linejoin': 'round' } : { d, fill: 'currentColor' },
          ),
        ),
      ),
    ),
  );
}

/** One icon, by name. */
export function icon(name) {
  return svg('svg', { class: 'icon', 'aria-hidden': 'true' }, svg('use', { href: `#icon-${name}` }));
}
