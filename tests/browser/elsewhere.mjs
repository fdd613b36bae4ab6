// One script in several browsers: a page of the site's folder runs it and posts back what it found, so that no driver
// of the browser is needed.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SITE, launch, leftOut } from './helper.mjs';
import { startProxy } from './proxy.mjs';

const FIREFOX = [process.env.GENZOO_FIREFOX, 'firefox-esr', 'firefox'].find((name) => name && spawnSync(name, ['--version']).status === 0);
/** Why tests in Firefox are left out, where they are. */
export const noFirefox = leftOut('Firefox') || (!FIREFOX && 'no Firefox here: install firefox-esr, or name one in GENZOO_FIREFOX');

const PAGE = '<!doctype html><html lang="en"><title>elsewhere</title><link rel="icon" href="data:,"><script type="module" src="ask.js"></script>';
const ASK = `
const report = (body) => fetch('./report', { method: 'POST', body: JSON.stringify({ agent: navigator.userAgent, ...body }) });
try {
  const { answer } = await import('./answer.js');
  await report({ value: await answer() });
} catch (error) {
  await report({ error: String(error) });
}`;

/**
 * What the function `answer` of a module returns in a browser: `{value, agent}`; throws what went wrong there.
 * `visit(url)` opens a page and resolves to what closes it; `script` and `modules` lie beside the site's own files.
 */
export async function answerOf(visit, script, modules = {}) {
  let heard;
  const report = new Promise((resolve) => { heard = resolve; });
  const send = (type, body) => (_, response) => response.writeHead(200, { 'content-type': type }).end(body);
  const scripts = Object.entries({ 'ask.js': ASK, 'answer.js': script, ...modules }).map(([name, body]) => [`/${name}`, send('text/javascript', body)]);
  const proxy = await startProxy(SITE, { pages: {
    ...Object.fromEntries(scripts),
    '/elsewhere.html': send('text/html', PAGE),
    '/report': async (request, response) => {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      response.writeHead(204).end();
      heard(JSON.parse(Buffer.concat(chunks)));
    },
  } });
  const leave = await visit(`${proxy.url}elsewhere.html`);
  try {
    const { error, ...found } = await report;
    if (error !== undefined) throw new Error(error);
    return found;
  } finally {
    await leave();
    await proxy.close();
  }
}

export async function inChromium(url) {
  const page = await (await launch()).newPage();
  await page.goto(url);
  return () => page.close();
}

export async function inFirefox(url) {
  const profile = await mkdtemp(join(tmpdir(), 'genzoo-firefox-'));
  const browser = spawn(FIREFOX, ['--headless', '--no-remote', '--profile', profile, url], { stdio: 'ignore', env: { ...process.env, HOME: profile } });
  return async () => {
    const gone = new Promise((resolve) => { browser.once('exit', resolve); });
    browser.kill();
    await gone;
    await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
}
