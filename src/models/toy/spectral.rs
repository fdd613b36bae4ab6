//! Spectral normalisation (Miyato et al. 2018, algorithm 1): every weight matrix divided by its largest singular value, as one step of
//! power iteration estimates it.
//!
//! With `v = unit(u W^T)`, `u' = unit(v W)` and `sigma = v W u'^T`, the network acts with `W / sigma`. Directions count as constants,
//! so a gradient `G` with respect to `W / sigma` is `(G - <G, W / sigma> v^T u') / sigma` with respect to `W`.

use super::lanes::LANES;
use super::product::total;
use crate::models::mlp::MlpConfig;

/// The normalisation of one network.
#[derive(Clone, Debug)]
pub struct Spectral {
    layers: Vec<Direction>,
    /// The parameters with which the network acts.
    pub acting: Vec<f32>,
}

#[derive(Clone, Debug)]
struct Direction {
    /// Where its weights are among the parameters.
    at: usize,
    inputs: usize,
    /// `u`, which training keeps.
    kept: Vec<f32>,
    /// `v` and `u'` of the present parameters.
    v: Vec<f32>,
    u: Vec<f32>,
    sigma: f32,
}

impl Spectral {
    /// At the start; [`Self::refresh`] comes next.
    pub fn new(config: &MlpConfig) -> Self {
        let mut at = 0;
        let direction = |[inputs, outputs]: [usize; 2]| {
            let kept = vec![1.0 / (outputs as f32).sqrt(); outputs];
            let begin = at;
            at += (inputs + 1) * outputs;
            Direction {
                at: begin,
                inputs,
                u: kept.clone(),
                kept,
                v: vec![0.0; inputs],
                sigma: 1.0,
            }
        };
        Self {
            layers: config.shapes().map(direction).collect(),
            acting: vec![0.0; config.parameters()],
        }
    }

    /// Works out how the network acts with these parameters, without moving what training keeps.
    pub fn refresh(&mut self, parameters: &[f32]) {
        self.acting.copy_from_slice(parameters);
        for layer in &mut self.layers {
            let outputs = layer.kept.len();
            let weight = &mut self.acting[layer.at..][..layer.inputs * outputs];
            for (v, row) in layer.v.iter_mut().zip(weight.chunks_exact(outputs)) {
                *v = dot(row, &layer.kept);
            }
            unit(&mut layer.v);
            layer.u.fill(0.0);
            for (v, row) in layer.v.iter().zip(weight.chunks_exact(outputs)) {
                for (u, weight) in layer.u.iter_mut().zip(row) {
                    *u += v * weight;
                }
            }
            layer.sigma = unit(&mut layer.u);
            for weight in weight {
                *weight /= layer.sigma;
            }
        }
    }

    /// A gradient with respect to what the network acts with becomes one with respect to its parameters.
    pub fn pull_back(&self, gradient: &mut [f32]) {
        for layer in &self.layers {
            let outputs = layer.kept.len();
            let weights = layer.at..layer.at + layer.inputs * outputs;
            let gradient = &mut gradient[weights.clone()];
            let along = dot(gradient, &self.acting[weights]);
            for (v, row) in layer.v.iter().zip(gradient.chunks_exact_mut(outputs)) {
                for (g, u) in row.iter_mut().zip(&layer.u) {
                    *g = (*g - along * (v * u)) / layer.sigma;
                }
            }
        }
    }

    /// Training has used the directions of [`Self::refresh`], and keeps them.
    pub fn keep(&mut self) {
        for layer in &mut self.layers {
            layer.kept.copy_from_slice(&layer.u);
        }
    }

    /// What training keeps: a unit vector of outputs for each layer.
    pub fn directions(&self) -> impl Iterator<Item = &[f32]> {
        self.layers.iter().map(|layer| &layer.kept[..])
    }

    /// The same, to be replaced.
    pub fn directions_mut(&mut self) -> impl Iterator<Item = &mut [f32]> {
        self.layers.iter_mut().map(|layer| &mut layer.kept[..])
    }
}

/// The sum of products, in sixteen sums by index modulo sixteen.
fn dot(x: &[f32], y: &[f32]) -> f32 {
    let mut sums = [0.0; LANES];
    for (x, y) in x.chunks(LANES).zip(y.chunks(LANES)) {
        for ((sum, x), y) in sums.iter_mut().zip(x).zip(y) {
            *sum += x * y;
        }
    }
    total(&sums)
}

/// Makes it a unit vector; returns its length in that direction.
fn unit(x: &mut [f32]) -> f32 {
    let length = (dot(x, x) + 1e-12).sqrt();
    let mut along = 0.0;
    for x in x {
        let unit = *x / length;
        along += *x * unit;
        *x = unit;
    }
    along
}
