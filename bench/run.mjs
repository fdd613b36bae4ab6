// genzoo against its peers, and the page against its promises. See README.md for what is measured and how.
//
//   node run.mjs [speed|webgpu|load|memory|frames|embeds|faults|images|pixels|strokes|score ...] [--quick] [--json] [--minutes N] [--pkg /pkg/,/other/]
//
// GENZOO_URL is the address of a server with the built site at /, this folder at /bench/ and its
// node_modules at /node_modules/; `cargo xtask bench` provides one.
import os from 'node:os';
import { parseArgs } from 'node:util';
import { siteUrl } from '../tests/browser/chromium.mjs';
import { speed } from './modes/speed.mjs';
import { webgpu } from './modes/webgpu.mjs';
import { load } from './modes/load.mjs';
import { memory } from './modes/memory.mjs';
import { embeds } from './modes/embeds.mjs';
import { faults } from './modes/faults.mjs';
import { frames } from './modes/frames.mjs';
import { images } from './modes/images.mjs';
import { pixels } from './modes/pixels.mjs';
import { score } from './modes/score.mjs';
import { strokes } from './modes/strokes.mjs';

const MODES = { speed, webgpu, load, memory, frames, embeds, faults, images, pixels, strokes, score };

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    ...Object.fromEntries(Object.keys(MODES).map((name) => [name, { type: 'boolean' }])),
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    minutes: { type: 'string', default: '1' },
    pkg: { type: 'string', default: '/pkg/' },
  },
});

const wanted = [...positionals, ...Object.keys(MODES).filter((name) => options[name])];
const unknown = wanted.filter((name) => !MODES[name]);
if (unknown.length) {
  console.error(`There is no measurement called ${unknown.join(', ')}; there are ${Object.keys(MODES).join(', ')}.`);
  process.exit(2);
}

const context = {
  url: siteUrl(),
  quick: options.quick,
  minutes: Number(options.minutes),
  packages: options.pkg.split(','),
  // Progress goes to stderr so that stdout holds the result alone.
  say: (line) => process.stderr.write(`${line}\n`),
};
const results = {};
for (const name of wanted.length ? wanted : ['speed', 'load', 'frames']) {
  const started = os.loadavg()[0];
  const { table, ...figures } = await MODES[name](context);
  results[name] = { ...figures, loadAverage: [started, os.loadavg()[0]] };
  if (options.json) continue;
  console.log(`\n## ${name} (load average ${started.toFixed(1)} before, ${os.loadavg()[0].toFixed(1)} after)\n`);
  console.log(table);
}
if (options.json) console.log(JSON.stringify({ cores: os.cpus().length, cpu: os.cpus()[0].model, results }, null, 2));
