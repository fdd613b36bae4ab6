//! What encoder and decoder make of a picture that a person draws or brings.

use super::answers;
use crate::exhibits::explore::{Ask, Content, Pictures, Spread, Spreads};
use crate::exhibits::latents::{Content as Values, Explorer, Seen};
use crate::models::vae::VaeModel;

/// Pictures along each side of the map.
const SIDE: usize = 16;
/// Standard deviations of the prior on either side of an axis of latents.
const REACH: f64 = 4.0;
/// What the prior has within one standard deviation.
const PRIOR: [f64; 2] = [-1.0, 1.0];

/// What an output of the view shows.
pub(super) async fn answer(
    model: &Explorer,
    ask: Ask<'_>,
    label: usize,
) -> Result<Content, String> {
    let shown = match ask.output {
        1 if model.latent == 2 => {
            let extent = ask.values.float("extent");
            answers::map(model, ask.part, SIDE, extent, label).await?
        }
        1 => Pictures::default(),
        5 => {
            let z = answers::place(model, ask);
            let caption = "The picture at z".into();
            model.drawn(z, label, vec![caption]).await?
        }
        output => {
            let seen = model.seen(ask.image, label).await?;
            match output {
                0 => reconstruction(model, seen),
                2 => return Ok(costs(&seen, is_variational(model))),
                3 => return Ok(Content::Spreads(posterior(&seen, is_variational(model)))),
                4 if is_variational(model) => samples(model, ask, &seen, label).await?,
                // A plain autoencoder has no posterior to draw from.
                4 => Pictures::default(),
                _ => return Err(format!("The view {} has no output {output}.", ask.view)),
            }
        }
    };
    Ok(Content::Pictures(shown))
}

/// Whether the encoder gives a distribution.
fn is_variational(model: &Explorer) -> bool {
    let own = model.card.config.of::<VaeModel>();
    own.is_some_and(|own| own.beta.is_some())
}

fn reconstruction(model: &Explorer, seen: Seen) -> Pictures {
    let (_, shape, content) = model.rgba("", &seen.reconstruction);
    let Values::Bytes(rgba) = content else {
        unreachable!("pictures are bytes");
    };
    let ellipse = match (&seen.mean[..], &seen.std[..]) {
        (&[x, y], &[dx, dy]) if is_variational(model) => Some([[x, y], [dx, dy]]),
        _ => None,
    };
    Pictures {
        parts: 1,
        total: 1,
        rgba,
        size: [shape[1], shape[2]],
        captions: vec!["The reconstruction".into()],
        z: seen.mean,
        ellipse,
        ..Pictures::default()
    }
}

/// Samples of the posterior.
async fn samples(
    model: &Explorer,
    ask: Ask<'_>,
    seen: &Seen,
    label: usize,
) -> Result<Pictures, String> {
    let count = ask.values.int("samples") as usize;
    let z = model.around(seen, ask.values.int("seed"), count)?;
    let captions = (1..=count).map(|nth| format!("Sample {nth} of the posterior"));
    model.drawn(z, label, captions.collect()).await
}

/// The terms of the bound.
fn costs(seen: &Seen, is_variational: bool) -> Content {
    let reconstruction = f64::from(seen.nats);
    let kl: f64 = seen.kl.iter().copied().map(f64::from).sum();
    let nats = |name: &str, value: f64| (name.to_owned(), value, "nats");
    Content::Numbers(if is_variational {
        vec![
            nats("KL", kl),
            nats("Reconstruction", reconstruction),
            nats("Sum", kl + reconstruction),
        ]
    } else {
        vec![nats("Reconstruction", reconstruction)]
    })
}

/// Mean, spread and divergence of each latent, beside the prior.
fn posterior(seen: &Seen, is_variational: bool) -> Spreads {
    let parts = seen.mean.iter().zip(&seen.std).zip(&seen.kl);
    let row = |(at, ((mean, std), kl)): (usize, ((&f32, &f32), &f32))| {
        let nth = at + 1;
        let says = if is_variational {
            format!("Latent {nth}: mean {mean:.2}, standard deviation {std:.2}, {kl:.2} nats")
        } else {
            format!("Latent {nth}: {mean:.2}")
        };
        let if_variational = |value: f32| is_variational.then_some(f64::from(value));
        Spread {
            name: format!("z {nth}"),
            mean: f64::from(*mean),
            std: if_variational(*std),
            more: if_variational(*kl),
            says,
        }
    };
    Spreads {
        rows: parts.enumerate().map(row).collect(),
        range: [-REACH, REACH],
        band: Some(PRIOR),
        help: if is_variational {
            "Grey is the prior, blue the posterior: mean and one standard deviation. On the right, the KL of each latent."
        } else {
            "An autoencoder has no posterior to sample"
        },
    }
}
