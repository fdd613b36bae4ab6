//! pix2pix: sketches in, pictures out.

use super::exhibit::{Exhibit, Input, Source, Text, View, choice, custom, seed, setting};
use super::painter::Painter;
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
    open: Painter::explore,
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
const SKETCH: Text = Text {
    key: "sketch",
    label: "Sketch",
    help: "Strokes, compressed.",
    max: 7_600,
};

const VIEWS: &[View] = &[
    custom(
        "colour",
        "Draw",
        "Draw, and the picture follows every stroke.",
        "colour",
        &[
            Input::Control(DROPOUT),
            Input::Seeds(SEED),
            Input::Control(OVER),
            Input::Control(AMOUNT),
            Input::Control(PATCHES),
            Input::Sketch(SKETCH),
        ],
    ),
    custom(
        "compare",
        "Side by side",
        "The same sketch through networks that differ in one thing: the loss, the skips, or what the discriminator judges at once.",
        "side-by-side",
        &[
            Input::Control(DROPOUT),
            Input::Seeds(SEED),
            Input::Control(GROUP),
            Input::Sketch(SKETCH),
        ],
    ),
    custom(
        "noise",
        "Noise",
        "One sketch, several draws of dropout, and a map of where they differ.",
        "noise",
        &[
            Input::Seeds(SEED),
            Input::Control(COUNT),
            Input::Sketch(SKETCH),
        ],
    ),
];
