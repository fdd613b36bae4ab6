// "How it was made": what the card of the weights says.

import { byId, el } from '../shell/dom.js';
import { count, fixed, number } from '../shell/format.js';

/** Recall below which a sentence says what that means. */
const RECALL_NONE = 0.01;

export function showMade(card) {
  const { data = {} } = card;
  const facts = [
    ['Parameters', card.parameters && count(card.parameters)],
    ['Size', card.bytes && `${count(card.bytes / 1000)} kB`],
    ['Data', data.name && [data.name, data.images && `, ${count(data.images)} images`]],
    ['Licence of the data', data.licence],
    ['Source of the data', data.source && source(data.source)],
    ['Training', card.steps && `${count(card.steps)} steps of ${count(card.batch)} images, seed ${card.seed}`],
    ['Time', card.wall_secs && `${duration(card.wall_secs)}${card.device ? ` on ${card.device}` : ''}`],
    ['Made with', card.crate_version && `genzoo ${card.crate_version}`],
    ['SHA-256', card.sha256 && el('code', { class: 'hash' }, card.sha256)],
  ];
  byId('made').replaceChildren(
    el(
      'details',
      { open: true },
      el('summary', {}, el('h2', {}, `How ${card.title ?? card.id ?? 'it'} was made`)),
      el(
        'div',
        { class: 'made-body' },
        el(
          'dl',
          { class: 'facts' },
          facts.filter(([, value]) => value).map(([term, value]) => el('div', {}, el('dt', {}, term), el('dd', {}, ...[value].flat()))),
        ),
        ...measures(card.measures ?? []),
        remark(card.measures ?? []),
        card.command && el('div', { class: 'rebuild' }, el('h3', {}, 'Build it again'), el('pre', {}, card.command)),
      ),
    ),
  );
}

const FEATURES =
  "Frechet distances, precision and recall are taken in the features of this project's own classifier. They are not the FID of papers, and compare only models of the same data.";

function measures(list) {
  if (list.length === 0) return [];
  return [table(list), list.some(({ name }) => name.startsWith('Frechet')) && el('p', { class: 'measures-note' }, FEATURES)];
}

function table(list) {
  return el(
    'div',
    { class: 'table-scroll', tabIndex: 0, role: 'region', 'aria-label': 'Measures' },
    el(
      'table',
      { class: 'measures' },
      el(
        'thead',
        {},
        el(
          'tr',
          {},
          ['Measure', 'Value', 'How it was measured'].map((title) => el('th', { scope: 'col' }, title)),
        ),
      ),
      el(
        'tbody',
        {},
        list.map(({ name, value, unit, how }) =>
          el('tr', {}, el('th', { scope: 'row' }, name), el('td', {}, `${number(value)}${unit ? ` ${unit}` : ''}`), el('td', {}, how ?? '')),
        ),
      ),
    ),
  );
}

/** What a recall of nothing says. */
function remark(list) {
  const [precision, recall] = ['precision', 'recall'].map((wanted) => list.find(({ name }) => name === wanted)?.value);
  if (!(recall < RECALL_NONE && precision > recall)) return null;
  return el(
    'p',
    { class: 'remark' },
    `A recall of ${number(recall)} beside a precision of ${number(precision)}: the samples lie among the real pictures, but hardly any real picture lies among the samples. In the features of the classifier, the samples are closer to each other than the real pictures are to them: they show less variety.`,
  );
}

function source(text) {
  return /^https:\/\//.test(text) ? el('a', { href: text, rel: 'noopener noreferrer' }, text.replace(/^https:\/\//, '')) : text;
}

function duration(secs) {
  if (secs < 90) return `${Math.round(secs)} s`;
  if (secs < 5400) return `${Math.round(secs / 60)} min`;
  return `${fixed(secs / 3600, 1)} h`;
}
