use super::*;
use crate::models::pixelcnn::tests::{configs, logits, model, picture, state};
use proptest::prelude::*;

fn close(a: &[f32], b: &[f32]) -> Result<(), TestCaseError> {
    prop_assert_eq!(a.len(), b.len());
    for (a, b) in a.iter().zip(b) {
        prop_assert!((a - b).abs() < 1e-4, "{a} against {b}");
    }
    Ok(())
}

/// Planes as values in reading order, and back.
fn interleaved(config: &PixelCnnConfig, planes: &[u8]) -> Vec<u8> {
    let plane = config.side.pow(2);
    (0..planes.len())
        .map(|v| planes[v % config.colours * plane + v / config.colours])
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn logits_are_those_of_the_whole_forward_pass(config in configs(), seed in 0..1000u64, back in 0.0..1.0f64) {
        let state = state(&config, seed);
        let label = (seed % 3) as u8;
        let levels = picture(&config, seed);
        let whole = logits(&model(config, &state), &levels, label);
        let sampler = Sampler::new(config, &state);
        let mut canvas = sampler.canvas(usize::from(label));
        let values = interleaved(&config, &levels);
        for (level, want) in values.iter().zip(whole.chunks_exact(config.levels)) {
            close(sampler.logits(&mut canvas), want)?;
            sampler.push(&mut canvas, *level);
        }
        prop_assert!(sampler.is_done(&canvas));
        prop_assert_eq!(canvas.levels(), &values[..]);

        // Back to any value: other levels from there, then the old ones again.
        let from = (back * values.len() as f64) as usize;
        canvas.truncate(from);
        while !sampler.is_done(&canvas) {
            sampler.push(&mut canvas, 0);
        }
        canvas.truncate(from);
        for v in from..values.len() {
            close(sampler.logits(&mut canvas), &whole[v * config.levels..][..config.levels])?;
            sampler.push(&mut canvas, values[v]);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]
    #[test]
    fn an_image_drawn_by_whole_passes_is_the_same(config in configs(), seed in 0..1000u64) {
        let state = state(&config, seed);
        let model = model(config, &state);
        let sampler = Sampler::new(config, &state);
        let mut canvas = sampler.canvas(0);
        let mut levels = vec![0; config.size()];
        let plane = config.side.pow(2);
        sampler.finish(&mut canvas, seed, 1.0);
        for v in 0..config.size() {
            let whole = logits(&model, &levels, 0);
            let p = probabilities(&whole[v * config.levels..][..config.levels], 1.0);
            levels[v % config.colours * plane + v / config.colours] = draw(&p, noise(seed, v));
        }
        prop_assert_eq!(canvas.levels(), &interleaved(&config, &levels)[..]);
    }
}

#[test]
fn temperature_goes_from_the_likeliest_level_to_none_in_particular() {
    let logits = [0.0, 2.0, 2.0, -1.0];
    assert_eq!(probabilities(&logits, 0.0), [0.0, 1.0, 0.0, 0.0]);
    assert_eq!(probabilities(&logits, f32::INFINITY), [0.25; 4]);
    let p = probabilities(&logits, 2.0);
    assert!((p.iter().sum::<f32>() - 1.0).abs() < 1e-6);
    assert!((p[1] / p[0] - 1f32.exp()).abs() < 1e-5);
}

#[test]
fn a_level_is_drawn_as_often_as_its_probability_says() {
    let p = [0.1, 0.0, 0.6, 0.3];
    let mut counts = [0u32; 4];
    for i in 0..1000 {
        counts[usize::from(draw(&p, i as f32 / 1000.0))] += 1;
    }
    assert!(
        counts[0].abs_diff(100) <= 1 && counts[2].abs_diff(600) <= 1,
        "{counts:?}"
    );
    assert_eq!(counts[1], 0);
    // Where rounding leaves a gap, no impossible level is drawn.
    assert_eq!(draw(&[0.5, 0.25, 0.0], 0.9), 1);
}
