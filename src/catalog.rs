//! The table of demos. Controls, links, the command line, the docs and the contract tests all read it, so a default or
//! a limit is written once.

use serde_json::{Value as Json, json};

use crate::choice::Choice;
use crate::data::density::DensityKind;
use crate::gallery::{GALLERIES, Gallery};
use crate::lab;
use crate::models::mlp::{Activation, Output};
use crate::objectives::adversarial::Objective;
use crate::rng::Latent;
use crate::sessions::Open;
use crate::sessions::optimiser::OptimiserKind;
use crate::sessions::race;

/// One demo.
pub struct Demo {
    /// Kebab-case id, the same in links and on the command line.
    pub id: &'static str,
    /// What a person reads.
    pub title: &'static str,
    /// One sentence.
    pub summary: &'static str,
    /// Starting points, the default first.
    pub presets: &'static [Preset],
    /// Everything that can be set.
    pub controls: &'static [Control],
    /// Names of the measures in a row of [`crate::sessions::Row`].
    pub columns: &'static [&'static str],
    /// What is charted over steps.
    pub charts: &'static [Chart],
    /// Starts it.
    pub open: Open,
}

/// A starting point: settings in the form of a link.
pub struct Preset {
    /// Kebab-case id.
    pub id: &'static str,
    /// What a person reads.
    pub title: &'static str,
    /// One sentence.
    pub summary: &'static str,
    /// Settings as in a link, for all arenas or with a suffix for one; `arenas` comes first, where they are not the default ones.
    pub query: &'static str,
    /// Settings for arenas with one objective.
    pub by_objective: &'static [(Objective, &'static str)],
}

/// A preset that needs no more than a link.
pub(crate) const fn preset(
    id: &'static str,
    title: &'static str,
    summary: &'static str,
    query: &'static str,
) -> Preset {
    Preset {
        id,
        title,
        summary,
        query,
        by_objective: &[],
    }
}

/// Whether a setting is one for all arenas or one for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// One value.
    Shared,
    /// A value per arena.
    Arena,
}

/// Type, limits and default of a setting.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// One of a few.
    Choice(&'static [Choice], &'static str),
    /// A whole number: least, most, default, and whether a slider is logarithmic.
    Int(u64, u64, u64, bool),
    /// A number: least, most, default, and whether a slider is logarithmic.
    Float(f64, f64, f64, bool),
    /// On or off.
    Flag(bool),
}

/// A setting.
#[derive(Debug)]
pub struct Control {
    /// Kebab-case key in links.
    pub key: &'static str,
    /// What a person reads.
    pub label: &'static str,
    /// Heading under which it stands.
    pub group: &'static str,
    /// One value, or one per arena.
    pub scope: Scope,
    /// Type, limits and default.
    pub kind: Kind,
    /// Unit, or empty.
    pub unit: &'static str,
    /// What it does.
    pub help: &'static str,
    /// Whether it can change in a running demo; others need a restart.
    pub live: bool,
}

/// A chart over steps.
pub struct Chart {
    /// Kebab-case id.
    pub id: &'static str,
    /// What a person reads.
    pub title: &'static str,
    /// Unit of the vertical axis.
    pub unit: &'static str,
    /// What it shows.
    pub help: &'static str,
    /// Measures on it.
    pub columns: &'static [&'static str],
}

/// Query keys that belong to the page alone.
pub const VIEW_KEYS: &[&str] = &["views", "charts", "theme", "speed", "device", "v"];

/// The demos of the start page.
pub const DEMOS: &[Demo] = &[Demo {
    id: "race",
    title: "GAN race",
    summary: "Up to four GANs with different objectives train side by side on the same 2-D data, seed and initial weights.",
    presets: RACE_PRESETS,
    controls: RACE_CONTROLS,
    columns: race::COLUMNS,
    charts: RACE_CHARTS,
    open: race::open,
}];

/// The demo of a link that names none.
pub const START: &str = "race";

/// Every demo that this build trains, the default first.
pub fn demos() -> Vec<&'static Demo> {
    // A table of demos leads to the code that trains them, so a module names no other's.
    let mut demos = vec![];
    if cfg!(feature = "toys") {
        demos.extend(DEMOS);
    }
    if cfg!(feature = "lab") {
        demos.extend(lab::demos());
    }
    demos
}

/// The demo of this build with this id.
pub fn demo(id: &str) -> Option<&'static Demo> {
    demos().into_iter().find(|d| d.id == id)
}

impl Demo {
    /// The control with this key.
    pub fn control(&self, key: &str) -> Option<&'static Control> {
        self.controls.iter().find(|c| c.key == key)
    }
}

const RACE_PRESETS: &[Preset] = &[
    preset(
        "collapse",
        "Ring, contrast",
        "A tight ring, a 32-D latent, a tanh output and 3 discriminator updates per step for everyone: the plain GAN loses modes, WGAN-GP keeps all eight. The default.",
        "radius=0.667&sigma=0.033&latent-dim=32&g-output=tanh&batch=128&critic-steps=3",
    ),
    preset(
        "live",
        "Ring, easy",
        "Ring of 8 at sigma 0.1 with small networks: both objectives learn it within a minute. An easy ring does not separate them.",
        "",
    ),
    Preset {
        by_objective: &[
            (
                Objective::WassersteinGp,
                "critic-steps=5&beta1=0.5&beta2=0.9&lambda=0.1",
            ),
            (
                Objective::WassersteinClip,
                "optimiser=rmsprop&critic-steps=5&clip=0.01",
            ),
        ],
        ..preset(
            "ring8-256",
            "Ring, hard",
            "Ring of radius 0.667 and sigma 0.033, three layers of 256, 32-D latent, tanh output: the plain GAN collapses. Slow on a CPU.",
            "radius=0.667&sigma=0.033&g-depth=3&g-width=256&d-depth=3&d-width=256&latent-dim=32&g-output=tanh&lr-g=0.0003&lr-d=0.0003",
        )
    },
    Preset {
        by_objective: &[
            (Objective::WassersteinGp, "critic-steps=5&lambda=0.1"),
            (
                Objective::WassersteinClip,
                "optimiser=rmsprop&lr-g=0.00005&lr-d=0.00005&critic-steps=5&clip=0.01",
            ),
        ],
        ..preset(
            "wgan-gp-paper",
            "WGAN-GP paper",
            "The toy settings of Gulrajani et al. 2017: three layers of 512 ReLU, sigma 0.014, Adam 1e-4, 5 critic steps, 100,000 steps. Heavy.",
            "radius=1.414&sigma=0.014&g-depth=3&g-width=512&d-depth=3&d-width=512&g-activation=relu&d-activation=relu&lr-g=0.0001&lr-d=0.0001&beta1=0.5&beta2=0.9",
        )
    },
];

/// Defaults that depend on the objective and on nothing else: the values of the papers, scaled to toys.
pub const OBJECTIVE_DEFAULTS: &[(Objective, &str)] = &[
    (
        Objective::WassersteinGp,
        "critic-steps=2&beta1=0&beta2=0.9&lambda=0.1",
    ),
    (
        Objective::WassersteinClip,
        "optimiser=rmsprop&lr-g=0.0003&lr-d=0.0003&beta2=0.99&critic-steps=5&clip=0.01",
    ),
];

pub(crate) const fn shared(
    key: &'static str,
    label: &'static str,
    group: &'static str,
    kind: Kind,
    unit: &'static str,
    help: &'static str,
) -> Control {
    Control {
        key,
        label,
        group,
        scope: Scope::Shared,
        kind,
        unit,
        help,
        live: false,
    }
}

const fn arena(
    key: &'static str,
    label: &'static str,
    group: &'static str,
    kind: Kind,
    unit: &'static str,
    help: &'static str,
) -> Control {
    Control {
        key,
        label,
        group,
        scope: Scope::Arena,
        kind,
        unit,
        help,
        live: true,
    }
}

pub(crate) const fn live(mut control: Control) -> Control {
    control.live = true;
    control
}

const fn restart(mut control: Control) -> Control {
    control.live = false;
    control
}

const DATA: &str = "Data";
const NETWORKS: &str = "Networks";
const TRAINING: &str = "Training";
const LIPSCHITZ: &str = "Lipschitz constraint";
const AHEAD: &str = "Look-ahead and balance";

pub(crate) const RACE_CONTROLS: &[Control] = &[
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

pub(crate) const RACE_CHARTS: &[Chart] = &[
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
        help: "Of 10,000 points to the exact density on a 50 by 50 grid. Its floor is what real samples read; log 2 = 0.693 is the most.",
        columns: &["js"],
    },
    Chart {
        id: "w1",
        title: "Wasserstein-1 distance",
        unit: "data units",
        help: "Exact optimal transport between 512 generated and 512 real points. Its floor is what two real samples read.",
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

/// A control as JSON.
pub(crate) fn control_json(c: &Control) -> Json {
    let mut out = json!({
        "key": c.key, "label": c.label, "group": c.group, "unit": c.unit, "help": c.help, "live": c.live,
        "scope": if c.scope == Scope::Arena { "arena" } else { "shared" },
    });
    let kind = match c.kind {
        Kind::Choice(choices, default) => {
            json!({"kind": "choice", "choices": choices, "default": default})
        }
        Kind::Int(min, max, default, log) => {
            json!({"kind": "int", "min": min, "max": max, "default": default, "log": log, "step": 1})
        }
        Kind::Float(min, max, default, log) => {
            json!({"kind": "float", "min": min, "max": max, "default": default, "log": log})
        }
        Kind::Flag(default) => json!({"kind": "flag", "default": default}),
    };
    let fields = out.as_object_mut().expect("an object");
    fields.extend(kind.as_object().expect("an object").clone());
    out
}

/// A demo as JSON.
pub(crate) fn demo_json(d: &Demo) -> Json {
    // A demo without a choice of densities has none of their parameters either.
    let densities = match d.control("density") {
        Some(_) => DensityKind::ALL,
        None => &[],
    };
    json!({
        "id": d.id, "title": d.title, "summary": d.summary,
        "presets": d.presets.iter().map(|p| json!({"id": p.id, "title": p.title, "summary": p.summary})).collect::<Vec<_>>(),
        "controls": d.controls.iter().filter(|c| cfg!(feature = "lab") || c.group != AHEAD).map(control_json).collect::<Vec<_>>(),
        "columns": d.columns,
        "charts": d.charts.iter().map(|c| json!({"id": c.id, "title": c.title, "unit": c.unit, "help": c.help, "columns": c.columns})).collect::<Vec<_>>(),
        "objectives": Objective::ALL.iter().filter(|o| o.is_available()).map(|o| {
            let [formula_d, formula_g, source] = o.formulas();
            json!({"id": o.id(), "title": o.title(), "critic": o.is_critic(), "formula_d": formula_d, "formula_g": formula_g, "source": source})
        }).collect::<Vec<_>>(),
        "densities": densities.iter().map(|k| json!({"id": k.id(), "title": k.title(), "summary": k.summary(), "keys": k.keys(), "needs_points": k.needs_points()})).collect::<Vec<_>>(),
    })
}

/// The catalog as the page reads it.
pub fn to_json() -> Json {
    #[allow(unused_mut)]
    let mut out = json!({
        "version": env!("CARGO_PKG_VERSION"),
        "columns": race::COLUMNS,
        "view_keys": VIEW_KEYS,
        "demos": DEMOS.iter().map(demo_json).collect::<Vec<_>>(),
    });
    // Only pages of trained weights ask for these.
    #[cfg(feature = "images")]
    (out["images"] = GALLERIES.iter().map(Gallery::to_json).collect());
    out
}

pub(crate) fn table(head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let head = strings(head);
    let rule = vec!["---".to_string(); head.len()];
    let body: String = rows.map(|cells| line(&cells)).collect();
    line(&head) + &line(&rule) + &body
}

pub(crate) fn strings(cells: &[&str]) -> Vec<String> {
    cells.iter().map(ToString::to_string).collect()
}

/// The demos, objectives and densities as Markdown tables, as the README shows them.
pub fn overview() -> String {
    [
        table(
            &["demo", "title", "what it shows"],
            DEMOS
                .iter()
                .chain(lab::demos())
                .map(|d| strings(&[d.id, d.title, d.summary]))
                .chain(
                    GALLERIES
                        .iter()
                        .map(|g| strings(&[g.id, g.title, g.summary])),
                ),
        ),
        table(
            &[
                "objective",
                "title",
                "discriminator or critic minimises",
                "generator minimises",
                "source",
            ],
            Objective::ALL.iter().map(|o| {
                let [d, g, source] = o.formulas();
                strings(&[o.id(), o.title(), d, g, source])
            }),
        ),
        table(
            &["density", "title", "what it is"],
            DensityKind::ALL
                .iter()
                .map(|k| strings(&[k.id(), k.title(), k.summary()])),
        ),
    ]
    .join("\n")
}

/// A control's row: key, help, range, default, unit, per arena, live.
pub(crate) fn setting_cells(c: &Control) -> Vec<String> {
    let yes = |b: bool| if b { "yes" } else { "" };
    let (range, default) = match c.kind {
        Kind::Choice(choices, default) => {
            let ids: Vec<&str> = choices.iter().map(|c| c.id).collect();
            (ids.join(", "), default.to_string())
        }
        Kind::Int(min, max, default, _) => (format!("{min} to {max}"), default.to_string()),
        Kind::Float(min, max, default, _) => (format!("{min} to {max}"), default.to_string()),
        Kind::Flag(default) => ("true, false".into(), default.to_string()),
    };
    strings(&[
        c.key,
        c.help,
        &range,
        &default,
        c.unit,
        yes(c.scope == Scope::Arena),
        yes(c.live),
    ])
}

/// Every preset and setting of every demo as Markdown, as `docs/settings.md` shows them.
pub fn reference() -> String {
    DEMOS
        .iter()
        .chain(lab::demos())
        .map(|d| {
            let presets = d
                .presets
                .iter()
                .map(|p| strings(&[p.id, p.title, p.summary]));
            format!(
                "## {}\n\n{}\n{}",
                d.title,
                table(&["preset", "title", "what it is"], presets),
                table(
                    &[
                        "key",
                        "what it does",
                        "range",
                        "default",
                        "unit",
                        "per arena",
                        "changes in mid-run"
                    ],
                    d.controls.iter().map(setting_cells)
                )
            )
        })
        .chain(GALLERIES.iter().map(Gallery::reference))
        .collect::<Vec<_>>()
        .join("\n")
}
