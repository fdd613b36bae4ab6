// After a first visit the site works without its network, and says when there is a newer version.
import assert from 'node:assert/strict';
import { Race, SITE, SMALL, launch, openShare, until } from './helper.mjs';
import { frameOf, kept, startHost, when } from './embed.mjs';
import { startProxy } from './proxy.mjs';
import { test } from 'node:test';

const RUN = `${SMALL}&seed=6&step=12`;

async function visit(body) {
  const context = await (await launch()).newContext({ serviceWorkers: 'allow' });
  const page = await context.newPage();
  try {
    await body(page);
  } finally {
    await context.close();
  }
}

test('a reload without the network shows the same run', { timeout: 180_000 }, async () => {
  const site = await startProxy(SITE, { prefix: '/deep' });
  await visit(async (page) => {
    await page.goto(`${site.url}#${RUN}`);
    const race = new Race(page);
    const { hash } = await race.restsAt(12);
    await until('the worker', () => kept(page));
    await site.close();
    await page.reload();
    assert.equal((await race.restsAt(12)).hash, hash);
    // The share panel as well, though it was never opened.
    await openShare(race);
    await page.goto(`${site.url}embed.html?demo=race&${RUN}`);
    assert.equal((await when(page, 'step 12', ({ step, hashStep }) => step === 12 && hashStep === '12')).hash, hash);
  });
});

test('where a host takes .html off addresses, a reload without the network shows the same run', { timeout: 180_000 }, async () => {
  const page = async (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(await (await fetch(`${SITE}lab.html`)).text());
  const site = await startProxy(SITE, { prefix: '/deep', pages: { '/lab': page, '/lab.html': (_, response) => response.writeHead(308, { location: '/deep/lab' }).end() } });
  await visit(async (tab) => {
    await tab.goto(`${site.url}lab.html#demo=two-gaussians&seed=6&step=3`);
    const race = new Race(tab);
    const { hash } = await race.restsAt(3);
    assert.match(tab.url(), /\/deep\/lab#/);
    await until('the worker', () => kept(tab));
    await until('its files', () => keeps(tab, 'lab.html'));
    await site.close();
    await tab.reload();
    assert.equal((await race.restsAt(3)).hash, hash);
    await tab.goto(`${site.url}lab.html#demo=two-gaussians&seed=6&step=3`);
    assert.equal((await race.restsAt(3)).hash, hash);
  });
});

test('a frame in another page keeps working when its host is gone', { timeout: 180_000 }, async () => {
  const pages = { '/host.html': `<iframe title="race" width="600" height="400" src="genzoo/embed.html?demo=race&${RUN}"></iframe>` };
  const host = await startHost(pages);
  await visit(async (page) => {
    await page.goto(`${host.url.replace(/genzoo\/$/, '')}host.html`);
    const inside = await frameOf(page, 'embed.html');
    const { hash } = await when(inside, 'step 12', ({ step, hashStep }) => step === 12 && hashStep === '12');
    await until('the worker', () => kept(inside));
    await host.close();
    await page.evaluate(() => { document.querySelector('iframe').src += '&n=2'; });
    const again = await frameOf(page, 'n=2');
    assert.equal((await when(again, 'step 12', ({ step, hashStep }) => step === 12 && hashStep === '12')).hash, hash);
  });
});

/** Whether the service worker keeps what a visit of `page` adds. */
const keeps = (scope, page) => scope.evaluate(async (name) => {
  const cache = await caches.open((await caches.keys()).find((one) => one.startsWith('genzoo-files-')));
  return Boolean(await cache.match(name));
}, page);

for (const [query, page, look] of [
  ['demo=flow&step=3', 'lab.html', () => {
    const { hash, hashStep } = document.querySelector('gen-zoo')?.shadowRoot?.querySelector('#status')?.dataset ?? {};
    return hashStep === '3' && hash;
  }],
  ['demo=dcgan&count=8', 'dcgan.html', () => document.querySelector('.poster')?.hidden && document.querySelector('#status')?.dataset.drawn],
]) {
  test(`embed.html?${query} opens again without the network after one visit`, { timeout: 180_000 }, async () => {
    const host = await startHost({ '/host.html': `<iframe title="demo" width="600" height="400" src="genzoo/embed.html?${query}"></iframe>` });
    await visit(async (tab) => {
      await tab.goto(`${host.url.replace(/genzoo\/$/, '')}host.html`);
      const inside = await frameOf(tab, 'embed.html');
      const before = await until('a picture', () => inside.evaluate(look));
      await until('the worker', () => kept(inside));
      await until('its files', () => keeps(inside, page));
      await host.close();
      await tab.evaluate(() => { document.querySelector('iframe').src += '&n=2'; });
      const again = await frameOf(tab, 'n=2');
      const after = await until('the picture again', () => again.evaluate(look));
      if (page === 'lab.html') assert.equal(after, before);
    });
  });
}

for (const [path, drawn] of [
  ['lab.html', "Number(document.querySelector('#status').dataset.frames) > 0"],
  ['dcgan.html', "Number(document.querySelector('#status').dataset.drawn) > 0"],
  ['vae.html', "Number(document.querySelector('#status').dataset.drawn) > 0"],
  ['pixelcnn.html', "Number(document.querySelector('#status').dataset.drawn) > 0"],
  ['pix2pix.html', "Number(document.querySelector('#status').dataset.drawn) > 0"],
]) {
  test(`${path} opens again without the network after one visit`, { timeout: 180_000 }, async () => {
    const site = await startProxy(SITE, { prefix: '/deep' });
    await visit(async (page) => {
      await page.goto(`${site.url}${path}`);
      await until('a picture', () => page.evaluate(drawn));
      await until('its files', () => keeps(page, path));
      await until('the worker', () => kept(page));
      await site.close();
      await page.reload();
      await until('the picture again', () => page.evaluate(drawn));
    });
  });
}

/** The site with a version that can change: the lab's page and its script then say which one they are of. */
async function versioned() {
  const text = async (name) => (await fetch(`${SITE}${name}`)).text();
  const [list, page, script] = await Promise.all(['offline-files.js', 'lab.html', 'entries/lab.js'].map(text));
  const state = { version: 1 };
  const answer = (type, body) => (_, response) => response.writeHead(200, { 'content-type': type }).end(body(state.version));
  const site = await startProxy(SITE, { pages: {
    '/offline-files.js': answer('text/javascript', (version) => list.replace(/VERSION = "\w+"/, `VERSION = "${version}"`)),
    '/lab.html': answer('text/html', (version) => page.replace('<html ', `<html data-page="${version}" `)),
    '/entries/lab.js': answer('text/javascript', (version) => `document.documentElement.dataset.script = ${version};${script}`),
  } });
  return Object.assign(state, { url: site.url, close: () => site.close() });
}

const own = (page) => page.evaluate(() => caches.keys().then((names) => names.filter((name) => /^genzoo-(files|visited)/.test(name)).sort()));

test('a newer version is told of, and takes the place of the older one', { timeout: 180_000 }, async () => {
  const site = await versioned();
  await visit(async (page) => {
    const race = new Race(page);
    await page.goto(`${site.url}#${RUN}`);
    await until('the worker', () => kept(page));
    await page.reload();
    await race.restsAt(12);
    await until('the page to look for a newer one', () => page.evaluate(() => performance.getEntriesByType('resource').some(({ name, responseEnd }) => name.endsWith('shell/offline.js') && responseEnd > 0)));
    site.version = 2;
    await page.evaluate(async () => (await navigator.serviceWorker.getRegistration()).update());
    await race.notice(/newer version/);
    await until('the older files to go', async () => (await own(page)).every((name) => name.endsWith('-2')));
  });
  await site.close();
});
