// The loop of a run, with an engine that only notes what it is asked.
import assert from 'node:assert/strict';
import { test } from 'node:test';

Object.assign(globalThis, {
  document: { visibilityState: 'visible', addEventListener() {} },
  requestAnimationFrame: (act) => setTimeout(act, 0),
});
Object.defineProperty(globalThis, 'navigator', { value: { hardwareConcurrency: 8 } });
const { Runner } = await import('../../www/run/runner.js');

/** A runner whose steps take so long each; `asked` gets what it asks for. */
function slow(millis, asked) {
  const engine = {
    kind: 'cpu',
    async advance(steps, budget) {
      asked.push(budget);
      runner.at += 1;
      return { step: runner.at, done: 1, millis, lookMillis: 0, fault: null };
    },
    look: async () => ({ step: runner.at, fault: null }),
    keepIfSound: async () => {},
    stop() {},
  };
  const hooks = { request: () => ({}), paint: async () => () => {}, drawn() {}, changed() {}, said: (text) => runner.sentences.push(text), failed: assert.ifError };
  const runner = Object.assign(new Runner(engine, hooks), { at: 0, sentences: [] });
  runner.began(0);
  return runner;
}

test('a link that has overspent its time asks for no negative time, however often it is told to play', async () => {
  const asked = [];
  const runner = slow(30_000, asked);
  runner.limitUnasked();
  for (let time = 0; time < 3; time += 1) {
    runner.play();
    await runner.resting();
  }
  assert.equal(runner.state, 'paused');
  assert.match(runner.sentences[0], /stops after two seconds/);
  assert.equal(asked.length, 3);
  assert.ok(asked.every((millis) => millis > 0), asked.join());
});

test('a step is made once more where another worker has taken over', async () => {
  const asked = [];
  const runner = slow(1, asked);
  const { engine } = runner;
  const { advance } = engine;
  engine.advance = async () => {
    engine.advance = advance;
    return null;
  };
  await runner.single(null);
  assert.deepEqual([asked.length, runner.step], [1, 1]);
});
