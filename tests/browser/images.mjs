// The pages of finished models, in the words of their DOM contract.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SITE, launch, leftOut, pixels, scenario, until } from './helper.mjs';

const PATIENCE_MILLIS = 90_000;

/** A scenario on one of the image pages; `options` are those of `scenario`. */
export function pictures(demo, name, options, body) {
  scenario(`${demo}: ${name}`, { path: `${demo}.html`, ...options }, (race, t) => body(new Pictures(race, demo), t));
}

export class Pictures {
  constructor({ page, browser }, demo) {
    Object.assign(this, { page, browser, demo });
  }

  /** `{state, drawn, view, weights, device, source, text}` */
  status() {
    return this.page.evaluate(() => {
      const { dataset, textContent } = document.querySelector('#status');
      return { ...dataset, drawn: Number(dataset.drawn), text: textContent };
    });
  }

  when(what, holds, patience = PATIENCE_MILLIS) {
    return until(what, async () => {
      const status = await this.status();
      return holds(status) && status;
    }, patience);
  }

  /** Everything asked for is drawn. A page that has stopped says why at once. */
  async ready(patience) {
    const status = await this.when('a drawn page', ({ state, drawn }) => state === 'fault' || (state === 'ready' && drawn > 0), patience);
    if (status.state === 'fault') assert.fail(await this.page.textContent('#fault'));
    return status;
  }

  /** Does something that draws anew, and waits for it. */
  async after(action, patience) {
    const { drawn } = await this.status();
    const result = await action();
    await this.when('a new drawing', (now) => now.state === 'ready' && now.drawn > drawn, patience);
    return result;
  }

  view(id) {
    return this.after(() => this.click(`#views [data-view="${id}"]`));
  }

  click(selector) {
    return this.page.click(selector, { timeout: PATIENCE_MILLIS });
  }

  link() {
    return this.page.evaluate(() => location.hash.slice(1));
  }

  async query() {
    return new URLSearchParams(await this.link());
  }

  /** The link once it says `holds`; links follow a moment after what they say. */
  linkWith(holds) {
    return until('the link', async () => {
      const query = await this.query();
      return holds(query) && query;
    });
  }

  async visit(link) {
    await this.page.goto('about:blank');
    await this.page.goto(`${SITE}${this.demo}.html#${link}`);
  }

  notices() {
    return this.page.$$eval('#notices .notice p', (all) => all.map((p) => p.textContent));
  }

  notice(pattern) {
    return until(`a notice like ${pattern}`, async () => (await this.notices()).find((text) => pattern.test(text)));
  }

  /** RGBA pixels of every canvas that the selector finds. */
  async pixels(selector) {
    return pixels(this.page, selector);
  }

  /** Pixels of the only canvas that the selector finds. */
  async picture(selector) {
    const all = await this.pixels(selector);
    assert.equal(all.length, 1, selector);
    return all[0];
  }

  async card(id) {
    const response = await fetch(`${SITE}weights/${id}.json`);
    assert.equal(response.status, 200, `the card of ${id}`);
    return response.json();
  }

  worker() {
    return until('a worker', () => this.page.workers().at(-1));
  }

  /** Sets a range input as a drag would. */
  slide(selector, value) {
    return this.page.$eval(selector, (slider, wanted) => {
      slider.value = wanted;
      slider.dispatchEvent(new Event('input', { bubbles: true }));
    }, value);
  }

  async fitsWidth(where) {
    const { scrollWidth, clientWidth, out } = await this.page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      const out = [...document.querySelectorAll('body *')]
        .filter((node) => node.checkVisibility({ visibilityProperty: true }) && node.getBoundingClientRect().right > clientWidth + 1)
        .map((node) => `${node.tagName.toLowerCase()}#${node.id}.${node.getAttribute('class')}`).slice(0, 5);
      return { scrollWidth, clientWidth, out };
    });
    assert.ok(scrollWidth <= clientWidth, `${where}: ${scrollWidth} > ${clientWidth}, ${out}`);
  }
}

/** Largest difference of two pictures, in grey levels. */
export function difference(a, b) {
  assert.equal(a.length, b.length, 'pictures of one size');
  return a.reduce((most, value, at) => Math.max(most, Math.abs(value - b[at])), 0);
}

/** A test that what `selector` finds on a page opened at `#hash` is the same picture on both devices, within 1 of 100. */
export function agreesOnWebgpu(demo, hash, selector) {
  const name = `${demo}: a picture on WebGPU agrees with the CPU`;
  test(name, { timeout: 300_000, skip: leftOut(name) }, async (t) => {
    const context = await (await launch({ webgpu: true })).newContext();
    const page = await context.newPage();
    try {
      const look = async (device) => {
        await page.goto('about:blank');
        await page.goto(`${SITE}${demo}.html#${hash}&device=${device}`);
        await page.waitForFunction((wanted) => {
          const { state, device, drawn } = document.querySelector('#status').dataset;
          return state === 'ready' && device === wanted && Number(drawn) > 0;
        }, device, { timeout: 240_000 });
        return (await pixels(page, selector))[0];
      };
      const [cpu, gpu] = [await look('cpu'), await look('webgpu')];
      t.diagnostic(`largest difference ${difference(cpu, gpu)} of 255`);
      assert.ok(difference(cpu, gpu) / 255 <= 1e-2);
      assert.ok(new Set(gpu).size > 4, 'not blank');
    } finally {
      await context.close();
    }
  });
}

/** Mean and standard deviation of each channel over pictures, in [0, 1]. */
export function statistics(pictures, channels) {
  return Array.from({ length: channels }, (_, channel) => {
    let [count, sum, squares] = [0, 0, 0];
    for (const data of pictures) {
      for (let at = channel; at < data.length; at += 4) {
        count += 1;
        sum += data[at] / 255;
        squares += (data[at] / 255) ** 2;
      }
    }
    return { mean: sum / count, std: Math.sqrt(squares / count - (sum / count) ** 2) };
  });
}

/** The ids of the weights in the page's menu. */
export function offered(pictures) {
  return pictures.page.$$eval('#weights option', (all) => all.map(({ value }) => value));
}

/** The site with some files answered otherwise: `{path: (request, response) => void}`. */
export { startProxy } from './proxy.mjs';
