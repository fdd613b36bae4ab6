use burn::tensor::Device;
use pollster::block_on;

use super::*;
use crate::data::sketches::doodle::{Subject, doodle};
use crate::exhibits::explore::{Ask, Content, Explore, Pictures};
use crate::metrics::similarity::deviation;
use crate::models::pix2pix::{COLOURS, Patch, PatchConfig, Pix2pixModel, UnetConfig};
use crate::weights::tests::random;
use crate::weights::{Measure, open};

/// A small U-Net, with a discriminator of patches or without.
pub(in crate::exhibits) fn small(patch: Option<Patch>) -> Pix2pixModel {
    Pix2pixModel {
        generator: UnetConfig {
            channels: 2,
            side: 16,
            halvings: 3,
            skips: true,
            dropout: 1,
        },
        discriminator: patch.map(|patch| PatchConfig { patch, channels: 2 }),
        lambda: 100.0,
    }
}

/// Random weights under an id.
fn weights(id: &str, patch: Option<Patch>) -> (String, Vec<u8>) {
    let (mut card, bytes) = random(small(patch));
    card.id = id.into();
    for (name, value) in [("SSIM", 0.5), ("Frechet distance", 7.0), ("L1", 0.1)] {
        let (unit, how) = (String::new(), "made up".into());
        let name = name.into();
        card.measures.push(Measure {
            name,
            value,
            unit,
            how,
        });
    }
    (serde_json::to_string(&card).unwrap(), bytes)
}

fn explorer(id: &str, patch: Option<Patch>) -> Box<dyn Explore> {
    let (card, bytes) = weights(id, patch);
    ROW.explorer(&card, &bytes, Device::flex()).unwrap()
}

fn sketch() -> Vec<f32> {
    doodle(Subject::Critter, true, 3).to_numbers()
}

/// An output of a view under a link's settings.
fn answer(
    model: &mut dyn Explore,
    view: &'static str,
    [output, part]: [usize; 2],
    query: &str,
    image: &[f32],
) -> Result<Content, String> {
    let values = &ROW.values(&ROW.resolve(query));
    block_on(model.answer(Ask {
        view,
        output,
        part,
        values,
        image,
        peers: &[],
    }))
}

fn pictures(content: Result<Content, String>) -> Pictures {
    match content.unwrap() {
        Content::Pictures(pictures) => pictures,
        other => panic!("{other:?}"),
    }
}

fn text(content: Result<Content, String>) -> String {
    match content.unwrap() {
        Content::Text(text) => text,
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_choice_opens_the_networks_that_it_compares() {
    let Kind::Choice(choices, _) = GROUP.kind else {
        panic!("a menu");
    };
    assert_eq!(choices.len(), GROUPS.len());
    for (choice, opened) in choices.iter().zip(GROUPS) {
        let ids: Vec<&str> = contenders(choice.id).1.iter().map(|one| one.id).collect();
        assert_eq!(ids, *opened, "{}", choice.id);
        assert!(ids.iter().all(|id| ROW.weights.iter().any(|w| w.id == *id)));
    }
}

#[test]
fn the_networks_that_are_there_stand_side_by_side() {
    let mut model = explorer(BOTH, Some(Patch::Small));
    let sketch = sketch();
    let mut ask = |part: usize, output: usize| {
        answer(
            &mut *model,
            "compare",
            [output, part],
            "patches=true",
            &sketch,
        )
    };
    assert_eq!(pictures(ask(0, 0)).total, 1, "itself");
    assert!(text(ask(0, 1)).starts_with("Fewer than two"));

    let (card, bytes) = weights(L1, None);
    let (card, states) = open(&card, &bytes).unwrap();
    model.add(card, states).unwrap();
    let mut ask = |part: usize, output: usize| {
        answer(
            &mut *model,
            "compare",
            [output, part],
            "patches=true",
            &sketch,
        )
    };
    let [first, second] = [0, 1].map(|part| pictures(ask(part, 0)));
    assert_eq!((first.parts, first.total, second.first), (2, 2, 1));
    assert_eq!(
        (first.weights, second.weights),
        (vec![L1.into()], vec![BOTH.into()])
    );
    assert_eq!(first.captions, ["L1 alone"]);
    let names: Vec<&str> = first.facts[0].iter().map(|(name, _)| &name[..]).collect();
    assert_eq!(names, ["L1", "SSIM", "Frechet distance"]);
    assert_eq!(first.over, None, "it had no discriminator");
    let (shares, [rows, columns]) = second.over.unwrap();
    assert_eq!(shares.len(), rows * columns);
    assert!(text(ask(0, 1)).starts_with("L1 alone asks"));
    assert!(ask(2, 0).unwrap_err().ends_with('.'));

    let mut none = explorer("pix2pix-sprouts", None);
    let nothing = pictures(answer(&mut *none, "compare", [0, 0], "", &sketch));
    assert_eq!((nothing.parts, nothing.total), (0, 0));
}

#[test]
fn the_spread_of_the_noise_is_that_of_the_samples() {
    let mut model = explorer("pix2pix-critters", None);
    let sketch = sketch();
    let mut ask = |output, query: &str| answer(&mut *model, "noise", [output, 0], query, &sketch);
    let samples = pictures(ask(0, "count=5&seed=3"));
    assert_eq!(
        (samples.total, samples.size, samples.columns),
        (5, [16, 16], 4)
    );
    let Content::Numbers(numbers) = ask(1, "count=5&seed=3").unwrap() else {
        panic!("numbers");
    };
    // Bytes, channels first.
    let channel = |c: usize| samples.rgba.iter().skip(c).step_by(4).copied();
    let planes: Vec<Vec<f32>> = (0..COLOURS)
        .map(|c| channel(c).map(f32::from).collect())
        .collect();
    let each = (0..5).flat_map(|n| planes.iter().flat_map(move |p| &p[256 * n..256 * (n + 1)]));
    let spread = deviation(&each.copied().collect::<Vec<f32>>(), 5, COLOURS);
    let mean = f64::from(spread.iter().sum::<f32>() / 256.0);
    assert!((numbers[0].1 - mean).abs() < 0.5, "{numbers:?} and {mean}");
    assert!((numbers[1].1 - numbers[0].1 / 2.55).abs() < 1e-3);

    let pair = pictures(ask(2, "count=5&seed=3"));
    assert_eq!((pair.total, pair.rgba.len()), (2, 2 * 4 * 256));
    let most = spread.iter().copied().fold(0.0, f32::max);
    let brightest = (0..256)
        .max_by(|a, b| spread[*a].total_cmp(&spread[*b]))
        .unwrap();
    assert!(most == 0.0 || pair.rgba[4 * (256 + brightest)] > 240);
    let alone = pictures(answer(
        &mut *model,
        "colour",
        [0, 0],
        "dropout=false",
        &sketch,
    ));
    assert_eq!(alone.rgba, pair.rgba[..4 * 256]);
}

#[test]
fn the_discriminator_is_asked_where_there_is_one() {
    let sketch = sketch();
    for (patch, says) in [
        (None, "trained without a discriminator"),
        (Some(Patch::Small), "patches for real"),
    ] {
        let mut model = explorer("pix2pix-critters", patch);
        let mut ask =
            |output, query: &str| answer(&mut *model, "colour", [output, 0], query, &sketch);
        assert_eq!(pictures(ask(0, "")).over, None);
        assert_eq!(text(ask(1, "")), "");
        let (plain, mapped) = (pictures(ask(0, "")), pictures(ask(0, "patches=true")));
        assert_eq!(plain.rgba, mapped.rgba);
        assert_eq!(mapped.over.is_some(), patch.is_some());
        assert!(text(ask(1, "patches=true")).contains(says));
    }
    let mut model = explorer("pix2pix-critters", None);
    let refused = answer(&mut *model, "colour", [0, 0], "", &[1.0]);
    assert!(refused.unwrap_err().ends_with('.'));
}
