// jax-js: the step that README.md defines, both updates in one jitted function.
// Arrays are consumed by use; `.ref` keeps one for another use.
import { defaultDevice, grad, init, jit, nn, numpy as np, random, tree } from '/node_modules/@jax-js/jax/dist/index.js';
import { offer } from './measure.js';

const LEARNING_RATE = 1e-3;
const BETA1 = 0.5;
const BETA2 = 0.999;
const EPSILON = 1e-7;

const forward = ({ w1, b1, w2, b2, w3, b3 }, x) => {
  const first = nn.relu(np.matmul(x, w1).add(b1));
  const second = nn.relu(np.matmul(first, w2).add(b2));
  return np.matmul(second, w3).add(b3);
};
const judgedReal = (logits) => nn.softplus(logits.neg()).mean();
const judgedFake = (logits) => nn.softplus(logits).mean();

function adam({ weights, mean, square }, gradient, correction1, correction2) {
  const next = { weights: {}, mean: {}, square: {} };
  for (const name of Object.keys(weights)) {
    const g = gradient[name];
    const m = mean[name].mul(BETA1).add(g.ref.mul(1 - BETA1));
    const v = square[name].mul(BETA2).add(g.ref.mul(g).mul(1 - BETA2));
    const denominator = np.sqrt(v.ref.div(correction2.ref)).add(EPSILON);
    const update = m.ref.div(correction1.ref).div(denominator).mul(LEARNING_RATE);
    next.weights[name] = weights[name].sub(update);
    next.mean[name] = m;
    next.square[name] = v;
  }
  correction1.dispose();
  correction2.dispose();
  return next;
}

const trainStep = jit((g, d, real, z1, z2, correction1, correction2) => {
  const fake = forward(tree.ref(g.weights), z1);
  const lossD = (weights) =>
    judgedReal(forward(tree.ref(weights), real)).add(judgedFake(forward(weights, fake)));
  const gradientD = grad(lossD)(tree.ref(d.weights));
  const nextD = adam(d, gradientD, correction1.ref, correction2.ref);
  const lossG = (weights) => judgedReal(forward(tree.ref(nextD.weights), forward(weights, z2)));
  const gradientG = grad(lossG)(tree.ref(g.weights));
  const nextG = adam(g, gradientG, correction1, correction2);
  return [nextG, nextD];
});

offer(async (backend, hidden, batch) => {
  if (!(await init(backend)).includes(backend)) throw new Error(`jax-js cannot use ${backend} here`);
  defaultDevice(backend);

  let key = random.key(0);
  const nextKey = () => {
    const pair = random.split(key, 2);
    key = pair.ref.slice(1);
    return pair.slice(0);
  };
  const normal = () => random.normal(nextKey(), [batch, 2]);
  const weight = (inputs, outputs) => {
    const bound = 1 / Math.sqrt(inputs);
    return random.uniform(nextKey(), [inputs, outputs], { minval: -bound, maxval: bound });
  };
  const model = (outputs) => {
    const weights = {
      w1: weight(2, hidden), b1: np.zeros([hidden]),
      w2: weight(hidden, hidden), b2: np.zeros([hidden]),
      w3: weight(hidden, outputs), b3: np.zeros([outputs]),
    };
    const zeros = () => tree.map((a) => np.zeros(a.shape), weights);
    return { weights, mean: zeros(), square: zeros() };
  };

  let generator = model(2);
  let discriminator = model(1);
  let done = 0;
  const step = () => {
    done += 1;
    [generator, discriminator] = trainStep(
      generator, discriminator, normal().mul(0.3).add(1), normal(), normal(),
      np.array(1 - BETA1 ** done), np.array(1 - BETA2 ** done),
    );
  };

  const train = async (steps) => {
    for (let i = 0; i < steps; i++) step();
    await generator.weights.b3.ref.data();
  };
  train.dispose = () => tree.dispose([generator, discriminator, key]);
  return train;
});
