// The masthead of every page: theme, help, the share panel, and the skip link.

import { byId, sprite } from './dom.js';
import { keyOf } from './keys.js';
import { notify } from './notices.js';
import { showLink } from '../link/state.js';
import { locale, speak } from '../i18n/strings.js';
import { pageTheme } from './theme.js';

const LANGUAGE = 'genzoo-lang';
await speak(language(), document);

export const openHelp = () => byId('help-dialog').showModal();

/** The help opens by its key too, except in fields. */
export const openHelpByKey = () =>
  addEventListener('keydown', (/** @type {any} */ event) => {
    const typing = event.target.closest?.('input:not([type=checkbox], [type=range]), select, textarea, dialog');
    if (keyOf(event) === '?' && !typing && !event.ctrlKey && !event.metaKey) openHelp();
  });

/** Keeps the page for visits without a network. */
export async function keepPage() {
  const { keepOffline } = await import('./offline.js');
  keepOffline(() =>
    notify('A newer version of this page is ready.', {
      key: 'version',
      actions: [['Reload', () => location.reload()]],
    }),
  );
}

/** `main`: id of the skip link's target; `share()` makes the share panel; `themed(choice)` and `touched()` follow the user's doing so. */
export function wireMasthead({ main, themed, share, touched }) {
  document.body.append(sprite());
  const theme = byId('theme');
  theme.addEventListener('change', () => {
    pageTheme.set(theme.value);
    themed(theme.value);
  });
  wireLanguage();
  matchMedia('print').addEventListener('change', () => {
    document.querySelector('.colophon').setAttribute('data-link', location.href);
  });
  byId('share').addEventListener('click', () => openPanel(share));
  byId('help').addEventListener('click', openHelp);
  byId('help-close').addEventListener('click', () => byId('help-dialog').close());
  byId('skip').addEventListener('click', (event) => {
    event.preventDefault(); // the hash holds the settings
    byId(main).focus();
  });
  for (const type of ['pointerdown', 'keydown']) {
    addEventListener(
      type,
      (event) => {
        if (event.isTrusted) touched();
      },
      { capture: true },
    );
  }
}

/** The link's choice, else the one stored by an earlier visit, else the browser's. */
function language() {
  const [, asked] = /[#&]lang=(\w+)/.exec(location.hash) ?? [];
  try {
    return asked ?? localStorage.getItem(LANGUAGE) ?? navigator.language.slice(0, 2);
  } catch {
    return 'en'; // a browser that keeps nothing
  }
}

/** The button leads to the other language, and says so in that one. */
function wireLanguage() {
  const button = byId('language');
  const [lang, title] = locale === 'en' ? ['de', 'Deutsch'] : ['en', 'English'];
  Object.assign(button, { lang, title, textContent: lang.toUpperCase() });
  button.addEventListener('click', () => {
    const link = location.hash.slice(1).replace(/(^|&)lang=\w*/, '');
    try {
      localStorage.setItem(LANGUAGE, lang);
      showLink(link);
    } catch {
      showLink(`${link}&lang=${lang}`);
    }
    location.reload();
  });
}

let panel = null;

/** The share panel is fetched when it is first asked for. */
async function openPanel(make) {
  panel ??= make();
  try {
    await (await panel).open();
  } catch (error) {
    panel = null;
    notify(`The share panel could not be opened. ${error.message}`, { kind: 'warning', key: 'share' });
  }
}
