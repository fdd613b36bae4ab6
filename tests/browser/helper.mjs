// What every browser test shares: one browser per kind, a fresh profile per scenario, and the promises that hold on
// every page whatever it shows: no console error of its own, no failed script, no dialog, no request to another host.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, test } from 'node:test';
import { chromium } from 'playwright-core';
import { launchOptions, siteUrl } from './chromium.mjs';

export const SITE = siteUrl();
/** Settings that train fast anywhere; tests that are not about speed or quality use them. */
export const SMALL = 'g-width=8&d-width=8&batch=16';

const PATIENCE_MILLIS = 60_000;
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

export const sleep = (millis) => new Promise((resolve) => setTimeout(resolve, millis));

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

/** Calls `look` until it returns something; says what was awaited when it never does. */
export async function until(what, look, patience = PATIENCE_MILLIS) {
  const end = Date.now() + patience;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    if (Date.now() > end) assert.fail(`waited ${patience / 1000} s for ${what}`);
    await sleep(50);
  }
}

/** Opens the share panel of a page. */
export async function openShare({ page }) {
  await page.click('#share', { timeout: PATIENCE_MILLIS });
  await until('the panel', () => page.evaluate(() => document.querySelector('#share-dialog').open));
}

/** What a click downloads, as bytes. */
export async function download(page, selector) {
  const [file] = await Promise.all([page.waitForEvent('download', { timeout: 120_000 }), page.click(selector)]);
  return readFile(await file.path());
}

/** The workers of a page that compute; another one paints. */
export const computing = (page) => page.workers().filter((worker) => !worker.url().endsWith('painter.js'));

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

/** A page that says `paused` may still be waiting for the last steps that it asked for; at rest it has drawn them. */
const resting = ({ state, step, restsAt, hashStep }) => state === 'paused' && step === restsAt && step === hashStep;

/** The page in the words of its DOM contract. */
export class Race {
  constructor(page, browser) {
    this.page = page;
    this.browser = browser;
  }

  /** `{state, step, restsAt, hash, hashStep, device, arenas, stepsPerSecond, frames, text}` */
  status() {
    return this.page.evaluate(() => {
      const { dataset, textContent } = document.querySelector('#status');
      const number = (value) => (value === undefined || value === '' ? NaN : Number(value));
      return {
        state: dataset.state, device: dataset.device, hash: dataset.hash, text: textContent,
        step: number(dataset.step), restsAt: number(dataset.restsAt), hashStep: number(dataset.hashStep), arenas: number(dataset.arenas),
        frames: number(dataset.frames), stepsPerSecond: number(dataset.stepsPerSecond),
      };
    });
  }

  when(what, holds, patience) {
    return until(what, async () => {
      const status = await this.status();
      return holds(status) && status;
    }, patience);
  }

  /** Resting, with the hash of exactly this state. */
  settled(patience) {
    return this.when('a resting page with a fresh hash', (now) => resting(now), patience);
  }

  /** Resting at exactly `step`. */
  restsAt(step, patience) {
    return this.when(`a rest at step ${step}`, (now) => resting(now) && now.step === step, patience);
  }

  /** At rest at `step`; where a slow machine stops on the way, as a link may compute little, it is asked to go on. */
  async reaches(step, patience) {
    await until(`step ${step}`, async () => {
      if ((await this.status()).step === step) return true;
      if (await this.page.isVisible('#replay-continue')) await this.click('#replay-continue');
      return false;
    }, patience);
    return this.restsAt(step, patience);
  }

  trained(steps, patience) {
    return this.when(`step ${steps}`, ({ step }) => step >= steps, patience);
  }

  async pause(patience) {
    const { state } = await this.status();
    if (state === 'running' || state === 'replaying') await this.click('#play');
    return this.settled(patience);
  }

  click(selector) {
    return this.page.click(selector, { timeout: PATIENCE_MILLIS });
  }

  /** The hash part of the address, without `#`. */
  link() {
    return this.page.evaluate(() => location.hash.slice(1));
  }

  query() {
    return this.link().then((link) => new URLSearchParams(link));
  }

  /** Opens another link in the same tab, as a fresh visit. */
  async visit(link) {
    await this.page.goto('about:blank');
    await this.page.goto(`${SITE}#${link}`);
  }

  /** Opens another demo of the lab, by the link that its menu has. */
  async follow(link) {
    await this.page.evaluate((hash) => { location.hash = hash; }, link);
    await until(`the demo of ${link}`, () => this.page.evaluate((hash) => document.querySelector('#demos [aria-current]').hash === hash, link));
  }

  /** Opens the help with its key and closes it; a key right after that would still reach the button that had the focus in it. */
  async glanceAtHelp() {
    await this.page.keyboard.press('?');
    await until('the help', () => this.page.evaluate(() => document.querySelector('#help-dialog').open));
    await this.page.keyboard.press('Escape');
    await until('the help gone', () => this.page.evaluate(() => !document.querySelector('#help-dialog').open
      && !document.activeElement.closest('dialog')));
  }

  /** What a click downloads, as bytes. */
  download(selector) {
    return download(this.page, selector);
  }

  /** The measures that the share panel saves: `[head, ...rows]`. */
  async table() {
    return (await this.download('#take-csv')).toString().trim().split('\n').map((line) => line.split(','));
  }

  /** Lets a file fall on the page; an earlier verdict is forgotten. */
  drop(content, name = 'run.json') {
    return this.page.evaluate(([body, called]) => {
      delete document.querySelector('#status').dataset.agreement;
      const data = new DataTransfer();
      data.items.add(new File([body], called, { type: 'application/json' }));
      document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
    }, [content, name]);
  }

  /** How the replay of a run file agrees with it, once that is known. */
  verdict(patience) {
    return until('a verdict', () => this.page.evaluate(() => document.querySelector('#status').dataset.agreement), patience);
  }

  notices() {
    return this.page.evaluate(() => [...document.querySelectorAll('#notices .notice p')].map((p) => p.textContent));
  }

  notice(pattern, patience) {
    return until(`a notice like ${pattern}`, async () => (await this.notices()).find((text) => pattern.test(text)), patience);
  }

  texts(selector) {
    return this.page.evaluate((s) => [...document.querySelectorAll(s)].map((node) => node.textContent), selector);
  }

  async openSettings() {
    const open = await this.page.evaluate(() => document.querySelector('#settings').checkVisibility());
    if (!open) await this.click('#settings-toggle');
  }

  async setControl(key, value) {
    await this.openSettings();
    const control = this.page.locator(`.control[data-key="${key}"]`);
    const select = control.locator('select');
    if (await select.count()) return select.selectOption(value);
    const number = control.locator('input.number');
    await number.fill(String(value));
    await number.press('Enter');
  }

  /** The worker that computes. */
  async worker() {
    return until('a worker', () => computing(this.page).at(-1));
  }
}
