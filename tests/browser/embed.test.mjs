// A race on other pages: in a frame, as an element, from a script. It shows what the start page shows, obeys whom it should,
// and rests where it is not visible.
import assert from 'node:assert/strict';
import { Race, SITE, SMALL, computing, launch, scenario, sleep, until } from './helper.mjs';
import { catalog } from './strings.mjs';
import { call, embedded, frameOf, reference, shown, startHost, when } from './embed.mjs';

const ELEMENT = '<script type="module" src="genzoo/genzoo.js"></script>';
const element = (attributes, style = 'height: 400px') => `${ELEMENT}<gen-zoo demo="race" style="${style}" ${attributes}></gen-zoo>`;
const frame = (query, more = '') => `<iframe ${more} title="race" width="640" height="400" src="genzoo/embed.html?${query}"></iframe>`;

const ready = (scope, selector) => when(scope, 'a picture', ({ frames }) => Number(frames) > 0, selector);

embedded('an element shows the run of its settings, bit for bit', { page: element(`settings="${SMALL}&seed=4&step=12"`) }, async (page) => {
  const { hash } = await when(page, 'step 12', ({ step, hashStep }) => step === 12 && hashStep === '12');
  assert.equal(hash, await reference(`${SMALL}&seed=4&step=12`));
  assert.equal(await page.locator('gen-zoo .poster').isHidden(), true);
});

embedded('it does not play until it is asked to', { page: element(`settings="${SMALL}"`) }, async (page) => {
  await ready(page);
  await sleep(400);
  assert.deepEqual([(await shown(page)).state, (await shown(page)).step], ['paused', 0]);
  await page.locator('gen-zoo #play').click();
  await when(page, 'training', ({ step }) => step > 3);
  await page.locator('gen-zoo #play').click();
  await when(page, 'a rest', ({ state, step, restsAt }) => state === 'paused' && String(step) === restsAt);
});

embedded('autoplay plays on', { page: element(`settings="${SMALL}" autoplay`) }, async (page) => {
  await when(page, 'training', ({ step, state }) => step > 3 && state === 'running');
});

embedded('a frame: bar, state and policy', { page: frame(`demo=race&${SMALL}&seed=4&step=12`) }, async (page) => {
  const inside = await frameOf(page, 'embed.html');
  const { hash } = await when(inside, 'step 12', ({ step, hashStep }) => step === 12 && hashStep === '12');
  assert.equal(hash, await reference(`${SMALL}&seed=4&step=12`));
  assert.match(await inside.getAttribute('meta[http-equiv="Content-Security-Policy"]', 'content'), /default-src 'none'/);
});

embedded('settings that cannot be used are said', { page: frame(`demo=race&${SMALL}&lr-g=-3&zebra=1`) }, async (page) => {
  const inside = await frameOf(page, 'embed.html');
  await until('sentences', async () => (await inside.locator('gen-zoo .notice').count()) >= 2);
});

for (const [controls, there, gone] of [
  ['none', [], ['#play', '#reset', '#step-count', '#settings-toggle', '#charts']],
  ['minimal', ['#play', '#step-both', '#reset', '#step-count'], ['#step-d', '#settings-toggle', '#views', '#add-arena', '.chart']],
  ['full', ['#play', '#step-d', '#settings-toggle', '#views', '#add-arena', '#speed', '#device', '.chart'], []],
]) {
  embedded(`controls=${controls}`, { page: element(`controls="${controls}" settings="${SMALL}&step=2"`) }, async (page) => {
    await when(page, 'step 2', ({ step }) => step === 2);
    const visible = (part) => page.locator(`gen-zoo ${part}`).first().isVisible();
    for (const part of there) assert.equal(await visible(part), true, part);
    for (const part of gone) assert.equal(await visible(part), false, part);
  });
}

embedded('what is hidden is gone, what is locked stays as it is', {
  page: element(`controls="full" hide="device density" lock="seed,reset" settings="${SMALL}&step=2"`, 'height: 700px; width: 1100px'),
}, async (page) => {
  await when(page, 'step 2', ({ step }) => step === 2);
  await page.locator('gen-zoo #settings-toggle').click();
  const control = (key) => page.locator(`gen-zoo .control[data-key="${key}"]`);
  assert.equal(await control('batch').isVisible(), true);
  assert.equal(await control('density').isVisible(), false);
  assert.equal(await page.locator('gen-zoo #device').isVisible(), false);
  assert.equal(await control('seed').evaluate((node) => node.inert), true);
  // Not by its key either.
  await page.locator('gen-zoo #play').focus();
  await page.keyboard.press('r');
  await page.keyboard.press('ArrowRight');
  await when(page, 'step 3', ({ step, restsAt }) => step === 3 && restsAt === '3');
  // Scripts may.
  await call(page, 'reset');
  await when(page, 'step 0', ({ step, restsAt }) => step === 0 && restsAt === '0');
});

embedded('attributes can change', { page: element(`settings="${SMALL}"`) }, async (page) => {
  await ready(page);
  await page.evaluate((settings) => document.querySelector('gen-zoo').setAttribute('settings', settings), `${SMALL}&seed=4&step=12`);
  const { hash } = await when(page, 'step 12', ({ step, hashStep }) => step === 12 && hashStep === '12');
  assert.equal(hash, await reference(`${SMALL}&seed=4&step=12`));
  await page.evaluate(() => document.querySelector('gen-zoo').setAttribute('hide', 'counter'));
  await until('no counter', async () => !(await page.locator('gen-zoo #step-count').isVisible()));
  const paper = () => page.locator('gen-zoo .frame').evaluate((node) => getComputedStyle(node).backgroundColor);
  const light = await paper();
  await page.evaluate(() => document.querySelector('gen-zoo').setAttribute('theme', 'dark'));
  await until('dark', async () => (await paper()) !== light);
});

const MOUNT = `<div id="place" style="height: 400px"></div><script type="module">
  import { mount } from './genzoo/genzoo.js';
  window.race = mount(document.querySelector('#place'), { demo: 'race', controls: 'none', settings: { 'g-width': 8, 'd-width': 8, batch: 16, seed: 4 } });
  window.heard = [];
  for (const type of ['ready', 'state', 'metrics', 'link', 'fault']) race.addEventListener(type, ({ detail }) => heard.push([type, detail]));
</script>`;
embedded('the API: step, set, open, reset, play, pause, state and events', { page: MOUNT }, async (page) => {
  const hash = await reference(`${SMALL}&seed=4&step=12`);
  const state = (steps) => page.evaluate(async (count) => { if (count) await race.step(count); return race.state(); }, steps);
  const twelve = await state(12);
  assert.deepEqual([twelve.step, twelve.hashStep, twelve.hash, twelve.state, twelve.device], [12, 12, hash, 'paused', 'cpu']);
  assert.equal(new URLSearchParams(twelve.link).get('step'), '12');
  assert.equal(twelve.settings.seed, 4);
  await page.evaluate(() => race.set('measure-every', 10));
  const twenty = await state(8);
  assert.equal(twenty.metrics.length, 2);
  assert.ok(twenty.metrics.every(({ values }) => values.js >= 0 && values.js <= Math.log(2)), JSON.stringify(twenty.metrics));
  const heard = await page.evaluate(() => heard);
  const measures = heard.filter(([type]) => type === 'metrics').flatMap(([, { rows }]) => rows);
  assert.deepEqual(measures.map(({ step, objective }) => [step, objective]), [[20, 'non-saturating'], [20, 'wasserstein-gp']]);
  assert.equal(measures[1].values.js, twenty.metrics[1].values.js);
  assert.equal(heard[0][0] === 'ready' || heard.some(([type]) => type === 'ready'), true);

  await page.evaluate(() => race.set('seed', 9));
  assert.equal((await state(0)).settings.seed, 9);
  await page.evaluate((link) => race.open(link), `${SMALL}&seed=4&step=12`);
  assert.equal((await state(0)).hash, hash);
  await page.evaluate(() => race.reset());
  await page.evaluate(() => race.play());
  await until('training', async () => (await state(0)).step > 3);
  await page.evaluate(() => race.pause());
  const { step } = await state(0);
  await sleep(300);
  assert.equal((await state(0)).step, step);
  for (const wrong of ["race.set('zebra', 1)", 'race.step(0)', "race.step('x')"]) {
    assert.match(await page.evaluate((code) => Function('race', `return ${code}`)(race).then(() => 'done', (error) => error.message), wrong), /\.$/, wrong);
  }
});

embedded('a figure has measures in its state, under the names of its runs', { page: `${ELEMENT}<gen-zoo demo="two-gaussians" settings="step=3" style="width: 1000px; height: 700px"></gen-zoo>` }, async (page) => {
  await when(page, 'step 3', ({ step, restsAt }) => step === 3 && restsAt === '3');
  const { metrics } = await call(page, 'state');
  const shown = await page.evaluate(() => Array.from(document.querySelector('gen-zoo').shadowRoot.querySelectorAll('#readouts tbody tr'), (row) =>
    Object.fromEntries([...row.querySelectorAll('[data-column]')].map(({ dataset: { column, value } }) => [column, Number(value)]))));
  assert.ok(metrics.length === shown.length && metrics.length > 0, JSON.stringify([metrics, shown]));
  metrics.forEach(({ values }, run) => {
    for (const [column, value] of Object.entries(shown[run])) if (Number.isFinite(value)) assert.equal(values[column], value, column);
  });
  assert.ok(metrics.every(({ values }) => Object.keys(values).length > 0), JSON.stringify(metrics));
});

embedded('removed, it ends its workers', { page: MOUNT }, async (page) => {
  await ready(page);
  assert.equal(computing(page).length, 1);
  await page.evaluate(() => race.remove());
  await until('no worker', () => page.workers().length === 0);
});

const elsewhere = await startHost({ '/host.html': `<div id="place" style="height: 400px"></div><script type="module">
  import { mount } from '${SITE}genzoo.js';
  mount(document.querySelector('#place'), { demo: 'race', settings: '${SMALL}&seed=4&step=12' });
</script>` });
scenario('the module works from another host', { site: () => elsewhere.url.replace(/genzoo\/$/, ''), path: 'host.html', hosts: [new URL(SITE).origin] }, async ({ page }) => {
  const { hash } = await when(page, 'step 12', ({ step, hashStep }) => step === 12 && hashStep === '12');
  assert.equal(hash, await reference(`${SMALL}&seed=4&step=12`));
});

const FRAMED = `${frame(`demo=race&${SMALL}&seed=4`)}<script type="module">
  import { connect } from './genzoo/genzoo.js';
  window.race = connect(document.querySelector('iframe'));
  window.metrics = [];
  race.addEventListener('metrics', ({ detail }) => metrics.push(detail));
</script>`;
embedded('a page drives its frame', { page: FRAMED }, async (page) => {
  await page.evaluate(() => race.set('measure-every', 10));
  const state = await page.evaluate(async () => { await race.step(12); return race.state(); });
  assert.deepEqual([state.step, state.hashStep], [12, 12]);
  assert.equal(await page.evaluate(() => metrics[0].rows[0].step), 10);
  assert.match(await page.evaluate(() => race.set('zebra', 1).catch((error) => error.message)), /no setting/);
});

const SLIDES = `${frame(`demo=race&${SMALL}`)}`;
embedded('slide:start plays, slide:stop pauses', { page: SLIDES }, async (page) => {
  const inside = await frameOf(page, 'embed.html');
  await ready(inside);
  const say = (message) => page.evaluate((text) => document.querySelector('iframe').contentWindow.postMessage(text, '*'), message);
  await say('slide:start');
  await when(inside, 'training', ({ step }) => step > 3);
  await say('slide:stop');
  await when(inside, 'a rest', ({ state }) => state === 'paused');
});

embedded('messages: source, schema, size and rate', { page: SLIDES }, async (page) => {
  const inside = await frameOf(page, 'embed.html');
  await ready(inside);
  await page.evaluate(() => {
    window.answers = [];
    addEventListener('message', ({ data }) => answers.push(data));
  });
  const send = (...messages) => page.evaluate((all) => { for (const each of all) document.querySelector('iframe').contentWindow.postMessage(each, '*'); }, messages);
  const answers = (count) => until(`${count} answers`, () => page.evaluate((wanted) => answers.length >= wanted && answers.splice(0), count));
  const ask = (id, call, ...args) => ({ genzoo: 1, id, call, args });

  // Nonsense is not answered, and does nothing.
  await send(null, 7, 'slide:dance', {}, { genzoo: 2, id: 1, call: 'play', args: [] }, ask('1', 'play'), ask(1, 'remove'), ask(1, 'constructor'),
    ask(1, 'set', { key: 'seed' }, 1), ask(1, 'set', 'seed', 1, 2), { genzoo: 1, id: 1, call: 'play', args: 'x' });
  await sleep(300);
  assert.deepEqual([await page.evaluate(() => answers.length), (await shown(inside)).state], [0, 'paused']);

  await send(ask(1, 'state'));
  const [state] = await answers(1);
  assert.deepEqual([state.genzoo, state.id, state.value.demo, state.value.step], [1, 1, 'race', 0]);

  const key = (length) => 'x'.repeat(length);
  await send(ask(2, 'open', key(64 * 1024)), ask(3, 'open', key(64 * 1024 + 1)));
  const sized = await answers(2);
  assert.equal(sized.find(({ id }) => id === 3).error, 'A message has at most 64 KiB.');
  assert.equal(sized.find(({ id }) => id === 2).error, undefined, 'a link this long is cut, with a sentence in the frame');

  await sleep(1100);
  await send(...Array.from({ length: 25 }, (_, id) => ask(100 + id, 'pause')));
  const all = await answers(25);
  assert.deepEqual(all.filter(({ error }) => error).map(({ error }) => error), Array(5).fill('At most 20 messages a second are taken.'));

  // Another window than the one around it is not listened to.
  await sleep(1100);
  await page.evaluate(() => {
    const other = document.body.appendChild(document.createElement('iframe'));
    other.srcdoc = '<script>parent.frames[0].postMessage("slide:start", "*")</' + 'script>';
  });
  await sleep(500);
  assert.equal((await shown(inside)).state, 'paused');
});

embedded('origin= names who may speak', { page: frame(`demo=race&${SMALL}&origin=https://school.example`) }, async (page) => {
  const inside = await frameOf(page, 'embed.html');
  await ready(inside);
  await page.evaluate(() => document.querySelector('iframe').contentWindow.postMessage('slide:start', '*'));
  await sleep(500);
  assert.equal((await shown(inside)).state, 'paused');
});

scenario('a link to embed.html itself computes little without a touch', { path: `embed.html?demo=race&g-width=16&d-width=16&autoplay=1` }, async ({ page }) => {
  await when(page, 'training', ({ step }) => step > 3);
  await when(page, 'a rest', ({ state }) => state === 'paused');
});

const EIGHT = `${ELEMENT}<style>gen-zoo { height: 300px; width: 500px; margin-bottom: 400px; }</style>${
  Array.from({ length: 8 }, (_, n) => `<gen-zoo id="n${n}" settings="${SMALL}&seed=${n}" autoplay></gen-zoo>`).join('')}`;
embedded('eight on one page: one download, and only those in sight compute', { page: EIGHT }, async (page, t, browser) => {
  const fetched = [];
  page.on('request', (request) => { if (/_bg\.wasm$/.test(request.url())) fetched.push(request.url()); });
  await page.reload();
  for (let n = 0; n < 8; n += 1) {
    await page.evaluate((id) => document.querySelector(id).scrollIntoView({ block: 'center' }), `#n${n}`);
    await when(page, `race ${n}`, ({ step }) => step > 2, `#n${n}`);
  }
  assert.equal(fetched.length, 1, `the module was fetched ${fetched.length} times`);
  await until('the first to rest', async () => {
    const before = (await shown(page, '#n0')).step;
    await sleep(400);
    return (await shown(page, '#n0')).step === before;
  });
  const before = (await shown(page, '#n7')).step;
  await when(page, 'the last to go on', ({ step }) => step > before, '#n7');

  // Far from the screen even the workers go; what comes back continues from the same state, bit for bit.
  await until('workers of those in sight alone', () => computing(page).length <= 2);
  const parked = await shown(page, '#n0');
  assert.ok(parked.step > 2);
  await page.evaluate(() => document.querySelector('#n0').pause());
  await page.evaluate(() => scrollTo(0, 0));
  const woken = await when(page, 'the first again', ({ step, restsAt, hashStep }) => step >= parked.step && String(step) === restsAt && String(step) === hashStep, '#n0');
  assert.equal(woken.hash, await reference(`${SMALL}&seed=0&step=${woken.step}`));
  assert.equal(fetched.length, 1, 'a new worker takes the module that is there');
});

for (const [width, height] of [[320, 240], [640, 360], [300, 620], [1920, 1080]]) {
  for (const arenas of ['non-saturating,wasserstein-gp', 'minimax,non-saturating,least-squares,wasserstein-gp']) {
    embedded(`fits ${width} x ${height} with ${arenas.split(',').length} arenas, and can be read`, {
      page: `<style>body { margin: 0 }</style>${element(`settings="${SMALL}&arenas=${arenas}&step=2"`, `width: ${width}px; height: ${height}px`)}`,
      context: { viewport: { width: Math.max(400, width), height: Math.max(400, height) } },
    }, async (page) => {
      await when(page, 'step 2', ({ step }) => step === 2);
      const { inside, readouts, plots, fonts } = await page.evaluate(() => {
        const host = document.querySelector('gen-zoo');
        const box = host.getBoundingClientRect();
        const nodes = [...host.shadowRoot.querySelectorAll('.embed *')].filter((node) => node.checkVisibility({ visibilityProperty: true }) && node.getClientRects().length > 0);
        const within = (rect) => rect.left >= box.left - 1 && rect.right <= box.right + 1 && rect.top >= box.top - 1 && rect.bottom <= box.bottom + 1;
        // Readouts that have no room are left out as a whole.
        const left = (node) => node.closest('.readouts div')?.offsetTop > node.closest('.readouts')?.offsetTop + 8;
        const clipped = (node) => left(node) || node.closest('.stage-foot, .visually-hidden, svg, option');
        return {
          inside: nodes.filter((node) => !clipped(node) && !within(node.getBoundingClientRect())).map((node) => `${node.tagName}.${node.className}`),
          readouts: nodes.filter((node) => node.matches('.readouts dd') && !clipped(node)).length,
          plots: [...host.shadowRoot.querySelectorAll('.plot')].map((node) => node.clientWidth),
          fonts: nodes.filter((node) => !clipped(node) && [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim()))
            .map((node) => [node.textContent.trim().slice(0, 20), parseFloat(getComputedStyle(node).fontSize)]),
        };
      });
      assert.deepEqual(inside, []);
      assert.ok(readouts >= plots.length, `${readouts} readouts`);
      const share = plots.reduce((sum, side) => sum + side * side, 0) / (width * height);
      assert.ok(share > 0.25, `the plots take ${(100 * share).toFixed(0)} % of the box`);
      const least = height > 700 ? 18 : 10;
      for (const [text, size] of fonts) assert.ok(size >= least, `“${text}” in ${size} px`);
    });
  }
}

embedded('where no module can run, the poster and a sentence stay', {
  page: element(`settings="${SMALL}"`), init: () => { delete globalThis.WebAssembly; }, expectedErrors: [/WebAssembly/],
}, async (page) => {
  const said = await until('a sentence', async () => (await page.locator('gen-zoo .poster-said, gen-zoo #fault-text').allTextContents()).find(Boolean));
  assert.match(said, /\S/);
  const poster = page.locator('gen-zoo .poster img');
  await until('the poster', async () => (await poster.isVisible()) && poster.evaluate((image) => image.naturalWidth > 0));
});

embedded('a sandbox without its own origin: a sentence; with it, the race', {
  page: frame(`demo=race&${SMALL}&step=2&n=1`, 'sandbox="allow-scripts"') + frame(`demo=race&${SMALL}&step=2&n=2`, 'sandbox="allow-scripts allow-same-origin"'),
  expectedErrors: [/SecurityError|sandbox|origin|null/i],
}, async (page) => {
  await when(await frameOf(page, 'n=2'), 'step 2', ({ step }) => step === 2);
  const without = await frameOf(page, 'n=1');
  const said = await until('a sentence', async () => (await without.locator('.poster-said, #fault-text').allTextContents()).find(Boolean));
  assert.match(said, /^A sandboxed frame needs “allow-same-origin”/);
});

for (const { id: demo } of (await catalog('lab')).demos) {
  embedded(`${demo} of the lab: its picture, its settings and the API`, {
    page: `${ELEMENT}<gen-zoo demo="${demo}" controls="full" settings="seed=2&step=3" style="width: 1000px; height: 700px"></gen-zoo>`,
  }, async (page) => {
    const { hash } = await when(page, 'step 3', ({ step, hashStep }) => step === 3 && hashStep === '3');
    const lab = await (await launch()).newPage();
    try {
      await lab.goto(`${SITE}lab.html#demo=${demo}&seed=2&step=3`);
      assert.equal((await new Race(lab).reaches(3)).hash, hash, 'the lab shows the same run');
    } finally {
      await lab.close();
    }
    assert.ok((await page.locator('gen-zoo :is(.panel, .plot) canvas').count()) > 0);
    assert.equal(await page.locator('gen-zoo #step-d').isVisible(), false);
    await page.evaluate(() => document.querySelector('gen-zoo').step(2));
    const state = await page.evaluate(() => document.querySelector('gen-zoo').state());
    assert.deepEqual([state.demo, state.step, state.settings.seed], [demo, 5, 2]);
    await page.evaluate(() => document.querySelector('gen-zoo').set('seed', 4));
    assert.equal((await page.evaluate(() => document.querySelector('gen-zoo').state())).settings.seed, 4);
  });
}

embedded('a figure and a race on one page', {
  page: `${element(`settings="${SMALL}&step=3" id="race"`)}<iframe title="figure" width="700" height="400" src="genzoo/embed.html?demo=two-gaussians&step=3"></iframe>`,
}, async (page) => {
  await when(page, 'step 3 of the race', ({ step }) => step === 3, '#race');
  await when(await frameOf(page, 'embed.html'), 'step 3 of the figure', ({ step }) => step === 3);
});
