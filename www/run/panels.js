// The panels of a race beside its arenas: charts, settings and the pad for points of the user's own.

export { Controls } from '../shell/controls.js';
export { Charts } from '../draw/charts.js';
export { DensityPad } from '../draw/density-pad.js';
