// Questions to the weights that are shown, and how long pictures take.

export class Asking {
  /** @param {import('./page.js').ExhibitPage} page */
  constructor(page) {
    this.page = page;
  }

  /** A request of a custom view. */
  async run(request, values, signal) {
    const { models, model } = this.page;
    const begin = performance.now();
    const result = await models.run(model.id, request, values, signal);
    this.#time(model.id, begin, result.images, 'run', [request, Float32Array.from(values)]);
    return result;
  }

  /** One part of one output of a view: `ask` is `{view, output, part, query, image, peers}`, `beside` what is open beside the weights meanwhile. */
  async answer(ask, beside) {
    const { models, model } = this.page;
    const begin = performance.now();
    const result = await models.answer(model.id, ask, beside);
    // Another device has nothing beside them.
    if (!beside.companions.length) this.#time(model.id, begin, result.images, 'answer', [ask.view, ask.output, ask.part, ask.query, ask.image, ask.peers]);
    return result;
  }

  #time(id, begin, images, call, args) {
    const pictures = images?.shape[0];
    if (!pictures) return;
    const millis = performance.now() - begin;
    this.page.devices.timed = { id, call, args, millis };
    this.page.status.timed(millis, pictures);
  }
}
