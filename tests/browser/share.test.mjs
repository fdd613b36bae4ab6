// The share panel: every snippet shows the run it was made from; run files replay; what is taken away can be read.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Ajv from 'ajv/dist/2020.js';
import jsQR from 'jsqr';
import { SITE, SMALL, compared, openShare, scenario, until } from './helper.mjs';
import { shownElsewhere } from './embed.mjs';
import { startProxy } from './proxy.mjs';

const RUN = `${SMALL}&seed=6&measure-every=10&step=12`;
const SCHEMA = JSON.parse(readFileSync(fileURLToPath(new URL('../../docs/run.schema.json', import.meta.url)), 'utf8'));
const FIXTURES = fileURLToPath(new URL('../runs/', import.meta.url));

const open = async (race, step = 12) => {
  await race.reaches(step);
  await openShare(race);
};
const choose = (race, group, value) => race.click(`#share-${group} [data-value="${value}"]`);
const text = (race) => race.page.inputValue('#share-text');

scenario('the start page loads nothing of the panel until it is asked for', { hash: RUN }, async (race) => {
  await race.reaches(12);
  const loaded = () => race.page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => /share|qrcode|svgcanvas|gifenc|take-away/.test(name)));
  assert.deepEqual(await loaded(), []);
  await open(race);
  assert.ok((await loaded()).length > 0);
});

scenario('links: this run, or only its settings', { hash: RUN, context: { permissions: ['clipboard-read', 'clipboard-write'] } }, async (race) => {
  const { hash } = await race.reaches(12);
  await race.setControl('lr-g', '0.004');
  await race.click('#step-both');
  const later = await race.restsAt(13);
  assert.notEqual(later.hash, hash);
  await open(race, 13);
  const long = new URL(await text(race));
  assert.ok(long.href.startsWith(SITE));
  await choose(race, 'length', 'short');
  const short = new URL(await until('the short link', async () => !(await text(race)).includes('step=') && text(race)));
  const [longQuery, shortQuery] = [long, short].map(({ hash: part }) => new URLSearchParams(part.slice(1)));
  assert.equal(longQuery.get('step'), '13');
  assert.match(longQuery.get('events'), /lr-g/);
  assert.deepEqual([shortQuery.get('step'), shortQuery.get('events')], [null, null]);
  assert.equal(Number(shortQuery.get('lr-g')), 0.004, 'what was changed on the way is part of the settings');
  await race.click('#share-copy');
  assert.equal(await until('the clipboard', () => race.page.evaluate(() => navigator.clipboard.readText())), short.href);
  await race.visit(long.hash.slice(1));
  assert.equal((await race.reaches(13)).hash, later.hash);
});

/** What a phone reads from the QR code of the panel. */
async function readQr(race) {
  await until('the code', () => race.page.$('#share-qr path'));
  const picture = await race.page.locator('#share-qr svg').screenshot();
  const reader = await race.browser.newPage(); // the policy of the site loads no such picture
  const { width, height, data } = await reader.evaluate(async (source) => {
    const image = new Image();
    image.src = source;
    await image.decode();
    const context = new OffscreenCanvas(image.width, image.height).getContext('2d');
    context.drawImage(image, 0, 0);
    return { width: image.width, height: image.height, data: [...context.getImageData(0, 0, image.width, image.height).data] };
  }, `data:image/png;base64,${picture.toString('base64')}`);
  await reader.close();
  return jsQR(Uint8ClampedArray.from(data), width, height, { inversionAttempts: 'dontInvert' })?.data;
}

scenario('the QR code says the link', { hash: RUN }, async (race) => {
  await open(race);
  await until('the code', () => race.page.$('#share-qr path'));
  assert.equal(await readQr(race), await text(race));
});

const [[DRAWING]] = JSON.parse(readFileSync(new URL('../fixtures/short-links.json', import.meta.url), 'utf8'));

scenario('a drawing has a short link, which its QR code says too, and one that was cut is recognised', { hash: `${DRAWING.replace('step=500', 'step=6')}&${SMALL}` }, async (race) => {
  const { hash } = await race.reaches(6);
  const long = await race.page.evaluate(() => location.href);
  await open(race, 6);
  const short = await until('the short link', async () => /#q=[\w-]+$/.test(await text(race)) && text(race));
  assert.ok(short.length < 0.75 * long.length, `${short.length} of ${long.length} characters`);
  assert.equal(await readQr(race), short);
  await choose(race, 'kind', 'element');
  assert.match(await until('the element', async () => (await text(race)).includes('gen-zoo') && text(race)), /points=/, 'code for other pages can be read');
  const asked = () => race.page.evaluate(() => performance.getEntriesByType('resource').some(({ name }) => name.endsWith('link/short.js')));
  await race.visit(long.split('#')[1]);
  assert.equal((await race.reaches(6)).hash, hash);
  assert.equal(await asked(), false, 'a page that needs none does not fetch it');
  await race.visit(short.split('#')[1]);
  assert.equal((await race.reaches(6)).hash, hash);
  assert.deepEqual((await race.notices()).filter((text) => /link/.test(text)), []);
  assert.equal((await race.query()).get('points'), new URLSearchParams(DRAWING).get('points'));
  await race.visit(`${short.split('#')[1].slice(0, -7)}`);
  await race.notice(/short link was cut/);
});

for (const kind of ['frame', 'element', 'module']) {
  scenario(`the ${kind} snippet, on a page of another host, shows the same run`, { hash: RUN }, async (race, t) => {
    const { hash } = await race.reaches(12);
    await open(race);
    await choose(race, 'kind', kind);
    const code = await until('the code', async () => (await text(race)).includes('<') && text(race));
    t.diagnostic(code);
    assert.equal((await shownElsewhere(code, 12)).hash, hash);
  });
}

scenario('a run file is saved, opened and replayed bit for bit', { hash: RUN }, async (race) => {
  const { hash } = await race.reaches(12);
  await open(race);
  const bytes = await race.download('#run-save');
  const run = JSON.parse(bytes);
  assert.deepEqual([run.format, run.version, run.step, run.hash, run.seed, run.device], ['genzoo-run', 2, 12, hash, 6, 'cpu']);
  assert.deepEqual(run.checks.at(-1), { step: 12, hash });
  const fits = new Ajv().compile(SCHEMA);
  assert.ok(fits(run), JSON.stringify(fits.errors));
  assert.deepEqual(run.metrics.map(({ step, arena }) => [step, arena]), [[10, 0], [10, 1]]);
  await race.visit(`${SMALL}&seed=1&step=2`);
  await open(race, 2);
  await race.page.setInputFiles('#run-open', { name: 'run.json', mimeType: 'application/json', buffer: bytes });
  assert.equal(await race.verdict(), 'exact');
  await race.notice(/same bit for bit/);
  assert.equal((await race.restsAt(12)).hash, hash);
});

scenario('a panel that is open while a run file is replayed shows the run of the file, and what the page says', { path: 'lab.html', hash: 'demo=two-gaussians&seed=6&step=3' }, async (race) => {
  await open(race, 3);
  const bytes = await race.download('#run-save');
  await race.click('#share-close');
  await race.page.evaluate(() => { location.hash = 'demo=two-gaussians&seed=1&step=1'; });
  await race.restsAt(1);
  await openShare(race);
  await race.page.setInputFiles('#run-open', { name: 'run.json', mimeType: 'application/json', buffer: bytes });
  await openShare(race);
  await until('the link of the file', async () => (await text(race)).includes('seed=6'));
  await race.page.evaluate(async () => {
    const { notify } = await import(new URL('shell/notices.js', document.baseURI));
    notify('Something happened.');
  });
  await until('the sentence', async () => (await race.page.textContent('#share-said')) === 'Something happened.');
});

scenario('chips say how an embedded demo starts, what it has, and what is locked', { path: 'lab.html', hash: 'demo=two-gaussians&step=3' }, async (race) => {
  await open(race, 3);
  assert.equal(await race.page.isVisible('#share-options'), false, 'a link has none of that');
  await choose(race, 'kind', 'frame');
  const usual = await until('a frame', async () => (await text(race)).includes('<iframe') && text(race));
  assert.doesNotMatch(usual, /autoplay|controls|lock=|hide=/);
  assert.match(usual, /sandbox="allow-scripts allow-same-origin allow-downloads"/);
  await race.click('#share-options summary');
  await choose(race, 'starts', 'paused');
  await choose(race, 'controls', 'full');
  await choose(race, 'lock', 'all');
  await choose(race, 'hide', 'hash');
  await choose(race, 'hide', 'counter');
  const query = await until('the choices', async () => {
    const { searchParams } = new URL(await race.page.getAttribute('#share-preview', 'href'));
    return searchParams.get('hide') === 'hash counter' && searchParams;
  });
  assert.deepEqual(['demo', 'controls', 'lock', 'autoplay', 'step'].map((key) => query.get(key)), ['two-gaussians', 'full', 'all', '0', '3']);
  assert.ok((await text(race)).includes((await race.page.getAttribute('#share-preview', 'href')).replaceAll('&', '&amp;')));
  await choose(race, 'kind', 'element');
  await choose(race, 'starts', 'once');
  await until('an element', async () => / controls="full" hide="hash counter" lock="all" autoplay /.test(await text(race)));
});

scenario('the QR code fills the screen, with a link that a phone can read from afar', { path: 'lab.html', hash: `demo=two-gaussians&seed=6&step=3&events=${Array.from({ length: 20 }, (_, at) => `0.lr:0.0${at + 10}`).join('~')}` }, async (race) => {
  await open(race, 3);
  const fine = await until('the code', () => race.page.$eval('#share-qr svg', (svg) => svg.viewBox.baseVal.width));
  await race.click('#share-qr-full');
  await until('the screen filled', () => race.page.evaluate(() => document.fullscreenElement?.tagName === 'FIGURE'));
  const side = await race.page.$eval('#share-qr svg', (svg) => svg.getBoundingClientRect().width);
  assert.ok(side > 600, `${side} px`);
  const coarse = await race.page.$eval('#share-qr svg', (svg) => svg.viewBox.baseVal.width);
  assert.ok(coarse <= fine, `${coarse} of ${fine} modules`);
});

scenario('a run file that differs: where it first did', { hash: RUN }, async (race) => {
  await open(race);
  const run = JSON.parse(await race.download('#run-save'));
  await race.click('#share-close');
  run.checks = [{ step: 5, hash: 'f'.repeat(16) }, ...run.checks];
  await race.drop(JSON.stringify(run));
  assert.equal(await race.verdict(), 'close');
  await race.notice(/at step 5, is already another; all measures agree within the tolerance/);
  run.metrics[1].values.js += 0.2;
  await race.drop(JSON.stringify(run));
  assert.equal(await race.verdict(), 'differs');
  await race.notice(/further apart than the tolerance .* from step 10/);
});

scenario('files that are none: a sentence, and the run stays', { hash: RUN }, async (race) => {
  const { hash } = await race.reaches(12);
  for (const [content, sentence] of [
    ['{', /not JSON/], ['{"format":"genzoo-run","version":99}', /version 99/], ['[]'.padStart(60, '[').padEnd(120, ']'), /deeper|JSON/],
    [' '.repeat(4 * 1024 * 1024 + 1), /at most 4 MiB/], ['{"format":"<img src=x>"}', /not one of/],
  ]) {
    await race.drop(content);
    await race.notice(sentence);
  }
  assert.deepEqual([(await race.status()).step, (await race.status()).hash], [12, hash]);
});

/** Races of version 1 were trained by steps that added in another order. */
const AGREEMENT = { 1: 'close', 2: 'exact' };
for (const name of readdirSync(FIXTURES)) {
  const fixture = readFileSync(join(FIXTURES, name), 'utf8');
  const agreement = AGREEMENT[JSON.parse(fixture).version];
  scenario(`the fixture ${name} replays: ${agreement}`, { hash: `${SMALL}&step=1` }, async (race) => {
    await race.reaches(1);
    await race.drop(fixture);
    assert.equal(await race.verdict(), agreement);
  });
}

const FIXTURE = 'v2.json';
scenario('a link to a run file asks before it computes', {
  hash: `run=runs/${FIXTURE}`,
  site: async () => (await startProxy(SITE, { pages: {
    [`/runs/${FIXTURE}`]: (_, response) => response.writeHead(200, { 'content-type': 'application/json' }).end(readFileSync(join(FIXTURES, FIXTURE))),
  } })).url,
}, async (race) => {
  await race.notice(/opens a run of \d+ steps/);
  assert.equal(await race.page.evaluate(() => document.querySelector('#status').dataset.agreement), undefined);
  await race.page.getByRole('button', { name: 'Replay and compare' }).click();
  assert.equal(await race.verdict(), 'exact');
});
scenario('a link to a run file at no address says so', { hash: 'run=http://[' }, async (race) => {
  await race.notice(/by an address that is none/);
});
scenario('a run file without a connection: a sentence', { hash: `${SMALL}&step=1`, expectedErrors: [/ERR_INTERNET_DISCONNECTED/] }, async (race) => {
  await race.reaches(1);
  await race.page.context().setOffline(true);
  await race.drop('{}');
  await race.notice(/could not be fetched: there is no connection|is not one of|not JSON/);
});
scenario('a link to a run file that is not there says so', { hash: 'run=runs/none.json', expectedErrors: [/404/] }, async (race) => {
  await race.notice(/could not be fetched/);
});
scenario('a link to a run file elsewhere is refused', { hash: 'run=https://example.org/run.json' }, async (race) => {
  await race.notice(/another host/);
});

scenario('measures as CSV', { hash: RUN }, async (race) => {
  await open(race);
  const [head, ...rows] = await race.table();
  assert.deepEqual(head.slice(0, 5), ['seed', 'step', 'arena', 'objective', 'd_loss']);
  assert.deepEqual(rows.map((row) => row.slice(0, 4)), [['6', '10', 'A', 'non-saturating'], ['6', '10', 'B', 'wasserstein-gp']]);
  assert.ok(rows.every((row) => Number(row[head.indexOf('js')]) >= 0));
});

scenario('pictures at a scale, as PNG and as SVG', { hash: RUN }, async (race) => {
  await open(race);
  const subjects = await until('subjects', async () => {
    const found = await race.page.$$eval('#take-subject option', (all) => all.map(({ value }) => value));
    return found.length > 0 && found;
  });
  assert.ok(['arenas', 'arena-a', 'arena-b', 'chart-js', 'chart-losses'].every((id) => subjects.includes(id)), subjects.join());
  for (const [subject, scale, width, height] of [['arena-a', 2, 960, 1028], ['arenas', 1, 960, 514], ['chart-js', 4, 2560, 1280]]) {
    await race.page.selectOption('#take-subject', subject);
    await race.page.selectOption('#take-scale', String(scale));
    const png = await race.download('#take-png');
    assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [width, height], subject);
    const svg = (await race.download('#take-svg')).toString();
    assert.match(svg, new RegExp(`^<svg[^>]*width="${width}"`), subject);
    assert.match(svg, new RegExp(`viewBox="0 0 ${width / scale} ${height / scale}"`), 'lines and dashes grow with the picture');
    const apart = await compared(race.page, png, svg);
    assert.ok(apart.far < 0.05 && apart.colours > 8, `${subject}: ${JSON.stringify(apart)}`);
  }
});

scenario('a film of the run', { hash: RUN, timeout: 240_000 }, async (race) => {
  const { hash } = await race.reaches(12);
  await open(race);
  const film = async () => race.download('#take-gif');
  const text = await about(race);
  const one = await film();
  assert.ok(one.length < 3 * expected(text, 'GIF') && one.length > expected(text, 'GIF') / 3, `${one.length} bytes: ${text}`);
  assert.equal(one.toString('latin1', 0, 6), 'GIF89a');
  assert.deepEqual([one.readUInt16LE(6), one.readUInt16LE(8)], [960, 514]);
  // One frame for each step, 0 to 12; each has a graphic control extension.
  const frames = one.toString('latin1').split('\x21\xf9\x04').length - 1;
  assert.equal(frames, 13);
  assert.equal((await race.restsAt(12)).hash, hash, 'the run stands where it stood');
});

scenario('a film that is stopped leaves the run, its charts and its measures as they are', { hash: `${SMALL}&seed=6&measure-every=10&step=60`, context: { viewport: { width: 1280, height: 1600 } }, timeout: 240_000 }, async (race) => {
  const { page } = race;
  const { hash } = await race.reaches(60);
  await until('the charts', async () => (await race.texts('.chart .value')).some((text) => /\d/.test(text)));
  await open(race, 60);
  const seen = async () => [await race.texts('.chart .value'), await race.texts('.readouts dd'), await race.link(), (await race.download('#take-csv')).toString()];
  const before = await seen();
  await race.click('#take-gif');
  await until('some frames', () => page.$eval('#take-progress', ({ value }) => value > 0));
  await race.click('#take-gif');
  await until('its end', () => page.evaluate(() => /was stopped/.test(document.querySelector('#share-said').textContent)));
  assert.deepEqual(await seen(), before);
  assert.equal((await race.restsAt(60)).hash, hash);
  await race.click('#share-close');
  await race.click('#step-both');
  await race.restsAt(61);
});

/** What a film shows when it is played, at half a second. */
async function played(race, film, type) {
  const player = await race.browser.newPage(); // the policy of the site plays nothing
  const seen = await player.evaluate(async ([bytes, kind]) => {
    const video = Object.assign(document.createElement('video'), { muted: true, src: URL.createObjectURL(new Blob([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], { type: kind })) });
    await new Promise((resolve, reject) => { video.onseeked = resolve; video.onerror = () => reject(video.error); video.currentTime = 0.5; });
    const canvas = Object.assign(document.createElement('canvas'), { width: video.videoWidth, height: video.videoHeight });
    const context = canvas.getContext('2d');
    context.drawImage(video, 0, 0);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    return { width: video.videoWidth, height: video.videoHeight, seconds: video.duration, colours: new Set(new Uint32Array(data.buffer)).size };
  }, [film.toString('base64'), type]);
  await player.close();
  return seen;
}

/** The boxes of an MP4 by their path, such as `moov.trak`: where their contents lie. */
function boxes(file, from = 0, to = file.length, path = '', found = {}) {
  for (let at = from; at < to; at += file.readUInt32BE(at) || to - at) {
    const size = file.readUInt32BE(at) || to - at;
    const name = `${path}${file.toString('latin1', at + 4, at + 8)}`;
    found[name] = { begin: at + 8, end: at + size };
    if (['moov', 'trak', 'mdia', 'minf', 'stbl'].includes(name.split('.').at(-1))) boxes(file, at + 8, at + size, `${name}.`, found);
  }
  return found;
}

const SECONDS = 12 * 0.08 + 1.5;
const about = (race) => until('what the films will be', async () => {
  const text = (await race.texts('#film-about'))[0];
  return /pictures of/.test(text) && text;
});
/** Bytes that the panel expects of a film. */
const expected = (text, kind) => {
  const [, value, unit] = new RegExp(`${kind} ([\\d.,]+) (kB|MB)`).exec(text);
  return Number(value.replaceAll(',', '')) * (unit === 'kB' ? 1e3 : 1e6);
};

scenario('a film as WebM', { hash: RUN, timeout: 240_000 }, async (race) => {
  const { hash } = await race.reaches(12);
  await open(race);
  await about(race);
  const film = await race.download('#take-webm');
  assert.deepEqual([...film.subarray(0, 4)], [0x1a, 0x45, 0xdf, 0xa3], 'WebM begins as EBML');
  const { width, height, seconds, colours } = await played(race, film, 'video/webm');
  assert.deepEqual([width, height], [960, 514]);
  assert.ok(Math.abs(seconds - SECONDS) < 0.05, `${seconds} s`);
  assert.ok(colours > 50, `${colours} colours`);
  assert.equal((await race.restsAt(12)).hash, hash, 'the run stands where it stood');
});

/** Lets a page believe that its browser encodes only codecs whose names begin so. */
const encodingOnly = (begins) => `{
  const { isConfigSupported } = VideoEncoder;
  VideoEncoder.isConfigSupported = async (config) => (${JSON.stringify(begins)}.some((one) => config.codec.startsWith(one)) ? isConfigSupported.call(VideoEncoder, config) : { supported: false, config });
}`;

for (const [codec, begins, says] of [['avc1', ['avc1'], /Office programs play the MP4 \(H\.264\) and the GIF/], ['av01', ['av01'], /Only new office programs play the MP4/]]) {
  scenario(`a film as MP4, encoded as ${codec}: what is said of it, and its boxes`, { hash: RUN, timeout: 240_000, init: encodingOnly(begins) }, async (race, t) => {
    await race.reaches(12);
    await open(race);
    const text = await about(race);
    if (await race.page.isDisabled('#take-mp4')) {
      assert.match(text, /encodes no MP4/);
      return t.skip(`this browser encodes no ${codec}`);
    }
    assert.match(text, says);
    assert.match(text, /^13 pictures of 960 x 514 pixels, 2\.5 s long\. Expected size: MP4 /);
    const film = await race.download('#take-mp4');
    assert.ok(film.length < 3 * expected(text, 'MP4') && film.length > expected(text, 'MP4') / 3, `${film.length} bytes: ${text}`);
    const found = boxes(film);
    assert.deepEqual(Object.keys(found).filter((name) => !name.includes('.')).slice(0, 3).map((name) => name.trim()), ['ftyp', 'moov', 'mdat'], 'its table comes first');
    const sizes = found['moov.trak.mdia.minf.stbl.stsz'].begin;
    assert.equal(film.readUInt32BE(sizes + 8), 13, 'a sample for each picture');
    const entry = found['moov.trak.mdia.minf.stbl.stsd'].begin + 8;
    assert.equal(film.toString('latin1', entry + 4, entry + 8), codec);
    assert.deepEqual([film.readUInt16BE(entry + 32), film.readUInt16BE(entry + 34)], [960, 514]);
    const head = found['moov.mvhd'].begin;
    const [scale, duration] = film[head] === 1 ? [film.readUInt32BE(head + 20), Number(film.readBigUInt64BE(head + 24))] : [film.readUInt32BE(head + 12), film.readUInt32BE(head + 16)];
    assert.ok(Math.abs(duration / scale - SECONDS) < 0.05, `${duration / scale} s`);
    const { seconds, colours } = await played(race, film, 'video/mp4');
    assert.ok(Math.abs(seconds - SECONDS) < 0.1 && colours > 50, `${seconds} s, ${colours} colours`);
  });
}

scenario('where no video can be made, a sentence says so and the GIF remains', { hash: RUN, init: () => { delete globalThis.VideoEncoder; } }, async (race) => {
  await race.reaches(12);
  await open(race);
  assert.match(await about(race), /encodes no MP4 of this size; office programs play the GIF\.$/);
  assert.deepEqual([await race.page.isDisabled('#take-mp4'), await race.page.isDisabled('#take-webm'), await race.page.isDisabled('#take-gif')], [true, true, false]);
});

const python = process.env.GENZOO_PYTHON ?? 'python3';
const torch = spawnSync(python, ['-c', 'import torch']).status === 0;
scenario('weights and program fit each other', { hash: RUN }, async (race, t) => {
  await open(race);
  const weights = await race.download('#take-weights');
  const program = await race.download('#take-program');
  const header = JSON.parse(weights.subarray(8, 8 + Number(weights.readBigUInt64LE(0))));
  assert.deepEqual(header['a.generator.0.weight'].shape, [8, 32]);
  assert.match(program.toString(), /"batch": 16,/);
  const folder = mkdtempSync(join(tmpdir(), 'genzoo-take-'));
  try {
    writeFileSync(join(folder, 'race.py'), program);
    writeFileSync(join(folder, 'weights.safetensors'), weights);
    if (!torch) {
      t.skip('PyTorch is not installed for python3 or GENZOO_PYTHON: the program was not run');
      return;
    }
    const script = `
import json, struct, torch
from race import Arena, make_sampler
data = open('weights.safetensors', 'rb').read()
size = struct.unpack('<Q', data[:8])[0]
head = json.loads(data[8:8 + size])
arena = Arena(0, make_sampler())
for name in 'generator', 'discriminator':
    network = getattr(arena, name)
    state = {key[len('a.' + name) + 1:]: torch.frombuffer(bytearray(data[8 + size + at['data_offsets'][0]:8 + size + at['data_offsets'][1]]), dtype=torch.float32).reshape(at['shape'])
             for key, at in head.items() if key.startswith('a.' + name)}
    network.load_state_dict(state)
print(arena.generator(torch.zeros(3, 32)).shape)`;
    assert.match(execFileSync(python, ['-c', script], { cwd: folder, encoding: 'utf8' }), /\[3, 2\]/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
