//! Measures of pix2pix: pictures of the sketches of held-out images, against those images.

use burn::tensor::{Device, Tensor};

use super::{SHOWN_COLOURS, input};
use crate::data::images::pairs::{self, Pair};
use crate::metrics::features::Features;
use crate::metrics::frechet::frechet_distance;
use crate::metrics::similarity::ssim;
use crate::models::network::{Forward, Network};
use crate::models::pix2pix::Pix2pix;
use crate::rng::{Purpose, stream};
use crate::train::channels::Channels;
use crate::train::data::Data;
use crate::train::evaluate::{BATCH, Evaluation, SEED, Settings};
use crate::train::host;
use crate::train::judge::Judge;

/// Pictures made of the sketches of held-out images, with colours and with lines alone, against those images. `name` is that of the data.
pub(super) fn measure(
    out: &mut Evaluation,
    model: &Pix2pix<Network>,
    name: &str,
    data: &Data,
    settings: &Settings,
) -> Result<(), String> {
    let judge = Judge::load(name, data, settings)?;
    let (set, called) = data.reference();
    let real = judge.real(data, &set[..settings.samples.min(set.len())]);
    let against = (&real, called);
    with_colours(out, model, (SHOWN_COLOURS, ""), &judge, against, data);
    with_colours(out, model, (0, ", lines alone"), &judge, against, data);
    if !data.train.is_empty() {
        let held_out = judge.real(data, &data.validation);
        out.add(
            "Frechet distance, floor",
            frechet_distance(&real, &held_out),
            "",
            format!(
                "the {} validation images themselves, the same features",
                held_out.rows
            ),
        );
    }
    Ok(())
}

/// The same with so many strokes of colour, in measures whose names end so.
fn with_colours(
    out: &mut Evaluation,
    model: &Pix2pix<Network>,
    (colours, suffix): (usize, &str),
    judge: &Judge,
    (real, called): (&Features, &str),
    data: &Data,
) {
    let config = &model.config;
    let size = config.side.pow(2) * data.images.channels;
    let mut channels = Channels::new(data);
    let (mut difference, mut similarity) = (0.0, 0.0);
    let mut features = vec![];
    for part in data.validation.chunks(BATCH) {
        let (pictures, pairs) = picture(model, part, colours, data, judge.device());
        features.extend(judge.look(pictures.clone()).0);
        let found = host(pictures);
        channels.add(&found);
        for (a, Pair { target: b, .. }) in found.chunks_exact(size).zip(&pairs) {
            let apart = a.iter().zip(b).map(|(a, b)| f64::from((a - b).abs()));
            difference += apart.sum::<f64>() / size as f64;
            similarity += ssim(a, b, config.side);
        }
    }
    let n = data.validation.len() as f64;
    let how =
        format!("{n} validation images, their edges and {colours} strokes of colour, dropout on");
    let mut add = |name: &str, value, unit, how: &str| {
        out.add(&format!("{name}{suffix}"), value, unit, how);
    };
    add("L1", difference / n, "per value, range 0 to 1", &how);
    add("SSIM", similarity / n, "", &how);
    let how = format!(
        "{how}; against {} {called}, features of the project's classifier",
        real.rows
    );
    let distance = frechet_distance(real, &judge.features(features));
    add("Frechet distance", distance, "", &how);
    if colours > 0 {
        channels.write_to(&mut out.statistics);
    }
}

/// Pictures of the sketches of images, and the sketches with those images.
fn picture(
    model: &Pix2pix<Network>,
    part: &[usize],
    colours: usize,
    data: &Data,
    device: &Device,
) -> (Tensor<4>, Vec<Pair>) {
    let config = &model.config;
    let streams = |purpose| part.iter().map(move |&i| stream(SEED, purpose, i as u64));
    let pairs: Vec<Pair> = streams(Purpose::Augment)
        .zip(part)
        .map(|(mut rng, &i)| pairs::plain(&data.images, i, colours, &mut rng))
        .collect();
    let x = input(pairs.iter().map(|p| &p.sketch), config.side, device);
    let mut rngs: Vec<_> = streams(Purpose::Dropout).collect();
    let noise = config.noise(&mut rngs, device);
    let pictures = model.generator.forward_noisy(x, &noise) * 0.5 + 0.5;
    (pictures, pairs)
}
