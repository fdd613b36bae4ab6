//! What the views of pix2pix show.

use super::{Contender, contenders};
use crate::exhibits::explore::{Ask, Content, Pictures};
use crate::exhibits::latents::{self, rgba};
use crate::exhibits::painter::{Drawn, Painter};
use crate::metrics::similarity::deviation;
use crate::models::pix2pix::COLOURS;

/// Samples of the noise in a row.
const COLUMNS: usize = 4;
/// Measures of a card that are shown below its picture.
const MEASURES: [&str; 3] = ["L1", "SSIM", "Frechet distance"];
/// Grey levels of a channel, without the first.
const LEVELS: f32 = 255.0;
/// Why the samples hardly differ.
const WHY: &str = "A GAN draws its noise to have something to choose by. Here half of the innermost units are left out at random, at test time too, and training has taught the network to do without them: where it must choose, as of a colour, it chooses nearly the same each time.";

/// What an output of a view shows.
pub(in crate::exhibits) async fn answer(
    model: &mut Painter,
    ask: Ask<'_>,
) -> Result<Content, String> {
    let shown = match (ask.view, ask.output) {
        ("colour", 0) => coloured(model, ask, "The picture of your sketch").await?,
        ("colour", 1) => return Ok(Content::Text(belief(model, ask).await?)),
        ("compare", 0) => contender(model, ask).await?,
        ("compare", 1) => return Ok(Content::Text(difference(model, ask))),
        ("noise", 0) => samples(model, ask).await?,
        ("noise", 1) => {
            let spread = spread(model, ask).await?;
            let mean = spread.iter().sum::<f32>() / spread.len() as f32;
            let of = |scale: f32| f64::from(scale * mean);
            return Ok(Content::Numbers(vec![
                ("Spread of the samples".into(), of(LEVELS), "of 255 levels"),
                ("Share of the range".into(), of(100.0), "%"),
            ]));
        }
        ("noise", 2) => map(model, ask).await?,
        ("noise", 3) => return Ok(Content::Text(WHY.into())),
        (view, output) => return Err(format!("The view {view} has no output {output}.")),
    };
    Ok(Content::Pictures(shown))
}

/// The seed of a single picture; none without dropout.
fn seeds(ask: Ask<'_>) -> Vec<u64> {
    let seed = ask.values.int("seed");
    if ask.values.flag("dropout") {
        vec![seed]
    } else {
        vec![]
    }
}

/// Bytes of pictures in [0, 1].
fn bytes(pictures: &[f32], shape: [usize; 3]) -> Vec<u8> {
    match rgba("", pictures, shape) {
        (_, _, latents::Content::Bytes(bytes)) => bytes,
        _ => unreachable!("pictures are bytes"),
    }
}

/// One picture of the sketch, with the discriminator's map over it where that is asked for and there is one.
async fn coloured(model: &mut Painter, ask: Ask<'_>, caption: &str) -> Result<Pictures, String> {
    let patches = ask.values.flag("patches") && model.patch().is_some();
    let shape = model.shape();
    let Drawn { pictures, map } = model.draw(ask.image, &seeds(ask), patches).await?;
    Ok(Pictures {
        parts: 1,
        total: 1,
        rgba: bytes(pictures, shape),
        size: [shape[1], shape[2]],
        captions: vec![caption.into()],
        over: map.clone(),
        ..Pictures::default()
    })
}

/// What the discriminator makes of the picture, in sentences; nothing where nobody asked.
async fn belief(model: &mut Painter, ask: Ask<'_>) -> Result<String, String> {
    if !ask.values.flag("patches") {
        return Ok(String::new());
    }
    let Some(patch) = model.patch() else {
        return Ok(
            "These weights were trained without a discriminator, so there is no map.".into(),
        );
    };
    let [_, side, _] = model.shape();
    let drawn = model.draw(ask.image, &seeds(ask), true).await?;
    let Some((map, [rows, columns])) = &drawn.map else {
        return Ok(String::new());
    };
    let mean = map.iter().sum::<f32>() / map.len() as f32;
    let real = format!("{:.1} %", 100.0 * mean);
    let looks = if patch >= side {
        "It looks at the whole image at once.".into()
    } else {
        format!("It looks at {patch} × {patch} pixels at a time.")
    };
    Ok(if map.len() == 1 {
        format!("The discriminator takes this picture for real with {real}. {looks}")
    } else {
        format!(
            "The discriminator takes {rows} × {columns} patches for real with {real} on average. {looks} Green is believed, purple is not."
        )
    })
}

/// The networks of the chosen group that are open.
fn open(model: &mut Painter, ask: Ask<'_>) -> Vec<&'static Contender> {
    let all = contenders(ask.values.text("group")).1;
    all.iter()
        .filter(|one| model.of(one.id).is_some())
        .collect()
}

/// The picture of one network of the chosen group; a part is a network.
async fn contender(model: &mut Painter, ask: Ask<'_>) -> Result<Pictures, String> {
    let open = open(model, ask);
    if open.is_empty() && ask.part == 0 {
        return Ok(Pictures::default());
    }
    let found = open
        .get(ask.part)
        .and_then(|one| Some((one, model.of(one.id)?)));
    let Some((one, network)) = found else {
        return Err(format!("There is no network {}.", ask.part));
    };
    let measure = |name: &str| {
        let measure = network.card().measures.iter().find(|m| m.name == name)?;
        Some((measure.name.clone(), measure.value))
    };
    let facts = MEASURES.into_iter().filter_map(measure).collect();
    Ok(Pictures {
        parts: open.len(),
        first: ask.part,
        total: open.len(),
        facts: vec![facts],
        weights: vec![one.id.into()],
        ..coloured(network, ask, one.title).await?
    })
}

/// What the networks of the chosen group differ in.
fn difference(model: &mut Painter, ask: Ask<'_>) -> String {
    if open(model, ask).len() < 2 {
        return "Fewer than two of these networks are on this site.".into();
    }
    contenders(ask.values.text("group")).0.into()
}

/// Seeds of the samples of the noise.
fn several(ask: Ask<'_>) -> Vec<u64> {
    let seed = ask.values.int("seed");
    (0..ask.values.int("count")).map(|nth| seed + nth).collect()
}

/// Samples of the noise.
async fn samples(model: &mut Painter, ask: Ask<'_>) -> Result<Pictures, String> {
    let seeds = several(ask);
    let shape = model.shape();
    let drawn = model.draw(ask.image, &seeds, false).await?;
    Ok(Pictures {
        parts: 1,
        total: seeds.len(),
        rgba: bytes(&drawn.pictures, shape),
        size: [shape[1], shape[2]],
        captions: (1..=seeds.len())
            .map(|nth| format!("Sample {nth}"))
            .collect(),
        columns: COLUMNS,
        ..Pictures::default()
    })
}

/// The standard deviation of each pixel over the samples of the noise, in [0, 1].
async fn spread(model: &mut Painter, ask: Ask<'_>) -> Result<Vec<f32>, String> {
    let seeds = several(ask);
    let drawn = model.draw(ask.image, &seeds, false).await?;
    Ok(deviation(&drawn.pictures, seeds.len(), COLOURS))
}

/// The picture without dropout, and where the samples of the noise differ.
async fn map(model: &mut Painter, ask: Ask<'_>) -> Result<Pictures, String> {
    let spread = spread(model, ask).await?;
    let most = spread.iter().copied().fold(0.0, f32::max);
    let shape = model.shape();
    let [_, height, width] = shape;
    let drawn = model.draw(ask.image, &[], false).await?;
    let mut rgba = bytes(&drawn.pictures, shape);
    let share: Vec<f32> = spread.iter().map(|v| v / most.max(1e-6)).collect();
    rgba.extend(bytes(&share, [1, height, width]));
    Ok(Pictures {
        parts: 1,
        total: 2,
        rgba,
        size: [height, width],
        captions: vec![
            "Without dropout".into(),
            format!("Where they differ: white is {:.1} levels", LEVELS * most),
        ],
        ..Pictures::default()
    })
}
