// Runs before the rest of the page is parsed, so that the worker and the model code are fetched beside it.

import { WorkerClient } from './worker-client.js';

export const firstClient = new WorkerClient();
export const firstLoad = firstClient.load(document.documentElement.dataset.module ?? 'cpu');
firstLoad.catch(() => {}); // reported by the engine, which awaits it
