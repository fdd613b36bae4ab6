//! DCGAN: a wall of samples, and what can be done with their latents.

mod answers;

pub(super) use answers::answer;

use super::exhibit::{
    Arrangement, Exhibit, Input, Output, Source, Text, View, choice, pictures, seed, setting,
};
use super::latents::Explorer;
use crate::models::dcgan::DcganModel;
use crate::models::family::Family;
use crate::schema::{Control, Kind};
use tex::tex;

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
    family: DcganModel::ID,
    weights: &[choice("dcgan-critters", "Critters, 64 x 64")],
    views: VIEWS,
    open: |card, states, device| Ok(Box::new(Explorer::new(card, &states, device)?)),
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
    "Position of the slider between A and B.",
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
        default: if many { SETS } else { PAIR },
        counts: &[],
    }
}

/// Sets of an arithmetic that nobody has chosen.
const SETS: &str = "0,1,2;3,4,5;6,7,8";
/// Ends of a path that nobody has chosen.
const PAIR: &str = "0,1";
/// What a path depends on.
const PATH: &[&str] = &["seed", "truncation", "picks", "steps"];

/// A wall to choose from.
const CHOICE: Output = pictures(
    "Samples to choose from",
    Arrangement::Wall,
    &["seed", "count", "truncation"],
);

const VIEWS: &[View] = &[
    View {
        id: "wall",
        title: "Wall",
        says: "Every picture comes from a latent of its own. Below it is how real the discriminator takes it for; in training real pictures counted as real by 0.9, so that is about what it gives them. Choose one to see it large.",
        weights: &[],
        companions: &[],
        inputs: &[
            Input::Seeds(SEED),
            Input::Control(COUNT),
            Input::Control(TRUNCATION),
        ],
        outputs: &[pictures(
            "",
            Arrangement::Wall,
            &["seed", "count", "truncation"],
        )],
        custom: None,
    },
    View {
        id: "interpolate",
        title: "Interpolate",
        says: "The same two or four latents, joined by straight lines and by great circles. In the middle of a straight line latents are shorter than any that training saw.",
        weights: &[],
        companions: &[],
        inputs: &[
            Input::Control(STEPS),
            Input::Seeds(SEED),
            Input::Control(COUNT),
            Input::Control(TRUNCATION),
            Input::Picks {
                text: PICKS,
                letters: "ABCD",
                many: false,
                default: PAIR,
                counts: &[2, 4],
            },
            Input::Place(PLACE),
        ],
        outputs: &[
            pictures("Linear", Arrangement::Grid, PATH),
            pictures("Spherical", Arrangement::Grid, PATH),
            pictures(
                "",
                Arrangement::Pair,
                &["seed", "truncation", "picks", "steps", "place"],
            ),
            CHOICE,
        ],
        custom: None,
    },
    View {
        id: "walk",
        title: "Walk",
        says: "A smooth path from latent to latent. No picture on the way is a cut from one to another.",
        weights: &[],
        companions: &[],
        inputs: &[
            Input::Seeds(SEED),
            Input::Control(TRUNCATION),
            Input::Play(TIME),
        ],
        outputs: &[pictures(
            "",
            Arrangement::Large,
            &["seed", "truncation", "time"],
        )],
        custom: None,
    },
    View {
        id: "arithmetic",
        title: "Arithmetic",
        says: "The mean latent of each set, and their sum A - B + C. Single latents are noisy, so each set should hold a few pictures that share one thing.",
        weights: &[],
        companions: &[],
        inputs: &[
            Input::Seeds(SEED),
            Input::Control(COUNT),
            Input::Control(TRUNCATION),
            picks("ABC", true),
        ],
        outputs: &[
            pictures("", Arrangement::Equation, &["seed", "truncation", "picks"]),
            pictures(
                "In the sets",
                Arrangement::Strip,
                &["seed", "truncation", "picks"],
            ),
            CHOICE,
        ],
        custom: None,
    },
    View {
        id: "directions",
        title: "Directions",
        says: "A direction is the difference between the mean latents of samples with an attribute and without, as the project's classifier sees them. The same shift changes all pictures alike.",
        weights: &[],
        companions: &[],
        inputs: &[
            Input::Seeds(SEED),
            Input::Control(COUNT),
            Input::Control(TRUNCATION),
            picks("A", false),
            Input::Directions(SHIFT),
        ],
        outputs: &[
            pictures(
                "",
                Arrangement::Pair,
                &["seed", "truncation", "picks", "shift"],
            ),
            pictures(
                "Other samples, shifted alike",
                Arrangement::Strip,
                &["seed", "truncation", "shift"],
            ),
            CHOICE,
        ],
        custom: None,
    },
    View {
        id: "layers",
        title: "Layers",
        says: "What the layers of the generator hand on for one latent, from 4 x 4 to 64 x 64 pixels, the strongest channels first.",
        weights: &[],
        companions: &[],
        inputs: &[
            Input::Seeds(SEED),
            Input::Control(COUNT),
            Input::Control(TRUNCATION),
            picks("A", false),
        ],
        outputs: &[
            pictures("", Arrangement::Rows, &["seed", "truncation", "picks"]),
            pictures(
                "The picture",
                Arrangement::Large,
                &["seed", "truncation", "picks"],
            ),
            CHOICE,
        ],
        custom: None,
    },
];
