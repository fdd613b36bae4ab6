// The panels of a race beside its arenas: charts and settings.

export { Controls } from '../shell/controls.js';
export { Charts } from '../draw/charts.js';
