//! The kernel against the same network in double precision, written plainly, with finite differences of that for second order.

use super::lanes::{self, Lanes};
use super::product::ROWS;
use super::{Gradient, Network, Pass};
use crate::models::mlp::{Activation, MlpConfig, Output};
use crate::rng::{self, Purpose};

fn config(
    activation: Activation,
    [inputs, outputs]: [usize; 2],
    depth: usize,
    width: usize,
) -> MlpConfig {
    MlpConfig {
        inputs,
        outputs,
        depth,
        width,
        activation,
        output: Output::Linear,
    }
}

/// Larger than usual, so that nothing is flat.
fn start(config: &MlpConfig) -> Vec<f32> {
    let values = config.init(&mut rng::stream(5, Purpose::InitDiscriminator, 0));
    values.into_iter().map(|w| 1.5 * w).collect()
}

fn points(n: usize, index: u64) -> Vec<f32> {
    rng::normal(&mut rng::stream(5, Purpose::Data, index), n)
}

fn act(activation: Activation, x: f64) -> [f64; 2] {
    match activation {
        Activation::Relu => [x.max(0.0), f64::from(u8::from(x > 0.0))],
        Activation::LeakyRelu if x > 0.0 => [x, 1.0],
        Activation::LeakyRelu => [f64::from(0.2f32) * x, f64::from(0.2f32)],
        Activation::Tanh => [libm::tanh(x), 1.0 - libm::tanh(x).powi(2)],
        Activation::Elu if x > 0.0 => [x, 1.0],
        Activation::Elu => [libm::expm1(x), libm::exp(x)],
        Activation::Softplus => [libm::log1p(libm::exp(x)), 1.0 / (1.0 + libm::exp(-x))],
    }
}

/// Outputs of one example, and what its output slopes add to the gradient and to its input slopes.
fn plain(
    config: &MlpConfig,
    flat: &[f64],
    x: &[f64],
    slopes: &dyn Fn(&[f64]) -> Vec<f64>,
    gradient: &mut [f64],
) -> [Vec<f64>; 2] {
    let shapes: Vec<_> = config.shapes().collect();
    let (mut at, mut h) = (0, x.to_vec());
    let mut kept = vec![];
    for (l, &[inputs, outputs]) in shapes.iter().enumerate() {
        let weight = |i: usize, o: usize| flat[at + i * outputs + o];
        let bias = |o: usize| flat[at + inputs * outputs + o];
        let sum = |o: usize| bias(o) + (0..inputs).map(|i| h[i] * weight(i, o)).sum::<f64>();
        let a: Vec<f64> = (0..outputs).map(sum).collect();
        let bent = |&a: &f64| match (l + 1 == shapes.len(), config.output) {
            (false, _) => act(config.activation, a),
            (true, Output::Tanh) => act(Activation::Tanh, a),
            (true, Output::Linear) => [a, 1.0],
        };
        let both: Vec<[f64; 2]> = a.iter().map(bent).collect();
        kept.push((at, h, both.iter().map(|b| b[1]).collect::<Vec<_>>()));
        h = both.iter().map(|b| b[0]).collect();
        at += (inputs + 1) * outputs;
    }
    let mut s = slopes(&h);
    for (&[inputs, outputs], (at, before, m)) in shapes.iter().zip(&kept).rev() {
        let d: Vec<f64> = s.iter().zip(m).map(|(s, m)| s * m).collect();
        for i in 0..inputs {
            for o in 0..outputs {
                gradient[at + i * outputs + o] += before[i] * d[o];
            }
        }
        for o in 0..outputs {
            gradient[at + inputs * outputs + o] += d[o];
        }
        let back = |i: usize| {
            (0..outputs)
                .map(|o| d[o] * flat[at + i * outputs + o])
                .sum()
        };
        s = (0..inputs).map(back).collect();
    }
    [h, s]
}

fn double(x: &[f32]) -> Vec<f64> {
    x.iter().copied().map(f64::from).collect()
}

/// Distance of vectors as a share of the length of the first.
fn apart(exact: &[f64], found: &[f32]) -> f64 {
    assert_eq!(exact.len(), found.len());
    let norm = |v: &mut dyn Iterator<Item = f64>| v.map(|x| x * x).sum::<f64>().sqrt();
    let size = norm(&mut exact.iter().copied());
    assert!(size > 1e-2, "a flat function proves nothing");
    norm(&mut exact.iter().zip(found).map(|(e, f)| e - f64::from(*f))) / size
}

fn written(config: &MlpConfig, gradient: &Gradient) -> Vec<f32> {
    let mut flat = vec![0.0; config.parameters()];
    gradient.write(&mut flat);
    flat
}

/// The input slopes of a block as rows.
fn rows(from: &[Lanes], columns: usize, n: usize) -> Vec<f32> {
    let at = |k: usize| {
        from[k % columns / lanes::LANES * ROWS + k / columns][k % columns % lanes::LANES]
    };
    (0..n * columns).map(at).collect()
}

#[test]
fn a_pass_and_its_gradient_agree_with_double_precision() {
    for &activation in Activation::ALL {
        for (sides, depth, width, output) in [
            ([2, 1], 2, 64, Output::Linear),
            ([32, 2], 3, 20, Output::Tanh),
            ([3, 7], 1, 3, Output::Linear),
            ([5, 4], 4, 16, Output::Tanh),
            ([1, 1], 1, 1, Output::Linear),
        ] {
            let config = MlpConfig {
                output,
                ..config(activation, sides, depth, width)
            };
            let [inputs, outputs] = sides;
            let flat = start(&config);
            let n = 37;
            let x = points(n * inputs, 0);
            let wanted = points(n * outputs, 1);
            let mut network = Network::new(&config);
            network.set(&flat);
            let mut pass = Pass::new(&config, false);
            let mut gradient = Gradient::new(&config);
            pass.take(&x, inputs);
            network.forward(&mut pass);
            let mut found = vec![0.0; n * outputs];
            pass.give(&mut found, outputs);
            for row in 0..n {
                for o in 0..outputs {
                    let difference = found[row * outputs + o] - wanted[row * outputs + o];
                    pass.slopes()[o / 16 * ROWS + row][o % 16] = difference;
                }
            }
            network.backward(&mut pass, Some(&mut gradient), true);

            let [flat, x, wanted] = [&flat, &x, &wanted].map(|v| double(v));
            let mut exact = vec![0.0; flat.len()];
            let (mut out, mut back) = (vec![], vec![]);
            for (x, wanted) in x.chunks(inputs).zip(wanted.chunks(outputs)) {
                let slopes = |h: &[f64]| h.iter().zip(wanted).map(|(h, w)| h - w).collect();
                let [h, s] = plain(&config, &flat, x, &slopes, &mut exact);
                out.extend(h);
                back.extend(s);
            }
            let what = format!("{activation:?} {sides:?} {depth} {width}");
            let errors = [
                apart(&out, &found),
                apart(&exact, &written(&config, &gradient)),
                apart(&back, &rows(pass.input_slopes(), inputs, n)),
            ];
            assert!(errors.iter().all(|&e| e < 1e-6), "{what}: {errors:?}");
        }
    }
}

#[test]
fn blocks_add_up_to_a_batch() {
    let config = config(Activation::Tanh, [2, 1], 2, 24);
    let mut network = Network::new(&config);
    network.set(&start(&config));
    let x = points(2 * 100, 0);
    let of = |sizes: &[usize]| {
        let mut pass = Pass::new(&config, false);
        let mut gradient = Gradient::new(&config);
        let mut rest = &x[..];
        for size in sizes {
            let (block, after) = rest.split_at(2 * size);
            rest = after;
            pass.take(block, 2);
            network.forward(&mut pass);
            pass.slopes()[..*size].fill([1.0; lanes::LANES]);
            network.backward(&mut pass, Some(&mut gradient), false);
        }
        written(&config, &gradient)
    };
    // To the bit: sums go on where the block before left them.
    assert_eq!(of(&[64, 36]), of(&[31, 9, 60]));
}

#[test]
fn a_penalty_agrees_with_finite_differences() {
    for &activation in Activation::ALL {
        for (depth, width) in [(2, 20), (3, 9), (1, 33)] {
            let config = config(activation, [2, 1], depth, width);
            let flat = start(&config);
            let n = 21;
            let x = points(2 * n, 0);
            let mut network = Network::new(&config);
            network.set(&flat);
            let mut pass = Pass::new(&config, true);
            let mut gradient = Gradient::new(&config);
            pass.take(&x, 2);
            network.forward(&mut pass);
            pass.slopes()[..n].fill([1.0; lanes::LANES]);
            network.backward(&mut pass, None, true);
            // (norm - 1)^2, summed over the rows.
            network.penalise(&mut pass, &mut gradient, |row, g, u| {
                let [a, b] = [g[row][0], g[row][1]];
                let norm = (a * a + b * b).sqrt();
                [u[row][0], u[row][1]] = [a, b].map(|g| 2.0 * (norm - 1.0) / norm * g);
            });

            let (flat, x) = (double(&flat), double(&x));
            let penalty = |flat: &[f64]| -> f64 {
                let of = |x: &[f64]| {
                    let mut unused = vec![0.0; flat.len()];
                    let [_, g] = plain(&config, flat, x, &|_| vec![1.0], &mut unused);
                    (g[0].hypot(g[1]) - 1.0).powi(2)
                };
                x.chunks(2).map(of).sum()
            };
            let exact = differences(&flat, penalty);
            let error = apart(&exact, &written(&config, &gradient));
            assert!(error < 1e-6, "{activation:?} {depth} {width}: {error}");
        }
    }
}

/// Central differences, none of which a kink of the function is in the way of.
fn differences(flat: &[f64], f: impl Fn(&[f64]) -> f64) -> Vec<f64> {
    let h = 1e-6;
    let at = |i: usize, h: f64| {
        let mut flat = flat.to_vec();
        flat[i] += h;
        f(&flat)
    };
    let slope = |i: usize| (at(i, h) - at(i, -h)) / (2.0 * h);
    (0..flat.len()).map(slope).collect()
}

#[test]
fn a_moved_gradient_agrees_with_finite_differences() {
    for &activation in Activation::ALL {
        for (depth, width) in [(2, 20), (3, 9), (1, 33)] {
            let config = config(activation, [2, 1], depth, width);
            let flat = start(&config);
            let n = 21;
            let x = points(2 * n, 0);
            let direction = points(flat.len(), 2);
            let [mut network, mut along] = [Network::new(&config), Network::new(&config)];
            network.set(&flat);
            along.set(&direction);
            let mut pass = Pass::new(&config, true);
            let mut gradient = Gradient::new(&config);
            pass.take(&x, 2);
            network.forward(&mut pass);
            // The loss -log(1 - D), summed over the rows.
            for row in 0..n {
                let f = pass.output(row, 0);
                pass.slopes()[row][0] = lanes::sigmoid(f);
            }
            network.backward(&mut pass, None, false);
            network.moved(&mut pass, &along, &mut gradient, |f| {
                let p = lanes::sigmoid(f);
                p * (1.0 - p)
            });

            let [flat, x, direction] = [&flat, &x, &direction].map(|v| double(v));
            let gradients = |h: f64| {
                let moved = flat.iter().zip(&direction).map(|(p, v)| p + h * v);
                let moved: Vec<f64> = moved.collect();
                let (mut all, mut back) = (vec![0.0; flat.len()], vec![]);
                for x in x.chunks(2) {
                    let slopes = |f: &[f64]| vec![1.0 / (1.0 + libm::exp(-f[0]))];
                    let [_, s] = plain(&config, &moved, x, &slopes, &mut all);
                    back.extend(s);
                }
                [all, back]
            };
            let h = 1e-6;
            let [before, after] = [gradients(-h), gradients(h)];
            let slope = |k: usize| -> Vec<f64> {
                let pairs = after[k].iter().zip(&before[k]);
                pairs.map(|(a, b)| (a - b) / (2.0 * h)).collect()
            };
            let errors = [
                apart(&slope(0), &written(&config, &gradient)),
                apart(&slope(1), &rows(pass.moved_slopes(), 2, n)),
            ];
            assert!(
                errors.iter().all(|&e| e < 2e-6),
                "{activation:?} {depth} {width}: {errors:?}"
            );
        }
    }
}
