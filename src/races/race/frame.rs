//! Pictures of a race.

use std::mem;

use super::Race;
use crate::races::arena::Engine;
use crate::rng::{Latent, Purpose};
use crate::runs::{ArenaFrame, FRAME_POINTS_MAX, FRAME_SIDE_MAX, Frame, FrameRequest};

impl<E: Engine> Race<E> {
    /// Points of a square grid with `n` cells along each side, at cell centres, row-major from the lowest y.
    fn grid(n: usize, from: f64, to: f64) -> Vec<f32> {
        let at = |i: usize| (from + (to - from) * (i as f64 + 0.5) / n as f64) as f32;
        (0..n * n).flat_map(|k| [at(k % n), at(k / n)]).collect()
    }

    /// A grid over the first two latent coordinates (the others 0) that covers most of their distribution.
    fn latent_grid(&self, n: usize) -> Vec<f32> {
        let half = match self.latent {
            Latent::Normal => 2.2,
            Latent::Uniform => 1.0,
        };
        let plane = Self::grid(n, -half, half);
        plane
            .chunks_exact(2)
            .flat_map(|p| (0..self.latent_dim).map(|d| if d < 2 { p[d] } else { 0.0 }))
            .collect()
    }

    pub(super) async fn draw(&mut self, request: FrameRequest) -> Result<Frame, String> {
        let side = |n: usize| n.min(FRAME_SIDE_MAX);
        let count = |n: usize| n.min(FRAME_POINTS_MAX);
        let arenas: Vec<usize> = request
            .arenas
            .iter()
            .copied()
            .filter(|&i| i < self.arenas.len())
            .collect();
        let [x0, x1, ..] = self.density.window;
        let field = (request.field > 0).then(|| Self::grid(side(request.field), x0, x1));
        let points = count(request.fakes.max(request.arrows));
        let z = (points > 0).then(|| self.latents(Purpose::View, 0, points));
        let plane = (request.manifold > 0).then(|| self.latent_grid(side(request.manifold)));
        let mut numbers = vec![];
        for &i in &arenas {
            let engine = &mut self.arenas[i].engine;
            if let Some(grid) = &field {
                numbers.push(engine.field(grid));
            }
            match &z {
                Some(z) if request.arrows > 0 => {
                    let [shown, pushed] = [request.fakes, request.arrows].map(count);
                    numbers.extend(engine.pushed(z, shown, pushed));
                }
                Some(z) => numbers.push(engine.generate(z)),
                None => {}
            }
            if let Some(plane) = &plane {
                numbers.push(engine.generate(plane));
            }
        }
        let mut values = if numbers.is_empty() {
            vec![]
        } else {
            E::read(numbers).await?
        }
        .into_iter();
        let mut next = |wanted: bool| {
            if wanted {
                values.next().unwrap_or_default()
            } else {
                vec![]
            }
        };
        let arenas = arenas
            .iter()
            .map(|_| ArenaFrame {
                field: next(field.is_some()),
                fakes: next(z.is_some()),
                arrows: next(request.arrows > 0),
                manifold: next(plane.is_some()),
            })
            .collect();
        let marks = match request.anatomy {
            #[cfg(feature = "lab")]
            Some(i) if i < self.arenas.len() => self.anatomy(i).await?,
            _ => vec![],
        };
        Ok(Frame {
            step: self.step,
            rows: mem::take(&mut self.rows),
            now: vec![],
            arenas,
            marks,
        })
    }
}
