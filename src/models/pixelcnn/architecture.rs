//! The networks as descriptions: the gated stacks, the plain stack and the layers of Row LSTM.

use super::{Kind, PixelCnnConfig};
use crate::models::network::{Architecture, Builder, Side, Window};

/// How far the first convolution sees: its kernel is 7 by 7.
const FIRST: isize = 3;

/// A PixelCNN in the making.
struct Stack {
    builder: Builder,
    /// The one-hot label, where there are labels.
    label: Option<usize>,
}

impl Stack {
    /// What a residual block adds; it begins at zero.
    fn residual(&mut self, to: usize, window: Window, from: usize) -> usize {
        let more = self.builder.window(from, window);
        self.builder.begin_at_zero(more);
        self.builder.sum(to, more)
    }

    /// Adds what a label says, where there are labels.
    fn labelled(&mut self, to: usize) -> usize {
        let Some(label) = self.label else {
            return to;
        };
        let b = &mut self.builder;
        let window = Window::pixel(b.channels(label), b.channels(to), false);
        let label = b.window(label, window);
        b.sum(to, label)
    }

    /// The convolution whose kernel is masked from its centre on, or behind it when `centre` is seen too.
    fn masked(&mut self, from: usize, outputs: usize, reach: isize, centre: bool) -> usize {
        let inputs = self.builder.channels(from);
        let left = self.builder.window(
            from,
            Window {
                inputs,
                outputs,
                rows: [0, 0],
                columns: [-reach, if centre { 0 } else { -1 }],
                bias: true,
            },
        );
        if reach == 0 {
            return left;
        }
        let above = self.builder.window(
            from,
            Window {
                inputs,
                outputs,
                rows: [-reach, -1],
                columns: [-reach, reach],
                bias: false,
            },
        );
        self.builder.sum(left, above)
    }
}

impl PixelCnnConfig {
    /// From the image, and its levels and the label where these are used, to the logits of each channel.
    pub fn architecture(&self) -> Architecture {
        let mut builder = Builder::numbering_tensors();
        let image = builder.input(Side::Image, self.colours);
        let label = (self.labels > 0).then(|| builder.input(Side::Label, self.labels));
        let levels =
            (self.colours > 1).then(|| builder.input(Side::Levels, self.colours * self.levels));
        let mut stack = Stack { builder, label };
        let last = match self.kind {
            Kind::Gated => self.gated(&mut stack, image),
            Kind::Plain => self.plain(&mut stack, image),
            Kind::RowLstm => self.row_lstm(&mut stack, image),
        };
        let mut b = stack.builder;
        let seen = b.relu(last);
        let mut heads = vec![];
        for colour in 0..self.colours {
            let mut from = seen;
            if let Some(levels) = levels.filter(|_| colour > 0) {
                let earlier = b.narrow(levels, 0, colour * self.levels);
                from = b.join(&[seen, earlier]);
            }
            let window = Window::pixel(b.channels(from), self.features, true);
            let hidden = b.window(from, window);
            let hidden = b.relu(hidden);
            heads.push(b.window(hidden, Window::pixel(self.features, self.levels, true)));
        }
        b.build_all(heads)
    }

    fn reach(&self) -> isize {
        (self.kernel / 2) as isize
    }

    fn gated(&self, stack: &mut Stack, image: usize) -> usize {
        let &Self {
            channels, colours, ..
        } = self;
        let reach = self.reach();
        let window = |inputs, outputs, rows, columns| Window {
            inputs,
            outputs,
            rows,
            columns,
            bias: true,
        };
        // From here on the vertical stack may see its own row, which knows only of rows above.
        let first = window(colours, channels, [-FIRST, -1], [-FIRST, FIRST]);
        let mut vertical = stack.builder.window(image, first);
        let first = window(colours, channels, [0, 0], [-FIRST, -1]);
        let mut horizontal = stack.builder.window(image, first);
        for _ in 0..self.layers {
            let kernel = window(channels, 2 * channels, [-reach, 0], [-reach, reach]);
            let a = stack.builder.window(vertical, kernel);
            let a = stack.labelled(a);
            vertical = stack.builder.gate(a);
            let across = Window::pixel(channels, 2 * channels, false);
            let above = stack.builder.window(vertical, across);
            let kernel = window(channels, 2 * channels, [0, 0], [-reach, 0]);
            let left = stack.builder.window(horizontal, kernel);
            let a = stack.builder.sum(left, above);
            let a = stack.labelled(a);
            let gated = stack.builder.gate(a);
            let more = Window::pixel(channels, channels, true);
            let more = stack.builder.window(gated, more);
            horizontal = stack.builder.sum(horizontal, more);
        }
        horizontal
    }

    fn plain(&self, stack: &mut Stack, image: usize) -> usize {
        let (h, reach) = (self.channels, self.reach());
        let mut x = stack.masked(image, 2 * h, FIRST, false);
        for _ in 0..self.layers {
            let a = stack.builder.relu(x);
            let a = stack.builder.window(a, Window::pixel(2 * h, h, true));
            let a = stack.builder.relu(a);
            let a = stack.masked(a, h, reach, true);
            let a = stack.labelled(a);
            let a = stack.builder.relu(a);
            x = stack.residual(x, Window::pixel(h, 2 * h, true), a);
        }
        x
    }

    fn row_lstm(&self, stack: &mut Stack, image: usize) -> usize {
        let (h, reach) = (self.channels, self.reach());
        let mut x = stack.masked(image, 2 * h, FIRST, false);
        for _ in 0..self.layers {
            let along = |inputs, columns, bias| Window {
                inputs,
                outputs: 4 * h,
                rows: [0, 0],
                columns,
                bias,
            };
            let a = stack.builder.window(x, along(2 * h, [-reach, 0], true));
            let a = stack.labelled(a);
            let hidden = stack.builder.row_lstm(a, along(h, [-reach, reach], false));
            x = stack.residual(x, Window::pixel(h, 2 * h, true), hidden);
        }
        x
    }
}
