// Does a page hold the display's rate while its worker computes: while it trains, walks, or draws what is dragged?
import { digits, markdown, spread, withBrowser } from './common.mjs';

/** What moves, by the page and what sets it going; `steps` is what its status counts, and `least` how many come first. */
const trains = (path, what) => ({ path, what, steps: 'step', least: 20 });
const draws = (path, what, act) => ({ path, what, act, steps: 'drawn', least: 1 });

export async function frames({ url, quick, say }) {
  const seconds = quick ? 3 : 10;
  return withBrowser({}, async (browser) => {
    const idle = await browser.newPage();
    await idle.goto('about:blank');
    const limit = await idle.evaluate(count, 2);
    await idle.goto(new URL('lab.html', url).href);
    await idle.waitForSelector('#demos a');
    const figures = await idle.$$eval('#demos a', (all) => all.map(({ hash, textContent }) => [hash, textContent]));
    await idle.close();

    const scenes = [
      trains('', 'start page, training'),
      ...figures.map(([hash, title]) => trains(`lab.html${hash}`, `lab, ${title}`)),
      draws('dcgan.html#view=walk', 'dcgan.html, the walk', (page) => page.click('#play')),
      draws('vae.html', 'vae.html, the map dragged', drag),
    ];
    const pages = [];
    for (const { path, what, act, steps, least } of scenes) {
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
      await page.goto(new URL(path, url).href);
      await page.waitForFunction(([key, wanted]) => Number(document.querySelector('#status')?.dataset[key]) >= wanted, [steps, least], { timeout: 60_000 });
      const done = () => page.evaluate((key) => Number(document.querySelector('#status').dataset[key]), steps);
      const acting = new AbortController();
      const action = act?.(page, acting.signal);
      const before = await done();
      const { rate, gaps, longTasks } = await page.evaluate(count, seconds);
      const stepsPerSec = steps === 'step' ? ((await done()) - before) / seconds : null;
      acting.abort();
      await action;
      await page.close();
      say(`${what}: ${digits(rate)} frames/s`);
      pages.push({ what, framesPerSec: rate, gap: spread(gaps), longTasks, stepsPerSec });
    }
    return {
      seconds, emptyPageFramesPerSec: limit.rate, pages,
      table: `${seconds} s each; an empty page has ${digits(limit.rate)} frames/s.\n\n${markdown(
        ['page', 'frames/s', 'steps/s', 'gap, median (ms)', 'worst', 'tasks over 50 ms', 'longest'],
        pages.map(({ what, framesPerSec, stepsPerSec, gap, longTasks }) => [
          what, digits(framesPerSec), stepsPerSec === null ? '' : digits(stepsPerSec), digits(gap.median), digits(gap.max),
          longTasks.length, longTasks.length ? digits(Math.max(...longTasks)) : '',
        ]))}`,
    };
  });
}

/** Drags round and round over the map until it is told to stop. */
async function drag(page, signal) {
  const { x, y, width, height } = await page.locator('.view:not([hidden]) .map-pad').first().boundingBox();
  const at = (angle) => [x + width * (0.5 + 0.35 * Math.cos(angle)), y + height * (0.5 + 0.35 * Math.sin(angle))];
  await page.mouse.move(...at(0));
  await page.mouse.down();
  for (let angle = 0; !signal.aborted; angle += 0.05) await page.mouse.move(...at(angle));
  await page.mouse.up();
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
