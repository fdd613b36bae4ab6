// The site without a network: a service worker keeps its files after the first visit.

const AFTER_MILLIS = 4000;

/** `updated()` is called when a newer version of the site has been fetched while `page` was open. */
export async function keepOffline(updated = () => {}, page = location.pathname.replace(/^.*\//, '')) {
  const { serviceWorker } = navigator;
  if (!serviceWorker) return;
  const before = serviceWorker.controller;
  // A newer one takes over at once, perhaps before this page has registered.
  if (before) serviceWorker.addEventListener('controllerchange', updated, { once: true });
  else await firstPictures();
  try {
    await serviceWorker.register('sw.js', { updateViaCache: 'none' });
    serviceWorker.ready.then(({ active }) => active.postMessage(page));
  } catch {
    // Private windows and some sandboxes have none; the site then needs its network.
  }
}

/** Files for later visits are fetched after the first pictures of this one; a visitor who leaves earlier may return without them. */
const firstPictures = () =>
  new Promise((resolve) => {
    setTimeout(resolve, AFTER_MILLIS);
    addEventListener('visibilitychange', resolve, { once: true });
  });
