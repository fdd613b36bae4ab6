//! IDX files of unsigned bytes, the format of MNIST (LeCun, Cortes and Burges 1998): the magic number
//! `0x00000800 | rank`, one size per dimension, all big-endian u32, then the bytes, row-major.
//!
//! Rank 1 holds labels `[n]`, rank 3 grey images `[n, height, width]`, rank 4 images `[n, height, width, channels]`
//! of 1 or 3 channels. Files may be gzipped. Memory grows with what was really read, never with what a header
//! promises, and nothing is unpacked beyond that promise.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;

/// Most values in one file: 2 GiB.
pub const MAX_BYTES: usize = 2 << 30;

const UNSIGNED_BYTE: u8 = 0x08;
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// An array of bytes, row-major.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Idx {
    /// Sizes, outermost first; all at least 1.
    pub dims: Vec<usize>,
    /// As many bytes as the product of the sizes.
    pub data: Vec<u8>,
}

/// The array in the bytes of a plain IDX file; `file` is its name in errors.
///
/// # Errors
/// A sentence with the file, the byte offset, what was found there and what was expected.
pub fn parse_idx(bytes: &[u8], file: &str) -> Result<Idx, String> {
    read(bytes, file, MAX_BYTES)
}

/// The array in an IDX file, plain or gzipped, whichever its first bytes say.
///
/// # Errors
/// As [`parse_idx`], where offsets count unpacked bytes; or a sentence about a file that cannot be read.
pub fn read_idx(path: &Path) -> Result<Idx, String> {
    let file = path.display().to_string();
    let fault = |e| format!("{file} cannot be read: {e}.");
    let mut reader = BufReader::new(File::open(path).map_err(fault)?);
    if reader.fill_buf().map_err(fault)?.starts_with(&GZIP_MAGIC) {
        read(MultiGzDecoder::new(reader), &file, MAX_BYTES)
    } else {
        read(reader, &file, MAX_BYTES)
    }
}

fn read(mut reader: impl Read, file: &str, limit: usize) -> Result<Idx, String> {
    let fault = |offset: usize, found: String, expected: &str| {
        format!("{file}: byte {offset} has {found}; expected {expected}.")
    };
    let magic = take(&mut reader, file, 0, 4)?;
    if magic[..2] != [0, 0] {
        let found = format!("0x{:02x}{:02x}", magic[0], magic[1]);
        return Err(fault(0, found, "0x0000, as every IDX file begins"));
    }
    if magic[2] != UNSIGNED_BYTE {
        let found = format!("element type 0x{:02x}", magic[2]);
        return Err(fault(2, found, "0x08, unsigned bytes"));
    }
    let rank = usize::from(magic[3]);
    if ![1, 3, 4].contains(&rank) {
        let expected = "1 for labels, 3 or 4 for images";
        return Err(fault(3, format!("rank {rank}"), expected));
    }
    let dims: Vec<usize> = take(&mut reader, file, 4, 4 * rank)?
        .chunks_exact(4)
        .map(|b| u32::from_be_bytes([b[0], b[1], b[2], b[3]]) as usize)
        .collect();
    if let Some(empty) = dims.iter().position(|&d| d == 0) {
        return Err(fault(4 + 4 * empty, "size 0".into(), "at least 1"));
    }
    if rank == 4 && ![1, 3].contains(&dims[3]) {
        let found = format!("{} channels", dims[3]);
        return Err(fault(16, found, "1 (grey) or 3 (red, green, blue)"));
    }
    let length = dims
        .iter()
        .try_fold(1usize, |product, &d| product.checked_mul(d))
        .filter(|&length| length <= limit)
        .ok_or_else(|| {
            let expected = format!("at most {limit} values in all");
            fault(4, format!("sizes {dims:?}"), &expected)
        })?;
    let header = 4 + 4 * rank;
    let data = take(&mut reader, file, header, length)?;
    // Reading on to the end also makes a gzip stream check its sum.
    if !some(&mut reader, file, header + length, 1)?.is_empty() {
        let expected = format!("the end, after sizes {dims:?}");
        return Err(fault(header + length, "more".into(), &expected));
    }
    Ok(Idx { dims, data })
}

/// Exactly `length` bytes, which begin at byte `offset`.
fn take(
    reader: &mut impl Read,
    file: &str,
    offset: usize,
    length: usize,
) -> Result<Vec<u8>, String> {
    let bytes = some(reader, file, offset, length)?;
    if bytes.len() < length {
        return Err(format!(
            "{file}: ends at byte {}; expected at least {} bytes.",
            offset + bytes.len(),
            offset + length
        ));
    }
    Ok(bytes)
}

/// At most `length` bytes, which begin at byte `offset`; fewer only where the file ends.
fn some(
    reader: &mut impl Read,
    file: &str,
    offset: usize,
    length: usize,
) -> Result<Vec<u8>, String> {
    let mut bytes = vec![];
    let outcome = reader.take(length as u64).read_to_end(&mut bytes);
    outcome.map_err(|e| {
        let at = offset + bytes.len();
        format!("{file}: byte {at} cannot be read: {e}.")
    })?;
    Ok(bytes)
}

/// The bytes of a plain IDX file, for tests.
#[cfg(test)]
pub fn encode(dims: &[usize], data: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0, UNSIGNED_BYTE, dims.len() as u8];
    bytes.extend(dims.iter().flat_map(|&d| (d as u32).to_be_bytes()));
    bytes.extend(data);
    bytes
}

/// `bytes` gzipped, for tests.
#[cfg(test)]
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(vec![], flate2::Compression::fast());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Counts what is asked of an endless reader.
    struct Endless(Vec<u8>, usize);

    impl Read for Endless {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            for slot in buffer.iter_mut() {
                *slot = self.0.get(self.1).copied().unwrap_or(0);
                self.1 += 1;
            }
            Ok(buffer.len())
        }
    }

    fn refused(bytes: &[u8]) -> String {
        let error = parse_idx(bytes, "f").unwrap_err();
        assert!(error.starts_with("f: ") && error.ends_with('.'), "{error}");
        error
    }

    #[test]
    fn plain_and_gzipped_files_round_trip() {
        let folder = tempfile::tempdir().unwrap();
        for dims in [&[5][..], &[2, 3, 4], &[2, 3, 4, 1], &[2, 3, 4, 3]] {
            let data: Vec<u8> = (0..dims.iter().product::<usize>() as u8).collect();
            let plain = encode(dims, &data);
            let expected = Idx {
                dims: dims.to_vec(),
                data,
            };
            assert_eq!(parse_idx(&plain, "f").unwrap(), expected);
            // The content decides, not the name; several gzip members are one file.
            let members = [gzip(&plain[..7]), gzip(&plain[7..])].concat();
            for (name, bytes) in [("a.gz", &plain), ("b", &gzip(&plain)), ("c", &members)] {
                let path = folder.path().join(name);
                std::fs::write(&path, bytes).unwrap();
                assert_eq!(read_idx(&path).unwrap(), expected);
            }
        }
    }

    #[test]
    fn errors_name_the_offset_what_was_found_and_what_was_expected() {
        for (bytes, message) in [
            (
                vec![0x89, 0x50, 0, 0],
                "f: byte 0 has 0x8950; expected 0x0000",
            ),
            (
                vec![0, 0, 0x0d, 1],
                "f: byte 2 has element type 0x0d; expected 0x08",
            ),
            (
                vec![0, 0, 8, 2],
                "f: byte 3 has rank 2; expected 1 for labels",
            ),
            (
                vec![0, 0, 8, 3, 0, 0],
                "f: ends at byte 6; expected at least 16 bytes",
            ),
            (
                encode(&[1, 0, 2], &[]),
                "f: byte 8 has size 0; expected at least 1",
            ),
            (
                encode(&[1, 1, 1, 2], &[0, 0]),
                "f: byte 16 has 2 channels; expected 1",
            ),
            (
                encode(&[3], &[1, 2]),
                "f: ends at byte 10; expected at least 11 bytes",
            ),
            (
                encode(&[3], &[1, 2, 3, 4]),
                "f: byte 11 has more; expected the end",
            ),
        ] {
            let error = refused(&bytes);
            assert!(error.starts_with(message), "{error}");
        }
        let missing = read_idx(Path::new("no/such")).unwrap_err();
        assert!(missing.starts_with("no/such cannot be read: "), "{missing}");
    }

    #[test]
    fn the_size_limit_is_exact_and_sizes_cannot_overflow() {
        for (size, fits) in [(99, true), (100, true), (101, false)] {
            let file = encode(&[size], &vec![7; size]);
            assert_eq!(read(&file[..], "f", 100).is_ok(), fits, "{size}");
        }
        let most = u32::MAX as usize;
        for dims in [&[most][..], &[most; 3], &[most, most, most, 3]] {
            assert!(refused(&encode(dims, &[1])).contains("at most 2147483648 values"));
        }
    }

    #[test]
    fn no_more_is_unpacked_than_the_header_promises() {
        let header = encode(&[1000], &[]);
        let mut endless = Endless(header.clone(), 0);
        assert!(
            read(&mut endless, "f", 1 << 30)
                .unwrap_err()
                .contains("has more")
        );
        assert!(endless.1 <= header.len() + 1001, "{} bytes", endless.1);
        // A promise of the full limit in a short file costs what the file holds.
        assert!(refused(&encode(&[MAX_BYTES], &[1, 2, 3])).contains("ends at byte 11"));
    }

    #[test]
    fn a_gzip_stream_is_refused_at_every_cut_and_with_a_wrong_sum() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f");
        let whole = gzip(&encode(&[2, 3, 3], &[9; 18]));
        for cut in 0..whole.len() {
            std::fs::write(&path, &whole[..cut]).unwrap();
            assert!(read_idx(&path).unwrap_err().ends_with('.'), "{cut}");
        }
        let mut damaged = whole.clone();
        let sum = whole.len() - 8;
        damaged[sum] ^= 1;
        std::fs::write(&path, damaged).unwrap();
        assert!(read_idx(&path).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn any_bytes_are_read_or_refused_with_a_sentence(
            begin in prop::sample::select(vec![&[][..], &[0, 0, 8], &[0, 0, 8, 1], &[0, 0, 8, 3], &[0, 0, 8, 4]]),
            rest in prop::collection::vec(any::<u8>(), 0..64),
        ) {
            let bytes = [begin, &rest].concat();
            match read(&bytes[..], "f", 1 << 16) {
                Ok(idx) => prop_assert_eq!(encode(&idx.dims, &idx.data), bytes),
                Err(e) => prop_assert!(e.starts_with("f: ") && e.ends_with('.'), "{}", e),
            }
        }

        #[test]
        fn a_changed_byte_or_another_length_is_noticed_wherever_it_matters(
            dims in prop::collection::vec(1usize..6, 3),
            at in any::<prop::sample::Index>(),
            change in 1u8..,
            cut in any::<prop::sample::Index>(),
        ) {
            let data: Vec<u8> = (0..dims.iter().product()).map(|i| i as u8).collect();
            let whole = encode(&dims, &data);
            let at = at.index(whole.len());
            let mut changed = whole.clone();
            changed[at] ^= change;
            // A changed value is a valid file; a changed header never is, as the length no longer fits.
            prop_assert_eq!(parse_idx(&changed, "f").is_ok(), at >= 16);
            prop_assert!(parse_idx(&whole[..cut.index(whole.len())], "f").is_err());
            prop_assert!(parse_idx(&[&whole[..], &[change]].concat(), "f").is_err());
        }

        #[test]
        fn the_largest_sizes_never_take_memory(dims in prop::collection::vec(prop::sample::select(vec![
            1u32, 2, 3, 0x7fff_ffff, 0x8000_0000, u32::MAX - 1, u32::MAX]), 1..=4)) {
            let dims: Vec<usize> = dims.into_iter().map(|d| d as usize).collect();
            prop_assume!(dims.iter().any(|&d| d > 3));
            prop_assert!(parse_idx(&encode(&dims, &[0; 40]), "f").is_err());
        }
    }
}
