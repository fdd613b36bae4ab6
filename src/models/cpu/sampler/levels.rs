//! From logits to a level: the distribution at a temperature, and the noise that draws from it.

use crate::rng::{Purpose, stream, uniform};

/// What decides a value: uniform on [0, 1), a function of the seed and the value's place in reading order alone.
pub fn noise(seed: u64, value: usize) -> f32 {
    uniform(&mut stream(seed, Purpose::View, value as u64), 1)[0]
}

/// The distribution of a value: softmax of `logits / temperature`. Zero is all on the likeliest level, the first of equals, and
/// infinity is uniform.
pub fn probabilities(logits: &[f32], temperature: f32) -> Vec<f32> {
    let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let weights: Vec<f32> = if temperature == 0.0 {
        let likeliest = logits.iter().position(|l| *l == most);
        (0..logits.len())
            .map(|i| f32::from(u8::from(Some(i) == likeliest)))
            .collect()
    } else {
        let weight = |l: &f32| libm::expf((l - most) / temperature);
        logits.iter().map(weight).collect()
    };
    let sum: f32 = weights.iter().sum();
    weights.iter().map(|w| w / sum).collect()
}

/// Logarithm of softmax, in nats.
pub fn log_probabilities(logits: &[f32]) -> Vec<f32> {
    let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f32 = logits.iter().map(|l| libm::expf(l - most)).sum();
    let log_sum = most + libm::logf(sum);
    logits.iter().map(|l| l - log_sum).collect()
}

/// The level that `uniform` in [0, 1) draws: the first whose cumulative probability is above it.
pub fn draw(probabilities: &[f32], uniform: f32) -> u8 {
    let mut below = 0.0;
    for (level, p) in probabilities.iter().enumerate() {
        below += p;
        if uniform < below {
            return level as u8;
        }
    }
    // Rounding left the sum short of 1: the last level that can be.
    probabilities.iter().rposition(|p| *p > 0.0).unwrap_or(0) as u8
}
