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
use crate::train::judge::Judge;
use crate::train::{floor, host};

/// Pictures made of the sketches of held-out images, with colours and with lines alone, against those images. `name` is that of the data.
///
/// Distances between sets are taken to other images than those whose sketches were coloured: to training images or, of a test split, from
/// one half of it to the other.
pub(super) fn measure(
    out: &mut Evaluation,
    model: &Pix2pix<Network>,
    name: &str,
    data: &Data,
    settings: &Settings,
) -> Result<(), String> {
    let judge = Judge::load(name, data, settings)?;
    let (mut set, called) = data.reference();
    let sketched = match data.is_test() {
        true => set.split_off(set.len() / 2),
        false => data.validation.clone(),
    };
    set.truncate(settings.samples);
    if set.len().min(sketched.len()) < 2 {
        return Err(format!(
            "Measuring compares two sets of images, each of at least two; there are {} {called} and {} others.",
            set.len(),
            sketched.len()
        ));
    }
    let real = judge.real(data, &set);
    let against = (&real, called);
    let sketched = (&sketched[..], data);
    with_colours(out, model, (SHOWN_COLOURS, ""), &judge, against, sketched);
    with_colours(out, model, (0, ", lines alone"), &judge, against, sketched);
    let (r, n) = (set.len(), sketched.0.len());
    let mut pool = real;
    pool.extend(judge.real(data, sketched.0));
    let distances = floor::readings(&pool, [r, n], |a, b| [frechet_distance(a, b)]);
    let how = format!("{n} real images against {r} others, the same features");
    floor::add(
        out,
        "Frechet distance, floor",
        &distances.concat(),
        "",
        &how,
    );
    Ok(())
}

/// The same with so many strokes of colour, in measures whose names end so.
fn with_colours(
    out: &mut Evaluation,
    model: &Pix2pix<Network>,
    (colours, suffix): (usize, &str),
    judge: &Judge,
    (real, called): (&Features, &str),
    (sketched, data): (&[usize], &Data),
) {
    let config = &model.config;
    let size = config.side.pow(2) * data.images.channels;
    let mut channels = Channels::new(data);
    let (mut difference, mut similarity) = (0.0, 0.0);
    let mut features = vec![];
    for part in sketched.chunks(BATCH) {
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
    let n = sketched.len() as f64;
    let how = format!(
        "{n} {}, their edges and {colours} strokes of colour, dropout on",
        data.called()
    );
    let mut add = |name: &str, value, unit, how: &str| {
        out.add(&format!("{name}{suffix}"), value, unit, how);
    };
    add("L1", difference / n, "per value, range 0 to 1", &how);
    add("SSIM", similarity / n, "", &how);
    let other = if data.is_test() { "other " } else { "" };
    let how = format!(
        "{how}; against {} {other}{called}, features of the project's classifier",
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
