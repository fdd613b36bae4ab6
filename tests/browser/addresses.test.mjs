// Addresses that are in other people's slides and pages go on working, whatever the pages are called now.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Pictures } from './images.mjs';
import { scenario } from './helper.mjs';

const HASHES = JSON.parse(readFileSync(new URL('../fixtures/hashes.json', import.meta.url)));

for (const [path, demo] of [['index.html', 'race'], ['lab.html', 'flow'], ['lab.html', 'members']]) {
  const { step, hash } = HASHES[demo][''];
  scenario(`${path} opens ${demo} as it always did`, { path, hash: `${demo === 'race' ? '' : `demo=${demo}&`}step=${step}` }, async (race) => {
    assert.equal((await race.reaches(step)).hash, hash);
    assert.deepEqual(await race.notices(), []);
  });
}

for (const [demo, settings] of [['dcgan', 'seed=3&count=16'], ['vae', 'side=8&seed=3'], ['pixelcnn', 'seed=3&pixel=200'], ['pix2pix', 'seed=2&patches=true']]) {
  for (const path of [`${demo}.html#${settings}`, `embed.html?demo=${demo}&${settings}`]) {
    scenario(`${path} opens ${demo} with its settings`, { path }, async (race) => {
      await race.page.waitForSelector('#status', { state: 'attached' });
      const pictures = new Pictures(race, demo);
      await pictures.ready();
      const link = await pictures.query();
      for (const [key, value] of new URLSearchParams(settings)) assert.equal(link.get(key), value, key);
      assert.deepEqual(await pictures.notices(), []);
    });
  }
}
