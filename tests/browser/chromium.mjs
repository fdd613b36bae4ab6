// How Chromium is started here; shared with bench/. No dependency, so either folder's playwright can use it.
const QUIET = [
  '--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];
// WebGPU without a graphics card, and without the browser's punishment for crashing it on purpose.
const SOFTWARE_GPU = [
  '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader', '--enable-features=Vulkan',
  '--enable-unsafe-swiftshader', '--disable-domain-blocking-for-3d-apis', '--disable-gpu-process-crash-limit',
];

export function launchOptions({ webgpu = false, args = [] } = {}) {
  return {
    executablePath: process.env.GENZOO_CHROMIUM ?? '/usr/bin/chromium',
    args: [...QUIET, ...(webgpu ? SOFTWARE_GPU : []), ...args],
  };
}

export function siteUrl() {
  const url = process.env.GENZOO_URL;
  if (!url) {
    console.error('GENZOO_URL is not set: start this through `cargo xtask`, or set it to the address where the built site is served.');
    process.exit(2);
  }
  return url.endsWith('/') ? url : `${url}/`;
}
