//! Variational autoencoders: a latent space to drag through, and what prior and beta do to it.

use super::dcgan::SHIFT;
use super::exhibit::{
    Arrangement, Exhibit, Input, Source, Text, View, choice, custom, pictures, seed, setting,
};
use super::explore::{Ask, Content, Pictures};
use super::latents::{self, Explorer, Request};
use super::link::Pick;
use crate::schema::{Control, Kind};
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

/// Latents in a row of a label.
const COLUMNS: u64 = 10;
/// Samples that are shifted beside the one at z.
const OTHERS: u64 = 7;
/// Samples from the prior where there is no map.
const SAMPLES_SHOWN: u64 = 48;
/// Side of the first, quick map in pictures.
const SKETCH: usize = 8;

/// What an output of a view shows.
pub(super) async fn answer(model: &Explorer, ask: Ask<'_>) -> Result<Content, String> {
    let flat = model.latent == 2;
    let label = ask.values.int("label") as usize;
    let shown = match (ask.view, ask.output) {
        ("labels", _) => row(model, ask).await?,
        ("attributes", 0) => {
            let first = || model.samples(&samples(ask, 1), 0.0);
            let z = ask.values.numbers("z", model.latent);
            let captions = [
                z.as_ref().map_or_else(
                    || samples(ask, 1)[0].caption(),
                    |_| "The picture at z".into(),
                ),
                "Shifted".into(),
            ];
            let z = z.unwrap_or_else(first);
            let after = model.shifted(ask, z.clone()).await?;
            model
                .drawn([z, after].concat(), label, captions.to_vec())
                .await?
        }
        ("attributes", 1) => {
            let picks = samples(ask, OTHERS);
            let z = model.samples(&picks, 0.0);
            let after = model.shifted(ask, z.clone()).await?;
            let captions = picks.iter().map(Pick::caption).collect();
            Pictures {
                z,
                ..model.drawn(after, label, captions).await?
            }
        }
        ("manifold", 0) if flat => map(model, ask, label).await?,
        ("manifold", 1) => {
            let z = place(model, ask);
            model
                .drawn(z, label, vec!["The picture at z".into()])
                .await?
        }
        ("manifold", 2) if !flat => return model.wall(ask, SAMPLES_SHOWN, 0.0, label).await,
        ("manifold", _) => Pictures::default(),
        (view, output) => return Err(format!("The view {view} has no output {output}.")),
    };
    Ok(Content::Pictures(shown))
}

fn samples(ask: Ask<'_>, count: u64) -> Vec<Pick> {
    let seed = ask.values.int("seed");
    (0..count).map(|index| Pick { seed, index }).collect()
}

/// The latent of the link; without one the first code, or the origin.
fn place(model: &Explorer, ask: Ask<'_>) -> Vec<f32> {
    let own = ask.values.numbers("z", model.latent);
    let codes = model.card.codes.as_ref();
    let first = || codes.and_then(|codes| codes.points.get(..model.latent));
    own.unwrap_or_else(|| first().map_or(vec![0.0; model.latent], <[f32]>::to_vec))
}

/// The same latents under every label; a part is a label.
async fn row(model: &Explorer, ask: Ask<'_>) -> Result<Pictures, String> {
    let labels = &model.card.labels;
    let Some(name) = labels.get(ask.part) else {
        return Err(format!("{} has no label {}.", model.card.id, ask.part));
    };
    let z = model.samples(&samples(ask, COLUMNS), 0.0);
    let captions = (1..=COLUMNS).map(|nth| format!("{name}, latent {nth}"));
    Ok(Pictures {
        parts: labels.len(),
        first: ask.part * COLUMNS as usize,
        total: labels.len() * COLUMNS as usize,
        columns: COLUMNS as usize,
        rows: labels.clone(),
        ..model.drawn(z, ask.part, captions.collect()).await?
    })
}

/// What the decoder draws over the plane, first in a few pictures and then in all.
async fn map(model: &Explorer, ask: Ask<'_>, label: usize) -> Result<Pictures, String> {
    let side = ask.values.int("side") as usize;
    let extent = ask.values.float("extent");
    let sides = if side > SKETCH {
        vec![SKETCH, side]
    } else {
        vec![side]
    };
    let Some(&columns) = sides.get(ask.part) else {
        return Err(format!("The map has no part {}.", ask.part));
    };
    let request = Request::Manifold {
        side: columns,
        extent: extent as f32,
        label,
    };
    let answer = model.run(request, vec![]).await?;
    let Some((_, shape, latents::Content::Bytes(rgba))) = answer.into_iter().next() else {
        return Err("The map has no picture.".into());
    };
    Ok(Pictures {
        parts: sides.len(),
        total: 1,
        rgba,
        size: [shape[1], shape[2]],
        columns,
        extent,
        ..Pictures::default()
    })
}
