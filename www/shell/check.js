// What a browser lacks, in one sentence, before anything else loads. The first script of every page; elements import it too. It is a
// script of its own rather than a module, so that browsers run it that know no modules, and from a folder.

(() => {
  const NEWER = 'Chrome and Edge have it from version 105, Firefox from 114, Safari from 16.4.';
  /** A function that returns a vector: a module of WebAssembly with SIMD. */
  const SIMD = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11]);
  const HIDE_MODULES = "script-src 'none'";
  /** @type {any} */
  const here = globalThis;

  function lack() {
    if (location.protocol === 'file:')
      return 'This page was opened from a folder, from which browsers start no modules. It needs a web server: “cargo xtask serve” in the checkout, or “python3 -m http.server” in this folder and the address http://localhost:8000/.';
    const missing = ['WebAssembly', 'Worker', 'OffscreenCanvas'].find((name) => !(name in here));
    if (missing) return `This browser has no ${missing}, which all models here need. ${NEWER}`;
    if (!here.WebAssembly.validate(SIMD)) return `This browser has no SIMD in WebAssembly, which all models here need. ${NEWER}`;
    try {
      new here.WebAssembly.Module(SIMD);
    } catch {
      return 'The policy of this host forbids WebAssembly: “wasm-unsafe-eval” is missing in its script-src.';
    }
    return '';
  }

  const script = document.currentScript; // null where an element imports this
  const lacking = lack();
  here[Symbol.for('genzoo.lack')] = lacking; // a script has no exports
  if (!script) return;

  /** Shows a sentence in the paragraph that every page has for it. */
  function say(sentence) {
    const paragraph = document.getElementById('late');
    if (!paragraph) return document.addEventListener('DOMContentLoaded', () => document.getElementById('late') && say(sentence));
    paragraph.textContent = sentence;
    paragraph.className = 'late now';
  }

  if (lacking) {
    say(lacking);
    const policy = document.createElement('meta');
    policy.httpEquiv = 'Content-Security-Policy';
    policy.content = HIDE_MODULES;
    document.head.append(policy);
    return;
  }
  // All that may become code or markup on this page: the site's own scripts of workers, and documents that are parsed to be searched or drawn.
  here.trustedTypes?.createPolicy('default', {
    createScriptURL: (/** @type {string} */ url) => (url.startsWith('blob:') || new URL(url, document.baseURI).origin === location.origin ? url : null),
    createHTML: (/** @type {string} */ text, /** @type {string} */ _, /** @type {string} */ sink) => (sink === 'DOMParser parseFromString' ? text : null),
  });
  addEventListener(
    'error',
    (event) => {
      const { target } = event;
      if (target instanceof HTMLScriptElement)
        say(`A script of this page did not come: ${target.getAttribute('src')}, or one that it needs. Reload the page; if this stays, the site was not copied whole.`);
      else if (/SyntaxError/.test(event.message)) say(`This browser does not understand the scripts of this page. ${NEWER.replace('have it', 'do')}`);
    },
    true,
  );
})();
