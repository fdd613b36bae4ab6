use super::*;
use crate::rng::{Purpose, stream, uniform};
use proptest::prelude::*;

/// Small networks of every kind.
pub(crate) fn configs() -> impl Strategy<Value = PixelCnnConfig> {
    let kind = prop_oneof![Just(Kind::Gated), Just(Kind::Plain), Just(Kind::RowLstm)];
    let kernel = prop_oneof![Just(1), Just(3), Just(5)];
    let colours = prop_oneof![Just(1), Just(3)];
    let labels = prop_oneof![Just(0), Just(3)];
    (
        kind,
        1..5usize,
        0..4usize,
        kernel,
        colours,
        2..8usize,
        2..5usize,
        labels,
    )
        .prop_map(
            |(kind, channels, layers, kernel, colours, side, levels, labels)| PixelCnnConfig {
                kind,
                channels: 4 * channels,
                layers,
                kernel,
                features: 8,
                colours,
                side,
                levels,
                labels,
            },
        )
}

/// Random weights, biases included.
pub(crate) fn state(config: &PixelCnnConfig, seed: u64) -> State {
    let mut state = config
        .architecture()
        .init(Init::He, &mut stream(seed, Purpose::InitGenerator, 0));
    let noise = uniform(
        &mut stream(seed, Purpose::InitGenerator, 1),
        state.parameters.len(),
    );
    for (value, u) in state.parameters.iter_mut().zip(noise) {
        *value += 0.2 * (u - 0.5);
    }
    state
}

pub(crate) fn model(config: PixelCnnConfig, state: &State) -> PixelCnn {
    let [parameters, statistics] = state.to_device(&Device::flex());
    PixelCnn {
        config,
        network: config.architecture().with(&parameters, &statistics),
    }
}

/// Random levels, `[colours, side, side]`.
pub(crate) fn picture(config: &PixelCnnConfig, seed: u64) -> Vec<u8> {
    uniform(&mut stream(seed, Purpose::Data, 0), config.size())
        .iter()
        .map(|u| (u * config.levels as f32) as u8)
        .collect()
}

/// Logits in reading order, `[pixels, colours, levels]`.
pub(crate) fn logits(model: &PixelCnn, levels: &[u8], label: u8) -> Vec<f32> {
    let input = model.config.input(levels, &[label], &Device::flex());
    let out = model.forward(&input);
    let [_, channels, ..] = out.dims();
    let plane = model.config.side.pow(2);
    out.reshape([channels, plane])
        .transpose()
        .into_data()
        .try_to_vec()
        .unwrap()
}

const SMALL: PixelCnnConfig = PixelCnnConfig {
    kind: Kind::Gated,
    channels: 8,
    layers: 2,
    kernel: 3,
    features: 8,
    colours: 1,
    side: 2,
    levels: 2,
    labels: 0,
};

#[test]
fn the_probabilities_of_all_images_sum_to_one() {
    for kind in [Kind::Gated, Kind::Plain, Kind::RowLstm] {
        for colours in [1, 3] {
            let config = PixelCnnConfig {
                kind,
                colours,
                ..SMALL
            };
            let model = model(config, &state(&config, 7));
            let bits = config.size();
            let every: Vec<u8> = (0..1usize << bits)
                .flat_map(|image| (0..bits).map(move |bit| (image >> bit & 1) as u8))
                .collect();
            let nll = model.nll(&config.input(&every, &[], &Device::flex()));
            let nll: Vec<f32> = nll.into_data().try_to_vec().unwrap();
            assert_eq!(nll.len(), 1 << bits);
            let sum: f64 = nll.iter().map(|v| f64::from(-v).exp()).sum();
            assert!((sum - 1.0).abs() < 1e-4, "{kind:?}, {colours}: {sum}");
            // They are not all alike.
            let spread = nll.iter().fold(0.0f32, |m, v| m.max((v - nll[0]).abs()));
            assert!(spread > 0.1, "{spread}");
        }
    }
}

#[test]
fn residual_blocks_begin_at_zero() {
    for kind in [Kind::Plain, Kind::RowLstm] {
        let config = PixelCnnConfig { kind, ..SMALL };
        let fresh = config.init(&mut stream(5, Purpose::InitGenerator, 0));
        // Inside a block the weights make no difference: what it adds is multiplied by zero.
        let mut other = fresh.clone();
        let (mut at, mut changed, mut zeros) = (0, 0, 0);
        let architecture = config.architecture();
        let stored = architecture.steps().iter().filter(|s| s.name.is_some());
        let heads = stored.clone().count() - 2;
        for (i, step) in stored.enumerate() {
            let n: usize = step.entries().map(|e| e.len()).sum();
            zeros += usize::from(step.begins_at_zero);
            // The two of the first convolution come before all blocks.
            if i >= 2 && i < heads && !step.begins_at_zero {
                other.parameters[at..at + n].fill(0.5);
                changed += n;
            }
            at += n;
        }
        assert!(changed > 0 && zeros == config.layers);
        let [a, b] =
            [fresh, other].map(|state| logits(&model(config, &state), &picture(&config, 2), 0));
        assert_eq!(a, b, "{kind:?}");
    }
}

#[test]
fn bfloat16_changes_a_gradient_by_its_rounding() {
    let config = SMALL;
    let network = model(config, &state(&config, 7)).network.tracked();
    let gradient = |dtype: FloatDType| -> Vec<f32> {
        let input = config.input(&picture(&config, 1), &[], &Device::flex());
        let model = PixelCnn {
            config,
            network: network.cast(dtype),
        };
        let mut grads = model.nll(&input.cast(dtype).autodiff()).sum().backward();
        let gradient = network.gradients(&mut grads);
        gradient.into_data().try_to_vec().unwrap()
    };
    let [exact, rounded] = [FloatDType::F32, FloatDType::BF16].map(gradient);
    let norm = |v: &[f32]| v.iter().map(|v| v * v).sum::<f32>().sqrt();
    let apart: Vec<f32> = exact.iter().zip(&rounded).map(|(a, b)| a - b).collect();
    // Eight bits of mantissa through a dozen layers.
    let share = norm(&apart) / norm(&exact);
    assert!(share > 1e-5 && share < 0.05, "{share}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_logit_depends_on_its_own_or_a_later_value(
        config in configs(),
        seed in 0..1000u64,
        place in 0.0..1.0f64,
    ) {
        let before = picture(&config, seed);
        // A value in reading order, and where it stands among the planes.
        let value = (place * config.size() as f64) as usize;
        let plane = config.side.pow(2);
        let at = value % config.colours * plane + value / config.colours;
        let mut after = before.clone();
        after[at] = (after[at] + 1) % config.levels as u8;
        let known = (value + 1) * config.levels;
        let both = |seed| {
            let model = model(config, &state(&config, seed));
            [&before, &after].map(|levels| logits(&model, levels, 0))
        };
        let [a, b] = both(seed);
        prop_assert_eq!(&a[..known], &b[..known]);
        // What comes next does look at it, unless a row ends here. In a network so small all units that look may be off, but not
        // with every weights.
        let ends = value % (config.side * config.colours) + config.colours
            >= config.side * config.colours;
        let looks = |seed| {
            let [a, b] = both(seed);
            a[known..] != b[known..]
        };
        prop_assert!(ends || (seed..seed + 20).any(looks));
    }
}

/// Where the logits of the middle of an image have a gradient that is not zero.
fn gradient(model: &PixelCnn, levels: &[u8], [row, column]: [usize; 2]) -> Vec<bool> {
    let mut input = model.config.input(levels, &[], &Device::flex()).autodiff();
    let x = input.x.clone().require_grad();
    input.x = x.clone();
    // Squares, since a softmax does not change when the same is added to all.
    let logits = model.forward(&input).narrow(2, row, 1).narrow(3, column, 1);
    let mut grads = logits.square().sum().backward();
    let found = x.grad_remove(&mut grads).expect("the image has a gradient");
    let found: Vec<f32> = found.into_data().try_to_vec().unwrap();
    found.iter().map(|v| *v != 0.0).collect()
}

#[test]
fn the_plain_network_has_a_blind_spot_and_the_gated_one_has_none() {
    const SIDE: usize = 15;
    let (row, column) = (9, 7);
    for kind in [Kind::Gated, Kind::Plain, Kind::RowLstm] {
        let config = PixelCnnConfig {
            kind,
            side: SIDE,
            layers: 2,
            ..SMALL
        };
        let model = model(config, &state(&config, 3));
        let seen = gradient(&model, &picture(&config, 1), [row, column]);
        let field = config.receptive_field(0, [row, column]);
        assert_eq!(seen, field, "{kind:?}: the mask and the true gradient");
        // Earlier pixels as near as the windows reach.
        let reach = 3 + config.layers * (config.kernel / 2);
        let near = |at: usize| {
            let (y, x) = (at / SIDE, at % SIDE);
            at < row * SIDE + column && row - y <= reach && x.abs_diff(column) <= reach
        };
        let blind: Vec<[usize; 2]> = (0..SIDE * SIDE)
            .filter(|&at| near(at) && !seen[at])
            .map(|at| [row - at / SIDE, at % SIDE])
            .collect();
        let beyond = (0..SIDE * SIDE).any(|at| seen[at] && !near(at));
        assert_eq!(beyond, kind == Kind::RowLstm, "{kind:?}");
        match kind {
            // Straight up as far as there is anything.
            Kind::RowLstm => assert!(seen[column]),
            Kind::Gated => assert!(blind.is_empty(), "{blind:?}"),
            // One row up only the first kernel reaches to the right.
            Kind::Plain => {
                assert!(blind.contains(&[1, column + 4]) && blind.contains(&[1, column + reach]));
                assert!(blind.iter().all(|[_, x]| *x > column), "{blind:?}");
            }
        }
    }
}
