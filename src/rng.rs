//! Seeded randomness in named streams, made on the host for every device.
//!
//! The generator is ChaCha with 8 rounds (Bernstein 2008; Aumasson 2019 for the round count): a published, portable,
//! counter-based generator. A draw is addressed by `(seed, purpose, index)`, so nothing has to be
//! remembered between steps: the batch of update 500 is the same whether or not updates 0 to 499
//! ran before it, and two arenas at the same update see the same data.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rand_distr::{Distribution, StandardNormal, StandardUniform};

use crate::choice::choices;

choices! {
    /// What a random draw is for. Each purpose has streams of its own.
    Purpose {
        /// Training data.
        Data = "data", "training data";
        /// Initial weights of the generator.
        InitGenerator = "init-g", "initial weights of the generator";
        /// Initial weights of the discriminator or critic.
        InitDiscriminator = "init-d", "initial weights of the discriminator";
        /// Initial weights of an autoencoder's second half.
        InitDecoder = "init-decoder", "initial weights of a decoder";
        /// Latents of a discriminator update.
        NoiseDiscriminator = "noise-d", "latents of a discriminator update";
        /// Latents of a generator update.
        NoiseGenerator = "noise-g", "latents of a generator update";
        /// Interpolation factors of the gradient penalty.
        Penalty = "penalty", "interpolation factors of the gradient penalty";
        /// Noise of an encoder's posterior.
        NoisePosterior = "noise-q", "noise of an encoder's posterior";
        /// Which examples are held out.
        Split = "split", "which examples are held out";
        /// Noise on a discriminator's images.
        NoiseInstance = "noise-x", "noise on a discriminator's images";
        /// Noise of a generator's layers.
        NoiseLayers = "noise-layers", "noise of a generator's layers";
        /// Which layers take the style of another latent.
        Mixing = "mixing", "which layers take the style of another latent";
        /// Which units dropout keeps.
        Dropout = "dropout", "which units dropout keeps";
        /// Variations of training data.
        Augment = "augment", "variations of training data";
        /// Samples for measures.
        Measure = "measure", "samples for measures";
        /// Samples for pictures.
        View = "view", "samples for pictures";
    }
}

choices! {
    /// Distribution of the latent `z`.
    Latent {
        /// `z ~ N(0, I)`.
        Normal = "normal", "Gaussian N(0, 1)";
        /// `z ~ U[-1, 1]` in every coordinate.
        Uniform = "uniform", "Uniform on [-1, 1]";
    }
}

/// The generator for one draw: stream `index` of `purpose` under `seed`.
pub fn stream(seed: u64, purpose: Purpose, index: u64) -> ChaCha8Rng {
    let mut key = [0u8; 32];
    key[..8].copy_from_slice(&seed.to_le_bytes());
    let id = purpose.id().as_bytes();
    key[8..8 + id.len()].copy_from_slice(id);
    let mut rng = ChaCha8Rng::from_seed(key);
    rng.set_stream(index);
    rng
}

/// `n` standard normal values.
pub fn normal(rng: &mut ChaCha8Rng, n: usize) -> Vec<f32> {
    (0..n).map(|_| StandardNormal.sample(rng)).collect()
}

/// `n` values uniform on [0, 1).
pub fn uniform(rng: &mut ChaCha8Rng, n: usize) -> Vec<f32> {
    let mut values = vec![0.0; n];
    fill_uniform(rng, &mut values);
    values
}

/// The same into a buffer.
pub fn fill_uniform(rng: &mut ChaCha8Rng, to: &mut [f32]) {
    for value in to {
        *value = StandardUniform.sample(rng);
    }
}

/// A value uniform on [low, high).
pub fn between(rng: &mut ChaCha8Rng, low: f32, high: f32) -> f32 {
    let u: f32 = StandardUniform.sample(rng);
    low + (high - low) * u
}

/// True in a share `p` of draws.
pub fn chance(rng: &mut ChaCha8Rng, p: f32) -> bool {
    between(rng, 0.0, 1.0) < p
}

/// One of several.
///
/// # Panics
/// If there is none.
pub fn pick<'a, T>(rng: &mut ChaCha8Rng, from: &'a [T]) -> &'a T {
    let at = between(rng, 0.0, from.len() as f32) as usize;
    &from[at.min(from.len() - 1)]
}

/// `n` latent values of the given distribution.
pub fn latent(rng: &mut ChaCha8Rng, distribution: Latent, n: usize) -> Vec<f32> {
    let mut values = vec![0.0; n];
    fill_latent(rng, distribution, &mut values);
    values
}

/// The same into a buffer.
pub fn fill_latent(rng: &mut ChaCha8Rng, distribution: Latent, to: &mut [f32]) {
    for value in to {
        *value = match distribution {
            Latent::Normal => StandardNormal.sample(rng),
            Latent::Uniform => {
                let u: f32 = StandardUniform.sample(rng);
                2.0 * u - 1.0
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draw_depends_on_seed_purpose_and_index_only() {
        let draw = |seed, purpose, index| normal(&mut stream(seed, purpose, index), 4);
        let first = draw(7, Purpose::Data, 500);
        assert_eq!(first, draw(7, Purpose::Data, 500));
        assert_ne!(first, draw(8, Purpose::Data, 500));
        assert_ne!(first, draw(7, Purpose::Measure, 500));
        assert_ne!(first, draw(7, Purpose::Data, 501));
    }

    #[test]
    fn normal_draws_have_mean_zero_and_variance_one() {
        let x = normal(&mut stream(1, Purpose::Data, 0), 100_000);
        let mean = x.iter().sum::<f32>() / 1e5;
        let var = x.iter().map(|v| v * v).sum::<f32>() / 1e5;
        // Four standard errors of each estimate.
        assert!(mean.abs() < 4.0 / 1e5f32.sqrt(), "mean {mean}");
        assert!(
            (var - 1.0).abs() < 4.0 * (2.0f32 / 1e5).sqrt(),
            "variance {var}"
        );
    }

    #[test]
    fn uniform_latents_stay_in_their_range() {
        let z = latent(&mut stream(1, Purpose::View, 0), Latent::Uniform, 10_000);
        assert!(z.iter().all(|v| (-1.0..1.0).contains(v)));
    }
}
