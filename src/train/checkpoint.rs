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
pub struct Header {
    /// Id of the recipe.
    pub id: String,
    /// Architecture.
    pub config: ModelConfig,
    /// Seed of the run.
    pub seed: u64,
    /// Images per update.
    pub batch: usize,
    /// SHA-256 of the training images.
    pub data: String,
    /// Updates done.
    pub step: u64,
    /// Seconds of training so far.
    pub wall_secs: f64,
    /// Length of each vector that follows.
    pub lengths: Vec<usize>,
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
    let step = |p: &PathBuf| read(p).ok().map(|(header, _)| header.step);
    let [a, b] = [step(&places[0]), step(&places[1])];
    let [first, second] = places;
    if a <= b { first } else { second }
}

/// The newest whole checkpoint in `folder`, if there is one.
pub fn load(folder: &Path) -> Option<(Header, Vec<Vec<f32>>)> {
    NAMES
        .iter()
        .filter_map(|n| read(&folder.join(n)).ok())
        .max_by_key(|(header, _)| header.step)
}

fn read(path: &Path) -> Result<(Header, Vec<Vec<f32>>), String> {
    let bytes = fs::read(path).map_err(|e| e.to_string())?;
    decode(&bytes).ok_or_else(|| format!("{} is not a whole checkpoint.", path.display()))
}

fn decode(bytes: &[u8]) -> Option<(Header, Vec<Vec<f32>>)> {
    let (content, sum) = bytes.split_at_checked(bytes.len().checked_sub(CHECKSUM_BYTES)?)?;
    if Sha256::digest(content)[..] != *sum {
        return None;
    }
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
