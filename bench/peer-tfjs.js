// TensorFlow.js: the step that README.md defines.
import { offer } from './measure.js';

const { tf } = globalThis;

function dense(inputs, outputs) {
  const bound = 1 / Math.sqrt(inputs);
  return [tf.variable(tf.randomUniform([inputs, outputs], -bound, bound)), tf.variable(tf.zeros([outputs]))];
}

const network = (hidden, outputs) => [dense(2, hidden), dense(hidden, hidden), dense(hidden, outputs)];

const forward = (layers, x) =>
  layers.reduce((h, [w, b], i) => {
    const out = tf.add(tf.matMul(h, w), b);
    return i < layers.length - 1 ? tf.relu(out) : out;
  }, x);

offer(async (backend, hidden, batch) => {
  if (backend === 'wasm') tf.wasm.setWasmPaths('/node_modules/@tensorflow/tfjs-backend-wasm/dist/');
  if (!(await tf.setBackend(backend))) throw new Error(`tfjs cannot use ${backend} here`);
  await tf.ready();

  const generator = network(hidden, 2);
  const discriminator = network(hidden, 1);
  const optimiserG = tf.train.adam(1e-3, 0.5);
  const optimiserD = tf.train.adam(1e-3, 0.5);
  const noise = () => tf.randomNormal([batch, 2]);
  const judgedReal = (x) => tf.mean(tf.softplus(tf.neg(forward(discriminator, x))));
  const judgedFake = (x) => tf.mean(tf.softplus(forward(discriminator, x)));

  let loss;
  const step = () => {
    loss?.dispose();
    loss = tf.tidy(() => {
      const real = tf.randomNormal([batch, 2], 1, 0.3);
      const fake = forward(generator, noise());
      optimiserD.minimize(() => tf.add(judgedReal(real), judgedFake(fake)), false, discriminator.flat());
      const z = noise();
      return optimiserG.minimize(() => judgedReal(forward(generator, z)), true, generator.flat());
    });
  };

  const train = async (steps) => {
    for (let i = 0; i < steps; i++) step();
    await loss.data();
  };
  train.dispose = () => {
    loss.dispose();
    tf.dispose([generator, discriminator]);
    optimiserG.dispose();
    optimiserD.dispose();
  };
  return train;
});
