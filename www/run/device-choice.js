// The device of a race: what the user chose, or what `auto` finds once the CPU's time per step is known.

import { chooseDevice, probe } from '../shell/device.js';
import { setText } from '../shell/dom.js';

const AUTO_AFTER_MILLIS = 2000; // of training, by then the CPU's time per step is settled

export class DeviceChoice {
  #trainedMillis = 0;
  #decided = false; // what `auto` means

  /** @param {import('./race.js').Race} race */
  constructor(race) {
    this.race = race;
  }

  /** A session is at step 0. */
  began() {
    this.#trainedMillis = 0;
    this.#decided = false;
    this.show();
  }

  /** So many milliseconds of training have been shown; `asked`: whether the user has started the race. */
  trained(millis, asked) {
    this.#trainedMillis += millis;
    if (!this.#decided && this.race.view.device === 'auto' && asked && this.#trainedMillis > AUTO_AFTER_MILLIS) this.#decide();
  }

  async #decide() {
    this.#decided = true;
    const { engine, runner } = this.race;
    if (engine.kind !== 'cpu') return;
    this.show(await runner.exclusive(() => chooseDevice(engine, runner.stepMillis)));
  }

  /** `choice`: `auto`, `cpu` or `webgpu`. */
  async use(choice) {
    if (choice === 'auto') {
      this.#decided = false;
      this.#trainedMillis = 0;
      return this.show('Auto: the CPU is being timed…');
    }
    const { engine, runner, notices } = this.race;
    const kind = choice === 'webgpu' ? 'gpu' : 'cpu';
    if (kind === 'gpu') this.show('WebGPU is being started; this takes a while…');
    try {
      await runner.exclusive(() => engine.switchTo(kind));
      this.show(kind === 'cpu' ? 'You chose the CPU.' : chosenGpu(await probe()));
    } catch (error) {
      this.show(`${error.message} The run stays on the CPU.`);
      notices.notify(`${error.message} The run stays on the CPU.`, { kind: 'warning', key: 'device' });
    }
  }

  show(sentence) {
    const { engine, view, status, byId } = this.race;
    status.dataset.device = engine.device;
    setText(byId('device-sentence'), sentence ?? usual(engine.device, view.device));
  }
}

/** @param {{ name?: string, software?: boolean }} adapter */
const chosenGpu = ({ name, software }) => `You chose WebGPU (${name}${software ? ', emulated in software: expect it to be slower than the CPU' : ''}).`;

function usual(device, choice) {
  if (device === 'webgpu') return 'Computing with WebGPU.';
  return choice === 'auto' ? 'Computing on the CPU, which is being timed…' : 'Computing on the CPU.';
}
