//! Checkpoints that survive a kill at any instant.
//!
//! Two files take turns. Each is written beside its place, synced, and renamed over the older of the two, so at every moment
//! at least one of them is whole; a checksum tells which. A file is a JSON header and its
//! length, 32-bit floats, and the SHA-256 of all before.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::whole::write_whole;
use crate::limits::read_at_most;
use crate::weights::ModelConfig;

/// Largest checkpoint, in bytes: parameters, both moments and an average of more than the largest networks of a card.
pub const CHECKPOINT_MAX_BYTES: usize = 1 << 30;

const NAMES: [&str; 2] = ["checkpoint-a.bin", "checkpoint-b.bin"];
/// Longest header, in bytes.
const HEADER_MAX_BYTES: usize = 1 << 20;
const CHECKSUM_BYTES: usize = 32;

/// What is not a tensor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// Id of the recipe.
    pub id: String,
    /// Architecture.
    pub config: ModelConfig,
    /// What else the recipe says of its kind, rates among them.
    pub family: String,
    /// Updates of the recipe, which its rates follow.
    pub schedule: u64,
    /// Whether layers compute in bfloat16.
    pub bf16: bool,
    /// Seed of the run.
    pub seed: u64,
    /// Images per update.
    pub batch: usize,
    /// SHA-256 of all images.
    pub data: String,
    /// SHA-256 of the places of those that are trained on.
    pub split: String,
    /// Updates done.
    pub step: u64,
    /// Seconds of training so far.
    pub wall_secs: f64,
    /// Length of each vector that follows.
    pub lengths: Vec<usize>,
}

/// A header and the vectors that follow it.
pub type Checkpoint = (Header, Vec<Vec<f32>>);

impl Header {
    /// What `found` has that another run than this one would: the reason not to continue it.
    pub fn other(&self, found: &Self) -> Option<&'static str> {
        let recipe = |h: &Self| (h.id.clone(), h.config.clone(), h.family.clone());
        let pace = |h: &Self| (h.batch, h.schedule);
        if recipe(self) != recipe(found) || pace(self) != pace(found) {
            Some("another recipe")
        } else if self.seed != found.seed {
            Some("another seed")
        } else if self.data != found.data {
            Some("other images")
        } else if self.split != found.split {
            Some("another split into training and validation images")
        } else if self.bf16 != found.bf16 {
            Some("another arithmetic, as --bf16 was given to only one of the two")
        } else {
            None
        }
    }
}

/// The state of one of the two checkpoint files.
enum Place {
    Free,
    Damaged,
    /// Whole, and of another layout.
    Foreign,
    Whole(Box<Checkpoint>),
}

impl Place {
    fn look(path: &Path) -> Result<Self, String> {
        let there = path.try_exists();
        if !there.map_err(|e| format!("{} cannot be read: {e}.", path.display()))? {
            return Ok(Self::Free);
        }
        let bytes = read_at_most(path, CHECKPOINT_MAX_BYTES)?;
        let Some(content) = content(&bytes) else {
            return Ok(Self::Damaged);
        };
        Ok(layout(content).map_or(Self::Foreign, |found| Self::Whole(Box::new(found))))
    }
}

/// Writes a checkpoint over the older one in `folder`.
///
/// # Errors
/// A sentence that names the file.
pub fn save(folder: &Path, header: &Header, vectors: &[Vec<f32>]) -> Result<(), String> {
    write_whole(&older(folder), &encode(header, vectors))
}

/// The place of the older checkpoint, or one that is free or damaged.
fn older(folder: &Path) -> PathBuf {
    let places = NAMES.map(|n| folder.join(n));
    let step = |path: &PathBuf| match Place::look(path) {
        Ok(Place::Whole(found)) => Some(found.0.step),
        _ => None,
    };
    let [a, b] = [step(&places[0]), step(&places[1])];
    let [first, second] = places;
    if a <= b { first } else { second }
}

/// The newest whole checkpoint in `folder`, if there is one.
///
/// # Errors
/// A sentence when a run must not overwrite what is there: a checkpoint of another layout, or only damaged ones.
pub fn load(folder: &Path) -> Result<Option<Checkpoint>, String> {
    let mut newest: Option<Checkpoint> = None;
    let mut damaged = vec![];
    for name in NAMES {
        let path = folder.join(name);
        match Place::look(&path)? {
            Place::Free => {}
            Place::Damaged => damaged.push(name),
            Place::Foreign => {
                return Err(format!(
                    "{} is the checkpoint of another version of genzoo, which cannot be continued; choose another --out.",
                    path.display()
                ));
            }
            Place::Whole(found) => {
                let newer = |(header, _): &Checkpoint| header.step < found.0.step;
                if newest.as_ref().is_none_or(newer) {
                    newest = Some(*found);
                }
            }
        }
    }
    if newest.is_none() && !damaged.is_empty() {
        return Err(format!(
            "In {} no checkpoint is whole ({} damaged), and nothing was overwritten. Put back a copy, remove what is damaged to begin anew, or \
             choose another --out.",
            folder.display(),
            damaged.join(", ")
        ));
    }
    Ok(newest)
}

/// The bytes of a checkpoint.
pub fn encode(header: &Header, vectors: &[Vec<f32>]) -> Vec<u8> {
    let json = serde_json::to_vec(header).expect("a header is plain data");
    let mut bytes = (json.len() as u32).to_le_bytes().to_vec();
    bytes.extend(json);
    bytes.extend(vectors.iter().flatten().flat_map(|v| v.to_le_bytes()));
    let sum = Sha256::digest(&bytes);
    bytes.extend(sum);
    bytes
}

/// The checkpoint in these bytes; none where they are damaged or of another layout.
pub fn decode(bytes: &[u8]) -> Option<Checkpoint> {
    layout(content(bytes)?)
}

/// The payload, if its checksum matches.
fn content(bytes: &[u8]) -> Option<&[u8]> {
    let (content, sum) = bytes.split_at_checked(bytes.len().checked_sub(CHECKSUM_BYTES)?)?;
    (Sha256::digest(content)[..] == *sum).then_some(content)
}

fn layout(content: &[u8]) -> Option<Checkpoint> {
    let (length, rest) = content.split_first_chunk::<4>()?;
    let length = u32::from_le_bytes(*length) as usize;
    if length > HEADER_MAX_BYTES {
        return None;
    }
    let (json, mut values) = rest.split_at_checked(length)?;
    let header: Header = serde_json::from_slice(json).ok()?;
    let mut vectors = vec![];
    for n in &header.lengths {
        let (part, after) = values.split_at_checked(n.checked_mul(4)?)?;
        values = after;
        vectors.push(
            part.as_chunks::<4>()
                .0
                .iter()
                .map(|w| f32::from_le_bytes(*w))
                .collect(),
        );
    }
    values.is_empty().then_some((header, vectors))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::pixelcnn::{Kind, PixelCnnConfig, PixelCnnModel};

    fn header() -> Header {
        Header {
            id: "test".into(),
            config: PixelCnnModel {
                network: PixelCnnConfig {
                    kind: Kind::Plain,
                    channels: 2,
                    layers: 1,
                    kernel: 3,
                    features: 2,
                    colours: 1,
                    side: 4,
                    levels: 2,
                    labels: 0,
                },
            }
            .into(),
            family: "rates".into(),
            schedule: 100,
            bf16: false,
            seed: 1,
            batch: 4,
            data: "images".into(),
            split: "places".into(),
            step: 0,
            wall_secs: 0.0,
            lengths: vec![],
        }
    }

    #[test]
    fn a_folder_whose_checkpoints_are_all_damaged_is_left_as_it_is() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path();
        assert_eq!(load(folder), Ok(None));
        let at = |step| Header {
            step,
            lengths: vec![2],
            ..header()
        };
        let step = || load(folder).map(|found| found.map(|(header, _)| header.step));
        for step in [10, 20] {
            save(folder, &at(step), &[vec![1.0, 2.0]]).unwrap();
        }
        assert_eq!(step(), Ok(Some(20)));
        let [a, b] = NAMES.map(|name| folder.join(name));
        std::fs::write(&b, "torn").unwrap();
        assert_eq!(step(), Ok(Some(10)), "the one before is whole");
        std::fs::write(&a, "").unwrap();
        let told = step().unwrap_err();
        assert!(
            told.contains("checkpoint-a.bin, checkpoint-b.bin damaged"),
            "{told}"
        );
        std::fs::remove_file(&a).unwrap();
        let told = step().unwrap_err();
        assert!(told.contains("checkpoint-b.bin damaged"), "{told}");
        std::fs::remove_file(&b).unwrap();
        assert_eq!(step(), Ok(None));
        // Nor is one taken for absent that cannot be read, or read further than its limit.
        std::fs::create_dir(&a).unwrap();
        assert!(step().unwrap_err().contains("cannot be read"));
        std::fs::remove_dir(&a).unwrap();
        let long = std::fs::File::create(&a).unwrap();
        long.set_len(CHECKPOINT_MAX_BYTES as u64 + 1).unwrap();
        assert!(step().unwrap_err().contains("more bytes than"));
    }

    #[test]
    fn what_would_make_another_run_is_named() {
        let header = header();
        let later = Header {
            step: 50,
            wall_secs: 9.0,
            lengths: vec![3],
            ..header.clone()
        };
        assert_eq!(header.other(&later), None);
        type Change = fn(&mut Header);
        let changes: [(Change, &str); 7] = [
            (|h| h.family = "other rates".into(), "recipe"),
            (|h| h.schedule = 200, "recipe"),
            (|h| h.batch = 8, "recipe"),
            (|h| h.seed = 2, "seed"),
            (|h| h.data = "others".into(), "images"),
            (|h| h.split = "others".into(), "split"),
            (|h| h.bf16 = true, "--bf16"),
        ];
        for (change, part) in changes {
            let mut found = later.clone();
            change(&mut found);
            let told = header.other(&found).unwrap();
            assert!(told.contains(part), "{told}");
        }
    }
}
