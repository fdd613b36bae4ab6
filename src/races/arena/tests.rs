//! The kernel's updates against those by recorded graphs.

use super::*;
use crate::models::mlp::{Activation, MlpConfig, Output};
use crate::objectives::adversarial::Objective;
use crate::rng::{self, Latent, Purpose};
use crate::runs::optimiser::{OptimiserKind, Rates};

const LATENT: usize = 5;

fn config(objective: Objective, activation: Activation) -> ArenaConfig {
    let network = |inputs, outputs| MlpConfig {
        inputs,
        outputs,
        depth: 2,
        width: 24,
        activation,
        output: Output::Linear,
    };
    ArenaConfig {
        objective,
        generator: network(LATENT, 2),
        discriminator: network(2, 1),
        optimiser: OptimiserKind::Adam,
        spectral_norm: false,
        latent: Latent::Normal,
        near: 0.35,
    }
}

fn knobs() -> Knobs {
    let rates = Rates {
        lr: 1e-3,
        beta1: 0.5,
        beta2: 0.9,
    };
    Knobs {
        generator: rates,
        discriminator: rates,
        critic_steps: 1,
        clip: 0.1,
        lambda: 10.0,
        gamma: 10.0,
        unroll: 3,
        unroll_rate: 0.5,
        diversity: 0.7,
        balance_rate: 0.3,
    }
}

/// What update `n` sees: more than a block, and no whole number of them.
fn batch(n: u64, objective: Objective) -> Batch {
    let size = 90;
    let draw = |purpose, columns| rng::normal(&mut rng::stream(3, purpose, n), size * columns);
    let penalised = objective.has_gradient_penalty();
    Batch {
        real: draw(Purpose::Data, 2),
        z: draw(Purpose::NoiseGenerator, LATENT),
        eps: if penalised {
            rng::uniform(&mut rng::stream(3, Purpose::Penalty, n), size)
        } else {
            vec![]
        },
    }
}

fn pair(config: ArenaConfig) -> [Arena<true>; 2] {
    let device = Device::flex();
    [
        Arena::new(config, knobs(), 4, &device),
        Arena::recorded(config, knobs(), 4, &device),
    ]
}

fn host(tensor: Tensor<1>) -> Vec<f32> {
    tensor.try_into_vec_as::<f32>().unwrap()
}

/// Distance of vectors as a share of the length of the first.
fn apart(a: Tensor<1>, b: Tensor<1>) -> f64 {
    let (a, b) = (host(a), host(b));
    assert_eq!(a.len(), b.len());
    let norm = |v: &mut dyn Iterator<Item = f64>| v.map(|x| x * x).sum::<f64>().sqrt();
    let size = norm(&mut a.iter().map(|x| f64::from(*x)));
    norm(&mut a.iter().zip(&b).map(|(a, b)| f64::from(a - b))) / size.max(1e-12)
}

/// One whole step; the losses.
fn step(arena: &mut Arena<true>, n: u64) -> [f32; 3] {
    let mut batch = batch(n, arena.config.objective);
    let losses = arena.update_discriminator(&batch);
    if arena.config.objective != Objective::Unrolled {
        batch.real.clear();
    }
    let loss = arena.update_generator(&batch);
    [losses.loss, losses.gap, loss].map(Number::now)
}

fn close(a: [f32; 3], b: [f32; 3], tolerance: f32) -> bool {
    let near = |(a, b): (&f32, &f32)| (a - b).abs() < tolerance * (1.0 + b.abs());
    a.iter().zip(&b).all(near)
}

#[test]
fn gradients_agree_with_those_of_recorded_graphs() {
    for &objective in Objective::ALL {
        for &activation in Activation::ALL {
            for spectral_norm in [false, true] {
                let config = ArenaConfig {
                    spectral_norm,
                    ..config(objective, activation)
                };
                let [mut own, mut recorded] = pair(config);
                // Away from the start, where biases and balances are small.
                for n in 0..4 {
                    step(&mut own, n);
                }
                let mut state = own.state().into_iter().map(host);
                recorded.restore(&mut state, [4, 4]).unwrap();
                let what = format!("{objective:?} {activation:?} {spectral_norm}");
                let mut batch = batch(4, objective);
                let found = [&mut own, &mut recorded].map(|arena| {
                    let losses = arena.discriminator_gradient(&batch);
                    let gradient = arena.discriminators_gradient();
                    arena.step_discriminator();
                    ([losses.loss, losses.gap].map(Number::now), gradient)
                });
                let [(losses, gradient), (others, reference)] = found;
                let error = apart(reference, gradient);
                assert!(error < 5e-6, "{what}: discriminator {error}");
                // Adam makes a step of rounding errors where a gradient is 0.
                let mut state = own.state().into_iter().map(host);
                recorded.restore(&mut state, [5, 4]).unwrap();
                if objective != Objective::Unrolled {
                    batch.real.clear();
                }
                let found = [&mut own, &mut recorded].map(|arena| {
                    let loss = arena.generator_gradient(&batch).now();
                    (loss, arena.generators_gradient())
                });
                let [(loss, gradient), (other, reference)] = found;
                let error = apart(reference, gradient);
                assert!(error < 2e-6, "{what}: generator {error}");
                let (own, reference) =
                    ([losses[0], losses[1], loss], [others[0], others[1], other]);
                assert!(close(own, reference, 2e-6), "{what}: {own:?} {reference:?}");
            }
        }
    }
}

/// The furthest that a vector of the state is from that by recorded graphs after a hundred steps.
fn after_a_hundred_steps(config: ArenaConfig) -> f64 {
    let [mut own, mut recorded] = pair(config);
    for n in 0..100 {
        step(&mut own, n);
        step(&mut recorded, n);
    }
    let vectors = own.state().into_iter().zip(recorded.state());
    vectors.map(|(a, b)| apart(b, a)).fold(0.0, f64::max)
}

#[test]
fn runs_stay_together_for_a_hundred_steps() {
    for &objective in Objective::ALL {
        for &optimiser in OptimiserKind::ALL {
            let config = ArenaConfig {
                optimiser,
                ..config(objective, Activation::Tanh)
            };
            let error = after_a_hundred_steps(config);
            assert!(error < 5e-6, "{objective:?} {optimiser:?}: {error}");
        }
        for &activation in Activation::ALL {
            let error = after_a_hundred_steps(config(objective, activation));
            // A point that two runs see on different sides of a kink moves them apart.
            let bound = match activation {
                Activation::Relu | Activation::LeakyRelu => 1e-2,
                _ => 5e-6,
            };
            assert!(error < bound, "{objective:?} {activation:?}: {error}");
        }
    }
}

#[test]
fn a_copy_goes_on_as_the_original_does() {
    for objective in [Objective::R1, Objective::Unrolled, Objective::Began] {
        let mut arena = pair(config(objective, Activation::Elu))[0].clone();
        step(&mut arena, 0);
        let mut copy = arena.clone();
        let _ = copy.view();
        assert_eq!(step(&mut arena, 1), step(&mut copy, 1));
        let [a, b] = [arena, copy].map(|arena| arena.state().into_iter().map(host));
        assert!(a.eq(b), "{objective:?}");
    }
}

#[test]
fn what_is_drawn_is_what_was_trained() {
    for spectral_norm in [false, true] {
        let config = ArenaConfig {
            spectral_norm,
            ..config(Objective::Hinge, Activation::LeakyRelu)
        };
        let [mut own, mut recorded] = pair(config);
        for n in 0..3 {
            step(&mut own, n);
        }
        let mut state = own.state().into_iter().map(host);
        recorded.restore(&mut state, [3, 3]).unwrap();
        let device = Device::flex();
        let batch = batch(9, Objective::Hinge);
        let points = || crate::models::mlp::matrix(batch.real.clone(), 2, &device);
        let [a, b] = [&own, &recorded].map(|arena| arena.view().push(points()).reshape([-1]));
        assert!(apart(b, a) < 2e-6, "push");
        let [a, b] = [&own, &recorded].map(|arena| arena.view().field(points()).reshape([-1]));
        assert!(apart(b, a) < 2e-6, "field");
    }
}
