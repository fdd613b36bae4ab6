// What every browser test shares: one browser per kind, a fresh profile per scenario, and the promises that hold on
// every page whatever it shows: no console error of its own, no failed script, no dialog, no request to another host.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { chromium } from 'playwright-core';
import { launchOptions } from './chromium.mjs';
import { Race, SITE } from './race.mjs';

export * from './race.mjs';

const browsers = new Map();
after(() => Promise.all([...browsers.values()].map(async (browser) => (await browser).close())));

export function launch(options = {}) {
  const kind = JSON.stringify(options);
  if (!browsers.has(kind)) browsers.set(kind, chromium.launch(launchOptions(options)));
  return browsers.get(kind);
}

const leaves = process.env.GENZOO_LEAVE_OUT && new RegExp(process.env.GENZOO_LEAVE_OUT);
/** Why the test of this name is left out, where it is: `cargo xtask test` names the slow ones. */
export const leftOut = (name) => Boolean(leaves?.test(name)) && 'slow: run by `cargo xtask test full`';

/**
 * A test on one page opened at `#hash`.
 * @param {{ path?: string, hash?: string, site?: () => Promise<string>, webgpu?: boolean, context?: object, init?: Function,
 *           expectedErrors?: RegExp[], hosts?: string[], timeout?: number }} options
 *   `hosts` are further origins that the page may ask; `init` runs in the page before its own scripts; `expectedErrors` are console messages that the test provokes.
 * @param {(race: Race, t) => Promise<void>} body
 */
export function scenario(name, options, body) {
  const { path = '', hash = '', site = () => SITE, webgpu = false, context: profile = {}, init, expectedErrors = [], hosts = [], timeout = 180_000 } = options;
  test(name, { timeout, skip: leftOut(name) }, async (t) => {
    const browser = await launch({ webgpu });
    const address = await site();
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, serviceWorkers: 'block', ...profile });
    try {
      const page = await context.newPage();
      if (init) await page.addInitScript(init);
      const complaints = watch(page, [new URL(address).origin, ...hosts]);
      await page.goto(`${address}${path}${hash && `#${hash}`}`);
      await body(new Race(page, browser), t);
      assert.deepEqual(complaints.filter((text) => !expectedErrors.some((pattern) => pattern.test(text))), []);
    } catch (error) {
      // What the page said last is worth more than the stack of a timeout.
      t.diagnostic(await describeScene(context).catch(() => 'the page is gone'));
      throw error;
    } finally {
      await context.close();
    }
  });
}

function watch(page, origins) {
  const complaints = [];
  const complain = (text) => complaints.push(text);
  page.on('console', (message) => message.type() === 'error' && complain(`console: ${message.text()}`));
  page.on('pageerror', (error) => complain(`uncaught: ${error.message}`));
  page.on('dialog', (dialog) => { complain(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith('http') && !origins.includes(url.origin)) complain(`request to ${url.origin}`);
  });
  return complaints;
}

async function describeScene(context) {
  const [page] = context.pages();
  return JSON.stringify(await page.evaluate(() => ({
    url: location.href.slice(0, 300),
    status: { ...document.querySelector('#status')?.dataset, text: document.querySelector('#status')?.textContent },
    notices: [...document.querySelectorAll('#notices .notice')].map((notice) => notice.textContent),
    fault: document.querySelector('#fault')?.textContent,
    device: document.querySelector('#device-sentence')?.textContent,
  })));
}

/** RGBA pixels of every canvas that the selector finds. */
export async function pixels(page, selector) {
  const all = await page.evaluate(async (s) => {
    const { pixelsOf } = await import(new URL('draw/sheet.js', document.baseURI));
    return [...document.querySelectorAll(s)].map((canvas) => {
      const { data } = canvas.width ? pixelsOf(canvas) : { data: [] };
      let text = '';
      for (let at = 0; at < data.length; at += 8192) text += String.fromCharCode(...data.subarray(at, at + 8192));
      return btoa(text);
    });
  }, selector);
  return all.map((text) => new Uint8Array(Buffer.from(text, 'base64')));
}

/** How many colours each canvas shows; a blank one has one or two. */
export async function colours(page, selector) {
  return (await pixels(page, selector)).map((data) => new Set(new Uint32Array(data.buffer)).size);
}

/** Two pictures of the same, as PNG and as SVG: the share of pixels that are far apart, and how many colours there are. */
export function compared(page, png, svg) {
  return page.evaluate(async ([raster, vector]) => {
    const pixels = async (source) => {
      const image = new Image();
      image.src = source;
      await image.decode();
      const canvas = new OffscreenCanvas(160, Math.round((160 * image.height) / image.width));
      const context = canvas.getContext('2d');
      context.drawImage(image, 0, 0, canvas.width, canvas.height);
      return context.getImageData(0, 0, canvas.width, canvas.height).data;
    };
    const [one, other] = [await pixels(raster), await pixels(vector)];
    let far = 0;
    for (let at = 0; at < one.length; at += 4) if (Math.abs(one[at] - other[at]) > 48) far += 4;
    return { far: far / one.length, colours: new Set(new Uint32Array(one.buffer)).size };
  }, [`data:image/png;base64,${png.toString('base64')}`, `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`]);
}
