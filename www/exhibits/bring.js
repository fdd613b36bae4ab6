// Files that are dropped or pasted anywhere on a page, or chosen as weights.

import { byId } from '../shell/dom.js';
import { notify } from '../shell/notices.js';
import { CARD_LIMIT } from './weights.js';

const views = new WeakMap(); // the views that take pictures, by page

/** Pictures go to the view `id`, which can `load` one. */
export function takePictures(page, id) {
  views.set(page, id);
}

/** Listens for files. */
export function takeFiles(page) {
  let own = null;
  const take = async (files, paired = false) => {
    if (files.length === 0) return;
    if (paired || files.some(isPack) || (await isCard(files[0]))) {
      own ??= import('./own.js').then(({ OwnWeights }) => new OwnWeights(page));
      await (await own).take(files);
    } else await takePicture(page, files[0]);
  };
  addEventListener('dragover', (event) => {
    if (event.dataTransfer?.types.includes('Files')) event.preventDefault();
  });
  addEventListener('drop', (event) => {
    event.preventDefault();
    take([...(event.dataTransfer?.files ?? [])]);
  });
  addEventListener('paste', (event) => {
    const [file] = event.clipboardData?.files ?? [];
    if (!file) return;
    event.preventDefault();
    take([file]);
  });
  const chooser = /** @type {HTMLInputElement} */ (byId('own-weights'));
  chooser.addEventListener('change', () => {
    take([...chooser.files], true);
    chooser.value = '';
  });
}

async function takePicture(page, file) {
  const id = views.get(page);
  if (id === undefined) return notify(`“${file.name}” is nothing that this page opens: it takes weights, a .bpk file with its card (.json).`, { kind: 'warning', key: 'file' });
  if (!page.model) return undefined;
  if (page.view.id !== id) await page.set({ view: id });
  return page.views.find(id).load(file);
}

const isPack = ({ name }) => /\.bpk$/i.test(name);

/** A card names the family of its networks; sketches are JSON, too. */
async function isCard(file) {
  return /\.json$/i.test(file.name) && file.size <= CARD_LIMIT && /"config"\s*:\s*\{\s*"family"/.test(await file.text());
}
