//! A simulated hand: it wobbles, presses unevenly, leaves gaps, misses its mark, forgets, and rubs out.
//!
//! Edges found in an image are all there and within a pixel of the truth; a network that has seen nothing else is lost on a
//! drawing. Every draw comes from the generator that is handed in.

use std::f32::consts::TAU;

use rand_chacha::ChaCha8Rng;

use crate::data::sketches::sketch::{Ink, Point, Sketch, Stroke};
use crate::rng::{between, chance};

/// A pixel of the boards that networks read.
pub const PIXEL: f32 = 1.0 / 64.0;
/// Distance between points after which a hand is followed.
const STEP: f32 = 0.75 * PIXEL;

/// How far a drawing is from a perfect one; lengths in boards.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hand {
    /// Radius of the pen.
    pub radius: f32,
    /// Largest share by which pressure changes it.
    pub pressure: f32,
    /// Largest distance of a whole stroke from its place.
    pub offset: f32,
    /// Largest slow deviation along a stroke.
    pub wobble: f32,
    /// Largest trembling from point to point.
    pub jitter: f32,
    /// Share of strokes that are forgotten.
    pub forgotten: f32,
    /// Gaps per board of length.
    pub gaps: f32,
    /// Chance of one stroke with the eraser.
    pub erased: f32,
}

impl Hand {
    /// A hand that draws exactly, with a fine pen.
    pub const STEADY: Self = Self {
        radius: 0.7 * PIXEL,
        pressure: 0.0,
        offset: 0.0,
        wobble: 0.0,
        jitter: 0.0,
        forgotten: 0.0,
        gaps: 0.0,
        erased: 0.0,
    };

    /// A random hand: from nearly steady to a child's, with any pen.
    pub fn anybody(rng: &mut ChaCha8Rng) -> Self {
        let care = between(rng, 0.0, 1.0);
        Self {
            radius: PIXEL * 0.45 * libm::powf(2.4, between(rng, 0.0, 1.0)),
            pressure: 0.35 * care,
            offset: 0.7 * PIXEL * care,
            wobble: 0.9 * PIXEL * care,
            jitter: 0.2 * PIXEL * care,
            forgotten: 0.08 * care,
            gaps: 1.5 * care,
            erased: 0.25 * care,
        }
    }

    /// The sketch as this hand draws it: the same for the same generator.
    pub fn redraw(&self, sketch: &Sketch, rng: &mut ChaCha8Rng) -> Sketch {
        let mut out = vec![];
        for stroke in &sketch.0 {
            if stroke.ink == Ink::Line && chance(rng, self.forgotten) {
                continue;
            }
            let points = self.follow(stroke, rng);
            let mut parts = vec![points];
            if stroke.ink == Ink::Line {
                parts = self.interrupted(parts.remove(0), rng);
            }
            let ink = stroke.ink;
            out.extend(parts.into_iter().map(|points| Stroke { ink, points }));
        }
        if chance(rng, self.erased) {
            out.push(rubbed(rng));
        }
        Sketch(out)
    }

    /// One stroke, finely cut and displaced.
    fn follow(&self, stroke: &Stroke, rng: &mut ChaCha8Rng) -> Vec<Point> {
        let mut waves = [self.wobble, self.wobble, self.pressure].map(|most| Wave::new(most, rng));
        let shift = [0, 1].map(|_| between(rng, -self.offset, self.offset));
        let mut along = 0.0;
        let mut last: Option<Point> = None;
        let points = resampled(&stroke.points).into_iter().map(|p| {
            along += last.map_or(0.0, |q| p.distance(q));
            last = Some(p);
            let [dx, dy, press] = waves.each_mut().map(|w| w.at(along));
            let [jx, jy] = [0, 1].map(|_| between(rng, -self.jitter, self.jitter));
            let radius = match stroke.ink {
                Ink::Line => self.radius,
                _ => p.radius,
            };
            Point {
                x: p.x + shift[0] + dx + jx,
                y: p.y + shift[1] + dy + jy,
                radius: radius * (1.0 + press),
            }
        });
        points.collect()
    }

    /// A line with its gaps.
    fn interrupted(&self, points: Vec<Point>, rng: &mut ChaCha8Rng) -> Vec<Vec<Point>> {
        let mut parts = vec![vec![]];
        let mut missing = 0;
        for point in points {
            if chance(rng, self.gaps * STEP) {
                missing = between(rng, 2.0, 7.0) as usize;
            }
            if missing == 0 {
                parts.last_mut().expect("a part").push(point);
            } else {
                missing -= 1;
                if parts.last().is_some_and(|part| !part.is_empty()) {
                    parts.push(vec![]);
                }
            }
        }
        parts.retain(|part| !part.is_empty());
        parts
    }
}

/// A slow deviation along a stroke.
struct Wave([[f32; 3]; 2]);

impl Wave {
    /// Two sines of random phase, with wavelengths from 6 to 30 pixels, that together stay within `most`.
    fn new(most: f32, rng: &mut ChaCha8Rng) -> Self {
        Self([0, 1].map(|_| {
            let amplitude = between(rng, 0.0, most / 2.0);
            let length = between(rng, 6.0, 30.0) * PIXEL;
            [amplitude, TAU / length, between(rng, 0.0, TAU)]
        }))
    }

    fn at(&self, along: f32) -> f32 {
        let sine =
            |[amplitude, rate, phase]: &[f32; 3]| amplitude * libm::sinf(rate * along + phase);
        self.0.iter().map(sine).sum()
    }
}

/// The same line with points at most [`STEP`] apart.
fn resampled(points: &[Point]) -> Vec<Point> {
    let mut out: Vec<Point> = points.first().copied().into_iter().collect();
    for pair in points.windows(2) {
        let [a, b] = [pair[0], pair[1]];
        let cuts = (a.distance(b) / STEP).ceil().clamp(1.0, 512.0);
        out.extend((1..=cuts as usize).map(|i| {
            let t = i as f32 / cuts;
            let mix = |a: f32, b: f32| a + t * (b - a);
            Point {
                x: mix(a.x, b.x),
                y: mix(a.y, b.y),
                radius: mix(a.radius, b.radius),
            }
        }));
    }
    out
}

/// A short stroke of the eraser.
fn rubbed(rng: &mut ChaCha8Rng) -> Stroke {
    let radius = between(rng, 1.0, 3.0) * PIXEL;
    let (x, y) = (between(rng, 0.1, 0.9), between(rng, 0.1, 0.9));
    let (length, angle) = (between(rng, 0.0, 12.0) * PIXEL, between(rng, 0.0, TAU));
    let end = |t: f32| Point {
        x: x + t * length * libm::cosf(angle),
        y: y + t * length * libm::sinf(angle),
        radius,
    };
    Stroke {
        ink: Ink::Erase,
        points: vec![end(0.0), end(1.0)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::sketches::doodle::{Subject, doodle};
    use crate::rng::{Purpose, stream};

    fn sketch() -> Sketch {
        doodle(Subject::Critter, true, 5)
    }

    #[test]
    fn a_steady_hand_draws_the_same_picture() {
        let [mut plain, again] = [
            sketch(),
            Hand::STEADY.redraw(&sketch(), &mut stream(1, Purpose::Augment, 0)),
        ];
        for stroke in plain.0.iter_mut().filter(|s| s.ink == Ink::Line) {
            stroke
                .points
                .iter_mut()
                .for_each(|p| p.radius = Hand::STEADY.radius);
        }
        for (a, b) in plain.raster(64).iter().zip(again.raster(64)) {
            assert!((a - b).abs() < 0.02, "{a} against {b}");
        }
    }

    #[test]
    fn the_same_generator_gives_the_same_drawing_and_another_another() {
        let draw = |index| {
            let mut rng = stream(1, Purpose::Augment, index);
            let hand = Hand::anybody(&mut rng);
            hand.redraw(&sketch(), &mut rng)
        };
        assert_eq!(draw(3), draw(3));
        assert_ne!(draw(3), draw(4));
    }

    #[test]
    fn a_hand_stays_as_close_as_it_promises() {
        let hand = Hand {
            offset: 0.01,
            wobble: 0.02,
            jitter: 0.003,
            pressure: 0.5,
            ..Hand::STEADY
        };
        let line = |y: f32| Stroke {
            ink: Ink::Line,
            points: [0.1, 0.9].map(|x| Point { x, y, radius: 0.01 }).to_vec(),
        };
        let mut furthest: f32 = 0.0;
        for i in 0..200 {
            let drawn = hand.redraw(
                &Sketch(vec![line(0.5)]),
                &mut stream(1, Purpose::Augment, i),
            );
            let [stroke] = &drawn.0[..] else {
                panic!("one stroke without gaps")
            };
            for p in &stroke.points {
                furthest = furthest.max((p.y - 0.5).abs());
                assert!((0.5..=1.5).contains(&(p.radius / hand.radius)));
            }
        }
        assert!((0.02..=0.033).contains(&furthest), "{furthest}");
    }

    #[test]
    fn strokes_are_forgotten_cut_and_rubbed_out_as_often_as_said() {
        let hand = Hand {
            forgotten: 0.25,
            gaps: 4.0,
            erased: 0.5,
            ..Hand::STEADY
        };
        let line = Stroke {
            ink: Ink::Line,
            points: [0.0, 1.0]
                .map(|x| Point {
                    x,
                    y: 0.5,
                    radius: 0.01,
                })
                .to_vec(),
        };
        let (mut kept, mut parts, mut rubbed) = (0.0, 0.0, 0.0);
        for i in 0..400 {
            let drawn = hand.redraw(
                &Sketch(vec![line.clone()]),
                &mut stream(1, Purpose::Augment, i),
            );
            let lines = drawn.0.iter().filter(|s| s.ink == Ink::Line).count();
            kept += f32::from(u8::from(lines > 0));
            parts += lines as f32;
            rubbed += (drawn.0.len() - lines) as f32;
        }
        assert!((0.68..0.82).contains(&(kept / 400.0)), "{kept}");
        assert!((0.42..0.58).contains(&(rubbed / 400.0)), "{rubbed}");
        // Four gaps in a board make up to five parts; some begin within another.
        assert!((3.5..5.0).contains(&(parts / kept)), "{}", parts / kept);
    }
}
