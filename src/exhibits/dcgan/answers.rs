//! What the views of a DCGAN show.

use super::{PAIR, SETS};
use crate::exhibits::explore::{Ask, Content, Pictures};
use crate::exhibits::latents::{self, Explorer, Path, Request};
use crate::exhibits::link::Pick;
use crate::exhibits::walls::numbers;

/// Samples that are shifted beside the chosen one.
const OTHERS: u64 = 7;
/// Rows and columns between four corners.
const GRID: usize = 7;
/// Pictures in a part of a path.
const PART: usize = 8;
/// Both ways from one latent to another, and what a person reads.
const WAYS: [(Path, &str); 2] = [(Path::Linear, "Linear"), (Path::Spherical, "Spherical")];
/// Channels shown of a layer, and in a row.
const CHANNELS: [usize; 2] = [24, 12];

/// What an output of a view shows.
pub(in crate::exhibits) async fn answer(model: &Explorer, ask: Ask<'_>) -> Result<Content, String> {
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
