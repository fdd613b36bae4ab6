//! Small figures that train: what a figure of a lecture has to provide.
//!
//! A figure computes on the CPU, where reading a tensor is a copy, so it needs no queue of pending values.

use burn::tensor::{Device, Tensor};
use serde_json::{Value as Json, json};

use crate::data::toys::density::Density;
use crate::models::mlp::{Activation, Mlp, MlpConfig, Output, matrix};
use crate::rng::{self, Purpose};
use crate::runs::learner::Learner;
use crate::runs::optimiser::{OptimiserKind, Rates};
use crate::runs::settings::Settings;

/// One figure. Its row in [`crate::figures`] has everything about it that is known before it runs.
pub trait Figure {
    /// Names of the measures.
    const COLUMNS: &'static [&'static str];
    /// The runs that it compares, as legends name them; a single one needs no name.
    const RUNS: &'static [&'static str];

    /// Steps between two rows of measures.
    const MEASURE_EVERY: u64 = 10;

    /// The figure before its first step.
    fn new(settings: &Settings) -> Self;
    /// One training step.
    fn step(&mut self, settings: &Settings);
    /// A live setting has a new value.
    fn changed(&mut self, _key: &str, _settings: &Settings) {}
    /// The measures of every run, in the order of [`Self::COLUMNS`]; NaN where there is none.
    fn measure(&self, settings: &Settings) -> Vec<Vec<f64>>;
    /// What theory gives for a measure, by column.
    fn references(&self, _settings: &Settings) -> Json {
        json!({})
    }
    /// `[x_min, x_max, y_min, y_max]` of panels whose axes are [`crate::schema::Range::Window`].
    fn window(&self) -> Option<[f64; 4]> {
        None
    }
    /// The numbers of every mark, in the order of the panels and their marks; heat maps have `side` points
    /// along each side.
    fn draw(&self, settings: &Settings, side: usize) -> Vec<Vec<f32>>;
    /// The networks that learn, and what else is kept beside them and the step.
    fn parts(&mut self) -> (Vec<&mut Learner>, Vec<&mut f32>) {
        (vec![], vec![])
    }
    /// Every number that training depends on, beside the step.
    fn state(&mut self) -> Vec<Vec<f32>> {
        let (learners, numbers) = self.parts();
        let updates = learners.iter().map(|l| l.optimiser.time as f32);
        let mut state = vec![
            updates.collect(),
            numbers.iter().map(|n| known(**n)).collect(),
        ];
        state.extend(learners.iter().flat_map(|l| l.state()).map(host));
        state
    }
    /// Replaces what [`Self::state`] gives, in its order.
    ///
    /// # Errors
    /// A sentence when it does not fit.
    fn restore(&mut self, vectors: &mut dyn Iterator<Item = Vec<f32>>) -> Result<(), String> {
        let (learners, numbers) = self.parts();
        let updates = take(vectors, learners.len())?;
        let kept = take(vectors, numbers.len())?;
        for (number, kept) in numbers.into_iter().zip(kept) {
            *number = kept;
        }
        for (learner, updates) in learners.into_iter().zip(updates) {
            learner.restore(vectors, updates as u64)?;
        }
        Ok(())
    }
}

/// A number as it is kept: one that has not been seen yet, NaN, as 0.
pub(crate) fn known(value: f32) -> f32 {
    if value.is_nan() { 0.0 } else { value }
}

/// The next saved vector, which has `n` values.
///
/// # Errors
/// A sentence when it is missing or has another length.
pub(crate) fn take(
    vectors: &mut dyn Iterator<Item = Vec<f32>>,
    n: usize,
) -> Result<Vec<f32>, String> {
    let fits = vectors.next().filter(|vector| vector.len() == n);
    fits.ok_or_else(|| "The saved state does not fit.".to_string())
}

/// The random draws of a run, on the CPU.
pub(crate) struct Draws {
    /// The run's seed.
    pub seed: u64,
    /// Where tensors are made.
    pub device: Device,
}

impl Draws {
    /// Those of these settings.
    pub(crate) fn new(settings: &Settings) -> Self {
        Self {
            seed: settings.int("seed", 0) as u64,
            device: crate::device::cpu(),
        }
    }

    /// Standard normal values, `[n, columns]`.
    pub(crate) fn normal(
        &self,
        purpose: Purpose,
        index: u64,
        n: usize,
        columns: usize,
    ) -> Tensor<2> {
        let values = rng::normal(&mut rng::stream(self.seed, purpose, index), n * columns);
        matrix(values, columns, &self.device)
    }

    /// Points of a density, `[n, 2]`.
    pub(crate) fn points(&self, of: &Density, purpose: Purpose, index: u64, n: usize) -> Tensor<2> {
        let mut stream = rng::stream(self.seed, purpose, index);
        matrix(of.sample(&mut stream, n), 2, &self.device)
    }

    /// A network at its initial weights, with Adam; of several for a purpose, this `number`.
    pub(crate) fn learner(&self, config: MlpConfig, purpose: Purpose, number: u64) -> Learner {
        let kind = OptimiserKind::Adam;
        Learner::numbered(config, kind, self.seed, purpose, number, &self.device)
    }
}

/// The density of the controls `density`, `radius` and `sigma`.
pub(crate) fn density(settings: &Settings) -> Density {
    let (radius, sigma) = (settings.float("radius", 0), settings.float("sigma", 0));
    Density::new(settings.density(), radius, sigma, &[])
}

/// A network of two hidden layers of leaky ReLU with a linear output.
pub(crate) fn network(inputs: usize, outputs: usize, width: usize) -> MlpConfig {
    MlpConfig {
        inputs,
        outputs,
        depth: 2,
        width,
        activation: Activation::LeakyRelu,
        output: Output::Linear,
    }
}

/// Adam's rates of a game, with the learning rate of this setting.
pub(crate) fn rates(settings: &Settings, key: &str) -> Rates {
    Rates {
        lr: settings.float(key, 0),
        beta1: 0.5,
        beta2: 0.9,
    }
}

/// Host values of a tensor of any shape.
pub(crate) fn host<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    let data = tensor.into_data();
    data.try_to_vec::<f32>().expect("32-bit floats on the CPU")
}

/// The mean of values; NaN of none.
pub(crate) fn mean(values: &[f32]) -> f64 {
    values.iter().map(|&v| f64::from(v)).sum::<f64>() / values.len() as f64
}

/// Interleaved x, y of a curve.
pub(crate) fn curve(xs: &[f64], f: impl Fn(usize) -> f64) -> Vec<f32> {
    let pair = |(i, x): (usize, &f64)| [*x as f32, f(i) as f32];
    xs.iter().enumerate().flat_map(pair).collect()
}

/// `n` places at the middles of equal cells between `from` and `to`.
pub(crate) fn middles(from: f64, to: f64, n: usize) -> Vec<f64> {
    let at = |i: usize| from + (to - from) * (i as f64 + 0.5) / n as f64;
    (0..n).map(at).collect()
}

/// Interleaved x, y of the middles of the cells of a square grid over `[low, high]^2`, row-major from the lowest y.
pub(crate) fn square_grid(low: f64, high: f64, side: usize) -> Vec<f32> {
    let at = middles(low, high, side);
    let row = |&y: &f64| at.iter().flat_map(move |&x| [x as f32, y as f32]);
    at.iter().flat_map(row).collect()
}

/// Interleaved x, y, hue of points, coloured by the direction of `origins` from the centre.
pub(crate) fn by_direction(points: &[f32], origins: &[f32]) -> Vec<f32> {
    let hue = |p: &[f32]| {
        let turn = libm::atan2(f64::from(p[1]), f64::from(p[0])) / std::f64::consts::TAU;
        (turn - libm::floor(turn)) as f32
    };
    let pair = points.chunks(2).zip(origins.chunks(2));
    pair.flat_map(|(p, from)| [p[0], p[1], hue(from)]).collect()
}

/// Interleaved x, y, dx, dy of arrows from points to others.
pub(crate) fn arrows(from: &[f32], to: &[f32]) -> Vec<f32> {
    let pair = from.chunks(2).zip(to.chunks(2));
    pair.flat_map(|(a, b)| [a[0], a[1], b[0] - a[0], b[1] - a[1]])
        .collect()
}

/// Mean distance of points from others.
pub(crate) fn mean_distance(from: &[f32], to: &[f32]) -> f64 {
    let lengths = arrows(from, to);
    let lengths = lengths.chunks(4).map(|a| a[2].hypot(a[3]));
    mean(&lengths.collect::<Vec<_>>())
}

/// Output and slope of a network of one variable at places on the line.
pub(crate) fn along(network: &Mlp, xs: &[f64], device: &Device) -> (Vec<f64>, Vec<f64>) {
    let values = xs.iter().map(|&x| x as f32).collect();
    let x = matrix(values, 1, device);
    let wide = |t: Tensor<2>| host(t).into_iter().map(f64::from).collect();
    (
        wide(network.forward(x.clone())),
        wide(network.input_gradient(x)),
    )
}
