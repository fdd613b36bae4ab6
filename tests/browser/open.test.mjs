// The page opens and trains by itself, keeps to its own host and policy, and stays responsive.
import assert from 'node:assert/strict';
import { SITE, SMALL, scenario, sleep, until } from './helper.mjs';
import { startProxy } from './proxy.mjs';

scenario('two GANs race without a click', {}, async (race, t) => {
  const { arenas, device } = await race.trained(150);
  assert.equal(arenas, 2);
  assert.equal(device, 'cpu');
  assert.deepEqual(
    await race.page.evaluate(() => [...document.querySelectorAll('.arena select.objective')].map((select) => select.value)),
    ['non-saturating', 'wasserstein-gp'],
  );

  const readouts = await until('measures in both arenas', () => race.page.evaluate(() => {
    const values = [...document.querySelectorAll('.arena')].map((arena) => Object.fromEntries(
      [...arena.querySelectorAll('.readouts [data-column]')].map((dd) => [dd.dataset.column, parseFloat(dd.dataset.value)]),
    ));
    return values.every((columns) => Number.isFinite(columns.js)) && values;
  }));
  for (const columns of readouts) {
    assert.ok(columns.js >= 0 && columns.js <= Math.log(2) + 1e-6, `JS divergence ${columns.js} lies in [0, log 2]`);
    assert.ok(columns.high_quality >= 0 && columns.high_quality <= 1, `high-quality share ${columns.high_quality}`);
    assert.ok(columns.strict_modes >= 0 && columns.strict_modes <= 8, `strict modes ${columns.strict_modes}`);
  }
  for (const label of await race.page.$$eval('canvas.plot-canvas', (all) => all.map((canvas) => canvas.getAttribute('aria-label')))) {
    assert.match(label ?? '', /\d/, 'each plot says its measures in words');
  }

  const before = await race.status();
  const frames = await race.page.evaluate(async () => {
    const start = performance.now();
    let count = 0;
    while (performance.now() - start < 2000) {
      await new Promise(requestAnimationFrame);
      count += 1;
    }
    return (count * 1000) / (performance.now() - start);
  });
  const after = await race.status();
  assert.ok(after.step > before.step, 'training goes on meanwhile');
  assert.ok(after.frames > before.frames, 'pictures are drawn meanwhile');
  t.diagnostic(`${frames.toFixed(0)} frames/s, ${((after.step - before.step) / 2).toFixed(0)} steps/s`);
  // A rate tells of the machine as much as of the page, and `cargo xtask bench frames` measures it; this only sees
  // a page at rest.
  assert.ok(frames > 5, `${frames.toFixed(1)} frames per second`);
});

scenario('the policy is in force', { hash: SMALL, expectedErrors: [/Content Security Policy|TrustedScript/] }, async (race) => {
  const meta = await race.page.getAttribute('meta[http-equiv="Content-Security-Policy"]', 'content');
  const header = (await fetch(SITE)).headers.get('content-security-policy');
  for (const policy of [meta, header]) {
    assert.match(policy ?? '', /default-src 'none'/);
    assert.match(policy ?? '', /require-trusted-types-for 'script'/);
    assert.doesNotMatch(policy ?? '', /unsafe-inline|'unsafe-eval'|https?:/);
  }
  const blocked = await race.page.evaluate(() => {
    const script = document.createElement('script');
    const violation = new Promise((resolve) => document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective)));
    try {
      script.text = 'window.injected = true';
    } catch {
      return 'trusted types';
    }
    document.head.append(script);
    return violation;
  });
  assert.match(blocked, /script-src|trusted types/);
  assert.equal(await race.page.evaluate(() => window.injected), undefined);
});

scenario('text becomes no markup and no script of a worker', { hash: SMALL, expectedErrors: [/TrustedHTML|TrustedScriptURL|TrustedTypePolicy|Content Security Policy/] }, async (race) => {
  const refused = await race.page.evaluate(() => {
    const tries = {
      markup: () => { document.createElement('p').innerHTML = '<b>bold</b>'; },
      'a worker of another host': () => new Worker('https://example.org/worker.js'),
      'a second policy': () => window.trustedTypes.createPolicy('other', {}),
      'a page to search': () => new DOMParser().parseFromString('<p>text</p>', 'text/html'),
    };
    return Object.keys(tries).filter((name) => { try { tries[name](); return false; } catch { return true; } });
  });
  assert.deepEqual(refused, ['markup', 'a worker of another host', 'a second policy']);
});

scenario('no debug globals, no markup from state', { hash: SMALL }, async (race) => {
  await race.trained(1);
  const own = await race.page.evaluate(() => {
    const frame = document.createElement('iframe');
    document.body.append(frame);
    const plain = new Set(Object.getOwnPropertyNames(frame.contentWindow));
    frame.remove();
    const ids = new Set([...document.querySelectorAll('[id]')].map((node) => node.id));
    return Object.getOwnPropertyNames(window).filter((name) => !plain.has(name) && !ids.has(name) && !/^\d+$/.test(name));
  });
  assert.deepEqual(own.filter((name) => !/playwright|^__pw/i.test(name)), []);
});

const inSubPath = async () => (await startProxy(SITE, { prefix: '/some/deep/path' })).url;
scenario('works from any sub-path', { site: inSubPath }, async (race) => {
  await race.trained(20);
});

scenario('a hidden tab rests', {}, async (race) => {
  await race.trained(5);
  const show = (visibility) => race.page.evaluate((value) => {
    Object.defineProperty(document, 'visibilityState', { value, configurable: true });
    Object.defineProperty(document, 'hidden', { value: value === 'hidden', configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, visibility);
  await show('hidden');
  await sleep(700); // what was under way may end
  const { step } = await race.status();
  await sleep(700);
  assert.equal((await race.status()).step, step);
  await show('visible');
  await race.trained(step + 5);
});
