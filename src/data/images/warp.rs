//! Smooth changes of place, for an image and its sketch together.

use rand_chacha::ChaCha8Rng;

use crate::rng::between;

/// A smooth change of place: scale, shift, mirror, and two slow waves on each axis. It says where in the source a
/// place of the result lies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Warp {
    /// Lengths in the source of a length of 1, for x and for y.
    pub scale: [f32; 2],
    /// Added to places.
    pub shift: [f32; 2],
    /// Whether left and right are exchanged.
    pub mirror: bool,
    /// Amplitude, two rates and phase of each wave, for x and for y.
    pub waves: [[[f32; 4]; 2]; 2],
}

impl Warp {
    /// Everything in its place.
    pub const NONE: Self = Self {
        scale: [1.0; 2],
        shift: [0.0; 2],
        mirror: false,
        waves: [[[0.0; 4]; 2]; 2],
    };

    /// Scales within a seventh, shifts of a sixteenth of the board, and waves that bend lines visibly.
    pub fn draw(rng: &mut ChaCha8Rng) -> Self {
        use std::f32::consts::{PI, TAU};
        Self {
            scale: [0, 1].map(|_| between(rng, 0.88, 1.15)),
            shift: [0, 1].map(|_| between(rng, -0.06, 0.06)),
            mirror: false,
            waves: [0, 1].map(|_| {
                [0, 1].map(|_| {
                    let [a, b] = [0, 1].map(|_| between(rng, -2.5 * PI, 2.5 * PI));
                    [between(rng, 0.0, 0.012), a, b, between(rng, 0.0, TAU)]
                })
            }),
        }
    }

    fn waves(&self, [x, y]: [f32; 2]) -> [f32; 2] {
        self.waves.map(|axis| {
            let wave =
                |[amplitude, a, b, phase]: [f32; 4]| amplitude * (a * x + b * y + phase).sin();
            axis.map(wave).iter().sum()
        })
    }

    /// Where a place of the result lies in the source.
    pub fn source(&self, p: [f32; 2]) -> [f32; 2] {
        let wave = self.waves(p);
        let x = if self.mirror { 1.0 - p[0] } else { p[0] };
        let out = |v: f32, axis: usize| {
            0.5 + self.scale[axis] * (v - 0.5) + self.shift[axis] + wave[axis]
        };
        [out(x, 0), out(p[1], 1)]
    }

    /// Where a place of the source lies in the result.
    pub fn place(&self, q: [f32; 2]) -> [f32; 2] {
        let mut p = q;
        // The waves change slowly, so each round leaves less than a fifth of the error.
        for _ in 0..8 {
            let wave = self.waves(p);
            p = [0, 1].map(|a| 0.5 + (q[a] - 0.5 - self.shift[a] - wave[a]) / self.scale[a]);
            if self.mirror {
                p[0] = 1.0 - p[0];
            }
        }
        p
    }

    /// The image in its new places, by cubic interpolation (Keys 1981, a = -1/2); what lies outside is as the edge.
    ///
    /// # Shapes
    /// - image: `[side, side, 3]`
    /// - returns: `[3, side, side]` in [0, 1]
    pub fn image(&self, image: &[u8], side: usize) -> Vec<f32> {
        let plane = side * side;
        let mut out = vec![0.0; 3 * plane];
        for at in 0..plane {
            let centre = |v: usize| (v as f32 + 0.5) / side as f32;
            let q = self.source([centre(at % side), centre(at / side)]);
            let [(left, across), (top, down)] = q.map(|v| {
                let v = v * side as f32 - 0.5;
                (v.floor(), keys(v - v.floor()))
            });
            let index = |from: f32, i: usize| {
                (from + i as f32 - 1.0).clamp(0.0, side as f32 - 1.0) as usize
            };
            for (i, wy) in down.into_iter().enumerate() {
                for (j, wx) in across.into_iter().enumerate() {
                    let pixel = 3 * (index(top, i) * side + index(left, j));
                    for c in 0..3 {
                        out[c * plane + at] += wy * wx * f32::from(image[pixel + c]) / 255.0;
                    }
                }
            }
        }
        out.iter_mut().for_each(|v| *v = v.clamp(0.0, 1.0));
        out
    }
}

/// Weights of the pixels at -1, 0, 1 and 2 for a place `t` after pixel 0.
fn keys(t: f32) -> [f32; 4] {
    let (t2, t3) = (t * t, t * t * t);
    [
        0.5 * (-t3 + 2.0 * t2 - t),
        0.5 * (3.0 * t3 - 5.0 * t2 + 2.0),
        0.5 * (-3.0 * t3 + 4.0 * t2 + t),
        0.5 * (t3 - t2),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::sketches::edges::tests::{SIDE, disc};
    use crate::data::sketches::edges::{Detail, lines};
    use crate::rng::{Purpose, chance, stream};

    #[test]
    fn a_warp_and_its_inverse_cancel_and_none_changes_nothing() {
        let image = disc([20, 30, 90], [240, 200, 160]);
        for (i, value) in Warp::NONE.image(&image, SIDE).into_iter().enumerate() {
            let (channel, at) = (i / SIDE.pow(2), i % SIDE.pow(2));
            assert!((f32::from(image[3 * at + channel]) / 255.0 - value).abs() < 1e-5);
        }
        for i in 0..100 {
            let mut rng = stream(1, Purpose::Augment, i);
            let warp = Warp {
                mirror: chance(&mut rng, 0.5),
                ..Warp::draw(&mut rng)
            };
            let p = [0, 1].map(|_| between(&mut rng, 0.0, 1.0));
            let again = warp.place(warp.source(p));
            assert!((again[0] - p[0]).abs() < 1e-4 && (again[1] - p[1]).abs() < 1e-4);
        }
    }

    #[test]
    fn a_warped_disc_has_its_edge_where_its_line_goes() {
        let image = disc([0, 0, 0], [255, 255, 255]);
        for i in 0..20 {
            let warp = Warp::draw(&mut stream(2, Purpose::Augment, i));
            let warped = warp.image(&image, SIDE);
            for p in lines(&image, SIDE, Detail::Edges)
                .0
                .iter()
                .flat_map(|s| &s.points)
            {
                let [x, y] = warp.place([p.x, p.y]).map(|v| v * 64.0 - 0.5);
                if !(1.0..62.0).contains(&x) || !(1.0..62.0).contains(&y) {
                    continue;
                }
                // Black and white meet within a pixel.
                let near = (-1..=1).flat_map(|dy| (-1..=1).map(move |dx| (dx, dy)));
                let values = near.map(|(dx, dy)| {
                    let (x, y) = (x.round() as i32 + dx, y.round() as i32 + dy);
                    warped[y as usize * SIDE + x as usize]
                });
                let (least, most) = values.fold((1f32, 0f32), |(a, b), v| (a.min(v), b.max(v)));
                assert!(least < 0.5 && most > 0.5, "{least} to {most} at {x}, {y}");
            }
        }
    }
}
