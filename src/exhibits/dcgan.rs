//! DCGAN: a wall of samples, and what can be done with their latents.

use super::exhibit::{
    Arrangement, Exhibit, Input, Output, Source, Text, View, choice, pictures, seed, setting,
};
use super::explore::{Ask, Content, Pictures};
use super::latents::{self, Explorer, Path, Request};
use super::link::Pick;
use super::walls::numbers;
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
        default: if many { SETS } else { PAIR },
        counts: &[],
    }
}

/// Sets of an arithmetic that nobody has chosen.
const SETS: &str = "0,1,2;3,4,5;6,7,8";
/// Ends of a path that nobody has chosen.
const PAIR: &str = "0,1";
/// Samples that are shifted beside the chosen one.
const OTHERS: u64 = 7;
/// What a path depends on.
const PATH: &[&str] = &["seed", "truncation", "picks", "steps"];
/// Rows and columns between four corners.
const GRID: usize = 7;
/// Pictures in a part of a path.
const PART: usize = 8;
/// Both ways from one latent to another, and what a person reads.
const WAYS: [(Path, &str); 2] = [(Path::Linear, "Linear"), (Path::Spherical, "Spherical")];
/// Channels shown of a layer, and in a row.
const CHANNELS: [usize; 2] = [24, 12];

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
        says: "Every picture comes from a latent of its own. Below it is how real the discriminator takes it for; choose one to see it large.",
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

/// What an output of a view shows.
pub(super) async fn answer(model: &Explorer, ask: Ask<'_>) -> Result<Content, String> {
    let truncation = ask.values.float("truncation") as f32;
    let shown = match (ask.view, ask.output) {
        ("interpolate", way @ (0 | 1)) => path(model, ask, truncation, way).await?,
        ("interpolate", 2) => both(model, ask, truncation).await?,
        ("interpolate", 3) => {
            return model
                .wall(ask, ask.values.int("count"), truncation, 0)
                .await;
        }
        ("walk", _) => walk(model, ask, truncation).await?,
        ("arithmetic", 0) => equation(model, ask, truncation).await?,
        ("arithmetic", 1) => sets(model, ask, truncation).await?,
        ("directions", 0) => {
            let pick = chosen(ask);
            let z = model.samples(&[pick], truncation);
            let after = model.shifted(ask, z.clone()).await?;
            let captions = vec![pick.caption(), "Shifted".into()];
            model.drawn([z, after].concat(), 0, captions).await?
        }
        ("directions", 1) => {
            let seed = ask.values.int("seed");
            let picks: Vec<Pick> = (0..OTHERS).map(|index| Pick { seed, index }).collect();
            let z = model.samples(&picks, truncation);
            let captions = picks.iter().map(Pick::caption).collect();
            model
                .drawn(model.shifted(ask, z).await?, 0, captions)
                .await?
        }
        ("layers", 0) => layers(model, ask, truncation).await?,
        ("layers", 1) => {
            let pick = chosen(ask);
            let z = model.samples(&[pick], truncation);
            model.drawn(z, 0, vec![pick.caption()]).await?
        }
        ("wall", 0) | ("arithmetic" | "directions" | "layers", 2) => {
            return model
                .wall(ask, ask.values.int("count"), truncation, 0)
                .await;
        }
        (view, output) => return Err(format!("The view {view} has no output {output}.")),
    };
    Ok(Content::Pictures(shown))
}

/// The sample of the letter A.
fn chosen(ask: Ask<'_>) -> Pick {
    let first = ask.values.picks("picks", PAIR)[0].first().copied();
    first.unwrap_or(Pick {
        seed: ask.values.int("seed"),
        index: 0,
    })
}

/// Latents from A to B, or between four corners, and how many there are in a row.
async fn between(
    model: &Explorer,
    ask: Ask<'_>,
    truncation: f32,
    kind: Path,
) -> Result<(Vec<f32>, usize), String> {
    let seed = ask.values.int("seed");
    let sets = ask.values.picks("picks", PAIR);
    let corners = if sets[2].is_empty() || sets[3].is_empty() {
        2
    } else {
        4
    };
    let ends: Vec<Pick> = (0u64..)
        .zip(&sets[..corners])
        .map(|(index, set)| set.first().copied().unwrap_or(Pick { seed, index }))
        .collect();
    let steps = ask.values.int("steps") as usize;
    let (request, columns) = if corners == 4 {
        let (rows, columns) = (GRID, GRID);
        let request = Request::Grid {
            kind,
            rows,
            columns,
        };
        (request, GRID)
    } else {
        (Request::Path { kind, steps }, steps)
    };
    let answer = model.run(request, model.samples(&ends, truncation)).await?;
    Ok((numbers(answer, "z"), columns))
}

/// One way, in parts.
async fn path(
    model: &Explorer,
    ask: Ask<'_>,
    truncation: f32,
    way: usize,
) -> Result<Pictures, String> {
    let (kind, name) = WAYS[way];
    let (z, columns) = between(model, ask, truncation, kind).await?;
    let total = z.len() / model.latent;
    let part = z.chunks(PART * model.latent).nth(ask.part);
    let part = part.ok_or_else(|| format!("The path has no part {}.", ask.part))?;
    let first = ask.part * PART;
    let count = part.len() / model.latent;
    let captions =
        (first + 1..=first + count).map(|nth| format!("{name}, picture {nth} of {total}"));
    Ok(Pictures {
        parts: total.div_ceil(PART),
        first,
        total,
        columns,
        ..model.drawn(part.to_vec(), 0, captions.collect()).await?
    })
}

/// Both ways at the place between A and B.
async fn both(model: &Explorer, ask: Ask<'_>, truncation: f32) -> Result<Pictures, String> {
    let (mut shown, mut captions) = (vec![], vec![]);
    for (kind, name) in WAYS {
        let (z, columns) = between(model, ask, truncation, kind).await?;
        let total = z.len() / model.latent;
        if total > columns {
            return Ok(Pictures::default());
        }
        let at = (ask.values.float("place") * (total - 1) as f64).round() as usize;
        shown.extend(&z[at * model.latent..(at + 1) * model.latent]);
        captions.push(format!("{name}, picture {} of {total}", at + 1));
    }
    model.drawn(shown, 0, captions).await
}

async fn walk(model: &Explorer, ask: Ask<'_>, truncation: f32) -> Result<Pictures, String> {
    let time = ask.values.float("time");
    let request = Request::Walk {
        seed: ask.values.int("seed"),
        time,
        truncation,
    };
    let z = numbers(model.run(request, vec![]).await?, "z");
    let caption = format!("{time:.2} latents passed");
    model.drawn(z, 0, vec![caption]).await
}

/// The means of three sets, and what they come to.
async fn equation(model: &Explorer, ask: Ask<'_>, truncation: f32) -> Result<Pictures, String> {
    let sets = ask.values.picks("picks", SETS);
    let counts = [0, 1, 2].map(|nth| sets[nth].len());
    if counts == [0; 3] {
        return Ok(Pictures::default());
    }
    let z = model.samples(&sets[..3].concat(), truncation);
    let answer = model.run(Request::Combine { counts }, z).await?;
    let (means, z) = (numbers(answer.clone(), "means"), numbers(answer, "z"));
    let captions = ["Mean of A", "Mean of B", "Mean of C", "A \u{2212} B + C"];
    let captions = captions.map(String::from).to_vec();
    Ok(Pictures {
        heads: ["", "\u{2212}", "+", "="].map(String::from).to_vec(),
        ..model.drawn([means, z].concat(), 0, captions).await?
    })
}

/// The samples of all sets, each with its letter.
async fn sets(model: &Explorer, ask: Ask<'_>, truncation: f32) -> Result<Pictures, String> {
    let sets = ask.values.picks("picks", SETS);
    let picks = sets[..3].concat();
    if picks.is_empty() {
        return Ok(Pictures::default());
    }
    let marks = sets.iter().zip(["A", "B", "C"]);
    let marks = marks.flat_map(|(set, letter)| set.iter().map(move |_| letter.to_owned()));
    let captions = picks.iter().map(Pick::caption).collect();
    Ok(Pictures {
        marks: marks.collect(),
        ..model
            .drawn(model.samples(&picks, truncation), 0, captions)
            .await
            .map(|shown| Pictures { picks, ..shown })?
    })
}

/// The strongest channels of a layer; a part is a layer.
async fn layers(model: &Explorer, ask: Ask<'_>, truncation: f32) -> Result<Pictures, String> {
    let [channels, columns] = CHANNELS;
    let z = model.samples(&[chosen(ask)], truncation);
    let mut answer = model.run(Request::Activations { channels }, z).await?;
    // The last layer is the picture.
    answer.pop();
    let parts = answer.len();
    let layer = answer.into_iter().nth(ask.part);
    let Some((name, shape, latents::Content::Bytes(mut rgba))) = layer else {
        return Err(format!("There is no layer {}.", ask.part));
    };
    let size = [shape[1], shape[2]];
    rgba.resize(channels * 4 * size[0] * size[1], 0);
    let titles = model.layers.iter().take(parts);
    Ok(Pictures {
        parts,
        first: ask.part * channels,
        total: parts * channels,
        rgba,
        size,
        captions: (1..=channels)
            .map(|nth| format!("{name}, strong channel {nth}"))
            .collect(),
        columns,
        rows: titles
            .flat_map(|title| {
                let rest = vec![String::new(); channels / columns - 1];
                [vec![title.clone()], rest].concat()
            })
            .collect(),
        ..Pictures::default()
    })
}
