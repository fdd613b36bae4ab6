//! Checkpoints that survive a kill at any instant.
//!
//! Two files take turns. Each is written beside its place, synced, and renamed over the older of the two, so at every moment
//! at least one of them is whole; a checksum tells which. A file is a JSON header and its
//! length, 32-bit floats, and the SHA-256 of all before.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::weights::ModelConfig;

const NAMES: [&str; 2] = ["checkpoint-a.bin", "checkpoint-b.bin"];
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

/// Writes a file so that its place holds the old or the new content, never a part of it.
///
/// # Errors
/// A sentence that names the file.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), String> {
    let failed = |e: std::io::Error| format!("{} could not be written: {e}.", path.display());
    let folder = path.parent().expect("a file in a folder");
    let name = path.file_name().expect("a file name").to_string_lossy();
    let beside = folder.join(format!(".{name}.new"));
    let mut file = File::create(&beside).map_err(failed)?;
    file.write_all(bytes).map_err(failed)?;
    file.sync_all().map_err(failed)?;
    drop(file);
    fs::rename(&beside, path).map_err(failed)?;
    // The rename itself must reach the disk; only Unix can sync a folder.
    if cfg!(unix) {
        File::open(folder)
            .and_then(|f| f.sync_all())
            .map_err(failed)?;
    }
    Ok(())
}

/// Writes a checkpoint over the older one in `folder`.
///
/// # Errors
/// A sentence that names the file.
pub fn save(folder: &Path, header: &Header, vectors: &[Vec<f32>]) -> Result<(), String> {
    let json = serde_json::to_vec(header).expect("a header is plain data");
    let mut bytes = (json.len() as u32).to_le_bytes().to_vec();
    bytes.extend(json);
    bytes.extend(vectors.iter().flatten().flat_map(|v| v.to_le_bytes()));
    let sum = Sha256::digest(&bytes);
    bytes.extend(sum);
    write_whole(&older(folder), &bytes)
}

/// The place of the older checkpoint, or one that is free or damaged.
fn older(folder: &Path) -> PathBuf {
    let places = NAMES.map(|n| folder.join(n));
    let step = |p: &PathBuf| {
        let bytes = fs::read(p).ok()?;
        Some(decode(content(&bytes)?)?.0.step)
    };
    let [a, b] = [step(&places[0]), step(&places[1])];
    let [first, second] = places;
    if a <= b { first } else { second }
}

/// The newest whole checkpoint in `folder`, if there is one.
///
/// # Errors
/// A sentence when one is whole and of another layout, which a run must not overwrite.
pub fn load(folder: &Path) -> Result<Option<Checkpoint>, String> {
    let mut newest: Option<Checkpoint> = None;
    for name in NAMES {
        let path = folder.join(name);
        let bytes = fs::read(&path).unwrap_or_default();
        let Some(content) = content(&bytes) else {
            continue;
        };
        let found = decode(content).ok_or_else(|| {
            format!(
                "{} is the checkpoint of another version of genzoo, which cannot be continued; choose another --out.",
                path.display()
            )
        })?;
        if newest
            .as_ref()
            .is_none_or(|(header, _)| header.step < found.0.step)
        {
            newest = Some(found);
        }
    }
    Ok(newest)
}

/// The payload, if its checksum matches.
fn content(bytes: &[u8]) -> Option<&[u8]> {
    let (content, sum) = bytes.split_at_checked(bytes.len().checked_sub(CHECKSUM_BYTES)?)?;
    (Sha256::digest(content)[..] == *sum).then_some(content)
}

fn decode(content: &[u8]) -> Option<Checkpoint> {
    let (length, rest) = content.split_first_chunk::<4>()?;
    let (json, mut values) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
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

    #[test]
    fn what_would_make_another_run_is_named() {
        let header = Header {
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
        };
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
