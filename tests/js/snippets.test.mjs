// Code for other pages: no setting breaks out of it.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { link, short, snippet, withStep } from '../../www/link/snippets.js';

const SITE = 'https://example.org/zoo/index.html';

before(() => {
  globalThis.document = { baseURI: SITE };
  globalThis.location = new URL(SITE);
});

test('a link is the address of the page with the query', () => {
  assert.equal(link('seed=7'), 'https://example.org/zoo/index.html#seed=7');
  assert.equal(link(''), SITE);
  assert.equal(snippet('link', 'demo=vae&seed=7', 'vae'), `${SITE}#demo=vae&seed=7`);
});

test('every kind of code names the site, the demo and its settings', () => {
  assert.match(snippet('frame', 'demo=race&seed=7&batch=16', 'race'), /src="https:\/\/example\.org\/zoo\/embed\.html\?demo=race&amp;seed=7&amp;batch=16"/);
  const element = snippet('element', 'demo=vae&seed=7', 'vae');
  assert.match(element, /src="https:\/\/example\.org\/zoo\/genzoo\.js"/);
  assert.match(element, /<gen-zoo demo="vae" settings="seed=7" /);
  assert.match(snippet('element', '', 'race'), /<gen-zoo demo="race" style=/);
  assert.match(snippet('module', 'seed=7', 'race'), /\{"demo":"race","settings":"seed=7"\}/);
  assert.match(snippet('module', '', 'race'), /\{"demo":"race"\}/);
});

test('how it starts, its controls, locks and hidden parts are part of the code', () => {
  const options = { starts: 'paused', controls: 'full', lock: ['all', 'play'], hide: ['hash'] };
  assert.match(snippet('frame', 'seed=7', 'race', options), /\?demo=race&amp;seed=7&amp;controls=full&amp;hide=hash&amp;lock=all%20play&amp;autoplay=0"/);
  assert.match(snippet('element', 'seed=7', 'race', options), /<gen-zoo demo="race" settings="seed=7" controls="full" hide="hash" lock="all play" style=/);
  assert.match(snippet('module', 'seed=7', 'race', { ...options, starts: 'once' }), /"controls":"full","hide":"hash","lock":"all play","autoplay":true\}/);
  assert.match(snippet('frame', '', 'race', { starts: 'once' }), /demo=race&amp;autoplay=1"/);
  assert.equal(snippet('frame', 'seed=7', 'race', { starts: 'slide', controls: 'minimal', lock: [], hide: [] }), snippet('frame', 'seed=7', 'race'));
});

test('a long link carries a checksum, code for other pages does not', () => {
  const query = `seed=7&points=${'A'.repeat(200)}`;
  assert.match(snippet('link', query, 'race'), /#sum=\d+\.\w+&seed=7&points=A/);
  for (const kind of ['frame', 'element', 'module']) assert.doesNotMatch(snippet(kind, query, 'race'), /sum=/);
});

test('a hostile setting stays a setting', () => {
  for (const kind of ['frame', 'element']) {
    const code = snippet(kind, 'x="><script>alert(1)</script>&y=1', 'race');
    assert.ok(!code.includes('<script>alert') && !code.includes('="">'), code);
    assert.match(code, kind === 'frame' ? /%22%3E%3Cscript%3E/ : /&quot;>&lt;script>/);
  }
});

test('the link of a run has its story, the short one only its settings', async () => {
  const view = { theme: 'dark', speed: 'fit', device: 'auto', lang: 'auto', views: 'field,real,fakes', charts: 'all', stop: 'never' };
  const engine = { query: async () => 'seed=7&step=20', resolve: async (query) => ({ query: `${query}&resolved=1` }) };
  const session = { present: () => new Map([['seed', '7']]) };
  assert.equal(await withStep({ engine, view }), 'seed=7&step=20&theme=dark');
  assert.equal(await short({ engine, session, view }), 'seed=7&resolved=1&theme=dark');
});
