//! What the views of a VAE show.

use super::{comparisons, drawing};
use crate::exhibits::explore::{Ask, Content, Pictures};
use crate::exhibits::latents::Explorer;
use crate::exhibits::link::Pick;

/// Latents in a row of a label.
const COLUMNS: u64 = 10;
/// Samples that are shifted beside the one at z.
const OTHERS: u64 = 7;
/// Samples from the prior where there is no map.
const SAMPLES_SHOWN: u64 = 48;
/// Side of the first, quick map in pictures.
const SKETCH: usize = 8;

/// What an output of a view shows.
pub(in crate::exhibits) async fn answer(model: &Explorer, ask: Ask<'_>) -> Result<Content, String> {
    let flat = model.latent == 2;
    let label = ask.values.int("label") as usize;
    let shown = match (ask.view, ask.output) {
        ("draw", _) => return drawing::answer(model, ask, label).await,
        ("trade", _) => return comparisons::trade(model, ask, label).await,
        ("autoencoder", _) => return comparisons::both(model, ask).await,
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
        ("manifold", 0) if flat => {
            let side = ask.values.int("side") as usize;
            let extent = ask.values.float("extent");
            with_codes(model, map(model, ask.part, side, extent, label).await?)
        }
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

pub(super) fn samples(ask: Ask<'_>, count: u64) -> Vec<Pick> {
    let seed = ask.values.int("seed");
    (0..count).map(|index| Pick { seed, index }).collect()
}

/// The latent of the link; without one the first code, or the origin.
pub(super) fn place(model: &Explorer, ask: Ask<'_>) -> Vec<f32> {
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

/// A map with the codes of the card over it.
pub(super) fn with_codes(model: &Explorer, map: Pictures) -> Pictures {
    Pictures {
        codes: model.card.codes.clone(),
        classes: model.card.labels.clone(),
        ..map
    }
}

/// What the decoder draws over the plane, first in a few pictures and then in all.
pub(super) async fn map(
    model: &Explorer,
    part: usize,
    side: usize,
    extent: f64,
    label: usize,
) -> Result<Pictures, String> {
    let sides = if side > SKETCH {
        vec![SKETCH, side]
    } else {
        vec![side]
    };
    let Some(&columns) = sides.get(part) else {
        return Err(format!("The map has no part {part}."));
    };
    let (rgba, size) = model.manifold(columns, extent as f32, label).await?;
    Ok(Pictures {
        parts: sides.len(),
        total: 1,
        rgba,
        size,
        columns,
        extent,
        ..Pictures::default()
    })
}
