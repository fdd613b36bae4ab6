//! The row of [`crate::figures::codes`].

use crate::figures::codes::Codes;
use crate::figures::figure::Figure;
use crate::figures::session;
use crate::figures::{BATCH, FIGURE, FigureRow, SEED, TRAINING, d_rate, g_rate, width};
use crate::runs::demo::Demo;
use crate::schema::{
    Chart, Control, Kind, Mark, NO_LEAST, NO_MOST, Panel, Preset, Range, Role, Shape, X, at, live,
    mark, plane, preset, shared,
};
use tex::tex;

/// The row.
pub const ROW: FigureRow = FigureRow {
    demo: Demo {
        id: "codes",
        title: "Conditional GANs and InfoGAN",
        summary: "A conditional GAN, AC-GAN and InfoGAN on a labelled ring: two are given the labels, InfoGAN learns its codes without them.",
        presets: PRESETS,
        controls: CONTROLS,
        objectives: &[],
        columns: Codes::COLUMNS,
        charts: CHARTS,
        open: session::open::<Codes>,
    },
    look: "Colour and number are the code that went into the generator, beside the noise. The conditional discriminator sees the label of every point, AC-GAN's names it: both put code 1 at the right end of the ring and count on from there. InfoGAN never sees a label. Its discriminator guesses the code of generated points only, and the generator makes that easy: the codes spread over the modes, one each, in an order of their own. The bound of the mutual information says how well: it rises to H(c) and never above.",
    equation: tex!(
        r"L_I = H(c) + E_{c,z} \log Q(c \mid G(z, c)) \le I(c; G(z, c)) \le H(c) = \log K"
    ),
    panels: PANELS,
    runs: Codes::RUNS,
    readouts: &[
        ("bound", "bound"),
        ("information", "information"),
        ("agree", "as labelled"),
        ("modes", "strict modes"),
        ("high_quality", "high quality"),
    ],
};

const PRESETS: &[Preset] = &[
    preset("eight", "Eight codes", "A label for every mode.", "").claiming(&[at(0, "information", 1000, 2.0, NO_MOST), at(1, "information", 1000, 2.0, NO_MOST), at(2, "information", 1000, 2.0, NO_MOST), at(0, "agree", 1000, 0.95, NO_MOST), at(1, "agree", 1000, 0.95, NO_MOST), at(1, "modes", 1000, 7.0, NO_MOST), at(2, "modes", 1000, 7.0, NO_MOST)]),
    preset(
        "four",
        "Four codes",
        "A label for two neighbouring modes: every code soon has points of its own, but modes within a code may be lost.",
        "codes=4",
    ).claiming(&[at(0, "information", 1000, 1.3, NO_MOST), at(1, "information", 1000, 1.3, NO_MOST), at(2, "information", 1000, 1.3, NO_MOST)]),
    preset(
        "ignored",
        "Without information",
        "λ = 0: nothing asks AC-GAN and InfoGAN to use the code, and it means nothing.",
        "lambda=0",
    ).claiming(&[at(1, "information", 1000, NO_LEAST, 0.1), at(2, "information", 1000, NO_LEAST, 0.1)]),
];

const CONTROLS: &[Control] = &[
    shared(
        "codes",
        "Codes",
        FIGURE,
        Kind::Int(2, 8, 8, false),
        "codes",
        "Number K of labels, and of codes; neighbouring modes share a label where there are fewer than eight.",
    ),
    shared(
        "sigma",
        "Sigma",
        FIGURE,
        Kind::Float(0.03, 0.4, 0.1, true),
        "data units",
        "Standard deviation of every mode.",
    ),
    live(shared(
        "lambda",
        "Information weight",
        TRAINING,
        Kind::Float(0.0, 10.0, 1.0, false),
        "",
        "Weight λ of the code's likelihood in the losses of AC-GAN and InfoGAN.",
    )),
    g_rate(0.002),
    d_rate(0.002),
    BATCH,
    width("width", "Width", 64),
    SEED,
];

const CHARTS: &[Chart] = &[
    Chart {
        id: "information",
        title: "Mutual information",
        unit: "nats",
        help: "Of code and point: the bound L_I by Q over 2,500 points; dotted, the information that the code has about the nearest mode, by counting; dashed, H(c).",
        columns: &["bound", "information"],
    },
    Chart {
        id: "agree",
        title: "As labelled",
        unit: "share",
        help: "Share of generated points whose nearest mode has the label that was asked for.",
        columns: &["agree"],
    },
    Chart {
        id: "modes",
        title: "Strict modes",
        unit: "modes",
        help: "Modes with at least 20 % of their expected share of 2,500 points.",
        columns: &["modes"],
    },
    Chart {
        id: "high-quality",
        title: "High-quality share",
        unit: "share",
        help: "Share of 2,500 points within 3 sigma of a mode.",
        columns: &["high_quality"],
    },
];

const RING: &[Mark] = &[
    mark(Shape::Points, Role::Faint, "data"),
    mark(Shape::Hues, Role::Fake, "generated, by code"),
    mark(Shape::Digits, Role::Fake, ""),
];

const PANELS: &[Panel] = &[
    plane("Conditional: D sees labels", X, Range::Window, RING),
    plane("AC-GAN: D names labels", X, Range::Window, RING),
    plane("InfoGAN: D guesses codes", X, Range::Window, RING),
];
