// Points of ten classes, apart for every eye: colours after Paul Tol's "muted" set, and three shapes besides.

const COLOURS = ['#cc6677', '#88ccee', '#ddcc77', '#117733', '#aa4499', '#44aa99', '#ff9d5c', '#6a7de0', '#c3cf52', '#b8b8c4'];
const SHAPES = ['circle', 'square', 'triangle'];

/** Draws one point of a class. */
export function drawPoint(context, label, x, y, size) {
  const shape = SHAPES[label % SHAPES.length];
  context.beginPath();
  if (shape === 'circle') context.arc(x, y, size, 0, 2 * Math.PI);
  else if (shape === 'square') context.rect(x - size, y - size, 2 * size, 2 * size);
  else {
    context.moveTo(x, y - 1.25 * size);
    context.lineTo(x + 1.2 * size, y + size);
    context.lineTo(x - 1.2 * size, y + size);
    context.closePath();
  }
  context.fillStyle = COLOURS[label % COLOURS.length];
  context.strokeStyle = 'rgb(0 0 0 / 0.65)';
  context.lineWidth = 1;
  context.fill();
  context.stroke();
}
