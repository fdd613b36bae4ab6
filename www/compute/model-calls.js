// What a worker answers with finished models. It is fetched with a module that has them.

/** Calls by name, of a started module; each takes its number first. */
export function modelCalls(api) {
  const models = new Map(); // by the id of their weights
  return {
    resolveExhibit: (_, exhibit, query) => JSON.parse(api.resolveExhibit(exhibit, query)),

    /** Opens weights of an exhibit from their card and file; those that are open under this id stay until these are. `place` is where the file is kept. */
    async openModel(_, exhibit, id, card, file, place = null) {
      const opened = await api.Explorer.open(exhibit, card, new Uint8Array(await file.arrayBuffer()));
      models.get(id)?.free();
      models.set(id, opened);
      if (place) await keep(place, file);
      return JSON.parse(opened.describe());
    },

    /** Opens further weights beside those of `id`, for views that compare. */
    async addModel(_, id, card, file, place = null) {
      await models.get(id).add(card, new Uint8Array(await file.arrayBuffer()));
      if (place) await keep(place, file);
    },

    closeModel(_, id) {
      models.get(id)?.free();
      models.delete(id);
    },

    /** The answer, and how long it took; with the hash of what the model holds where it holds something. */
    async run(_, id, request, values) {
      const model = models.get(id);
      const begin = performance.now();
      const answer = await model.run(JSON.stringify(request), values);
      return { ...answer, millis: performance.now() - begin, hash: model.hash() };
    },

    /** One part of one output of a view, under the settings of `query`. */
    answer: (_, id, view, output, part, query, image = new Float32Array(), peers = '') => models.get(id).answer(view, output, part, query, image, peers),

    /** How many units of a trial's work are done in a second; the first try is not timed. */
    async time(_, id, trial) {
      const model = models.get(id);
      await model.work(trial);
      const begin = performance.now();
      const units = await model.work(trial);
      return (1000 * units) / (performance.now() - begin);
    },
  };
}

/** Keeps a file for visits without a network, where there is room. */
async function keep({ cache, url }, file) {
  try {
    await (await caches.open(cache)).put(url, new Response(file, { headers: { 'content-type': 'application/octet-stream' } }));
  } catch {
    // The next visit downloads again.
  }
}
