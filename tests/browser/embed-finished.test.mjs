// Finished models on other pages: in a frame and as an element, with the options, methods and messages of an embedded race.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerOf, inChromium, inFirefox, noFirefox } from './elsewhere.mjs';
import { call, embedded, frameOf, startHost } from './embed.mjs';
import { launch, scenario, sleep, until } from './helper.mjs';
import { catalog } from './strings.mjs';

const ELEMENT = '<script type="module" src="genzoo/genzoo.js"></script>';
const element = (attributes, style = 'width: 640px; height: 400px') => `${ELEMENT}<gen-zoo style="${style}" ${attributes}></gen-zoo>`;
const frame = (query, size = 'width="640" height="400"') => `<style>body { margin: 0 }</style><iframe title="demo" ${size} style="border: 0" src="genzoo/embed.html?${query}"></iframe>`;
const driven = (query) => `${frame(query)}<script type="module">
  import { connect } from './genzoo/genzoo.js';
  window.demo = connect(document.querySelector('iframe'));
  window.heard = [];
  for (const type of ['ready', 'state', 'link', 'fault']) demo.addEventListener(type, ({ detail }) => heard.push([type, detail]));
</script>`;

/** Each demo, a view and settings that are quick, and a setting that changes its picture. */
const DEMOS = [
  { demo: 'dcgan', settings: 'seed=3&count=16', view: 'wall', set: ['seed', 4], board: '.wall' },
  { demo: 'vae', settings: 'side=8', view: 'manifold', set: ['z', '1.5,-0.5'], board: '.map-pad' },
  { demo: 'pixelcnn', settings: 'seed=3&pixel=200', view: 'pixel', set: ['seed', 9], board: '.board' },
  { demo: 'pix2pix', settings: '', view: 'colour', set: ['weights', 'pix2pix-critters-l1'], board: '.easel' },
];

/** Whether the scope (a page or a frame) shows its demo. */
const ready = (scope) => until('a picture', () => scope.evaluate(() => {
  const { dataset } = document.querySelector('#status') ?? { dataset: {} };
  return dataset.state === 'ready' && Number(dataset.drawn) > 0 && document.querySelector('.poster').hidden;
}));
/** The call of the connected frame; rejections are returned as `{error}`. */
const ask = (page, method, ...args) => page.evaluate(([name, values]) => demo[name](...values).catch(({ message }) => ({ error: message })), [method, args]);
/** Whether the element shows the pixels of a hash; asked less often than messages are taken. */
const shows = async (page, hash) => { await sleep(100); return (await call(page, 'state')).hash === hash; };
const visible = (scope, selector) => scope.locator(selector).first().isVisible();

test('the embed knows every finished model of the catalog', async () => {
  const { exhibits } = await catalog('images');
  const ids = exhibits.map(({ id }) => id);
  const { FINISHED } = await import('../../www/embed/embedding.js');
  assert.deepEqual(FINISHED, ids);
  for (const { demo } of DEMOS) assert.ok(ids.includes(demo), demo);
});

for (const { demo, settings, view, set: [key, value] } of DEMOS) {
  embedded(`${demo} in a frame: state, settings, events and what is left out`, { page: driven(`demo=${demo}&${settings}`) }, async (page) => {
    const inside = await frameOf(page, 'embed.html');
    await ready(inside);
    const state = await ask(page, 'state');
    assert.deepEqual([state.demo, state.state, state.device, state.settings.view], [demo, 'paused', 'cpu', view]);
    assert.match(state.hash, /^[0-9a-f]{16}$/);
    assert.match(state.version, /^\d+\.\d+\.\d+/);
    for (const [name, wanted] of new URLSearchParams(settings)) assert.equal(String(state.settings[name]), wanted, name);
    assert.deepEqual([await visible(inside, '.masthead'), await visible(inside, '.colophon'), await visible(inside, '#made'), await visible(inside, '#views')], [false, false, false, false]);

    await ask(page, 'set', key, value);
    const other = await ask(page, 'state');
    assert.equal(String(other.settings[key]), String(value));
    assert.notEqual(other.hash, state.hash, 'another picture');
    assert.equal(new URLSearchParams(other.link).get(key), String(value));
    await ask(page, 'open', state.link);
    assert.equal((await ask(page, 'state')).hash, state.hash, 'the link brings the picture back');
    const heard = await page.evaluate(() => heard);
    assert.ok(heard.some(([type, detail]) => type === 'link' && new URLSearchParams(detail).get(key) === String(value)), JSON.stringify(heard));
    assert.ok(heard.some(([type, detail]) => type === 'state' && detail.state === 'replaying') && !heard.some(([type]) => type === 'fault'));
    assert.match((await ask(page, 'set', 'zebra', 1)).error, /no setting “zebra”/);
  });

  embedded(`${demo} as an element shows what a frame shows, and obeys`, {
    page: `${element(`demo="${demo}" settings="${settings.replaceAll('&', '&amp;')}" theme="dark"`)}${frame(`demo=${demo}&${settings}&n=2`)}
      <script>window.heard = []; document.querySelector('gen-zoo').addEventListener('ready', ({ detail }) => heard.push(detail));</script>`,
  }, async (page) => {
    const state = await call(page, 'state');
    assert.deepEqual([state.demo, state.state], [demo, 'paused']);
    assert.equal(await page.locator('gen-zoo .poster').isVisible(), false);
    await until('the event', () => page.evaluate(() => heard.length === 1));
    const other = await frameOf(page, 'n=2');
    await ready(other);
    const within = (page.frames().find((one) => one.url().includes('embed.html') && one !== other));
    const paper = (scope) => scope.evaluate(() => getComputedStyle(document.body).backgroundColor);
    assert.notEqual(await paper(within), await paper(other), 'the theme of the attribute');
    await call(page, 'set', key, value);
    assert.notEqual((await call(page, 'state')).hash, state.hash);
    await page.evaluate((link) => document.querySelector('gen-zoo').setAttribute('settings', link), state.link);
    await until('the first picture', () => shows(page, state.hash));
  });
}

for (const { demo, settings, board } of DEMOS) {
  for (const [width, height, controls] of [[320, 240, 'minimal'], [320, 240, 'none'], [300, 620, 'minimal'], [1920, 1080, 'minimal']]) {
    embedded(`${demo} fits ${width} x ${height} with controls=${controls}`, {
      page: frame(`demo=${demo}&${settings}&controls=${controls}`, `width="${width}" height="${height}"`),
      context: { viewport: { width: Math.max(400, width), height: Math.max(400, height) } },
    }, async (page) => {
      const inside = await frameOf(page, 'embed.html');
      await ready(inside);
      const { over, out, share } = await inside.evaluate((selector) => {
        const stage = document.querySelector('#stage');
        const shown = [...stage.querySelectorAll('canvas, button, select')].filter((node) => node.checkVisibility() && !node.closest('.side'));
        const out = shown.filter((node) => {
          const { left, top, right, bottom } = node.getBoundingClientRect();
          return left < -1 || top < -1 || right > innerWidth + 1 || bottom > innerHeight + 1;
        });
        const { width: wide, height: high } = document.querySelector(selector).getBoundingClientRect();
        const { documentElement: page } = document;
        return {
          over: [stage.scrollWidth - stage.clientWidth, stage.scrollHeight - stage.clientHeight, page.scrollWidth - innerWidth, page.scrollHeight - innerHeight],
          out: out.map((node) => `${node.tagName}#${node.id}`), share: (wide * high) / (innerWidth * innerHeight),
        };
      }, board);
      assert.deepEqual([over, out], [[0, 0, 0, 0], []]);
      assert.ok(share > 0.15, `the pictures take ${Math.round(100 * share)} % of the box`);
    });
  }
}

embedded('controls=full has all views and settings; hide and lock take from them', {
  page: frame('demo=pixelcnn&pixel=100&controls=full&hide=count,speed&lock=seed,reset&made=1', 'width="1200" height="700"'),
}, async (page) => {
  const inside = await frameOf(page, 'embed.html');
  await ready(inside);
  for (const part of ['#views', '#fields', '#device', '#control-seed', '#play-pixels', '#made']) assert.equal(await visible(inside, part), true, part);
  for (const part of ['#control-count', '#rate', '.masthead', '.colophon']) assert.equal(await visible(inside, part), false, part);
  assert.equal(await inside.locator('.field[data-key="seed"]').evaluate((node) => node.inert), true);
  // Not by its key either.
  const count = () => inside.locator('#pixel-count').textContent();
  await inside.locator('#stage').focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  await until('one pixel more', async () => (await count()).startsWith('101 '));
});

embedded('a walk plays and pauses by method, by slide, and rests where nobody sees it', { page: `${driven('demo=dcgan&view=walk')}<p style="height: 3000px">` }, async (page) => {
  const inside = await frameOf(page, 'embed.html');
  await ready(inside);
  const time = () => inside.evaluate(() => Number(document.querySelector('.view:not([hidden])').dataset.time));
  const walks = async () => { const before = await time(); await until('a walk', async () => (await time()) > before + 0.1); };
  const rests = async () => { await sleep(500); const before = await time(); await sleep(500); assert.equal(await time(), before); };
  const say = (text) => page.evaluate((message) => document.querySelector('iframe').contentWindow.postMessage(message, '*'), text);
  await rests();
  await ask(page, 'play');
  assert.equal((await ask(page, 'state')).state, 'running');
  await walks();
  await inside.evaluate(() => {
    const walk = document.querySelector('.view:not([hidden])');
    window.places = [Number(walk.dataset.time)];
    new MutationObserver(() => places.push(Number(walk.dataset.time))).observe(walk, { attributeFilter: ['data-time'] });
  });
  await page.evaluate(() => scrollTo(0, 2500));
  await rests();
  await page.evaluate(() => scrollTo(0, 0));
  await walks();
  const places = await inside.evaluate(() => places);
  const longest = Math.max(...places.slice(1).map((place, nth) => place - places[nth]));
  assert.ok(longest < 0.05, `it goes on where it was: ${longest} latents from one picture to the next`);
  assert.equal(await inside.locator('.walk-bar [role="status"]').textContent(), '', 'no picture of a walk is announced');
  await ask(page, 'pause');
  const { state, link } = await ask(page, 'state');
  assert.equal(state, 'paused');
  assert.ok(Number(new URLSearchParams(link).get('time')) > 0.1, link);
  await rests();
  assert.match(await inside.locator('.walk-bar [role="status"]').textContent(), /^[\d.]+ latents$/);
  await say('slide:start');
  await walks();
  await say('slide:stop');
  await rests();
  await ask(page, 'reset');
  assert.equal(await time(), 0);
});

embedded('an element that its slide hides rests', { page: element('demo="dcgan" settings="view=walk" autoplay') }, async (page) => {
  await call(page, 'state');
  const inside = await frameOf(page, 'embed.html');
  const time = () => inside.evaluate(() => Number(document.querySelector('.view:not([hidden])').dataset.time));
  await until('autoplay', async () => (await time()) > 0.1);
  await page.evaluate(() => { document.querySelector('gen-zoo').style.visibility = 'hidden'; });
  await sleep(1000);
  const before = await time();
  await sleep(600);
  assert.equal(await time(), before);
  await page.evaluate(() => { document.querySelector('gen-zoo').style.visibility = ''; });
  await until('the walk goes on', async () => (await time()) > before + 0.1);
});

embedded('attributes of an element can change; its picture stays', { page: element('demo="dcgan" settings="count=8&amp;seed=3" controls="full"') }, async (page) => {
  await call(page, 'set', 'seed', 6);
  const { hash } = await call(page, 'state');
  for (const [name, value] of [['theme', 'dark'], ['hide', 'views']]) await page.evaluate(([key, to]) => document.querySelector('gen-zoo').setAttribute(key, to), [name, value]);
  await until('the new frame', () => shows(page, hash));
  const inside = await frameOf(page, 'hide=views');
  await ready(inside);
  assert.deepEqual(await inside.evaluate(() => document.documentElement.dataset.theme), 'dark');
  assert.deepEqual([await visible(inside, '#views'), await visible(inside, '#control-count')], [false, true]);
  assert.equal((await call(page, 'state')).settings.seed, 6);
});

embedded('what is asked while the attributes change, or when the connection is closed, is answered or rejected', { page: element('demo="dcgan" settings="count=8&amp;seed=3"') }, async (page) => {
  const { hash } = await call(page, 'state');
  const answers = await page.evaluate(async () => {
    const node = document.querySelector('gen-zoo');
    const asked = node.state().then(() => 'answered', ({ message }) => message);
    node.setAttribute('theme', 'dark');
    return [await asked, (await node.state()).hash];
  });
  assert.match(answers[0], /^answered$|connection .* was closed/);
  assert.equal(answers[1], hash, 'the next frame answers');
  assert.match(await page.evaluate(async () => {
    const node = document.querySelector('gen-zoo');
    const asked = node.state();
    node.remove();
    return asked.then(() => 'answered', ({ message }) => message);
  }), /connection .* was closed/);
});

embedded('an element that changes before it stands still comes to stand', { page: `${element('demo="dcgan" settings="count=8&amp;seed=3"')}
  <script type="module">const node = document.querySelector('gen-zoo'); window.asked = node.state(); setTimeout(() => node.setAttribute('theme', 'dark'), 300);</script>` }, async (page) => {
  assert.equal((await page.evaluate(() => asked)).demo, 'dcgan');
});

embedded('a board draws pixel by pixel; what has no steps says so', { page: driven('demo=pixelcnn&seed=3&pixel=100') }, async (page) => {
  const inside = await frameOf(page, 'embed.html');
  await ready(inside);
  await ask(page, 'step', 25);
  const state = await ask(page, 'state');
  assert.deepEqual([state.step, state.settings.pixel, state.hashStep, state.state], [125, 125, 125, 'paused']);
  await ask(page, 'play');
  await until('some pixels', () => inside.evaluate(() => Number(document.querySelector('.pixelwise').dataset.pixel) > 150));
  await ask(page, 'pause');
  const { step, state: now } = await ask(page, 'state');
  await sleep(400);
  assert.deepEqual([now, (await ask(page, 'state')).step], ['paused', step]);
  await ask(page, 'set', 'pixel', 125);
  assert.equal((await ask(page, 'state')).hash, state.hash, 'the same noise at the same pixel');
  await ask(page, 'reset');
  assert.equal((await ask(page, 'state')).step, 0);
  assert.match((await ask(page, 'step', 0)).error, /whole number/);
  await ask(page, 'set', 'view', 'masks');
  assert.match((await ask(page, 'step', 1)).error, /step by step/);
});

embedded('a board that plays at full speed rests out of sight, without holding up its page', {
  page: `<div style="height: 3000px"></div>${driven('demo=pixelcnn&seed=3&pixel=100&rate=max')}`,
}, async (page) => {
  assert.equal((await ask(page, 'state')).step, 100);
  await ask(page, 'play');
  await sleep(400);
  const { state, step } = await ask(page, 'state');
  assert.deepEqual([state, step], ['running', 100]);
  await page.evaluate(() => document.querySelector('iframe').scrollIntoView());
  await until('all pixels', async () => { await sleep(100); return (await ask(page, 'state')).step === 784; });
});

embedded('far from the screen a model lets its worker go, and draws on with another', { page: `${driven('demo=dcgan&count=8&seed=3')}<p style="height: 3000px">` }, async (page) => {
  const inside = await frameOf(page, 'embed.html');
  await ready(inside);
  const { hash } = await ask(page, 'state');
  assert.equal(page.workers().length, 1);
  await page.evaluate(() => scrollTo(0, 2500));
  await until('no worker', () => page.workers().length === 0);
  assert.equal((await ask(page, 'state')).hash, hash, 'the picture stays');
  await ask(page, 'set', 'seed', 4);
  assert.notEqual((await ask(page, 'state')).hash, hash);
  await page.evaluate(() => scrollTo(0, 0));
  await ask(page, 'set', 'seed', 3);
  assert.equal((await ask(page, 'state')).hash, hash);
  assert.equal(page.workers().length, 1);
  assert.deepEqual(await inside.locator('.notice').allTextContents(), []);
});

embedded('where nothing plays or steps: nothing, and a sentence', { page: driven('demo=vae&side=8') }, async (page) => {
  await ready(await frameOf(page, 'embed.html'));
  for (const method of ['play', 'pause', 'reset']) assert.equal(await ask(page, method), undefined, method);
  assert.match((await ask(page, 'step', 1)).error, /step by step/);
});

const missing = (status, path) => ({ [path]: (_, response) => response.writeHead(status).end() });
for (const [name, path, sentence] of [
  ['a page', '/dcgan.html', /page dcgan\.html is not beside embed\.html/],
  ['weights', '/weights/vae-fashion-2d.json', /not on this site/],
]) {
  const demo = path.includes('vae') ? 'vae' : 'dcgan';
  test(`a host without ${name}: the poster or the page says so`, { timeout: 120_000 }, async () => {
    const host = await startHost({ '/host.html': driven(`demo=${demo}`) }, missing(404, path));
    const page = await (await launch()).newPage();
    try {
      await page.goto(`${host.url.replace(/genzoo\/$/, '')}host.html`);
      const inside = await frameOf(page, 'embed.html');
      const said = await until('a sentence', async () => (await inside.locator('.poster-said, #fault-text, .notice p').allTextContents()).find((text) => sentence.test(text)));
      assert.match(said, sentence);
      if (demo === 'dcgan') assert.match((await ask(page, 'state')).error, sentence);
    } finally {
      await page.close();
      await host.close();
    }
  });
}

embedded('language and theme, and messages from the right origin alone', { page: frame('demo=dcgan&view=walk&count=8&lang=de&theme=dark&controls=full&origin=https://school.example', 'width="1100" height="700"') }, async (page) => {
  const inside = await frameOf(page, 'embed.html');
  await ready(inside);
  assert.deepEqual(await inside.evaluate(() => [document.documentElement.lang, document.documentElement.dataset.theme, document.querySelector('#play').textContent]), ['de', 'dark', 'Start']);
  await page.evaluate(() => document.querySelector('iframe').contentWindow.postMessage('slide:start', '*'));
  await sleep(500);
  assert.equal(await inside.evaluate(() => document.querySelector('.view:not([hidden])').dataset.playing), undefined);
});

scenario('embed.html by itself', { path: 'embed.html?demo=dcgan&count=8&seed=5' }, async ({ page }) => {
  await ready(page);
  assert.equal(await page.locator('.tile').count(), 8);
  assert.match(await page.evaluate(() => location.hash), /seed=5/);
});

const EVERYWHERE = `
import { connect } from './genzoo.js';
const DEMOS = ${JSON.stringify([...DEMOS, { demo: 'race', settings: 'g-width=8&d-width=8&batch=16&step=12', set: ['seed', 9] }, { demo: 'flow', settings: 'step=5', set: ['seed', 9] }])};
export async function answer() {
  const found = [];
  for (const { demo, settings, set: [key, value] } of DEMOS) {
    const frame = document.createElement('iframe');
    // The size and the screen are nothing to the pictures.
    const [width, height] = navigator.userAgent.includes('Firefox') ? [520, 420] : [640, 400];
    Object.assign(frame, { src: 'embed.html?demo=' + demo + '&' + settings, width, height });
    document.body.append(frame);
    const remote = connect(frame);
    const opened = () => remote.open(settings).then(() => remote.state());
    const [first, again] = [await opened(), await opened()];
    await remote.set(key, value);
    if (first.metrics.length > 0) await remote.step(2); // what trains begins again
    const other = await remote.state();
    found.push({ demo, state: first.state, step: first.step, same: again.hash === first.hash, hash: first.hash, other: other.hash });
    frame.remove();
  }
  return found;
}`;

test('every kind of demo in a frame shows in Firefox what it shows in Chromium', { timeout: 240_000, skip: noFirefox }, async (t) => {
  const { value: expected } = await answerOf(inChromium, EVERYWHERE);
  for (const { demo, state, same, hash, other } of expected) {
    assert.deepEqual([state, same], ['paused', true], demo);
    assert.notEqual(hash, other, demo);
  }
  const { value, agent } = await answerOf(inFirefox, EVERYWHERE);
  t.diagnostic(agent);
  assert.deepEqual(value, expected);
});
