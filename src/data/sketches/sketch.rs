//! Sketches: strokes of a pen, of colours and of an eraser on a board, and the picture of them that a network reads.
//!
//! The board is the unit square, x to the right and y down from the top left corner; lengths are in its side. Drawing
//! outside is allowed and leaves nothing. What the page draws, what the trainer makes of an image and what a generator invents are
//! the same strokes through the same rasteriser.

use std::ops::Range;

/// Channels of a raster: lines, then red, green and blue times the colour's coverage, then that coverage.
pub const CHANNELS: usize = 5;
/// Most strokes of a sketch.
pub const STROKES_MAX: usize = 16_384;
/// Most points of a sketch.
pub const POINTS_MAX: usize = 65_536;
/// Largest radius of a pen.
pub const RADIUS_MAX: f32 = 0.25;
/// Points further out than this many boards are drawn as if they were there.
const FAR: f32 = 2.0;
/// Numbers before the points of a stroke: kind, red, green, blue, how many points.
const HEAD: usize = 5;

/// What a stroke leaves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Ink {
    /// A line, as edges are.
    Line,
    /// A colour in [0, 1], over colours drawn before.
    Colour([f32; 3]),
    /// Nothing, neither lines nor colours.
    Erase,
}

/// Where the pen was.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// From the left, in boards.
    pub x: f32,
    /// From the top, in boards.
    pub y: f32,
    /// Half of the pen's width there, in boards.
    pub radius: f32,
}

impl Point {
    /// Distance to another, in boards.
    pub fn distance(self, other: Self) -> f32 {
        let (x, y) = (self.x - other.x, self.y - other.y);
        (x * x + y * y).sqrt()
    }
}

/// A pen from touching the board to leaving it; a single point is a dot.
#[derive(Clone, Debug, PartialEq)]
pub struct Stroke {
    /// What it leaves.
    pub ink: Ink,
    /// Where it went.
    pub points: Vec<Point>,
}

/// Strokes, first to last.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sketch(pub Vec<Stroke>);

impl Sketch {
    /// A sketch from `kind, red, green, blue, n, x, y, radius, ... (n times)` for each stroke, kind 0 for a line, 1 for a colour and
    /// 2 for the eraser. Colours and radii are brought into range.
    ///
    /// # Errors
    /// A sentence when the numbers are cut off, not finite, of another kind, or more than the limits.
    pub fn from_numbers(numbers: &[f32]) -> Result<Self, String> {
        let mut sketch = Self::default();
        let (mut rest, mut points) = (numbers, 0);
        while !rest.is_empty() {
            let at = format!("Stroke {}", sketch.0.len() + 1);
            if sketch.0.len() == STROKES_MAX {
                return Err(format!(
                    "The sketch has more than {STROKES_MAX} strokes; draw with fewer."
                ));
            }
            let (head, after) = rest
                .split_at_checked(HEAD)
                .ok_or_else(|| format!("{at} of the sketch is cut off."))?;
            let ink = match head[0] {
                0.0 => Ink::Line,
                1.0 => Ink::Colour([head[1], head[2], head[3]].map(|v| v.clamp(0.0, 1.0))),
                2.0 => Ink::Erase,
                kind => return Err(format!("{at} of the sketch is of the unknown kind {kind}.")),
            };
            let n = head[4] as usize;
            points = n.saturating_add(points);
            if points > POINTS_MAX {
                return Err(format!(
                    "The sketch has more than {POINTS_MAX} points; draw with fewer."
                ));
            }
            let (own, after) = after
                .split_at_checked(3 * n)
                .ok_or_else(|| format!("{at} of the sketch is cut off."))?;
            if let Some(bad) = head.iter().chain(own).find(|v| !v.is_finite()) {
                return Err(format!("{at} of the sketch holds the number {bad}."));
            }
            let point = |p: &[f32]| Point {
                x: p[0],
                y: p[1],
                radius: p[2].clamp(0.0, RADIUS_MAX),
            };
            sketch.0.push(Stroke {
                ink,
                points: own.chunks_exact(3).map(point).collect(),
            });
            rest = after;
        }
        Ok(sketch)
    }

    /// The numbers that [`Self::from_numbers`] reads.
    pub fn to_numbers(&self) -> Vec<f32> {
        let mut out = vec![];
        for Stroke { ink, points } in &self.0 {
            let (kind, [r, g, b]) = match *ink {
                Ink::Line => (0.0, [0.0; 3]),
                Ink::Colour(colour) => (1.0, colour),
                Ink::Erase => (2.0, [0.0; 3]),
            };
            out.extend([kind, r, g, b, points.len() as f32]);
            out.extend(points.iter().flat_map(|p| [p.x, p.y, p.radius]));
        }
        out
    }

    /// What a network reads: coverage of each pixel in [0, 1].
    ///
    /// # Shapes
    /// - returns: `[CHANNELS, side, side]`
    pub fn raster(&self, side: usize) -> Vec<f32> {
        let plane = side * side;
        let mut out = vec![0.0; CHANNELS * plane];
        let mut cover = vec![0.0; plane];
        for stroke in &self.0 {
            let Some(touched) = stroke.cover(side, &mut cover) else {
                continue;
            };
            for at in touched.pixels(side) {
                // Also makes the scratch plane empty again.
                let share = std::mem::take(&mut cover[at]);
                if share == 0.0 {
                    continue;
                }
                match stroke.ink {
                    Ink::Line => out[at] = share.max(out[at]),
                    Ink::Colour(colour) => {
                        for (channel, value) in colour.into_iter().chain([1.0]).enumerate() {
                            let under = &mut out[(1 + channel) * plane + at];
                            *under += share * (value - *under);
                        }
                    }
                    Ink::Erase => {
                        for channel in 0..CHANNELS {
                            out[channel * plane + at] *= 1.0 - share;
                        }
                    }
                }
            }
        }
        out
    }
}

/// A raster as a person sees it: dark lines and colours on white paper.
///
/// # Shapes
/// - raster: `[CHANNELS, plane]`
/// - returns: `[3, plane]` in [0, 1]
pub fn paper(raster: &[f32]) -> Vec<f32> {
    const INK: f32 = 0.12;
    let plane = raster.len() / CHANNELS;
    let (line, cover) = (&raster[..plane], &raster[4 * plane..]);
    (0..3 * plane)
        .map(|i| {
            let (colour, at) = (raster[plane + i], i % plane);
            let ground = colour + 1.0 - cover[at];
            ground + line[at] * (INK - ground)
        })
        .collect()
}

/// Pixels of a rectangle.
struct Touched {
    rows: Range<usize>,
    columns: Range<usize>,
}

impl Touched {
    fn pixels(self, side: usize) -> impl Iterator<Item = usize> {
        let Self { rows, columns } = self;
        rows.flat_map(move |y| columns.clone().map(move |x| y * side + x))
    }
}

impl Stroke {
    /// Writes how much of each pixel the stroke covers into an empty plane, and says where; none when it misses the board.
    ///
    /// A pixel whose centre is `d` from the middle of a pen of radius `r` is covered by `r - d + 1/2` pixels, from 0 to 1.
    fn cover(&self, side: usize, cover: &mut [f32]) -> Option<Touched> {
        let scale = side as f32;
        let pixels = |p: &Point| {
            let [x, y] = [p.x, p.y].map(|v| v.clamp(-FAR, 1.0 + FAR) * scale - 0.5);
            [x, y, p.radius * scale]
        };
        let mut all: Option<Touched> = None;
        let mut from = pixels(self.points.first()?);
        // A dot is a line from its point to itself.
        let line = &self.points[usize::from(self.points.len() > 1)..];
        for point in line {
            let to = pixels(point);
            let reach = from[2].max(to[2]) + 0.5;
            let range = |axis: usize| {
                let low = (from[axis].min(to[axis]) - reach).ceil();
                let high = (from[axis].max(to[axis]) + reach).floor() + 1.0;
                let [low, high] = [low, high].map(|v| v.clamp(0.0, scale) as usize);
                low..high
            };
            let (columns, rows) = (range(0), range(1));
            let [dx, dy, grows] = [0, 1, 2].map(|i| to[i] - from[i]);
            let length = dx * dx + dy * dy;
            for y in rows.clone() {
                for x in columns.clone() {
                    let (px, py) = (x as f32 - from[0], y as f32 - from[1]);
                    let t = if length > 0.0 {
                        ((px * dx + py * dy) / length).clamp(0.0, 1.0)
                    } else {
                        0.0
                    };
                    let (ex, ey) = (px - t * dx, py - t * dy);
                    let distance = (ex * ex + ey * ey).sqrt();
                    let share = (from[2] + t * grows - distance + 0.5).clamp(0.0, 1.0);
                    let at = &mut cover[y * side + x];
                    *at = at.max(share);
                }
            }
            all = Some(match all {
                None => Touched { rows, columns },
                Some(Touched {
                    rows: r,
                    columns: c,
                }) => Touched {
                    rows: r.start.min(rows.start)..r.end.max(rows.end),
                    columns: c.start.min(columns.start)..c.end.max(columns.end),
                },
            });
            from = to;
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn stroke(ink: Ink, points: &[[f32; 3]]) -> Stroke {
        let point = |&[x, y, radius]: &[f32; 3]| Point { x, y, radius };
        Stroke {
            ink,
            points: points.iter().map(point).collect(),
        }
    }

    fn sum(plane: &[f32]) -> f32 {
        plane.iter().sum()
    }

    #[test]
    fn covered_area_is_that_of_the_shape() {
        let side = 64;
        // A disc of radius 8 pixels, and a line of 32 by 4 pixels with round ends.
        let disc = Sketch(vec![stroke(Ink::Line, &[[0.5, 0.5, 0.125]])]).raster(side);
        let area = std::f32::consts::PI * 64.0;
        assert!((sum(&disc[..4096]) - area).abs() < 0.01 * area);
        let line = stroke(Ink::Line, &[[0.2, 0.3, 1.0 / 32.0], [0.7, 0.3, 1.0 / 32.0]]);
        let line = Sketch(vec![line]).raster(side);
        let area = 32.0 * 4.0 + std::f32::consts::PI * 4.0;
        assert!((sum(&line[..4096]) - area).abs() < 0.02 * area);
        assert_eq!(sum(&line[4096..]), 0.0);
    }

    #[test]
    fn a_stroke_is_the_same_however_finely_it_is_cut() {
        let whole = stroke(Ink::Line, &[[0.1, 0.2, 0.01], [0.9, 0.6, 0.03]]);
        let part = |i: usize| {
            let t = i as f32 / 64.0;
            [0.1 + 0.8 * t, 0.2 + 0.4 * t, 0.01 + 0.02 * t]
        };
        let fine = stroke(Ink::Line, &(0..=64).map(part).collect::<Vec<_>>());
        let [a, b] = [whole, fine].map(|s| Sketch(vec![s]).raster(64));
        for (a, b) in a.iter().zip(&b) {
            assert!((a - b).abs() < 1e-2, "{a} against {b}");
        }
    }

    #[test]
    fn colours_lie_over_each_other_and_an_eraser_takes_all() {
        let dot = [[0.5, 0.5, 0.1]];
        let red = stroke(Ink::Colour([1.0, 0.0, 0.0]), &dot);
        let blue = stroke(Ink::Colour([0.0, 0.0, 1.0]), &dot);
        let line = stroke(Ink::Line, &dot);
        let centre = |strokes: &[&Stroke]| {
            let raster = Sketch(strokes.iter().copied().cloned().collect()).raster(9);
            [0, 1, 2, 3, 4].map(|c| raster[c * 81 + 40])
        };
        assert_eq!(centre(&[&red, &blue, &line]), [1.0, 0.0, 0.0, 1.0, 1.0]);
        assert_eq!(centre(&[&blue, &red]), [0.0, 1.0, 0.0, 0.0, 1.0]);
        let erase = stroke(Ink::Erase, &dot);
        assert_eq!(centre(&[&red, &line, &erase]), [0.0; 5]);
        assert_eq!(centre(&[&erase, &line]), [1.0, 0.0, 0.0, 0.0, 0.0]);
    }

    #[test]
    fn a_person_sees_paper_colours_and_lines() {
        let red = stroke(Ink::Colour([1.0, 0.0, 0.0]), &[[0.5, 0.25, 0.2]]);
        let line = stroke(Ink::Line, &[[0.5, 0.75, 0.2]]);
        let shown = paper(&Sketch(vec![red, line]).raster(8));
        let at = |x: usize, y: usize| [0, 1, 2].map(|c| shown[c * 64 + y * 8 + x]);
        assert_eq!(at(0, 0), [1.0; 3]);
        assert_eq!(at(4, 2), [1.0, 0.0, 0.0]);
        assert!(at(4, 6).iter().all(|v| *v < 0.2));
    }

    #[test]
    fn limits_are_where_they_are_said_to_be() {
        let strokes = |n: usize| Sketch(vec![stroke(Ink::Line, &[]); n]).to_numbers();
        assert!(Sketch::from_numbers(&strokes(STROKES_MAX)).is_ok());
        let points = |n: usize| Sketch(vec![stroke(Ink::Line, &vec![[0.5; 3]; n])]).to_numbers();
        assert!(Sketch::from_numbers(&points(POINTS_MAX)).is_ok());
        let cut = points(3);
        for bad in [
            strokes(STROKES_MAX + 1),
            points(POINTS_MAX + 1),
            vec![0.0, 0.0, 0.0, 0.0, f32::MAX],
            vec![3.0, 0.0, 0.0, 0.0, 0.0],
            vec![0.0, 0.0, 0.0, 0.0, 1.0, f32::NAN, 0.0, 0.0],
            vec![1.0, f32::INFINITY, 0.0, 0.0, 0.0],
            cut[..cut.len() - 1].to_vec(),
            cut[..3].to_vec(),
        ] {
            assert!(Sketch::from_numbers(&bad).unwrap_err().ends_with('.'));
        }
    }

    proptest! {
        #[test]
        fn any_numbers_are_a_sketch_or_refused(numbers in prop::collection::vec(prop_oneof![any::<f32>(), (0..4u8).prop_map(f32::from)], 0..60)) {
            match Sketch::from_numbers(&numbers) {
                Ok(sketch) => {
                    prop_assert!(sketch.raster(16).iter().all(|v| (0.0..=1.0).contains(v)));
                    prop_assert_eq!(Sketch::from_numbers(&sketch.to_numbers()).unwrap(), sketch);
                }
                Err(sentence) => prop_assert!(sentence.ends_with('.')),
            }
        }

        #[test]
        fn a_raster_stays_in_range_wherever_the_pen_goes(points in prop::collection::vec((-1e6f32..1e6, -3f32..3.0, 0f32..0.3), 1..8), kind in 0..3usize) {
            let ink = [Ink::Line, Ink::Colour([0.2, 0.9, 1.0]), Ink::Erase][kind];
            let points = points.into_iter().map(|(x, y, radius)| Point { x, y, radius }).collect();
            let under = stroke(Ink::Colour([1.0, 0.5, 0.0]), &[[0.4, 0.6, 0.3]]);
            let raster = Sketch(vec![under, Stroke { ink, points }]).raster(16);
            prop_assert!(raster.iter().all(|v| (0.0..=1.0).contains(v)));
            prop_assert!(paper(&raster).iter().all(|v| (-1e-5..=1.0 + 1e-5).contains(v)));
        }
    }
}
