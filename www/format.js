// Numbers as text, for readouts, legends and charts.

/** About four significant digits, with a true minus sign. */
export function number(value, digits = 4) {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  const size = Math.abs(value);
  let text;
  if (size !== 0 && (size >= 1e5 || size < 1e-3)) text = value.toExponential(2).replace('e+', 'e');
  else if (Number.isInteger(value)) text = value.toLocaleString('en');
  else text = value.toPrecision(digits).replace(/\.?0+$/, '');
  return text.replace('-', '−').replace('e-', 'e−');
}

export function percent(value) {
  return Number.isFinite(value) ? `${(100 * value).toFixed(value > 0 && value < 0.1 ? 1 : 0)} %` : '–';
}

/** Whole numbers with separators: steps, counts. */
export function count(value) {
  return Math.round(value).toLocaleString('en');
}

/** "1 step", "2 steps". */
export function plural(value, noun) {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}
