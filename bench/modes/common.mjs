import { chromium } from 'playwright-core';
import { launchOptions } from '../../tests/browser/chromium.mjs';

export async function withBrowser(options, work) {
  const browser = await chromium.launch(launchOptions(options));
  try {
    return await work(browser);
  } finally {
    await browser.close();
  }
}

export function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { median, min: sorted[0], max: sorted.at(-1), runs: values };
}

export const digits = (value) => (value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2));
export const range = ({ median, min, max }) => `${digits(median)} (${digits(min)}-${digits(max)})`;

export function markdown(header, rows) {
  const lines = [header, header.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Opens a page of this folder that offers `window.bench`. */
export async function openEngine(browser, url, page) {
  const tab = await browser.newPage();
  tab.on('pageerror', (error) => process.stderr.write(`${page}: ${error.message}\n`));
  await tab.goto(new URL(`bench/${page}`, url).href);
  await tab.waitForFunction('window.bench');
  return tab;
}

export const measure = (tab, settings) => tab.evaluate((asked) => window.bench(asked), settings);

/** Largest difference of two lists; NaN where the lengths differ or a value is missing. */
export function apart(a, b) {
  return a.length === b.length ? a.reduce((most, v, i) => Math.max(most, Math.abs(v - b[i])), 0) : NaN;
}

export const sleep = (millis) => new Promise((resolve) => setTimeout(resolve, millis));
