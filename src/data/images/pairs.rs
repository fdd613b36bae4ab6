//! Images with sketches of them, to learn the way back: lines where an edge is, and strokes of the colours found there.

use std::collections::HashMap;

use rand_chacha::ChaCha8Rng;

use crate::data::images::ImageSet;
use crate::data::images::warp::Warp;
use crate::data::sketches::edges::{Detail, lines};
use crate::data::sketches::hand::Hand;
use crate::data::sketches::sketch::{Ink, Point, Sketch, Stroke};
use crate::rng::{between, chance};

/// Colours that differ by less than this in every channel are one.
const SAME: i32 = 36;

/// An image with its sketch.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// What the network is given.
    pub sketch: Sketch,
    /// `[3, side, side]` in [0, 1]: what it should make of it.
    pub target: Vec<f32>,
}

/// Every order of red, green and blue.
const ORDERS: [[usize; 3]; 6] = [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
];

impl Pair {
    /// Whether the sketch tells a colour.
    pub fn is_coloured(&self) -> bool {
        let strokes = &self.sketch.0;
        strokes.iter().any(|s| matches!(s.ink, Ink::Colour(_)))
    }

    /// Orders the channels of the target so that it is as near as it can be to a picture, by the mean absolute difference: of targets
    /// that are equally right, the one that is meant already.
    ///
    /// # Shapes
    /// - picture: `[3, side, side]` in [0, 1]
    pub fn approach(&mut self, picture: &[f32]) {
        let plane = self.target.len() / 3;
        let away = |order: &[usize; 3]| -> f32 {
            let channels = order.iter().zip(picture.chunks_exact(plane));
            let apart = channels.flat_map(|(&c, channel)| {
                let own = &self.target[c * plane..(c + 1) * plane];
                own.iter().zip(channel).map(|(a, b)| (a - b).abs())
            });
            apart.sum()
        };
        let nearest = ORDERS.iter().min_by(|a, b| away(a).total_cmp(&away(b)));
        let order = nearest.expect("six orders");
        let channels = order.map(|c| &self.target[c * plane..(c + 1) * plane]);
        self.target = channels.concat();
    }
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

/// The lines of images, found once.
#[derive(Debug, Default)]
pub struct Lines(HashMap<(usize, Detail), Sketch>);

impl Lines {
    fn of(&mut self, data: &ImageSet, i: usize, detail: Detail) -> &Sketch {
        let find = || lines(data.image(i), data.height, detail);
        self.0.entry((i, detail)).or_insert_with(find)
    }
}

/// Image `i` as a person might have drawn it, to train on: any hand, any detail, warped, mirrored and in other colours together with
/// its target.
pub fn varied(data: &ImageSet, i: usize, known: &mut Lines, rng: &mut ChaCha8Rng) -> Pair {
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
    // With scribbles the wanted colours are given, so the palette may change.
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
    let mut strokes = scribbles(&image, side, colours, rng);
    let hand = Hand::anybody(rng);
    strokes.extend(known.of(data, i, detail).0.iter().cloned());
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

/// `count` short strokes of colours where they are in the image, in different places of it while there are enough.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::sketches::edges::tests::{SIDE, disc};
    use crate::rng::{Purpose, stream};

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
    fn a_target_takes_the_nearest_order_of_its_channels() {
        let planes = [[0.1, 0.8], [0.4, 0.3], [0.9, 0.6]];
        for order in ORDERS {
            let mut pair = Pair {
                sketch: Sketch(vec![]),
                target: planes.concat(),
            };
            let picture = order.map(|c| planes[c].map(|v| v - 0.05)).concat();
            pair.approach(&picture);
            assert_eq!(pair.target, order.map(|c| planes[c]).concat());
        }
    }

    #[test]
    fn a_pair_is_its_generator_and_in_range() {
        let set = set(disc([20, 30, 90], [240, 200, 160]));
        let mut known = Lines::default();
        for i in 0..40 {
            let [a, b] =
                [0, 1].map(|_| varied(&set, 0, &mut known, &mut stream(3, Purpose::Augment, i)));
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
