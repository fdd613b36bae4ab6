// From a stroke to its picture: on the pix2pix page, as a person waits for it; and engine against engine on the same U-Net, where genzoo
// also rasterises the strokes.
import { onnxModel } from '../onnx.mjs';
import { BYTES_APART } from './images.mjs';
import { apart, digits, markdown, measure, openEngine, spread, withBrowser } from './common.mjs';

const ENGINES = { genzoo: 'images.html', 'onnxruntime-web': 'peer-onnx.html' };
const DEVICES = { cpu: 'CPU', webgpu: 'WebGPU' };
const TURN = 10; // strokes of one engine before the other's
const CHANNELS = 5;
const UNIT = 1 / 64; // a pixel of the network's board

export async function strokes({ url, quick, say }) {
  const count = quick ? 20 : 100;
  const drawn = stretches(count);
  const id = await present(url);

  const page = [];
  for (const device of Object.keys(DEVICES)) {
    const row = await withBrowser({ webgpu: device === 'webgpu' }, (browser) => onPage(browser, url, { id, device, drawn, say }));
    if (row) page.push(row);
  }

  const engines = await withBrowser({}, async (browser) => {
    const tabs = {};
    for (const [name, file] of Object.entries(ENGINES)) tabs[name] = await openEngine(browser, url, file);
    const [card, file] = await Promise.all(['json', 'bpk'].map((kind) => fetch(new URL(`weights/${id}.${kind}`, url))));
    const parsed = await card.json();
    const { side } = parsed.config.generator;
    const onnx = Buffer.from(onnxModel(parsed, await file.arrayBuffer())).toString('base64');
    // The sketch after each stroke, as strokes and as the raster of them.
    const sketches = drawn.map((_, nth) => drawn.slice(0, nth + 1).flatMap(numbers));
    const rasters = (await measure(tabs.genzoo, { id, op: 'paper', latents: sketches })).map(({ raster }) => raster);
    const asked = {
      genzoo: { id, op: 'colour', latents: sketches },
      'onnxruntime-web': { id, onnx, dims: [1, CHANNELS, side, side], latents: rasters },
    };
    const pictures = {};
    for (const [name, tab] of Object.entries(tabs)) pictures[name] = (await measure(tab, { ...asked[name], latents: asked[name].latents.filter((_, nth) => nth % TURN === TURN - 1) })).flatMap(({ rgba }) => Object.values(rgba));
    const difference = apart(...Object.values(pictures));
    say(`${id}: ${count / TURN} pictures differ by at most ${difference} of 255`);
    if (!(difference <= BYTES_APART)) throw new Error(`${id}: the engines do not draw the same picture`);
    const times = Object.fromEntries(Object.keys(tabs).map((name) => [name, []]));
    for (let from = 0; from < count; from += TURN) {
      for (const [name, tab] of Object.entries(tabs)) {
        await tab.bringToFront();
        times[name].push(...await measure(tab, { ...asked[name], latents: asked[name].latents.slice(from, from + TURN), each: true }));
      }
    }
    const ratio = spread(times.genzoo.map((millis, nth) => millis / times['onnxruntime-web'][nth]));
    return { difference, ratio, times: Object.fromEntries(Object.entries(times).map(([name, values]) => [name, spread(values)])) };
  });

  const worst = ({ median, max }) => [digits(median), digits(max)];
  return {
    id, count, page, engines,
    table: [
      `${count} strokes, ${id}`, '',
      markdown(['page, from stroke to picture', 'median, ms', 'worst, ms'], page.map(({ name, millis }) => [name, ...worst(millis)])), '',
      markdown(['engine, from sketch to picture', 'median, ms', 'worst, ms'], Object.entries(engines.times).map(([name, millis]) => [name, ...worst(millis)])), '',
      `genzoo / onnxruntime-web, stroke by stroke: ${digits(engines.ratio.median)} at the median; pictures differ by at most ${engines.difference} of 255.`,
    ].join('\n'),
  };
}

/** The first weights of the page that are on this site. */
async function present(url) {
  for (const id of ['pix2pix-critters', 'pix2pix-sprouts', 'pix2pix-critters-both']) {
    if ((await fetch(new URL(`weights/${id}.json`, url))).ok) return id;
  }
  throw new Error('There are no weights of pix2pix on this site');
}

/** Draws every stroke with the mouse; the page says how long its picture took. */
async function onPage(browser, url, { id, device, drawn, say }) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.goto(new URL(`pix2pix.html#weights=${id}&device=${device}`, url).href);
  const shown = () => page.evaluate(() => {
    const [view, board, status] = ['.view:not([hidden])', '#easel', '#status'].map((selector) => document.querySelector(selector)?.dataset ?? {});
    return { ready: status.state === 'ready' && view.version === board.version, millis: Number(view.millis) };
  });
  const settled = async () => {
    for (;;) {
      const now = await shown();
      if (now.ready) return now;
      await page.waitForTimeout(5);
    }
  };
  await settled();
  const { used, sentence } = await page.evaluate(() => ({ used: document.querySelector('#status').dataset.device, sentence: document.querySelector('#device-sentence').textContent }));
  if (used !== device) {
    say(`page, ${device}: left out. ${sentence}`);
    return null;
  }
  await page.keyboard.press('Delete');
  const { width, x, y } = await page.locator('#easel').boundingBox();
  const move = ([left, top]) => page.mouse.move(x + left * width, y + top * width);
  const times = [];
  for (const points of drawn) {
    await settled();
    await move(points[0]);
    await page.mouse.down();
    for (const point of points.slice(1)) await move(point);
    await page.mouse.up();
    times.push((await settled()).millis);
  }
  const millis = spread(times);
  say(`page, ${device}: ${digits(millis.median)} ms at the median, ${digits(millis.max)} at worst`);
  return { name: sentence.match(/with (WebGPU \([^,)]*)/)?.[1].replace(' (', ', ') ?? DEVICES[device], millis };
}

/** Short curved strokes all over the board, the same every time. */
function stretches(count) {
  let state = 1;
  const uniform = () => (state = (state * 48271) % 0x7fffffff) / 0x7fffffff;
  return Array.from({ length: count }, () => {
    const [x, y, turn] = [0.15 + 0.7 * uniform(), 0.15 + 0.7 * uniform(), 6.28 * uniform()];
    return Array.from({ length: 8 }, (_, nth) => [x + 0.015 * nth * Math.cos(turn + 0.2 * nth), y + 0.015 * nth * Math.sin(turn + 0.2 * nth)]);
  });
}

/** A line through points, as `Sketch::from_numbers` reads it. */
const numbers = (points) => [0, 0, 0, 0, points.length, ...points.flatMap(([x, y]) => [x, y, 0.8 * UNIT])];
