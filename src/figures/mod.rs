//! The table of small figures: arguments that lectures make with a still picture, in training and with their exact values.
//!
//! A figure is a folder: an implementation of [`figure::Figure`], which [`session`] runs, and its row. The page, its controls, links, views and the tests of
//! the contract all read the row.

pub mod bigan;
pub mod clipping;
pub mod codes;
pub mod cycle;
pub mod figure;
pub mod flow;
pub mod one_dimension;
pub mod parallel_lines;
pub mod posterior;
pub mod session;
pub mod two_gaussians;

use crate::choice::Choice;
use crate::data::toys::density::DensityKind;
use crate::runs::demo::Demo;
use crate::schema::{Control, Kind, Panel, live, shared};

/// One small figure.
pub struct FigureRow {
    /// The fields that every demo has.
    pub demo: Demo,
    /// What to look for, in one paragraph.
    pub look: &'static str,
    /// Its equation, in TeX through [`tex::tex!`]: the inside of a MathML `math` element.
    pub equation: &'static str,
    /// What is drawn, in the order in which [`Figure::draw`] gives its numbers.
    pub panels: &'static [Panel],
    /// The runs that it compares, as legends name them; a single one needs no name.
    pub runs: &'static [&'static str],
    /// Measures in large figures: column and label.
    pub readouts: &'static [(&'static str, &'static str)],
}

/// Every figure, in the order in which the page lists them.
pub const FIGURES: &[FigureRow] = &[
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

/// The figure with this id.
pub fn figure(id: &str) -> Option<&'static FigureRow> {
    FIGURES.iter().find(|row| row.demo.id == id)
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
