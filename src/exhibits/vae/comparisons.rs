//! Networks beside each other: what they pay and what they reconstruct, and a VAE beside a plain autoencoder.

use super::{ROW, answers};
use crate::exhibits::explore::{Ask, Content, Pictures};
use crate::exhibits::latents::Explorer;
use crate::exhibits::link::Pick;
use crate::exhibits::table::{Cell, Row, Table};
use crate::models::vae::VaeModel;
use crate::weights::{Card, Codes};

/// Samples beside the measures.
const SAMPLES: u64 = 14;
/// Pictures along each side of a map.
const SIDE: usize = 16;
/// Draws from the prior below a map.
const DRAWS: u64 = 8;
/// Standard deviations of the prior that every map shows.
const LEAST: f64 = 3.0;
/// Share of the codes that a map shows at least, in each direction.
const SHARE: f64 = 0.99;

/// What one network pays and leaves, in nats per held-out picture.
struct Measured<'a> {
    card: &'a Card,
    latent: usize,
    beta: f64,
    /// The rate.
    kl: f64,
    /// The distortion.
    reconstruction: f64,
}

impl<'a> Measured<'a> {
    /// The measures of an unconditional VAE.
    fn of(card: &'a Card) -> Option<Self> {
        let model = card.config.of::<VaeModel>()?;
        let measure = |name: &str| {
            let found = card.measures.iter().find(|one| one.name == name);
            found.map(|one| one.value).filter(|value| value.is_finite())
        };
        Some(Self {
            card,
            latent: model.networks.latent,
            beta: model.beta.filter(|_| model.networks.labels == 0)?,
            kl: measure("KL")?,
            reconstruction: measure("reconstruction")?,
        })
    }

    fn place(&self) -> [f32; 2] {
        [self.kl as f32, self.reconstruction as f32]
    }
}

/// What an output of the view of rate and distortion shows.
pub(super) async fn trade(model: &Explorer, ask: Ask<'_>, label: usize) -> Result<Content, String> {
    let own = &model.card;
    let peers = ask.peers.iter().map(|peer| &peer.card);
    // Weights that a person brought are not among those of the page, or are another file under the same id.
    let listed = peers.clone().any(|card| card.id == own.id);
    let all = peers
        .map(|card| if card.id == own.id { own } else { card })
        .chain((!listed).then_some(own));
    let all = all.filter(|card| card.data.name == own.data.name);
    let all: Vec<Measured> = all.filter_map(Measured::of).collect();
    Ok(match ask.output {
        0 => {
            let picks = answers::samples(ask, SAMPLES);
            let captions = picks.iter().map(Pick::caption).collect();
            let z = model.samples(&picks, 0.0);
            Content::Pictures(model.drawn(z, label, captions).await?)
        }
        1 => Content::Panel(curves(&all, &own.id)),
        2 => Content::Table(table(&all, &own.id)),
        output => return Err(format!("The view {} has no output {output}.", ask.view)),
    })
}

/// A curve for each size of the latent, and a marker with latent and beta for each network; that of `own` stands out.
fn curves(all: &[Measured<'_>], own: &str) -> Vec<Vec<f32>> {
    let mut sorted: Vec<&Measured> = all.iter().collect();
    sorted.sort_by(|a, b| (a.latent.cmp(&b.latent)).then(a.kl.total_cmp(&b.kl)));
    let mut lines = vec![];
    for curve in sorted.chunk_by(|a, b| a.latent == b.latent) {
        lines.extend(curve.iter().flat_map(|one| one.place()));
        lines.extend([f32::NAN; 2]);
    }
    let (now, others): (Vec<&Measured>, _) = all.iter().partition(|one| one.card.id == own);
    let places = |some: Vec<&Measured>| some.into_iter().flat_map(Measured::place).collect();
    let names = all.iter().flat_map(|one| {
        let [x, y] = one.place();
        [x, y, one.latent as f32, one.beta as f32]
    });
    vec![lines, places(others), places(now), names.collect()]
}

fn table(all: &[Measured<'_>], own: &str) -> Table {
    let row = |one: &Measured| {
        let id = &one.card.id;
        let title = ROW.weights.iter().find(|known| known.id == *id);
        let nats = |value: f64| Cell::Number(value, 1);
        Row {
            name: title
                .map_or(&one.card.title[..], |known| known.title)
                .into(),
            weights: title.map(|known| known.id.into()),
            view: None,
            current: id == own,
            cells: vec![
                Cell::Text(one.beta.to_string()),
                Cell::Text(format!("{}-D", one.latent)),
                nats(one.kl),
                nats(one.reconstruction),
                nats(one.kl + one.reconstruction),
            ],
        }
    };
    let heads = ["Weights", "Beta", "Latent", "KL", "Reconstruction", "Sum"];
    Table {
        heads: heads.map(String::from).to_vec(),
        rows: all.iter().map(row).collect(),
    }
}

/// What an output of the view of both kinds of autoencoders shows.
pub(super) async fn both(model: &Explorer, ask: Ask<'_>) -> Result<Content, String> {
    let pair = [pick(model, false)?, pick(model, true)?];
    let shown = match ask.output {
        side @ (0 | 1) => {
            let one = pair[side];
            let extent = extent(one.card.codes.as_ref());
            let map = answers::map(one, ask.part, SIDE, extent, 0).await?;
            Pictures {
                prior: true,
                ..answers::with_codes(one, map)
            }
        }
        2 => {
            let own = ask.values.numbers("z", 2);
            let z = own.unwrap_or_else(|| match model.latent {
                2 => answers::place(model, ask),
                _ => vec![0.0; 2],
            });
            let caption = |one: &Explorer| {
                let [x, y] = [z[0], z[1]].map(|v| format!("{v:.2}").replace('-', "\u{2212}"));
                format!("{}, z = ({x}, {y})", one.card.title)
            };
            let captions = pair.map(caption).to_vec();
            let mut shown = pair[0].drawn(z.clone(), 0, captions).await?;
            let other = pair[1].drawn(z, 0, vec![String::new()]).await?;
            shown.rgba.extend(other.rgba);
            shown.z.extend(other.z);
            shown
        }
        3 => draws(pair, ask).await?,
        output => return Err(format!("The view {} has no output {output}.", ask.view)),
    };
    Ok(Content::Pictures(shown))
}

/// The weights that are shown where they fit, else those beside them: a plain autoencoder or a VAE with two latents and no labels.
fn pick(model: &Explorer, variational: bool) -> Result<&Explorer, String> {
    let fits = |one: &&Explorer| {
        let own = one.card.config.of::<VaeModel>();
        own.is_some_and(|own| {
            own.beta.is_some() == variational
                && [own.networks.latent, own.networks.labels] == [2, 0]
        })
    };
    let found = std::iter::once(model).chain(&model.beside).find(fits);
    found.ok_or_else(|| {
        "This comparison needs an autoencoder and a VAE with two latents each.".into()
    })
}

/// Draws from the prior, decoded by both; a part is one of them.
async fn draws(pair: [&Explorer; 2], ask: Ask<'_>) -> Result<Pictures, String> {
    let Some(one) = pair.get(ask.part) else {
        return Err(format!("There is no autoencoder {}.", ask.part));
    };
    let picks = answers::samples(ask, DRAWS);
    let captions = picks.iter().map(Pick::caption).collect();
    let columns = DRAWS as usize;
    Ok(Pictures {
        parts: pair.len(),
        first: ask.part * columns,
        total: pair.len() * columns,
        columns,
        rows: pair.map(|one| one.card.title.clone()).to_vec(),
        ..one.drawn(one.samples(&picks, 0.0), 0, captions).await?
    })
}

/// How far a map reaches, so that all but the outermost of a hundred codes are on it.
fn extent(codes: Option<&Codes>) -> f64 {
    let points = codes.map_or(&[][..], |codes| &codes.points);
    let mut sizes: Vec<f64> = points.iter().map(|value| f64::from(value.abs())).collect();
    sizes.sort_by(f64::total_cmp);
    let last = sizes.len().saturating_sub(1);
    let reached = sizes.get((SHARE * last as f64) as usize);
    LEAST.max((2.0 * reached.copied().unwrap_or_default()).ceil() / 2.0)
}
