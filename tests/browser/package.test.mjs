// The npm package: whole, typed, and enough by itself.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { file, html, when } from './embed.mjs';
import { SMALL, scenario, until } from './helper.mjs';

const PKG = fileURLToPath(new URL('../../pkg/', import.meta.url));
const TSC = fileURLToPath(new URL('./node_modules/typescript/bin/tsc', import.meta.url));

const packed = () => JSON.parse(execFileSync('npm', ['pack', '--dry-run', '--json'], { cwd: PKG, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))[0].files.map(({ path }) => path);

test('everything that its entries name is in the package', () => {
  const files = new Set(packed());
  const { exports } = JSON.parse(readFileSync(join(PKG, 'package.json'), 'utf8'));
  const named = Object.values(exports).flatMap((entry) => (typeof entry === 'string' ? [entry] : Object.values(entry))).map((path) => path.slice(2));
  const built = named.filter((path) => existsSync(join(PKG, path)) || /genzoo_(cpu|images)/.test(path));
  for (const path of built) assert.ok(files.has(path), path);
  for (const script of [...files].filter((path) => path.endsWith('.js') && !path.startsWith('vendor/'))) {
    for (const [, target] of readFileSync(join(PKG, script), 'utf8').matchAll(/(?:from|import\(|new URL\()\s*'(\.[^']+)'/g)) {
      const path = new URL(target, `file:///${script}`).pathname.slice(1);
      assert.ok(files.has(path), `${script} names ${target}`);
    }
  }
  assert.ok(![...files].some((path) => /entries\/race\.js|^index\.html|^weights\//.test(path)), 'no more than is needed');
});

const CONSUMER = `
import { connect, mount, type State } from 'genzoo';
const race = mount(document.body, { demo: 'race', settings: { seed: 3, 'lr-g.1': 0.001 }, controls: 'full', lock: ['seed'], autoplay: true });
race.addEventListener('metrics', ({ detail }) => { const js: number | undefined = detail.rows[0]?.values.js; console.log(js, detail.step); });
const element = document.createElement('gen-zoo');
const remote = connect(document.querySelector('iframe')!);
remote.addEventListener('state', ({ detail }) => console.log(detail.state === 'paused', detail.sentence));
const both: Promise<State>[] = [element.state(), remote.state()];
console.log(both, race.step(10), remote.set('seed', 4));
// @ts-expect-error: not a level of controls
mount(document.body, { controls: 'some' });
`;
test('its types hold for a program that uses it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'genzoo-types-'));
  try {
    writeFileSync(join(folder, 'program.ts'), CONSUMER);
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({
      compilerOptions: { strict: true, noEmit: true, module: 'esnext', moduleResolution: 'bundler', target: 'es2022', lib: ['es2022', 'dom'], types: [], paths: { genzoo: [join(PKG, 'genzoo.d.ts')] } },
      files: ['program.ts'],
    }));
    execFileSync(process.execPath, [TSC, '-p', folder], { encoding: 'utf8' });
  } catch (error) {
    assert.fail(error.stdout || String(error));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** A host that has the package, the weights in its folder, and one page. */
async function packageHost() {
  const page = `<script type="importmap">{ "imports": { "genzoo": "./node_modules/genzoo/genzoo.js" } }</script>
    <script type="module">import { mount } from 'genzoo'; mount(document.body, { demo: 'race', settings: '${SMALL}&step=3' });</script>
    <iframe title="race" src="node_modules/genzoo/embed.html?${SMALL}&step=3"></iframe>
    <iframe title="DCGAN" src="node_modules/genzoo/embed.html?demo=dcgan&count=8"></iframe>`;
  const server = createServer(({ url }, response) => {
    const { pathname } = new URL(url, 'http://host');
    const found = pathname === '/host.html' ? html(page.replace('document.body', 'document.body.appendChild(document.createElement("div"))'))
      : file(join(PKG, pathname.replace('/node_modules/genzoo/', ''))) ?? file(join(PKG, '..', pathname.replace('/node_modules/genzoo/weights/', 'weights/')));
    return found ? response.writeHead(200, { 'content-type': found.type }).end(found.body) : response.writeHead(404).end();
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  server.unref();
  return `http://127.0.0.1:${server.address().port}/`;
}
scenario('the package alone shows a race, and with weights a finished model', { site: packageHost, path: 'host.html' }, async ({ page }) => {
  await when(page, 'step 3', ({ step, restsAt }) => step === 3 && restsAt === '3');
  const inside = page.frames().find((frame) => frame.url().includes('embed.html'));
  await when(inside, 'step 3 in the frame', ({ step, restsAt }) => step === 3 && restsAt === '3');
  const model = page.frames().find((frame) => frame.url().includes('dcgan'));
  await until('a wall', () => model.evaluate(() => document.querySelectorAll('.tile canvas[data-drawn]').length === 8 && document.querySelector('.poster').hidden));
});
