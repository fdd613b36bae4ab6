// embed.html: one demo that fills its frame, controlled by its address and by the page around it.

import '../shell/started.js';
import { EmbeddedPage } from '../embed/page.js';
import '../embed/stage.js';
import { FINISHED, isOfLab, languageOf, listed } from '../embed/embedding.js';
import { mount } from '../genzoo.js';
import { EVENTS, PROTOCOL, RATE_MAX, SIZE_MAX, isCall, limiter, sizeOf } from '../link/messages.js';
import { keepOffline } from '../shell/offline.js';
import '../run/race.js';
import { HASH_LIMIT } from '../link/rules.js';
import { decode, formatQuery, parseQuery, unescaped } from '../link/state.js';

/** Keys of the embedding; all others are settings and are passed on unchanged. */
const OWN = ['controls', 'hide', 'lock', 'autoplay', 'theme', 'lang', 'demo', 'origin'];

/** Messages of reveal.js to the frames on its slides. */
const SLIDES = new Map([
  ['slide:start', 'play'],
  ['slide:stop', 'pause'],
]);

const settings = parseQuery(unescaped(location.search.slice(1, 1 + HASH_LIMIT)));
const own = Object.fromEntries(OWN.map((key) => [key, settings.has(key) ? decode(settings.get(key)) : undefined]));
for (const key of OWN) settings.delete(key);
const { origin, autoplay: asked, ...options } = own;
const origins = origin?.split(',');
const autoplay = asked !== undefined && !['0', 'false'].includes(asked);
const first = document.getElementById('first'); // what is there before any script is
/** Methods and events are those of genzoo.d.ts; what is set here beside them is for this page alone. @type {any} */
const demo = FINISHED.includes(options.demo) ? finished() : race();
document.body.prepend(first);
for (const type of ['ready', 'fault']) demo.addEventListener(type, () => first.remove(), { once: true });
demo.addEventListener('ready', () => keepOffline(undefined, page()));

function race() {
  /** @type {any} */
  const node = mount(document.body, { ...options, autoplay, settings: formatQuery(settings) });
  node.limited = parent === window;
  node.keyTarget = document;
  return node;
}

function finished() {
  const { lang = 'en' } = options;
  return new EmbeddedPage({ ...options, autoplay, lang: languageOf(lang) }, formatQuery(settings));
}

/** The page of the site that needs what this demo needs. */
function page() {
  if (isOfLab(demo.demo)) return 'lab.html';
  return FINISHED.includes(demo.demo) ? `${demo.demo}.html` : undefined;
}

/** Whether it follows a slide: it does not begin where it is to wait, or where nobody could pause it. */
function follows(message) {
  if (SLIDES.get(message) === 'pause' || autoplay) return true;
  return asked === undefined && !listed(options.lock).includes('play');
}

const withinRate = limiter();
let listener = null; // the origin that is told of events

addEventListener('message', (event) => {
  const { data, source } = event;
  if (source !== parent || parent === window) return;
  if (origins && !origins.includes(event.origin)) return;
  if (SLIDES.has(data)) return follows(data) && withinRate() && quietly(demo[SLIDES.get(data)]());
  if (!isCall(data)) return; // a stranger's talk
  const target = event.origin === 'null' ? '*' : event.origin;
  const answer = (body) => parent.postMessage({ genzoo: PROTOCOL, id: data.id, ...body }, target);
  if (sizeOf(data) > SIZE_MAX) return answer({ error: `A message has at most ${SIZE_MAX / 1024} KiB.` });
  if (!withinRate()) return answer({ error: `At most ${RATE_MAX} messages a second are taken.` });
  if (data.call === 'listen') {
    listener = target;
    return answer({ value: true });
  }
  demo[data.call](...data.args).then(
    (value) => answer({ value }),
    (error) => answer({ error: error.message }),
  );
});

for (const type of EVENTS) {
  demo.addEventListener(type, (/** @type {CustomEvent} */ { detail }) => {
    if (listener) parent.postMessage({ genzoo: PROTOCOL, event: type, detail }, listener);
  });
}

/** What goes wrong is shown in the frame. */
function quietly(promise) {
  promise.catch(() => {});
}
