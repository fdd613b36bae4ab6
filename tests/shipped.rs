//! The shipped weights give what their cards say.
#![cfg(feature = "cli")]

use std::path::PathBuf;

use burn::tensor::Tensor;
use genzoo::device;
use genzoo::exhibits::exhibit;
use genzoo::models::classifier::ClassifierModel;
use genzoo::models::dcgan::DcganModel;
use genzoo::models::family::FromLatents;
use genzoo::models::network::State;
use genzoo::models::vae::VaeModel;
use genzoo::rng::{self, Purpose, stream};
use genzoo::train::classifier::{classify, decide};
use genzoo::train::files::{self, Shipped, card_path};
use genzoo::train::recipes::RECIPES;
use genzoo::train::samples::pictures;
use genzoo::train::{cgan, dcgan, host};
use genzoo::weights::Card;

fn folder() -> PathBuf {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("run by cargo"));
    root.join("weights")
}

fn shipped(id: &str) -> (Card, Vec<State>) {
    files::load(&folder(), id).unwrap()
}

const BATCH: usize = 100;

/// Samples in the batches that the card was measured with.
fn batch(model: &impl FromLatents, index: usize) -> Tensor<4> {
    let mut rng = stream(0, Purpose::Measure, index as u64);
    let z = rng::normal(&mut rng, BATCH * model.latent());
    pictures(model, z, &device::cpu())
}

#[test]
fn every_file_of_weights_is_what_its_card_says() {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("run by cargo"));
    let (mut files, mut cards) = (vec![], vec![]);
    for entry in std::fs::read_dir(root.join("weights")).unwrap() {
        let path = entry.unwrap().path();
        let id = path.file_stem().unwrap().to_string_lossy().into_owned();
        match path.extension().and_then(|kind| kind.to_str()) {
            Some("bpk") => files.push(id),
            Some("json") => cards.push(id),
            _ => panic!("{} is neither weights nor a card", path.display()),
        }
    }
    files.sort();
    cards.sort();
    assert_eq!(files, cards);
    assert!(files.len() >= 28, "{files:?}");
    for id in files {
        let (card, states) = shipped(&id);
        assert_eq!(card.id, id);
        let text = std::fs::read_to_string(root.join(format!("weights/{id}.json"))).unwrap();
        // Pretty JSON within the card is indented by one level more.
        let config = serde_json::to_string_pretty(&card.config).unwrap();
        let config = format!("\"config\": {},", config.replace('\n', "\n  "));
        assert!(
            text.contains(&config),
            "{id}: written as it was read: {config}"
        );
        let parts = card.config.parts().unwrap();
        assert_eq!(states.len(), parts.len(), "{id}");
        let parameters: usize = parts.iter().map(|(_, part)| part.parameters()).sum();
        assert_eq!(parameters, card.parameters, "{id}");
        for (state, (name, part)) in states.iter().zip(&parts) {
            assert_eq!(state.parameters.len(), part.parameters(), "{id}, {name}");
            let finite = state.parameters.iter().all(|value| value.is_finite());
            assert!(finite, "{id}, {name}: every value is a number");
        }
    }
}

/// Shares of the first attribute's categories among the first `n` of the samples that the card was measured with, as the classifier
/// names them.
fn shares(id: &str, judge: &str, n: usize) -> Vec<(String, f64)> {
    let device = device::cpu();
    let (card, states) = shipped(id);
    let model = Shipped {
        card: &card,
        states: &states,
    };
    let batches: Box<dyn Fn(usize) -> Tensor<4>> = if card.config.family() == "dcgan" {
        let model = model.open::<DcganModel>(&device).unwrap();
        Box::new(move |index| batch(&model, index))
    } else {
        let model = model.open::<VaeModel>(&device).unwrap();
        Box::new(move |index| batch(&model, index))
    };
    let (card, states) = shipped(judge);
    let judge = Shipped {
        card: &card,
        states: &states,
    };
    let judge = judge.open::<ClassifierModel>(&device).unwrap();
    let names = &judge.config.attributes[0].1;
    let mut counts = vec![0; names.len()];
    for part in 0..n / BATCH {
        let (_, logits) = classify(&judge, batches(part));
        for row in decide(&judge.config, &host(logits)) {
            counts[row[0]] += 1;
        }
    }
    let share = |(name, count): (&String, usize)| (name.clone(), count as f64 / n as f64);
    names.iter().zip(counts).map(share).collect()
}

#[test]
fn cards_measure_alike_and_say_on_how_much() {
    for recipe in RECIPES {
        if !card_path(&folder(), recipe.id).exists() {
            continue;
        }
        let (card, _) = shipped(recipe.id);
        let id = recipe.id;
        let all = format!("{} training images", card.data.images);
        for measure in &card.measures {
            let (name, how) = (measure.name.as_str(), measure.how.as_str());
            if [
                "distance to the nearest training image",
                "the same, held-out images",
            ]
            .contains(&name)
            {
                assert!(
                    how.starts_with("median of 200 ") && how.ends_with(&all),
                    "{id}: {how}"
                );
            }
            if name.ends_with(", floor") || ["precision, real", "recall, real"].contains(&name) {
                let spread = how.rsplit_once("; mean of 8 draws, standard deviation ");
                let spread: f64 = spread.expect(id).1.parse().unwrap();
                assert!(spread > 0.0 && spread < measure.value, "{id}: {how}");
            }
        }
    }
}

#[test]
fn what_a_discriminator_says_is_read_as_it_was_trained() {
    let real = [dcgan::REAL, cgan::REAL];
    for (id, real) in ["dcgan", "conditional"].iter().zip(real) {
        let row = exhibit(id).unwrap();
        let said = format!("real pictures counted as real by {real}");
        assert!(row.views.iter().any(|v| v.says.contains(&said)), "{id}");
    }
}

#[test]
fn samples_have_the_classes_that_the_card_says() {
    for (id, judge, n, most) in [
        // A fifth of the card's samples: four standard deviations.
        ("dcgan-critters", "features-critters", 500, 0.06),
        // All 2,500: ten pictures on the border between two classes may fall to the other side on another processor.
        ("vae-fashion-16d", "features-fashion", 2_500, 0.004),
        ("vae-fashion-conditional", "features-fashion", 2_500, 0.004),
    ] {
        let said = shipped(id).0.statistics.classes;
        assert!(said.len() >= 10, "{id}: {said:?}");
        for ((name, said), (named, found)) in said.iter().zip(shares(id, judge, n)) {
            assert_eq!(*name, named, "{id}");
            assert!(
                (said - found).abs() <= most,
                "{id}, {name}: the card says {said}, the samples {found}"
            );
        }
    }
}
