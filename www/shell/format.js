// Numbers as text, for readouts, legends and charts.

import { locale } from '../i18n/strings.js';

const pointed = (text) => (locale === 'en' ? text : text.replace('.', ','));

/** About four significant digits, with a true minus sign. */
export function number(value, digits = 4) {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  const size = Math.abs(value);
  let text;
  if (size !== 0 && (size >= 1e5 || size < 1e-3)) text = value.toExponential(2).replace('e+', 'e');
  else if (Number.isInteger(value) || size >= 10 ** digits) return count(Math.round(value)).replace('-', '−');
  else text = value.toPrecision(digits).replace(/\.?0+$/, '');
  return pointed(text).replace('-', '−').replace('e-', 'e−');
}

/** With so many decimals. */
export const fixed = (value, decimals) => pointed(value.toFixed(decimals));

export const milliseconds = (value) => `${value < 10 ? pointed(value.toPrecision(2)) : Math.round(value)} ms`;

export function percent(value) {
  return Number.isFinite(value) ? `${fixed(100 * value, value > 0 && value < 0.1 ? 1 : 0)} %` : '–';
}

/** Whole numbers with separators: steps, counts. The first `Intl.NumberFormat` of a page would hold it up for 20 ms. */
export function count(value) {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, locale === 'en' ? ',' : '.');
}

/** "1 step", "2 steps". */
export function plural(value, noun) {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}
