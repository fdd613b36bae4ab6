//! Variational autoencoders: a latent space to drag through, and what prior and beta do to it.

use super::dcgan::SHIFT;
use super::exhibit::{Exhibit, Input, Source, Text, View, choice, custom, seed, setting};
use super::latents::Explorer;
use crate::schema::{Control, Kind};

/// The row.
pub const ROW: Exhibit = Exhibit {
    id: "vae",
    title: "VAE",
    summary: "Autoencoders that this project trained: drag through their latent space, draw into it, and see what the prior costs and buys.",
    look: "An encoder says, for each picture, where in latent space it lies and how sure that is; a decoder draws a picture for any latent. The bound on the likelihood has two terms that pull apart: reconstruction wants each picture to have a place of its own, the KL term wants all places to look like draws from one Gaussian. Beta weighs them. With it, any draw from the Gaussian gives a picture; without it (a plain autoencoder) codes lie where they like, and draws from the Gaussian land in gaps. Pictures are soft, because a decoder that is unsure of a pixel draws its mean.",
    equation: tex!(
        r"\log p(x) \ge \mathbb{E}_{q(z|x)} \log p(x|z) - \beta \, \mathrm{KL}\left(q(z|x) \,\|\, N(0, I)\right)"
    ),
    sources: &[
        Source {
            text: "Kingma and Welling 2014: Auto-encoding variational Bayes",
            url: "https://arxiv.org/abs/1312.6114",
        },
        Source {
            text: "Higgins et al. 2017: beta-VAE",
            url: "https://openreview.net/forum?id=Sy2fzU9gl",
        },
        Source {
            text: "Sohn, Lee and Yan 2015: Learning structured output representation using deep conditional generative models",
            url: "https://papers.nips.cc/paper/5775",
        },
    ],
    weights: &[
        choice("vae-fashion-2d", "Fashion, 2-D, beta 1"),
        choice("vae-fashion-2d-b05", "Fashion, 2-D, beta 0.5"),
        choice("vae-fashion-2d-b4", "Fashion, 2-D, beta 4"),
        choice("vae-fashion-16d", "Fashion, 16-D, beta 1"),
        choice("vae-fashion-16d-b05", "Fashion, 16-D, beta 0.5"),
        choice("vae-fashion-16d-b4", "Fashion, 16-D, beta 4"),
        choice("vae-fashion-conditional", "Fashion, conditional"),
        choice("ae-fashion-2d", "Fashion, plain autoencoder"),
        choice("vae-critters", "Critters, 32-D"),
    ],
    views: VIEWS,
    open: Explorer::open,
};

const SEED: Control = seed("The same seed gives the same latents everywhere.");
const LABEL: Control = setting(
    "label",
    "Label",
    Kind::Int(0, 9, 0, false),
    "",
    "Class of a conditional model.",
);
const SIDE: Control = setting(
    "side",
    "Tiles",
    Kind::Int(4, 32, 16, false),
    "images",
    "Images along each side of the manifold.",
);
const EXTENT: Control = setting(
    "extent",
    "Extent",
    Kind::Float(0.5, 12.0, 3.0, false),
    "standard deviations",
    "How far from the origin the manifold reaches.",
);
const SAMPLES: Control = setting(
    "samples",
    "Samples",
    Kind::Int(1, 32, 8, false),
    "images",
    "Samples around an image.",
);
const POINTS: Control = setting(
    "points",
    "Codes",
    Kind::Flag(true),
    "",
    "Whether the encoded validation images are shown.",
);
const Z: Text = Text {
    key: "z",
    label: "Latent",
    help: "The latent shown: numbers separated by commas.",
    max: 1_000,
};

const VIEWS: &[View] = &[
    custom(
        "manifold",
        "Manifold",
        "What the decoder draws everywhere in latent space, and where the encoder puts held-out pictures. Drag: neighbours change slowly into each other.",
        "manifold",
        &[
            Input::Control(SIDE),
            Input::Control(EXTENT),
            Input::Control(POINTS),
            Input::Seeds(SEED),
            Input::Label(LABEL),
            Input::Plane(Z),
        ],
    ),
    custom(
        "draw",
        "Draw",
        "Draw or bring a picture. The encoder answers with a mean and a spread per latent, the decoder with what it makes of them.",
        "draw",
        &[
            Input::Control(SAMPLES),
            Input::Seeds(SEED),
            Input::Control(EXTENT),
            Input::Label(LABEL),
            Input::Plane(Z),
            Input::Image,
        ],
    ),
    custom(
        "trade",
        "Rate and distortion",
        "What each network pays in KL (the rate) and what is left to reconstruct (the distortion), on held-out pictures. A larger beta moves along the curve, a larger latent moves the curve.",
        "trade",
        &[Input::Seeds(SEED), Input::Label(LABEL)],
    ),
    custom(
        "labels",
        "Labels",
        "Every column is one latent, every row one label. The label says what is drawn, the latent is left to say how.",
        "labels",
        &[Input::Seeds(SEED), Input::Label(LABEL)],
    ),
    custom(
        "autoencoder",
        "Autoencoder",
        "A plain autoencoder and a VAE with the same networks. Only the VAE's codes look like the Gaussian that new latents are drawn from.",
        "autoencoder",
        &[
            Input::Control(POINTS),
            Input::Seeds(SEED),
            Input::Label(LABEL),
            Input::Plane(Z),
        ],
    ),
    custom(
        "attributes",
        "Attributes",
        "A direction is the difference between the mean codes of pictures with an attribute and without. A shift of 1 is one standard deviation of the prior.",
        "attributes",
        &[
            Input::Seeds(SEED),
            Input::Label(LABEL),
            Input::Plane(Z),
            Input::Directions(SHIFT),
        ],
    ),
];
