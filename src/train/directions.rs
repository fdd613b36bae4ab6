//! Directions in latent space, from attributes of images.

use super::data::Data;
use super::evaluate::{Evaluation, Settings};
use super::samples;
use crate::models::family::FromLatents;
use crate::weights::Direction;

/// A category must have at least this share of the samples, and at most the rest, to give a direction.
const DIRECTION_SHARE: f64 = 0.03;
/// Most directions of a card.
const DIRECTIONS: usize = 16;

/// `wedgeInv` as `wedge inv`.
fn words(name: &str) -> String {
    name.chars()
        .flat_map(|c| {
            let gap = c.is_ascii_uppercase().then_some(' ');
            gap.into_iter().chain([c.to_ascii_lowercase()])
        })
        .collect()
}

/// [`samples::measure`], and directions between what the classifier sees, in the space where `place` puts latents.
///
/// # Errors
/// As [`samples::measure`].
pub(super) fn measure(
    model: &impl FromLatents,
    judge: (&str, bool),
    data: &Data,
    settings: &Settings,
    place: impl FnOnce(Vec<f32>) -> Vec<f32>,
) -> Result<Evaluation, String> {
    let mut out = Evaluation::default();
    if let Some(seen) = samples::measure(&mut out, model, judge, data, settings)? {
        let places = place(seen.z);
        out.directions =
            attribute_directions(&seen.attributes, model.latent(), &places, &seen.categories);
    }
    Ok(out)
}

/// From latents without a category to those with it: the difference of the two means, of unit length. The strongest come first.
pub(super) fn attribute_directions(
    attributes: &[(String, Vec<String>)],
    latent: usize,
    z: &[f32],
    rows: &[Vec<usize>],
) -> Vec<Direction> {
    let mut found = vec![];
    for (a, (name, values)) in attributes.iter().enumerate() {
        for (c, value) in values.iter().enumerate() {
            let share = rows.iter().filter(|r| r[a] == c).count() as f64 / rows.len() as f64;
            if !(DIRECTION_SHARE..=1.0 - DIRECTION_SHARE).contains(&share) {
                continue;
            }
            let mut vector = vec![0.0; latent];
            for (row, z) in rows.iter().zip(z.chunks_exact(latent)) {
                let weight = if row[a] == c {
                    1.0 / share
                } else {
                    -1.0 / (1.0 - share)
                };
                for (v, z) in vector.iter_mut().zip(z) {
                    *v += weight * f64::from(*z) / rows.len() as f64;
                }
            }
            let length = vector.iter().map(|v| v * v).sum::<f64>().sqrt();
            let round = |v: &f64| ((v / length) * 1e4).round() as f32 / 1e4;
            found.push((
                length,
                Direction {
                    id: format!("{name}-{}", value.trim_start_matches('#')),
                    title: format!(
                        "{}: {}",
                        words(name.trim_start_matches("color-")),
                        words(value)
                    ),
                    kind: "attribute".into(),
                    vector: vector.iter().map(round).collect(),
                },
            ));
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    found.into_iter().map(|(_, d)| d).take(DIRECTIONS).collect()
}
