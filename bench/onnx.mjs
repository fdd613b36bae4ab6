// The networks of a weights file as an ONNX model, layer by layer as `src/models/dcgan.rs`, `vae.rs`, `pix2pix.rs` and `pixelcnn.rs` list them.
import { decode } from 'cborg';
import proto from 'onnx-proto';

const { AttributeProto, ModelProto, TensorProto } = proto.onnx;
const OPSET = 15;
const IR_VERSION = 8;

const HEADER_BYTES = 10;
const ALIGNMENT = 256;

const WHOLE = { stride: 1, padding: 0 };
const SKETCH = 5; // channels
const BY_TWO = { stride: 2, padding: 1 };
const upTo = (n, layers) => Array.from({ length: n }, () => layers).flat();

/** A finite half-precision number from its bits. */
function half(bits) {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const size = exponent ? (1024 + fraction) * 2 ** (exponent - 25) : fraction * 2 ** -24;
  return bits >> 15 ? -size : size;
}

/** Every tensor of a burnpack by name: `{ shape, values }`. */
function tensors(file) {
  const bytes = Buffer.from(file);
  const length = bytes.readUInt32LE(HEADER_BYTES - 4);
  const { tensors } = decode(bytes.subarray(HEADER_BYTES, HEADER_BYTES + length));
  const data = Math.ceil((HEADER_BYTES + length) / ALIGNMENT) * ALIGNMENT;
  return Object.fromEntries(Object.entries(tensors).map(([name, { dtype, shape, data_offsets: [start, end] }]) => {
    if (dtype !== 'F16') throw new Error(`${name} is ${dtype}, not half precision`);
    const values = Float32Array.from({ length: (end - start) / 2 }, (_, i) => half(bytes.readUInt16LE(data + start + 2 * i)));
    return [name, { shape, values }];
  }));
}

const numbers = (name, ints) => ({ name, ints, type: AttributeProto.AttributeType.INTS });
const integer = (name, i) => ({ name, i, type: AttributeProto.AttributeType.INT });
const number = (name, f) => ({ name, f, type: AttributeProto.AttributeType.FLOAT });
const described = (name, shape) => ({
  name,
  type: { tensorType: { elemType: TensorProto.DataType.FLOAT, shape: { dim: shape.map((dimValue) => ({ dimValue })) } } },
});

/** What both kinds of graph are put together from. */
function builder(card, file) {
  const stored = tensors(file);
  const node = [];
  const initializer = [];
  const keep = (name, dims, dataType, values) => {
    initializer.push({ name, dims, dataType, rawData: new Uint8Array(values.buffer) });
    return name;
  };
  return {
    stored,
    constant: (name, { shape, values }) => keep(name, shape, TensorProto.DataType.FLOAT, values),
    integers: (name, values) => keep(name, [values.length], TensorProto.DataType.INT64, BigInt64Array.from(values, BigInt)),
    add(opType, input, output, attribute = []) {
      node.push({ opType, input, output: [output].flat(), attribute });
      return output;
    },
    finish(input, output) {
      const graph = { name: card.id, node, initializer, input, output };
      return ModelProto.encode({ irVersion: IR_VERSION, opsetImport: [{ domain: '', version: OPSET }], graph }).finish();
    },
  };
}

/** A model from `z` (for a U-Net a sketch) to `images` in [0, 1], and for a DCGAN to the discriminator's `scores`. */
export function onnxModel(card, file) {
  const { stored, constant, add, finish } = builder(card, file);
  const kept = [];
  // Layers in order; their place in the list is their name in the file.
  const network = (part, layers, x) => layers.reduce((input, { op, ...how }, i) => {
    const name = `${part}.${i}`;
    const own = (...roles) => roles.map((role) => `${name}.${role}`)
      .filter((key) => stored[key])
      .map((key) => constant(key, stored[key]));
    if (op === 'BatchNormalization') {
      return add(op, [input, ...own('gamma', 'beta', 'running-mean', 'running-variance')], name, [number('epsilon', 1e-5)]);
    }
    if (op === 'Keep') kept.push(input);
    if (op === 'Keep' || op === 'Dropout') return input; // without noise
    if (op === 'Join') return add('Concat', [input, kept.pop()], name, [integer('axis', 1)]);
    if (op === 'LeakyRelu') return add(op, [input], name, [number('alpha', 0.2)]);
    if (!op.startsWith('Conv')) return add(op, [input], name);
    const { stride, padding } = how;
    return add(op, [input, ...own('weight', 'bias')], name, [
      numbers('kernel_shape', stored[`${name}.weight`].shape.slice(2)),
      numbers('strides', [stride, stride]), numbers('pads', [padding, padding, padding, padding]),
    ]);
  }, x);

  const conv = (how) => ({ op: 'Conv', ...how });
  const deconv = (how) => ({ op: 'ConvTranspose', ...how });
  const [norm, relu, leaky, tanh, keep, join, dropout] = ['BatchNormalization', 'Relu', 'LeakyRelu', 'Tanh', 'Keep', 'Join', 'Dropout'].map((op) => ({ op }));
  const { family, generator, networks } = card.config;
  const toUnit = (x) => {
    const half = constant('half', { shape: [], values: Float32Array.of(0.5) });
    add('Add', [add('Mul', [x, half], 'halved'), half], 'images');
  };
  if (family === 'pix2pix') {
    const { side, halvings, skips, dropout: noisy } = generator;
    const layers = [conv(BY_TWO)];
    for (let depth = 2; depth <= halvings; depth += 1) layers.push(...(skips ? [keep] : []), leaky, conv(BY_TWO), ...(depth < halvings ? [norm] : []));
    for (let depth = halvings - 1; depth > 0; depth -= 1) layers.push(relu, deconv(BY_TWO), norm, ...(halvings - depth <= noisy ? [dropout] : []), ...(skips ? [join] : []));
    toUnit(network('generator', [...layers, relu, deconv(BY_TWO), tanh], 'z'));
    return finish([described('z', [1, SKETCH, side, side])], [described('images', [1, 3, side, side])]);
  }
  const { latent, colours, side } = family === 'dcgan' ? { ...generator, side: 64 } : networks;
  const output = [described('images', [1, colours, side, side])];
  if (family === 'dcgan') {
    const x = network('generator', [deconv(WHOLE), norm, relu, ...upTo(3, [deconv(BY_TWO), norm, relu]), deconv(BY_TWO), tanh], 'z');
    toUnit(x);
    const layers = [conv(BY_TWO), leaky, ...upTo(3, [conv(BY_TWO), norm, leaky]), conv(WHOLE)];
    add('Sigmoid', [network('discriminator', layers, x)], 'scores');
    output.push(described('scores', [1, 1, 1, 1]));
  } else {
    const layers = [conv(WHOLE), leaky, deconv(WHOLE), ...upTo(networks.halvings, [leaky, deconv(BY_TWO)])];
    add('Sigmoid', [network('decoder', layers, 'z')], 'images');
  }
  return finish([described('z', [1, latent, 1, 1])], output);
}

/** A PixelCNN of one colour, from an image `x` in [-1, 1] to the `logits` of every pixel; a conditional one is told label 0. */
export function onnxPixels(card, file) {
  const { kind, layers, kernel, colours, side, levels, labels } = card.config.network;
  if (colours !== 1 || !['gated', 'plain'].includes(kind)) throw new Error(`${card.id}: no such network is written here`);
  const { stored, constant, integers, add, finish } = builder(card, file);
  const own = (role, layer) => constant(`${layer}.${role}`, stored[`network.${layer}.${role}`]);
  let layer = 0; // in the order of the file
  let name = 0;
  const next = () => `step.${(name += 1)}`;

  // A window that ends above or left of its pixel sees the image moved by one.
  const window = (input, rows, columns) => {
    const cut = [rows[1] < 0 ? -1 : side, columns[1] < 0 ? -1 : side];
    const at = layer;
    layer += 1;
    const x = cut[0] + cut[1] === 2 * side ? input
      : add('Slice', [input, integers(`${at}.from`, [0, 0]), integers(`${at}.to`, cut), integers(`${at}.axes`, [2, 3])], next());
    const biased = stored[`network.${at}.bias`] ? [own('bias', at)] : [];
    return add('Conv', [x, own('weight', at), ...biased], next(), [
      numbers('kernel_shape', stored[`network.${at}.weight`].shape.slice(2)),
      numbers('pads', [-rows[0], -columns[0], 0, Math.max(0, columns[1])]),
    ]);
  };
  const pixel = (input) => window(input, [0, 0], [0, 0]);
  const sum = (a, b) => add('Add', [a, b], next());
  const relu = (a) => add('Relu', [a], next());
  const labelled = (a) => {
    if (!labels) return a;
    const { shape: [outputs], values } = stored[`network.${layer}.weight`];
    const first = Float32Array.from({ length: outputs }, (_, output) => values[output * labels]);
    const told = constant(`label.${layer}`, { shape: [1, outputs, 1, 1], values: first });
    layer += 1;
    return sum(a, told);
  };
  const gate = (a) => {
    const [left, right] = add('Split', [a], [next(), next()], [integer('axis', 1)]);
    return add('Mul', [add('Tanh', [left], next()), add('Sigmoid', [right], next())], next());
  };
  const [far, reach] = [3, kernel >> 1];
  const masked = (input, by, centre) => {
    const left = window(input, [0, 0], [-by, centre ? 0 : -1]);
    return by ? sum(left, window(input, [-by, -1], [-by, by])) : left;
  };

  let x;
  if (kind === 'gated') {
    let vertical = window('x', [-far, -1], [-far, far]);
    x = window('x', [0, 0], [-far, -1]);
    for (let block = 0; block < layers; block += 1) {
      vertical = gate(labelled(window(vertical, [-reach, 0], [-reach, reach])));
      const above = pixel(vertical);
      x = sum(x, pixel(gate(labelled(sum(window(x, [0, 0], [-reach, 0]), above)))));
    }
  } else {
    x = masked('x', far, false);
    for (let block = 0; block < layers; block += 1) {
      const inside = labelled(masked(relu(pixel(relu(x))), reach, true));
      x = sum(x, pixel(relu(inside)));
    }
  }
  add('Identity', [pixel(relu(pixel(relu(x))))], 'logits');
  return finish([described('x', [1, 1, side, side])], [described('logits', [1, levels, side, side])]);
}
