//! Generated sketches: monsters and potted plants as strokes, from a seed.
//!
//! They look like what the shipped colouring networks were trained on, without any of that data: proportions, parts and colours are
//! drawn here, and a slightly unsteady hand draws the lines.

mod sprout;

use std::f32::consts::{PI, TAU};

use rand_chacha::ChaCha8Rng;

use crate::choice::choices;
use crate::data::sketches::hand::{Hand, PIXEL};
use crate::data::sketches::sketch::{Ink, Point, Sketch, Stroke};
use crate::rng::{Purpose, between, pick, stream};

choices! {
    /// What is drawn.
    Subject {
        /// A monster.
        Critter = "critter", "a monster";
        /// A potted plant with a face.
        Sprout = "sprout", "a potted plant";
    }
}

/// A sketch of `subject`, with a few strokes of colour or with lines alone; the same for the same arguments. Its lines do not
/// depend on whether it is coloured.
pub fn doodle(subject: Subject, coloured: bool, seed: u64) -> Sketch {
    let mut rng = stream(seed, Purpose::View, subject as u64);
    let mut board = Board {
        rng: &mut rng,
        colours: vec![],
        lines: vec![],
    };
    match subject {
        Subject::Critter => board.critter(),
        Subject::Sprout => board.sprout(),
    }
    let Board { colours, lines, .. } = board;
    let hand = Hand {
        radius: between(&mut rng, 0.6, 0.9) * PIXEL,
        pressure: 0.15,
        offset: 0.2 * PIXEL,
        wobble: 0.4 * PIXEL,
        jitter: 0.05 * PIXEL,
        ..Hand::STEADY
    };
    let lines = hand.redraw(&Sketch(lines), &mut rng).0;
    let colours = if coloured { colours } else { vec![] };
    Sketch(colours.into_iter().chain(lines).collect())
}

type Line = Vec<[f32; 2]>;

/// Half of a width of 1 as a function of the way from the top, 0, to the bottom, 1.
type Profile = fn(f32) -> f32;

/// A quarter of an ellipse over the first `part` of the way, then straight.
fn round(s: f32, part: f32) -> f32 {
    let rest = 1.0 - (s / part).min(1.0);
    (1.0 - rest * rest).sqrt()
}

const BODIES: [Profile; 6] = [
    |s| round(s, 0.5),
    |s| round(s, 0.08),
    |s| round(s, 0.1) * (0.6 + 0.4 * s),
    |s| round(s, 0.1) * (1.0 - 0.3 * s),
    |s| round(s, 0.4) * (0.7 + 0.3 * s * s * s),
    |s| (0.25 + 2.0 * s).min(1.0) * round(s, 0.06),
];

/// Points of an ellipse from one angle to another, clockwise from the right.
fn arc([x, y]: [f32; 2], [rx, ry]: [f32; 2], from: f32, to: f32) -> Line {
    let at = |i: i32| {
        let angle = from + (to - from) * i as f32 / 16.0;
        [x + rx * libm::cosf(angle), y + ry * libm::sinf(angle)]
    };
    (0..=16).map(at).collect()
}

fn circle(centre: [f32; 2], radius: f32) -> Line {
    arc(centre, [radius; 2], 0.0, TAU)
}

/// A leaf or a blade from `root` to `tip`, `width` thick in the middle.
fn leaf([x, y]: [f32; 2], tip: [f32; 2], width: f32) -> Line {
    let (dx, dy) = (tip[0] - x, tip[1] - y);
    let length = (dx * dx + dy * dy).sqrt().max(1e-3);
    let side = |t: f32, sign: f32| {
        let bulge = sign * width / 2.0 * libm::sinf(PI * t) / length;
        [x + t * dx - bulge * dy, y + t * dy + bulge * dx]
    };
    let there = (0..=8).map(|i| side(i as f32 / 8.0, 1.0));
    let back = (0..=8).rev().map(|i| side(i as f32 / 8.0, -1.0));
    there.chain(back).collect()
}

/// A colour from hue, saturation and value in [0, 1].
fn hsv(hue: f32, saturation: f32, value: f32) -> [f32; 3] {
    [5.0, 3.0, 1.0].map(|n: f32| {
        let k = (n + 6.0 * hue) % 6.0;
        value * (1.0 - saturation * k.min(4.0 - k).clamp(0.0, 1.0))
    })
}

struct Board<'a> {
    rng: &'a mut ChaCha8Rng,
    colours: Vec<Stroke>,
    lines: Vec<Stroke>,
}

impl Board<'_> {
    fn between(&mut self, low: f32, high: f32) -> f32 {
        between(self.rng, low, high)
    }

    fn line(&mut self, points: Line) {
        self.stroke(Ink::Line, points, PIXEL);
    }

    fn stroke(&mut self, ink: Ink, points: Line, radius: f32) {
        let point = |[x, y]: [f32; 2]| Point { x, y, radius };
        let stroke = Stroke {
            ink,
            points: points.into_iter().map(point).collect(),
        };
        match ink {
            Ink::Line => self.lines.push(stroke),
            _ => self.colours.push(stroke),
        }
    }

    /// A few turns of a coloured pen around a place.
    fn scribble(&mut self, colour: [f32; 3], [x, y]: [f32; 2], [width, height]: [f32; 2]) {
        let turns = 5;
        let at = |i: i32| {
            let side = if i % 2 == 0 { -0.5 } else { 0.5 };
            let down = i as f32 / turns as f32 - 0.5;
            [x + side * width, y + down * height]
        };
        self.stroke(
            Ink::Colour(colour),
            (0..=turns).map(at).collect(),
            1.2 * PIXEL,
        );
    }

    fn bright(&mut self) -> [f32; 3] {
        let hue = self.between(0.0, 1.0);
        hsv(hue, 0.45, 0.95)
    }

    fn background(&mut self) {
        let (hue, value) = (self.between(0.0, 1.0), self.between(0.45, 0.75));
        let dark = hsv(hue, 0.8, value);
        let corner = *pick(self.rng, &[0.1, 0.9]);
        self.scribble(dark, [corner, 0.15], [0.08, 0.16]);
    }

    /// An outline around the middle from `top` to below the board, `half` wide to each side at most.
    fn outline(&mut self, profile: Profile, top: f32, half: f32) {
        let height = 1.02 - top;
        let side = |sign: f32| {
            move |i: i32| {
                // Closer at the top, where outlines turn.
                let s = (i as f32 / 32.0).powi(2);
                [0.5 + sign * half * profile(s), top + s * height]
            }
        };
        let (left, right) = (side(-1.0), side(1.0));
        self.line(
            (0..=32)
                .rev()
                .map(left)
                .chain((0..=32).map(right))
                .collect(),
        );
    }

    fn critter(&mut self) {
        let profile = *pick(self.rng, &BODIES);
        let (top, half) = (self.between(0.24, 0.4), self.between(0.27, 0.42));
        self.outline(profile, top, half);
        // Height of the outline at a distance from the middle.
        let height = |dx: f32| {
            let s = (0..=50).map(|i| i as f32 / 50.0);
            let found = s.into_iter().find(|s| half * profile(*s) >= dx.abs());
            top + found.unwrap_or(1.0) * (1.02 - top)
        };
        self.background();
        let body = self.bright();
        self.scribble(body, [0.5, 0.86], [0.25, 0.14]);
        let accent = self.bright();
        let (wide, tall) = (self.between(0.05, 0.08), self.between(0.12, 0.2));
        match *pick(self.rng, &[0, 1, 2, 3, 4]) {
            0 => {}
            1 => {
                let apart = self.between(0.3, 0.9) * (0.7 * half - wide);
                for sign in [-1.0, 1.0] {
                    let x = 0.5 + sign * apart;
                    let foot = |dx: f32| [x + dx, height(x + dx - 0.5)];
                    let tip = [x + sign * wide, height(apart) - tall];
                    self.line(vec![foot(-wide), tip, foot(wide)]);
                    self.scribble(
                        accent,
                        [x + sign * 0.02, height(apart) - 0.3 * tall],
                        [0.02, 0.03],
                    );
                }
            }
            2 => {
                self.line(vec![[0.5, top], [0.5, top - tall / 2.0]]);
                self.line(circle([0.5, top - tall / 2.0 - wide / 1.5], wide / 1.5));
                self.scribble(accent, [0.5, top - tall / 2.0 - wide / 1.5], [0.03, 0.03]);
            }
            3 => {
                for dx in [-0.11, 0.0, 0.11] {
                    let foot = |d: f32| [0.5 + dx + d, height(dx + d)];
                    self.line(vec![
                        foot(-0.04),
                        [0.5 + dx, height(dx) - tall * 0.8],
                        foot(0.04),
                    ]);
                }
                self.scribble(accent, [0.5, top - 0.25 * tall], [0.01, 0.03]);
            }
            _ => {
                let fork = [0.5, top - tall / 2.0];
                self.line(vec![[0.5, top], fork]);
                for sign in [-1.0, 1.0] {
                    self.line(leaf(fork, [0.5 + sign * 0.13, fork[1] - 0.07], 0.09));
                }
                self.scribble(accent, [0.56, fork[1] - 0.03], [0.03, 0.02]);
            }
        }
        let eyes = top.max(0.3) + self.between(0.12, 0.18);
        let size = self.between(0.045, 0.065);
        self.eyes([0.5, eyes], 0.35 * half, size);
        let gap = self.between(0.15, 0.2);
        self.mouth([0.5, eyes + gap], 0.08);
    }

    fn eyes(&mut self, [x, y]: [f32; 2], spread: f32, size: f32) {
        let round = |board: &mut Self, dx: f32, size: f32| {
            board.line(circle([x + dx, y], size));
            board.line(circle([x + dx, y + 0.005], size * 0.45));
        };
        match *pick(self.rng, &[0, 0, 1, 2, 3, 4, 5]) {
            0 => {
                for dx in [-spread, spread] {
                    round(self, dx, size);
                }
            }
            1 => round(self, 0.0, size * 1.5),
            2 => {
                for dx in [-1.5 * spread, 0.0, 1.5 * spread] {
                    round(self, dx, size * 0.7);
                }
            }
            3 => {
                for dx in [-spread, spread] {
                    self.line(circle([x + dx, y], size * 0.4));
                }
            }
            4 => {
                for dx in [-spread, spread] {
                    self.line(arc([x + dx, y + 0.02], [size, size * 0.8], PI, TAU));
                }
            }
            _ => {
                for sign in [-1.0, 1.0] {
                    round(self, sign * spread, size);
                    let brow = |t: f32| [x + sign * (spread + t * size), y - size - 0.02 * t];
                    self.line(vec![brow(-1.2), brow(1.2)]);
                }
            }
        }
    }

    fn mouth(&mut self, [x, y]: [f32; 2], wide: f32) {
        let tall = 0.6 * wide;
        match *pick(self.rng, &[0, 0, 1, 2, 3, 4, 5]) {
            0 => self.line(arc([x, y - tall / 2.0], [wide, tall], 0.15 * PI, 0.85 * PI)),
            1 => self.line(arc([x, y + tall], [wide, tall], 1.15 * PI, 1.85 * PI)),
            2 => self.line(vec![[x - wide, y], [x + wide, y]]),
            3 => self.line(circle([x, y], tall * 0.6)),
            4 => {
                let tooth = |i: i32| [x + wide * (i as f32 / 3.0 - 1.0), y + tall * (i % 2) as f32];
                self.line((0..=6).map(tooth).collect());
            }
            _ => {
                let mut laugh = arc([x, y - tall / 3.0], [wide, tall * 1.4], 0.0, PI);
                laugh.push(laugh[0]);
                self.line(laugh);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_doodle_is_its_seed_and_lines_do_not_depend_on_colours() {
        for &subject in Subject::ALL {
            for seed in 0..200 {
                let (with, without) = (doodle(subject, true, seed), doodle(subject, false, seed));
                assert_eq!(with, doodle(subject, true, seed));
                let lines = with.0.iter().filter(|s| s.ink == Ink::Line).cloned();
                assert_eq!(lines.collect::<Vec<_>>(), without.0);
                assert_ne!(without, doodle(subject, false, seed + 1));
                assert_eq!(Sketch::from_numbers(&with.to_numbers()).unwrap(), with);
            }
        }
    }

    #[test]
    fn every_doodle_lies_on_the_board_and_fills_some_of_it() {
        for &subject in Subject::ALL {
            for seed in 0..200 {
                let sketch = doodle(subject, true, seed);
                for p in sketch.0.iter().flat_map(|s| &s.points) {
                    assert!(
                        (-0.05..1.05).contains(&p.x) && (-0.05..1.1).contains(&p.y),
                        "{p:?}"
                    );
                }
                let raster = sketch.raster(64);
                let share = |channel: usize| {
                    let plane = &raster[channel * 4096..(channel + 1) * 4096];
                    plane.iter().sum::<f32>() / 4096.0
                };
                assert!((0.03..0.3).contains(&share(0)), "lines {}", share(0));
                assert!((0.01..0.2).contains(&share(4)), "colours {}", share(4));
            }
        }
    }

    #[test]
    fn hues_are_where_they_should_be() {
        for (hue, rgb) in [
            (0.0, [1.0, 0.0, 0.0]),
            (1.0 / 3.0, [0.0, 1.0, 0.0]),
            (2.0 / 3.0, [0.0, 0.0, 1.0]),
        ] {
            for (a, b) in hsv(hue, 1.0, 1.0).iter().zip(rgb) {
                assert!((a - b).abs() < 1e-5);
            }
        }
        assert_eq!(hsv(0.3, 0.0, 0.5), [0.5; 3]);
    }
}
