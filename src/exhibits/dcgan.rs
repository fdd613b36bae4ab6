//! DCGAN: a wall of samples, and what can be done with their latents.

use super::exhibit::{Exhibit, Input, Source, Text, View, choice, custom, seed, setting};
use super::latents::Explorer;
use crate::schema::{Control, Kind};

/// The row.
pub const ROW: Exhibit = Exhibit {
    id: "dcgan",
    title: "DCGAN",
    summary: "A generator that this project trained draws monsters from random latents: sample, interpolate, walk and calculate in its latent space.",
    look: "A generator of transposed convolutions has learned to draw monsters that a discriminator of convolutions cannot tell from real ones. It maps a latent z, a few dozen numbers, to a picture, and it does so smoothly: close latents give similar pictures, and a line or a great circle between two latents is a change from one picture to the other. Means of latents keep what their pictures share, so differences between means act as directions, such as the one from two eyes to one. The pictures also show what this architecture leaves behind: a fine lattice, where the kernels of transposed convolutions overlap.",
    equation: tex!(
        r"\min_G \max_D \; \mathbb{E}_{x} \log D(x) + \mathbb{E}_{z \sim N(0, I)} \log\left(1 - D(G(z))\right)"
    ),
    sources: &[
        Source {
            text: "Radford, Metz and Chintala 2016: Unsupervised representation learning with deep convolutional generative adversarial networks",
            url: "https://arxiv.org/abs/1511.06434",
        },
        Source {
            text: "Goodfellow et al. 2014: Generative adversarial nets",
            url: "https://arxiv.org/abs/1406.2661",
        },
    ],
    weights: &[choice("dcgan-critters", "Critters, 64 x 64")],
    views: VIEWS,
    open: Explorer::open,
};

const SEED: Control = seed("The same seed gives the same latents everywhere.");
const COUNT: Control = setting(
    "count",
    "Samples",
    Kind::Int(1, 256, 64, false),
    "images",
    "How many samples the wall shows.",
);
const TRUNCATION: Control = setting(
    "truncation",
    "Truncation",
    Kind::Float(0.0, 3.0, 0.0, false),
    "standard deviations",
    "Latents beyond this are drawn again: typical images, less variety (Brock et al. 2019). 0 is off.",
);
const STEPS: Control = setting(
    "steps",
    "Steps",
    Kind::Int(2, 16, 8, false),
    "images",
    "Images along an interpolation, ends included.",
);
const TIME: Control = setting(
    "time",
    "Time",
    Kind::Float(0.0, 1_000_000.0, 0.0, false),
    "latents",
    "Latents that the walk has passed.",
);
const PLACE: Control = setting(
    "place",
    "Place",
    Kind::Float(0.0, 1.0, 0.5, false),
    "of the way",
    "Where the slider stands between A and B.",
);
const PICKS: Text = Text {
    key: "picks",
    label: "Picks",
    help: "Chosen samples, as seed:index or index, separated by commas; sets by semicolons.",
    max: 1_000,
};
/// Amounts along directions.
pub(super) const SHIFT: Text = Text {
    key: "shift",
    label: "Shift",
    help: "Amounts along directions, as id:amount, separated by commas.",
    max: 1_000,
};

const fn picks(letters: &'static str, many: bool) -> Input {
    Input::Picks {
        text: PICKS,
        letters,
        many,
    }
}

const VIEWS: &[View] = &[
    custom(
        "wall",
        "Wall",
        "Every picture comes from a latent of its own. Below it is how real the discriminator takes it for; choose one to see it large.",
        "wall",
        &[
            Input::Seeds(SEED),
            Input::Control(COUNT),
            Input::Control(TRUNCATION),
            picks("ABCD", true),
        ],
    ),
    custom(
        "interpolate",
        "Interpolate",
        "The same two or four latents, joined by straight lines and by great circles. In the middle of a straight line latents are shorter than any that training saw.",
        "interpolate",
        &[
            Input::Control(STEPS),
            Input::Seeds(SEED),
            Input::Control(TRUNCATION),
            picks("ABCD", false),
            Input::Place(PLACE),
        ],
    ),
    custom(
        "walk",
        "Walk",
        "A smooth path from latent to latent. No picture on the way is a cut from one to another.",
        "walk",
        &[
            Input::Seeds(SEED),
            Input::Control(TRUNCATION),
            Input::Play(TIME),
        ],
    ),
    custom(
        "arithmetic",
        "Arithmetic",
        "The mean latent of each set, and their sum A - B + C. Single latents are noisy, so each set should hold a few pictures that share one thing.",
        "arithmetic",
        &[
            Input::Seeds(SEED),
            Input::Control(TRUNCATION),
            picks("ABC", true),
        ],
    ),
    custom(
        "directions",
        "Directions",
        "A direction is the difference between the mean latents of samples with an attribute and without, as the project's classifier sees them. The same shift changes all pictures alike.",
        "directions",
        &[
            Input::Seeds(SEED),
            Input::Control(TRUNCATION),
            picks("A", false),
            Input::Directions(SHIFT),
        ],
    ),
    custom(
        "layers",
        "Layers",
        "What the layers of the generator hand on for one latent, from 4 x 4 to 64 x 64 pixels, the strongest channels first.",
        "layers",
        &[
            Input::Seeds(SEED),
            Input::Control(TRUNCATION),
            picks("A", false),
        ],
    ),
];
