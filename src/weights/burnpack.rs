//! Weights as files: half-precision burnpacks that hold exactly the tensors of their card's networks.

use burn::tensor::f16;
use burn_pack::{Bytes, DType, Reader, Tensor as Packed, Writer};
use sha2::{Digest, Sha256};

use super::card::Card;
use crate::limits::complaint;
use crate::models::network::{Architecture, Entry, State};

/// Largest weights file, in bytes.
pub const WEIGHTS_MAX_BYTES: usize = 64 << 20;
/// Longest metadata of a weights file, in bytes.
const METADATA_MAX_BYTES: usize = 1 << 20;
/// Magic, version and length of the metadata.
const HEADER_BYTES: usize = 10;

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

/// The values of every network of the card's model, in the order of [`super::ModelConfig::parts`].
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
        .map_err(|e| format!("it is not a burnpack ({})", complaint(e)))?;
    let mut tensors = reader
        .into_tensors()
        .map_err(|e| format!("its tensors cannot be read ({})", complaint(e)))?;
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
                .map_err(|e| format!("the tensor {name} cannot be read ({})", complaint(e)))?;
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
    // With overlaps, holes or further tensors in the file, the same tensors written again give other bytes.
    if pack(&again)? != bytes {
        return Err("it holds more than the card's tensors, or in another order".into());
    }
    Ok(states)
}
