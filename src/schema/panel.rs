//! Drawings with axes, and the marks on them.

/// One drawing with axes.
pub struct Panel {
    /// Title shown to the user.
    pub title: &'static str,
    /// Horizontal axis: title and range.
    pub x: (&'static str, Range),
    /// Vertical axis.
    pub y: (&'static str, Range),
    /// What is drawn on it, from back to front.
    pub marks: &'static [Mark],
}

/// What an axis spans.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Range {
    /// Always the same.
    Fixed(f32, f32),
    /// Whatever the numbers span.
    Fit,
    /// The figure's own window.
    Window,
}

/// One thing drawn on a panel.
pub struct Mark {
    /// How its numbers are drawn.
    pub shape: Shape,
    /// Title in the legend; empty for none.
    pub title: &'static str,
    /// Its role, which gives its colour.
    pub role: Role,
}

/// How numbers are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Interleaved x, y of a curve; NaN interrupts it.
    Line,
    /// The same, for what theory gives.
    Dashed,
    /// The same, with the area down to 0 filled.
    Area,
    /// Interleaved x, y of points.
    Points,
    /// The same, large: the present state of a run.
    Marker,
    /// Interleaved x, y, dx, dy.
    Arrows,
    /// `[n * n]` values from 0, over the whole panel, row-major from the lowest y.
    Heat,
    /// `[n * n]` values of any size over the whole panel, in the same order, with lines of equal height.
    Field,
    /// `[n * n]` values from 0, in the same order: lines where a Gaussian has one and two standard deviations.
    Contour,
    /// `[n * n * 2]`: a grid that is bent.
    Grid,
    /// Interleaved x, y, hue of points; hues go once round from 0 to 1.
    Hues,
    /// Interleaved x, y, number: the number is written at that point.
    Digits,
    /// Interleaved x, y and as many numbers as the mark's title has gaps `{}`: the title, so filled, is written beside that point.
    Names,
}

/// What a mark represents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Real data.
    Real,
    /// Generated data.
    Fake,
    /// The first run.
    A,
    /// The second run.
    B,
    /// The third run.
    C,
    /// The fourth run.
    D,
    /// Lines that only help.
    Faint,
}

/// A mark, in one line.
pub const fn mark(shape: Shape, role: Role, title: &'static str) -> Mark {
    Mark { shape, title, role }
}

/// Axes of a plane of points.
pub const X: [&str; 2] = ["x₁", "x₂"];
/// Axes of a plane of latents.
pub const Z: [&str; 2] = ["z₁", "z₂"];

/// A panel whose axes have the same range.
pub const fn plane(
    title: &'static str,
    axes: [&'static str; 2],
    range: Range,
    marks: &'static [Mark],
) -> Panel {
    Panel {
        title,
        x: (axes[0], range),
        y: (axes[1], range),
        marks,
    }
}
