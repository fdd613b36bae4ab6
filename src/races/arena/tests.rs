//! The kernel's updates against those by recorded graphs.

use pollster::block_on;

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

fn pair(config: ArenaConfig) -> (Arena<Own>, Arena<Graph>) {
    let device = Device::flex();
    (
        Arena::new(config, knobs(), 4, &device),
        Arena::new(config, knobs(), 4, &device),
    )
}

fn host<E: Engine>(numbers: E::Numbers) -> Vec<f32> {
    block_on(E::read(vec![numbers])).unwrap().remove(0)
}

fn now<E: Engine>(number: Number<E::Numbers>) -> f32 {
    block_on(number.now::<E>()).unwrap()
}

fn state<E: Engine>(arena: &Arena<E>) -> Vec<Vec<f32>> {
    block_on(E::read(arena.engine.state())).unwrap()
}

/// Distance of vectors as a share of the length of the first.
fn apart(a: &[f32], b: &[f32]) -> f64 {
    assert_eq!(a.len(), b.len());
    let norm = |v: &mut dyn Iterator<Item = f64>| v.map(|x| x * x).sum::<f64>().sqrt();
    let size = norm(&mut a.iter().map(|x| f64::from(*x)));
    norm(&mut a.iter().zip(b).map(|(a, b)| f64::from(a - b))) / size.max(1e-12)
}

/// One whole step; the losses.
fn step<E: Engine>(arena: &mut Arena<E>, n: u64) -> [f32; 3] {
    let mut batch = batch(n, arena.config.objective);
    let losses = arena.update_discriminator(&batch);
    if arena.config.objective != Objective::Unrolled {
        batch.real.clear();
    }
    let loss = arena.update_generator(&batch);
    [losses.loss, losses.gap, loss].map(now::<E>)
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
                let (mut own, mut recorded) = pair(config);
                // Away from the start, where biases and balances are small.
                for n in 0..4 {
                    step(&mut own, n);
                }
                let what = format!("{objective:?} {activation:?} {spectral_norm}");
                let mut batch = batch(4, objective);
                // Adam makes a step of rounding errors where a gradient is 0, so both begin each half alike.
                let mut vectors = state(&own).into_iter();
                recorded.restore(&mut vectors, [4, 4]).unwrap();
                let (losses, gradient) = discriminators_half(&mut own, &batch);
                let (others, reference) = discriminators_half(&mut recorded, &batch);
                let error = apart(&reference, &gradient);
                assert!(error < 5e-6, "{what}: discriminator {error}");
                let mut vectors = state(&own).into_iter();
                recorded.restore(&mut vectors, [5, 4]).unwrap();
                if objective != Objective::Unrolled {
                    batch.real.clear();
                }
                let (loss, gradient) = generators_half(&mut own, &batch);
                let (other, reference) = generators_half(&mut recorded, &batch);
                let error = apart(&reference, &gradient);
                assert!(error < 5e-6, "{what}: generator {error}");
                let (own, reference) =
                    ([losses[0], losses[1], loss], [others[0], others[1], other]);
                assert!(close(own, reference, 2e-6), "{what}: {own:?} {reference:?}");
            }
        }
    }
}

/// Losses and gradient of an update, which is then made.
fn discriminators_half<E: Engine>(arena: &mut Arena<E>, batch: &Batch) -> ([f32; 2], Vec<f32>) {
    let losses = arena.discriminator_gradient(batch);
    let gradient = host::<E>(arena.engine.discriminators_gradient());
    arena.step_discriminator();
    ([losses.loss, losses.gap].map(now::<E>), gradient)
}

fn generators_half<E: Engine>(arena: &mut Arena<E>, batch: &Batch) -> (f32, Vec<f32>) {
    let loss = now::<E>(arena.generator_gradient(batch));
    (loss, host::<E>(arena.engine.generators_gradient()))
}

/// The furthest that a vector of the state is from that by recorded graphs after a hundred steps.
fn after_a_hundred_steps(config: ArenaConfig) -> f64 {
    let (mut own, mut recorded) = pair(config);
    for n in 0..100 {
        step(&mut own, n);
        step(&mut recorded, n);
    }
    let vectors = state(&own).into_iter().zip(state(&recorded));
    vectors.map(|(a, b)| apart(&b, &a)).fold(0.0, f64::max)
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
            assert!(error < 1e-5, "{objective:?} {optimiser:?}: {error}");
        }
        for &activation in Activation::ALL {
            let error = after_a_hundred_steps(config(objective, activation));
            // What two runs see on different sides of a kink, in the activation, its slope, the loss or the clipping, moves them apart.
            let bound = match (objective, activation) {
                (Objective::WassersteinClip | Objective::Hinge, _) => 1e-2,
                (_, Activation::Tanh | Activation::Softplus) => 1e-5,
                _ => 1e-2,
            };
            assert!(error < bound, "{objective:?} {activation:?}: {error}");
        }
    }
}

#[test]
fn a_copy_goes_on_as_the_original_does() {
    for objective in [Objective::R1, Objective::Unrolled, Objective::Began] {
        let (mut arena, _) = pair(config(objective, Activation::Elu));
        step(&mut arena, 0);
        let mut copy = arena.clone();
        // A look leaves the training as it is.
        copy.engine.pushed(&batch(7, objective).z, 40, 20);
        assert_eq!(step(&mut arena, 1), step(&mut copy, 1));
        assert_eq!(state(&arena), state(&copy), "{objective:?}");
    }
}

/// Everything that a page draws and measures of an arena.
fn looks<E: Engine>(arena: &mut Arena<E>, batch: &Batch) -> Vec<Vec<f32>> {
    let engine = &mut arena.engine;
    let [shown, pushed] = engine.pushed(&batch.z, 80, 70);
    let [fakes, norm] = engine.measured(&batch.z, &batch.real[..140], &batch.real[..70]);
    let mut numbers = vec![
        engine.field(&batch.real),
        engine.generate(&batch.z),
        shown,
        pushed,
        fakes,
        norm,
    ];
    numbers.extend(engine.acting());
    block_on(E::read(numbers)).unwrap()
}

#[test]
fn looks_agree_with_those_of_recorded_graphs() {
    for &objective in Objective::ALL {
        for spectral_norm in [false, true] {
            let config = ArenaConfig {
                spectral_norm,
                ..config(objective, Activation::Tanh)
            };
            let (mut own, mut recorded) = pair(config);
            for n in 0..3 {
                step(&mut own, n);
            }
            let mut vectors = state(&own).into_iter();
            recorded.restore(&mut vectors, [3, 3]).unwrap();
            let batch = batch(9, Objective::WassersteinGp);
            let found = looks(&mut own, &batch);
            let reference = looks(&mut recorded, &batch);
            let sizes: Vec<usize> = config.networks().map(|(_, n)| n.parameters()).collect();
            let acting = found[found.len() - sizes.len()..].iter().map(Vec::len);
            assert!(acting.eq(sizes));
            assert_eq!(found.len(), reference.len());
            for (at, (a, b)) in found.iter().zip(&reference).enumerate() {
                let error = apart(b, a);
                assert!(
                    error < 5e-6,
                    "{objective:?} {spectral_norm}, look {at}: {error}"
                );
            }
        }
    }
}
