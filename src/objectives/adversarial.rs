//! Adversarial objectives, written as losses to minimise. `f` is the network's raw output, `D = sigmoid(f)`.
//!
//! | objective | discriminator or critic | generator |
//! |---|---|---|
//! | minimax (Goodfellow et al. 2014, eq. 1) | -E log D(x) - E log(1 - D(G z)) | E log(1 - D(G z)) |
//! | non-saturating (ibid., section 3) | the same | -E log D(G z) |
//! | least squares (Mao et al. 2017, eq. 9: a, b, c = 0, 1, 1) | 1/2 E (f(x) - 1)^2 + 1/2 E f(G z)^2 | 1/2 E (f(G z) - 1)^2 |
//! | Wasserstein, clipped (Arjovsky et al. 2017, algorithm 1) | E f(G z) - E f(x), weights clipped to [-c, c] | -E f(G z) |
//! | Wasserstein, penalty (Gulrajani et al. 2017, eq. 3) | E f(G z) - E f(x) + lambda E (norm(grad f(x^)) - 1)^2 | -E f(G z) |
//! | hinge (Lim and Ye 2017, eq. 15 and 16) | E max(0, 1 - f(x)) + E max(0, 1 + f(G z)) | -E f(G z) |
//! | non-saturating + R1 (Mescheder et al. 2018, eq. 9) | as non-saturating, + gamma/2 E norm(grad f(x))^2 on real data | -E log D(G z) |
//! | non-saturating + gradient penalty (Fedus et al. 2018, "GAN-GP") | as non-saturating, + lambda E (norm(grad f(x^)) - 1)^2 | -E log D(G z) |
//! | unrolled (Metz et al. 2017, eq. 7 and 10) | as non-saturating | -E log D_k(G z), D_k after k gradient steps from D, which the gradient passes through |
//! | minibatch statistics (Salimans et al. 2016, section 3.2) | as non-saturating, of D(x, [`closeness`] of x to its batch) | -E log D(G z, closeness) |
//! | BEGAN (Berthelot et al. 2017, section 3.4) | E L(x) - k E L(G z), L(v) = mean abs(v - D(v)), D an autoencoder, f = -L | E L(G z) |
//!
//! E is the mean over the batch. All work on raw outputs with log-sigmoid, which neither overflows nor
//! loses small probabilities.

use burn::tensor::{Tensor, activation};

use crate::choice::choices;
use crate::models::mlp::Mlp;

choices! {
    /// Which game the two networks play.
    Objective {
        /// The original two-player game.
        Minimax = "minimax", "Minimax GAN";
        /// The same discriminator, a generator loss that does not saturate.
        NonSaturating = "non-saturating", "Non-saturating GAN";
        /// Squared errors to the targets 1 and 0.
        LeastSquares = "least-squares", "Least-squares GAN";
        /// Wasserstein distance, Lipschitz by clipped weights.
        WassersteinClip = "wasserstein-clip", "WGAN, weight clipping";
        /// Wasserstein distance, Lipschitz by gradient penalty.
        WassersteinGp = "wasserstein-gp", "WGAN-GP, gradient penalty";
        /// Only outputs inside the margin teach the critic.
        Hinge = "hinge", "Hinge GAN";
        /// Non-saturating, with a gradient penalty on real data.
        R1 = "r1", "Non-saturating + R1";
        /// Non-saturating, with the gradient penalty of WGAN-GP.
        GradientPenalty = "non-saturating-gp", "Non-saturating + gradient penalty";
        /// Non-saturating, against a discriminator some steps ahead.
        Unrolled = "unrolled", "Unrolled GAN";
        /// Non-saturating, with a discriminator that sees how crowded the batch is.
        Minibatch = "minibatch", "Minibatch statistics";
        /// An autoencoder for a discriminator, held in balance.
        Began = "began", "BEGAN";
    }
}

impl Objective {
    /// Settings that depend on the objective and on nothing else, in the form of a link: the values of the papers, scaled to toys.
    pub fn defaults(self) -> &'static str {
        match self {
            Self::WassersteinGp => "critic-steps=2&beta1=0&beta2=0.9&lambda=0.1",
            Self::WassersteinClip => {
                "optimiser=rmsprop&lr-g=0.0003&lr-d=0.0003&beta2=0.99&critic-steps=5&clip=0.01"
            }
            _ => "",
        }
    }

    /// Keys of the settings that no other objective reads.
    pub fn own_settings(self) -> &'static [&'static str] {
        match self {
            Self::Unrolled => &["unroll", "unroll-rate"],
            Self::Began => &["diversity", "balance-rate"],
            _ => &[],
        }
    }

    /// Whether its losses depend on the setting with this key.
    pub fn reads(self, key: &str) -> bool {
        match key {
            "lambda" => self.has_gradient_penalty(),
            "gamma" => self == Self::R1,
            "clip" => self == Self::WassersteinClip,
            _ => {
                let others = Self::ALL.iter().filter(|&&other| other != self);
                let owned = |o: &Self| o.own_settings().contains(&key);
                owned(&self) || !others.into_iter().any(owned)
            }
        }
    }

    /// Whether the second network is a critic (an unbounded score) and not a discriminator (a probability or target).
    pub fn is_critic(self) -> bool {
        self.is_wasserstein() || matches!(self, Self::Hinge | Self::Began)
    }

    /// Whether the critic's gap `E f(x) - E f(G z)` estimates a distance.
    pub fn is_wasserstein(self) -> bool {
        matches!(self, Self::WassersteinClip | Self::WassersteinGp)
    }

    /// Whether a penalty on the discriminator's input gradient is part of its loss.
    pub fn is_penalised(self) -> bool {
        self.has_gradient_penalty() || self == Self::R1
    }

    /// Whether that penalty is [`gradient_penalty`], between real and generated points.
    pub fn has_gradient_penalty(self) -> bool {
        matches!(self, Self::WassersteinGp | Self::GradientPenalty)
    }

    /// Whether the network's output is the log-odds that its input is real.
    pub fn is_probability(self) -> bool {
        !matches!(self, Self::LeastSquares) && !self.is_critic()
    }

    /// Loss of the discriminator or critic, loss of the generator, and the source, as a person reads them.
    pub fn formulas(self) -> [&'static str; 3] {
        match self {
            Self::Minimax => [
                "−E log D(x) − E log(1 − D(G(z)))",
                "E log(1 − D(G(z)))",
                "Goodfellow et al. 2014, equation 1",
            ],
            Self::NonSaturating => [
                "−E log D(x) − E log(1 − D(G(z)))",
                "−E log D(G(z))",
                "Goodfellow et al. 2014, section 3",
            ],
            Self::LeastSquares => [
                "½ E (f(x) − 1)² + ½ E f(G(z))²",
                "½ E (f(G(z)) − 1)²",
                "Mao et al. 2017, equation 9",
            ],
            Self::WassersteinClip => [
                "E f(G(z)) − E f(x), weights clipped to [−c, c]",
                "−E f(G(z))",
                "Arjovsky et al. 2017, algorithm 1",
            ],
            Self::WassersteinGp => [
                "E f(G(z)) − E f(x) + λ E (‖∇f(x̂)‖ − 1)²",
                "−E f(G(z))",
                "Gulrajani et al. 2017, equation 3",
            ],
            Self::Hinge => [
                "E max(0, 1 − f(x)) + E max(0, 1 + f(G(z)))",
                "−E f(G(z))",
                "Lim and Ye 2017, equations 15 and 16",
            ],
            Self::R1 => [
                "−E log D(x) − E log(1 − D(G(z))) + γ/2 E ‖∇f(x)‖²",
                "−E log D(G(z))",
                "Mescheder et al. 2018, equation 9",
            ],
            Self::GradientPenalty => [
                "−E log D(x) − E log(1 − D(G(z))) + λ E (‖∇f(x̂)‖ − 1)²",
                "−E log D(G(z))",
                "Fedus et al. 2018, GAN-GP",
            ],
            Self::Unrolled => [
                "−E log D(x) − E log(1 − D(G(z)))",
                "−E log Dₖ(G(z)), Dₖ after k more steps of D, differentiated through them",
                "Metz et al. 2017, equations 7 and 10",
            ],
            Self::Minibatch => [
                "−E log D(x, c(x)) − E log(1 − D(G(z), c(G(z)))), c(x) = log meanⱼ exp(−‖x − xⱼ‖₁ / s) over the batch",
                "−E log D(G(z), c(G(z)))",
                "After Salimans et al. 2016, section 3.2",
            ],
            Self::Began => [
                "E L(x) − k E L(G(z)), L(v) = ½ ‖v − D(v)‖₁, k ← k + λₖ (γ L(x) − L(G(z))) within [0, 1]",
                "E L(G(z))",
                "Berthelot et al. 2017, section 3.4",
            ],
        }
    }

    /// Loss of the discriminator or critic, without a penalty and before BEGAN's balance, which scales `fake`.
    ///
    /// # Shapes
    /// - real, fake: `[batch, 1]` raw outputs
    /// - returns: `[1]`, in nats where the output is a probability, else in the units of `f`
    pub fn discriminator_loss(self, real: Tensor<2>, fake: Tensor<2>) -> Tensor<1> {
        let [real, fake] = self.discriminator_terms(real, fake);
        real.mean() + fake.mean()
    }

    /// What every single point adds to [`Self::discriminator_loss`], which is the sum of both means.
    ///
    /// # Shapes
    /// - real, fake: `[n, 1]`, `[m, 1]`; returns the same
    pub fn discriminator_terms(self, real: Tensor<2>, fake: Tensor<2>) -> [Tensor<2>; 2] {
        match self {
            Self::Minimax
            | Self::NonSaturating
            | Self::R1
            | Self::GradientPenalty
            | Self::Unrolled
            | Self::Minibatch => [
                activation::log_sigmoid(real).neg(),
                activation::log_sigmoid(fake.neg()).neg(),
            ],
            Self::LeastSquares => [(real - 1.0).square() * 0.5, fake.square() * 0.5],
            Self::WassersteinClip | Self::WassersteinGp | Self::Began => [real.neg(), fake],
            Self::Hinge => [
                activation::relu(real.neg() + 1.0),
                activation::relu(fake + 1.0),
            ],
        }
    }

    /// Loss of the generator.
    ///
    /// # Shapes
    /// - fake: `[batch, 1]` raw outputs on generated points
    /// - returns: `[1]`
    pub fn generator_loss(self, fake: Tensor<2>) -> Tensor<1> {
        match self {
            Self::Minimax => activation::log_sigmoid(fake.neg()).mean(),
            Self::NonSaturating
            | Self::R1
            | Self::GradientPenalty
            | Self::Unrolled
            | Self::Minibatch => activation::log_sigmoid(fake).mean().neg(),
            Self::LeastSquares => (fake - 1.0).square().mean() * 0.5,
            Self::WassersteinClip | Self::WassersteinGp | Self::Hinge | Self::Began => {
                fake.mean().neg()
            }
        }
    }

    /// `-dL_G/df` for each generated point, without the mean's factor: the weight of grad f in
    /// the direction in which the generator loss pushes that point.
    ///
    /// # Shapes
    /// - fake: `[batch, 1]` raw outputs
    /// - returns: `[batch, 1]`
    pub fn push(self, fake: Tensor<2>) -> Tensor<2> {
        match self {
            Self::Minimax => activation::sigmoid(fake),
            Self::NonSaturating
            | Self::R1
            | Self::GradientPenalty
            | Self::Unrolled
            | Self::Minibatch => activation::sigmoid(fake.neg()),
            Self::LeastSquares => fake.neg() + 1.0,
            Self::WassersteinClip | Self::WassersteinGp | Self::Hinge | Self::Began => {
                fake.ones_like()
            }
        }
    }

    /// Losses `(discriminator, generator)` at the theoretical equilibrium p_g = p_data, where theory gives them.
    pub fn equilibrium(self) -> (Option<f64>, Option<f64>) {
        use std::f64::consts::LN_2;
        match self {
            Self::Minimax => (Some(2.0 * LN_2), Some(-LN_2)),
            Self::NonSaturating
            | Self::R1
            | Self::GradientPenalty
            | Self::Unrolled
            | Self::Minibatch => (Some(2.0 * LN_2), Some(LN_2)),
            // f = 1/2 everywhere.
            Self::LeastSquares => (Some(0.25), Some(0.125)),
            // Both means of f are equal; its level is free. With a penalty that asks for slope 1, f need not be constant.
            Self::WassersteinClip | Self::WassersteinGp => (Some(0.0), None),
            // Any f between the margins; again its level is free.
            Self::Hinge => (Some(2.0), None),
            // How well the autoencoder can do depends on the data and on its size.
            Self::Began => (None, None),
        }
    }
}

/// The discriminator `steps` gradient steps of size `rate` ahead, on `-E log D(real) - E log(1 - D(fake))` (Metz et al. 2017,
/// equation 4). The steps are an ordinary graph of `fake`, so a gradient with respect to the generator passes through
/// all of them, second derivatives included.
///
/// # Shapes
/// - real, fake: `[batch, inputs]`
pub fn unrolled(
    discriminator: &Mlp,
    real: Tensor<2>,
    fake: Tensor<2>,
    steps: usize,
    rate: f64,
) -> Mlp {
    let [batch, _] = real.dims();
    let label = |t: &Tensor<2>, value: f32| Tensor::<2>::full([t.dims()[0], 1], value, &t.device());
    let labels = Tensor::cat(vec![label(&real, 1.0), label(&fake, 0.0)], 0);
    let x = Tensor::cat(vec![real, fake], 0);
    // d/df of the loss: (sigmoid(f) - label) / batch.
    let slope = |f| (activation::sigmoid(f) - labels.clone()) / batch as f64;
    (0..steps).fold(discriminator.clone(), |ahead, _| {
        ahead.descended(x.clone(), slope, rate)
    })
}

/// How crowded a batch is around points: `log mean_j exp(-norm_1(x - y_j) / scale)`, the closeness of minibatch discrimination
/// (Salimans et al. 2016, section 3.2) with the points themselves for learned features, and a logarithm for an even range.
/// A collapsed batch is more crowded than a real one.
///
/// # Shapes
/// - x: `[n, features]`; batch: `[m, features]`
/// - returns: `[n, 1]`, at most 0
pub fn closeness(x: Tensor<2>, batch: Tensor<2>, scale: f64) -> Tensor<2> {
    let difference: Tensor<3> = x.unsqueeze_dim::<3>(1) - batch.unsqueeze_dim::<3>(0);
    let distance: Tensor<2> = difference.abs().sum_dim(2).squeeze_dim(2);
    (distance / -scale).exp().mean_dim(1).log()
}

/// Minus the reconstruction error of an autoencoder of two halves, `-mean abs(x - D(x))` over the features of a point (Berthelot et al. 2017,
/// equation 1 with eta = 1): the more real a point looks, the higher.
///
/// # Shapes
/// - x: `[n, features]`; returns `[n, 1]`, at most 0
pub fn reconstruction(encoder: &Mlp, decoder: &Mlp, x: Tensor<2>) -> Tensor<2> {
    let again = decoder.forward(encoder.forward(x.clone()));
    (again - x).abs().mean_dim(1).neg()
}

/// BEGAN's balance after a step, `k + rate (diversity real - fake)` within [0, 1], and its measure of convergence
/// `M = real + abs(diversity real - fake)` (Berthelot et al. 2017, section 3.4).
///
/// # Shapes
/// - k: `[1]`; real, fake: `[1]`, mean reconstruction errors
pub fn balance(
    k: Tensor<1>,
    real: Tensor<1>,
    fake: Tensor<1>,
    diversity: f64,
    rate: f64,
) -> [Tensor<1>; 2] {
    let tilt = real.clone() * diversity - fake;
    [(k + tilt.clone() * rate).clamp(0.0, 1.0), real + tilt.abs()]
}

/// `E (norm(grad_x f(x)) - 1)^2` at the given points, differentiable with respect to the critic's parameters
/// (Gulrajani et al. 2017, equation 3, without lambda).
///
/// # Shapes
/// - at: `[batch, inputs]`, constants
/// - returns: `[1]`
pub fn gradient_penalty(critic: &Mlp, at: Tensor<2>) -> Tensor<1> {
    (gradient_norm(critic, at) - 1.0).square().mean()
}

/// `E norm(grad_x f(x))^2` at real points, differentiable with respect to the discriminator's parameters (Mescheder et
/// al. 2018, equation 9, without gamma/2).
///
/// # Shapes
/// - real: `[batch, inputs]`, constants
/// - returns: `[1]`
pub fn real_penalty(discriminator: &Mlp, real: Tensor<2>) -> Tensor<1> {
    discriminator
        .input_gradient(real)
        .square()
        .sum_dim(1)
        .mean()
}

/// Euclidean norm of the critic's input gradient.
///
/// # Shapes
/// - at: `[batch, inputs]`, constants
/// - returns: `[batch, 1]`
pub fn gradient_norm(critic: &Mlp, at: Tensor<2>) -> Tensor<2> {
    length(critic.input_gradient(at))
}

/// Euclidean length of every row.
///
/// # Shapes
/// - rows: `[n, features]`; returns `[n, 1]`
pub fn length(rows: Tensor<2>) -> Tensor<2> {
    // The stabiliser keeps the square root differentiable where the gradient vanishes.
    (rows.square().sum_dim(1) + 1e-12).sqrt()
}

/// Points `x^ = eps x + (1 - eps) G(z)` on the lines between pairs.
///
/// # Shapes
/// - real, fake: `[batch, features]`; eps: `[batch, 1]` in [0, 1]
/// - returns: `[batch, features]`
pub fn interpolate(real: Tensor<2>, fake: Tensor<2>, eps: Tensor<2>) -> Tensor<2> {
    fake.clone() + (real - fake) * eps
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    use crate::models::mlp::{Activation, MlpConfig, Output, matrix};
    use crate::rng::{self, Purpose};

    fn scalar(t: Tensor<1>) -> f64 {
        f64::from(t.into_scalar::<f32>())
    }

    fn column(values: &[f32]) -> Tensor<2> {
        matrix(values.to_vec(), 1, &Device::flex())
    }

    /// `-log(sigmoid(f))` in double precision.
    fn nll(f: f64) -> f64 {
        (-f).exp().ln_1p()
    }

    #[test]
    fn losses_equal_their_closed_forms() {
        let (real, fake) = ([1.5f32, -0.3], [0.2f32, -2.0]);
        let mean = |g: &dyn Fn(f64) -> f64, v: [f32; 2]| {
            v.iter().map(|&f| g(f64::from(f))).sum::<f64>() / 2.0
        };
        let js = mean(&nll, real) + mean(&|f| nll(-f), fake);
        let ls = 0.5 * (mean(&|f| (f - 1.0).powi(2), real) + mean(&|f| f * f, fake));
        let w = mean(&|f| f, fake) - mean(&|f| f, real);
        let hinge = mean(&|f| (1.0 - f).max(0.0), real) + mean(&|f| (1.0 + f).max(0.0), fake);
        let expected = [
            (Objective::Minimax, js, -mean(&|f| nll(-f), fake)),
            (Objective::NonSaturating, js, mean(&nll, fake)),
            (
                Objective::LeastSquares,
                ls,
                0.5 * mean(&|f| (f - 1.0).powi(2), fake),
            ),
            (Objective::WassersteinClip, w, -mean(&|f| f, fake)),
            (Objective::WassersteinGp, w, -mean(&|f| f, fake)),
            (Objective::Hinge, hinge, -mean(&|f| f, fake)),
            (Objective::R1, js, mean(&nll, fake)),
            (Objective::GradientPenalty, js, mean(&nll, fake)),
            (Objective::Unrolled, js, mean(&nll, fake)),
            (Objective::Minibatch, js, mean(&nll, fake)),
            (Objective::Began, w, -mean(&|f| f, fake)),
        ];
        assert_eq!(expected.len(), Objective::ALL.len());
        for (objective, d, g) in expected {
            let got_d = scalar(objective.discriminator_loss(column(&real), column(&fake)));
            let got_g = scalar(objective.generator_loss(column(&fake)));
            assert!(
                (got_d - d).abs() < 1e-6,
                "{objective:?} D: {got_d} against {d}"
            );
            assert!(
                (got_g - g).abs() < 1e-6,
                "{objective:?} G: {got_g} against {g}"
            );
        }
    }

    #[test]
    fn log_losses_stay_finite_at_extreme_outputs() {
        for objective in [Objective::Minimax, Objective::NonSaturating] {
            for f in [-300.0, 300.0] {
                let d = scalar(objective.discriminator_loss(column(&[f]), column(&[f])));
                assert!((d - 300.0).abs() < 1e-3, "{objective:?}: {d}");
            }
        }
    }

    #[test]
    fn equilibrium_losses_are_those_of_a_discriminator_that_cannot_tell() {
        for &objective in Objective::ALL {
            let f = if objective == Objective::LeastSquares {
                0.5
            } else {
                0.0
            };
            let (d, g) = objective.equilibrium();
            if let Some(d) = d {
                let got = scalar(objective.discriminator_loss(column(&[f]), column(&[f])));
                assert!((got - d).abs() < 1e-6, "{objective:?}");
            }
            if let Some(g) = g {
                assert!((scalar(objective.generator_loss(column(&[f]))) - g).abs() < 1e-6);
            }
        }
    }

    #[test]
    fn push_is_minus_the_derivative_of_the_generator_loss() {
        let f = 0.7f32;
        let h = 1e-2f32;
        for &objective in Objective::ALL {
            let loss = |f| scalar(objective.generator_loss(column(&[f])));
            let numeric = -(loss(f + h) - loss(f - h)) / f64::from(2.0 * h);
            let exact = scalar(objective.push(column(&[f])).reshape([1]));
            assert!(
                (numeric - exact).abs() < 1e-3,
                "{objective:?}: {numeric} {exact}"
            );
        }
    }

    fn critic(activation: Activation) -> MlpConfig {
        MlpConfig {
            inputs: 2,
            outputs: 1,
            depth: 3,
            width: 12,
            activation,
            output: Output::Linear,
        }
    }

    #[test]
    fn input_gradient_agrees_with_autodiff() {
        let device = Device::flex();
        for &activation in Activation::ALL {
            let config = critic(activation);
            let flat = config.init(&mut rng::stream(3, Purpose::InitDiscriminator, 0));
            let net = config.with_parameters(Tensor::from_floats(flat.as_slice(), &device));
            let points = rng::normal(&mut rng::stream(3, Purpose::Data, 0), 20);
            let x = matrix(points, 2, &device);
            let leaf = x.clone().autodiff().require_grad();
            let grads = net.forward(leaf.clone()).sum().backward();
            let expected = leaf.grad(&grads).expect("gradient of the input");
            let difference = (net.input_gradient(x) - expected).abs().max();
            assert!(scalar(difference) < 1e-6, "{activation:?}");
        }
    }

    /// The penalty in double precision, with gradients by hand-written back-propagation over plain arrays: shares
    /// nothing with the tensors under test.
    fn reference_penalty(config: &MlpConfig, flat: &[f64], points: &[f64]) -> f64 {
        let act = |x: f64| match config.activation {
            Activation::Relu => (x.max(0.0), f64::from(u8::from(x > 0.0))),
            Activation::LeakyRelu => {
                if x > 0.0 {
                    (x, 1.0)
                } else {
                    (0.2 * x, 0.2)
                }
            }
            Activation::Tanh => (x.tanh(), 1.0 - x.tanh().powi(2)),
            Activation::Elu => {
                if x > 0.0 {
                    (x, 1.0)
                } else {
                    (x.exp_m1(), x.exp())
                }
            }
            Activation::Softplus => (x.exp().ln_1p(), 1.0 / (1.0 + (-x).exp())),
        };
        let sizes: Vec<usize> = std::iter::once(config.inputs)
            .chain(std::iter::repeat_n(config.width, config.depth))
            .chain([1])
            .collect();
        let mut total = 0.0;
        for point in points.chunks(config.inputs) {
            let (mut at, mut h) = (0, point.to_vec());
            let mut layers = Vec::new();
            for io in sizes.windows(2) {
                let (w, b) = flat[at..at + (io[0] + 1) * io[1]].split_at(io[0] * io[1]);
                at += w.len() + b.len();
                let a: Vec<f64> = (0..io[1])
                    .map(|o| b[o] + (0..io[0]).map(|i| h[i] * w[i * io[1] + o]).sum::<f64>())
                    .collect();
                h = a.iter().map(|&a| act(a).0).collect();
                layers.push((w, io, a));
            }
            let mut g = vec![1.0];
            for (l, (w, io, a)) in layers.iter().enumerate().rev() {
                if l + 1 < layers.len() {
                    g.iter_mut().zip(a).for_each(|(g, &a)| *g *= act(a).1);
                }
                g = (0..io[0])
                    .map(|i| (0..io[1]).map(|o| g[o] * w[i * io[1] + o]).sum())
                    .collect();
            }
            let norm = g.iter().map(|v| v * v).sum::<f64>().sqrt();
            total += (norm - 1.0).powi(2);
        }
        total / (points.len() / config.inputs) as f64
    }

    #[test]
    fn penalty_gradient_agrees_with_finite_differences() {
        let device = Device::flex();
        for &activation in Activation::ALL {
            let config = critic(activation);
            let flat: Vec<f32> = config
                .init(&mut rng::stream(5, Purpose::InitDiscriminator, 0))
                .into_iter()
                // Larger weights than usual, so that the penalty is far from flat.
                .map(|w| 2.0 * w)
                .collect();
            let points = rng::normal(&mut rng::stream(5, Purpose::Data, 0), 32);
            let net = config
                .with_parameters(Tensor::from_floats(flat.as_slice(), &device))
                .tracked();
            let penalty = gradient_penalty(&net, matrix(points.clone(), 2, &device));
            let gradient = net.gradients(&penalty).try_into_vec_as::<f32>().unwrap();

            let points: Vec<f64> = points.into_iter().map(f64::from).collect();
            let flat: Vec<f64> = flat.into_iter().map(f64::from).collect();
            assert!((reference_penalty(&config, &flat, &points) - scalar(penalty)).abs() < 1e-4);
            let h = 1e-6;
            let numeric: Vec<f64> = (0..flat.len())
                .map(|i| {
                    let shifted = |h: f64| {
                        let mut flat = flat.clone();
                        flat[i] += h;
                        reference_penalty(&config, &flat, &points)
                    };
                    (shifted(h) - shifted(-h)) / (2.0 * h)
                })
                .collect();
            let norm = |v: &mut dyn Iterator<Item = f64>| v.map(|x| x * x).sum::<f64>().sqrt();
            let size = norm(&mut numeric.iter().copied());
            let error = norm(
                &mut numeric
                    .iter()
                    .zip(&gradient)
                    .map(|(n, &g)| n - f64::from(g)),
            );
            assert!(size > 1e-2, "{activation:?}: a flat penalty proves nothing");
            assert!(
                error / size < 1e-2,
                "{activation:?}: relative error {}",
                error / size
            );
        }
    }

    #[test]
    fn the_penalty_on_real_data_is_the_mean_squared_slope() {
        let device = Device::flex();
        // f(x) = 0.5 relu(3 x) + 0.5 relu(-x): slope 1.5 to the right of zero, -0.5 to the left.
        let config = MlpConfig {
            inputs: 1,
            outputs: 1,
            depth: 1,
            width: 2,
            activation: Activation::Relu,
            output: Output::Linear,
        };
        let flat = [3.0, -1.0, 0.0, 0.0, 0.5, 0.5, 0.0];
        let net = config.with_parameters(Tensor::from_floats(flat, &device));
        let penalty = scalar(real_penalty(&net, column(&[1.0, 2.0, -1.0])));
        assert!(
            (penalty - (2.0 * 2.25 + 0.25) / 3.0).abs() < 1e-6,
            "{penalty}"
        );
    }

    /// A small generator and discriminator with data, and the generator's loss against the unrolled discriminator.
    fn unrolling(
        activation: Activation,
    ) -> (MlpConfig, Vec<f32>, impl Fn(&Mlp, bool) -> Tensor<1>) {
        let device = Device::flex();
        let discriminator = critic(activation);
        let generator = MlpConfig {
            inputs: 3,
            outputs: 2,
            depth: 1,
            width: 6,
            ..discriminator
        };
        let flat = |config: &MlpConfig, purpose| -> Vec<f32> {
            let values = config.init(&mut rng::stream(7, purpose, 0));
            values.into_iter().map(|w| 2.0 * w).collect()
        };
        let of = |config: &MlpConfig, flat: &[f32]| {
            config.with_parameters(Tensor::from_floats(flat, &device))
        };
        let start = flat(&generator, Purpose::InitGenerator);
        let d = of(
            &discriminator,
            &flat(&discriminator, Purpose::InitDiscriminator),
        );
        let draw = |purpose, columns| {
            let values = rng::normal(&mut rng::stream(7, purpose, 0), 20 * columns);
            matrix(values, columns, &Device::flex())
        };
        let (real, z) = (draw(Purpose::Data, 2), draw(Purpose::NoiseGenerator, 3));
        // Not `through` the steps, the gradient forgets how the discriminator would answer.
        let loss = move |g: &Mlp, through: bool| {
            let fake = g.forward(z.clone());
            let seen = if through {
                fake.clone()
            } else {
                fake.clone().inner()
            };
            let ahead = unrolled(&d, real.clone(), seen, 3, 0.5);
            Objective::Unrolled.generator_loss(ahead.forward(fake))
        };
        (generator, start, loss)
    }

    #[test]
    fn the_gradient_passes_through_the_unrolled_steps() {
        let device = Device::flex();
        for activation in [Activation::Tanh, Activation::Softplus, Activation::Elu] {
            let (config, start, loss) = unrolling(activation);
            let of = |flat: &[f32]| config.with_parameters(Tensor::from_floats(flat, &device));
            let g = of(&start).tracked();
            let host = |t: Tensor<1>| t.try_into_vec_as::<f32>().unwrap();
            let exact = host(g.gradients(&loss(&g, true)));
            let g = of(&start).tracked();
            let first_order = host(g.gradients(&loss(&g, false)));
            let norm = |v: &[f32]| v.iter().map(|x| f64::from(*x).powi(2)).sum::<f64>().sqrt();
            let size = norm(&exact);
            // Along the gradient itself the slope is its length.
            let h = 0.02;
            let at = |h: f64| {
                let moved: Vec<f32> = start
                    .iter()
                    .zip(&exact)
                    .map(|(p, g)| p + (h * f64::from(*g) / size) as f32)
                    .collect();
                scalar(loss(&of(&moved), true))
            };
            let slope = (at(h) - at(-h)) / (2.0 * h);
            assert!(
                (slope - size).abs() < 0.01 * size,
                "{activation:?}: {slope} against {size}"
            );
            let difference: Vec<f32> = exact.iter().zip(&first_order).map(|(a, b)| a - b).collect();
            assert!(
                norm(&difference) > 0.1 * size,
                "{activation:?}: the second-order term counts"
            );
        }
    }

    #[test]
    fn an_unrolled_step_is_a_step_of_gradient_descent() {
        let device = Device::flex();
        for &activation in Activation::ALL {
            let config = critic(activation);
            let flat = config.init(&mut rng::stream(4, Purpose::InitDiscriminator, 0));
            let net = config.with_parameters(Tensor::from_floats(flat.as_slice(), &device));
            let points = |index| {
                matrix(
                    rng::normal(&mut rng::stream(4, Purpose::Data, index), 24),
                    2,
                    &device,
                )
            };
            let (real, fake) = (points(0), points(1));
            let leaves = net.tracked();
            let loss = Objective::Unrolled
                .discriminator_loss(leaves.forward(real.clone()), leaves.forward(fake.clone()));
            let descended =
                Tensor::<1>::from_floats(flat.as_slice(), &device) - leaves.gradients(&loss) * 0.3;
            let expected = config.with_parameters(descended);
            let ahead = unrolled(&net, real.clone(), fake, 1, 0.3);
            let difference = (ahead.forward(real.clone()) - expected.forward(real))
                .abs()
                .max();
            assert!(scalar(difference) < 1e-6, "{activation:?}");
        }
    }

    #[test]
    fn closeness_counts_who_is_near() {
        let at = |points: &[f32]| matrix(points.to_vec(), 2, &Device::flex());
        // Two points at one place, one a distance of 3 away.
        let batch = at(&[0.0, 0.0, 0.0, 0.0, 1.0, 2.0]);
        let found = closeness(batch.clone(), batch, 1.5);
        let values = found.try_into_vec_as::<f32>().unwrap();
        let far = (-2.0f64).exp();
        for (value, mean) in values.iter().zip([2.0 + far, 2.0 + far, 1.0 + 2.0 * far]) {
            assert!((f64::from(*value) - (mean / 3.0).ln()).abs() < 1e-6);
        }
        // And half the modes are more crowded than all of them.
        let ring = |modes: usize| {
            let points: Vec<f32> = (0..64)
                .flat_map(|i| {
                    let angle = (i % modes) as f32 * std::f32::consts::TAU / 8.0;
                    [angle.cos(), angle.sin()]
                })
                .collect();
            let x = at(&points);
            scalar(closeness(x.clone(), x, 0.25).mean())
        };
        assert!(ring(4) > ring(8) + 0.5);
    }

    #[test]
    fn began_holds_its_balance_within_bounds() {
        let one = |x: f32| Tensor::<1>::from_floats([x], &Device::flex());
        let step = |k, real, fake| balance(one(k), one(real), one(fake), 0.5, 0.1).map(scalar);
        // By hand: 0.3 + 0.1 (0.5 * 0.8 - 0.2) = 0.32; M = 0.8 + 0.2.
        let [k, m] = step(0.3, 0.8, 0.2);
        assert!((k - 0.32).abs() < 1e-6 && (m - 1.0).abs() < 1e-6, "{k} {m}");
        assert_eq!(step(0.99, 9.0, 0.0)[0], 1.0);
        assert_eq!(step(0.01, 0.0, 9.0)[0], 0.0);
        // An autoencoder that answers 0 errs by the mean size of the features.
        let zero = |inputs, outputs| {
            let config = MlpConfig {
                inputs,
                outputs,
                ..critic(Activation::Tanh)
            };
            config.with_parameters(Tensor::zeros([config.parameters()], &Device::flex()))
        };
        let x = matrix(vec![1.0, -3.0, 0.5, 0.0], 2, &Device::flex());
        let f = reconstruction(&zero(2, 1), &zero(1, 2), x)
            .try_into_vec_as::<f32>()
            .unwrap();
        assert_eq!(f, [-2.0, -0.25]);
    }

    #[test]
    fn spectral_normalisation_makes_every_layer_a_contraction() {
        let device = Device::flex();
        let config = critic(Activation::LeakyRelu);
        let flat = config.init(&mut rng::stream(9, Purpose::InitDiscriminator, 0));
        let net = config.with_parameters(Tensor::from_floats(flat.as_slice(), &device));
        let mut directions = Mlp::spectral_directions(&config, &device);
        let mut normalised = net.clone();
        for _ in 0..200 {
            (normalised, directions) = net.spectrally_normalised(&directions);
        }
        for layer in &normalised.layers {
            // Independent power iteration on W^T W from another start.
            let w = layer.weight.clone();
            let [_, outputs] = w.dims();
            let start = rng::normal(&mut rng::stream(1, Purpose::View, 0), outputs);
            let mut u = matrix(start, outputs, &device);
            let mut norm = 0.0;
            for _ in 0..200 {
                let next = u.matmul(w.clone().transpose()).matmul(w.clone());
                norm = scalar(next.clone().square().sum()).sqrt();
                u = next / norm;
            }
            assert!(
                (norm.sqrt() - 1.0).abs() < 1e-3,
                "singular value {}",
                norm.sqrt()
            );
        }
    }
}
