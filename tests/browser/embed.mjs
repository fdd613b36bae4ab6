// Pages that embed the site: served from a folder beside it, and what is said to a race in them.
import { readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Race, SITE, launch, scenario, until } from './helper.mjs';
import { startProxy } from './proxy.mjs';

const HERE = fileURLToPath(new URL('.', import.meta.url));
export const EXAMPLES = join(HERE, '..', '..', 'examples');
const PACKAGES = join(HERE, 'node_modules');
const REVEAL = join(PACKAGES, 'reveal.js', 'dist');
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.mjs': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.wasm': 'application/wasm' };

/** A file as an answer, or null. */
export function file(path) {
  try {
    return statSync(path).isFile() ? { type: TYPES[extname(path)] ?? 'application/octet-stream', body: readFileSync(path) } : null;
  } catch {
    return null;
  }
}

export const html = (body) => ({ type: 'text/html', body: `<!doctype html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,"><title>host</title>${body}` });

/**
 * A host of pages with the site in its folder `genzoo/`; `pages` are HTML by path, the examples, reveal.js and (under `packages/`) all
 * packages of these tests are there too. `answers` are other ones than the site's, by its paths; `change(headers, pathname)` changes those of its answers.
 */
export function startHost(pages = {}, answers = {}, change = undefined) {
  return startProxy(SITE, { prefix: '/genzoo', pages: answers, change, beside: (pathname) => (
    pages[pathname] !== undefined ? html(pages[pathname])
      : pathname.startsWith('/reveal/') ? file(join(REVEAL, pathname.slice(8)))
        : pathname.startsWith('/packages/') ? file(join(PACKAGES, pathname.slice(10)))
          : file(join(EXAMPLES, pathname.slice(1)))) });
}

/** A scenario on a page that embeds; `page` is its HTML, `path` one of the examples. */
export function embedded(name, { page, path = page === undefined ? '' : 'host.html', answers = {}, change = undefined, ...options }, body) {
  const site = async () => (await startHost({ '/host.html': page }, answers, change)).url.replace(/genzoo\/$/, '');
  scenario(name, { site, path, ...options }, ({ page: opened, browser }, t) => body(opened, t, browser));
}

/** Whether a page of the site is kept for visits without a network. */
export const kept = (scope) => scope.evaluate(async () => {
  const registration = await navigator.serviceWorker.getRegistration();
  return Boolean(registration?.active) && navigator.serviceWorker.controller !== null;
});

/** The hash of a run on the start page. */
export async function reference(link) {
  const page = await (await launch()).newPage();
  try {
    await page.goto(`${SITE}#${link}`);
    return (await new Race(page).reaches(Number(new URLSearchParams(link).get('step')))).hash;
  } finally {
    await page.close();
  }
}

/** What a race in `scope` (a page or a frame) shows: the data of its status line. */
export function shown(scope, selector = 'gen-zoo') {
  return scope.evaluate((wanted) => {
    const status = document.querySelector(wanted)?.shadowRoot?.querySelector('#status');
    return status ? { ...status.dataset, step: Number(status.dataset.step) } : {};
  }, selector);
}

export const when = (scope, what, holds, selector, patience) => until(what, async () => {
  const now = await shown(scope, selector);
  return holds(now) && now;
}, patience);

/** What a run in the page of another host shows at `step`, by the code that embeds it. */
export async function shownElsewhere(code, step) {
  const host = await startHost({ '/host.html': code });
  const page = await (await launch()).newPage();
  try {
    await page.goto(`${host.url.replace(/genzoo\/$/, '')}host.html`);
    const scope = code.includes('<iframe') ? await frameOf(page, 'embed.html') : page;
    return await when(scope, `step ${step}`, (now) => now.step === step && now.hashStep === String(step));
  } finally {
    await page.close();
    await host.close();
  }
}

/** Waits for the frame whose address contains `part`. */
export const frameOf = (page, part) => until(`the frame ${part}`, () => page.frames().find((frame) => frame.url().includes(part)));

/** Calls a method of the element in the page. */
export const call = (scope, method, ...args) => scope.evaluate(
  ([name, values]) => document.querySelector('gen-zoo')[name](...values), [method, args]);
