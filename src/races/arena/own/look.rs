//! What pictures and measures ask of both networks, a block of points at a time.

use burn::tensor::Tensor;

use super::{Own, STABILISER};
use crate::models::mlp::matrix;
use crate::models::toy::lanes::sigmoid;
use crate::models::toy::product::ROWS;
use crate::objectives::adversarial::Objective;
use crate::races::arena::engine::Engine;
use crate::runs::player::Player;

impl<const ALL: bool> Own<ALL> {
    /// Whether single points are judged by more than the discriminator's network; its view then does it.
    fn needs_a_view(&self) -> bool {
        ALL && matches!(
            self.config.objective,
            Objective::Minibatch | Objective::Began
        )
    }

    fn rows(&self, x: &[f32]) -> Tensor<2> {
        matrix(x.to_vec(), self.dims(), &crate::device::cpu())
    }

    /// Generated points; latents are `[n, latent]`.
    pub(super) fn points(&mut self, z: &[f32]) -> Vec<f32> {
        self.generate_fakes(z);
        std::mem::take(&mut self.fake)
    }

    /// What the field shows at points.
    pub(super) fn field_at(&mut self, x: &[f32]) -> Vec<f32> {
        if self.needs_a_view() {
            return host(self.view().field(self.rows(x)));
        }
        let (dims, probability) = (self.dims(), self.config.objective.is_probability());
        let Player { network, pass, .. } = &mut self.discriminator;
        let mut out = Vec::with_capacity(x.len() / dims);
        for block in x.chunks(ROWS * dims) {
            pass.take(block, dims);
            network.forward(pass);
            let raw = (0..pass.rows).map(|row| pass.output(row, 0));
            out.extend(raw.map(|f| if probability { sigmoid(f) } else { f }));
        }
        out
    }

    /// Minus the gradient of each point's generator loss.
    pub(super) fn push_at(&mut self, x: &[f32]) -> Vec<f32> {
        if self.needs_a_view() {
            return host(self.view().push(self.rows(x)));
        }
        let objective = self.config.objective;
        self.slopes_at(x, |f| -objective.generator_term(f).slope)
    }

    /// The mean norm of grad f on lines between real and generated points; `eps` are shares of the way, one for each pair.
    pub(super) fn gradient_norm(&mut self, real: &[f32], fake: &[f32], eps: &[f32]) -> f32 {
        if self.needs_a_view() {
            let eps = matrix(eps.to_vec(), 1, &crate::device::cpu());
            let [real, fake] = [real, fake].map(|x| self.rows(x));
            let norm = self.view().gradient_norm(real, fake, eps);
            return norm.into_scalar::<f32>();
        }
        let dims = self.dims();
        let pairs = real.iter().zip(fake).enumerate();
        let between = pairs.map(|(i, (real, fake))| fake + (real - fake) * eps[i / dims]);
        let slopes = self.slopes_at(&between.collect::<Vec<_>>(), |_| 1.0);
        let length = |slope: &[f32]| {
            let square: f32 = slope.iter().map(|s| s * s).sum();
            f64::from((square + STABILISER).sqrt())
        };
        let sum: f64 = slopes.chunks_exact(dims).map(length).sum();
        (sum / eps.len() as f64) as f32
    }

    /// The gradient of f at points, each times a number that depends on f there.
    fn slopes_at(&mut self, x: &[f32], weight: impl Fn(f32) -> f32) -> Vec<f32> {
        let dims = self.dims();
        let Player { network, pass, .. } = &mut self.discriminator;
        let mut out = Vec::with_capacity(x.len());
        for block in x.chunks(ROWS * dims) {
            pass.take(block, dims);
            network.forward(pass);
            for row in 0..pass.rows {
                pass.slopes()[row][0] = weight(pass.output(row, 0));
            }
            network.backward(pass, None, true);
            for slope in &pass.input_slopes()[..pass.rows] {
                out.extend(&slope[..dims]);
            }
        }
        out
    }
}

fn host(tensor: Tensor<2>) -> Vec<f32> {
    let values = tensor.reshape([-1]).try_into_vec_as::<f32>();
    values.expect("numbers on the CPU")
}
