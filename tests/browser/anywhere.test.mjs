// Embedding in anything: frameworks, scaled ancestors, hosts with few or strict headers, sandboxes.
import assert from 'node:assert/strict';
import { SMALL, launch, sleep, until } from './helper.mjs';
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

const RUN = `${SMALL}&measure-every=10&step=200`;
const charted = (style) => `<style>body { margin: 0 }</style><div style="width: 1200px; ${style}">
  <gen-zoo demo="race" controls="full" settings="${RUN.replaceAll('&', '&amp;')}" style="height: 900px; display: block"></gen-zoo></div>${ELEMENT}`;

/** Moves the pointer to three quarters of the first chart, and says which step it names there. */
async function stepAtThreeQuarters(page, scope = page) {
  await when(scope, 'step 200', ({ step, restsAt }) => step === 200 && restsAt === '200');
  const over = scope.locator('gen-zoo .chart:not([hidden]) .u-over').first();
  await until('a chart', () => over.count());
  await over.scrollIntoViewIfNeeded();
  await sleep(300);
  const { x, y, width, height } = await over.boundingBox();
  await page.mouse.move(x + width / 4, y + height / 2);
  await page.mouse.move(x + (3 * width) / 4, y + height / 2);
  return until('a step', async () => (await scope.locator('gen-zoo .chart:not([hidden]) .chart-step').first().textContent()) || null);
}

for (const [name, style] of [
  ['transform: scale(.6)', 'transform: scale(.6); transform-origin: 0 0'],
  ['scale: 1.5', 'scale: 1.5; transform-origin: 0 0'],
  ['zoom: 1.5', 'zoom: 1.5'],
  ['zoom: .6 in a scale', 'zoom: .6; transform: scale(.8); transform-origin: 0 0'],
  ['nothing', ''],
]) {
  embedded(`a pointer on a chart under ${name}`, { page: charted(style), context: { viewport: { width: 1400, height: 1000 } } }, async (page) => {
    assert.equal(await stepAtThreeQuarters(page), 'step 150');
  });
}

const SLIDES = `<link rel="stylesheet" href="/reveal/reveal.css"><div class="reveal"><div class="slides"><section>
  <gen-zoo demo="race" controls="full" settings="${RUN.replaceAll('&', '&amp;')}" style="height: 660px; width: 940px"></gen-zoo></section></div></div>${ELEMENT}
  <script type="module">import Reveal from '/reveal/reveal.mjs'; window.deck = new Reveal({ embedded: false, width: 960, height: 700 }); await deck.initialize();</script>`;
for (const [width, height] of [[1920, 1080], [800, 450]]) {
  embedded(`a pointer on a chart of a slide of ${width} x ${height}`, { page: SLIDES, context: { viewport: { width, height } } }, async (page) => {
    assert.equal(await stepAtThreeQuarters(page), 'step 150');
  });
}
