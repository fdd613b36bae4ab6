// The page's side of a worker: silence is told from long work, and a page that slept from a worker that hangs.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

Object.assign(globalThis, { document: { visibilityState: 'visible' }, location: { origin: 'http://x' }, crossOriginIsolated: false });
Object.defineProperty(globalThis, 'navigator', { value: { locks: { request: async () => {} } } });

let now = 0;
performance.now = () => now;
/** Intervals: the next time and the length of each. */
const timers = new Map();
globalThis.setInterval = (act, millis) => {
  const timer = {};
  timers.set(timer, { act, millis, next: now + millis });
  return timer;
};
globalThis.clearInterval = (timer) => timers.delete(timer);
/** Lets time pass, in the page's own ticks unless it sleeps. */
function pass(millis, step = 100) {
  for (let gone = 0; gone < millis; gone += step) {
    now += step;
    for (const timer of [...timers.values()]) {
      if (timer.next > now) continue;
      timer.next = Math.max(timer.next + timer.millis, now);
      timer.act();
    }
  }
}

let fresh = 0;
let WorkerClient;
beforeEach(async () => {
  timers.clear();
  fresh += 1; // how patient it is belongs to the page
  ({ WorkerClient } = await import(`../../www/compute/worker-client.js?${fresh}`));
});

class Fake {
  sent = [];
  ended = false;
  postMessage(message) {
    this.sent.push(message);
  }
  terminate() {
    this.ended = true;
  }
  say(data) {
    this.onmessage({ data });
  }
}

function started() {
  const worker = new Fake();
  const client = new WorkerClient(worker);
  const losses = [];
  client.onlost = (lost) => losses.push(lost.message);
  worker.say({ beat: 'here' });
  return { worker, client, losses };
}

test('a worker that hangs is lost within five seconds, and idle time does not count', async () => {
  const { worker, client, losses } = started();
  pass(60_000);
  assert.deepEqual(losses, []);
  const call = client.call('advance');
  pass(3500);
  assert.deepEqual(losses, []);
  pass(1000);
  assert.match(losses.join(), /no answer for 4 seconds/);
  assert.ok(worker.ended);
  await assert.rejects(call, /no answer/);
});

test('a long step is no hang: signs of life keep the worker for as long as it works', async () => {
  const { worker, client, losses } = started();
  const call = client.call('advance');
  for (let second = 0; second < 300; second += 1) {
    worker.say({ beat: 'working', millis: 0 });
    pass(1000);
  }
  worker.say({ id: 1, value: 7 });
  assert.equal(await call, 7);
  assert.deepEqual(losses, []);
});

test('a step that is known to be long may be silent for as long', () => {
  const { worker, client, losses } = started();
  client.call('advance').catch(() => {});
  worker.say({ beat: 'working', millis: 20_000 });
  pass(19_000);
  assert.deepEqual(losses, []);
  pass(2000);
  assert.match(losses.join(), /no answer for 20 seconds/);
});

test('a worker that waits for something that never comes is lost once its patience is over', () => {
  const { worker, client, losses } = started();
  client.call('load', [], 10_000).catch(() => {});
  for (let second = 0; second < 11; second += 1) {
    worker.say({ beat: 'waiting' });
    pass(1000);
  }
  assert.match(losses.join(), /no answer for 10 seconds/);
});

test('a page that slept gives its worker time to answer', () => {
  const { worker, client, losses } = started();
  client.call('advance').catch(() => {});
  pass(60_000, 60_000);
  assert.deepEqual(losses, []);
  worker.say({ id: 1, value: 1 });
  pass(60_000);
  assert.deepEqual(losses, []);
});

test('after a silence that may only have been slowness, the next worker has twice the time', () => {
  const first = started();
  first.client.call('advance').catch(() => {});
  pass(5000);
  assert.equal(first.losses.length, 1);
  const second = started();
  second.client.call('advance').catch(() => {});
  pass(7000);
  assert.deepEqual(second.losses, []);
  pass(2000);
  assert.match(second.losses.join(), /8 seconds/);
});

test('a script that comes over a slow network is no hang', () => {
  const worker = new Fake();
  const client = new WorkerClient(worker);
  client.call('load', [], 120_000).catch(() => {});
  pass(15_000);
  assert.equal(client.lost, null);
  pass(6000);
  assert.match(client.lost.message, /no answer for 20 seconds/);
});

test('a worker that ends while it loads is missed at once', () => {
  const { worker, client, losses } = started();
  let granted;
  navigator.locks.request = async (_, __, grant) => {
    granted = grant;
  };
  client.call('load').catch(() => {});
  worker.say({ beat: 'locked' });
  granted();
  assert.match(losses.join(), /was closed/);
});
