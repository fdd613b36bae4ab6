// Does the page hold the display's rate while the worker trains?
import { digits, spread, withBrowser } from './common.mjs';

export async function frames({ url, quick, say }) {
  const seconds = quick ? 3 : 10;
  return withBrowser({}, async (browser) => {
    const idle = await browser.newPage();
    await idle.goto('about:blank');
    const limit = await idle.evaluate(count, 2);
    await idle.close();

    const page = await browser.newPage();
    await page.goto(url);
    await page.waitForFunction(() => Number(document.querySelector('[data-step]')?.dataset.step) >= 20, null, { timeout: 60_000 });
    const steps = () => page.evaluate(() => Number(document.querySelector('[data-step]').dataset.step));
    const before = await steps();
    const { rate, gaps, longTasks } = await page.evaluate(count, seconds);
    const trained = (await steps()) - before;
    say(`${digits(rate)} frames/s`);
    const gap = spread(gaps);
    return {
      framesPerSec: rate, emptyPageFramesPerSec: limit.rate, longTasks, worstGapMillis: gap.max, stepsPerSec: trained / seconds,
      table: `${digits(rate)} frames/s while training ${digits(trained / seconds)} steps/s (an empty page: ${digits(limit.rate)}); `
        + `frame gap median ${digits(gap.median)} ms, worst ${digits(gap.max)} ms; `
        + `${longTasks.length} tasks over 50 ms${longTasks.length ? `, longest ${digits(Math.max(...longTasks))} ms` : ''} in ${seconds} s`,
    };
  });
}

/** Runs in the page. */
export async function count(seconds) {
  const longTasks = [];
  const observer = new PerformanceObserver((list) => longTasks.push(...list.getEntries().map((entry) => entry.duration)));
  observer.observe({ type: 'longtask' });
  const gaps = [];
  const frame = () => new Promise(requestAnimationFrame);
  const start = await frame();
  let last = start;
  while (last - start < seconds * 1000) {
    const now = await frame();
    gaps.push(now - last);
    last = now;
  }
  observer.disconnect();
  return { rate: (gaps.length * 1000) / (last - start), gaps, longTasks };
}
