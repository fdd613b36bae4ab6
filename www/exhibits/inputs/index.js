// A piece for each kind of input that stands in the view; those of the bar are in bar.js. A piece is
// `{spec, node, place, opened?(model), show?(values), prepare?(signal), answered?(output, answer), drawn?(), entered?(asked)}`; one that a person draws on has
// `version` and `values()` too.

import { Directions } from './directions.js';
import { ImagePad } from './image.js';
import { Latent } from './latent.js';
import { Over } from './over.js';
import { Peers } from './peers.js';
import { Picks } from './picks.js';
import { Place } from './place.js';
import { Plane } from './plane.js';
import { Play } from './play.js';
import { Sketch } from './sketch.js';

export const INPUTS = {
  picks: Picks,
  plane: Plane,
  latent: Latent,
  directions: Directions,
  image: ImagePad,
  place: Place,
  play: Play,
  sketch: Sketch,
  over: Over,
  peers: Peers,
};
