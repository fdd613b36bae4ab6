//! Sketches of images, to learn the way back: lines where an edge is, and strokes of the colours found there.
//!
//! Lines: Canny's edge detector (Canny 1986, as in the crate `imageproc`) on the image at twice its size, on the lightness and, where that
//! shows nothing, on each colour. The edge pixels are thinned, traced into strokes and smoothed, so that what follows treats
//! them as it treats a person's. Two edges of one thin line are two strokes, as the detector has them, or, closed up, one in the
//! middle, as a person draws it.
//!
//! Colours: short walks over the image that turn where the colour changes.

use image::imageops::{FilterType, resize};
use image::{GrayImage, Luma};
use imageproc::distance_transform::Norm;
use imageproc::edges::canny;
use imageproc::morphology::close;
use rand_chacha::ChaCha8Rng;

use crate::data::hand::{Hand, PIXEL};
use crate::data::images::ImageSet;
use crate::data::sketch::{Ink, Point, Sketch, Stroke};
use crate::rng::{between, chance};

/// How much larger the detector's image is.
const SCALE: usize = 2;
/// Strength of an edge that begins a line, and of one that continues it.
const THRESHOLDS: [f32; 2] = [60.0, 120.0];
/// An edge of a colour counts where no edge of lightness is within so many of the detector's pixels.
const NEAR: usize = 3;
/// Shortest line, in the detector's pixels.
const SHORTEST: usize = 4;
/// Colours that differ by less than this in every channel are one.
const SAME: i32 = 36;

/// What a thin line of the image becomes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Detail {
    /// Its two edges.
    Edges,
    /// One line in its middle.
    Middles,
}

/// An image with its sketch.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// What the network is given.
    pub sketch: Sketch,
    /// `[3, side, side]` in [0, 1]: what it should make of it.
    pub target: Vec<f32>,
}

/// Image `i` with its edges and, for `colours` above 0, so many strokes of colour: what is measured and shown.
pub fn plain(data: &ImageSet, i: usize, colours: usize, rng: &mut ChaCha8Rng) -> Pair {
    let mut target = vec![];
    data.write_chw(i, &mut target);
    let mut strokes = scribbles(data.image(i), data.height, colours, rng);
    let lines = lines(data.image(i), data.height, Detail::Edges);
    strokes.extend(Hand::STEADY.redraw(&lines, rng).0);
    Pair {
        sketch: Sketch(strokes),
        target,
    }
}

/// Image `i` as somebody might have drawn it, to train on: any hand, any detail, warped, mirrored and in other colours together with
/// its target.
pub fn varied(data: &ImageSet, i: usize, rng: &mut ChaCha8Rng) -> Pair {
    let side = data.height;
    let colours = if chance(rng, 0.4) {
        0
    } else {
        between(rng, 1.0, 8.0) as usize
    };
    let detail = if chance(rng, 0.5) {
        Detail::Edges
    } else {
        Detail::Middles
    };
    let mut image = data.image(i).to_vec();
    // A palette is no law for who says which colours are wanted.
    if colours > 0 && chance(rng, 0.5) {
        let turn = between(rng, 0.0, 3.0) as usize;
        let mirrored = chance(rng, 0.5);
        for pixel in image.chunks_exact_mut(3) {
            pixel.rotate_left(turn);
            if mirrored {
                pixel.swap(0, 1);
            }
        }
    }
    let lines = lines(&image, side, detail);
    let mut strokes = scribbles(&image, side, colours, rng);
    let hand = Hand::anybody(rng);
    strokes.extend(lines.0);
    let mut sketch = Sketch(strokes);
    let warp = if chance(rng, 0.6) {
        Warp::draw(rng)
    } else {
        Warp::NONE
    };
    let warp = Warp {
        mirror: chance(rng, 0.5),
        ..warp
    };
    let points = sketch.0.iter_mut().flat_map(|s| &mut s.points);
    points.for_each(|p| [p.x, p.y] = warp.place([p.x, p.y]));
    Pair {
        sketch: hand.redraw(&sketch, rng),
        target: warp.image(&image, side),
    }
}

/// The edges of an image as lines of one detector's pixel.
///
/// # Shapes
/// - image: `[side, side, 3]`
pub fn lines(image: &[u8], side: usize, detail: Detail) -> Sketch {
    let large = (SCALE * side) as u32;
    let edges = |value: &dyn Fn(&[u8]) -> f32| {
        let pixels = image.chunks_exact(3).map(|p| value(p).round() as u8);
        let grey = GrayImage::from_raw(side as u32, side as u32, pixels.collect());
        let grey = resize(
            &grey.expect("three bytes a pixel"),
            large,
            large,
            FilterType::CatmullRom,
        );
        canny(&grey, THRESHOLDS[0], THRESHOLDS[1])
    };
    // Rec. 601 luma.
    let mut mask =
        edges(&|p| 0.299 * f32::from(p[0]) + 0.587 * f32::from(p[1]) + 0.114 * f32::from(p[2]));
    for channel in 0..3 {
        let more = edges(&|p| f32::from(p[channel]));
        let known = mask.clone();
        for (x, y, pixel) in more.enumerate_pixels().filter(|(.., p)| p[0] > 0) {
            let near = |v: u32| v.saturating_sub(NEAR as u32)..(v + NEAR as u32 + 1).min(large);
            let empty = near(y).all(|y| near(x).all(|x| known.get_pixel(x, y)[0] == 0));
            if empty {
                mask.put_pixel(x, y, *pixel);
            }
        }
    }
    if detail == Detail::Middles {
        mask = close(&mask, Norm::LInf, 2);
    }
    let size = large as usize;
    let mut mask: Vec<bool> = mask.pixels().map(|&Luma([v])| v > 0).collect();
    thin(&mut mask, size);
    let radius = PIXEL / 2.0;
    let strokes = trace(mask, size).into_iter().map(|line| Stroke {
        ink: Ink::Line,
        points: smooth(&line)
            .into_iter()
            .map(|[x, y]| Point {
                x: x / size as f32,
                y: y / size as f32,
                radius,
            })
            .collect(),
    });
    Sketch(strokes.collect())
}

/// Thins shapes to lines of one pixel that keep their connections (Zhang and Suen 1984).
fn thin(mask: &mut [bool], size: usize) {
    let around = |mask: &[bool], at: usize| {
        // North first, clockwise.
        [
            at - size,
            at - size + 1,
            at + 1,
            at + size + 1,
            at + size,
            at + size - 1,
            at - 1,
            at - size - 1,
        ]
        .map(|i| mask[i])
    };
    // Nothing is outside: the detector marks no pixel of the border, closing might.
    for i in 0..size {
        for at in [i, (size - 1) * size + i, i * size, i * size + size - 1] {
            mask[at] = false;
        }
    }
    loop {
        let mut changed = false;
        for pass in 0..2 {
            let removed: Vec<usize> = (size + 1..size * (size - 1) - 1)
                .filter(|&at| mask[at])
                .filter(|&at| {
                    let p = around(mask, at);
                    let set = p.iter().filter(|v| **v).count();
                    let rises = (0..8).filter(|&i| !p[i] && p[(i + 1) % 8]).count();
                    let [n, e, s, w] = [p[0], p[2], p[4], p[6]];
                    let open = match pass {
                        0 => !(e && s && (n || w)),
                        _ => !(n && w && (e || s)),
                    };
                    (2..=6).contains(&set) && rises == 1 && open
                })
                .collect();
            changed |= !removed.is_empty();
            for at in removed {
                mask[at] = false;
            }
        }
        if !changed {
            return;
        }
    }
}

/// Follows lines of one pixel from their ends, then round what has none; centres of pixels, in pixels.
fn trace(mut mask: Vec<bool>, size: usize) -> Vec<Vec<[f32; 2]>> {
    // Straight neighbours before diagonal ones, so that no corner is cut off and left over.
    let neighbours = |at: usize| {
        [
            at - size,
            at + 1,
            at + size,
            at - 1,
            at - size + 1,
            at + size + 1,
            at + size - 1,
            at - size - 1,
        ]
    };
    let inside: Vec<usize> = (0..size * size).filter(|&at| mask[at]).collect();
    let count = |mask: &[bool], at: usize| neighbours(at).iter().filter(|n| mask[**n]).count();
    let mut lines = vec![];
    for ends in [true, false] {
        for &start in &inside {
            if !mask[start] || (ends && count(&mask, start) > 1) {
                continue;
            }
            let mut line = vec![start];
            mask[start] = false;
            let mut at = start;
            while let Some(next) = neighbours(at).into_iter().find(|n| mask[*n]) {
                mask[next] = false;
                line.push(next);
                at = next;
            }
            let closed = line.len() > 4 && neighbours(at).contains(&start);
            if line.len() >= SHORTEST {
                line.extend(closed.then_some(start));
                let centre = |at: &usize| [(at % size) as f32 + 0.5, (at / size) as f32 + 0.5];
                lines.push(line.iter().map(centre).collect());
            }
        }
    }
    lines
}

/// Means over five points, fewer near the ends, which stay.
fn smooth(line: &[[f32; 2]]) -> Vec<[f32; 2]> {
    let last = line.len() - 1;
    let mean = |i: usize| {
        let reach = i.min(last - i).min(2);
        let part = &line[i - reach..=i + reach];
        [0, 1].map(|axis| part.iter().map(|p| p[axis]).sum::<f32>() / part.len() as f32)
    };
    (0..=last).map(mean).collect()
}

/// `count` short strokes of colours where they are in the image, in different places of it as far as there are.
///
/// # Shapes
/// - image: `[side, side, 3]`
pub fn scribbles(image: &[u8], side: usize, count: usize, rng: &mut ChaCha8Rng) -> Vec<Stroke> {
    let colour = |[x, y]: [f32; 2]| {
        let inside = |v: f32| (0.0..side as f32).contains(&v);
        (inside(x) && inside(y)).then(|| {
            let at = 3 * (y as usize * side + x as usize);
            [0, 1, 2].map(|c| i32::from(image[at + c]))
        })
    };
    let same = |a: [i32; 3], b: [i32; 3]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < SAME);
    let mut known: Vec<[i32; 3]> = vec![];
    let mut strokes = vec![];
    for _ in 0..count {
        // Large regions are met first; a few tries find others.
        let mut draw = || [0, 1].map(|_| between(rng, 0.0, side as f32));
        let mut start = draw();
        for _ in 0..12 {
            let found = colour(start).expect("within the image");
            if !known.iter().any(|k| same(*k, found)) {
                break;
            }
            start = draw();
        }
        let own = colour(start).expect("within the image");
        known.push(own);
        let pixels = side as f32;
        let radius = between(rng, 0.7, 2.4);
        let length = between(rng, 1.0, 26.0) as usize;
        let mut heading = between(rng, 0.0, std::f32::consts::TAU);
        let (mut at, mut points) = (start, vec![]);
        for _ in 0..length {
            points.push(Point {
                x: at[0] / pixels,
                y: at[1] / pixels,
                radius: radius / pixels,
            });
            // The pen's edge must stay in the colour too.
            let step = (0..6).find_map(|_| {
                let toward = |d: f32| [at[0] + d * heading.cos(), at[1] + d * heading.sin()];
                let free = [1.0, 1.0 + radius].map(toward).into_iter();
                let free = free.map(colour).all(|c| c.is_some_and(|c| same(c, own)));
                let next = toward(1.0);
                heading += if free {
                    between(rng, -0.4, 0.4)
                } else {
                    between(rng, 0.5, 2.5)
                };
                free.then_some(next)
            });
            match step {
                Some(next) => at = next,
                None => break,
            }
        }
        strokes.push(Stroke {
            ink: Ink::Colour(own.map(|v| v as f32 / 255.0)),
            points,
        });
    }
    strokes
}

/// A smooth change of place: scale, shift, mirror, and two slow waves on each axis. It says where in the source a
/// place of the result lies.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Warp {
    scale: [f32; 2],
    shift: [f32; 2],
    mirror: bool,
    /// Amplitude, two rates and phase of each wave, for x and for y.
    waves: [[[f32; 4]; 2]; 2],
}

impl Warp {
    const NONE: Self = Self {
        scale: [1.0; 2],
        shift: [0.0; 2],
        mirror: false,
        waves: [[[0.0; 4]; 2]; 2],
    };

    fn draw(rng: &mut ChaCha8Rng) -> Self {
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
    fn source(&self, p: [f32; 2]) -> [f32; 2] {
        let wave = self.waves(p);
        let x = if self.mirror { 1.0 - p[0] } else { p[0] };
        let out = |v: f32, axis: usize| {
            0.5 + self.scale[axis] * (v - 0.5) + self.shift[axis] + wave[axis]
        };
        [out(x, 0), out(p[1], 1)]
    }

    /// Where a place of the source lies in the result.
    fn place(&self, q: [f32; 2]) -> [f32; 2] {
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
    fn image(&self, image: &[u8], side: usize) -> Vec<f32> {
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
    use crate::rng::{Purpose, stream};

    const SIDE: usize = 64;

    /// A disc of radius 20 on a ground.
    fn disc(ground: [u8; 3], inside: [u8; 3]) -> Vec<u8> {
        let pixel = |at: usize| {
            let [x, y] = [at % SIDE, at / SIDE].map(|v| v as f32 + 0.5 - 32.0);
            // Four by four samples a pixel would change little; the edge is where it is.
            let share = (20.5 - x.hypot(y)).clamp(0.0, 1.0);
            [0, 1, 2].map(|c| {
                (f32::from(ground[c]) * (1.0 - share) + f32::from(inside[c]) * share) as u8
            })
        };
        (0..SIDE * SIDE).flat_map(pixel).collect()
    }

    fn set(image: Vec<u8>) -> ImageSet {
        ImageSet {
            count: 1,
            height: SIDE,
            width: SIDE,
            channels: 3,
            pixels: image,
            labels: None,
            attributes: None,
        }
    }

    #[test]
    fn the_edge_of_a_disc_is_a_circle_also_where_only_the_colour_changes() {
        // The second pair has the same lightness.
        for (ground, inside) in [
            ([20, 30, 90], [240, 200, 160]),
            ([200, 100, 60], [60, 150, 175]),
        ] {
            let sketch = lines(&disc(ground, inside), SIDE, Detail::Edges);
            let points: Vec<&Point> = sketch.0.iter().flat_map(|s| &s.points).collect();
            // Two points a pixel on the detector's image.
            let length = std::f32::consts::TAU * 20.0 * SCALE as f32;
            assert!(
                (0.75 * length..1.3 * length).contains(&(points.len() as f32)),
                "{}",
                points.len()
            );
            for p in points {
                let radius = ((p.x - 0.5).powi(2) + (p.y - 0.5).powi(2)).sqrt() * 64.0;
                assert!((radius - 20.0).abs() < 1.0, "{radius}");
            }
        }
        assert!(
            lines(&disc([9, 9, 9], [9, 9, 9]), SIDE, Detail::Edges)
                .0
                .is_empty()
        );
    }

    #[test]
    fn a_thin_line_has_two_edges_and_one_middle() {
        let mut image = vec![220; SIDE * SIDE * 3];
        for y in 10..50 {
            for x in 30..32 {
                image[3 * (y * SIDE + x)..][..3].fill(10);
            }
        }
        let columns = |detail| {
            let sketch = lines(&image, SIDE, detail);
            let points = sketch.0.into_iter().flat_map(|s| s.points);
            let mut found: Vec<f32> = points
                .filter(|p| (0.3..0.6).contains(&p.y))
                .map(|p| (p.x * 64.0 * 2.0).round() / 2.0)
                .collect();
            found.sort_by(f32::total_cmp);
            found.dedup();
            found
        };
        let edges = columns(Detail::Edges);
        assert!(
            edges[0] < 30.6 && *edges.last().unwrap() > 31.4,
            "{edges:?}"
        );
        let middles = columns(Detail::Middles);
        assert!(
            middles.iter().all(|x| (x - 31.0).abs() <= 0.5),
            "{middles:?}"
        );
    }

    #[test]
    fn scribbles_have_the_colours_of_their_places() {
        let image = disc([20, 30, 90], [240, 200, 160]);
        for i in 0..50 {
            let strokes = scribbles(&image, SIDE, 2, &mut stream(1, Purpose::Augment, i));
            assert_eq!(strokes.len(), 2);
            assert_ne!(strokes[0].ink, strokes[1].ink, "both regions are found");
            for stroke in strokes {
                let Ink::Colour(colour) = stroke.ink else {
                    panic!("a colour")
                };
                for p in &stroke.points {
                    let at = 3 * ((p.y * 64.0) as usize * SIDE + (p.x * 64.0) as usize);
                    for c in 0..3 {
                        let there = f32::from(image[at + c]) / 255.0;
                        assert!((there - colour[c]).abs() < SAME as f32 / 255.0);
                    }
                }
            }
        }
    }

    #[test]
    fn a_warp_and_its_inverse_cancel_and_none_changes_nothing() {
        let image = disc([20, 30, 90], [240, 200, 160]);
        let set = set(image.clone());
        let mut plain = vec![];
        set.write_chw(0, &mut plain);
        for (a, b) in plain.iter().zip(Warp::NONE.image(&image, SIDE)) {
            assert!((a - b).abs() < 1e-5);
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

    #[test]
    fn a_pair_is_its_generator_and_in_range() {
        let set = set(disc([20, 30, 90], [240, 200, 160]));
        for i in 0..40 {
            let [a, b] = [0, 1].map(|_| varied(&set, 0, &mut stream(3, Purpose::Augment, i)));
            assert_eq!(a, b);
            assert_eq!(a.target.len(), 3 * SIDE * SIDE);
            assert!(a.target.iter().all(|v| (0.0..=1.0).contains(v)));
            assert!(
                a.sketch
                    .raster(SIDE)
                    .iter()
                    .all(|v| (0.0..=1.0).contains(v))
            );
        }
        let plain = |colours| plain(&set, 0, colours, &mut stream(3, Purpose::Augment, 0));
        assert!(plain(0).sketch.0.iter().all(|s| s.ink == Ink::Line));
        assert_eq!(
            plain(3)
                .sketch
                .0
                .iter()
                .filter(|s| s.ink != Ink::Line)
                .count(),
            3
        );
    }
}
