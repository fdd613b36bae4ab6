//! The bytes of a resumable state: a JSON header, then 32-bit floats, and their hash.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Longest header.
const HEADER_MAX: usize = 1 << 20;

/// What is not a tensor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// Version of this layout.
    pub version: u32,
    /// The link of the run so far.
    pub query: String,
    /// How many of that link's changes in mid-run have been made.
    pub made: usize,
    /// Generator steps done.
    pub step: u64,
    /// Updates done per arena: discriminator, generator.
    pub updates: Vec<[u64; 2]>,
    /// Losses since the last measures, per arena and kind: the bits of their sum, and how many there are.
    #[serde(default)]
    pub losses: Vec<[[u64; 2]; 3]>,
    /// Length of each vector that follows.
    pub lengths: Vec<usize>,
}

/// The version that is written.
pub const VERSION: u32 = 1;

/// Header length (u32, little-endian), header, vectors (f32, little-endian).
pub fn encode(header: &Header, vectors: &[Vec<f32>]) -> Vec<u8> {
    let json = serde_json::to_vec(header).expect("a header is plain data");
    let mut bytes = (json.len() as u32).to_le_bytes().to_vec();
    bytes.extend(json);
    bytes.extend(vectors.iter().flatten().flat_map(|v| v.to_le_bytes()));
    bytes
}

/// The inverse of [`encode`].
///
/// # Errors
/// A sentence when bytes are missing, left over, or not a snapshot.
pub fn decode(bytes: &[u8]) -> Result<(Header, Vec<Vec<f32>>), String> {
    let bad = |what: &str| format!("The saved state cannot be used: {what}.");
    let (length, rest) = bytes
        .split_first_chunk::<4>()
        .ok_or_else(|| bad("it is empty"))?;
    let length = u32::from_le_bytes(*length) as usize;
    if length > HEADER_MAX || length > rest.len() {
        return Err(bad("its header is cut off"));
    }
    let (json, mut values) = rest.split_at(length);
    let header: Header = serde_json::from_slice(json).map_err(|_| bad("its header is damaged"))?;
    if header.version != VERSION {
        return Err(bad("it is of another version"));
    }
    let expected = header.lengths.iter().try_fold(0usize, |sum, n| {
        n.checked_mul(4).and_then(|n| sum.checked_add(n))
    });
    if expected != Some(values.len()) {
        return Err(bad("its length is wrong"));
    }
    let vectors = header
        .lengths
        .iter()
        .map(|n| {
            let (part, rest) = values.split_at(4 * n);
            values = rest;
            let word = |w: &[u8]| f32::from_le_bytes([w[0], w[1], w[2], w[3]]);
            part.chunks_exact(4).map(word).collect()
        })
        .collect();
    Ok((header, vectors))
}

/// 16 hexadecimal digits: the first half of the SHA-256 of counters and vectors, with every NaN taken as the same one.
pub fn hash(header: &Header, vectors: &[Vec<f32>]) -> String {
    let mut sha = Sha256::new();
    for n in std::iter::once(&header.step).chain(header.updates.iter().flatten()) {
        sha.update(n.to_le_bytes());
    }
    for v in vectors.iter().flatten() {
        let v = if v.is_nan() { f32::NAN } else { *v };
        sha.update(v.to_bits().to_le_bytes());
    }
    sha.finalize()[..8]
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sample() -> (Header, Vec<Vec<f32>>) {
        let vectors = vec![vec![1.0, -2.5], vec![], vec![f32::MIN_POSITIVE]];
        let header = Header {
            version: VERSION,
            query: "seed=3".into(),
            made: 0,
            step: 7,
            updates: vec![[14, 7]],
            losses: vec![[[0.1f64.to_bits(), 2]; 3]],
            lengths: vectors.iter().map(Vec::len).collect(),
        };
        (header, vectors)
    }

    #[test]
    fn bytes_round_trip() {
        let (header, vectors) = sample();
        assert_eq!(
            decode(&encode(&header, &vectors)).unwrap(),
            (header, vectors)
        );
    }

    #[test]
    fn every_truncation_is_refused() {
        let (header, vectors) = sample();
        let bytes = encode(&header, &vectors);
        for n in 0..bytes.len() {
            assert!(decode(&bytes[..n]).unwrap_err().ends_with('.'));
        }
        assert!(decode(&[bytes.as_slice(), &[0]].concat()).is_err());
    }

    #[test]
    fn hostile_lengths_are_refused() {
        let (mut header, vectors) = sample();
        header.lengths = vec![usize::MAX, usize::MAX];
        assert!(decode(&encode(&header, &vectors)).is_err());
    }

    #[test]
    fn the_hash_sees_every_value_and_counter_but_not_which_nan() {
        let (header, vectors) = sample();
        let base = hash(&header, &vectors);
        assert_eq!(base.len(), 16);
        let mut other = vectors.clone();
        other[0][1] = -2.500_000_2;
        assert_ne!(base, hash(&header, &other));
        assert_ne!(
            base,
            hash(
                &Header {
                    step: 8,
                    ..header.clone()
                },
                &vectors
            )
        );
        let nan = |bits| hash(&header, &[vec![f32::from_bits(bits)]]);
        assert_eq!(nan(0x7fc0_0000), nan(0xffc0_0001));
    }

    proptest! {
        #[test]
        fn any_bytes_are_refused_or_read(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Err(e) = decode(&bytes) {
                prop_assert!(e.ends_with('.'));
            }
        }
    }
}
