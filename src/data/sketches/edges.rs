//! Lines where an image has edges.
//!
//! Canny's edge detector (Canny 1986, as in the crate `imageproc`) looks at the image at twice its size: at its lightness and, where that
//! shows nothing, at each colour. The pixels that it marks are thinned, traced into strokes and smoothed, so that what follows treats
//! them as it treats a person's.
//!
//! A thin dark line has two edges, and a person draws one. Morphology finds such lines: they are what closing the image takes
//! away (the black top-hat transform).

use image::imageops::{FilterType, resize};
use image::{GrayImage, Luma};
use imageproc::edges::canny;
use imageproc::morphology::{Mask, grayscale_close};

use crate::data::sketches::hand::PIXEL;
use crate::data::sketches::sketch::{Ink, Point, Sketch, Stroke};

/// How much larger the detector's image is.
const SCALE: usize = 2;
/// Strength of an edge that continues a line, and of one that begins it.
const THRESHOLDS: [f32; 2] = [60.0, 120.0];
/// What is less certain counts where nothing is within so many of the detector's pixels.
const NEAR: u32 = 3;

/// Half of the widest thin line, in the detector's pixels, and how much darker than its surroundings it must be.
const THIN: u8 = 3;
const CONTRAST: u8 = 50;

/// What a thin line of the image becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Detail {
    /// Its two edges.
    Edges,
    /// One line in its middle.
    Middles,
}

/// The edges of an image as lines of one detector's pixel.
///
/// # Shapes
/// - image: `[side, side, 3]`
pub fn lines(image: &[u8], side: usize, detail: Detail) -> Sketch {
    let large = (SCALE * side) as u32;
    let enlarged = |value: &dyn Fn(&[u8]) -> f32| {
        let pixels = image.chunks_exact(3).map(|p| value(p).round() as u8);
        let grey = GrayImage::from_raw(side as u32, side as u32, pixels.collect());
        let grey = grey.expect("three bytes a pixel");
        resize(&grey, large, large, FilterType::CatmullRom)
    };
    let edges = |grey: &GrayImage| canny(grey, THRESHOLDS[0], THRESHOLDS[1]);
    // Rec. 601 luma.
    let luma = |p: &[u8]| {
        let weighted = p.iter().zip([0.299, 0.587, 0.114]);
        weighted.map(|(v, w)| f32::from(*v) * w).sum()
    };
    let light = enlarged(&luma);
    let mut mask = edges(&light);
    for channel in 0..3 {
        let colour = edges(&enlarged(&|p| f32::from(p[channel])));
        add_apart(&mut mask, &colour);
    }
    if detail == Detail::Middles {
        let mut middles = grayscale_close(&light, &Mask::square(THIN));
        for (Luma([closed]), Luma([v])) in middles.pixels_mut().zip(light.pixels()) {
            *closed = if *closed - v > CONTRAST { 255 } else { 0 };
        }
        add_apart(&mut middles, &mask);
        mask = middles;
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

/// Marks what is marked in `more` and is not near anything marked before.
fn add_apart(mask: &mut GrayImage, more: &GrayImage) {
    let known = mask.clone();
    for (x, y, pixel) in more.enumerate_pixels().filter(|(.., p)| p[0] > 0) {
        let near = |v: u32, end: u32| v.saturating_sub(NEAR)..(v + NEAR + 1).min(end);
        let mut around =
            near(y, mask.height()).flat_map(|y| near(x, known.width()).map(move |x| (x, y)));
        if around.all(|(x, y)| known.get_pixel(x, y)[0] == 0) {
            mask.put_pixel(x, y, *pixel);
        }
    }
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
            line.extend(closed.then_some(start));
            let centre = |at: &usize| [(at % size) as f32 + 0.5, (at / size) as f32 + 0.5];
            lines.push(line.iter().map(centre).collect());
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

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) const SIDE: usize = 64;

    pub(crate) fn disc(ground: [u8; 3], inside: [u8; 3]) -> Vec<u8> {
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
}
