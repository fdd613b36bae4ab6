// The networks of a weights file as an ONNX model, layer by layer as `src/models/dcgan.rs` and `vae.rs` list them.
import { decode } from 'cborg';
import proto from 'onnx-proto';

const { AttributeProto, ModelProto, TensorProto } = proto.onnx;
const OPSET = 15;
const IR_VERSION = 8;

const HEADER_BYTES = 10;
const ALIGNMENT = 256;

const WHOLE = { stride: 1, padding: 0 };
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
const number = (name, f) => ({ name, f, type: AttributeProto.AttributeType.FLOAT });
const described = (name, shape) => ({
  name,
  type: { tensorType: { elemType: TensorProto.DataType.FLOAT, shape: { dim: shape.map((dimValue) => ({ dimValue })) } } },
});

/** A model from `z` to `images` in [0, 1], and for a DCGAN to the discriminator's `scores`. */
export function onnxModel(card, file) {
  const stored = tensors(file);
  const node = [];
  const initializer = [];
  const constant = (name, { shape, values }) => {
    initializer.push({ name, dims: shape, dataType: TensorProto.DataType.FLOAT, rawData: new Uint8Array(values.buffer) });
    return name;
  };
  const add = (opType, input, output, attribute = []) => {
    node.push({ opType, input, output: [output], attribute });
    return output;
  };
  // Layers in order; their place in the list is their name in the file.
  const network = (part, layers, x) => layers.reduce((input, { op, ...how }, i) => {
    const name = `${part}.${i}`;
    const own = (...roles) => roles.map((role) => `${name}.${role}`)
      .filter((key) => stored[key])
      .map((key) => constant(key, stored[key]));
    if (op === 'BatchNormalization') {
      return add(op, [input, ...own('gamma', 'beta', 'running-mean', 'running-variance')], name, [number('epsilon', 1e-5)]);
    }
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
  const [norm, relu, leaky, tanh] = ['BatchNormalization', 'Relu', 'LeakyRelu', 'Tanh'].map((op) => ({ op }));
  const { family, generator, networks } = card.config;
  const { latent, colours, side } = family === 'dcgan' ? { ...generator, side: 64 } : networks;
  const output = [described('images', [1, colours, side, side])];
  if (family === 'dcgan') {
    const x = network('generator', [deconv(WHOLE), norm, relu, ...upTo(3, [deconv(BY_TWO), norm, relu]), deconv(BY_TWO), tanh], 'z');
    const half = constant('half', { shape: [], values: Float32Array.of(0.5) });
    add('Add', [add('Mul', [x, half], 'halved'), half], 'images');
    const layers = [conv(BY_TWO), leaky, ...upTo(3, [conv(BY_TWO), norm, leaky]), conv(WHOLE)];
    add('Sigmoid', [network('discriminator', layers, x)], 'scores');
    output.push(described('scores', [1, 1, 1, 1]));
  } else {
    const layers = [conv(WHOLE), leaky, deconv(WHOLE), ...upTo(networks.halvings, [leaky, deconv(BY_TWO)])];
    add('Sigmoid', [network('decoder', layers, 'z')], 'images');
  }
  const graph = { name: card.id, node, initializer, input: [described('z', [1, latent, 1, 1])], output };
  return ModelProto.encode({ irVersion: IR_VERSION, opsetImport: [{ domain: '', version: OPSET }], graph }).finish();
}
