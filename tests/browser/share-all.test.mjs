// The share panel of the lab and of the finished models: what it says opens the same, and what it saves is what is shown.
import assert from 'node:assert/strict';
import { shownElsewhere } from './embed.mjs';
import { compared, download, openShare, scenario, until } from './helper.mjs';
import { pictures } from './images.mjs';

const text = ({ page }) => page.inputValue('#share-text');
const choose = (one, kind) => one.page.click(`#share-kind [data-value="${kind}"]`);
const size = (png) => [png.readUInt32BE(16), png.readUInt32BE(20)];

for (const demo of ['two-gaussians', 'failures']) {
  scenario(`${demo}: link, code, run file and table`, { path: 'lab.html', hash: `demo=${demo}&seed=5${demo === 'failures' ? '&measure-every=10' : ''}&step=12` }, async (race) => {
    const { hash } = await race.reaches(12);
    await openShare(race);
    const link = await until('the link', () => text(race));
    assert.match(link, new RegExp(`lab\\.html#.*demo=${demo}.*step=12`));
    await choose(race, 'element');
    const code = await until('the element', async () => (await text(race)).includes('gen-zoo') && text(race));
    assert.equal((await shownElsewhere(code, 12)).hash, hash, 'the element');

    const run = await race.download('#run-save');
    assert.equal(JSON.parse(run).hash, hash);
    const [head, ...rows] = await race.table();
    assert.deepEqual(head.slice(0, 4), ['seed', 'step', 'arena', 'objective']);
    assert.ok(rows.length > 0 && rows.every((row) => row.length === head.length));
    assert.equal(await race.page.isVisible('#take-program'), demo === 'failures', 'a figure has no program of its own');
    await race.page.click('#share-close');

    await race.page.goto('about:blank');
    await race.page.goto(link);
    assert.equal((await race.reaches(12)).hash, hash, 'the link');
    await race.click('#reset');
    await race.drop(run.toString());
    assert.equal(await race.verdict(), 'exact');
    assert.equal((await race.restsAt(12)).hash, hash, 'the run file');
  });
}

scenario('a figure as PNG and SVG, whole and by panel', { path: 'lab.html', hash: 'demo=two-gaussians&step=12' }, async (race) => {
  await race.reaches(12);
  await openShare(race);
  const subjects = await until('subjects', async () => {
    const found = await race.page.$$eval('#take-subject option', (all) => all.map(({ value }) => value));
    return found.length > 0 && found;
  });
  assert.ok(subjects.includes('figure') && subjects.includes('panel-1') && !subjects.includes('arenas'), subjects.join());
  await race.page.selectOption('#take-scale', '1');
  for (const subject of ['figure', 'panel-1']) {
    await race.page.selectOption('#take-subject', subject);
    const [png, svg] = [await race.download('#take-png'), (await race.download('#take-svg')).toString()];
    assert.match(svg, new RegExp(`^<svg[^>]*width="${size(png)[0]}"`));
    const { far, colours } = await compared(race.page, png, svg);
    assert.ok(far < 0.05 && colours > 8, `${subject}: ${far}, ${colours}`);
  }
});

scenario('a film of a figure', { path: 'lab.html', hash: 'demo=two-gaussians&step=6', timeout: 240_000 }, async (race) => {
  const { hash } = await race.reaches(6);
  await openShare(race);
  const film = await race.download('#take-gif');
  assert.equal(film.toString('latin1').split('\x21\xf9\x04').length - 1, 7, 'a frame for each step');
  assert.equal((await race.restsAt(6)).hash, hash);
});

for (const [demo, hash] of [['dcgan', 'count=8&seed=3'], ['vae', 'view=trade'], ['pixelcnn', 'pixel=200&seed=3'], ['pix2pix', '']]) {
  pictures(demo, 'the share panel: link, code and pictures of the view', { hash }, async (one) => {
    await one.ready();
    await openShare(one);
    const link = await until('the link', () => text(one));
    assert.ok(link.includes(`${demo}.html`) && (!hash || link.includes(hash.split('&')[0])), link);
    assert.equal(await one.page.isVisible('#share-length'), false, 'there is one way to share it');
    await choose(one, 'frame');
    const source = new URL(/src="([^"]*)"/.exec(await until('the frame', async () => (await text(one)).includes('iframe') && text(one)))[1].replaceAll('&amp;', '&'));
    assert.deepEqual([source.pathname.split('/').at(-1), source.searchParams.get('demo')], ['embed.html', demo]);

    const [width, height] = await one.page.evaluate(() => {
      const { width: wide, height: high } = [...document.querySelector('#stage').children].find((node) => !node.hidden).getBoundingClientRect();
      return [wide, high];
    });
    const png = await download(one.page, '#take-png');
    assert.deepEqual(size(png), [Math.round(2 * width), Math.round(2 * height)]);
    const svg = (await download(one.page, '#take-svg')).toString();
    const { far, colours } = await compared(one.page, png, svg);
    assert.ok(far < 0.05 && colours > 8, `${far}, ${colours}`);
  });
}
