//! The row of [`crate::figures::one_dimension`].

use crate::figures::figure::Figure;
use crate::figures::one_dimension::{Line, OneDimension};
use crate::figures::session;
use crate::figures::{BATCH, FIGURE, FigureRow, SEED, TRAINING, d_rate, g_rate, width};
use crate::rng::Latent;
use crate::runs::demo::Demo;
use crate::schema::{
    Chart, Control, Kind, NO_LEAST, Panel, Preset, Range, Role, Shape, at, live, mark, preset,
    shared,
};
use tex::tex;

/// The row.
pub const ROW: FigureRow = FigureRow {
    demo: Demo {
        id: "one-dimension",
        title: "A GAN on the line",
        summary: "The picture of the first GAN paper, moving: data, generated density, discriminator, and arrows from z to x.",
        presets: PRESETS,
        controls: CONTROLS,
        objectives: &[],
        columns: OneDimension::COLUMNS,
        charts: CHARTS,
        open: session::open::<OneDimension>,
    },
    look: "Every arrow takes a latent z to its place x = G(z): where arrows crowd, the generated density is high. The discriminator follows p_data/(p_data + p_g), and the generator moves its points uphill on it. When the two densities agree, D is ½ everywhere: it cannot tell the two apart, and both losses rest at their equilibrium. The converse is false: a D that is too weak to tell rests there too. p_g is drawn smoothed by 0.08.",
    equation: tex!(
        r"\min_G\; \max_D\; E_{x \sim p_{\mathrm{data}}} \log D(x) + E_z \log(1 - D(G(z))) \qquad D^* = \frac{p_{\mathrm{data}}}{p_{\mathrm{data}} + p_g}"
    ),
    panels: PANELS,
    runs: OneDimension::RUNS,
    readouts: &[
        ("d_loss", "loss of D"),
        ("g_loss", "loss of G"),
        ("d_real", "D on real"),
        ("d_fake", "D on generated"),
        ("w1", "W₁"),
    ],
};

const PRESETS: &[Preset] = &[
    preset("one", "One Gaussian", "The figure of the paper.", "").claiming(&[at(0, "d_loss", 500, 1.25, 1.45), at(0, "g_loss", 500, 0.62, 0.82), at(0, "d_real", 500, 0.4, 0.6)]),
    preset(
        "two",
        "Two Gaussians",
        "One latent has to be torn apart: a few arrows cross the gap.",
        "line=two",
    ),
    preset(
        "narrow",
        "Narrow",
        "A narrow target: the arrows bundle. Losses at their equilibrium do not prove a match: here they rest there while W₁ is above 0.03.",
        "line=narrow",
    ).claiming(&[at(0, "d_loss", 500, 1.3, 1.45), at(0, "w1", 500, 0.03, 0.4)]),
    preset(
        "strong",
        "Many updates of D, saturating",
        "Twenty updates of D per step under log(1 − D). D stays near D*, but the densities overlap from the start, so D is unsure and the gradient is alive.",
        "saturating=true&critic-steps=20&line=narrow",
    ).claiming(&[at(0, "d_real", 50, 0.4, 0.7), at(0, "d_fake", 50, 0.4, 0.7), at(0, "w1", 50, NO_LEAST, 0.2)]),
];

const CONTROLS: &[Control] = &[
    shared(
        "line",
        "Real density",
        FIGURE,
        Kind::Choice(Line::CHOICES, "one"),
        "",
        "Where real points come from.",
    ),
    shared(
        "latent",
        "Latent distribution",
        FIGURE,
        Kind::Choice(Latent::CHOICES, "uniform"),
        "",
        "What z is drawn from.",
    ),
    shared(
        "saturating",
        "Saturating loss",
        TRAINING,
        Kind::Flag(false),
        "",
        "The generator minimises log(1 − D) instead of −log D.",
    ),
    g_rate(0.005),
    d_rate(0.01),
    live(shared(
        "critic-steps",
        "D updates per step",
        TRAINING,
        Kind::Int(1, 20, 2, false),
        "updates",
        "Discriminator updates before each generator update.",
    )),
    BATCH,
    width("g-width", "Generator width", 32),
    width("d-width", "Discriminator width", 32),
    SEED,
];

const CHARTS: &[Chart] = &[
    Chart {
        id: "losses",
        title: "Losses",
        unit: "nats",
        help: "Of the last step; dashed, their equilibrium.",
        columns: &["d_loss", "g_loss"],
    },
    Chart {
        id: "d",
        title: "Mean of D",
        unit: "probability",
        help: "On real and on generated points; both tend to ½.",
        columns: &["d_real", "d_fake"],
    },
    Chart {
        id: "w1",
        title: "Wasserstein-1 distance",
        unit: "data units",
        help: "Of 4,096 generated to as many real points, matched in order.",
        columns: &["w1"],
    },
];

const PANELS: &[Panel] = &[Panel {
    title: "Data, generator and discriminator",
    x: ("x", Range::Fixed(-4.0, 4.0)),
    y: ("density; probability", Range::Fixed(-0.58, 1.15)),
    marks: &[
        mark(Shape::Area, Role::Real, "p_data"),
        mark(Shape::Area, Role::Fake, "p_g, of 4,096 points"),
        mark(Shape::Dashed, Role::A, "D*"),
        mark(Shape::Line, Role::A, "D"),
        mark(Shape::Arrows, Role::Faint, "z → x"),
        mark(Shape::Line, Role::Faint, ""),
        mark(Shape::Line, Role::Faint, ""),
    ],
}];
