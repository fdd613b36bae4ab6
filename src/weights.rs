//! Weights and their card: a half-precision burnpack beside a JSON file that says what it is, where it came from, how good it
//! is, and how to make it again.
//!
//! Both are untrusted until read: sizes are checked before anything is allocated, the checksum before anything is
//! parsed, and the file must be byte for byte what [`pack`] writes for the tensors that the card's architecture has, which leaves no
//! room for overlaps, holes, other types or additions.

use burn::tensor::f16;
use burn_pack::{Bytes, DType, Reader, Tensor as Packed, Writer};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::limits::{DEPTH_MAX, depth};
use crate::models::classifier::ClassifierConfig;
use crate::models::dcgan::{self, DiscriminatorConfig, GeneratorConfig};
use crate::models::network::{Architecture, Entry, State};
use crate::models::pix2pix::{COLOURS, PatchConfig, UnetConfig};
use crate::models::pixelcnn::PixelCnnConfig;
use crate::models::vae::VaeConfig;

/// Longest card, in bytes.
pub const CARD_MAX_BYTES: usize = 4 << 20;
/// Largest weights file, in bytes.
pub const WEIGHTS_MAX_BYTES: usize = 64 << 20;
/// Most trained parameters of one network.
const PARAMETERS_MAX: usize = 16 << 20;
/// Longest metadata of a weights file, in bytes.
const METADATA_MAX_BYTES: usize = 1 << 20;
/// Magic, version and length of the metadata.
const HEADER_BYTES: usize = 10;

/// Architecture of a model, by family.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "family", rename_all = "kebab-case", deny_unknown_fields)]
pub enum ModelConfig {
    /// Generator and discriminator.
    Dcgan {
        /// The generator.
        generator: GeneratorConfig,
        /// The discriminator.
        discriminator: DiscriminatorConfig,
    },
    /// Variational or plain autoencoder.
    Vae {
        /// Its networks.
        networks: VaeConfig,
        /// Weight of the KL term; none for a plain autoencoder.
        beta: Option<f64>,
    },
    /// Attribute classifier.
    Classifier {
        /// Its networks.
        networks: ClassifierConfig,
    },
    /// Autoregressive network over pixels.
    PixelCnn {
        /// Its network.
        network: PixelCnnConfig,
    },
    /// Sketches to pictures.
    Pix2pix {
        /// The generator.
        generator: UnetConfig,
        /// What it was trained against, if it was.
        discriminator: Option<PatchConfig>,
        /// Weight of L1 in its loss.
        lambda: f64,
    },
}

impl ModelConfig {
    /// The networks with their names.
    ///
    /// # Errors
    /// A sentence when a width is zero or the model too large to be one of ours.
    pub fn parts(&self) -> Result<Vec<(&'static str, Architecture)>, String> {
        let within = |what: &str, value: usize, most: usize| {
            if (1..=most).contains(&value) {
                Ok(())
            } else {
                Err(format!(
                    "The card's {what} is {value}; it must be from 1 to {most}."
                ))
            }
        };
        let image = |colours, side: usize, halvings: usize| {
            within("number of colours", colours, 4)?;
            within("image side", side, 256)?;
            within("number of halvings", halvings, 8)?;
            within("smallest side", side >> halvings, 64)?;
            if side.is_multiple_of(1 << halvings) {
                Ok(())
            } else {
                Err(format!(
                    "The card's side {side} cannot be halved {halvings} times."
                ))
            }
        };
        let parts = match self {
            Self::Dcgan {
                generator: g,
                discriminator: d,
            } => {
                within("latent size", g.latent, 1024)?;
                within("generator width", g.channels, 128)?;
                within("discriminator width", d.channels, 128)?;
                within("number of colours", g.colours, 4)?;
                if d.colours != g.colours {
                    return Err(
                        "The card's discriminator sees other colours than its generator paints."
                            .into(),
                    );
                }
                vec![
                    ("generator", g.architecture()),
                    ("discriminator", d.architecture()),
                ]
            }
            Self::Vae { networks: v, .. } => {
                within("latent size", v.latent, 1024)?;
                within("width", v.channels, 128)?;
                within("number of features", v.features, 1024)?;
                within("number of labels and one", v.labels.saturating_add(1), 257)?;
                image(v.colours, v.side, v.halvings)?;
                let parts = v.architectures();
                vec![
                    ("trunk", parts.trunk),
                    ("head", parts.head),
                    ("decoder", parts.decoder),
                ]
            }
            Self::Classifier { networks: c } => {
                within("width", c.channels, 128)?;
                within("number of features", c.features, 1024)?;
                within("number of categories", c.logits(), 4096)?;
                image(c.colours, c.side, c.halvings)?;
                vec![("trunk", c.trunk()), ("head", c.head())]
            }
            Self::PixelCnn { network: p } => {
                within("width", p.channels, 256)?;
                within("number of layers", p.layers, 64)?;
                within("kernel", p.kernel, 15)?;
                within("number of hidden units", p.features, 1024)?;
                within("number of colours", p.colours, 3)?;
                within("image side less one", p.side.saturating_sub(1), 63)?;
                within("number of levels less one", p.levels.saturating_sub(1), 255)?;
                within("number of labels and one", p.labels.saturating_add(1), 257)?;
                if p.kernel.is_multiple_of(2) {
                    return Err(format!(
                        "The card's kernel is {}; it must be odd.",
                        p.kernel
                    ));
                }
                vec![("network", p.architecture())]
            }
            Self::Pix2pix {
                generator: g,
                discriminator,
                ..
            } => {
                within("width", g.channels, 128)?;
                image(COLOURS, g.side, g.halvings)?;
                within(
                    "number of halvings less one",
                    g.halvings.saturating_sub(1),
                    7,
                )?;
                within(
                    "number of dropout layers and one",
                    g.dropout.saturating_add(1),
                    g.halvings,
                )?;
                let mut parts = vec![("generator", g.architecture())];
                if let Some(d) = discriminator {
                    within("discriminator width", d.channels, 128)?;
                    if !d.patch.fits(g.side) {
                        return Err(format!(
                            "The card's discriminator does not fit images of {0} by {0}.",
                            g.side
                        ));
                    }
                    parts.push(("discriminator", d.architecture()));
                }
                parts
            }
        };
        for (name, part) in &parts {
            if part.parameters() > PARAMETERS_MAX {
                return Err(format!(
                    "The card's {name} has {} parameters; at most {PARAMETERS_MAX} are read.",
                    part.parameters()
                ));
            }
        }
        Ok(parts)
    }
}

impl ModelConfig {
    /// Channels, height and width of the images.
    pub fn image_shape(&self) -> [usize; 3] {
        match self {
            Self::Dcgan { generator, .. } => [generator.colours, dcgan::SIDE, dcgan::SIDE],
            Self::Vae { networks: v, .. } => [v.colours, v.side, v.side],
            Self::Classifier { networks: c } => [c.colours, c.side, c.side],
            Self::PixelCnn { network: p } => [p.colours, p.side, p.side],
            Self::Pix2pix { generator: g, .. } => [COLOURS, g.side, g.side],
        }
    }
}

/// Where training data came from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataCard {
    /// Its name.
    pub name: String,
    /// Images trained on, without the validation split.
    pub images: usize,
    /// Licence.
    pub licence: String,
    /// Where a person gets it.
    pub source: String,
}

/// A figure and how it was taken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// What it is.
    pub name: String,
    /// Its value.
    pub value: f64,
    /// Its unit, or empty.
    pub unit: String,
    /// On what, with how many samples.
    pub how: String,
}

/// Statistics of samples, which whoever samples can compare with.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statistics {
    /// Mean of each channel over samples from the prior, in [0, 1].
    pub channel_mean: Vec<f64>,
    /// Standard deviation of each channel.
    pub channel_std: Vec<f64>,
    /// Share of each category of one attribute among samples, as the classifier sees them.
    #[serde(default)]
    pub classes: Vec<(String, f64)>,
}

/// A direction in latent space.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Direction {
    /// Kebab-case id.
    pub id: String,
    /// What a person reads.
    pub title: String,
    /// `attribute` or `principal`.
    pub kind: String,
    /// As long as the latent.
    pub vector: Vec<f32>,
}

/// Latent codes of validation images.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Codes {
    /// Interleaved posterior means.
    pub points: Vec<f32>,
    /// Label of each.
    pub labels: Vec<u8>,
}

/// What is known of a weights file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// Id, the same in links, on the command line and as the file's name.
    pub id: String,
    /// What a person reads.
    pub title: String,
    /// Architecture.
    pub config: ModelConfig,
    /// Trained parameters in the file.
    pub parameters: usize,
    /// Length of the weights file.
    pub bytes: usize,
    /// SHA-256 of the weights file, hexadecimal.
    pub sha256: String,
    /// Training data.
    pub data: DataCard,
    /// Names of the labels of a conditional model or of the codes.
    #[serde(default)]
    pub labels: Vec<String>,
    /// Seed of the training.
    pub seed: u64,
    /// Optimiser updates.
    pub steps: u64,
    /// Images per update.
    pub batch: usize,
    /// Duration of the training.
    pub wall_secs: f64,
    /// Device of the training.
    pub device: String,
    /// What made it.
    pub command: String,
    /// Version of this crate.
    pub crate_version: String,
    /// How good it is.
    pub measures: Vec<Measure>,
    /// Statistics of its samples.
    pub statistics: Statistics,
    /// Directions in latent space.
    #[serde(default)]
    pub directions: Vec<Direction>,
    /// Where validation images lie.
    #[serde(default)]
    pub codes: Option<Codes>,
}

impl Card {
    /// Reads a card.
    ///
    /// # Errors
    /// A sentence when it is too long, too deep or not a card.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.len() > CARD_MAX_BYTES {
            return Err(format!(
                "The card is {} KiB long; at most {} KiB are read.",
                text.len() >> 10,
                CARD_MAX_BYTES >> 10
            ));
        }
        if depth(text) > DEPTH_MAX {
            return Err(format!(
                "The card is nested deeper than {DEPTH_MAX} levels."
            ));
        }
        serde_json::from_str(text).map_err(|e| format!("The card cannot be read: {e}."))
    }
}

/// A named tensor with its values.
pub struct Values<'a> {
    /// Name in the file.
    pub name: String,
    /// Shape.
    pub shape: Vec<usize>,
    /// Values in row-major order.
    pub values: &'a [f32],
}

/// SHA-256 in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect()
}

/// Tensors of a network as the file names them.
pub fn named<'a>(part: &str, architecture: &Architecture, state: &'a State) -> Vec<Values<'a>> {
    let mut rest = [&state.parameters[..], &state.statistics[..]];
    let cut = |Entry {
                   name,
                   shape,
                   trained,
               }: Entry| {
        let side = &mut rest[usize::from(!trained)];
        let (values, after) = side.split_at(shape.iter().product());
        *side = after;
        Values {
            name: format!("{part}.{name}"),
            shape,
            values,
        }
    };
    architecture.entries().into_iter().map(cut).collect()
}

/// A burnpack of half-precision tensors.
///
/// # Errors
/// A sentence when a value is not finite in half precision.
pub fn pack(tensors: &[Values]) -> Result<Vec<u8>, String> {
    let packed = tensors
        .iter()
        .map(|t| {
            let halves: Vec<f16> = t.values.iter().map(|&v| f16::from_f32(v)).collect();
            if !halves.iter().all(|h| h.is_finite()) {
                return Err(format!(
                    "The tensor {} holds a value that is not finite.",
                    t.name
                ));
            }
            let bytes = halves.iter().flat_map(|h| h.to_le_bytes()).collect();
            Ok(Packed::new(
                t.name.clone(),
                DType::F16,
                t.shape.clone(),
                None,
                Bytes::from_bytes_vec(bytes),
            ))
        })
        .collect::<Result<Vec<_>, String>>()?;
    Writer::new(packed)
        .into_bytes()
        .map(|b| b.to_vec())
        .map_err(|e| format!("The weights could not be packed: {e}."))
}

/// The values of every network of the card's model, in the order of [`ModelConfig::parts`].
///
/// # Errors
/// A sentence when the file is not exactly what the card says.
pub fn unpack(card: &Card, bytes: &[u8]) -> Result<Vec<State>, String> {
    let refused = |what: String| format!("The weights of {} cannot be used: {what}.", card.id);
    if bytes.len() > WEIGHTS_MAX_BYTES {
        return Err(refused(format!(
            "the file has {} bytes, and at most {WEIGHTS_MAX_BYTES} are read",
            bytes.len()
        )));
    }
    if bytes.len() != card.bytes {
        return Err(refused(format!(
            "the file has {} bytes and the card says {}; it may be cut off, so load it again",
            bytes.len(),
            card.bytes
        )));
    }
    if sha256(bytes) != card.sha256 {
        return Err(refused(
            "its checksum is not the card's; it may be damaged, so load it again".into(),
        ));
    }
    let parts = card.config.parts()?;
    unpack_parts(bytes, &parts).map_err(refused)
}

/// The values of networks with these names and layers, from a file that holds nothing else.
fn unpack_parts(
    bytes: &[u8],
    parts: &[(&'static str, Architecture)],
) -> Result<Vec<State>, String> {
    let metadata = bytes
        .get(HEADER_BYTES - 4..HEADER_BYTES)
        .map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]) as usize)
        .ok_or("it is shorter than a header")?;
    if metadata > METADATA_MAX_BYTES.min(bytes.len() - HEADER_BYTES) {
        return Err("its metadata is longer than the file or the limit".into());
    }
    let reader = Reader::from_bytes(Bytes::from_bytes_vec(bytes.to_vec()))
        .map_err(|e| format!("it is not a burnpack ({e})"))?;
    let mut tensors = reader
        .into_tensors()
        .map_err(|e| format!("its tensors cannot be read ({e})"))?;
    let mut states = vec![];
    for (part, architecture) in parts {
        let mut state = State::default();
        for entry in architecture.entries() {
            let name = format!("{part}.{}", entry.name);
            let at = tensors
                .iter()
                .position(|t| t.name == name)
                .ok_or_else(|| format!("the tensor {name} is missing"))?;
            let tensor = tensors.swap_remove(at);
            if tensor.dtype != DType::F16 || tensor.shape.to_vec() != entry.shape {
                return Err(format!(
                    "the tensor {name} is {:?} of {:?}, not half precision of {:?}",
                    tensor.shape.to_vec(),
                    tensor.dtype,
                    entry.shape
                ));
            }
            let raw = tensor
                .into_bytes()
                .map_err(|e| format!("the tensor {name} cannot be read ({e})"))?;
            if raw.len() != 2 * entry.len() {
                return Err(format!("the tensor {name} has a wrong length"));
            }
            let values = raw
                .chunks_exact(2)
                .map(|b| f16::from_le_bytes([b[0], b[1]]).to_f32());
            if entry.trained {
                state.parameters.extend(values);
            } else {
                state.statistics.extend(values);
            }
        }
        states.push(state);
    }
    let again: Vec<Values> = parts
        .iter()
        .zip(&states)
        .flat_map(|((part, architecture), state)| named(part, architecture, state))
        .collect();
    // Overlaps, holes, tensors that nobody asked for: the same tensors would be written in other bytes.
    if pack(&again)? != bytes {
        return Err("it holds more than the card's tensors, or in another order".into());
    }
    Ok(states)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::models::network::Init;
    use crate::models::pix2pix::Patch;
    use crate::rng::{Purpose, stream};
    use proptest::prelude::*;

    fn sample() -> (Card, Vec<u8>) {
        random(ModelConfig::Vae {
            networks: VaeConfig {
                latent: 2,
                channels: 2,
                features: 3,
                colours: 1,
                side: 8,
                halvings: 1,
                labels: 0,
            },
            beta: Some(1.0),
        })
    }

    /// A card and its file for a model with random weights.
    pub(crate) fn random(config: ModelConfig) -> (Card, Vec<u8>) {
        let parts = config.parts().unwrap();
        let states: Vec<State> = (0..)
            .zip(&parts)
            .map(|(i, (_, a))| a.init(Init::He, &mut stream(1, Purpose::InitGenerator, i)))
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
        if let ModelConfig::Vae { networks, .. } = &mut other.config {
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
            if let ModelConfig::Vae { networks, .. } = &mut hostile.config {
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
            let config = ModelConfig::Pix2pix {
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
}
