// Weights that a person brings: a file and its card open on the page of their exhibit, or a sentence says why not.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { openShare, until } from './helper.mjs';
import { offered, pictures } from './images.mjs';

const read = (name) => readFileSync(new URL(`../../weights/${name}`, import.meta.url));
const file = (name, content = read(name)) => ({ name, mimeType: '', buffer: Buffer.from(content) });
const choose = (p, ...files) => p.page.setInputFiles('#own-weights', files);
const pair = (id) => [file(`${id}.bpk`), file(`${id}.json`)];
/** A card with other words. */
const card = (id, changes) => file(`${id}.json`, JSON.stringify({ ...JSON.parse(read(`${id}.json`)), ...changes }));

/** Lets files fall on the page. */
const drop = (p, ...files) => p.page.evaluate((all) => {
  const data = new DataTransfer();
  for (const { name, content } of all) data.items.add(new File([Uint8Array.from(atob(content), (c) => c.charCodeAt(0))], name));
  document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
}, files.map(({ name, buffer }) => ({ name, content: buffer.toString('base64') })));

const made = (p) => p.page.textContent('#made');

pictures('vae', 'weights of one\'s own open as shipped ones do', { hash: 'view=labels' }, async (p) => {
  await p.ready();
  const [before, link] = [await p.pixels('#stage .view:not([hidden]) canvas'), await p.link()];
  // Half of them waits for the other half.
  await drop(p, file('vae-mnist.bpk'));
  await p.notice(/“vae-mnist\.bpk” waits for its card/);
  await p.after(() => drop(p, file('vae-mnist.json')));
  assert.equal((await p.status()).weights, 'own-1');
  assert.match(await made(p), /MNIST/);
  // They have no labels, so they open where they can be seen.
  await until('a view that they fill', async () => (await p.status()).view === 'manifold');
  assert.equal((await offered(p)).at(-1), 'own-1');
  assert.match(await p.page.textContent('#weights option:checked'), /\(your file\)$/);
  await p.after(() => p.click('#views [data-view="trade"]'));
  assert.match(await p.page.textContent('.tabular'), /MNIST/, 'the table of measures has them');

  await openShare(p);
  assert.match(await p.page.textContent('#share-said'), /does not carry the weights that you brought/);
  await p.page.click('#share-close');

  // A view that they cannot fill, and the menu, lead back to the site's; the menu still has them.
  await p.after(() => p.click('#views [data-view="labels"]'));
  assert.equal((await p.status()).weights, 'vae-fashion-conditional');
  assert.deepEqual([await p.pixels('#stage .view:not([hidden]) canvas'), await p.link()], [before, link]);
  assert.equal(await p.page.isDisabled('#weights option[value="own-1"]'), true);
  await p.after(() => p.click('#views [data-view="manifold"]'));
  await p.after(() => p.page.selectOption('#weights', 'own-1'));
  assert.match(await made(p), /MNIST/);

  // A lost worker changes nothing.
  await p.after(async () => (await p.worker()).evaluate(() => { setTimeout(() => { throw new Error('lost'); }); }).catch(() => {}));
  assert.equal((await p.status()).weights, 'own-1');
});

pictures('dcgan', 'what cannot be used is told, and what was shown stays', {}, async (p) => {
  await p.ready();
  const before = await p.pixels('#stage .view:not([hidden]) canvas');
  const id = 'pixelrnn-mnist';
  const flipped = Buffer.from(read(`${id}.bpk`));
  flipped[5000] ^= 1;
  const refused = async (pattern, ...files) => {
    await p.page.evaluate(() => document.querySelectorAll('#notices .dismiss').forEach((button) => button.click()));
    await choose(p, ...files);
    await p.notice(pattern);
    await p.ready();
    assert.equal((await p.status()).weights, 'dcgan-critters', String(pattern));
  };
  await refused(/pixelrnn-mnist is a network of the family pixel-cnn: bring both files to its page, pixelcnn\.html\./, ...pair(id));
  await refused(/checksum is not the card's/, file(`${id}.bpk`, flipped), file(`${id}.json`));
  await refused(/the file has 1000 bytes and the card says/, file(`${id}.bpk`, flipped.subarray(0, 1000)), file(`${id}.json`));
  await refused(/The card cannot be read/, file(`${id}.bpk`), file('other.json', '{"a": 1}'));
  await refused(/The card cannot be read/, file(`${id}.bpk`), file('other.json', 'no JSON'));
  await refused(/card cannot be read.*beyond/, file(`${id}.bpk`), card(id, { beyond: 1 }));
  await refused(/at a time/, file('a.bpk', 'a'), file('b.bpk', 'b'), file(`${id}.json`));
  await refused(/“long\.json” is larger than 4 MiB/, file('a.bpk', 'a'), file('long.json', Buffer.alloc((4 << 20) + 1, ' ')));
  await drop(p, file('poem.txt', 'roses'));
  await p.notice(/“poem\.txt” is nothing that this page opens/);
  assert.deepEqual(await p.pixels('#stage .view:not([hidden]) canvas'), before);
});

pictures('pix2pix', 'a dropped card is no sketch', {}, async (p) => {
  await p.ready();
  await drop(p, file('pix2pix-critters-l1.json'));
  await p.notice(/is a card: bring the \.bpk file/);
  await p.after(() => drop(p, file('pix2pix-critters-l1.bpk')));
  assert.equal((await p.status()).weights, 'own-1');
});
