// What a pixel sees, drawn over the cells of a picture.

/** Seen is blue, the blind spot hatched in vermilion, a leak solid in it. */
export function drawSight(context, sight, cell, { arenas: [seen, wrong] }, each, seenIsShown = false) {
  if (!seenIsShown) {
    Object.assign(context, { fillStyle: seen, globalAlpha: 0.5 });
    each(
      (at) => sight[at] === 1,
      (x, y) => context.fillRect(x, y, cell, cell),
    );
  }
  Object.assign(context, { fillStyle: wrong, strokeStyle: wrong, lineWidth: Math.max(1.5, cell / 7) });
  each(
    (at) => sight[at] === 2,
    (x, y) => {
      context.globalAlpha = 0.3;
      context.fillRect(x, y, cell, cell);
      context.globalAlpha = 1;
      context.beginPath();
      context.moveTo(x + 0.15 * cell, y + 0.85 * cell);
      context.lineTo(x + 0.85 * cell, y + 0.15 * cell);
      context.stroke();
    },
  );
  context.globalAlpha = 0.9;
  each(
    (at) => sight[at] === 3,
    (x, y) => context.fillRect(x, y, cell, cell),
  );
}
