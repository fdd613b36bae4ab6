//! Variational autoencoders: a latent space to drag through, and what prior and beta do to it.

mod answers;
mod comparisons;
mod drawing;
#[cfg(test)]
mod tests;

pub(super) use answers::answer;

use super::dcgan::SHIFT;
use super::exhibit::{
    Arrangement, Draws, Exhibit, Input, Output, Source, Text, View, choice, pictures, seed, setting,
};
use super::latents::Explorer;
use crate::models::family::Family;
use crate::models::vae::VaeModel;
use crate::schema::{Control, Kind, Mark, Panel, Range, Role, Shape, mark};
use tex::tex;

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
    family: VaeModel::ID,
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
    open: |card, states, device| Ok(Box::new(Explorer::new(card, &states, device)?)),
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

/// The weights that the view of both opens beside others.
const PLAIN: &str = "ae-fashion-2d";
const VARIATIONAL: &str = "vae-fashion-2d";

/// Something drawn of the picture that a person made.
const fn of_image(title: &'static str, draws: Draws, reads: &'static [&'static str]) -> Output {
    Output {
        title,
        draws,
        reads,
        image: true,
    }
}

const RATE_DISTORTION: Panel = Panel {
    title: "KL against reconstruction",
    x: ("KL, nats", Range::Fit),
    y: ("Reconstruction, nats", Range::Fit),
    marks: RATE_DISTORTION_MARKS,
};
const RATE_DISTORTION_MARKS: &[Mark] = &[
    mark(Shape::Line, Role::Faint, ""),
    mark(Shape::Marker, Role::Faint, ""),
    mark(Shape::Marker, Role::Fake, "These weights"),
    mark(Shape::Names, Role::Faint, "{}-D, beta {}"),
];

/// All weights beside each other; nothing is timed.
const ALL: Input = Input::Peers {
    label: "",
    trials: &[],
};

const VIEWS: &[View] = &[
    View {
        id: "manifold",
        title: "Manifold",
        says: "What the decoder draws everywhere in latent space, and where the encoder puts held-out pictures. Drag: neighbours change slowly into each other.",
        weights: &[],
        companions: &[],
        inputs: &[
            Input::Control(SIDE),
            Input::Control(EXTENT),
            Input::Control(POINTS),
            Input::Seeds(SEED),
            Input::Label(LABEL),
            Input::Plane(Z),
            Input::Latent(Z),
        ],
        outputs: &[
            pictures("", Arrangement::Plane, &["side", "extent", "label"]),
            pictures("", Arrangement::Large, &["z", "label"]),
            pictures(
                "Samples from the prior",
                Arrangement::Wall,
                &["seed", "label"],
            ),
        ],
        custom: None,
    },
    View {
        id: "draw",
        title: "Draw",
        says: "Draw or bring a picture. The encoder answers with a mean and a spread per latent, the decoder with what it makes of them.",
        weights: &[],
        companions: &[],
        inputs: &[
            Input::Control(SAMPLES),
            Input::Seeds(SEED),
            Input::Control(EXTENT),
            Input::Label(LABEL),
            Input::Plane(Z),
            Input::Image,
        ],
        outputs: &[
            of_image(
                "Reconstruction",
                Draws::Pictures(Arrangement::Large),
                &["label"],
            ),
            pictures(
                "The posterior on the map",
                Arrangement::Plane,
                &["extent", "label"],
            ),
            of_image("Cost", Draws::Numbers, &["label"]),
            of_image("Posterior", Draws::Spreads, &["label"]),
            of_image(
                "Decoded samples of the posterior",
                Draws::Pictures(Arrangement::Strip),
                &["samples", "seed", "label"],
            ),
            Output {
                title: "The picture at z",
                draws: Draws::Start,
                reads: &["z", "label"],
                image: false,
            },
        ],
        custom: None,
    },
    View {
        id: "trade",
        title: "Rate and distortion",
        says: "What each network pays in KL (the rate) and what is left to reconstruct (the distortion), in nats on held-out pictures; less is better on both axes. A larger beta moves along the curve, a larger latent moves the curve.",
        weights: &[],
        companions: &[],
        inputs: &[ALL, Input::Seeds(SEED), Input::Label(LABEL)],
        outputs: &[
            pictures(
                "Samples from the prior",
                Arrangement::Strip,
                &["seed", "label"],
            ),
            Output {
                title: "",
                draws: Draws::Panel(RATE_DISTORTION),
                reads: &[],
                image: false,
            },
            Output {
                title: "Measures of all weights",
                draws: Draws::Table,
                reads: &[],
                image: false,
            },
        ],
        custom: None,
    },
    View {
        id: "labels",
        title: "Labels",
        says: "Every column is one latent, every row one label. The label says what is drawn, the latent is left to say how.",
        weights: &["vae-fashion-conditional"],
        companions: &[],
        inputs: &[Input::Seeds(SEED)],
        outputs: &[pictures("", Arrangement::Rows, &["seed"])],
        custom: None,
    },
    View {
        id: "autoencoder",
        title: "Autoencoder",
        says: "A plain autoencoder and a VAE with the same networks, asked for the same z. Only the VAE's codes look like the Gaussian that new latents are drawn from; inside the dashed circle lie 86 % of these.",
        weights: &[],
        companions: &[PLAIN, VARIATIONAL],
        inputs: &[Input::Control(POINTS), Input::Seeds(SEED), Input::Plane(Z)],
        outputs: &[
            pictures("Latent space of the autoencoder", Arrangement::Plane, &[]),
            pictures("Latent space of the VAE", Arrangement::Plane, &[]),
            pictures("The picture at z", Arrangement::Pair, &["z"]),
            pictures("Decoded draws from N(0, I)", Arrangement::Rows, &["seed"]),
        ],
        custom: None,
    },
    View {
        id: "attributes",
        title: "Attributes",
        says: "A direction is the difference between the mean codes of pictures with an attribute and without. A shift of 1 is one standard deviation of the prior.",
        weights: &["vae-critters"],
        companions: &[],
        inputs: &[Input::Seeds(SEED), Input::List(Z), Input::Directions(SHIFT)],
        outputs: &[
            pictures("", Arrangement::Pair, &["seed", "z", "shift"]),
            pictures(
                "Samples, shifted alike",
                Arrangement::Strip,
                &["seed", "shift"],
            ),
        ],
        custom: None,
    },
];
