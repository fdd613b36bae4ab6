// A run as a moving picture: trained again from step 0, with a frame every so many steps. That is done by a worker of its own and on
// pictures of its own, so the page's run stays as it is, whether the film is finished, is stopped or fails.

import { nextFrame } from '../shell/dom.js';
import { subjects, toCanvas } from './pictures.js';
import { ArenaView } from '../draw/arena.js';
import { PATIENCE, WorkerClient, WorkerLost } from '../compute/worker-client.js';

export const DELAY_MILLIS = 80;
export const LAST_MILLIS = 1500;
const SLICE_MILLIS = 200; // of training, after which it may be stopped
const NOTHING = { field: 0, fakes: 0, manifold: 0, arrows: 0, arenas: [] };

/** What a film to step `last` is made of: a picture `every` so many steps, how many there are, and how long they take. */
export function plan(last, frames) {
  const every = Math.max(1, Math.ceil(last / frames));
  const pictures = Math.ceil(last / every) + 1;
  return { every, pictures, millis: (pictures - 1) * DELAY_MILLIS + LAST_MILLIS };
}

/**
 * Trains the run of `race` again up to its present step, and gives every frame to `take(canvas, millis)`, which says how many bytes there are.
 * @param {import('../run/race.js').Race} race
 * @param {{ frames: number, scale: number, signal: AbortSignal, progress: (done: number, pictures: number, bytes: number) => void }} options
 * @param {(canvas: any, millis: number) => number | Promise<number>} take
 * @returns {Promise<boolean>} false when it was stopped
 */
export async function film(race, { frames, scale, signal, progress }, take) {
  const { engine, runner } = race;
  await runner.pause();
  const last = runner.step;
  const { every, pictures } = plan(last, frames);
  let done = 0;
  const query = await engine.query();
  const open = async () => {
    const client = new WorkerClient();
    try {
      await client.load(engine.kind === 'cpu' ? engine.module : engine.kind);
      return { client, description: await client.call('open', [engine.demo, query], PATIENCE.long) };
    } catch (error) {
      client.close();
      throw error;
    }
  };
  let { client, description } = await open();
  try {
    const screen = await screenOf(race, description);
    const draw = async (from, step) => {
      await train(client, from, step, signal);
      if (!signal.aborted) screen.show((await client.call('look', [screen.request, false])).frame);
    };
    for (let [from, step, again] = [0, 0, true]; ; [from, step] = [step, Math.min(last, step + every)]) {
      try {
        await draw(from, step);
      } catch (error) {
        if (!(error instanceof WorkerLost && again)) throw error;
        again = false;
        ({ client } = await open()); // the same run again comes to the same step
        await draw(0, step);
      }
      if (signal.aborted) return false;
      const bytes = await take(toCanvas(subjects(screen)[0], scale), step < last ? DELAY_MILLIS : LAST_MILLIS);
      done += 1;
      progress(done, pictures, bytes);
      if (step >= last) return true;
      await nextFrame();
    }
  } finally {
    client.close();
  }
}

async function train(client, from, to, signal) {
  for (let step = from; step < to && !signal.aborted; ) {
    const now = await client.call('advance', [to - step, SLICE_MILLIS, NOTHING, null], PATIENCE.long);
    if (now.fault) throw new Error(now.fault);
    ({ step } = now);
  }
}

/** An argument for `subjects`, with pictures that the page does not show. */
async function screenOf({ scene, session: { demo }, theme }, description) {
  const request = scene.request(false);
  if (scene.cards) {
    const cards = description.arenas.map((info) => new ArenaView(info, description, demo, theme, {}));
    return {
      theme,
      scene: { cards, views: scene.views },
      request: { ...request, arenas: [...cards.keys()] },
      show: (frame) => frame.arenas.forEach((data, index) => cards[index].picture.update(data)),
    };
  }
  const { Panel, ofPanels } = await import('../draw/panel.js');
  const panels = demo.panels.map((spec) => new Panel(spec, description.window, theme));
  return { theme, scene: { panels }, request, show: ({ marks }) => ofPanels(panels, marks).forEach((numbers, index) => panels[index].picture.update(numbers)) };
}
