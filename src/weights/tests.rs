use super::*;
use crate::models::cgan::{CganModel, Role};
use crate::models::classifier::{ClassifierConfig, ClassifierModel};
use crate::models::dcgan::{DcganModel, DiscriminatorConfig, GeneratorConfig};
use crate::models::family::Family;
use crate::models::network::{Init, State};
use crate::models::pix2pix::{Patch, PatchConfig, Pix2pixModel, UnetConfig};
use crate::models::pixelcnn::{Kind, PixelCnnConfig, PixelCnnModel};
use crate::models::stylegan::StyleganModel;
use crate::models::vae::{VaeConfig, VaeModel};
use crate::rng::{Purpose, stream};
use burn::tensor::f16;
use proptest::prelude::*;

fn sample() -> (Card, Vec<u8>) {
    random(small(0))
}

/// The text of a card and its file, others for each seed.
#[cfg(feature = "cli")]
pub(crate) fn pair(seed: u64) -> (String, Vec<u8>) {
    let (mut card, bytes) = seeded(small(0), seed);
    card.seed = seed;
    (serde_json::to_string(&card).unwrap(), bytes)
}

/// A small VAE with so many labels.
pub(crate) fn small(labels: usize) -> VaeModel {
    VaeModel {
        networks: VaeConfig {
            latent: 2,
            channels: 2,
            features: 3,
            colours: 1,
            side: 8,
            halvings: 1,
            labels,
        },
        beta: Some(1.0),
    }
}

/// A card and its file for a model with random weights.
pub(crate) fn random(config: impl Into<ModelConfig>) -> (Card, Vec<u8>) {
    seeded(config, 1)
}

fn seeded(config: impl Into<ModelConfig>, seed: u64) -> (Card, Vec<u8>) {
    let config = config.into();
    let parts = config.parts().unwrap();
    let states: Vec<State> = (0..)
        .zip(&parts)
        .map(|(i, (_, a))| {
            let all = a.clone().without_zeros();
            all.init(Init::He, &mut stream(seed, Purpose::InitGenerator, i))
        })
        .collect();
    let tensors: Vec<Values> = parts
        .iter()
        .zip(&states)
        .flat_map(|((name, a), s)| named(name, a, s))
        .collect();
    let bytes = pack(&tensors).unwrap();
    let card = Card {
        id: "test".into(),
        title: "Test".into(),
        parameters: parts.iter().map(|(_, a)| a.parameters()).sum(),
        config,
        bytes: bytes.len(),
        sha256: sha256(&bytes),
        data: DataCard {
            name: "made by the test".into(),
            images: 0,
            licence: "none".into(),
            source: "none".into(),
        },
        labels: vec![],
        seed: 1,
        steps: 0,
        batch: 1,
        wall_secs: 0.0,
        device: "cpu".into(),
        command: "none".into(),
        crate_version: "0".into(),
        measures: vec![],
        statistics: Statistics::default(),
        directions: vec![],
        codes: None,
    };
    (card, bytes)
}

fn resigned(card: &Card, bytes: &[u8]) -> Card {
    Card {
        bytes: bytes.len(),
        sha256: sha256(bytes),
        ..card.clone()
    }
}

#[test]
fn half_precision_comes_back_as_it_was_rounded() {
    let (card, bytes) = sample();
    let states = unpack(&card, &bytes).unwrap();
    let parts = card.config.parts().unwrap();
    let fresh = parts[0]
        .1
        .init(Init::He, &mut stream(1, Purpose::InitGenerator, 0));
    for (a, b) in states[0].parameters.iter().zip(&fresh.parameters) {
        assert_eq!(*a, f16::from_f32(*b).to_f32());
    }
}

#[test]
fn a_card_comes_back_and_strangers_are_refused() {
    let (card, _) = sample();
    let text = serde_json::to_string(&card).unwrap();
    assert_eq!(Card::parse(&text).unwrap(), card);
    for bad in [
        "",
        "{}",
        "[1",
        &text.replacen('{', "{\"more\":1,", 1),
        &"[".repeat(100_000),
        &" ".repeat(CARD_MAX_BYTES + 1),
    ] {
        assert!(Card::parse(bad).unwrap_err().ends_with('.'));
    }
}

#[test]
fn codes_and_names_of_a_card_are_checked() {
    let (mut card, _) = sample();
    card.labels = vec!["one".into(), "two".into()];
    let coded = |points: &[f32], labels: &[u8]| Card {
        codes: Some(Codes {
            points: points.to_vec(),
            labels: labels.to_vec(),
        }),
        ..card.clone()
    };
    let read = |card: &Card| Card::parse(&serde_json::to_string(card).unwrap());
    assert_eq!(
        read(&coded(&[0.0, 1.0], &[1])),
        Ok(coded(&[0.0, 1.0], &[1]))
    );
    assert!(
        read(&coded(&[0.0, 1.0], &[2]))
            .unwrap_err()
            .contains("name")
    );
    let text = serde_json::to_string(&coded(&[0.0, 1.5], &[0])).unwrap();
    let far = Card::parse(&text.replace("1.5", "1e39"));
    assert!(far.is_err_and(|sentence| sentence.ends_with('.')));
    let long = Card {
        id: "x".repeat(101),
        ..card.clone()
    };
    assert!(read(&long).unwrap_err().contains("too long"));
}

#[test]
fn what_is_not_the_file_of_the_card_is_refused_with_a_sentence() {
    let (card, bytes) = sample();
    let refused = |card: &Card, bytes: &[u8], why: &str| {
        let sentence = unpack(card, bytes).unwrap_err();
        assert!(
            sentence.ends_with('.') && sentence.contains(why),
            "{sentence}"
        );
    };
    refused(&card, &bytes[..bytes.len() - 1], "cut off");
    let mut flipped = bytes.clone();
    *flipped.last_mut().unwrap() ^= 1;
    refused(&card, &flipped, "checksum");
    let longer = [bytes.as_slice(), &[0; 256]].concat();
    refused(&resigned(&card, &longer), &longer, "more than");
    let mut other = card.clone();
    if let ModelConfig::Vae(VaeModel { networks, .. }) = &mut other.config {
        networks.latent = 3;
    }
    refused(&other, &bytes, "not half precision");
    for (latent, side, halvings) in [
        (0, 8, 1),
        (usize::MAX, 8, 1),
        (2, 0, 1),
        (2, 8, 4),
        (2, 8, 99),
    ] {
        let mut hostile = card.clone();
        if let ModelConfig::Vae(VaeModel { networks, .. }) = &mut hostile.config {
            (networks.latent, networks.side, networks.halvings) = (latent, side, halvings);
        }
        assert!(unpack(&hostile, &bytes).unwrap_err().ends_with('.'));
    }
}

#[test]
fn a_hostile_u_net_is_refused_before_anything_is_made_of_it() {
    let net = |channels, side, halvings, dropout| UnetConfig {
        channels,
        side,
        halvings,
        skips: true,
        dropout,
    };
    let parts = |generator, patch: Option<(Patch, usize)>| {
        let discriminator = patch.map(|(patch, channels)| PatchConfig { patch, channels });
        let config = Pix2pixModel {
            generator,
            discriminator,
            lambda: f64::NAN,
        };
        config.parts()
    };
    assert_eq!(
        parts(net(2, 64, 6, 3), Some((Patch::Full, 2)))
            .unwrap()
            .len(),
        2
    );
    assert_eq!(parts(net(2, 64, 6, 5), None).unwrap().len(), 1);
    let most = usize::MAX;
    for (generator, patch) in [
        (net(0, 64, 6, 3), None),
        (net(most, 64, 6, 3), None),
        (net(2, 0, 6, 3), None),
        (net(2, most, 6, 3), None),
        (net(2, 48, 6, 3), None),
        (net(2, 64, 0, 0), None),
        (net(2, 64, 1, 0), None),
        (net(2, 64, most, 3), None),
        (net(2, 64, 6, 6), None),
        (net(2, 64, 6, most), None),
        (net(2, 64, 6, 3), Some((Patch::Small, 0))),
        (net(2, 64, 6, 3), Some((Patch::Small, most))),
        (net(2, 128, 6, 3), Some((Patch::Full, 2))),
        (net(2, 4, 2, 1), Some((Patch::Large, 2))),
        (net(128, 256, 8, 3), None),
    ] {
        assert!(
            parts(generator, patch).unwrap_err().ends_with('.'),
            "{generator:?}"
        );
    }
}

#[test]
fn values_that_half_precision_cannot_hold_are_not_packed() {
    for bad in [f32::NAN, f32::INFINITY, 70_000.0] {
        let tensor = Values {
            name: "x".into(),
            shape: vec![1],
            values: &[bad],
        };
        assert!(pack(&[tensor]).is_err());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// A hostile card can carry the checksum of any file, so the reader behind it must hold alone.
    #[test]
    fn changed_files_are_read_or_refused(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20), cut in any::<prop::sample::Index>(), shorten in any::<bool>()) {
        let (card, mut bytes) = sample();
        // The header and its metadata are where a parser can go wrong.
        for (at, value) in changes {
            let at = at.index(bytes.len().min(1_200));
            bytes[at] = value;
        }
        if shorten {
            bytes.truncate(cut.index(bytes.len()));
        }
        if let Err(sentence) = unpack(&resigned(&card, &bytes), &bytes) {
            prop_assert!(sentence.ends_with('.'));
        }
    }
}

/// A small model of each family, in the order of the list.
fn models() -> Vec<ModelConfig> {
    let generator = GeneratorConfig {
        latent: 2,
        channels: 1,
        colours: 3,
    };
    let discriminator = DiscriminatorConfig {
        channels: 1,
        colours: 3,
    };
    let network = PixelCnnConfig {
        kind: Kind::Plain,
        channels: 4,
        layers: 1,
        kernel: 3,
        features: 2,
        colours: 1,
        side: 4,
        levels: 2,
        labels: 0,
    };
    let classifier = ClassifierModel {
        networks: ClassifierConfig {
            channels: 1,
            features: 2,
            colours: 1,
            side: 4,
            halvings: 1,
            attributes: vec![("a".into(), vec!["b".into(), "c".into()])],
        },
    };
    let unet = UnetConfig {
        channels: 1,
        side: 8,
        halvings: 2,
        skips: true,
        dropout: 1,
    };
    vec![
        DcganModel {
            generator,
            discriminator,
        }
        .into(),
        CganModel {
            role: Role::Condition,
            latent: 2,
            labels: 3,
            generator: 1,
            discriminator: 1,
            colours: 1,
            side: 8,
        }
        .into(),
        sample().0.config,
        classifier.into(),
        PixelCnnModel { network }.into(),
        Pix2pixModel {
            generator: unet,
            discriminator: None,
            lambda: 1.0,
        }
        .into(),
        StyleganModel {
            latent: 2,
            mapping: 1,
            channels: vec![2, 1],
            colours: 1,
        }
        .into(),
    ]
}

#[test]
fn a_model_comes_back_from_json_as_one_of_its_family_and_no_other() {
    let models = models();
    let families: Vec<&str> = models.iter().map(ModelConfig::family).collect();
    assert_eq!(families, ModelConfig::FAMILIES, "one of each");
    for model in models {
        let json = serde_json::to_string(&model).unwrap();
        let begin = format!("{{\"family\":\"{}\",", model.family());
        assert!(json.starts_with(&begin), "{json}");
        assert_eq!(serde_json::from_str::<ModelConfig>(&json).unwrap(), model);
        assert_eq!(
            model.of::<DcganModel>().is_some(),
            model.family() == DcganModel::ID
        );
        let more = json.replacen(',', ",\"more\":1,", 1);
        let refused = serde_json::from_str::<ModelConfig>(&more).unwrap_err();
        assert!(
            refused.to_string().contains("unknown field `more`"),
            "{refused}"
        );
    }
}
