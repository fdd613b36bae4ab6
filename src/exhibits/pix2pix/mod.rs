//! pix2pix: sketches in, pictures out.

mod answers;

pub(super) use answers::answer;

use super::exhibit::{
    Arrangement, Board, Draws, Exhibit, Input, Output, Source, Text, View, choice, seed, setting,
};
use super::painter::Painter;
use crate::data::sketches::sketch::{POINTS_MAX, STROKES_MAX};
use crate::models::family::Family;
use crate::models::pix2pix::Pix2pixModel;
use crate::schema::{Control, Kind};
use tex::tex;

/// The row.
pub const ROW: Exhibit = Exhibit {
    id: "pix2pix",
    title: "pix2pix",
    summary: "U-Nets that this project trained colour what you draw while you draw it: with L1, a conditional GAN or both, with and without skips, judged by patches of any size.",
    look: "A U-Net has learned pairs of sketch and picture. L1 alone asks for each pixel's median, so whatever a sketch leaves open comes out flat and grey; a discriminator that sees sketch and picture together asks for something that could be real, and the generator has to decide on colours. The discriminator judges patches: small ones care for texture, large ones for the whole. Skips hand the lines of the sketch straight to the layers that draw, so edges stay where they were drawn. Its only noise is dropout, and it changes little.",
    equation: tex!(
        r"\min_G \max_D \; \mathbb{E} \log D(x, y) + \mathbb{E} \log\left(1 - D(x, G(x))\right) + \lambda \, \mathbb{E} \, \|y - G(x)\|_1"
    ),
    sources: &[Source {
        text: "Isola et al. 2017: Image-to-image translation with conditional adversarial networks",
        url: "https://arxiv.org/abs/1611.07004",
    }],
    family: Pix2pixModel::ID,
    weights: &[
        choice("pix2pix-critters", "Critters"),
        choice("pix2pix-sprouts", "Sprouts"),
        choice("pix2pix-critters-both", "Small: cGAN and L1"),
        choice("pix2pix-critters-l1", "Small: L1 only"),
        choice("pix2pix-critters-cgan", "Small: cGAN only"),
        choice("pix2pix-critters-no-skips", "Small: without skips"),
        choice("pix2pix-critters-patch-1", "Small: patches of 1 pixel"),
        choice("pix2pix-critters-patch-34", "Small: patches of 34 x 34"),
        choice("pix2pix-critters-patch-full", "Small: the whole image"),
    ],
    views: VIEWS,
    open: |card, states, device| Ok(Box::new(Painter::new(card, &states, device)?)),
};

const SEED: Control =
    seed("Decides which units dropout leaves out; the next sample has the next seed.");
const DROPOUT: Control = setting(
    "dropout",
    "Dropout",
    Kind::Flag(true),
    "",
    "The generator's only noise: half of the units of its innermost layers are left out, at random. Off, all are kept.",
);
const COUNT: Control = setting(
    "count",
    "Samples",
    Kind::Int(2, 16, 8, false),
    "images",
    "Samples of the noise.",
);
const OVER: Control = setting(
    "over",
    "Sketch over it",
    Kind::Choice(
        &[
            choice("none", "Picture alone"),
            choice("wipe", "Wipe"),
            choice("blend", "Blend"),
        ],
        "none",
    ),
    "",
    "How the sketch lies over the picture.",
);
const AMOUNT: Control = setting(
    "amount",
    "Amount",
    Kind::Float(0.0, 1.0, 0.5, false),
    "",
    "Of a wipe, how far from the left the sketch reaches; of a blend, its opacity.",
);
const PATCHES: Control = setting(
    "patches",
    "Patch map",
    Kind::Flag(false),
    "",
    "Which patches of the picture the discriminator believes.",
);
const GROUP: Control = setting(
    "group",
    "Differ in",
    Kind::Choice(
        &[
            choice("loss", "Loss"),
            choice("skips", "Skips"),
            choice("patch", "Patch size"),
        ],
        "loss",
    ),
    "",
    "In what the networks side by side differ.",
);
const SKETCH: Input = Input::Sketch(Board {
    text: Text {
        key: "sketch",
        label: "Sketch",
        help: "Strokes, compressed.",
        max: 7_600,
    },
    radii: [26, 80, 110],
    range: [12, 256],
    colours: &[
        "#1e293b", "#be123c", "#c2410c", "#fcd34d", "#bef264", "#047857", "#6ee7b9", "#7dd3fc",
        "#1d4ed8", "#a5b4fc", "#6d28d9", "#f0abfc", "#fca5a5", "#e2e8f0",
    ],
    colour: 3,
    examples: &[
        (8, false),
        (3, true),
        (5, false),
        (21, true),
        (13, false),
        (34, true),
    ],
    most: [STROKES_MAX, POINTS_MAX],
    file: 4 << 20,
    undo: 200,
});

/// A network that is compared with others.
struct Contender {
    /// Id of its weights.
    id: &'static str,
    /// In what it differs, as a person reads it.
    title: &'static str,
}

const fn contender(id: &'static str, title: &'static str) -> Contender {
    Contender { id, title }
}

const BOTH: &str = "pix2pix-critters-both";
const L1: &str = "pix2pix-critters-l1";
const CGAN: &str = "pix2pix-critters-cgan";
const NO_SKIPS: &str = "pix2pix-critters-no-skips";
const PATCH_1: &str = "pix2pix-critters-patch-1";
const PATCH_34: &str = "pix2pix-critters-patch-34";
const PATCH_FULL: &str = "pix2pix-critters-patch-full";

/// Weights of each choice of [`GROUP`]; small ones that were trained alike, as a larger one is no fair neighbour.
const GROUPS: &[&[&str]] = &[
    &[L1, CGAN, BOTH],
    &[NO_SKIPS, BOTH],
    &[PATCH_1, BOTH, PATCH_34, PATCH_FULL],
];

/// What the networks of a choice of [`GROUP`] show, and the networks, in the order of [`GROUPS`].
fn contenders(group: &str) -> (&'static str, &'static [Contender]) {
    match group {
        "skips" => (
            "With skips every line reaches the picture at its own size; without, all of the sketch must pass through the smallest layer.",
            const {
                &[
                    contender(NO_SKIPS, "Encoder and decoder, without"),
                    contender(BOTH, "U-Net, with skips"),
                ]
            },
        ),
        "patch" => (
            "A discriminator of single pixels judges colours only; the larger its patches, the more of the shape it judges, and the fewer verdicts a picture gets.",
            const {
                &[
                    contender(PATCH_1, "Patches of 1 × 1"),
                    contender(BOTH, "Patches of 16 × 16"),
                    contender(PATCH_34, "Patches of 34 × 34"),
                    contender(PATCH_FULL, "The whole image"),
                ]
            },
        ),
        _ => (
            "L1 alone asks for what is right on average, and blurs; the conditional GAN alone draws sharply and follows the sketch less; together they do both.",
            const {
                &[
                    contender(L1, "L1 alone"),
                    contender(CGAN, "cGAN alone"),
                    contender(BOTH, "L1 and cGAN"),
                ]
            },
        ),
    }
}

/// An output that follows the sketch.
const fn follows(title: &'static str, draws: Draws, reads: &'static [&'static str]) -> Output {
    Output {
        title,
        draws,
        reads,
        image: true,
    }
}

/// A remark that depends on the settings with these keys.
const fn note(reads: &'static [&'static str]) -> Output {
    Output {
        title: "",
        draws: Draws::Note,
        reads,
        image: false,
    }
}

/// What a picture depends on.
const PICTURE: &[&str] = &["dropout", "seed", "patches"];
/// What samples of the noise depend on.
const NOISE: &[&str] = &["seed", "count"];

const VIEWS: &[View] = &[
    View {
        id: "colour",
        title: "Draw",
        says: "Draw, and the picture follows every stroke.",
        weights: &[],
        companions: &[],
        inputs: &[
            Input::Control(DROPOUT),
            Input::Seeds(SEED),
            Input::Over(OVER, AMOUNT),
            Input::Control(PATCHES),
            SKETCH,
        ],
        outputs: &[
            follows("", Draws::Pictures(Arrangement::Large), PICTURE),
            follows("", Draws::Note, PICTURE),
        ],
        custom: None,
    },
    View {
        id: "compare",
        title: "Side by side",
        says: "The same sketch through networks that differ in one thing: the loss, the skips, or what the discriminator judges at once.",
        weights: &[],
        companions: &[],
        inputs: &[
            Input::Control(DROPOUT),
            Input::Seeds(SEED),
            Input::Beside {
                control: GROUP,
                weights: GROUPS,
            },
            Input::Control(PATCHES),
            SKETCH,
        ],
        outputs: &[
            follows(
                "",
                Draws::Pictures(Arrangement::Lineup),
                &["dropout", "seed", "group", "patches"],
            ),
            note(&["group"]),
        ],
        custom: None,
    },
    View {
        id: "noise",
        title: "Noise",
        says: "One sketch, several draws of dropout, and a map of where they differ.",
        weights: &[],
        companions: &[],
        inputs: &[Input::Seeds(SEED), Input::Control(COUNT), SKETCH],
        outputs: &[
            follows("", Draws::Pictures(Arrangement::Grid), NOISE),
            follows("", Draws::Numbers, NOISE),
            follows("", Draws::Pictures(Arrangement::Pair), NOISE),
            note(&[]),
        ],
        custom: None,
    },
];

#[cfg(test)]
pub(super) mod tests;
