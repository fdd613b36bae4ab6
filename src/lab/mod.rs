//! The table of small figures: the arguments that the lectures make with a picture, each moving and with its exact values.
//!
//! A figure is a session of [`crate::sessions::figure`] and a row in a file of this folder. The page, its controls, links, views and the tests of
//! the contract all read the row.

mod bigan;
mod clipping;
mod codes;
mod cycle;
mod flow;
mod one_dimension;
mod parallel_lines;
mod posterior;
mod two_gaussians;

use serde_json::{Value as Json, json};

use crate::cases::{CASES, Cases};
use crate::catalog::{self, Control, Demo, Kind, live, shared};
use crate::choice::Choice;
use crate::data::density::DensityKind;

/// One small figure.
pub struct Lab {
    /// What it shares with every demo.
    pub demo: Demo,
    /// What to look for, in one paragraph.
    pub look: &'static str,
    /// Its equation, as the inside of a MathML `math` element.
    pub equation: &'static str,
    /// What is drawn, in the order in which [`Figure::draw`] gives its numbers.
    pub panels: &'static [Panel],
    /// Measures in large figures: column and label.
    pub readouts: &'static [(&'static str, &'static str)],
}

/// One drawing with axes.
pub struct Panel {
    /// What a person reads.
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
    /// What a person reads in the legend; empty for none.
    pub title: &'static str,
    /// What it stands for, which gives its colour.
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
    /// The same, large: where a run stands now.
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
    /// Interleaved x, y, number: the number itself stands there.
    Digits,
}

/// What a mark stands for.
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
pub(crate) const fn mark(shape: Shape, role: Role, title: &'static str) -> Mark {
    Mark { shape, title, role }
}

/// Axes of a plane of points.
pub(crate) const X: [&str; 2] = ["x₁", "x₂"];
/// Axes of a plane of latents.
pub(crate) const Z: [&str; 2] = ["z₁", "z₂"];

/// A panel whose axes have the same range.
pub(crate) const fn plane(
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

/// Every figure, in the order in which the page lists them.
pub const LAB: &[Lab] = &[
    parallel_lines::ROW,
    two_gaussians::ROW,
    clipping::ROW,
    one_dimension::ROW,
    flow::ROW,
    posterior::ROW,
    codes::ROW,
    bigan::ROW,
    cycle::ROW,
];

/// Every demo of the lab.
pub fn demos() -> impl Iterator<Item = &'static Demo> {
    let figures = LAB.iter().map(|l| &l.demo);
    figures.chain(CASES.iter().map(|cases| cases.demo))
}

/// The figure with this id.
pub fn lab(id: &str) -> Option<&'static Lab> {
    LAB.iter().find(|l| l.demo.id == id)
}

const FIGURE: &str = "Figure";
const TRAINING: &str = "Training";
const NETWORKS: &str = "Networks";

const SEED: Control = shared(
    "seed",
    "Seed",
    TRAINING,
    Kind::Int(0, 4_294_967_295, 1, false),
    "",
    "Decides data, initial weights and noise. The same seed replays the same run.",
);

const fn rate(key: &'static str, label: &'static str, default: f64, help: &'static str) -> Control {
    live(shared(
        key,
        label,
        TRAINING,
        Kind::Float(0.0, 1.0, default, true),
        "",
        help,
    ))
}

const fn g_rate(default: f64) -> Control {
    rate(
        "lr-g",
        "Generator learning rate",
        default,
        "Adam's step size.",
    )
}

const fn d_rate(default: f64) -> Control {
    rate(
        "lr-d",
        "Discriminator learning rate",
        default,
        "Adam's step size.",
    )
}

const fn width(key: &'static str, label: &'static str, default: u64) -> Control {
    shared(
        key,
        label,
        NETWORKS,
        Kind::Int(1, 128, default, true),
        "units",
        "Units in each hidden layer.",
    )
}

const BATCH: Control = live(shared(
    "batch",
    "Batch",
    TRAINING,
    Kind::Int(8, 1024, 128, true),
    "points",
    "Real and generated points per update.",
));

/// Toy densities that need no points of the user's.
const DENSITIES: &[Choice] = DensityKind::CHOICES
    .split_at(DensityKind::CHOICES.len() - 2)
    .0;

const fn density(default: &'static str) -> Control {
    shared(
        "density",
        "Density",
        FIGURE,
        Kind::Choice(DENSITIES, default),
        "",
        "Where the data come from.",
    )
}

const RADIUS: Control = shared(
    "radius",
    "Radius",
    FIGURE,
    Kind::Float(0.1, 10.0, 1.414, false),
    "data units",
    "Distance of the outermost structure from the centre. Its default depends on the density.",
);

const SIGMA: Control = shared(
    "sigma",
    "Sigma",
    FIGURE,
    Kind::Float(0.01, 2.0, 0.1, true),
    "data units",
    "Noise around it. Its default depends on the density.",
);

pub(crate) fn panel_json(panel: &Panel) -> Json {
    let axis = |(title, range): (&str, Range)| {
        let range = match range {
            Range::Fixed(low, high) => json!([low, high]),
            Range::Fit => json!("fit"),
            Range::Window => json!("window"),
        };
        json!({"title": title, "range": range})
    };
    let mark = |m: &Mark| {
        let name = |debug: String| debug.to_lowercase();
        json!({"shape": name(format!("{:?}", m.shape)), "role": name(format!("{:?}", m.role)), "title": m.title})
    };
    json!({
        "title": panel.title, "x": axis(panel.x), "y": axis(panel.y),
        // Where both axes span the same, a length is as long in every direction.
        "square": panel.x.1 == panel.y.1 && panel.x.1 != Range::Fit,
        "marks": panel.marks.iter().map(mark).collect::<Vec<_>>(),
    })
}

/// The table as the page reads it.
pub fn to_json() -> Json {
    let row = |lab: &Lab| {
        let mut out = catalog::demo_json(&lab.demo);
        out["look"] = lab.look.into();
        out["equation"] = lab.equation.into();
        out["panels"] = lab.panels.iter().map(panel_json).collect();
        out["readouts"] = json!(lab.readouts);
        out
    };
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "demos": LAB.iter().map(row).chain(CASES.iter().map(Cases::to_json)).collect::<Vec<_>>(),
    })
}
