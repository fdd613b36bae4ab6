// The site without a network: a service worker keeps its files after the first visit.

const AFTER_MILLIS = 4000;

/** `updated()` is called when a newer version of the site has been fetched while `page` was open. */
export async function keepOffline(updated = () => {}, page = location.pathname.replace(/^.*\//, '')) {
  const { serviceWorker } = navigator;
  if (!serviceWorker) return;
  const before = serviceWorker.controller;
  if (!before) await firstPictures();
  try {
    const registration = await serviceWorker.register('sw.js', { updateViaCache: 'none' });
    serviceWorker.ready.then(({ active }) => active.postMessage(page));
    registration?.addEventListener('updatefound', () => {
      const { installing } = registration;
      installing.addEventListener('statechange', () => {
        if (before && installing.state === 'activated') updated();
      });
    });
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
