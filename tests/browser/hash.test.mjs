// The same run has the same state, bit for bit, in Node, in Chromium, in Firefox and on the page itself.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { answerOf, inChromium, inFirefox, noFirefox } from './elsewhere.mjs';
import { Race, SITE, launch } from './helper.mjs';
import { hashes } from './runs.mjs';

let reference;

before(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'genzoo-node-'));
  try {
    const glue = join(folder, 'genzoo_cpu.mjs');
    await writeFile(glue, await (await fetch(new URL('pkg/genzoo_cpu.js', SITE))).text());
    const module = await import(pathToFileURL(glue));
    await module.default({ module_or_path: await (await fetch(new URL('pkg/genzoo_cpu_bg.wasm', SITE))).arrayBuffer() });
    reference = await hashes(module);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('hashes look like hashes and differ between runs', () => {
  for (const { query, hash } of reference) assert.match(hash, /^[0-9a-f]{16}$/, query);
  assert.equal(new Set(reference.map(({ hash }) => hash)).size, reference.length);
});

const SCRIPT = `
import init, * as genzoo from './pkg/genzoo_cpu.js';
import { hashes } from './runs.mjs';
export async function answer() {
  await init({ module_or_path: new URL('./pkg/genzoo_cpu_bg.wasm', import.meta.url) });
  return hashes(genzoo);
}`;
const modules = { 'runs.mjs': readFileSync(new URL('./runs.mjs', import.meta.url), 'utf8') };

test('Chromium agrees with Node', { timeout: 180_000 }, async () => {
  assert.deepEqual((await answerOf(inChromium, SCRIPT, modules)).value, reference);
});

test('Firefox agrees with Node', { timeout: 180_000, skip: noFirefox }, async (t) => {
  const { value, agent } = await answerOf(inFirefox, SCRIPT, modules);
  t.diagnostic(agent);
  assert.deepEqual(value, reference);
});

test('the page itself agrees with Node', { timeout: 180_000 }, async () => {
  const context = await (await launch()).newContext();
  try {
    for (const { query, hash } of reference.slice(0, 2)) {
      const race = new Race(await context.newPage());
      await race.page.goto(`${SITE}#${query}`);
      assert.equal((await race.reaches(25)).hash, hash, query);
      await race.page.close();
    }
  } finally {
    await context.close();
  }
});
