//! Receptive fields: which positions of the first input an output can depend on, by the steps alone.

use super::{Architecture, Inputs, Op, Over};

/// Marked positions of a value.
struct Marks<'a> {
    needed: &'a [bool],
    width: usize,
}

impl Marks<'_> {
    fn places(&self) -> impl Iterator<Item = [usize; 2]> {
        let marked = self.needed.iter().enumerate().filter(|(_, m)| **m);
        marked.map(|(at, _)| [at / self.width, at % self.width])
    }
}

impl Op {
    /// First and last row and column of what each output reads in an input of this height and width; none where it reads
    /// all of it. Bounds can lie outside the input.
    fn reach(&self, [row, column]: [usize; 2]) -> Option<[[isize; 2]; 2]> {
        let at = [row as isize, column as isize];
        Some(match *self {
            Self::Conv(c) => at.map(|i| {
                let first = i * c.stride as isize - c.padding as isize;
                [first, first + c.kernel as isize - 1]
            }),
            // Input i reaches the outputs from stride i - padding on.
            Self::ConvTranspose(c) => at.map(|o| {
                let (stride, end) = (c.stride as isize, o + c.padding as isize);
                let first = (end - c.kernel as isize + 1 + stride - 1).div_euclid(stride);
                [first, end.div_euclid(stride)]
            }),
            Self::Window(w) => [
                w.rows.map(|offset| at[0] + offset),
                w.columns.map(|offset| at[1] + offset),
            ],
            Self::Upsample => at.map(|o| match o % 2 {
                0 => [o / 2 - 1, o / 2],
                _ => [o / 2, o / 2 + 1],
            }),
            Self::AveragePool => at.map(|o| [2 * o, 2 * o + 1]),
            Self::PixelShuffle(r) => at.map(|o| [o / r as isize; 2]),
            Self::Normalise(Over::Plane | Over::Image)
            | Self::MinibatchDeviation
            | Self::Attention { .. } => return None,
            _ => at.map(|i| [i, i]),
        })
    }
}

impl Architecture {
    /// The positions of the first input that an output depends on at one position, as far as the steps tell: a kernel is taken to use all
    /// that it covers.
    ///
    /// # Shapes
    /// - returns: `[height * width]` of the first input
    ///
    /// # Panics
    /// If the inputs are not those of the network.
    pub fn receptive_field(
        &self,
        output: usize,
        [row, column]: [usize; 2],
        inputs: Inputs<[usize; 3]>,
    ) -> Vec<bool> {
        let shapes = self.shapes(inputs);
        let shapes: Vec<[usize; 3]> = shapes.into_iter().map(|s| s.unwrap_or([0; 3])).collect();
        let empty = |[_, height, width]: &[usize; 3]| vec![false; height * width];
        let mut needed: Vec<Vec<bool>> = shapes.iter().map(empty).collect();
        let output = self.outputs[output];
        needed[output][row * shapes[output][2] + column] = true;
        let first = self.steps.iter().position(|s| matches!(s.op, Op::Input(_)));
        let first = first.expect("an input");
        for (i, step) in self.steps.iter().enumerate().rev() {
            if i == first {
                break;
            }
            let mut here = std::mem::take(&mut needed[i]);
            let [_, _, width] = shapes[i];
            if let Op::RowLstm(w) = step.op {
                rows_above(&mut here, width, w.columns);
            }
            let marks = Marks {
                needed: &here,
                width,
            };
            for (nth, &from) in step.from.iter().enumerate() {
                pass_on(&step.op, nth, &marks, shapes[from], &mut needed[from]);
            }
        }
        needed.swap_remove(first)
    }
}

/// What a Row LSTM's output needs of its own output in the rows above.
fn rows_above(needed: &mut [bool], width: usize, [first, last]: [isize; 2]) {
    for at in (width..needed.len()).rev() {
        let columns = (first..=last).filter_map(|d| (at % width).checked_add_signed(d));
        for column in columns.filter(|c| *c < width) {
            needed[(at / width - 1) * width + column] |= needed[at];
        }
    }
}

fn pass_on(op: &Op, nth: usize, marks: &Marks, shape: [usize; 3], needed: &mut [bool]) {
    let [_, height, width] = shape;
    let causal = matches!(op, Op::Attention { causal: true, .. });
    for [row, column] in marks.places() {
        // What has height and width 1 is the same everywhere.
        if [height, width] == [1, 1] {
            needed.fill(true);
            continue;
        }
        match op.reach([row, column]) {
            // A causal position sees itself and those before; a query is read at its own position alone.
            None if causal && nth > 0 => needed[..=row * marks.width + column].fill(true),
            None if nth == 0 && matches!(op, Op::Attention { .. }) => {
                needed[row * marks.width + column] = true;
            }
            None => needed.fill(true),
            Some([rows, columns]) => {
                let within = |[first, last]: [isize; 2], side: usize| {
                    first.max(0) as usize..(last + 1).clamp(0, side as isize) as usize
                };
                for row in within(rows, height) {
                    for column in within(columns, width) {
                        needed[row * width + column] = true;
                    }
                }
            }
        }
    }
}
