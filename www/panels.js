// What a race has beyond its arenas: charts, settings and the pad for points of the user's own.

export { Controls } from './controls.js';
export { Charts } from './views/charts.js';
export { DensityPad } from './views/density-pad.js';
