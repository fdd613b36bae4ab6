// Embedding in anything: frameworks, scaled ancestors, hosts with few or strict headers, sandboxes.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { SITE, SMALL, launch, scenario, sleep, until } from './helper.mjs';
import { call, embedded, frameOf, shown, startHost, when } from './embed.mjs';

const ELEMENT = '<script type="module" src="genzoo/genzoo.js"></script>';

// Frameworks

/** What was asked for in every framework: a figure of the lab, seed 7, with all controls. */
async function isAsAsked(page) {
  await when(page, 'a rest', ({ state, step, restsAt }) => state === 'paused' && step === 0 && restsAt === '0');
  const { demo, settings } = await call(page, 'state');
  assert.deepEqual([demo, settings.seed], ['two-gaussians', 7]);
  assert.equal(await page.locator('gen-zoo #settings-toggle').isVisible(), true, 'full controls');
  assert.equal(await page.locator('gen-zoo #reset').isVisible(), false, 'what is hidden');
}

/** A button of the host's own asks for another demo, other settings and fewer controls. */
async function isAsChanged(page) {
  await page.click('#change');
  await when(page, 'step 3', ({ step, restsAt }) => step === 3 && restsAt === '3');
  const { demo, settings } = await call(page, 'state');
  assert.deepEqual([demo, settings.seed], ['race', 5]);
  assert.equal(await page.locator('gen-zoo #settings-toggle').isVisible(), false, 'few controls');
  assert.equal(await page.locator('gen-zoo #reset').isVisible(), true);
}

embedded('properties do what attributes do', {
  page: `<div id="place"></div><button id="change">Change</button><script type="module">
    const node = document.createElement('gen-zoo');
    Object.assign(node, { demo: 'two-gaussians', settings: { seed: 7 } }); // before the class is there
    node.style.cssText = 'height: 500px; width: 900px; display: block';
    document.querySelector('#place').append(node);
    await import('./genzoo/genzoo.js');
    node.controls = 'full';
    node.hide = ['reset', 'hash'];
    document.querySelector('#change').onclick = () => {
      Object.assign(node, { demo: 'race', controls: 'minimal', hide: undefined });
      node.settings = '${SMALL}&seed=5&step=3';
    };
  </script>`,
}, async (page) => {
  await isAsAsked(page);
  const read = await page.evaluate(() => {
    const { demo, settings, controls, hide, lock, autoplay, theme } = document.querySelector('gen-zoo');
    return { demo, settings, controls, hide, lock, autoplay, theme };
  });
  assert.deepEqual(read, { demo: 'two-gaussians', settings: 'seed=7', controls: 'full', hide: 'reset hash', lock: '', autoplay: false, theme: '' });
  await isAsChanged(page);
});

/** React comes as CommonJS only. */
const REACT = `
  const files = { react: 'react/cjs/react.production.js', 'react-dom': 'react-dom/cjs/react-dom.production.js',
    'react-dom/client': 'react-dom/cjs/react-dom-client.production.js', scheduler: 'scheduler/cjs/scheduler.production.js' };
  const text = Object.fromEntries(await Promise.all(Object.entries(files).map(async ([name, file]) => [name, await (await fetch('/packages/' + file)).text()])));
  const loaded = {};
  const require = (name) => {
    if (loaded[name]) return loaded[name].exports;
    const module = loaded[name] = { exports: {} };
    Function('module', 'exports', 'require', 'process', text[name])(module, module.exports, require, { env: { NODE_ENV: 'production' } });
    return module.exports;
  };
  const { createElement, useState, StrictMode } = require('react');
  const { createRoot } = require('react-dom/client');`;

embedded('React', {
  page: `<div id="app"></div><script type="module">${REACT}
    import './genzoo/genzoo.js';
    window.heard = 0;
    const style = { height: '500px', width: '900px' };
    function App() {
      const [props, change] = useState({ demo: 'two-gaussians', settings: 'seed=7', controls: 'full', hide: ['reset'], onready: () => { window.heard += 1; } });
      return createElement('div', null, createElement('gen-zoo', { ...props, style }),
        createElement('button', { id: 'change', onClick: () => change({ demo: 'race', settings: { 'g-width': 8, 'd-width': 8, batch: 16, seed: 5, step: 3 } }) }, 'Change'));
    }
    createRoot(document.querySelector('#app')).render(createElement(StrictMode, null, createElement(App)));
  </script>`,
}, async (page) => {
  await isAsAsked(page);
  await until('the event', () => page.evaluate(() => window.heard > 0));
  await isAsChanged(page);
});

embedded('Vue', {
  page: `<div id="app"></div><script type="module">
    import './genzoo/genzoo.js';
    import { createApp, h, ref } from '/packages/vue/dist/vue.runtime.esm-browser.prod.js';
    window.heard = 0;
    const props = ref({ demo: 'two-gaussians', settings: { seed: 7 }, controls: 'full', hide: 'reset', onReady: () => { window.heard += 1; } });
    const change = () => { props.value = { demo: 'race', settings: '${SMALL}&seed=5&step=3' }; };
    createApp(() => h('div', [h('gen-zoo', { ...props.value, style: 'height: 500px; width: 900px' }), h('button', { id: 'change', onClick: change }, 'Change')])).mount('#app');
  </script>`,
}, async (page) => {
  await isAsAsked(page);
  await until('the event', () => page.evaluate(() => window.heard > 0));
  await isAsChanged(page);
});

// Scaled ancestors

const FIGURE = 'demo="parallel-lines" controls="full" settings="step=40"';
const charted = (style) => `<style>body { margin: 0 }</style><div style="width: 1200px; ${style}">
  <gen-zoo ${FIGURE} style="height: 900px; display: block"></gen-zoo></div>${ELEMENT}`;

/** Moves the pointer to three quarters of the first chart, and says which step it names there. */
async function stepAtThreeQuarters(page) {
  await when(page, 'step 40', ({ step, restsAt }) => step === 40 && restsAt === '40');
  const chart = page.locator('gen-zoo .chart:not([hidden])').first();
  const scroll = () => chart.evaluate((node) => node.scrollIntoView({ block: 'center', behavior: 'instant' }));
  await scroll();
  const over = chart.locator('.u-over');
  await until('a chart', () => over.count());
  await scroll(); // what is drawn now may have moved it
  await sleep(500);
  const { x, y, width, height } = await over.boundingBox();
  await page.mouse.move(x + width / 4, y + height / 2);
  await page.mouse.move(x + (3 * width) / 4, y + height / 2);
  return until('a step', async () => (await chart.locator('.chart-step').textContent()) || null);
}

for (const [name, style] of [
  ['transform: scale(.6)', 'transform: scale(.6); transform-origin: 0 0'],
  ['zoom: 1.5', 'zoom: 1.5'],
  ['zoom: .6 in scale: .8', 'zoom: .6; scale: .8; transform-origin: 0 0'],
]) {
  embedded(`a pointer on a chart under ${name}`, { page: charted(style), context: { viewport: { width: 1400, height: 1000 } } }, async (page) => {
    assert.equal(await stepAtThreeQuarters(page), 'step 30');
  });
}

const SLIDES = `<link rel="stylesheet" href="/reveal/reveal.css"><div class="reveal"><div class="slides"><section>
  <gen-zoo ${FIGURE} style="height: 660px; width: 940px"></gen-zoo></section></div></div>${ELEMENT}
  <script type="module">import Reveal from '/reveal/reveal.mjs'; window.deck = new Reveal({ width: 960, height: 700, center: false }); await deck.initialize();</script>`;
for (const [width, height] of [[1920, 1080], [800, 450]]) {
  embedded(`a pointer on a chart of a slide of ${width} x ${height}`, { page: SLIDES, context: { viewport: { width, height } } }, async (page) => {
    assert.equal(await stepAtThreeQuarters(page), 'step 30');
  });
}

// Hosts

const QUICK = `${ELEMENT}<gen-zoo demo="two-gaussians" settings="step=3" style="width: 600px; height: 400px"></gen-zoo>`;
const atThree = (page) => when(page, 'step 3', ({ step, restsAt }) => step === 3 && restsAt === '3');

for (const type of ['application/octet-stream', 'text/plain', 'application/wasm; charset=utf-8', null]) {
  embedded(`a host that sends .wasm as ${type}`, {
    page: QUICK,
    change: ({ ...headers }, path) => {
      if (!path.endsWith('.wasm')) return headers;
      delete headers['content-type'];
      return type ? { ...headers, 'content-type': type } : headers;
    },
  }, async (page) => {
    await atThree(page);
  });
}

const ISOLATED = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };
const isolated = (headers, path) => (path === '/host.html' ? { ...headers, ...ISOLATED } : headers);

embedded('a page that is isolated takes an element of its own host', { page: QUICK, change: isolated, expectedErrors: [/COEP|ERR_BLOCKED_BY_RESPONSE|NotSameOrigin/i] }, async (page) => {
  assert.equal(await page.evaluate(() => crossOriginIsolated), true);
  await atThree(page);
});

const other = await startHost({ '/host.html': QUICK.replaceAll('genzoo/genzoo.js', `${SITE}genzoo.js`) }, {}, isolated);
scenario('a page that is isolated takes an element of another host', {
  site: () => other.url.replace(/genzoo\/$/, ''), path: 'host.html', hosts: [new URL(SITE).origin],
}, async ({ page }) => {
  await atThree(page);
  assert.equal(await page.locator('gen-zoo .frame').evaluate((node) => getComputedStyle(node).position), 'absolute', 'style sheets are there');
});

embedded('a page that is isolated takes a finished model', {
  page: `${ELEMENT}<gen-zoo demo="dcgan" controls="full" style="width: 900px; height: 600px"></gen-zoo>`, change: isolated, expectedErrors: [/COEP|ERR_BLOCKED_BY_RESPONSE/i],
}, async (page) => {
  assert.equal((await call(page, 'state')).demo, 'dcgan');
});

/** Takes `.html` off addresses, as many hosts do. */
const CLEAN = Object.fromEntries(['embed', 'dcgan', 'lab', 'index'].map((name) => [`/${name}.html`, (request, response) => {
  response.writeHead(308, { location: `/genzoo/${name}${new URL(request.url, SITE).search}` }).end();
}]));
const clean = Object.fromEntries(['embed', 'dcgan', 'lab'].map((name) => [`/${name}`, async (_, response) => {
  response.writeHead(200, { 'content-type': 'text/html' }).end(await (await fetch(`${SITE}${name}.html`)).text());
}]));
embedded('a host that takes .html off addresses', {
  page: '<iframe title="dcgan" width="800" height="500" src="genzoo/embed.html?demo=dcgan&seed=4"></iframe><script type="module">import { connect } from "./genzoo/genzoo.js"; window.zoo = connect(document.querySelector("iframe"));</script>',
  answers: { ...CLEAN, ...clean },
}, async (page) => {
  const state = await page.evaluate(() => zoo.state());
  assert.deepEqual([state.demo, state.settings.seed], ['dcgan', 4]);
});

embedded('a document that runs from right to left', { page: `<div dir="rtl">${QUICK}</div>` }, async (page) => {
  await atThree(page);
  const [play, counter] = await Promise.all(['#play', '#step-count'].map((part) => page.locator(`gen-zoo ${part}`).boundingBox()));
  assert.ok(play.x < counter.x, 'the bar runs from left to right');
  assert.equal(await page.locator('gen-zoo .frame').evaluate((node) => getComputedStyle(node).direction), 'ltr');
});

const sandboxed = (words) => `<iframe title="pix2pix" width="1200" height="760" sandbox="${words}" src="genzoo/embed.html?demo=pix2pix&amp;controls=full"></iframe>`;
embedded('a sandbox without downloads: a sentence', { page: sandboxed('allow-scripts allow-same-origin') }, async (page) => {
  const inside = await frameOf(page, 'embed.html');
  await inside.click('#save-picture', { timeout: 60_000 });
  const said = await until('a sentence', async () => (await inside.locator('#notices .notice p').allTextContents()).find((text) => /download/.test(text)));
  assert.match(said, /^The page around this frame does not allow downloads: its sandbox lacks “allow-downloads”\.$/);
});

embedded('the sandbox of the snippet: a file', { page: sandboxed('allow-scripts allow-same-origin allow-downloads') }, async (page) => {
  const inside = await frameOf(page, 'embed.html');
  const [file] = await Promise.all([page.waitForEvent('download'), inside.click('#save-picture', { timeout: 60_000 })]);
  assert.match(file.suggestedFilename(), /\.png$/);
});

// Links

embedded('what others append to an address, and an address that was escaped once more', {
  page: `<iframe title="a" width="600" height="400" src="genzoo/embed.html?demo=two-gaussians&seed=3&step=3&fbclid=x&utm_source=mail"></iframe>
    <iframe title="b" width="600" height="400" src="genzoo/embed.html?demo=two-gaussians&amp;amp;seed=3&amp;amp;step=3"></iframe>`,
}, async (page) => {
  for (const part of ['fbclid', 'amp;seed']) {
    const inside = await frameOf(page, part);
    await atThree(inside);
    assert.equal((await call(inside, 'state')).settings.seed, 3);
    assert.deepEqual(await inside.locator('gen-zoo .notice').allTextContents(), []);
  }
});

// Slides

for (const [query, plays] of [['', true], ['&autoplay=0', false], ['&lock=play', false], ['&lock=play&autoplay=1', true]]) {
  embedded(`slide:start ${plays ? 'plays' : 'does not play'} with “${query}”`, { page: `<iframe title="f" width="600" height="400" src="genzoo/embed.html?demo=two-gaussians&step=0${query}"></iframe>` }, async (page) => {
    const inside = await frameOf(page, 'embed.html');
    await when(inside, 'a picture', ({ frames }) => Number(frames) > 0);
    await page.evaluate(() => document.querySelector('iframe').contentWindow.postMessage('slide:start', '*'));
    if (plays) await when(inside, 'training', ({ step }) => step > 3);
    else {
      await sleep(1500);
      const { state, step } = await shown(inside);
      assert.deepEqual([state, step], ['paused', 0]);
    }
  });
}

embedded('lock=all leaves to play; a name that is none is told of', {
  page: `${ELEMENT}<gen-zoo demo="race" controls="full" lock="all zebra" hide="lr-g.1" settings="${SMALL}" style="width: 1100px; height: 700px"></gen-zoo>`,
}, async (page) => {
  await when(page, 'a picture', ({ frames }) => Number(frames) > 0);
  const locked = (part) => page.locator(`gen-zoo ${part}`).first().evaluate((node) => Boolean(node.closest('[inert]')));
  for (const part of ['.objective', '#add-arena', '#settings', '#settings-toggle', '#views', '#speed', '#device']) assert.equal(await locked(part), true, part);
  for (const part of ['#play', '#step-both', '#reset', '.chart']) assert.equal(await locked(part), false, part);
  assert.deepEqual(await page.locator('gen-zoo .notice p').allTextContents(), ['There is no part and no setting called “zebra” to hide or lock.']);
});

// Small boxes

for (const demo of ['parallel-lines', 'two-gaussians', 'bigan']) {
  for (const [width, height] of [[480, 300], [640, 480], [360, 640]]) {
    embedded(`${demo} is whole in ${width} x ${height}`, {
      page: `${ELEMENT}<gen-zoo demo="${demo}" settings="step=1" style="width: ${width}px; height: ${height}px"></gen-zoo>`, context: { viewport: { width: 700, height: 700 } },
    }, async (page) => {
      await when(page, 'step 1', ({ step, restsAt }) => step === 1 && restsAt === '1');
      const { cut, plots } = await page.evaluate(() => {
        const { shadowRoot } = document.querySelector('gen-zoo');
        const stage = shadowRoot.querySelector('.stage');
        const all = [...shadowRoot.querySelectorAll('.panel canvas')].filter((node) => node.checkVisibility());
        return { cut: stage.scrollHeight - stage.clientHeight, plots: all.map(({ clientWidth, clientHeight }) => Math.min(clientWidth, clientHeight)) };
      });
      assert.ok(cut <= 1, `${cut} px are cut off`);
      assert.ok(plots.length > 0 && plots.every((side) => side >= 60), plots.join());
    });
  }
}

// Screens and paper

scenario('a sharper screen gets a sharper picture, at rest too', { path: 'lab.html', hash: 'demo=two-gaussians&step=3' }, async (race) => {
  await race.restsAt(3);
  const widths = () => race.page.$$eval('#stage canvas', (all) => all.map(({ width }) => width));
  const before = await until('canvases', async () => { const all = await widths(); return all.every((width) => width > 0) && all; });
  const session = await race.page.context().newCDPSession(race.page);
  await session.send('Emulation.setDeviceMetricsOverride', { width: 1280, height: 801, deviceScaleFactor: 2, mobile: false });
  await until('twice the pixels', async () => (await widths()).every((width, at) => Math.abs(width - 2 * before[at]) <= 2));
});

for (const theme of ['light', 'dark']) {
  scenario(`on paper a ${theme} race is light, and its keys have their colours`, { hash: `${SMALL}&step=1&theme=${theme}` }, async (race) => {
    await race.restsAt(1);
    await race.page.evaluate(async () => {
      const { pixelsOf } = await import(new URL('draw/sheet.js', document.baseURI));
      const light = (canvas) => { const { data } = pixelsOf(canvas); return data.reduce((sum, value) => sum + value, 0) / data.length; };
      addEventListener('beforeprint', () => {
        window.printed = { ground: getComputedStyle(document.body).backgroundColor, plots: [...document.querySelectorAll('.plot-canvas')].map(light) };
      });
    });
    await race.page.pdf();
    const { ground, plots } = await race.page.evaluate(() => window.printed);
    assert.ok(ground.match(/\d+/g).slice(0, 3).every((part) => Number(part) > 200), ground);
    assert.ok(plots.every((mean) => mean > 190), plots.join());
    assert.equal(await race.page.evaluate(() => document.documentElement.dataset.theme), theme, 'the page is as it was');
    await race.page.emulateMedia({ media: 'print' });
    assert.equal(await race.page.evaluate(() => getComputedStyle(document.querySelector('.legend .bar')).printColorAdjust), 'exact');
  });
}

// Where nothing can start

test('opened from a folder, a page says what it needs', async () => {
  const page = await (await launch()).newPage();
  try {
    for (const name of ['index.html', 'dcgan.html', 'embed.html']) {
      await page.goto(pathToFileURL(join(process.env.GENZOO_DIST, name)).href);
      const late = page.locator('#late');
      await until(`a sentence in ${name}`, () => late.isVisible(), 10_000);
      assert.match(await late.textContent(), /web server/);
      assert.match(await late.textContent(), /python3 -m http\.server/);
    }
  } finally {
    await page.close();
  }
});

for (const [name, init, sentence] of [
  ['WebAssembly', () => { delete globalThis.WebAssembly; }, /^This browser has no WebAssembly,/],
  ['SIMD', () => { WebAssembly.validate = () => false; }, /^This browser has no SIMD in WebAssembly,/],
  ['OffscreenCanvas', () => { delete globalThis.OffscreenCanvas; }, /^This browser has no OffscreenCanvas,/],
]) {
  for (const path of ['', 'vae.html', 'embed.html?demo=race']) {
    scenario(`without ${name}, /${path} says so, and loads nothing else`, { path, init, expectedErrors: [/script-src 'none'|Content.Security.Policy/i] }, async ({ page }) => {
      const late = page.locator('#late');
      await until('a sentence', () => late.isVisible(), 5000);
      assert.match(await late.textContent(), sentence);
      assert.equal(page.workers().length, 0);
    });
  }
  embedded(`without ${name}, an element says so`, { page: QUICK, init }, async (page) => {
    const said = await until('a sentence', async () => (await page.locator('gen-zoo .poster-said').allTextContents()).find(Boolean));
    assert.match(said, sentence);
  });
}

const broken = await startHost({}, { '/run/race.js': (_, response) => response.writeHead(404).end() });
scenario('a script that is missing is named', { site: () => broken.url, expectedErrors: [/404|Failed to load/] }, async ({ page }) => {
  const late = page.locator('#late');
  await until('a sentence', () => late.isVisible(), 5000);
  assert.match(await late.textContent(), /^A script of this page did not come: entries\/race\.js, or one that it needs\./);
});
