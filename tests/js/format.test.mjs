// Numbers as text, in English and in German.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { count, fixed, milliseconds, number, percent, plural } from '../../www/shell/format.js';
import { speak, t } from '../../www/i18n/strings.js';

test('numbers have four digits, separators and a true minus sign', () => {
  const shown = [0, 1, -12, 12345, 1234567, 0.5, -0.25, 1 / 3, 12.3456, 123456.7, 0.00012345, -0.00012345].map((value) => number(value));
  assert.deepEqual(shown, ['0', '1', '−12', '12,345', '1.23e6', '0.5', '−0.25', '0.3333', '12.35', '1.23e5', '1.23e−4', '−1.23e−4']);
  assert.equal(number(1 / 3, 2), '0.33');
  assert.deepEqual([number(12345.6), number(-99999.9), number(123.4, 2)], ['12,346', '−100,000', '123']);
});

test('what is no number is a dash, and the infinities are themselves', () => {
  assert.deepEqual([null, undefined, NaN, Infinity, -Infinity].map((value) => number(value)), ['–', '–', '–', '∞', '−∞']);
});

test('percentages have a decimal only where they are small', () => {
  assert.deepEqual([0, 0.05, 0.0999, 0.1, 1, NaN].map(percent), ['0 %', '5.0 %', '10.0 %', '10 %', '100 %', '–']);
});

test('times, counts and nouns', () => {
  assert.deepEqual([0.1234, 9.94, 10, 1234.5].map(milliseconds), ['0.12 ms', '9.9 ms', '10 ms', '1235 ms']);
  assert.deepEqual([0, 999, 1000, 999999.5].map(count), ['0', '999', '1,000', '1,000,000']);
  assert.deepEqual([0, 1, 1000].map((value) => plural(value, 'step')), ['0 steps', '1 step', '1,000 steps']);
  assert.equal(fixed(2, 2), '2.00');
});

test('in German points and commas change places', async () => {
  const fetched = globalThis.fetch;
  globalThis.fetch = async (url) => ({ ok: true, json: async () => JSON.parse(await readFile(url, 'utf8')) });
  try {
    await speak('fr');
    assert.equal(t('Pause'), 'Pause');
    assert.equal(number(0.5), '0.5', 'another language than German is English');
    await speak('de');
  } finally {
    globalThis.fetch = fetched;
  }
  assert.equal(number(12345), '12.345');
  assert.equal(number(12.3456), '12,35');
  assert.equal(percent(0.05), '5,0 %');
  assert.equal(t('Steps'), 'Schritte');
  assert.equal(t('12 steps'), '12 Schritte');
});
