// A view as a picture: what the page shows of an element, painted from its own parts in their order.

const CLEAR = 'rgba(0, 0, 0, 0)';
const MIDDLE = 0.35; // of the size of letters, above their baseline

/** The visible part of `node` as a subject of pictures: `{width, height, paint(context)}`, in units of the page. */
export function pictureOf(node) {
  const edge = node.getBoundingClientRect();
  return {
    width: edge.width,
    height: edge.height,
    paint(context) {
      context.fillStyle = getComputedStyle(document.body).backgroundColor;
      context.fillRect(0, 0, edge.width, edge.height);
      context.save();
      context.translate(-edge.left, -edge.top);
      paintElement(context, node);
      context.restore();
    },
  };
}

function paintElement(context, node) {
  if (!node.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return;
  if (node.matches('.visually-hidden, input, select, textarea')) return;
  const style = getComputedStyle(node);
  const { left, top, width, height } = node.getBoundingClientRect();
  if (node instanceof SVGElement) paintShape(context, node, style);
  else if (style.backgroundColor !== CLEAR) {
    context.fillStyle = style.backgroundColor;
    context.fillRect(left, top, width, height);
  }
  if (node instanceof HTMLCanvasElement && node.width > 0) {
    context.imageSmoothingEnabled = style.imageRendering !== 'pixelated';
    context.drawImage(node, left, top, width, height);
  }
  for (const child of node.childNodes) {
    if (child instanceof Element) paintElement(context, child);
    else if (child.nodeType === Node.TEXT_NODE && child.data.trim() && !(node instanceof SVGElement)) paintText(context, child, style);
  }
}

const fontOf = ({ fontWeight, fontSize, fontFamily }) => `${fontWeight} ${Math.round(parseFloat(fontSize))}px ${fontFamily}`;

/** Line by line, as the page has broken it. */
function paintText(context, text, style) {
  const range = document.createRange();
  const lines = [];
  for (const { index, 0: word } of text.data.matchAll(/\S+/g)) {
    range.setStart(text, index);
    range.setEnd(text, index + word.length);
    const { left, top, bottom } = range.getBoundingClientRect();
    const line = lines.at(-1);
    if (line && Math.abs(line.middle - (top + bottom) / 2) < 2) line.words.push(word);
    else lines.push({ left, middle: (top + bottom) / 2, words: [word] });
  }
  Object.assign(context, { font: fontOf(style), textAlign: 'left', textBaseline: 'middle', fillStyle: style.color });
  for (const { left, middle, words } of lines) context.fillText(words.join(' '), left, middle);
}

/** The shapes that charts here are made of. */
function paintShape(context, node, style) {
  const draw = SHAPES[node.localName];
  if (!draw && node.localName !== 'text') return;
  const { a, b, c, d, e, f } = node.getScreenCTM();
  context.save();
  context.transform(a, b, c, d, e, f);
  if (draw) paintPath(context, node, style, draw);
  else {
    const [x, y] = ['x', 'y'].map((name) => node[name].baseVal[0].value);
    const textAlign = { start: 'left', middle: 'center', end: 'right' }[style.textAnchor];
    Object.assign(context, { font: fontOf(style), textAlign, textBaseline: 'middle', fillStyle: style.fill });
    context.fillText(node.textContent, x, y - MIDDLE * parseFloat(style.fontSize));
  }
  context.restore();
}

function paintPath(context, node, style, draw) {
  context.beginPath();
  draw(context, node);
  if (style.fill !== 'none') {
    context.globalAlpha = Number(style.fillOpacity) * Number(style.opacity);
    context.fillStyle = style.fill;
    context.fill();
  }
  if (style.stroke !== 'none') {
    context.globalAlpha = Number(style.strokeOpacity) * Number(style.opacity);
    Object.assign(context, { strokeStyle: style.stroke, lineWidth: parseFloat(style.strokeWidth) });
    context.setLineDash(style.strokeDasharray === 'none' ? [] : style.strokeDasharray.split(',').map(parseFloat));
    context.stroke();
  }
}

const number = (node, name) => node[name].baseVal.value;
const SHAPES = {
  line(context, node) {
    context.moveTo(number(node, 'x1'), number(node, 'y1'));
    context.lineTo(number(node, 'x2'), number(node, 'y2'));
  },
  rect: (context, node) => context.rect(...['x', 'y', 'width', 'height'].map((name) => number(node, name))),
  circle: (context, node) => context.arc(number(node, 'cx'), number(node, 'cy'), number(node, 'r'), 0, 2 * Math.PI),
  ellipse: (context, node) => context.ellipse(...['cx', 'cy', 'rx', 'ry'].map((name) => number(node, name)), 0, 0, 2 * Math.PI),
  polyline: (context, { points }) => [...points].forEach(({ x, y }, nth) => context[nth === 0 ? 'moveTo' : 'lineTo'](x, y)),
};
