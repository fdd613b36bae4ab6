// Files for the browser's downloads.

import { el } from '../shell/dom.js';
import { notify } from '../shell/notices.js';

const REFUSED = 'The page around this frame does not allow downloads: its sandbox lacks “allow-downloads”.';
const UNSEEN = 'If no file comes, the page around this frame does not allow downloads: its sandbox then lacks “allow-downloads”.';
const FADE_MILLIS = 12_000;

/** Whether a sandbox refuses downloads: known of a frame of this host; undefined where the page around it is another's. */
function refused() {
  if (parent === window) return false;
  const { frameElement } = window;
  if (!frameElement) return undefined;
  return frameElement.hasAttribute('sandbox') && !(/** @type {HTMLIFrameElement} */ (frameElement).sandbox.contains('allow-downloads'));
}

/** Offers a file to be kept. No event reports a download that a sandbox refused, so a sentence does. */
export function save(name, content, type) {
  const no = refused();
  if (no) return notify(REFUSED, { kind: 'warning', key: 'download' });
  if (no === undefined) notify(UNSEEN, { key: 'download', fade: FADE_MILLIS });
  const blob = content instanceof Blob ? content : new Blob([content], { type });
  const link = el('a', { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
