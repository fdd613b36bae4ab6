// The run file that a link names, as a server may send it.
import assert from 'node:assert/strict';
import { test } from 'node:test';

globalThis.document = { baseURI: 'http://here.example/' };
globalThis.location = new URL('http://here.example/');
const { offerRun } = await import('../../www/run/replay.js');

const MOST = 4 << 20;

/** Offers a run file that a server sends in parts of 64 KiB, without their sum; what was read of it, and what was said. */
async function offered(parts, headers = {}) {
  const said = [];
  const read = [];
  let sent = 0;
  const body = new ReadableStream({
    pull(controller) {
      sent += 1;
      assert.ok(sent < 1000, 'the reader goes on for ever');
      if (sent > parts) controller.close();
      else controller.enqueue(new Uint8Array(64 << 10).fill(32));
    },
  });
  globalThis.fetch = async () => new Response(body, { headers });
  const engine = {
    ready: Promise.resolve({ limits: { run_bytes: MOST } }),
    readRun: async (text) => {
      read.push(text.length);
      return { step: 7 };
    },
  };
  await offerRun({ engine, notices: { notify: (text) => said.push(text) } }, null, 'run.json');
  return { read, said, sent };
}

test('a run file without a length is read no further than its limit', async () => {
  const { read, said, sent } = await offered(Infinity);
  assert.deepEqual(read, []);
  assert.deepEqual(said, ['The run file of this link is longer than 4 MiB.']);
  assert.ok(sent <= MOST / (64 << 10) + 3, `${sent} parts`);
});

test('a length that a server claims is not believed', async () => {
  const { said } = await offered(Infinity, { 'content-length': '10' });
  assert.deepEqual(said, ['The run file of this link is longer than 4 MiB.']);
});

test('one of the most bytes is opened', async () => {
  const { read, said } = await offered(MOST / (64 << 10));
  assert.deepEqual(read, [MOST]);
  assert.match(said[0], /opens a run of 7 steps/);
});
