// Which device computes: what this browser offers, and what `auto` chooses, always with a sentence that says why.

import { milliseconds } from './format.js';

export const TRIAL_THRESHOLD_MILLIS = 25; // below this a CPU step is quick enough that a trial would not pay
const TRIAL_STEPS = 8;

/** Resolves to `{missing: sentence}` or `{software: boolean, name}`. */
export async function probe() {
  if (!navigator.gpu) {
    return {
      missing: isSecureContext ? 'This browser has no WebGPU (navigator.gpu is missing).' : 'WebGPU needs a page served over https or from localhost.',
    };
  }
  try {
    const adapter = await navigator.gpu.requestAdapter();
    if (!adapter) return { missing: 'This browser has WebGPU but offers no graphics adapter.' };
    if (!adapter.features.has('timestamp-query')) {
      return { missing: 'The graphics adapter lacks the WebGPU feature "timestamp-query", which the model code needs.' };
    }
    /** @type {any} browsers differ in what they tell */
    const info = adapter.info ?? {};
    return {
      software: Boolean(info.isFallbackAdapter ?? /** @type {any} */ (adapter).isFallbackAdapter) || /swiftshader|llvmpipe/i.test(info.architecture + info.description),
      name: info.description || [info.vendor, info.architecture].filter(Boolean).join(' ') || 'a graphics adapter',
    };
  } catch (error) {
    return { missing: `Asking for a graphics adapter failed: ${error.message}` };
  }
}

/**
 * Decides for `auto`, given the measured CPU time of a step, and moves the engine if that pays.
 * Resolves to the sentence.
 */
export async function chooseDevice(engine, cpuMillis) {
  const onCpu = `Auto chose the CPU: a step takes ${milliseconds(cpuMillis)} here`;
  if (cpuMillis <= TRIAL_THRESHOLD_MILLIS) {
    return `${onCpu}, too short for WebGPU to gain (a trial starts above ${TRIAL_THRESHOLD_MILLIS} ms).`;
  }
  if (engine.gpuBanned) return `${onCpu}; WebGPU was lost twice in this visit, so it is not tried again.`;
  const { missing, software, name } = await probe();
  if (missing) return `${onCpu}, and WebGPU cannot be tried. ${missing}`;
  if (software) return `${onCpu}; WebGPU was not tried, because its adapter (${name}) is emulated in software.`;
  try {
    const { there, moved } = await engine.trial('gpu', TRIAL_STEPS, cpuMillis);
    return moved
      ? `Auto chose WebGPU (${name}): a step takes ${milliseconds(there)} there and ${milliseconds(cpuMillis)} on the CPU.`
      : `${onCpu} and ${milliseconds(there)} on WebGPU (${name}).`;
  } catch (error) {
    return `${onCpu}; a trial of WebGPU failed: ${error.message}`;
  }
}
