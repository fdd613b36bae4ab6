//! Steps against their definitions, gradients against finite differences, and random networks for tests elsewhere.

use super::*;
use crate::rng::{Purpose, normal, stream, uniform};
use proptest::prelude::*;

/// Index arithmetic straight from the definition: `y[o, i, j] = b[o] + sum w[o, c, u, v] x[c, s i + u - p, s j + v - p]`.
fn naive(c: Conv, w: &[f32], b: &[f32], x: &[f32], side: usize) -> Vec<f32> {
    let out = (side + 2 * c.padding - c.kernel) / c.stride + 1;
    let mut y = vec![0.0; c.outputs * out * out];
    for (at, y) in y.iter_mut().enumerate() {
        let (o, i, j) = (at / (out * out), at / out % out, at % out);
        *y = b[o];
        for k in 0..c.inputs * c.kernel * c.kernel {
            let (ch, u, v) = (
                k / (c.kernel * c.kernel),
                k / c.kernel % c.kernel,
                k % c.kernel,
            );
            let (r, s) = (c.stride * i + u, c.stride * j + v);
            let inside = (c.padding..side + c.padding).contains(&r)
                && (c.padding..side + c.padding).contains(&s);
            if inside {
                *y += w[o * c.inputs * c.kernel * c.kernel + k]
                    * x[(ch * side + r - c.padding) * side + s - c.padding];
            }
        }
    }
    y
}

fn draw(index: u64, n: usize) -> Vec<f32> {
    normal(&mut stream(3, Purpose::Measure, index), n)
}

fn close(a: &[f32], b: &[f32], tolerance: f32) {
    assert_eq!(a.len(), b.len());
    for (a, b) in a.iter().zip(b) {
        assert!(
            (a - b).abs() < tolerance * (1.0 + b.abs()),
            "{a} against {b}"
        );
    }
}

fn values<const D: usize>(t: Tensor<D>) -> Vec<f32> {
    t.into_data().try_to_vec().unwrap()
}

const TAPS: Taps = Taps::new(4, 2, 1);

/// One step after an input.
fn single(channels: usize, step: impl Fn(&mut Builder, usize) -> usize) -> Architecture {
    let mut b = Builder::new();
    let x = b.input(Side::Image, channels);
    let y = step(&mut b, x);
    b.build(y)
}

#[test]
fn a_convolution_is_its_definition() {
    let device = Device::flex();
    let net = single(2, |b, x| b.conv(x, 3, TAPS, true));
    let conv = net.steps()[1].op;
    let Op::Conv(conv) = conv else {
        unreachable!("{conv:?}")
    };
    let parameters = draw(0, net.parameters());
    let x = draw(1, 2 * 8 * 8);
    let out = net
        .with(
            &vector(parameters.clone(), &device),
            &Tensor::zeros([0], &device),
        )
        .forward(images(x.clone(), [2, 8, 8], &device));
    let (w, b) = parameters.split_at(3 * 2 * 16);
    close(&values(out), &naive(conv, w, b, &x, 8), 1e-4);
}

#[test]
fn a_transposed_convolution_is_the_adjoint_of_the_convolution() {
    // <conv(x), y> = <x, deconv(y)> with the same weights and no bias.
    let device = Device::flex();
    let conv = single(2, |b, x| b.conv(x, 3, TAPS, false));
    let deconv = single(3, |b, x| b.conv_transpose(x, 2, TAPS, false));
    let parameters = vector(draw(0, conv.parameters()), &device);
    let none = Tensor::zeros([0], &device);
    let (x, y) = (draw(1, 2 * 64), draw(2, 3 * 16));
    let there = values(conv.with(&parameters, &none).forward(images(
        x.clone(),
        [2, 8, 8],
        &device,
    )));
    let back = values(deconv.with(&parameters, &none).forward(images(
        y.clone(),
        [3, 4, 4],
        &device,
    )));
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    close(&[dot(&there, &y)], &[dot(&x, &back)], 1e-4);
}

#[test]
fn gradients_agree_with_finite_differences_through_batch_normalisation() {
    let device = Device::flex();
    let net = single(2, |b, x| {
        let h = b.conv(x, 3, TAPS, true);
        let h = b.leaky_relu(h);
        let h = b.conv_transpose(h, 2, TAPS, true);
        let h = b.batch_norm(h);
        b.tanh(h)
    });
    let state = net.init(Init::He, &mut stream(1, Purpose::InitGenerator, 0));
    let x = images(draw(1, 3 * 2 * 64), [2, 8, 8], &device);
    let weight = images(draw(2, 3 * 2 * 64), [2, 8, 8], &device);
    let loss = |parameters: Vec<f32>| {
        let network = net.with(
            &vector(parameters, &device),
            &vector(state.statistics.clone(), &device),
        );
        let (y, _) = network.forward_training(x.clone());
        f64::from(values((y * weight.clone()).sum())[0])
    };
    let [parameters, statistics] = state.to_device(&device);
    let network = net.with(&parameters, &statistics).tracked();
    let (y, _) = network.forward_training(x.clone().autodiff());
    let total = (y * weight.clone().autodiff()).sum();
    let gradient = values(network.gradients(&mut total.backward()));
    let scale = gradient.iter().fold(0.0f32, |m, g| m.max(g.abs()));
    for i in (0..gradient.len()).step_by(7) {
        let moved = |by: f32| {
            let mut p = state.parameters.clone();
            p[i] += by;
            loss(p)
        };
        let step = 2e-3;
        let numeric = (moved(step) - moved(-step)) / f64::from(2.0 * step);
        assert!(
            (numeric as f32 - gradient[i]).abs() < 0.02 * scale,
            "{i}: {numeric} against {}",
            gradient[i]
        );
    }
}

#[test]
fn batch_normalisation_gives_mean_zero_variance_one_and_tells_the_statistics() {
    let device = Device::flex();
    let net = single(2, |b, x| b.batch_norm(x));
    let state = net.init(Init::He, &mut stream(1, Purpose::InitGenerator, 0));
    let [parameters, statistics] = state.to_device(&device);
    let x = images(draw(1, 5 * 2 * 16), [2, 4, 4], &device) * 3.0 + 2.0;
    let (y, found) = net
        .with(&parameters, &statistics)
        .forward_training(x.clone());
    let of = |t: &Tensor<4>, channel: usize| {
        let all = values(t.clone().slice([0..5, channel..channel + 1]));
        let mean = all.iter().sum::<f32>() / 80.0;
        let variance = all.iter().map(|v| (v - mean).powi(2)).sum::<f32>() / 80.0;
        [mean, variance]
    };
    for channel in 0..2 {
        close(&of(&y, channel), &[0.0, 1.0], 1e-4);
        let told = [&found[0], &found[1]].map(|t| values(t.clone())[channel]);
        close(&told, &of(&x, channel), 1e-4);
    }
    // With exactly these as running statistics, inference is the same map.
    let running = Tensor::cat(found, 0);
    close(
        &values(net.with(&parameters, &running).forward(x)),
        &values(y),
        1e-3,
    );
}

/// A network made by random numbers, and shapes of its inputs.
#[derive(Clone, Debug)]
pub(crate) struct Random {
    pub(crate) net: Architecture,
    pub(crate) shapes: Inputs<[usize; 3]>,
    /// Of the noise that can be left out.
    pub(crate) noise: Vec<[usize; 3]>,
    /// How many numbers a label has.
    labels: usize,
}

/// The numbers of a random network: for each step what it is, and its sizes.
pub(crate) fn numbers(steps: usize) -> impl Strategy<Value = Vec<[usize; 6]>> {
    let step = [
        0..28usize,
        1..40usize,
        1..6usize,
        1..4usize,
        0..3usize,
        0..100usize,
    ];
    prop::collection::vec(step, 1..steps)
}

/// Steps by what random numbers say, as far as each has an output of moderate size and `allowed` says so. Dividing by small
/// deviations makes much of rounding, so a network does it once at most.
pub(crate) fn random(
    shape: [usize; 3],
    numbers: &[[usize; 6]],
    allowed: impl Fn(&Op) -> bool,
) -> Random {
    let mut b = Builder::new();
    let mut h = b.input(Side::Image, shape[0]);
    let mut all = Random {
        net: b.clone().build(h),
        shapes: Inputs::of(shape),
        noise: vec![],
        labels: LABELS,
    };
    let mut style = None;
    let mut divided = false;
    for number in numbers {
        let (mut next, mut made) = (b.clone(), all.clone());
        let sizes = all.net.shapes(all.shapes.clone());
        let [channels, height, width] = sizes[h].expect("a shape");
        let [kind, ..] = *number;
        let others = sizes
            .iter()
            .enumerate()
            .filter_map(|(i, s)| Some((i, (*s)?)));
        let fits = |(_, s): &(usize, [usize; 3])| s[1..] == [height, width] || s[1..] == [1, 1];
        let others: Vec<_> = others.filter(fits).collect();
        let other = others[number[5] % others.len()];
        let divides = matches!(kind, 18..=21 | 23);
        let at = At {
            value: h,
            shape: [channels, height, width],
            other,
        };
        let value = step(&mut next, &mut made, &mut style, at, number);
        let Some(value) = value else { continue };
        let new = next.clone().build(value);
        let steps = &new.steps()[all.net.steps().len()..];
        if (divides && divided)
            || !steps
                .iter()
                .all(|s| matches!(s.op, Op::Input(_)) || allowed(&s.op))
        {
            if kind == 21
                && !all
                    .net
                    .steps()
                    .iter()
                    .any(|s| s.op == Op::Input(Side::Style))
            {
                style = None;
            }
            continue;
        }
        divided |= divides;
        (b, h) = (next, value);
        all = Random { net: new, ..made };
    }
    all
}

const STYLE: usize = 3;
const LABELS: usize = 5;

/// Where a random step begins: a value, its shape, and another value that fits it with its shape.
struct At {
    value: usize,
    shape: [usize; 3],
    other: (usize, [usize; 3]),
}

/// The step that `number` names, if it fits there; side inputs that it needs join `made`.
fn step(
    next: &mut Builder,
    made: &mut Random,
    style: &mut Option<usize>,
    at: At,
    number: &[usize; 6],
) -> Option<usize> {
    let At {
        value: h,
        shape: [channels, height, width],
        other,
    } = at;
    let plane = height * width;
    match number[0] {
        0..3 => convolution(next, h, number, [height, width]),
        3 => Some(next.batch_norm(h)),
        4 => Some(next.relu(h)),
        5 => Some(next.leaky_relu(h)),
        6 => Some(next.tanh(h)),
        7 => Some(next.sigmoid(h)),
        8 if channels % 2 == 0 => Some(next.gate(h)),
        9 if other.1[0] == channels => Some(next.sum(h, other.0)),
        10 if channels < 40 => Some(next.join(&[h, other.0])),
        11 => Some(next.narrow(h, channels / 2, channels - channels / 2)),
        12 | 22 => {
            let noise = [if number[0] == 12 { channels } else { 1 }, height, width];
            made.noise.push(noise);
            Some(if number[0] == 12 {
                next.dropout(h)
            } else {
                next.noise(h)
            })
        }
        13 if channels % 4 == 0 => {
            let window = Window {
                inputs: channels / 4,
                outputs: channels,
                rows: [0, 0],
                columns: [-1, 1],
                bias: number[1].is_multiple_of(2),
            };
            Some(next.row_lstm(h, window))
        }
        14 if height.max(width) < 9 => Some(next.upsample(h)),
        15 if height % 2 == 0 && width % 2 == 0 => Some(next.average_pool(h)),
        16 if channels % 4 == 0 && height.max(width) < 9 => Some(next.pixel_shuffle(h, 2)),
        17 => Some(next.scale(h, number[1] as f32 / 20.0)),
        18 if plane >= 4 => Some(next.instance_norm(h)),
        19 if channels >= 4 => Some(next.layer_norm(h, Over::Channels)),
        20 if channels * plane >= 4 => Some(next.layer_norm(h, Over::Image)),
        21 if plane >= 4 => {
            let style = *style.get_or_insert_with(|| {
                made.shapes = made.shapes.clone().with(Side::Style, [STYLE, 1, 1]);
                next.input(Side::Style, STYLE)
            });
            Some(next.ada_in(h, style))
        }
        23 if channels >= 4 => Some(next.pixel_norm(h)),
        24 => Some(next.minibatch_deviation(h)),
        25 if channels < 40 => {
            made.shapes = made.shapes.clone().with(Side::Label, [1, 1, 1]);
            let label = next.input(Side::Label, 1);
            let label = next.embed(label, LABELS, number[2]);
            Some(next.join(&[h, label]))
        }
        26 => {
            let heads = number[3];
            let parts = [0, 1, 2].map(|_| next.conv(h, heads * number[2], Taps::PIXEL, true));
            Some(next.attention(parts, heads, number[4] == 0))
        }
        _ => None,
    }
}

/// A convolution of any kind, where its output has a moderate size.
fn convolution(b: &mut Builder, h: usize, number: &[usize; 6], sides: [usize; 2]) -> Option<usize> {
    let &[kind, outputs, kernel, stride, padding, _] = number;
    let taps = Taps::new(kernel, stride, padding);
    let bias = outputs % 2 == 0;
    let long = sides.map(|side| (side - 1) * stride + kernel);
    match kind {
        0 if sides.iter().all(|side| side + 2 * padding >= kernel) => {
            Some(b.conv(h, outputs, taps, bias))
        }
        1 if long
            .iter()
            .all(|long| (1..20).contains(&long.saturating_sub(2 * padding))) =>
        {
            Some(b.conv_transpose(h, outputs, taps, bias))
        }
        // burn cannot see nothing but a row above the only one.
        2 if sides[0] > 1 => {
            let [up, left] = [kernel, stride].map(|n| 1 - n as isize);
            let window = Window {
                inputs: b.channels(h),
                outputs,
                rows: [up, -isize::from(up < 0 && padding == 0)],
                columns: [left, padding as isize],
                bias,
            };
            Some(b.window(h, window))
        }
        _ => None,
    }
}

impl Random {
    /// A network without noise.
    pub(crate) fn of(net: Architecture, shapes: Inputs<[usize; 3]>) -> Self {
        Self {
            net,
            shapes,
            noise: vec![],
            labels: 1,
        }
    }

    /// Random weights and statistics.
    pub(crate) fn state(&self, seed: u64) -> State {
        let mut rng = stream(seed, Purpose::Measure, 0);
        let mut state = self.net.init(Init::He, &mut rng);
        for value in &mut state.parameters {
            *value += 0.02 * normal(&mut rng, 1)[0];
        }
        for value in &mut state.statistics {
            *value = 0.5 + normal(&mut rng, 1)[0].abs();
        }
        state
    }

    /// Random inputs for so many images, with and without noise.
    pub(crate) fn inputs(
        &self,
        batch: usize,
        seed: u64,
        device: &Device,
    ) -> [Inputs<Tensor<4>>; 2] {
        let mut rng = stream(seed, Purpose::Measure, 1);
        let without = self.shapes.clone().map(|shape| {
            let n = batch * shape.iter().product::<usize>();
            // Numbers of labels are the only inputs with one value, but for an image of one pixel.
            let values = match shape {
                [1, 1, 1] => {
                    let number = |u: f32| (u * self.labels as f32).floor();
                    uniform(&mut rng, n).into_iter().map(number).collect()
                }
                _ => normal(&mut rng, n),
            };
            images(values, shape, device)
        });
        let noise = self.noise.iter().fold(without.clone(), |inputs, &shape| {
            let n = batch * shape.iter().product::<usize>();
            inputs.with(Side::Noise, images(normal(&mut rng, n), shape, device))
        });
        [without, noise]
    }
}

/// Steps with a gradient that is known.
fn smooth(op: &Op) -> bool {
    !matches!(op, Op::RowLstm(_))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// One backward pass by burn finds the same.
    #[test]
    fn the_input_gradient_is_that_of_a_backward_pass(
        shape in [1..12usize, 1..7usize, 1..7usize],
        numbers in numbers(8),
    ) {
        let device = Device::flex();
        let of = random(shape, &numbers, smooth);
        let [parameters, statistics] = of.state(3).to_device(&device);
        let network = of.net.with(&parameters, &statistics);
        for inputs in of.inputs(2, 3, &device) {
            let outputs = network.outputs(inputs.clone());
            let slopes: Vec<_> = outputs.iter().map(|y| {
                let n = y.shape().num_elements();
                let [_, sides @ ..] = y.dims();
                images(draw(9, n), sides, &device)
            }).collect();
            let found = network.input_gradients(inputs.clone(), slopes.clone());
            let leaves = inputs.map(|t| t.autodiff().require_grad());
            let outputs = network.outputs(leaves.clone()).into_iter().zip(slopes);
            let losses = outputs.map(|(y, slope)| (y * slope.autodiff()).sum());
            let grads = losses.reduce(|a, b| a + b).unwrap().backward();
            let leaves = leaves.bind(&of.net);
            prop_assert_eq!(leaves.len(), found.len());
            for (leaf, found) in leaves.into_iter().zip(found) {
                let expected = leaf.and_then(|leaf| leaf.grad(&grads));
                match (expected, found) {
                    (Some(expected), Some(found)) => {
                        let size = expected.clone().abs().max().into_scalar::<f32>();
                        let apart = (expected - found).abs().max().into_scalar::<f32>();
                        prop_assert!(apart <= 1e-2 * size.max(1.0), "{apart} at {size}");
                    }
                    (Some(expected), None) => {
                        prop_assert_eq!(expected.abs().max().into_scalar::<f32>(), 0.0);
                    }
                    (None, Some(found)) => {
                        prop_assert_eq!(found.abs().max().into_scalar::<f32>(), 0.0);
                    }
                    (None, None) => (),
                }
            }
        }
    }

    /// Where an output has a gradient with respect to the image, there its receptive field is.
    #[test]
    fn no_output_sees_beyond_its_receptive_field(
        shape in [1..6usize, 2..9usize, 2..9usize],
        numbers in numbers(6),
        place in 0.0..1.0f64,
    ) {
        let device = Device::flex();
        let of = random(shape, &numbers, |op| *op != Op::MinibatchDeviation);
        let [_, height, width] = of.net.output_shapes(of.shapes.clone())[0];
        let at = (place * (height * width) as f64) as usize;
        let field = of.net.receptive_field(0, [at / width, at % width], of.shapes.clone());
        let [parameters, statistics] = of.state(3).to_device(&device);
        let network = of.net.with(&parameters, &statistics);
        let [inputs, _] = of.inputs(1, 3, &device);
        let leaves = inputs.map(|t| t.autodiff().require_grad());
        let y = network.outputs(leaves.clone()).remove(0);
        let y = y.narrow(2, at / width, 1).narrow(3, at % width, 1);
        let n = y.dims()[1];
        let loss = (y * images(draw(1, n), [n, 1, 1], &device).autodiff()).sum();
        let x = leaves.first();
        let gradient = x.grad(&loss.backward()).map_or(vec![0.0; shape.iter().product()], values);
        for (i, g) in gradient.iter().enumerate() {
            prop_assert!(*g == 0.0 || field[i % field.len()], "{i} of {shape:?}");
        }
    }
}

#[test]
fn a_receptive_field_is_no_larger_than_the_gradient() {
    let device = Device::flex();
    let mut b = Builder::new();
    let x = b.input(Side::Image, 1);
    let h = b.conv(x, 3, Taps::new(4, 2, 1), true);
    let h = b.upsample(h);
    let h = b.conv_transpose(h, 4, TAPS, true);
    let h = b.average_pool(h);
    let y = b.pixel_shuffle(h, 2);
    let net = b.build(y);
    let shape = [1, 7, 7];
    let [_, height, width] = net.output_shapes(Inputs::of(shape))[0];
    let state = Random::of(net.clone(), Inputs::of(shape)).state(4);
    let [parameters, statistics] = state.to_device(&device);
    let network = net.with(&parameters, &statistics);
    for at in 0..height * width {
        let mut slope = vec![0.0; height * width];
        slope[at] = 1.0;
        let x = images(draw(1, 49), shape, &device);
        let slope = images(slope, [1, height, width], &device);
        let gradient = network.input_gradients(Inputs::of(x), vec![slope]);
        let seen = gradient.into_iter().next().flatten().map(values);
        let seen: Vec<bool> = seen.unwrap().iter().map(|g| *g != 0.0).collect();
        let field = net.receptive_field(0, [at / width, at % width], Inputs::of(shape));
        assert_eq!(seen, field, "{at}");
    }
}

/// The loss of R1 and of a one-sided penalty alike: a sum of squares of the gradient with respect to the input.
fn penalty(network: &Network, x: Tensor<4>) -> Tensor<1> {
    network.input_gradient(x).square().sum()
}

/// Gradients with respect to the parameters by a backward pass, and by finite differences of `loss`.
fn differentiated(
    net: &Architecture,
    state: &State,
    loss: impl Fn(&Network, bool) -> Tensor<1>,
    step: f32,
) -> (Vec<f32>, Vec<Option<f32>>) {
    let device = Device::flex();
    let statistics = vector(state.statistics.clone(), &device);
    let of = |parameters: Vec<f32>| net.with(&vector(parameters, &device), &statistics);
    let tracked = of(state.parameters.clone()).tracked();
    let exact = values(tracked.gradients(&mut loss(&tracked, true).backward()));
    let moved = |i: usize, by: f32| {
        let mut parameters = state.parameters.clone();
        parameters[i] += by;
        f64::from(values(loss(&of(parameters), false))[0])
    };
    let here = f64::from(values(loss(&of(state.parameters.clone()), false))[0]);
    let slope = |i, step: f64| {
        let [after, before] = [moved(i, step as f32) - here, here - moved(i, -step as f32)];
        // Where both sides differ there is a kink between them.
        let kink = (after - before).abs() > 0.1 * (after.abs() + before.abs()).max(1e-2 * step);
        (!kink).then_some((after + before) / (2.0 * step))
    };
    let numeric = |i| {
        let [near, far] = [1.0, 2.0].map(|times| slope(i, times * f64::from(step)));
        let (near, far) = (near?, far?);
        // Where a step twice as long reads something else, rounding of the loss is all that is read.
        ((near - far).abs() <= 1e-2 * near.abs().max(1.0)).then_some(near as f32)
    };
    let numeric = (0..exact.len()).map(numeric).collect();
    (exact, numeric)
}

/// All but a few, at kinks, are the same.
fn alike((exact, numeric): (Vec<f32>, Vec<Option<f32>>), within: f32) -> Result<(), TestCaseError> {
    // Rounding of the loss, over the step, is some thousandths.
    let size = exact.iter().fold(0.0f32, |m, g| m.max(g.abs()));
    for (i, (exact, numeric)) in exact.iter().zip(&numeric).enumerate() {
        let apart = numeric.map_or(0.0, |numeric| (exact - numeric).abs());
        prop_assert!(
            apart <= within * size.max(1.0),
            "{i}: {numeric:?} against {exact}"
        );
    }
    Ok(())
}

/// A discriminator of every step that one has: residual sums, pooling, an equalised learning rate, the deviation of a minibatch.
fn discriminator(
    activation: impl Fn(&mut Builder, usize) -> usize,
    minibatch: bool,
) -> Architecture {
    let mut b = Builder::new();
    let x = b.input(Side::Image, 2);
    let h = b.equalised_conv(x, 3, Taps::new(3, 1, 1), 1.4);
    let h = activation(&mut b, h);
    let more = b.conv(h, 3, Taps::new(3, 1, 1), true);
    let more = activation(&mut b, more);
    let h = b.sum(h, more);
    let mut h = b.average_pool(h);
    if minibatch {
        h = b.minibatch_deviation(h);
    }
    let h = b.conv(h, 4, Taps::PIXEL, true);
    let h = activation(&mut b, h);
    let y = b.conv(h, 1, Taps::new(2, 1, 0), true);
    b.build(y)
}

#[test]
fn a_penalty_on_the_input_gradient_has_an_exact_gradient() {
    let device = Device::flex();
    for (net, within) in [
        (discriminator(Builder::leaky_relu, false), 2e-2),
        (discriminator(Builder::leaky_relu, true), 2e-2),
        (discriminator(Builder::tanh, true), 2e-2),
        (discriminator(Builder::pixel_norm, false), 2e-2),
        (discriminator(Builder::instance_norm, false), 2e-2),
    ] {
        let state = Random::of(net.clone(), Inputs::of([2, 4, 4])).state(6);
        let x = images(draw(1, 3 * 2 * 16), [2, 4, 4], &device);
        let loss = |network: &Network, tracked: bool| {
            let x = x.clone();
            penalty(network, if tracked { x.autodiff() } else { x })
        };
        let found = differentiated(&net, &state, loss, 1e-3);
        assert!(found.0.iter().any(|g| g.abs() > 1e-2));
        let compared = found.1.iter().flatten().count();
        assert!(
            2 * compared > found.1.len(),
            "{compared} of {}",
            found.1.len()
        );
        alike(found, within).unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    /// Smooth steps alone, since a kink spoils a finite difference.
    #[test]
    fn gradients_agree_with_finite_differences_through_every_step(
        shape in [1..5usize, 1..5usize, 1..5usize],
        numbers in numbers(5),
    ) {
        let device = Device::flex();
        let of = random(shape, &numbers, |op| {
            // A batch of two says too little of a variance; a test of its own has batch normalisation.
            !matches!(op, Op::Relu | Op::LeakyRelu | Op::BatchNorm(_))
        });
        let state = of.state(2);
        prop_assume!((1..400).contains(&state.parameters.len()));
        let [_, inputs] = of.inputs(2, 2, &device);
        let loss = |network: &Network, tracked: bool| {
            // Inputs record gradients too, since an output need not depend on the parameters.
            let track = |t: Tensor<4>| match tracked {
                true => t.autodiff().require_grad(),
                false => t,
            };
            let (y, _) = network.forward_training_with(inputs.clone().map(track));
            let n = y.shape().num_elements();
            let [_, sides @ ..] = y.dims();
            (y * track(images(draw(2, n), sides, &device))).sum()
        };
        alike(differentiated(&of.net, &state, loss, 2e-3), 3e-2)?;
    }
}

#[test]
fn a_codebook_gives_the_nearest_vector_and_hands_the_gradient_on() {
    let device = Device::flex();
    let mut b = Builder::new();
    let x = b.input(Side::Image, 2);
    let [nearest, through] = b.quantise(x, 3);
    let net = b.build_all(vec![nearest, through]);
    let codebook = vec![0.0, 0.0, 1.0, 1.0, -1.0, 2.0];
    let state = State {
        parameters: codebook,
        statistics: vec![],
    };
    let [parameters, statistics] = state.to_device(&device);
    let network = net.with(&parameters, &statistics).tracked();
    // Two positions: (0.9, 0.7) and (-0.8, 1.2).
    let x = images(vec![0.9, -0.8, 0.7, 1.2], [2, 1, 2], &device);
    let x = x.autodiff().require_grad();
    let out = network.outputs(Inputs::of(x.clone()));
    for out in &out {
        assert_eq!(values(out.clone()), [1.0, -1.0, 1.0, 2.0]);
    }
    let slope = images(vec![3.0, 5.0, 7.0, 11.0], [2, 1, 2], &device);
    let mut grads = (out[1].clone() * slope.clone().autodiff()).sum().backward();
    assert_eq!(values(x.grad(&grads).unwrap()), values(slope.clone()));
    assert_eq!(values(network.gradients(&mut grads)), [0.0; 6]);
    let mut grads = (out[0].clone() * slope.autodiff()).sum().backward();
    assert!(x.grad(&grads).is_none_or(|g| values(g) == [0.0; 4]));
    let gradient = values(network.gradients(&mut grads));
    assert_eq!(gradient, [0.0, 0.0, 3.0, 7.0, 5.0, 11.0]);
    // The host's kernels find the same.
    let ready = crate::models::cpu::inference::Inference::new(&net, &state, [2, 1, 2]);
    let on_host = ready.outputs(Inputs::of(x.inner()));
    for out in on_host {
        assert_eq!(values(out), [1.0, -1.0, 1.0, 2.0]);
    }
}
