//! Points that users bring: scaled to what a generator reaches, and carried in a link.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::limits::{LINK_MAX_POINTS, LINK_RANGE};

const LINK_VERSION: u8 = 1;
/// Where the furthest coordinate comes to lie; the rest of a link's range is for noise.
const EXTENT: f64 = 1.4;
/// The same as a share of what a bounded generator reaches: a tanh gets there slowly.
const EXTENT_OF_REACH: f64 = 0.9;

/// Points, centred and scaled alike on both axes, so that the furthest coordinate is 1.4, or within the `reach` of a generator whose outputs
/// are bounded.
///
/// # Errors
/// A sentence where no finite scale does that.
pub fn scaled(points: &[[f64; 2]], reach: Option<f64>) -> Result<Vec<[f32; 2]>, String> {
    let centre = [0, 1].map(|axis| {
        let (low, high) = points.iter().fold((f64::MAX, f64::MIN), |(low, high), p| {
            (low.min(p[axis]), high.max(p[axis]))
        });
        low / 2.0 + high / 2.0
    });
    let extent = points
        .iter()
        .flat_map(|p| [(p[0] - centre[0]).abs(), (p[1] - centre[1]).abs()])
        .fold(0.0, f64::max);
    let wanted = reach.map_or(EXTENT, |reach| (EXTENT_OF_REACH * reach).min(EXTENT));
    let scale = if extent > 0.0 { wanted / extent } else { 0.0 };
    if !scale.is_finite() {
        return Err(
            "The points lie so close together that they cannot be scaled: multiply them first."
                .into(),
        );
    }
    Ok(points
        .iter()
        .map(|p| [0, 1].map(|axis| ((p[axis] - centre[axis]) * scale) as f32))
        .collect())
}

/// Points from the `points` value of a link: base64url of a version byte, then one byte each for x and y.
///
/// # Errors
/// A sentence that says what is wrong.
pub fn decode(text: &str) -> Result<Vec<[f32; 2]>, String> {
    let bytes = URL_SAFE_NO_PAD
        .decode(text)
        .map_err(|_| "The link's points are damaged: they are not base64url.".to_string())?;
    let Some((&LINK_VERSION, pairs)) = bytes.split_first() else {
        return Err("The link's points are of a version that this page does not know.".into());
    };
    if pairs.len() % 2 != 0 || pairs.is_empty() {
        return Err("The link's points are cut off.".into());
    }
    if pairs.len() / 2 > LINK_MAX_POINTS {
        return Err(format!(
            "The link has {} points; at most {LINK_MAX_POINTS} fit.",
            pairs.len() / 2
        ));
    }
    let coordinate = |b: u8| (f32::from(b) / 255.0 * 2.0 - 1.0) * LINK_RANGE;
    Ok(pairs
        .chunks_exact(2)
        .map(|p| [coordinate(p[0]), coordinate(p[1])])
        .collect())
}

/// The `points` value of a link, the inverse of [`decode`] up to rounding; of more than [`LINK_MAX_POINTS`] points it
/// takes an even selection.
pub fn encode(points: &[[f32; 2]]) -> String {
    let byte = |v: f32| ((v / LINK_RANGE + 1.0) / 2.0 * 255.0).round() as u8;
    let kept = points.len().min(LINK_MAX_POINTS);
    let mut bytes = vec![LINK_VERSION];
    bytes.extend(
        (0..kept)
            .map(|i| points[i * points.len() / kept])
            .flat_map(|p| [byte(p[0]), byte(p[1])]),
    );
    URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn points_are_scaled_to_what_the_generator_reaches() {
        let points = [[100.0, 5.0], [104.0, 6.0]];
        let ends = |reach| scaled(&points, reach).unwrap()[1];
        assert_eq!(ends(None), [1.4, 0.35]);
        assert_eq!(ends(Some(1.0)), [0.9, 0.225]);
        assert_eq!(ends(Some(7.0)), [1.4, 0.35]);
        assert_eq!(scaled(&[[3.0, 4.0]; 2], None).unwrap(), [[0.0, 0.0]; 2]);
    }

    #[test]
    fn points_without_a_finite_scale_get_a_sentence() {
        let error = scaled(&[[1e-320, 1e-320], [2e-320, 0.0]], None).unwrap_err();
        assert!(error.contains("so close together") && error.ends_with('.'));
        // The least distance that still has one.
        let near = scaled(&[[0.0, 0.0], [1e-307, 0.0]], None).unwrap();
        assert!(near.iter().flatten().all(|v| v.is_finite()), "{near:?}");
    }

    proptest! {
        #[test]
        fn link_points_survive_within_a_quantisation_step(points in prop::collection::vec([-1.5f32..=1.5, -1.5f32..=1.5], 1..300)) {
            let back = decode(&encode(&points)).unwrap();
            prop_assert_eq!(back.len(), points.len());
            for (a, b) in points.iter().flatten().zip(back.iter().flatten()) {
                prop_assert!((a - b).abs() <= LINK_RANGE / 255.0 + 1e-6);
            }
        }

        #[test]
        fn any_text_decodes_or_is_refused_with_a_sentence(text in ".{0,200}") {
            if let Err(e) = decode(&text) {
                prop_assert!(e.ends_with('.'));
            }
        }
    }

    #[test]
    fn link_point_limit_is_exact() {
        let bytes = |n: usize| {
            let mut b = vec![LINK_VERSION];
            b.resize(1 + 2 * n, 7);
            URL_SAFE_NO_PAD.encode(b)
        };
        assert_eq!(
            decode(&bytes(LINK_MAX_POINTS)).unwrap().len(),
            LINK_MAX_POINTS
        );
        assert!(decode(&bytes(LINK_MAX_POINTS + 1)).is_err());
        assert!(decode(&bytes(0)).is_err());
        assert!(decode("").is_err());
    }
}
