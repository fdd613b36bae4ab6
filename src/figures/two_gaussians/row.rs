//! The row of [`crate::figures::two_gaussians`].

use crate::figures::figure::Figure;
use crate::figures::session;
use crate::figures::two_gaussians::{Constraint, TwoGaussians};
use crate::figures::{BATCH, FIGURE, FigureRow, SEED, TRAINING, rate, width};
use crate::runs::demo::Demo;
use crate::schema::{
    Chart, Control, Kind, NO_LEAST, NO_MOST, Panel, Preset, Range, Role, Shape, at, live, mark,
    preset, shared,
};
use tex::tex;

/// The row.
pub const ROW: FigureRow = FigureRow {
    demo: Demo {
        id: "two-gaussians",
        title: "Discriminator and critic",
        summary: "The best discriminator and the best critic between two fixed Gaussians: one saturates, the other is a straight line.",
        presets: PRESETS,
        controls: CONTROLS,
        objectives: &[],
        columns: TwoGaussians::COLUMNS,
        charts: CHARTS,
        open: session::open::<TwoGaussians>,
    },
    look: "Both densities stay where they are; only the two opponents learn. The discriminator comes to lie on D* = p/(p + q). The further the densities are apart, the flatter it is under the generated one, where log(1 − D) gives almost no gradient; the critic is a line of slope −1 there, whatever the gap. Slide the gap to 0: the discriminator lies on ½ and V falls to −log 4.",
    equation: tex!(
        r"D^* = \frac{p}{p + q} \qquad V(D^*) = 2 \operatorname{JS}(p, q) - \log 4 \qquad W = \max_{\lVert f \rVert_L \le 1} E_p f - E_q f"
    ),
    panels: PANELS,
    runs: TwoGaussians::RUNS,
    readouts: &[
        ("v", "V"),
        ("v_exact", "V of D*"),
        ("w", "W₁ of f"),
        ("w_exact", "W₁"),
        ("push", "push"),
    ],
};

const PRESETS: &[Preset] = &[
    preset("apart", "Apart", "A gap of 4: the figure of the paper.", "").claiming(&[at(0, "v", 500, -0.135, -0.115)]),
    preset(
        "equal",
        "p = q",
        "No gap: D is ½ everywhere and V is −log 4.",
        "gap=0",
    ).claiming(&[at(0, "v", 500, -1.42, -1.36)]),
    preset(
        "overlap",
        "Overlapping",
        "A gap of 1.5: the discriminator is unsure, and its gradient is alive.",
        "gap=1.5",
    ).claiming(&[at(0, "push", 500, 0.35, NO_MOST)]),
    preset(
        "far",
        "Far apart",
        "A gap of 8: the discriminator is certain, and log(1 − D) is flat.",
        "gap=8",
    ).claiming(&[at(0, "push", 500, NO_LEAST, 0.01)]),
    preset(
        "clip",
        "Clipped critic",
        "Weights clipped to ±0.1 instead of a penalty: the slope is bounded, and nothing holds it at 1.",
        "constraint=clip&clip=0.1",
    ).claiming(&[at(1, "w", 500, NO_LEAST, 3.0)]),
];

const CONTROLS: &[Control] = &[
    live(shared(
        "gap",
        "Gap",
        FIGURE,
        Kind::Float(0.0, 8.0, 4.0, false),
        "data units",
        "Distance of the two means. The networks go on from where they are.",
    )),
    live(shared(
        "sigma",
        "Sigma",
        FIGURE,
        Kind::Float(0.4, 2.0, 1.0, false),
        "data units",
        "Standard deviation of both.",
    )),
    live(shared(
        "constraint",
        "Critic's constraint",
        FIGURE,
        Kind::Choice(Constraint::CHOICES, "penalty"),
        "",
        "What bounds the critic's slope.",
    )),
    live(shared(
        "lambda",
        "Penalty weight",
        TRAINING,
        Kind::Float(0.0, 100.0, 10.0, true),
        "",
        "Weight λ of the gradient penalty.",
    )),
    live(shared(
        "clip",
        "Clip",
        TRAINING,
        Kind::Float(0.001, 10.0, 0.1, true),
        "",
        "Bound on every weight of a clipped critic.",
    )),
    rate(
        "lr-d",
        "Learning rate",
        0.003,
        "Adam's step size for both networks.",
    ),
    BATCH,
    width("width", "Width", 32),
    SEED,
];

const CHARTS: &[Chart] = &[
    Chart {
        id: "value",
        title: "V of the discriminator",
        unit: "nats",
        help: "E log D + E log(1 − D), by integration; dotted, that of D*; dashed, −log 4, which it has where p = q.",
        columns: &["v", "v_exact"],
    },
    Chart {
        id: "distance",
        title: "W₁ by the critic",
        unit: "data units",
        help: "E f(x) − E f(G(z)) over the steepest slope, by integration: never more than W₁, which is dotted.",
        columns: &["w", "w_exact"],
    },
    Chart {
        id: "push",
        title: "Push on generated points",
        unit: "loss per data unit",
        help: "Mean size of the gradient of log(1 − D), and of a critic of slope 1, where the generated points are.",
        columns: &["push"],
    },
    Chart {
        id: "d-error",
        title: "Distance of D to D*",
        unit: "probability",
        help: "Mean of |D − D*| under both densities.",
        columns: &["d_error"],
    },
];

const PANELS: &[Panel] = &[
    Panel {
        title: "Densities and discriminator",
        x: ("x", Range::Fixed(-8.0, 8.0)),
        y: ("density; probability", Range::Fixed(-0.04, 1.06)),
        marks: &[
            mark(Shape::Area, Role::Real, "p, real"),
            mark(Shape::Area, Role::Fake, "q, generated"),
            mark(Shape::Dashed, Role::A, "D*, exact"),
            mark(Shape::Line, Role::A, "D, learned"),
        ],
    },
    Panel {
        title: "Critic, scaled to slope 1",
        x: ("x", Range::Fixed(-8.0, 8.0)),
        y: ("f(x)", Range::Fixed(-8.5, 8.5)),
        marks: &[
            mark(Shape::Dashed, Role::B, "f*, exact"),
            mark(Shape::Line, Role::B, "f, learned"),
        ],
    },
    Panel {
        title: "What a generated point at x receives",
        x: ("x", Range::Fixed(-8.0, 8.0)),
        y: ("size of the gradient", Range::Fit),
        marks: &[
            mark(Shape::Line, Role::A, "log(1 − D)"),
            mark(Shape::Dashed, Role::A, "−log D"),
            mark(Shape::Line, Role::B, "critic"),
            mark(Shape::Area, Role::Fake, "q, generated"),
        ],
    },
];
