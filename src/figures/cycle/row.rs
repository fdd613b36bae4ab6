//! The row of [`crate::figures::cycle`].

use crate::figures::cycle::{Cycle, HALF};
use crate::figures::figure::Figure;
use crate::figures::session;
use crate::figures::{BATCH, DENSITIES, FIGURE, FigureRow, SEED, TRAINING, rate, width};
use crate::runs::demo::Demo;
use crate::schema::{
    Chart, Control, Kind, Mark, NO_LEAST, NO_MOST, Panel, Preset, Range, Role, Shape, X, at, live,
    mark, plane, preset, shared,
};
use tex::tex;

/// The row.
pub const ROW: FigureRow = FigureRow {
    demo: Demo {
        id: "cycle",
        title: "CycleGAN",
        summary: "Two maps between two densities without pairs, with and without the cycle-consistency loss.",
        presets: PRESETS,
        controls: CONTROLS,
        objectives: &[],
        columns: Cycle::COLUMNS,
        charts: CHARTS,
        open: session::open::<Cycle>,
    },
    look: "No point of A has a partner in B: each map only has to make points that its discriminator takes for real ones. That fixes where the cloud lands, not which point goes where. Without the cycle loss both maps fit their marginals, each in its own way, and a point that goes to B and back ends somewhere else: long arrows. With it the two maps agree, neighbours stay neighbours, as the colours show, and the arrows shrink to nothing. What it agrees on is still free: a mirror image would do as well.",
    equation: tex!(
        r"\begin{array}{l} \min_{F,G}\; \frac{1}{2} E_a (D_B(F(a)) - 1)^2 + \frac{1}{2} E_b (D_A(G(b)) - 1)^2 + \lambda \left( E_a \lVert G(F(a)) - a \rVert_1 + E_b \lVert F(G(b)) - b \rVert_1 \right) \\ \min_{D_B}\; \frac{1}{2} E_b (D_B(b) - 1)^2 + \frac{1}{2} E_a D_B(F(a))^2, \quad D_A \text{ alike} \end{array}"
    ),
    panels: PANELS,
    runs: Cycle::RUNS,
    readouts: &[
        ("cycle", "cycle error"),
        ("w1_there", "W₁ in B"),
        ("w1_back", "W₁ in A"),
    ],
};

const PRESETS: &[Preset] = &[
    preset(
        "moons-ring",
        "Moons to ring",
        "Two arcs and a circle of modes.",
        "",
    )
    .claiming(&[
        at(0, "cycle", 1000, NO_LEAST, 0.15),
        at(1, "cycle", 1000, 0.8, NO_MOST),
        at(0, "w1_there", 1000, NO_LEAST, 0.7),
        at(1, "w1_there", 1000, NO_LEAST, 0.7),
    ]),
    preset(
        "moons-roll",
        "Moons to swiss roll",
        "Two arcs and one long curve.",
        "to=swiss-roll",
    ),
    preset(
        "grid-ring",
        "Grid to ring",
        "Twenty-five modes into eight: several have to share one.",
        "from=grid25",
    ),
];

const fn side(key: &'static str, label: &'static str, default: &'static str) -> Control {
    let kind = Kind::Choice(DENSITIES, default);
    shared(
        key,
        label,
        FIGURE,
        kind,
        "",
        "Where points of this side come from.",
    )
}

const CONTROLS: &[Control] = &[
    side("from", "A", "two-moons"),
    side("to", "B", "ring8"),
    live(shared(
        "lambda",
        "Cycle weight",
        TRAINING,
        Kind::Float(0.0, 100.0, 3.0, true),
        "",
        "Weight λ of the cycle loss in the run that has one.",
    )),
    rate(
        "lr-g",
        "Learning rate of the maps",
        0.002,
        "Adam's step size.",
    ),
    rate(
        "lr-d",
        "Discriminators' learning rate",
        0.002,
        "Adam's step size.",
    ),
    BATCH,
    width("width", "Width", 32),
    SEED,
];

const CHARTS: &[Chart] = &[
    Chart {
        id: "cycle",
        title: "Cycle error",
        unit: "data units",
        help: "Mean distance of a point from where it ends after both maps, over 256 points of each side.",
        columns: &["cycle"],
    },
    Chart {
        id: "w1",
        title: "Wasserstein-1 distance",
        unit: "data units",
        help: "Of F(A) to B and, dotted, of G(B) to A: optimal transport between 256 points.",
        columns: &["w1_there", "w1_back"],
    },
];

const SQUARE: Range = Range::Fixed(-HALF as f32, HALF as f32);

const THERE: &[Mark] = &[
    mark(Shape::Points, Role::Real, "B"),
    mark(Shape::Hues, Role::Fake, "F(a), by direction of a"),
];

const BACK: &[Mark] = &[
    mark(Shape::Arrows, Role::Faint, "to G(F(a))"),
    mark(Shape::Hues, Role::Real, "A, by direction"),
];

const PANELS: &[Panel] = &[
    plane("With cycle loss: A → B", X, SQUARE, THERE),
    plane("With cycle loss: to B and back", X, SQUARE, BACK),
    plane("Without: A → B", X, SQUARE, THERE),
    plane("Without: to B and back", X, SQUARE, BACK),
];
