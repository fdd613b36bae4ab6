// Taking away a picture that a person made: as a file, or by the clipboard.

import { save } from '../../export/download.js';
import { el } from '../../shell/dom.js';
import { notify } from '../../shell/notices.js';

const SIDE = 512; // pixels

/** Buttons for the picture that `canvas()` shows. */
export function takeButtons(page, canvas) {
  const button = (id, label, act) => el('button', { type: 'button', id, on: { click: () => page.attempt(act) } }, label);
  const blob = () => {
    const sheet = new OffscreenCanvas(SIDE, SIDE);
    const context = sheet.getContext('2d');
    context.imageSmoothingQuality = 'high';
    context.drawImage(canvas(), 0, 0, SIDE, SIDE);
    return sheet.convertToBlob({ type: 'image/png' });
  };
  const keep = async () => save(`genzoo-${page.model.id}.png`, await blob());
  const copy = async () => {
    try {
      await navigator.clipboard.write([new ClipboardItem({ 'image/png': blob() })]);
      notify('The picture is copied.', { key: 'copied', fade: 5000 });
    } catch {
      notify('The browser did not allow copying a picture; Save PNG keeps it as a file.', { kind: 'warning', key: 'copied' });
    }
  };
  return el('div', { class: 'actions take', data: { part: 'tools' } }, button('save-picture', 'Save PNG', keep), button('copy-picture', 'Copy picture', copy));
}
