// genzoo: the step that README.md defines, through the same wasm session as the page's worker.
import { offer } from './measure.js';

// Measuring is no part of the step: it is put off as far as the catalog allows. It still happens once, at the first
// step, which is warm-up.
const ASKED = {
  arenas: 'non-saturating', density: 'gaussian-pair', 'g-activation': 'relu', 'd-activation': 'relu', 'latent-dim': 2,
  'g-depth': 2, 'd-depth': 2, optimiser: 'adam', 'lr-g': 1e-3, 'lr-d': 1e-3, beta1: 0.5, beta2: 0.999, 'critic-steps': 1,
  'measure-every': 100000,
};

const modules = new Map();
function load(backend, pkg) {
  const name = backend === 'webgpu' ? 'genzoo_gpu' : 'genzoo_cpu';
  if (!modules.has(name)) {
    modules.set(name, (async () => {
      const module = await import(`${pkg}${name}.js`);
      await module.default({ module_or_path: `${pkg}${name}_bg.wasm` });
      if (backend === 'webgpu') await module.openDevice();
      return module;
    })());
  }
  return modules.get(name);
}

const pkg = new URLSearchParams(location.search).get('pkg') ?? '/pkg/';

offer(async (backend, hidden, batch) => {
  const { Session, resolve } = await load(backend, pkg);
  const asked = { ...ASKED, 'g-width': hidden, 'd-width': hidden, batch };
  const query = new URLSearchParams(asked).toString();
  const { notes } = JSON.parse(resolve('race', query));
  if (notes.length) throw new Error(`the settings were not taken as asked: ${notes.join(' ')}`);

  const session = await Session.open('race', query);
  const train = async (steps) => {
    let left = steps;
    while (left > 0) left -= await session.advance(left, 1e9);
    const fault = session.fault();
    if (fault) throw new Error(fault);
  };
  train.dispose = () => session.free();
  return train;
});
