//! Short links, which the page writes (`www/link/short.js`): `q=` and, in base64url, the checksum of what follows and the deflated
//! link, with the bytes of its points as differences behind a zero.

use std::borrow::Cow;
use std::io::Read as _;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::read::DeflateDecoder;

use crate::schema::{QUERY_MAX_BYTES, SHORT_KEY};

const SUM_BYTES: usize = 4;
/// Bytes from one coordinate of a point to the next.
const STRIDE: usize = 2;

/// The long form of a short link. A link that is not short is returned unchanged.
///
/// # Errors
/// A sentence where it was cut, changed, or is too long.
pub fn expanded(query: &str) -> Result<Cow<'_, str>, String> {
    // The whole address, where that was pasted.
    let hash = query.rsplit_once('#').map_or(query, |(_, hash)| hash);
    let plain = hash.trim_start_matches('?');
    let Some(short) = plain.split('&').find_map(value) else {
        return Ok(query.into());
    };
    let link = unpacked(short).ok_or(
        "The short link was cut or changed on its way here, so nothing of it can be read: ask for it again. The defaults are used.",
    )?;
    let rest = plain.split('&').filter(|pair| value(pair).is_none());
    let parts: Vec<&str> = [&link[..]].into_iter().chain(rest).collect();
    Ok(parts.join("&").into())
}

/// What a pair says, if it is the one of a short link.
fn value(pair: &str) -> Option<&str> {
    let (key, value) = pair.split_once('=')?;
    (key == SHORT_KEY).then_some(value)
}

fn unpacked(text: &str) -> Option<String> {
    if text.len() > QUERY_MAX_BYTES {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let (sum, packed) = bytes.split_first_chunk::<SUM_BYTES>()?;
    if u32::from_le_bytes(*sum) != fnv(packed) {
        return None;
    }
    let mut plain = vec![];
    // One byte more than is allowed tells what is too long.
    DeflateDecoder::new(packed)
        .take(QUERY_MAX_BYTES as u64 + 1)
        .read_to_end(&mut plain)
        .ok()?;
    let link = with_points(plain).filter(|link| link.len() <= QUERY_MAX_BYTES)?;
    Some(link)
}

fn with_points(plain: Vec<u8>) -> Option<String> {
    let Some(end) = plain.iter().position(|byte| *byte == 0) else {
        return String::from_utf8(plain).ok();
    };
    let link = std::str::from_utf8(&plain[..end]).ok()?;
    let mut points = plain[end + 1..].to_vec();
    for at in 1 + STRIDE..points.len() {
        points[at] = points[at].wrapping_add(points[at - STRIDE]);
    }
    Some(format!("{link}&points={}", URL_SAFE_NO_PAD.encode(points)))
}

/// FNV-1a, 32 bits.
fn fnv(bytes: &[u8]) -> u32 {
    let add = |sum: u32, byte: &u8| (sum ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
    bytes.iter().fold(0x811c_9dc5, add)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::races::playground::RACE;
    use crate::runs::settings::Settings;
    use flate2::Compression;
    use flate2::write::DeflateEncoder;
    use proptest::prelude::*;
    use std::io::Write as _;

    /// `[long, short]`: links that the page wrote.
    fn pairs() -> Vec<[String; 2]> {
        let text = include_str!("../../../tests/fixtures/short-links.json");
        serde_json::from_str(text).unwrap()
    }

    fn packed(plain: &[u8]) -> String {
        let mut deflated = DeflateEncoder::new(vec![], Compression::best());
        deflated.write_all(plain).unwrap();
        let deflated = deflated.finish().unwrap();
        let sum = fnv(&deflated).to_le_bytes();
        format!(
            "{SHORT_KEY}={}",
            URL_SAFE_NO_PAD.encode([&sum[..], &deflated].concat())
        )
    }

    #[test]
    fn a_short_link_of_the_page_is_the_same_run() {
        for [long, short] in pairs() {
            let [one, other] = [&long, &short].map(|link| Settings::resolve(&RACE, link));
            assert_eq!(one.notes, [""; 0], "{long}");
            assert_eq!(other.notes, [""; 0], "{short}");
            let query = |s: &Settings| s.query(s.step, &s.events);
            assert_eq!(query(&one), query(&other));
            assert_ne!(query(&one), "");
        }
        let [long, short] = &pairs()[0];
        let read = Settings::resolve(
            &RACE,
            &format!("https://example.org/genzoo/#{short}&seed=9"),
        );
        let wanted = Settings::resolve(&RACE, &format!("{long}&seed=9"));
        assert_eq!(
            read.query(0, &[]),
            wanted.query(0, &[]),
            "what follows holds"
        );
    }

    #[test]
    fn a_cut_one_is_recognised_wherever_that_was() {
        let [_, short] = &pairs()[0];
        for end in SHORT_KEY.len() + 1..short.len() {
            let settings = Settings::resolve(&RACE, &short[..end]);
            assert!(
                settings.notes.iter().any(|n| n.contains("was cut")),
                "{end}"
            );
            assert_eq!(settings.query(0, &[]), "");
        }
    }

    #[test]
    fn it_is_bounded_before_it_is_read() {
        let long = packed(&vec![b'a'; 4 << 20]);
        assert!(long.len() < QUERY_MAX_BYTES);
        assert!(expanded(&long).is_err());
        assert!(expanded(&packed(&vec![b'a'; QUERY_MAX_BYTES])).is_ok());
        assert!(expanded(&packed(&vec![0; QUERY_MAX_BYTES])).is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[A-Za-z0-9_&=-]{0,80}", plain in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = expanded(&format!("{SHORT_KEY}={text}"));
            if let Ok(link) = expanded(&packed(&plain)) {
                prop_assert!(link.len() <= QUERY_MAX_BYTES);
            }
        }
    }
}
