//! The race of the start page: its presets, settings and charts, which the cases of the lab share.

use super::arena::{Graph, Own};
use super::presets::PRESETS;
use super::race;
use crate::data::toys::density::DensityKind;
use crate::models::mlp::{Activation, Output};
use crate::objectives::adversarial::Objective;
use crate::rng::Latent;
use crate::runs::demo::Demo;
use crate::runs::optimiser::OptimiserKind;
use crate::schema::{Chart, Control, Kind, arena, live, restart, shared};

/// The race of the start page, on the CPU.
pub static RACE: Demo = RACE_ROW;

/// The same on a GPU.
pub static RACE_ELSEWHERE: Demo = Demo {
    open: race::open::<Graph>,
    ..RACE_ROW
};

/// The race, as the cases of the lab vary it.
pub(super) const RACE_ROW: Demo = Demo {
    id: "race",
    title: "GAN race",
    summary: "Up to four GANs with different objectives train side by side on the same 2-D data, seed and initial weights.",
    presets: PRESETS,
    controls: CONTROLS,
    objectives: Objective::ALL,
    columns: race::COLUMNS,
    charts: CHARTS,
    open: race::open::<Own>,
};

const DATA: &str = "Data";
const NETWORKS: &str = "Networks";
const TRAINING: &str = "Training";
const LIPSCHITZ: &str = "Lipschitz constraint";
const AHEAD: &str = "Look-ahead and balance";

pub(crate) const CONTROLS: &[Control] = &[
    shared(
        "density",
        "Density",
        DATA,
        Kind::Choice(DensityKind::CHOICES, "ring8"),
        "",
        "Where the real points come from.",
    ),
    shared(
        "radius",
        "Radius",
        DATA,
        Kind::Float(0.1, 10.0, 1.414, false),
        "data units",
        "Distance of the outermost structure from the centre. Its default depends on the density.",
    ),
    shared(
        "sigma",
        "Sigma",
        DATA,
        Kind::Float(0.001, 2.0, 0.1, true),
        "data units",
        "Standard deviation of each mode, or of the noise around a curve. Small values are hard: 0.014 is the papers' ring. Its default depends on the density.",
    ),
    shared(
        "seed",
        "Seed",
        DATA,
        Kind::Int(0, 4_294_967_295, 1, false),
        "",
        "Decides data, initial weights and noise. The same seed replays the same run.",
    ),
    shared(
        "latent-dim",
        "Latent size",
        NETWORKS,
        Kind::Int(1, 128, 2, true),
        "dimensions",
        "Dimensions of z.",
    ),
    shared(
        "latent",
        "Latent distribution",
        NETWORKS,
        Kind::Choice(Latent::CHOICES, "normal"),
        "",
        "What z is drawn from.",
    ),
    shared(
        "g-depth",
        "Generator depth",
        NETWORKS,
        Kind::Int(1, 8, 2, false),
        "hidden layers",
        "Hidden layers of the generator.",
    ),
    shared(
        "g-width",
        "Generator width",
        NETWORKS,
        Kind::Int(1, 512, 64, true),
        "units",
        "Units per hidden layer of the generator.",
    ),
    shared(
        "g-activation",
        "Generator activation",
        NETWORKS,
        Kind::Choice(Activation::CHOICES, "leaky-relu"),
        "",
        "Hidden activation of the generator.",
    ),
    shared(
        "g-output",
        "Generator output",
        NETWORKS,
        Kind::Choice(Output::CHOICES, "linear"),
        "",
        "tanh bounds the generated points to [-1, 1].",
    ),
    shared(
        "d-depth",
        "Discriminator depth",
        NETWORKS,
        Kind::Int(1, 8, 2, false),
        "hidden layers",
        "Hidden layers of the discriminator or critic.",
    ),
    shared(
        "d-width",
        "Discriminator width",
        NETWORKS,
        Kind::Int(1, 512, 64, true),
        "units",
        "Units per hidden layer of the discriminator or critic.",
    ),
    shared(
        "d-activation",
        "Discriminator activation",
        NETWORKS,
        Kind::Choice(Activation::CHOICES, "leaky-relu"),
        "",
        "Hidden activation of the discriminator or critic.",
    ),
    live(shared(
        "batch",
        "Batch",
        TRAINING,
        Kind::Int(1, 1024, 256, true),
        "points",
        "Real and generated points per update.",
    )),
    live(shared(
        "measure-every",
        "Measure every",
        TRAINING,
        Kind::Int(10, 100_000, 50, true),
        "steps",
        "How often the charts get a new value. Measures do not touch the training.",
    )),
    restart(arena(
        "optimiser",
        "Optimiser",
        TRAINING,
        Kind::Choice(OptimiserKind::CHOICES, "adam"),
        "",
        "Update rule of both networks.",
    )),
    arena(
        "lr-g",
        "Generator learning rate",
        TRAINING,
        Kind::Float(1e-6, 10.0, 1e-3, true),
        "",
        "Step size of the generator.",
    ),
    arena(
        "lr-d",
        "Discriminator learning rate",
        TRAINING,
        Kind::Float(1e-6, 10.0, 1e-3, true),
        "",
        "Step size of the discriminator or critic.",
    ),
    arena(
        "beta1",
        "beta 1",
        TRAINING,
        Kind::Float(0.0, 0.999, 0.5, false),
        "",
        "Momentum of Adam and of SGD with momentum.",
    ),
    arena(
        "beta2",
        "beta 2",
        TRAINING,
        Kind::Float(0.0, 0.9999, 0.9, false),
        "",
        "Smoothing of squared gradients in Adam and RMSprop.",
    ),
    arena(
        "critic-steps",
        "Critic steps",
        TRAINING,
        Kind::Int(1, 10, 1, false),
        "updates",
        "Discriminator or critic updates before each generator update.",
    ),
    arena(
        "clip",
        "Clip",
        LIPSCHITZ,
        Kind::Float(1e-4, 10.0, 0.01, true),
        "",
        "Bound on every weight of a clipped critic.",
    ),
    arena(
        "lambda",
        "Penalty weight",
        LIPSCHITZ,
        Kind::Float(0.0, 1000.0, 0.1, true),
        "",
        "Weight lambda of the gradient penalty. The paper has 10 on images and 0.1 on toys.",
    ),
    arena(
        "gamma",
        "R1 weight",
        LIPSCHITZ,
        Kind::Float(0.0, 1000.0, 0.1, true),
        "",
        "Weight gamma of R1's penalty on real data.",
    ),
    restart(arena(
        "spectral-norm",
        "Spectral norm",
        LIPSCHITZ,
        Kind::Flag(false),
        "",
        "Divides each weight matrix of the discriminator or critic by its largest singular value.",
    )),
    arena(
        "unroll",
        "Unrolled steps",
        AHEAD,
        Kind::Int(1, 10, 5, false),
        "steps",
        "How many gradient steps ahead the discriminator is that the generator of an unrolled GAN plays against.",
    ),
    arena(
        "unroll-rate",
        "Unrolled step size",
        AHEAD,
        Kind::Float(1e-3, 10.0, 0.5, true),
        "",
        "Size of those steps of plain gradient descent.",
    ),
    arena(
        "diversity",
        "Diversity ratio",
        AHEAD,
        Kind::Float(0.0, 1.0, 0.5, false),
        "",
        "Gamma of BEGAN: the reconstruction error of generated points, as a share of that of real ones, at equilibrium.",
    ),
    arena(
        "balance-rate",
        "Balance rate",
        AHEAD,
        Kind::Float(0.0, 1.0, 0.01, true),
        "",
        "Lambda of BEGAN: how fast its k moves.",
    ),
];

pub(crate) const CHARTS: &[Chart] = &[
    Chart {
        id: "losses",
        title: "Losses",
        unit: "nats, or units of f",
        help: "Loss of each network, the mean since the last point. Losses of different objectives do not compare.",
        columns: &["d_loss", "g_loss"],
    },
    Chart {
        id: "modes",
        title: "Modes captured",
        unit: "modes",
        help: "Modes with at least one point of 2,500 within 3 sigma.",
        columns: &["modes"],
    },
    Chart {
        id: "strict-modes",
        title: "Strict modes",
        unit: "modes",
        help: "Modes with at least 20 % of their expected share of 2,500 points.",
        columns: &["strict_modes"],
    },
    Chart {
        id: "high-quality",
        title: "High-quality share",
        unit: "share",
        help: "Share of 2,500 points within 3 sigma of a mode.",
        columns: &["high_quality"],
    },
    Chart {
        id: "js",
        title: "Jensen-Shannon divergence",
        unit: "nats",
        help: "Of 10,000 points to the exact density on a 50 by 50 grid. Its floor is what real samples read, as the mean of eight draws ± their standard deviation; log 2 = 0.693 is the most.",
        columns: &["js"],
    },
    Chart {
        id: "w1",
        title: "Wasserstein-1 distance",
        unit: "data units",
        help: "Exact optimal transport between 512 generated and 512 real points. Its floor is what other real samples read there, as the mean of eight draws ± their standard deviation.",
        columns: &["w1"],
    },
    Chart {
        id: "w-critic",
        title: "Critic's own estimate",
        unit: "units of f",
        help: "E f(x) - E f(G z), the mean since the last point: the critic's view of the distance. Only critics have one.",
        columns: &["w_critic"],
    },
    Chart {
        id: "grad-norm",
        title: "Gradient norm of the critic",
        unit: "f per data unit",
        help: "Mean norm of grad f on lines between real and generated points; the penalty pulls it to 1.",
        columns: &["grad_norm"],
    },
    Chart {
        id: "mode-jsd",
        title: "Mode balance",
        unit: "nats",
        help: "Jensen-Shannon divergence of the mode histogram to the true weights: 0 when every mode has its share.",
        columns: &["mode_jsd"],
    },
    Chart {
        id: "balance",
        title: "Balance of BEGAN",
        unit: "k in [0, 1], M in data units",
        help: "k, the weight that BEGAN's discriminator gives to generated points, and its measure of convergence M. Only BEGAN has them.",
        columns: &["k", "convergence"],
    },
];
