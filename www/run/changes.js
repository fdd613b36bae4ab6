// What was changed in the middle of a run, as chips: a reset keeps these changes, and so does the link.

import { LETTERS } from '../shell/colour.js';
import { el } from '../shell/dom.js';
import { count, number } from '../shell/format.js';
import { decode, edited, parseQuery } from '../link/state.js';

const SHOWN = 24;
const UPDATES = { D: 'one update of D', G: 'one update of G' };
const CHANGE = /^(\d+)\.(?:([DG])|([a-z0-9-]+?)(?:\.(\d))?:(.*))$/;

/** Shows the changes of the link of a run. */
export function showChanges(race, link) {
  const events = decode(parseQuery(link).get('events') ?? '')
    .split('~')
    .filter(Boolean);
  const node = race.root.getElementById('changes') ?? make(race);
  node.hidden = events.length === 0;
  if (node.dataset.events === events.join('~')) return;
  node.dataset.events = events.join('~');
  const chips = events.slice(0, SHOWN).map((event) => chip(event, race.session));
  const more = events.length - chips.length;
  node.querySelector('ul').replaceChildren(...chips, ...(more > 0 ? [el('li', {}, `and ${count(more)} more`)] : []));
}

function make(race) {
  const { session } = race;
  document.head.append(el('link', { rel: 'stylesheet', href: new URL('./changes.css', import.meta.url).href }));
  const again = () => session.restart(edited(session.present(), settingsOf(node.dataset.events.split('~'))), 'These settings hold from step 0 now.');
  const node = el(
    'section',
    { id: 'changes', class: 'changes', 'aria-label': 'Changed on the way' },
    el('span', {}, 'Changed on the way'),
    el('ul', {}),
    el('button', { type: 'button', id: 'changes-from-start', on: { click: again } }, 'From step 0'),
  );
  race.root.querySelector('.stage-foot').before(node);
  return node;
}

/** What the changes leave: the last value of each setting. One for all arenas takes the place of those for some. */
function settingsOf(events) {
  const settings = {};
  for (const event of events) {
    const [, , , key, arena, value] = CHANGE.exec(event) ?? [];
    if (!key) continue;
    if (arena === undefined) [...LETTERS].forEach((_, other) => Object.assign(settings, { [`${key}.${other}`]: null }));
    settings[arena === undefined ? key : `${key}.${arena}`] = value;
  }
  return settings;
}

function chip(event, { demo }) {
  const [, step, network, key, arena, value] = CHANGE.exec(event) ?? [];
  const label = demo.controls.find((control) => control.key === key)?.label ?? key;
  const amount = value === '' || Number.isNaN(Number(value)) ? value : number(Number(value));
  const what = network ? [UPDATES[network]] : [label, ' ', amount, arena ? ` (${LETTERS[arena]})` : ''];
  return el('li', {}, el('b', {}, `step ${count(step)}`), ' ', ...what);
}
