// The same run has the same state, bit for bit, in Node, in Chromium, in Firefox and on the page itself.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { Race, SITE, launch } from './helper.mjs';
import { startProxy } from './proxy.mjs';
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
const report = (body) => fetch('./report', { method: 'POST', body: JSON.stringify({ agent: navigator.userAgent, ...body }) });
try {
  await init({ module_or_path: new URL('./pkg/genzoo_cpu_bg.wasm', import.meta.url) });
  await report({ hashes: await hashes(genzoo) });
} catch (error) {
  await report({ error: String(error) });
}`;

/** Opens a page that computes the hashes in a browser and posts them back; no driver of that browser is needed. */
async function reportFrom(visit) {
  let heard;
  const report = new Promise((resolve) => { heard = resolve; });
  const send = (type, body) => (_, response) => response.writeHead(200, { 'content-type': type }).end(body);
  const proxy = await startProxy(SITE, { pages: {
    '/hashes.html': send('text/html', '<!doctype html><title>hashes</title><script type="module" src="hashes.js"></script>'),
    '/hashes.js': send('text/javascript', SCRIPT),
    '/runs.mjs': send('text/javascript', readFileSync(new URL('./runs.mjs', import.meta.url))),
    '/report': async (request, response) => {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      response.writeHead(204).end();
      heard(JSON.parse(Buffer.concat(chunks)));
    },
  } });
  const leave = await visit(`${proxy.url}hashes.html`);
  try {
    return await report;
  } finally {
    await leave();
    await proxy.close();
  }
}

test('Chromium agrees with Node', { timeout: 180_000 }, async () => {
  const { hashes: found, error } = await reportFrom(async (url) => {
    const page = await (await launch()).newPage();
    await page.goto(url);
    return () => page.close();
  });
  assert.equal(error, undefined);
  assert.deepEqual(found, reference);
});

const FIREFOX = [process.env.GENZOO_FIREFOX, 'firefox-esr', 'firefox'].find((name) => name && spawnSync(name, ['--version']).status === 0);
const noFirefox = !FIREFOX && 'no Firefox here: install firefox-esr, or name one in GENZOO_FIREFOX';
test('Firefox agrees with Node', { timeout: 180_000, skip: noFirefox }, async (t) => {
  const profile = await mkdtemp(join(tmpdir(), 'genzoo-firefox-'));
  try {
    const { hashes: found, error, agent } = await reportFrom(async (url) => {
      const browser = spawn(FIREFOX, ['--headless', '--no-remote', '--profile', profile, url], { stdio: 'ignore', env: { ...process.env, HOME: profile } });
      return () => new Promise((resolve) => {
        browser.once('exit', resolve);
        browser.kill();
      });
    });
    t.diagnostic(agent);
    assert.equal(error, undefined);
    assert.deepEqual(found, reference);
  } finally {
    await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
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
