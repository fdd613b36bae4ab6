// The page in the words of its DOM contract, for tests and benches alike.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { siteUrl } from './chromium.mjs';

export const SITE = siteUrl();
/** Settings that train fast anywhere; tests that are not about speed or quality use them. */
export const SMALL = 'g-width=8&d-width=8&batch=16';

const PATIENCE_MILLIS = 60_000;
export const sleep = (millis) => new Promise((resolve) => setTimeout(resolve, millis));

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
