//! The row of [`crate::figures::parallel_lines`].

use crate::figures::figure::Figure;
use crate::figures::parallel_lines::ParallelLines;
use crate::figures::session;
use crate::figures::{FIGURE, FigureRow, SEED, TRAINING, rate};
use crate::runs::demo::Demo;
use crate::schema::{
    Chart, Control, Kind, NO_LEAST, NO_MOST, Panel, Preset, Range, Role, Shape, at, live, mark,
    preset, shared,
};
use tex::tex;

/// The row.
pub const ROW: FigureRow = FigureRow {
    demo: Demo {
        id: "parallel-lines",
        title: "Parallel lines",
        summary: "Two parallel lines at distance theta: JS and KL do not see how far apart they are, Wasserstein does.",
        presets: PRESETS,
        controls: CONTROLS,
        objectives: &[],
        columns: ParallelLines::COLUMNS,
        charts: CHARTS,
        open: session::open::<ParallelLines>,
    },
    look: "Real points lie on the line at 0, generated ones at θ. Both runs start at the same θ, and each moves along the gradient that its own opponent gives it. The critic of the Wasserstein run pushes with a force of about 1 from any distance, and its line comes home. Under the Jensen-Shannon objective the lines never overlap, the divergence is log 2 wherever θ is, the discriminator is soon certain, and its gradient vanishes: the line stays. Move θ while it trains, or pause and slide it along the curves.",
    equation: tex!(
        r"\operatorname{JS}(P_0, P_\theta) = \begin{cases} \log 2 & \theta \ne 0 \\ 0 & \theta = 0 \end{cases} \qquad \operatorname{KL} = \begin{cases} \infty & \theta \ne 0 \\ 0 & \theta = 0 \end{cases} \qquad W = \lvert \theta \rvert"
    ),
    panels: PANELS,
    runs: ParallelLines::RUNS,
    readouts: &[
        ("theta", "θ"),
        ("gradient", "gradient"),
        ("js", "JS"),
        ("kl", "KL"),
        ("w", "W₁"),
    ],
};

const PRESETS: &[Preset] = &[
    preset("apart", "Apart", "Both lines start at θ = 1.", "").claiming(&[at(0, "theta", 200, 0.9, NO_MOST), at(1, "theta", 200, -0.25, 0.25), at(0, "js", 200, 0.693, 0.694), at(0, "gradient", 200, NO_LEAST, 0.02)]),
    preset(
        "near",
        "Near",
        "θ = 0.1: nearly there, and still log 2.",
        "theta=0.1",
    ).claiming(&[at(0, "js", 50, 0.693, 0.694)]),
    preset(
        "left",
        "From the left",
        "θ = −1.2: the other side.",
        "theta=-1.2",
    ),
    preset(
        "weak",
        "A weak discriminator",
        "No head start and one update per step: while the discriminator is unsure its gradient still moves the line.",
        "head-start=0&critic-steps=1",
    ).claiming(&[at(0, "theta", 100, NO_LEAST, 0.9)]),
];

const CONTROLS: &[Control] = &[
    live(shared(
        "theta",
        "θ",
        FIGURE,
        Kind::Float(-1.5, 1.5, 1.0, false),
        "",
        "Position of both generated lines. A change in a run moves both there, and training continues from there.",
    )),
    rate(
        "lr-g",
        "Step size of θ",
        0.01,
        "θ moves by this times the gradient: plain gradient descent.",
    ),
    rate(
        "lr-d",
        "Opponents' learning rate",
        0.005,
        "Adam's step size for discriminator and critic.",
    ),
    live(shared(
        "critic-steps",
        "Updates per step",
        TRAINING,
        Kind::Int(1, 50, 10, true),
        "updates",
        "Updates of discriminator and critic before each move of θ.",
    )),
    shared(
        "head-start",
        "Head start",
        TRAINING,
        Kind::Int(0, 1000, 200, false),
        "updates",
        "Updates of discriminator and critic before the first move of θ.",
    ),
    SEED,
];

const CHARTS: &[Chart] = &[
    Chart {
        id: "theta",
        title: "Place of the line",
        unit: "θ",
        help: "θ of each run over the steps.",
        columns: &["theta"],
    },
    Chart {
        id: "gradient",
        title: "Gradient that θ receives",
        unit: "dL/dθ",
        help: "Derivative of the generator loss: about ±1 from a critic of slope 1, next to nothing from a certain discriminator.",
        columns: &["gradient"],
    },
    Chart {
        id: "estimate",
        title: "Opponents' own estimates",
        unit: "nats, and data units",
        help: "log 2 − loss/2 of the discriminator, E f(x) − E f(G(z)) of the critic, over its last batch; dotted, the exact JS and W.",
        columns: &["estimate", "exact"],
    },
];

const PANELS: &[Panel] = &[
    Panel {
        title: "The lines, and how they are pushed",
        x: ("θ", Range::Fixed(-1.6, 1.6)),
        y: ("", Range::Fixed(-0.05, 1.05)),
        marks: &[
            mark(Shape::Points, Role::Real, "real"),
            mark(Shape::Points, Role::A, "generated, JS"),
            mark(Shape::Points, Role::B, "generated, Wasserstein"),
            mark(Shape::Arrows, Role::A, ""),
            mark(Shape::Arrows, Role::B, ""),
        ],
    },
    Panel {
        title: "Distance to the real line",
        x: ("θ", Range::Fixed(-1.6, 1.6)),
        y: ("nats; data units", Range::Fixed(-0.05, 1.6)),
        marks: &[
            mark(Shape::Dashed, Role::A, "JS, exact"),
            mark(Shape::Dashed, Role::B, "W₁, exact"),
            mark(Shape::Points, Role::A, "JS of samples"),
            mark(Shape::Points, Role::B, "W₁ of samples"),
            mark(Shape::Marker, Role::A, ""),
            mark(Shape::Marker, Role::B, ""),
        ],
    },
    Panel {
        title: "Gradient with respect to θ",
        x: ("θ", Range::Fixed(-1.6, 1.6)),
        y: ("dL/dθ", Range::Fixed(-1.5, 1.5)),
        marks: &[
            mark(Shape::Dashed, Role::A, "of JS, exact"),
            mark(Shape::Dashed, Role::B, "of W₁, exact"),
            mark(Shape::Marker, Role::A, "received, JS"),
            mark(Shape::Marker, Role::B, "received, Wasserstein"),
        ],
    },
];
