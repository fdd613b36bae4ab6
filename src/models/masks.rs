//! Causal masks by themselves: which pixels a stack of masked convolutions depends on, whatever its weights.
//!
//! A plain stack has two masks, A for the first layer and B for the others. The stacks of a gated network have four: a vertical
//! stack of full rows, and a horizontal one along the own row, which in every layer also gets the vertical one at its own pixel.
//! A mask may be any set of cells, so also one that is not causal, and then the dependency says so.

/// Largest kernel.
const KERNEL_MAX: usize = 9;
/// Most layers.
const LAYERS_MAX: usize = 16;
/// Largest side of an image.
const SIDE_MAX: usize = 64;
/// Channels of a pixel in colour.
const COLOURS: usize = 3;

/// Which masks there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stacks {
    /// One stack.
    Plain,
    /// A vertical and a horizontal one.
    Gated,
}

/// What one pixel's logits have to do with a pixel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// They do not depend on it.
    Unseen,
    /// It comes earlier, and they do.
    Seen,
    /// It comes earlier and is as near as others that are seen, but they do not depend on it.
    Blind,
    /// They depend on it, although it does not come earlier.
    Leak,
}

impl From<Sight> for f32 {
    fn from(sight: Sight) -> Self {
        match sight {
            Sight::Unseen => 0.0,
            Sight::Seen => 1.0,
            Sight::Blind => 2.0,
            Sight::Leak => 3.0,
        }
    }
}

/// A stack of masked convolutions, and the pixel that is asked about.
#[derive(Clone, Debug)]
pub struct Masks {
    /// Which.
    pub stacks: Stacks,
    /// Side of every kernel, odd.
    pub kernel: usize,
    /// Layers, the first included.
    pub layers: usize,
    /// Cells of all masks, `[masks, kernel, kernel]` as 0 and 1; the causal ones when empty.
    pub cells: String,
    /// Side of the image.
    pub side: usize,
    /// Row and column of the pixel.
    pub pixel: [usize; 2],
    /// In colour, which channel is predicted: red, green and blue come in this order. At a mask's centre a channel sees
    /// those before it, and itself too where the cell is on.
    pub channel: Option<usize>,
}

/// What a pixel depends on.
#[derive(Clone, Debug, PartialEq)]
pub struct Dependency {
    /// Paths through the layers to each pixel, `[side * side]`, channels together.
    pub paths: Vec<f64>,
    /// `[side * side]`
    pub sight: Vec<Sight>,
    /// Whether each channel of the pixel itself is seen, `[channels]`.
    pub own: Vec<bool>,
}

/// What is seen, as what it means: without a window to know by, the blind spot lies in the smallest rectangle of rows above
/// that holds everything seen and reaches as far to the right as to the left.
///
/// # Shapes
/// - seen, returns: `[side * side]`
pub fn sights(seen: &[bool], [row, column]: [usize; 2], side: usize) -> Vec<Sight> {
    let pixel = row * side + column;
    let earlier = || (0..pixel).filter(|&at| seen[at]);
    let top = earlier().map(|at| at / side).min().unwrap_or(row);
    let reach = earlier().map(|at| (at % side).abs_diff(column)).max();
    let near = |at: usize| {
        at / side >= top && reach.is_some_and(|reach| (at % side).abs_diff(column) <= reach)
    };
    (0..side * side)
        .map(|at| match (seen[at], at < pixel) {
            (true, true) => Sight::Seen,
            (true, false) => Sight::Leak,
            (false, true) if near(at) => Sight::Blind,
            (false, _) => Sight::Unseen,
        })
        .collect()
}

impl Masks {
    /// Side of the kernels, layers, image and pixel within bounds, and as many cells as there should be.
    fn check(&self) -> Result<(), String> {
        let &Self {
            kernel,
            layers,
            side,
            pixel: [row, column],
            channel,
            ..
        } = self;
        if kernel.is_multiple_of(2) || kernel > KERNEL_MAX {
            return Err(format!(
                "The kernel is {kernel}; it must be odd and at most {KERNEL_MAX}."
            ));
        }
        if !(1..=LAYERS_MAX).contains(&layers) {
            return Err(format!(
                "The number of layers is {layers}; it must be from 1 to {LAYERS_MAX}."
            ));
        }
        if side > SIDE_MAX || row >= side || column >= side {
            return Err(format!(
                "There is no row {row}, column {column} in an image of side {side}; its side is at most {SIDE_MAX}."
            ));
        }
        if channel.is_some_and(|channel| channel >= COLOURS) {
            return Err(format!("There are {COLOURS} channels, counted from 0."));
        }
        let size = self.count() * kernel * kernel;
        if !self.cells.is_empty()
            && (self.cells.len() != size || self.cells.bytes().any(|c| c != b'0' && c != b'1'))
        {
            return Err(format!(
                "The masks have {} cells; these kernels have {size}, each 0 or 1.",
                self.cells.chars().count()
            ));
        }
        Ok(())
    }

    /// How many masks there are.
    pub fn count(&self) -> usize {
        match self.stacks {
            Stacks::Plain => 2,
            Stacks::Gated => 4,
        }
    }

    /// Which cells can be on: a horizontal mask has one row.
    ///
    /// # Shapes
    /// - returns: `[masks * kernel * kernel]`
    pub fn open(&self) -> Vec<bool> {
        self.each(|mask, row, _| mask < 2 || row == self.kernel / 2)
    }

    /// The cells, in reading order of each mask: A and B, or vertical A and B, horizontal A and B.
    ///
    /// # Shapes
    /// - returns: `[masks * kernel * kernel]`
    pub fn cells(&self) -> Vec<bool> {
        if !self.cells.is_empty() {
            let on = self.cells.bytes().map(|c| c == b'1');
            return on.zip(self.open()).map(|(on, open)| on && open).collect();
        }
        let centre = self.kernel / 2;
        self.each(|mask, row, column| {
            let (first, along) = (mask % 2 == 0, row == centre);
            let left = along && (column < centre || !first && column == centre);
            match (self.stacks, mask) {
                (Stacks::Plain, _) => row < centre || left,
                // After the first layer the vertical stack knows rows above only, so it may look along its own.
                (Stacks::Gated, 0 | 1) => row < centre || along && !first,
                (Stacks::Gated, _) => left,
            }
        })
    }

    fn each(&self, cell: impl Fn(usize, usize, usize) -> bool) -> Vec<bool> {
        let square = self.kernel * self.kernel;
        (0..self.count() * square)
            .map(|i| cell(i / square, i % square / self.kernel, i % self.kernel))
            .collect()
    }

    /// What the pixel depends on, from the logits down to the image.
    ///
    /// # Errors
    /// A sentence when a number is out of range or the cells do not fit the kernels.
    pub fn dependency(&self) -> Result<Dependency, String> {
        self.check()?;
        let (side, [row, column]) = (self.side, self.pixel);
        let channels = self.channel.map_or(1, |_| COLOURS);
        let cells = self.cells();
        let mask = |nth: usize| &cells[nth * self.kernel * self.kernel..][..self.kernel.pow(2)];
        let nothing = || vec![0.0; side * side * channels];
        let mut paths = nothing();
        let own = (row * side + column) * channels;
        paths[own + self.channel.unwrap_or(0)] = 1.0;
        match self.stacks {
            Stacks::Plain => {
                for layer in (0..self.layers).rev() {
                    let nth = usize::from(layer > 0);
                    paths = self.through(&paths, mask(nth), true);
                }
            }
            Stacks::Gated => {
                let mut vertical = nothing();
                for layer in (0..self.layers).rev() {
                    let nth = usize::from(layer > 0);
                    for (below, paths) in vertical.iter_mut().zip(&paths) {
                        *below += paths;
                    }
                    vertical = self.through(&vertical, mask(nth), false);
                    paths = self.through(&paths, mask(2 + nth), true);
                }
                for (paths, below) in paths.iter_mut().zip(&vertical) {
                    *paths += below;
                }
            }
        }
        let of_own: Vec<bool> = paths[own..own + channels]
            .iter()
            .map(|n| *n > 0.0)
            .collect();
        let before = self.channel.unwrap_or(0);
        let mut seen: Vec<bool> = paths
            .chunks_exact(channels)
            .map(|pixel| pixel.iter().any(|n| *n > 0.0))
            .collect();
        // The channels before it are earlier values of the same pixel.
        seen[row * side + column] = of_own[before..].contains(&true);
        Ok(Dependency {
            sight: sights(&seen, self.pixel, side),
            paths: paths
                .chunks_exact(channels)
                .map(|p| p.iter().sum())
                .collect(),
            own: of_own,
        })
    }

    /// Paths one layer further down. At an `ordered` mask's centre, channels see those before them; elsewhere, all see all.
    fn through(&self, above: &[f64], mask: &[bool], ordered: bool) -> Vec<f64> {
        let (side, kernel) = (self.side, self.kernel);
        let channels = self.channel.map_or(1, |_| COLOURS);
        let reach = kernel / 2;
        let mut below = vec![0.0; above.len()];
        for (at, from) in above.chunks_exact(channels).enumerate() {
            if from.iter().all(|n| *n == 0.0) {
                continue;
            }
            for (cell, &on) in mask.iter().enumerate() {
                let (down, right) = (cell / kernel, cell % kernel);
                let ordered = ordered && (down, right) == (reach, reach) && channels > 1;
                let row = (at / side + down).checked_sub(reach).filter(|r| *r < side);
                let column = (at % side + right).checked_sub(reach).filter(|c| *c < side);
                let (Some(row), Some(column)) = (row, column) else {
                    continue;
                };
                if !on && !ordered {
                    continue;
                }
                let to = &mut below[(row * side + column) * channels..][..channels];
                for (target, n) in to.iter_mut().enumerate() {
                    for (source, paths) in from.iter().enumerate() {
                        if !ordered || target < source || on && target == source {
                            *n += paths;
                        }
                    }
                }
            }
        }
        below
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::pixelcnn::{Kind, PixelCnnConfig};

    const SIDE: usize = 21;

    fn masks(stacks: Stacks, kernel: usize, layers: usize) -> Masks {
        Masks {
            stacks,
            kernel,
            layers,
            cells: String::new(),
            side: SIDE,
            pixel: [13, 10],
            channel: None,
        }
    }

    fn count(found: &Dependency, sight: Sight) -> usize {
        found.sight.iter().filter(|s| **s == sight).count()
    }

    #[test]
    fn causal_masks_see_what_the_plan_of_a_network_sees() {
        for (stacks, kind) in [(Stacks::Plain, Kind::Plain), (Stacks::Gated, Kind::Gated)] {
            for layers in 2..4 {
                // The first kernel of a network is 7 by 7.
                let masks = masks(stacks, 7, layers);
                let config = PixelCnnConfig {
                    kind,
                    channels: 4,
                    layers: layers - 1,
                    kernel: 7,
                    features: 4,
                    colours: 1,
                    side: SIDE,
                    levels: 2,
                    labels: 0,
                };
                let field = config.receptive_field(0, masks.pixel);
                let found = masks.dependency().unwrap();
                let seen: Vec<bool> = found.sight.iter().map(|s| *s == Sight::Seen).collect();
                assert_eq!(seen, field, "{stacks:?} {layers}");
                assert_eq!(count(&found, Sight::Leak), 0);
                assert_eq!(found.own, [false]);
            }
        }
    }

    #[test]
    fn only_one_stack_has_a_blind_spot() {
        for layers in 2..5 {
            let found = masks(Stacks::Plain, 3, layers).dependency().unwrap();
            // A triangle right of the pixel: row r above it is seen as far as r, of as far as there are layers.
            assert_eq!(count(&found, Sight::Blind), layers * (layers - 1) / 2);
            let found = masks(Stacks::Gated, 3, layers).dependency().unwrap();
            assert_eq!(count(&found, Sight::Blind), 0);
            assert_eq!(
                count(&found, Sight::Seen),
                layers * (2 * layers + 1) + layers
            );
        }
    }

    #[test]
    fn paths_are_those_of_the_convolutions() {
        // Two layers of one row: a b . and a b c with the pixel at c see one to the left of each other.
        let two = Masks {
            cells: "000100000".to_owned() + "000110000",
            ..masks(Stacks::Plain, 3, 2)
        };
        let found = two.dependency().unwrap();
        let at = 13 * SIDE + 10;
        assert_eq!(found.paths[at - 2..=at], [1.0, 1.0, 0.0]);
        assert_eq!(found.paths.iter().sum::<f64>(), 2.0);
    }

    #[test]
    fn a_mask_that_is_not_causal_leaks() {
        // Mask A with its centre: the pixel sees itself.
        let itself = Masks {
            cells: "111110000".to_owned() + "111110000",
            ..masks(Stacks::Plain, 3, 3)
        };
        let found = itself.dependency().unwrap();
        assert_eq!(found.sight[13 * SIDE + 10], Sight::Leak);
        assert_eq!(
            (count(&found, Sight::Leak), &found.own[..]),
            (1, &[true][..])
        );
        // A cell below: later pixels too.
        let later = Masks {
            cells: "111100010".to_owned() + "111110000",
            ..masks(Stacks::Plain, 3, 3)
        };
        assert!(count(&later.dependency().unwrap(), Sight::Leak) > 1);
    }

    #[test]
    fn a_channel_sees_those_before_it() {
        for stacks in [Stacks::Plain, Stacks::Gated] {
            for (channel, own) in [
                (0, [false, false, false]),
                (1, [true, false, false]),
                (2, [true, true, false]),
            ] {
                let masks = Masks {
                    channel: Some(channel),
                    ..masks(stacks, 5, 4)
                };
                let found = masks.dependency().unwrap();
                assert_eq!(found.own, own, "{stacks:?}");
                assert_eq!(count(&found, Sight::Leak), 0);
            }
        }
        let itself = Masks {
            cells: "111110000".repeat(2),
            channel: Some(1),
            ..masks(Stacks::Plain, 3, 1)
        };
        let found = itself.dependency().unwrap();
        assert_eq!(found.own, [true, true, false]);
        assert_eq!(count(&found, Sight::Leak), 1);
    }

    #[test]
    fn what_makes_no_sense_gets_a_sentence() {
        let good = masks(Stacks::Gated, 3, 2);
        let bad = [
            Masks {
                kernel: 4,
                ..good.clone()
            },
            Masks {
                kernel: 11,
                ..good.clone()
            },
            Masks {
                layers: 0,
                ..good.clone()
            },
            Masks {
                layers: 17,
                ..good.clone()
            },
            Masks {
                side: 65,
                ..good.clone()
            },
            Masks {
                pixel: [SIDE, 0],
                ..good.clone()
            },
            Masks {
                channel: Some(3),
                ..good.clone()
            },
            Masks {
                cells: "1".into(),
                ..good.clone()
            },
            Masks {
                cells: "2".repeat(36),
                ..good.clone()
            },
        ];
        for masks in bad {
            assert!(
                masks.dependency().is_err_and(|e| e.ends_with('.')),
                "{masks:?}"
            );
        }
        assert!(good.dependency().is_ok());
    }
}
