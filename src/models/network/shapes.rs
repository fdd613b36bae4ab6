//! Inputs of a network, and the shapes that its values have for them.

use super::{Architecture, Conv, Op, Side};

/// What goes into a network: its first input, and others by what they are.
#[derive(Clone, Debug)]
pub struct Inputs<T> {
    x: T,
    sides: Vec<(Side, T)>,
}

impl<T> Inputs<T> {
    /// The first input, and no other.
    pub fn of(x: T) -> Self {
        Self { x, sides: vec![] }
    }

    /// One more. Several of one kind go to the inputs of that kind, first to last.
    #[must_use]
    pub fn with(mut self, side: Side, value: T) -> Self {
        self.sides.push((side, value));
        self
    }

    /// The same with something else made of each.
    pub fn map<U>(self, mut f: impl FnMut(T) -> U) -> Inputs<U> {
        Inputs {
            x: f(self.x),
            sides: self.sides.into_iter().map(|(s, t)| (s, f(t))).collect(),
        }
    }

    /// References to each.
    pub fn each_ref(&self) -> Inputs<&T> {
        Inputs {
            x: &self.x,
            sides: self.sides.iter().map(|(s, t)| (*s, t)).collect(),
        }
    }

    /// The first input.
    pub fn first(&self) -> &T {
        &self.x
    }

    /// One for each input step, first to last; none where noise is left out.
    ///
    /// # Panics
    /// If one is missing, if one is left over, or if there is noise, but not for every step that takes it.
    pub(crate) fn bind(self, architecture: &Architecture) -> Vec<Option<T>> {
        let mut first = Some(self.x);
        let mut sides: Vec<(Side, Option<T>)> =
            self.sides.into_iter().map(|(s, t)| (s, Some(t))).collect();
        let noisy = sides.iter().any(|(side, _)| *side == Side::Noise);
        let mut bound = vec![];
        for step in &architecture.steps {
            let Op::Input(side) = step.op else {
                continue;
            };
            let next = first.take().or_else(|| {
                let mut given = sides.iter_mut().filter(|(s, _)| *s == side);
                given.find_map(|(_, value)| value.take())
            });
            let optional = side == Side::Noise && !noisy;
            assert!(
                next.is_some() || optional,
                "{side:?} for every input of that kind"
            );
            bound.push(next);
        }
        let left = sides.iter().find(|(_, value)| value.is_some());
        assert!(
            left.is_none(),
            "an input of the network for all that is given"
        );
        bound
    }
}

impl Op {
    /// Channels, height and width of the output, given those of what it is applied to.
    ///
    /// # Panics
    /// If they do not fit, or nothing is left.
    pub(super) fn shape(&self, from: &[[usize; 3]]) -> [usize; 3] {
        let [channels, height, width] = from[0];
        let sides = |f: &dyn Fn(usize) -> usize, outputs| [outputs, f(height), f(width)];
        match *self {
            Self::Input(_) => unreachable!("inputs are given"),
            Self::Conv(c) => {
                assert_eq!(channels, c.inputs, "channels of a convolution");
                sides(&|side| reduced(&c, side), c.outputs)
            }
            Self::ConvTranspose(c) => {
                assert_eq!(channels, c.inputs, "channels of a transposed convolution");
                sides(&|side| enlarged(&c, side), c.outputs)
            }
            Self::Window(w) => {
                assert_eq!(channels, w.inputs, "channels of a window");
                [w.outputs, height, width]
            }
            Self::RowLstm(w) => {
                assert_eq!(channels, w.outputs, "gates of a Row LSTM");
                [w.inputs, height, width]
            }
            Self::BatchNorm(n)
            | Self::Affine(n)
            | Self::Noise(n)
            | Self::Nearest { width: n, .. } => {
                assert_eq!(channels, n, "channels of the tensors of a step");
                from[0]
            }
            Self::Gate => [channels / 2, height, width],
            Self::Channels { first, count } => {
                assert!(first + count <= channels, "channels that there are");
                [count, height, width]
            }
            Self::Sum => {
                assert!(from.iter().all(|[c, ..]| *c == channels), "equal channels");
                let [height, width] = common(from);
                [channels, height, width]
            }
            Self::Join => {
                let [height, width] = common(from);
                [from.iter().map(|[c, ..]| c).sum(), height, width]
            }
            Self::Modulate => {
                assert_eq!(from[1][0], 2 * channels, "a scale and a shift per channel");
                assert_eq!(
                    common(from),
                    [height, width],
                    "one style or one per position"
                );
                from[0]
            }
            Self::Upsample => sides(&|side| 2 * side, channels),
            Self::AveragePool => {
                assert!(
                    height % 2 == 0 && width % 2 == 0,
                    "an even height and width"
                );
                sides(&|side| side / 2, channels)
            }
            Self::PixelShuffle(r) => {
                assert_eq!(channels % (r * r), 0, "channels of every part of a pixel");
                sides(&|side| r * side, channels / (r * r))
            }
            Self::MinibatchDeviation => [channels + 1, height, width],
            Self::Embed { width: n, .. } => {
                assert_eq!(channels, 1, "a number per position");
                [n, height, width]
            }
            Self::Attention { heads, causal } => attended(from, heads, causal),
            Self::StraightThrough | Self::Dropout => {
                assert!(from.iter().all(|shape| *shape == from[0]), "equal shapes");
                from[0]
            }
            _ => from[0],
        }
    }
}

/// Side of a convolution's output.
fn reduced(c: &Conv, side: usize) -> usize {
    let wide = side + 2 * c.padding;
    assert!(wide >= c.kernel, "a kernel inside its image");
    (wide - c.kernel) / c.stride + 1
}

/// Side of a transposed convolution's output.
fn enlarged(c: &Conv, side: usize) -> usize {
    let long = (side - 1) * c.stride + c.kernel;
    assert!(long > 2 * c.padding, "something left of the output");
    long - 2 * c.padding
}

/// Shape of what attention makes of queries, keys and values.
fn attended(from: &[[usize; 3]], heads: usize, causal: bool) -> [usize; 3] {
    let [q, k, v] = [0, 1, 2].map(|i| from[i]);
    assert_eq!(q[0], k[0], "channels of queries and keys");
    assert_eq!(k[1..], v[1..], "positions of keys and values");
    assert!(!causal || q[1..] == k[1..], "positions in one order");
    assert!(q[0] % heads == 0 && v[0] % heads == 0, "channels per head");
    [v[0], q[1], q[2]]
}

/// Height and width that all have or repeat to.
fn common(shapes: &[[usize; 3]]) -> [usize; 2] {
    let sides = |&[_, height, width]: &[usize; 3]| [height, width];
    let large = shapes.iter().map(sides).find(|sides| *sides != [1; 2]);
    let large = large.unwrap_or([1; 2]);
    let fits = |shape| [[1; 2], large].contains(&sides(shape));
    assert!(shapes.iter().all(fits), "equal heights and widths");
    large
}

impl Architecture {
    /// Channels, height and width of every value; none where noise is left out.
    ///
    /// # Panics
    /// If the shapes do not fit the steps.
    pub fn shapes(&self, inputs: Inputs<[usize; 3]>) -> Vec<Option<[usize; 3]>> {
        let mut given = inputs.bind(self).into_iter();
        let mut out: Vec<Option<[usize; 3]>> = vec![];
        for step in &self.steps {
            let shape = match step.op {
                Op::Input(_) => given.next().expect("an input"),
                op => {
                    let from: Vec<_> = step.from.iter().filter_map(|&i| out[i]).collect();
                    Some(op.shape(&from))
                }
            };
            out.push(shape);
        }
        out
    }

    /// Channels, height and width of every output.
    ///
    /// # Panics
    /// If the shapes do not fit the steps.
    pub fn output_shapes(&self, inputs: Inputs<[usize; 3]>) -> Vec<[usize; 3]> {
        let shapes = self.shapes(inputs);
        let shape = |&i: &usize| shapes[i].expect("an output is no noise");
        self.outputs.iter().map(shape).collect()
    }
}
