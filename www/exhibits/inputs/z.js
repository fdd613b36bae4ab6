// Latents in a link: numbers separated by commas.

/** The latent of a text, or null where it does not hold `length` numbers. */
export function readZ(text, length) {
  const numbers = text ? String(text).split(',').map(Number) : [];
  return numbers.length === length && numbers.every(Number.isFinite) ? numbers : null;
}

export const writeZ = (z) => Array.from(z, (value) => String(Number(value.toFixed(3)))).join(',');

/** The first few numbers of a latent, for people. */
export function sayZ(z, number) {
  const text = Array.from(z.slice(0, 4), (value) => number(Number(value.toFixed(2)), 3)).join(', ');
  return z.length > 4 ? `z = (${text}, … ${z.length} numbers)` : `z = (${text})`;
}
