// The share panel of a finished model: the present view, and pictures of it.

import { el } from '../shell/dom.js';
import { save } from '../export/download.js';
import { toPng, toSvg } from '../export/pictures.js';
import { SharePanel, scaleMenu } from '../shell/share.js';
import { pictureOf } from './picture-of.js';

export function shareView(page) {
  const scale = scaleMenu();
  const take = (convert, ending) => async () => {
    save(`genzoo-${page.id}-${page.view.id}.${ending}`, await convert(pictureOf(page.view.node), Number(scale.value)));
    return 'The picture is saved.';
  };
  return new SharePanel({
    ways: [['view', 'This view', () => page.store.link]],
    demo: () => page.id,
    opened: async () => {
      await page.view.pause?.();
      await page.store.settled();
    },
    missing: () => page.opening.unlinked() || page.view.unlinked?.(),
    more: (panel) => [
      el(
        'section',
        { 'aria-label': 'Take away' },
        el('h2', {}, 'Take away'),
        el(
          'div',
          { class: 'actions' },
          el('label', { class: 'select-line' }, 'Scale ', scale),
          panel.button('take-png', 'PNG', take(toPng, 'png')),
          panel.button('take-svg', 'SVG', take(toSvg, 'svg')),
        ),
      ),
    ],
  });
}
