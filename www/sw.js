// The service worker: keeps the files of the site, and answers from them when the network does not. Weights are kept by
// the pages that use them.

/** @type {any} */ (self).trustedTypes?.createPolicy('default', { createScriptURL: (/** @type {string} */ url) => (url === 'offline-files.js' ? url : null) });
importScripts('offline-files.js'); // made by the build: files of the start page and of embed.html, what other pages add, and a digest

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {any} */ (self));
const KEPT = `genzoo-files-${VERSION}`;
const VISITED = `genzoo-visited-${VERSION}`; // what was seen beside the lists since this version came

worker.addEventListener('install', (event) => event.waitUntil(fill()));
worker.addEventListener('activate', (event) => event.waitUntil(tidy()));
worker.addEventListener('message', (event) => event.waitUntil(fillPage(event.data)));
worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  const folder = new URL(worker.registration.scope).pathname;
  if (request.method !== 'GET' || origin !== location.origin || !pathname.startsWith(folder)) return;
  const name = pathname.slice(folder.length);
  if (!name.startsWith('weights/')) event.respondWith(answer(request, name));
});

async function fill() {
  const cache = await caches.open(KEPT);
  await cache.addAll(FILES.map(fresh));
  // Pages that an earlier version kept.
  for (const page of Object.keys(PAGES)) if (await caches.match(page)) await cache.addAll(PAGES[page].map(fresh));
  await worker.skipWaiting();
}

/** Keeps what a page that is open needs beyond the start page. Some hosts take `.html` off its address. */
async function fillPage(address) {
  const page = Object.hasOwn(PAGES, address) ? address : `${address}.html`;
  if (!Object.hasOwn(PAGES, page)) return;
  const cache = await caches.open(KEPT);
  const kept = await Promise.all(PAGES[page].map((name) => cache.match(name)));
  await cache.addAll(PAGES[page].filter((_, nth) => !kept[nth]).map(fresh));
}

const fresh = (name) => new Request(name, { cache: 'no-cache' });

async function tidy() {
  const old = (await caches.keys()).filter((name) => /^genzoo-(files|visited)/.test(name) && ![KEPT, VISITED].includes(name));
  await Promise.all(old.map((name) => caches.delete(name)));
  await worker.clients.claim();
}

/** A page that came by way of another address, as no browser shows an answer that was redirected. */
const whole = async (kept) => new Response(await kept.blob(), { headers: kept.headers });

/** The network comes first, so that a page is never older than it must be. */
async function answer(request, name) {
  try {
    const response = await fetch(request);
    // Once its files are gone, a newer version has taken over: what is still under way here is not kept.
    if (response.ok && !FILES.includes(name || './') && (await caches.has(KEPT))) (await caches.open(VISITED)).put(request, response.clone());
    return response;
  } catch (error) {
    // In this order, and no cache that an older version left behind.
    const names = name.includes('.') || !name ? [request] : [request, `${name}.html`];
    for (const cacheName of [KEPT, VISITED]) {
      for (const each of names) {
        const kept = await caches.match(each, { ignoreSearch: true, cacheName });
        if (kept) return kept.redirected ? whole(kept) : kept;
      }
    }
    throw error;
  }
}
