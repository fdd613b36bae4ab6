//! What pictures and measures ask of both networks, a block of points at a time.

use super::{Own, Sums, crowding, interpolated, length};
use crate::models::toy::lanes::sigmoid;
use crate::objectives::points::Term;
use crate::races::arena::view;

impl Own {
    /// Generated points; latents are `[n, latent]`.
    pub(super) fn points(&mut self, z: &[f32]) -> Vec<f32> {
        self.generate_fakes(z);
        std::mem::take(&mut self.fake)
    }

    /// What the field shows at points.
    pub(super) fn field_at(&mut self, x: &[f32]) -> Vec<f32> {
        let probability = self.config.objective.is_probability();
        let mut out = Vec::with_capacity(x.len() / self.dims());
        let crowd = self.crowd();
        self.judge(x, &crowd, |own, _| {
            let raw = (0..own.discriminator.pass.rows).map(|row| own.output(row));
            out.extend(raw.map(|f| if probability { sigmoid(f) } else { f }));
        });
        out
    }

    /// Minus the gradient of each point's generator loss.
    pub(super) fn push_at(&mut self, x: &[f32]) -> Vec<f32> {
        let objective = self.config.objective;
        self.slopes_at(x, |f| -objective.generator_term(f).slope)
    }

    /// The mean norm of grad f on lines between real and generated points; `eps` are shares of the way, one for each pair.
    pub(super) fn gradient_norm(&mut self, real: &[f32], fake: &[f32], eps: &[f32]) -> f32 {
        let dims = self.dims();
        let between: Vec<f32> = interpolated(real, fake, eps, dims).collect();
        let slopes = self.slopes_at(&between, |_| 1.0);
        let square = |slope: &[f32]| slope.iter().map(|s| s * s).sum();
        let lengths = slopes
            .chunks_exact(dims)
            .map(|s| f64::from(length(square(s))));
        let sum: f64 = lengths.sum();
        (sum / eps.len() as f64) as f32
    }

    /// The batch among which single points are judged: a fixed one of generated points; none without minibatch statistics.
    fn crowd(&mut self) -> Vec<f32> {
        let latents = view::crowd(self.config, self.seed);
        latents.map_or_else(Vec::new, |z| self.points(&z))
    }

    /// The gradient of f at points, each times a number that depends on f there.
    fn slopes_at(&mut self, x: &[f32], weight: impl Fn(f32) -> f32) -> Vec<f32> {
        let (dims, near) = (self.dims(), self.config.near as f32);
        let crowd = self.crowd();
        let (mut out, mut of_close) = (Vec::with_capacity(x.len()), vec![]);
        self.judge(x, &crowd, |own, _| {
            let weighted = |f| Term {
                value: f,
                slope: weight(f),
            };
            own.slopes_of_block(weighted, 1.0, &mut Sums::default());
            own.back_to_points();
            let pass = &own.discriminator.pass;
            for slope in &pass.input_slopes()[..pass.rows] {
                out.extend(&slope[..dims]);
                of_close.push(slope[dims]);
            }
        });
        if !crowd.is_empty() {
            let points = x.chunks_exact(dims).zip(out.chunks_exact_mut(dims));
            for ((x, out), (close, slope)) in points.zip(self.close.iter().zip(&of_close)) {
                crowding::lean(x, &crowd, near, *close, *slope, out);
            }
        }
        out
    }
}
