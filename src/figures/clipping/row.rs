//! The row of [`crate::figures::clipping`].

use crate::figures::clipping::{Clipping, HALF};
use crate::figures::figure::Figure;
use crate::figures::session;
use crate::figures::{
    BATCH, FigureRow, NETWORKS, RADIUS, SEED, SIGMA, TRAINING, density, rate, width,
};
use crate::runs::demo::Demo;
use crate::schema::{
    Chart, Control, Kind, Mark, NO_LEAST, NO_MOST, Panel, Preset, Range, Role, Shape, X, at, live,
    mark, plane, preset, shared,
};
use tex::tex;

/// The row.
pub const ROW: FigureRow = FigureRow {
    demo: Demo {
        id: "clipping",
        title: "Clipping against penalty",
        summary: "Critics between data and noisy data: what weight clipping does to their values, gradients and weights, and the penalty does not.",
        presets: PRESETS,
        controls: CONTROLS,
        objectives: &[],
        columns: Clipping::COLUMNS,
        charts: CHARTS,
        open: session::open::<Clipping>,
    },
    look: "Nothing is generated here: four critics learn to tell the data from the data plus Gaussian noise, and only what keeps their slope bounded differs. The penalised critic comes to rise towards the data, and to fall again inside the ring; clipped ones stay blunt hills over all of it, because weights at their bounds make simple functions. Look at the weights: clipping piles them up at ±c. In the deep critics every layer multiplies the gradient by nearly the same factor, so it vanishes, or explodes, exponentially; a well-chosen c is a narrow ridge. Under the penalty it arrives as it left.",
    equation: tex!(
        r"\max_f E_x f(x) - E_{x,n} f(x + n),\;\; n \sim N(0, I);\quad w \in [-c, c] \;\text{ or }\; {-\lambda\, E_{\hat x} (\lVert \nabla f(\hat x) \rVert - 1)^2}"
    ),
    panels: PANELS,
    runs: Clipping::RUNS,
    readouts: &[
        ("peaks", "rise at the data"),
        ("w", "W₁ of f"),
        ("norm", "‖∇f‖"),
        ("factor", "factor per layer"),
        ("at_bound", "weights at ±c"),
    ],
};

const PRESETS: &[Preset] = &[
    preset(
        "ring",
        "Ring of 8",
        "Eight tight modes, critics of three hidden layers.",
        "sigma=0.014",
    )
    .claiming(&[
        at(0, "peaks", 500, 0.4, NO_MOST),
        at(1, "peaks", 500, NO_LEAST, 0.35),
        at(2, "peaks", 500, NO_LEAST, 0.2),
        at(3, "peaks", 500, NO_LEAST, 0.2),
        at(1, "at_bound", 500, 0.8, NO_MOST),
    ]),
    preset(
        "grid",
        "Grid of 25",
        "Twenty-five tight modes: the penalised critic takes a thousand steps to find the peaks.",
        "density=grid25&sigma=0.018&lambda=0.3&width=64&lr-d=0.004",
    )
    .claiming(&[
        at(0, "peaks", 100, NO_LEAST, 0.17),
        at(0, "peaks", 1000, 0.17, NO_MOST),
    ]),
    preset(
        "swiss-roll",
        "Swiss roll",
        "A long thin curve.",
        "density=swiss-roll&sigma=0.033&lambda=0.3&width=64&lr-d=0.004",
    ),
    preset(
        "deep",
        "Twelve layers",
        "The swiss roll with deep critics: follow the gradient through the layers.",
        "density=swiss-roll&sigma=0.033&depth=12&width=32&batch=64",
    )
    .claiming(&[
        at(0, "factor", 300, 0.9, 1.15),
        at(1, "factor", 300, 1.3, NO_MOST),
        at(2, "factor", 300, NO_LEAST, 0.1),
        at(3, "factor", 300, NO_LEAST, 0.01),
    ]),
];

const CONTROLS: &[Control] = &[
    density("ring8"),
    RADIUS,
    SIGMA,
    shared(
        "depth",
        "Depth",
        NETWORKS,
        Kind::Int(2, 12, 3, false),
        "hidden layers",
        "Hidden layers of every critic.",
    ),
    width("width", "Width", 32),
    live(shared(
        "lambda",
        "Penalty weight",
        TRAINING,
        Kind::Float(0.0, 100.0, 1.0, true),
        "",
        "Weight λ of the gradient penalty.",
    )),
    rate(
        "lr-d",
        "Learning rate",
        0.002,
        "Adam's step size for the penalised critic.",
    ),
    rate(
        "lr-clip",
        "Learning rate, clipped",
        0.05,
        "Adam's step size for clipped critics, as a share of c.",
    ),
    BATCH,
    SEED,
];

const CHARTS: &[Chart] = &[
    Chart {
        id: "peaks",
        title: "Rise at the data",
        unit: "share",
        help: "How much higher f is at data than at places around them, over what a cone of the steepest slope on every point would have: 1 at most.",
        columns: &["peaks"],
    },
    Chart {
        id: "distance",
        title: "Distance that the critic sees",
        unit: "data units",
        help: "E f(x) − E f(G) over the steepest slope met; dashed, optimal transport between the same 256 points of each side.",
        columns: &["w"],
    },
    Chart {
        id: "factor",
        title: "Gradient factor per layer",
        unit: "ratio",
        help: "By what each layer multiplies the gradient on its way to the input, the geometric mean; dashed, 1.",
        columns: &["factor"],
    },
    Chart {
        id: "at-bound",
        title: "Weights at the bound",
        unit: "share",
        help: "Share of the weights within 1 % of ±c.",
        columns: &["at_bound"],
    },
    Chart {
        id: "norm",
        title: "Gradient norm",
        unit: "f per data unit",
        help: "Mean norm of ∇f on lines between real and generated points; the penalty pulls it to 1.",
        columns: &["norm"],
    },
];

const SQUARE: Range = Range::Fixed(-HALF as f32, HALF as f32);

const SURFACE: &[Mark] = &[
    mark(Shape::Field, Role::Real, "f, scaled"),
    mark(Shape::Points, Role::Real, "data"),
];

const PANELS: &[Panel] = &[
    plane("Gradient penalty", X, SQUARE, SURFACE),
    plane("Weights clipped to ±0.1", X, SQUARE, SURFACE),
    plane("Weights clipped to ±0.01", X, SQUARE, SURFACE),
    plane("Weights clipped to ±0.001", X, SQUARE, SURFACE),
    Panel {
        title: "Gradient at the input of every layer",
        x: ("hidden layer", Range::Fit),
        y: ("log₁₀ ‖∂f/∂h‖", Range::Fit),
        marks: &[
            mark(Shape::Line, Role::A, "penalty"),
            mark(Shape::Line, Role::B, "c = 0.1"),
            mark(Shape::Line, Role::C, "c = 0.01"),
            mark(Shape::Line, Role::D, "c = 0.001"),
        ],
    },
    Panel {
        title: "Weights",
        x: (
            "weight / c; of the penalised critic, / largest",
            Range::Fixed(-1.05, 1.05),
        ),
        y: ("share", Range::Fit),
        marks: &[
            mark(Shape::Area, Role::A, "penalty"),
            mark(Shape::Line, Role::B, "c = 0.1"),
            mark(Shape::Line, Role::C, "c = 0.01"),
            mark(Shape::Line, Role::D, "c = 0.001"),
        ],
    },
];
