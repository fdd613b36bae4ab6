// A cursor that arrow keys move over a board, finely with Shift. A place is its two coordinates on a board of some size.

export const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const STEP = 1 / 32; // of the board's size; with Shift a quarter of it

/** Takes a key that is for the cursor or its pen: whether it moves the cursor; null for a key that is for neither. */
export function takeKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  const moves = event.key in MOVES;
  if (!moves && (event.repeat || ![' ', 'Escape'].includes(event.key))) return null;
  event.preventDefault();
  event.stopPropagation();
  return moves;
}

/** Where an arrow key leads to, within the board. */
export function moved(place, { key, shiftKey }, size) {
  const step = shiftKey ? (size * STEP) / 4 : size * STEP;
  return place.map((value, axis) => Math.min(size, Math.max(0, value + step * MOVES[key][axis])));
}

/** What is said of it. */
export function placeWords(place, size, down) {
  const [x, y] = place.map((value) => Math.round((100 * value) / size));
  return down ? `${x} % across, ${y} % down, pen down` : `${x} % across, ${y} % down, pen up`;
}
