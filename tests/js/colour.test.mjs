// Colours with a meaning are apart, and readable on their ground.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LETTERS, fieldTable, palette } from '../../www/shell/colour.js';

const channels = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
const luminance = (hex) => {
  const linear = channels(hex).map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
};
const contrast = (one, other) => {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
};

for (const theme of ['light', 'dark']) {
  const colours = palette(theme);

  test(`${theme}: text and marks are readable on the paper`, () => {
    assert.ok(contrast(colours.ink, colours.paper) >= 7);
    for (const colour of [colours.real, colours.fake]) assert.ok(contrast(colour, colours.paper) >= 4.5, colour);
    // Marks larger than text.
    for (const colour of colours.arenas) assert.ok(contrast(colour, colours.paper) >= 3, colour);
    colours.arenas.forEach((colour, at) => assert.ok(contrast(colour, colours.onArenas[at]) >= 4.5, `letter on ${colour}`));
  });

  test(`${theme}: each arena has a letter and a colour of its own`, () => {
    assert.equal(new Set(colours.arenas).size, LETTERS.length);
    assert.equal(colours.onArenas.length, LETTERS.length);
  });

  test(`${theme}: the field runs from generated to real through its stops`, () => {
    const table = fieldTable(theme);
    const at = (index) => [table[index] & 255, (table[index] >> 8) & 255, (table[index] >> 16) & 255];
    assert.deepEqual(at(0), channels(colours.field[0][1]));
    assert.deepEqual(at(255), channels(colours.field.at(-1)[1]));
    assert.ok(table.every((word) => word >>> 24 === 255), 'opaque');
    const [purple, green] = [at(0), at(255)];
    assert.ok(purple[0] + purple[2] > 2 * purple[1] && green[1] > green[0] && green[1] > green[2]);
    for (let index = 1; index < 256; index += 1) {
      at(index).forEach((value, channel) => assert.ok(Math.abs(value - at(index - 1)[channel]) <= 4, `a step at ${index}`));
    }
    assert.equal(fieldTable(theme), table, 'made once');
  });
}
