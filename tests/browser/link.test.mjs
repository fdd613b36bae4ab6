// A link is a run: settings, seed, step and mid-run changes come back exactly; a hostile or broken one ends in a sentence.
import assert from 'node:assert/strict';
import { SMALL, scenario, sleep, until } from './helper.mjs';

scenario('a reload gives the same run', { hash: `${SMALL}&arenas=minimax,wasserstein-clip&density=swiss-roll&seed=42&lr-d.1=0.0007&step=15` }, async (race) => {
  const { hash } = await race.restsAt(15);
  const link = await race.link();
  const query = new URLSearchParams(link);
  assert.equal(query.get('step'), '15');
  assert.equal(query.get('seed'), '42');
  assert.equal(Number(query.get('lr-d.1')), 0.0007);
  await race.page.reload();
  assert.equal((await race.restsAt(15)).hash, hash);
  assert.equal(await race.link(), link, 'a link read is the link written');
});

scenario('mid-run changes replay to the same hash', { hash: `${SMALL}&step=10` }, async (race) => {
  await race.restsAt(10);
  await race.setControl('lr-g', '0.004');
  await until('the change in the link', async () => /lr-g/.test(await race.link()));
  await race.click('#step-both');
  await race.restsAt(11);
  await race.click('#step-d');
  await race.settled();
  await race.click('#step-both');
  const { hash } = await race.restsAt(12);
  const events = (await race.query()).get('events');
  assert.match(events, /^10\.lr-g.*:0\.004~11\.D$/);

  await race.visit(await race.link());
  assert.equal((await race.restsAt(12)).hash, hash);
  assert.equal((await race.query()).get('events'), events);

  await race.visit(`${SMALL}&step=12`);
  assert.notEqual((await race.restsAt(12)).hash, hash, 'the events did matter');
});

scenario('a link computes little without a touch', { hash: 'g-width=16&d-width=16&step=40000' }, async (race) => {
  const { step, state } = await race.when('a rest', (now) => now.state === 'paused');
  assert.equal(state, 'paused');
  assert.ok(step > 0 && step < 40_000, `stopped at ${step}`);
  await race.notice(/40,000/);
  assert.equal(await race.page.isVisible('#replay-continue'), true);
  // As a script or assistive technology presses it: a click without a pointer.
  await race.page.evaluate(() => document.querySelector('#replay-continue').click());
  await race.trained(step + 20);
  await race.click('#replay-cancel');
  const stopped = await race.settled();
  await sleep(300);
  assert.equal((await race.status()).step, stopped.step);
});

/** name, link, sentences that must be shown, and what must hold afterwards */
const BAD_LINKS = [
  ['unknown keys', `${SMALL}&nonsense=1&constructor=2&__proto__=3`, [/nonsense/]],
  ['values out of range', `${SMALL}&lr-g=-1&sigma=1e99&seed=-5&latent-dim=0`, [/Generator learning rate -1 is below/, /Sigma 1e99 is above/, /Seed/, /Latent size 0/]],
  ['NaN and infinities', `${SMALL}&sigma=NaN&radius=Infinity&lr-d=-inf`, [/sigma/i, /radius/i, /learning rate|lr-d/i]],
  ['no layers, no units', 'g-depth=0&d-width=0&batch=0', [/depth/i, /width/i, /batch/i]],
  ['too many arenas', `${SMALL}&arenas=minimax,minimax,minimax,minimax,minimax`, [/arena/i], async (race) => {
    assert.equal((await race.status()).arenas, 4);
  }],
  ['unknown objective, density and demo', `demo=zebra&arenas=socks&density=cheese`, [/socks|arenas|objective/i, /cheese|density/i]],
  ['a step beyond reach', `${SMALL}&step=1e12`, [/step/i]],
  ['a negative step', `${SMALL}&step=-4`, [/Step "-4"/]],
  ['a broken escape', `${SMALL}&step=%E0%A4%A`, [/Step/]],
  ['events without sense', `${SMALL}&events=99999999999.lr-g:0.1~x~5.D.D~~3.lr-g.9:2`, [/cannot be read/]],
  ['view keys without sense', `${SMALL}&theme=plaid&speed=99999999&device=abacus&views=<b>`, [/theme/, /speed/, /device/, /views/]],
  ['points that are none', `${SMALL}&density=drawn&points=!!!!`, [/points/i]],
  ['a megabyte of garbage', `${'x'.repeat(500_000)}&${'lr-g=1&'.repeat(71_000)}`, [/8 KiB/]],
  ['a megabyte of escapes', '%00%ff%'.repeat(150_000), [/8 KiB/]],
];
for (const [name, hash, sentences, check] of BAD_LINKS) {
  scenario(`bad link: ${name}`, { hash }, async (race) => {
    for (const sentence of sentences) await race.notice(sentence);
    await race.trained(1);
    await race.pause();
    assert.ok((await race.link()).length <= 8192);
    for (const text of await race.notices()) assert.ok(text.length < 400, `a sentence, not a dump: ${text.slice(0, 80)}`);
    await check?.(race);
  });
}

scenario('markup in a link stays text', {
  hash: `${SMALL}&density=<img src=x onerror=alert(1)>&<script>alert(2)</script>=<script>alert(3)</script>&arenas=%3Csvg%20onload%3Dalert(4)%3E&points=javascript:alert(5)&views=%22%3E%3Cimg%20src%3Dx%3E`,
}, async (race) => {
  await race.trained(1);
  await race.notice(/./);
  assert.deepEqual(await race.page.evaluate(() => [...document.querySelectorAll('#notices img, #notices script, #notices svg[onload], [src="x"], script:not([src])')].map((node) => node.outerHTML)), []);
});

scenario('the hash can change under an open page', { hash: `${SMALL}&step=4` }, async (race) => {
  const { hash } = await race.restsAt(4);
  await race.page.evaluate((next) => { location.hash = next; }, `${SMALL}&seed=9&step=6`);
  assert.notEqual((await race.restsAt(6)).hash, hash);
  assert.equal((await race.query()).get('seed'), '9');
});
