// The painter: a worker that makes pictures of numbers, so that painting never blocks the page. It keeps the pictures of a group of
// canvases under the group's id; messages are served in order.

import { speak } from '../i18n/strings.js';
import { bitmapOf } from './sheet.js';

const KINDS = {
  codes: async () => (await import('./codes-picture.js')).CodesPicture,
  arena: async () => (await import('./arena-picture.js')).ArenaPicture,
  panel: async () => (await import('./panel-picture.js')).PanelPicture,
};

const groups = new Map();
let queue = Promise.resolve();

self.addEventListener('message', ({ data }) => {
  queue = queue.then(() => serve(data));
});

/** `make`: the kind of a new group and the constructor's argument of each picture. `news`: new numbers of each. `looks`: how to paint the wanted ones. */
async function serve({ group, make, news, looks, drop }) {
  if (drop) {
    groups.delete(group);
    return;
  }
  try {
    if (make) {
      await speak(make.language);
      const Picture = await KINDS[make.kind]();
      groups.set(
        group,
        make.abouts.map((about) => new Picture(about)),
      );
    }
    const pictures = groups.get(group);
    news.forEach((updates, at) => updates.forEach((update) => pictures[at].update(...update)));
    const start = performance.now();
    const bitmaps = looks.map((look, at) => look && bitmapOf(pictures[at], look));
    postMessage({ group, bitmaps, millis: performance.now() - start }, { transfer: bitmaps.filter(Boolean) });
  } catch (error) {
    postMessage({ group, error: error.message });
  }
}
