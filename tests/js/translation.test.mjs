// English to another language: whole texts, texts with gaps, sentences side by side.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Translation, hasWords } from '../../www/i18n/translation.js';

const translation = new Translation({
  Pause: 'Anhalten',
  '{} steps': '{} Schritte',
  '{} agrees to step {}.': 'Bis Schritt {2} stimmt {} überein.',
  'The run': 'Der Lauf',
  'The run stopped.': 'Der Lauf hielt an.',
  'Nothing was kept.': 'Nichts blieb.',
  'Press {}.': 'Drücken Sie {}.',
});

test('whole texts, with the space around them', () => {
  assert.equal(translation.say('Pause'), 'Anhalten');
  assert.equal(translation.say('  Pause\n'), '  Anhalten\n');
  assert.equal(translation.say('The\n  run'), 'Der Lauf');
  assert.equal(translation.say('Unknown text'), undefined);
});

test('gaps are filled in the order of the translation, and translated in their turn', () => {
  assert.equal(translation.say('1,000 steps'), '1,000 Schritte');
  assert.equal(translation.say('Press Pause.'), 'Drücken Sie Anhalten.');
  assert.equal(translation.say('The run agrees to step 7.'), 'Bis Schritt 7 stimmt Der Lauf überein.');
});

test('a text is known only with all that fills its gaps', () => {
  assert.ok(translation.knows('Press Pause.'));
  assert.ok(!translation.knows('Press Enter now.'));
  assert.equal(translation.say('Press Enter now.'), 'Drücken Sie Enter now.');
});

test('sentences side by side are translated one by one', () => {
  assert.equal(translation.say('The run stopped. Nothing was kept.'), 'Der Lauf hielt an. Nichts blieb.');
  assert.ok(!translation.knows('The run stopped. Something else.'));
});

test('a short text with a gap does not swallow a sentence', () => {
  assert.equal(translation.say('Nobody counts the steps'), undefined);
});

test('numbers and signs need no translation', () => {
  assert.ok(!hasWords('12 %') && !hasWords('x') && hasWords('an'));
  assert.equal(translation.say('12.5'), undefined);
  assert.ok(translation.knows('12.5'));
  assert.equal(translation.say(7), undefined);
});

test('of two gaps side by side the second begins with a comma', () => {
  const beside = new Translation({ 'You chose it ({}{}).': 'Gewählt: ({}{}).', ', emulated': ', emuliert' });
  assert.equal(beside.say('You chose it (a card, emulated).'), 'Gewählt: (a card, emuliert).');
  assert.equal(beside.say('You chose it (a card).'), 'Gewählt: (a card).');
});

test('no text takes long', () => {
  const german = new Translation(JSON.parse(readFileSync(new URL('../../www/i18n/de.json', import.meta.url))));
  const version = `x. A ${'The x. A '.repeat(1000)}`;
  for (const text of [
    `This run file cannot be used: it has version "${version}", and this genzoo reads version 1.`,
    `The run stopped. ${'A new worker goes on from step 1 on the '.repeat(90)}`,
    ...[', ', ' is ', '. A ', ' of ', ': ', '“ ', ' '].map((bit) => `The ${bit}`.repeat(600)),
    ...[', ', ' is ', '. A ', ' of ', ': ', '“ ', ' '].map((bit) => `The ${bit}`.repeat(3900 / (4 + bit.length))),
  ]) {
    const begin = performance.now();
    german.say(text);
    assert.ok(performance.now() - begin < 500, `${performance.now() - begin} ms for ${text.slice(0, 60)}`);
  }
});
