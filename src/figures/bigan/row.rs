//! The row of [`crate::figures::bigan`].

use crate::figures::bigan::{Bigan, DRAWN, Inference, OBJECTIVES};
use crate::figures::figure::Figure;
use crate::figures::session;
use crate::figures::{
    BATCH, FIGURE, FigureRow, RADIUS, SEED, SIGMA, TRAINING, d_rate, density, rate, width,
};
use crate::runs::demo::Demo;
use crate::schema::{
    Chart, Control, Kind, NO_LEAST, Panel, Preset, Range, Role, Shape, X, Z, at, live, mark, plane,
    preset, shared,
};
use tex::tex;

/// The row.
pub const ROW: FigureRow = FigureRow {
    demo: Demo {
        id: "bigan",
        title: "BiGAN and ALI",
        summary: "An encoder trained in the same game as the generator learns its inverse.",
        presets: PRESETS,
        controls: CONTROLS,
        objectives: &[],
        columns: Bigan::COLUMNS,
        charts: CHARTS,
        open: session::open::<Bigan>,
    },
    look: "The discriminator sees pairs: a real point with the latent that the encoder gives it, or a latent with the point that the generator makes of it. Only an encoder that undoes the generator can make the two kinds of pairs alike, although no loss compares a point with its reconstruction. Follow it in both directions: arrows from x to G(E(x)) shrink, and the grid of z that went through G and back through E straightens to a square. In the preset Identity data and latents have the same distribution: any rotation would do for G, and E finds its inverse.",
    equation: tex!(
        r"\begin{array}{l} \max_D\; E_x \log D(x, E(x)) + E_z \log(1 - D(G(z), z)) \\ \min_{G,E}\; -E_z \log D(G(z), z) - E_x \log(1 - D(x, E(x))) \quad\Rightarrow\quad E(G(z)) = z,\;\; G(E(x)) = x \end{array}"
    ),
    panels: PANELS,
    runs: Bigan::RUNS,
    readouts: &[
        ("reconstruction", "‖x − G(E(x))‖"),
        ("latent", "‖z − E(G(z))‖"),
        ("w1", "W₁"),
        ("d_loss", "loss of D"),
    ],
};

const PRESETS: &[Preset] = &[
    preset(
        "moons",
        "Two moons",
        "BiGAN: the encoder gives one latent.",
        "",
    )
    .claiming(&[at(0, "reconstruction", 1000, NO_LEAST, 0.6)]),
    preset(
        "identity",
        "Identity",
        "Data that are distributed as the latents are.",
        "density=gaussian-pair&radius=0.1&sigma=1",
    ),
    preset(
        "ali",
        "ALI",
        "The encoder gives a Gaussian, whose width it learns.",
        "encoder=gaussian",
    ),
    preset(
        "critic",
        "With a critic",
        "The same pairs under the Wasserstein objective.",
        "objective=wasserstein-gp",
    ),
];

const CONTROLS: &[Control] = &[
    density("two-moons"),
    RADIUS,
    SIGMA,
    shared(
        "encoder",
        "Encoder gives",
        FIGURE,
        Kind::Choice(Inference::CHOICES, "fixed"),
        "",
        "One latent for a point, or a Gaussian of latents.",
    ),
    shared(
        "objective",
        "Objective",
        TRAINING,
        Kind::Choice(&OBJECTIVES, "non-saturating"),
        "",
        "The papers' game, or that of a critic with gradient penalty.",
    ),
    live(shared(
        "lambda",
        "Penalty weight",
        TRAINING,
        Kind::Float(0.0, 100.0, 0.1, true),
        "",
        "Weight λ of the critic's gradient penalty.",
    )),
    live(shared(
        "critic-steps",
        "D updates per step",
        TRAINING,
        Kind::Int(1, 10, 3, false),
        "updates",
        "Discriminator or critic updates before each update of G and E.",
    )),
    rate(
        "lr-g",
        "Learning rate of G and E",
        0.002,
        "Adam's step size.",
    ),
    d_rate(0.002),
    BATCH,
    width("width", "Width", 64),
    SEED,
];

const CHARTS: &[Chart] = &[
    Chart {
        id: "inverse",
        title: "How far from inverses",
        unit: "data units; latent units",
        help: "Mean distance of x from G(E(x)) and, dotted, of z from E(G(z)), over 512 points.",
        columns: &["reconstruction", "latent"],
    },
    Chart {
        id: "w1",
        title: "Wasserstein-1 distance",
        unit: "data units",
        help: "Optimal transport between 256 generated and 256 real points.",
        columns: &["w1"],
    },
    Chart {
        id: "losses",
        title: "Loss of the discriminator",
        unit: "nats",
        help: "Over 512 pairs of each kind; dashed, that of a discriminator that cannot tell.",
        columns: &["d_loss"],
    },
];

const LATENTS: Range = Range::Fixed(-DRAWN as f32, DRAWN as f32);

const PANELS: &[Panel] = &[
    plane(
        "From z to x: G(z)",
        X,
        Range::Window,
        &[
            mark(Shape::Grid, Role::Fake, "grid of z"),
            mark(Shape::Points, Role::Real, "data"),
            mark(Shape::Points, Role::Fake, "generated"),
        ],
    ),
    plane(
        "From x to z: E(x)",
        Z,
        LATENTS,
        &[
            mark(Shape::Points, Role::Faint, "z ~ N(0, I)"),
            mark(Shape::Hues, Role::Real, "E(x) of data, by direction of x"),
        ],
    ),
    plane(
        "Reconstruction: x → G(E(x))",
        X,
        Range::Window,
        &[
            mark(Shape::Arrows, Role::Faint, "to its reconstruction"),
            mark(Shape::Hues, Role::Real, "data, by direction"),
        ],
    ),
    plane(
        "Reconstruction: E(G(z)) of a grid",
        Z,
        LATENTS,
        &[mark(Shape::Grid, Role::Fake, "grid of z")],
    ),
];
