// Where a finished model computes: the device that was chosen, or the one that a trial shows to be faster.

import { probe, TRIAL_THRESHOLD_MILLIS } from '../shell/device.js';
import { milliseconds } from '../shell/format.js';
import { clearNotice, notify } from '../shell/notices.js';

export class Devices {
  #tried = false;

  /** @param {import('./page.js').ExhibitPage} page */
  constructor(page) {
    this.page = page;
    this.timed = null; // the last call that made pictures, for a trial: `{id, call, args, millis}`
  }

  /** Moves to the device of a choice, or says why the page stays where it is. */
  async use(choice) {
    const { models, status } = this.page;
    const kind = choice === 'webgpu' ? 'gpu' : 'cpu';
    clearNotice('device');
    if (kind !== models.kind && kind === 'gpu') status.device('WebGPU is being started; this takes a while…');
    try {
      this.page.giveUp();
      await models.switchTo(kind);
      status.forgetPace();
      const { name, software } = kind === 'gpu' ? await probe() : {};
      this.show(kind === 'gpu' && `Computing with WebGPU (${name}${software ? ', emulated in software: expect it to be slower than the CPU' : ''}).`);
    } catch (error) {
      this.show(`${error.message} The page stays on the CPU.`);
      notify(`${error.message} The page stays on the CPU.`, { kind: 'warning', key: 'device' });
    }
  }

  /** On `auto`: WebGPU is tried once, where a picture takes long on the CPU and the adapter is real. */
  async decide() {
    const { models, status, store } = this.page;
    if (this.#tried || !this.timed || store.view.device !== 'auto' || models.kind !== 'cpu' || !(status.pace > TRIAL_THRESHOLD_MILLIS)) return;
    this.#tried = true;
    try {
      const { missing, software, name } = await probe();
      if (missing) return this.show(`Auto chose the CPU. ${missing}`);
      if (software) return this.show(`Auto chose the CPU: the graphics adapter (${name}) is emulated in software.`);
      const { timed } = this;
      const { there, moved } = await models.trial('gpu', timed, timed.millis);
      if (moved) status.forgetPace();
      this.show(
        moved
          ? `Auto chose WebGPU (${name}): ${milliseconds(there)} where the CPU takes ${milliseconds(timed.millis)}.`
          : `Auto chose the CPU: ${milliseconds(timed.millis)} where WebGPU (${name}) takes ${milliseconds(there)}.`,
      );
      if (moved && status.state !== 'ready') this.page.render();
    } catch (error) {
      this.show(`Auto chose the CPU; a trial of WebGPU failed: ${error.message}`);
    }
  }

  show(sentence) {
    const { models, status } = this.page;
    status.show({ device: models.device });
    status.device(sentence || `Computing ${models.kind === 'gpu' ? 'with WebGPU' : 'on the CPU'}.`);
  }
}
