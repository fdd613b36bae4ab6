//! The row of [`crate::figures::flow`].

use crate::figures::figure::Figure;
use crate::figures::flow::Flow;
use crate::figures::session;
use crate::figures::{BATCH, FigureRow, NETWORKS, RADIUS, SEED, SIGMA, density, rate, width};
use crate::runs::demo::Demo;
use crate::schema::{
    Chart, Control, Kind, NO_LEAST, Panel, Preset, Range, Role, Shape, X, Z, at, mark, plane,
    preset, shared,
};
use tex::tex;

/// The row.
pub const ROW: FigureRow = FigureRow {
    demo: Demo {
        id: "flow",
        title: "Normalising flow",
        summary: "RealNVP on the toy densities: an invertible map with an exact density, trained by maximum likelihood.",
        presets: PRESETS,
        controls: CONTROLS,
        objectives: &[],
        columns: Flow::COLUMNS,
        charts: CHARTS,
        open: session::open::<Flow>,
    },
    look: "A flow bends the plane without tearing it, so every place has an exact density: that of its latent, times how much the map shrinks areas there. Training by maximum likelihood lays the density on the data; it always integrates to 1. Watch the grid: cells crowd where the data are. What the map cannot do is tear, so between separate modes a thread of density stays. On the right, data in latent space should look like a round Gaussian.",
    equation: tex!(
        r"\log p(x) = \log N(f(x); 0, I) + \log \left| \det \frac{\partial f}{\partial x} \right| \qquad y_a = x_a,\;\; y_b = x_b\, e^{s(x_a)} + t(x_a)"
    ),
    panels: PANELS,
    runs: Flow::RUNS,
    readouts: &[("nll", "−log p"), ("mass", "∫ p")],
};

const PRESETS: &[Preset] = &[
    preset("moons", "Two moons", "Two arcs, joined by a thread.", "").claiming(&[at(0, "nll", 1000, NO_LEAST, 0.95), at(0, "mass", 1000, 0.98, 1.02)]),
    preset(
        "ring",
        "Ring of 8",
        "Eight modes out of one Gaussian.",
        "density=ring8&sigma=0.15",
    ),
    preset(
        "swiss-roll",
        "Swiss roll",
        "A long thin curve.",
        "density=swiss-roll&sigma=0.08",
    ),
    preset(
        "shallow",
        "Two couplings",
        "Each coordinate moves once: the density bends, but fits less well than that of eight couplings.",
        "couplings=2",
    ).claiming(&[at(0, "nll", 1000, 0.95, 1.2)]),
];

const CONTROLS: &[Control] = &[
    density("two-moons"),
    RADIUS,
    SIGMA,
    shared(
        "couplings",
        "Couplings",
        NETWORKS,
        Kind::Int(1, 16, 8, false),
        "layers",
        "Coupling layers; each moves one coordinate.",
    ),
    width("width", "Width", 32),
    rate("lr", "Learning rate", 0.003, "Adam's step size."),
    BATCH,
    SEED,
];

const CHARTS: &[Chart] = &[
    Chart {
        id: "nll",
        title: "Negative log-likelihood",
        unit: "nats per point",
        help: "Mean of −log p over 1,000 fresh points of the data, which training never saw.",
        columns: &["nll"],
    },
    Chart {
        id: "mass",
        title: "Integral of the density",
        unit: "probability",
        help: "Sum over a 96 by 96 grid that reaches twice as far as the window: 1, apart from what lies between its points.",
        columns: &["mass"],
    },
];

const PANELS: &[Panel] = &[
    plane(
        "Density p(x), and the data",
        X,
        Range::Window,
        &[
            mark(Shape::Heat, Role::Real, "p(x)"),
            mark(Shape::Points, Role::Real, "data"),
        ],
    ),
    plane(
        "The plane of z, bent into that of x",
        X,
        Range::Window,
        &[
            mark(Shape::Grid, Role::Fake, "grid of z"),
            mark(Shape::Points, Role::Fake, "samples"),
        ],
    ),
    plane(
        "Data in latent space",
        Z,
        Range::Fixed(-4.0, 4.0),
        &[mark(Shape::Points, Role::Real, "f(x) of data")],
    ),
];
