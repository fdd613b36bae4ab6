//! The table of small figures: the arguments that the lectures make with a picture, each moving and with its exact values.
//!
//! A figure is a session of [`crate::sessions::figure`] and a row here. The page, its controls, links, views and the tests of
//! the contract all read the row.

use serde_json::{Value as Json, json};

use crate::catalog::{self, Chart, Control, Demo, Kind, Preset, live, preset, shared};
use crate::choice::Choice;
use crate::data::density::DensityKind;
use crate::failures::{self, FAILURES};
use crate::rng::Latent;
use crate::sessions::figure::{self, Figure};
use crate::sessions::flow::Flow;
use crate::sessions::one_dimension::{Line, OneDimension};
use crate::sessions::parallel_lines::ParallelLines;
use crate::sessions::two_gaussians::{Constraint, TwoGaussians};

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
    /// `[n * n * 2]`: a grid that is bent.
    Grid,
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
    /// Lines that only help.
    Faint,
}

const fn mark(shape: Shape, role: Role, title: &'static str) -> Mark {
    Mark { shape, title, role }
}

/// Every figure, in the order in which the page lists them.
pub const LAB: &[Lab] = &[
    Lab {
        demo: Demo {
            id: "parallel-lines",
            title: "Parallel lines",
            summary: "Two parallel lines at distance theta: JS and KL do not see how far apart they are, Wasserstein does.",
            presets: LINES_PRESETS,
            controls: LINES_CONTROLS,
            columns: ParallelLines::COLUMNS,
            charts: LINES_CHARTS,
            open: figure::open::<ParallelLines>,
        },
        look: "Real points lie on the line at 0, generated ones at θ. Both runs start at the same θ, and each moves along the gradient that its own opponent gives it. The critic of the Wasserstein run pushes with a force of about 1 from any distance, and its line comes home. Under the Jensen-Shannon objective the lines never overlap, the divergence is log 2 wherever θ is, the discriminator is soon certain, and its gradient vanishes: the line stays. Move θ while it trains, or pause and slide it along the curves.",
        equation: "<mtable columnalign='left'><mtr><mtd><mrow><mi>JS</mi><mo>(</mo><msub><mi>P</mi><mn>0</mn></msub><mo>,</mo><msub><mi>P</mi><mi>θ</mi></msub><mo>)</mo><mo>=</mo><mrow><mo>{</mo><mtable columnalign='left'><mtr><mtd><mi>log</mi><mspace width='0.15em'/><mn>2</mn></mtd><mtd><mi>θ</mi><mo>≠</mo><mn>0</mn></mtd></mtr><mtr><mtd><mn>0</mn></mtd><mtd><mi>θ</mi><mo>=</mo><mn>0</mn></mtd></mtr></mtable></mrow><mspace width='2em'/><mi>KL</mi><mo>=</mo><mrow><mo>{</mo><mtable columnalign='left'><mtr><mtd><mo>∞</mo></mtd><mtd><mi>θ</mi><mo>≠</mo><mn>0</mn></mtd></mtr><mtr><mtd><mn>0</mn></mtd><mtd><mi>θ</mi><mo>=</mo><mn>0</mn></mtd></mtr></mtable></mrow><mspace width='2em'/><mi>W</mi><mo>=</mo><mo>|</mo><mi>θ</mi><mo>|</mo></mrow></mtd></mtr></mtable>",
        panels: LINES_PANELS,
        readouts: &[
            ("theta", "θ"),
            ("gradient", "gradient"),
            ("js", "JS"),
            ("kl", "KL"),
            ("w", "W₁"),
        ],
    },
    Lab {
        demo: Demo {
            id: "two-gaussians",
            title: "Discriminator and critic",
            summary: "The best discriminator and the best critic between two fixed Gaussians: one saturates, the other is a straight line.",
            presets: GAUSSIANS_PRESETS,
            controls: GAUSSIANS_CONTROLS,
            columns: TwoGaussians::COLUMNS,
            charts: GAUSSIANS_CHARTS,
            open: figure::open::<TwoGaussians>,
        },
        look: "Both densities stay where they are; only the two opponents learn. The discriminator comes to lie on D* = p/(p + q). The further the densities are apart, the flatter it is under the generated one, where log(1 − D) gives almost no gradient; the critic is a line of slope −1 there, whatever the gap. Slide the gap to 0: the discriminator lies on ½ and V falls to −log 4.",
        equation: "<mrow><msup><mi>D</mi><mo>*</mo></msup><mo>=</mo><mfrac><mi>p</mi><mrow><mi>p</mi><mo>+</mo><mi>q</mi></mrow></mfrac><mspace width='2em'/><mi>V</mi><mo>(</mo><msup><mi>D</mi><mo>*</mo></msup><mo>)</mo><mo>=</mo><mn>2</mn><mi>JS</mi><mo>(</mo><mi>p</mi><mo>,</mo><mi>q</mi><mo>)</mo><mo>−</mo><mi>log</mi><mspace width='0.15em'/><mn>4</mn><mspace width='2em'/><mi>W</mi><mo>=</mo><munder><mi>max</mi><mrow><mo>‖</mo><mi>f</mi><msub><mo>‖</mo><mi>L</mi></msub><mo>≤</mo><mn>1</mn></mrow></munder><msub><mi>E</mi><mi>p</mi></msub><mi>f</mi><mo>−</mo><msub><mi>E</mi><mi>q</mi></msub><mi>f</mi></mrow>",
        panels: GAUSSIANS_PANELS,
        readouts: &[
            ("v", "V"),
            ("v_exact", "V of D*"),
            ("w", "W₁ of f"),
            ("w_exact", "W₁"),
            ("push", "push"),
        ],
    },
    Lab {
        demo: Demo {
            id: "one-dimension",
            title: "A GAN on the line",
            summary: "The picture of the first GAN paper, moving: data, generated density, discriminator, and arrows from z to x.",
            presets: LINE_PRESETS,
            controls: LINE_CONTROLS,
            columns: OneDimension::COLUMNS,
            charts: LINE_CHARTS,
            open: figure::open::<OneDimension>,
        },
        look: "Every arrow takes a latent z to its place x = G(z): where arrows crowd, the generated density is high. The discriminator follows p_data/(p_data + p_g), and the generator moves its points uphill on it. When the two densities agree, D is ½ everywhere: nobody can tell, and both losses rest at their equilibrium.",
        equation: "<mrow><munder><mi>min</mi><mi>G</mi></munder><mspace width='0.3em'/><munder><mi>max</mi><mi>D</mi></munder><mspace width='0.3em'/><msub><mi>E</mi><mrow><mi>x</mi><mo>∼</mo><msub><mi>p</mi><mi>data</mi></msub></mrow></msub><mi>log</mi><mspace width='0.15em'/><mi>D</mi><mo>(</mo><mi>x</mi><mo>)</mo><mo>+</mo><msub><mi>E</mi><mi>z</mi></msub><mi>log</mi><mo>(</mo><mn>1</mn><mo>−</mo><mi>D</mi><mo>(</mo><mi>G</mi><mo>(</mo><mi>z</mi><mo>)</mo><mo>)</mo><mo>)</mo><mspace width='2em'/><msup><mi>D</mi><mo>*</mo></msup><mo>=</mo><mfrac><msub><mi>p</mi><mi>data</mi></msub><mrow><msub><mi>p</mi><mi>data</mi></msub><mo>+</mo><msub><mi>p</mi><mi>g</mi></msub></mrow></mfrac></mrow>",
        panels: LINE_PANELS,
        readouts: &[
            ("d_loss", "loss of D"),
            ("g_loss", "loss of G"),
            ("d_real", "D on real"),
            ("d_fake", "D on generated"),
            ("w1", "W₁"),
        ],
    },
    Lab {
        demo: Demo {
            id: "flow",
            title: "Normalising flow",
            summary: "RealNVP on the toy densities: an invertible map with an exact density, trained by maximum likelihood.",
            presets: FLOW_PRESETS,
            controls: FLOW_CONTROLS,
            columns: Flow::COLUMNS,
            charts: FLOW_CHARTS,
            open: figure::open::<Flow>,
        },
        look: "A flow bends the plane without tearing it, so every place has an exact density: that of its latent, times how much the map shrinks areas there. Training by maximum likelihood lays the density on the data; it always integrates to 1. Watch the grid: cells crowd where the data are. What the map cannot do is tear, so between separate modes a thread of density stays. On the right, data in latent space should look like a round Gaussian.",
        equation: "<mrow><mi>log</mi><mspace width='0.15em'/><mi>p</mi><mo>(</mo><mi>x</mi><mo>)</mo><mo>=</mo><mi>log</mi><mspace width='0.15em'/><mi>N</mi><mo>(</mo><mi>f</mi><mo>(</mo><mi>x</mi><mo>)</mo><mo>;</mo><mn>0</mn><mo>,</mo><mi>I</mi><mo>)</mo><mo>+</mo><mi>log</mi><mo>|</mo><mi>det</mi><mfrac><mrow><mo>∂</mo><mi>f</mi></mrow><mrow><mo>∂</mo><mi>x</mi></mrow></mfrac><mo>|</mo><mspace width='2em'/><msub><mi>y</mi><mi>a</mi></msub><mo>=</mo><msub><mi>x</mi><mi>a</mi></msub><mo>,</mo><mspace width='0.5em'/><msub><mi>y</mi><mi>b</mi></msub><mo>=</mo><msub><mi>x</mi><mi>b</mi></msub><msup><mi>e</mi><mrow><mi>s</mi><mo>(</mo><msub><mi>x</mi><mi>a</mi></msub><mo>)</mo></mrow></msup><mo>+</mo><mi>t</mi><mo>(</mo><msub><mi>x</mi><mi>a</mi></msub><mo>)</mo></mrow>",
        panels: FLOW_PANELS,
        readouts: &[
            ("nll", "−log p, data"),
            ("held_out", "−log p, held out"),
            ("mass", "∫ p"),
        ],
    },
];

/// Every demo of the lab.
pub fn demos() -> impl Iterator<Item = &'static Demo> {
    LAB.iter().map(|l| &l.demo).chain([&FAILURES])
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

const fn width(key: &'static str, label: &'static str) -> Control {
    shared(
        key,
        label,
        NETWORKS,
        Kind::Int(1, 128, 32, true),
        "units",
        "Units in each of the two hidden layers.",
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

const LINES_PRESETS: &[Preset] = &[
    preset("apart", "Apart", "Both lines start at θ = 1.", ""),
    preset(
        "near",
        "Near",
        "θ = 0.1: nearly there, and still log 2.",
        "theta=0.1",
    ),
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
    ),
];

const LINES_CONTROLS: &[Control] = &[
    live(shared(
        "theta",
        "θ",
        FIGURE,
        Kind::Float(-1.5, 1.5, 1.0, false),
        "",
        "Where both generated lines stand. Moving it in a run puts both there, and they go on from there.",
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

const LINES_CHARTS: &[Chart] = &[
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

const LINES_PANELS: &[Panel] = &[
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

const GAUSSIANS_PRESETS: &[Preset] = &[
    preset("apart", "Apart", "A gap of 4: the figure of the paper.", ""),
    preset(
        "equal",
        "p = q",
        "No gap: D is ½ everywhere and V is −log 4.",
        "gap=0",
    ),
    preset(
        "overlap",
        "Overlapping",
        "A gap of 1.5: the discriminator is unsure, and its gradient is alive.",
        "gap=1.5",
    ),
    preset(
        "far",
        "Far apart",
        "A gap of 8: the discriminator is certain, and log(1 − D) is flat.",
        "gap=8",
    ),
    preset(
        "clip",
        "Clipped critic",
        "Weights clipped to ±0.1 instead of a penalty: the slope is bounded, and nothing holds it at 1.",
        "constraint=clip&clip=0.1",
    ),
];

const GAUSSIANS_CONTROLS: &[Control] = &[
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
    width("width", "Width"),
    SEED,
];

const GAUSSIANS_CHARTS: &[Chart] = &[
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

const GAUSSIANS_PANELS: &[Panel] = &[
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

const LINE_PRESETS: &[Preset] = &[
    preset("one", "One Gaussian", "The figure of the paper.", ""),
    preset(
        "two",
        "Two Gaussians",
        "One latent has to be torn apart: a few arrows cross the gap.",
        "line=two",
    ),
    preset(
        "narrow",
        "Narrow",
        "A narrow target: the arrows bundle.",
        "line=narrow",
    ),
    preset(
        "strong",
        "D too strong, saturating",
        "Twenty updates of D per step under log(1 − D): D is certain and the generator creeps.",
        "saturating=true&critic-steps=20&line=narrow",
    ),
];

const LINE_CONTROLS: &[Control] = &[
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
    rate(
        "lr-g",
        "Generator learning rate",
        0.005,
        "Adam's step size.",
    ),
    rate(
        "lr-d",
        "Discriminator learning rate",
        0.01,
        "Adam's step size.",
    ),
    live(shared(
        "critic-steps",
        "D updates per step",
        TRAINING,
        Kind::Int(1, 20, 2, false),
        "updates",
        "Discriminator updates before each generator update.",
    )),
    BATCH,
    width("g-width", "Generator width"),
    width("d-width", "Discriminator width"),
    SEED,
];

const LINE_CHARTS: &[Chart] = &[
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

const LINE_PANELS: &[Panel] = &[Panel {
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

const FLOW_PRESETS: &[Preset] = &[
    preset("moons", "Two moons", "Two arcs, joined by a thread.", ""),
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
        "Each coordinate moves once: not enough to bend.",
        "couplings=2",
    ),
];

/// Toy densities that need no points of the user's.
const FLOW_DENSITIES: &[Choice] = DensityKind::CHOICES
    .split_at(DensityKind::CHOICES.len() - 2)
    .0;

const FLOW_CONTROLS: &[Control] = &[
    shared(
        "density",
        "Density",
        FIGURE,
        Kind::Choice(FLOW_DENSITIES, "two-moons"),
        "",
        "Where the data come from.",
    ),
    shared(
        "radius",
        "Radius",
        FIGURE,
        Kind::Float(0.1, 10.0, 1.414, false),
        "data units",
        "Distance of the outermost structure from the centre. Its default depends on the density.",
    ),
    shared(
        "sigma",
        "Sigma",
        FIGURE,
        Kind::Float(0.01, 2.0, 0.1, true),
        "data units",
        "Noise around it. Its default depends on the density.",
    ),
    shared(
        "couplings",
        "Couplings",
        NETWORKS,
        Kind::Int(1, 16, 8, false),
        "layers",
        "Coupling layers; each moves one coordinate.",
    ),
    width("width", "Width"),
    rate("lr", "Learning rate", 0.003, "Adam's step size."),
    BATCH,
    SEED,
];

const FLOW_CHARTS: &[Chart] = &[
    Chart {
        id: "nll",
        title: "Negative log-likelihood",
        unit: "nats per point",
        help: "Mean of −log p over 1,000 points, and over 1,000 others.",
        columns: &["nll", "held_out"],
    },
    Chart {
        id: "mass",
        title: "Integral of the density",
        unit: "probability",
        help: "Sum over a 96 by 96 grid that reaches twice as far as the window: 1, apart from what lies between its points.",
        columns: &["mass"],
    },
];

const FLOW_PANELS: &[Panel] = &[
    Panel {
        title: "Density p(x), and the data",
        x: ("x₁", Range::Window),
        y: ("x₂", Range::Window),
        marks: &[
            mark(Shape::Heat, Role::Real, "p(x)"),
            mark(Shape::Points, Role::Real, "data"),
        ],
    },
    Panel {
        title: "The plane of z, bent into that of x",
        x: ("x₁", Range::Window),
        y: ("x₂", Range::Window),
        marks: &[
            mark(Shape::Grid, Role::Fake, "grid of z"),
            mark(Shape::Points, Role::Fake, "samples"),
        ],
    },
    Panel {
        title: "Data in latent space",
        x: ("z₁", Range::Fixed(-4.0, 4.0)),
        y: ("z₂", Range::Fixed(-4.0, 4.0)),
        marks: &[mark(Shape::Points, Role::Real, "f(x) of data")],
    },
];

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
        "square": panel.x.1 == panel.y.1,
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
        "demos": LAB.iter().map(row).chain([failures::to_json()]).collect::<Vec<_>>(),
    })
}
