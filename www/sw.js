// The service worker: keeps the files of the site, and answers from them when the network does not. Weights are kept by
// the pages that use them.

/* global FILES, VERSION */
importScripts('offline-files.js'); // made by the build: names of all files of the start page and of embed.html, and their digest

const KEPT = `genzoo-files-${VERSION}`;
const VISITED = 'genzoo-visited'; // other pages of the site, as they were seen last

self.addEventListener('install', (event) => event.waitUntil(fill()));
self.addEventListener('activate', (event) => event.waitUntil(tidy()));
self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  const folder = new URL(self.registration.scope).pathname;
  if (request.method !== 'GET' || origin !== location.origin || !pathname.startsWith(folder)) return;
  const name = pathname.slice(folder.length);
  if (!name.startsWith('weights/')) event.respondWith(answer(request, name));
});

async function fill() {
  const cache = await caches.open(KEPT);
  await cache.addAll(FILES.map((name) => new Request(name, { cache: 'no-cache' })));
  await self.skipWaiting();
}

async function tidy() {
  const old = (await caches.keys()).filter((name) => name.startsWith('genzoo-files-') && name !== KEPT);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** The network comes first, so that a page is never older than it must be. */
async function answer(request, name) {
  try {
    const response = await fetch(request);
    if (response.ok && !FILES.includes(name || './')) (await caches.open(VISITED)).put(request, response.clone());
    return response;
  } catch (error) {
    const kept = await caches.match(request, { ignoreSearch: true });
    if (kept) return kept;
    throw error;
  }
}
