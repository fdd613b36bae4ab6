//! The row of [`crate::figures::posterior`].

use crate::figures::figure::Figure;
use crate::figures::posterior::{DRAWN, Posterior};
use crate::figures::session;
use crate::figures::{
    BATCH, FIGURE, FigureRow, NETWORKS, RADIUS, SEED, SIGMA, TRAINING, density, rate, width,
};
use crate::runs::demo::Demo;
use crate::schema::{
    Chart, Control, Kind, NO_LEAST, NO_MOST, Panel, Preset, Range, Role, Shape, X, Z, at, live,
    mark, plane, preset, shared,
};
use tex::tex;

/// The row.
pub const ROW: FigureRow = FigureRow {
    demo: Demo {
        id: "posterior",
        title: "Posterior of a VAE",
        summary: "Two VAEs in the plane, one with a Gaussian posterior and one bent by an inverse autoregressive flow, beside the exact one.",
        presets: PRESETS,
        controls: CONTROLS,
        objectives: &[],
        columns: Posterior::COLUMNS,
        charts: CHARTS,
        open: session::open::<Posterior>,
    },
    look: "For the marked x, shading is the exact posterior p(z|x) and lines are what the encoder believes. Where the exact one is bent or torn, a Gaussian cannot follow; the flow bends with it, and the bound comes closer to log p(x): the gap is the divergence between lines and shading. Watch the share of each latent: when a latent would have to tell apart points that are closer together than the decoder's noise, it pays to keep it at the prior. It collapses: its share falls to 0, and the decoded grid folds into a thread, or into a point.",
    equation: tex!(
        r"\begin{array}{l} \log p(x) - \mathrm{ELBO} = \operatorname{KL}(q(z \mid x) \parallel p(z \mid x)) \\ z'_i = \sigma_i z_i + (1 - \sigma_i) m_i,\;\; (m_i, \sigma_i) = f_i(z_{<i}, h(x)) \quad \log \lvert \det \rvert = {\displaystyle\sum_i} \log \sigma_i \end{array}"
    ),
    panels: PANELS,
    runs: Posterior::RUNS,
    readouts: &[
        ("elbo", "ELBO"),
        ("log_p", "log p(x)"),
        ("gap", "gap"),
        ("kl_1", "share of z₁"),
        ("kl_2", "share of z₂"),
    ],
};

const PRESETS: &[Preset] = &[
    preset(
        "bent",
        "Bent posterior",
        "Three blobs share the latent plane like a pie: posteriors are slices of it.",
        "",
    )
    .claiming(&[
        at(0, "gap", 1000, 0.325, NO_MOST),
        at(1, "gap", 1000, NO_LEAST, 0.325),
    ]),
    preset("ring", "Ring of 8", "Eight narrow slices.", "density=ring8"),
    preset(
        "both",
        "Both latents",
        "The moons and a sharp decoder: both latents carry information.",
        "density=two-moons&noise=0.15",
    )
    .claiming(&[
        at(0, "kl_1", 1000, 1.3, NO_MOST),
        at(0, "kl_2", 1000, 0.6, NO_MOST),
        at(1, "kl_1", 1000, 1.3, NO_MOST),
        at(1, "kl_2", 1000, 0.6, NO_MOST),
    ]),
    preset(
        "collapse",
        "Room for one",
        "Two far blobs and a decoder noisier than each is wide: little beyond which of them is worth a latent.",
        "density=gaussian-pair&sigma=0.2&noise=0.4",
    ),
    preset(
        "all",
        "All collapse",
        "A decoder noisier than the data are wide: nothing is worth its price.",
        "noise=2",
    )
    .claiming(&[
        at(0, "kl_1", 1000, NO_LEAST, 0.05),
        at(0, "kl_2", 1000, NO_LEAST, 0.05),
        at(1, "kl_1", 1000, NO_LEAST, 0.05),
        at(1, "kl_2", 1000, NO_LEAST, 0.05),
    ]),
];

const CONTROLS: &[Control] = &[
    density("disjoint-blobs"),
    RADIUS,
    SIGMA,
    live(shared(
        "x1",
        "x₁",
        FIGURE,
        Kind::Float(-2.0, 2.0, 0.0, false),
        "data units",
        "First coordinate of the marked point, whose posterior is drawn.",
    )),
    live(shared(
        "x2",
        "x₂",
        FIGURE,
        Kind::Float(-2.0, 2.0, 1.2, false),
        "data units",
        "Second coordinate of the marked point.",
    )),
    live(shared(
        "noise",
        "Decoder's noise",
        TRAINING,
        Kind::Float(0.1, 3.0, 0.3, true),
        "data units",
        "Standard deviation of a point around the decoded latent.",
    )),
    live(shared(
        "beta",
        "β",
        TRAINING,
        Kind::Float(0.0, 8.0, 1.0, false),
        "",
        "Weight of the divergence in what is minimised; the bound itself has 1.",
    )),
    shared(
        "flow-steps",
        "Steps of the flow",
        NETWORKS,
        Kind::Int(1, 8, 4, false),
        "steps",
        "Autoregressive steps that bend the second posterior.",
    ),
    width("width", "Width", 32),
    rate("lr", "Learning rate", 0.003, "Adam's step size."),
    BATCH,
    SEED,
];

const CHARTS: &[Chart] = &[
    Chart {
        id: "bound",
        title: "Bound and evidence",
        unit: "nats per point",
        help: "ELBO of 64 held-out points; dotted, their exact log p(x).",
        columns: &["elbo", "log_p"],
    },
    Chart {
        id: "gap",
        title: "Gap of the bound",
        unit: "nats per point",
        help: "log p(x) − ELBO: how far the encoder's posterior is from the exact one.",
        columns: &["gap"],
    },
    Chart {
        id: "kl",
        title: "Share of each latent",
        unit: "nats per point",
        help: "In the divergence: mean of log q − log p of z₁ and, dotted, of z₂. A collapsed latent has 0.",
        columns: &["kl_1", "kl_2"],
    },
];

const LATENTS: Range = Range::Fixed(-DRAWN as f32, DRAWN as f32);

const PANELS: &[Panel] = &[
    plane(
        "The plane of z, decoded: Gaussian posterior",
        X,
        Range::Window,
        &[
            mark(Shape::Grid, Role::A, "decoded grid"),
            mark(Shape::Points, Role::Real, "data"),
            mark(Shape::Marker, Role::Fake, "the marked x"),
        ],
    ),
    plane(
        "Its posterior of the marked x",
        Z,
        LATENTS,
        &[
            mark(Shape::Heat, Role::Real, "p(z|x), exact"),
            mark(Shape::Contour, Role::A, "q(z|x), Gaussian"),
        ],
    ),
    plane(
        "The plane of z, decoded: flow",
        X,
        Range::Window,
        &[
            mark(Shape::Grid, Role::B, "decoded grid"),
            mark(Shape::Points, Role::Real, "data"),
            mark(Shape::Marker, Role::Fake, "the marked x"),
        ],
    ),
    plane(
        "Its posterior of the marked x",
        Z,
        LATENTS,
        &[
            mark(Shape::Heat, Role::Real, "p(z|x), exact"),
            mark(Shape::Contour, Role::B, "q(z|x), flow"),
        ],
    ),
];
