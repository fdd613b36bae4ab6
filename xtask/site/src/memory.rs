//! The most memory that a module may ask for, as its memory section says.

use anyhow::{Context, Result, ensure};
use wasmparser::{Parser, Payload};

use project::{
    files::read,
    modules::{ALL, MEMORY_MAX},
};

use crate::folder::Site;

/// Size of a page of memory.
const PAGE: u64 = 64 << 10;

/// Fails where a module of the site may grow beyond the limit.
pub fn check(site: &Site) -> Result<()> {
    for module in ALL {
        let file = format!("pkg/{}_bg.wasm", module.name);
        bounded(&read(&site.folder.join(&file))?).context(file)?;
    }
    Ok(())
}

/// Fails where a module may grow beyond the limit, or has no memory of its own.
pub fn bounded(wasm: &[u8]) -> Result<()> {
    let most = maxima(wasm)?;
    ensure!(!most.is_empty(), "it has no memory of its own");
    for most in most {
        ensure!(
            most.is_some_and(|most| most <= MEMORY_MAX),
            "its memory may grow to {}; the limit is {MEMORY_MAX} bytes: build it again",
            most.map_or("any size".to_owned(), |most| format!("{most} bytes"))
        );
    }
    Ok(())
}

/// The limit of each memory in bytes, where it has one.
fn maxima(wasm: &[u8]) -> Result<Vec<Option<u64>>> {
    let mut found = vec![];
    for payload in Parser::new(0).parse_all(wasm) {
        if let Payload::MemorySection(section) = payload? {
            for memory in section {
                found.push(memory?.maximum.map(|pages| pages * PAGE));
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A module with one memory of these limits in pages.
    fn module(least: u8, most: Option<&[u8]>) -> Vec<u8> {
        let flag = u8::from(most.is_some());
        let limits = [&[1, flag, least][..], most.unwrap_or_default()].concat();
        let section = [&[5, limits.len() as u8][..], &limits].concat();
        [b"\0asm\x01\0\0\0", &section[..]].concat()
    }

    #[test]
    fn a_memory_without_a_limit_or_with_a_larger_one_is_refused() {
        // 16,384 pages and one more, in seven bits a byte.
        let (gibibyte, more) = ([0x80, 0x80, 0x01], [0x81, 0x80, 0x01]);
        assert!(bounded(&module(17, Some(&gibibyte))).is_ok());
        assert!(bounded(&module(17, Some(&[18]))).is_ok());
        let told = |wasm: &[u8]| bounded(wasm).unwrap_err().to_string();
        assert!(told(&module(17, Some(&more))).contains("1073807360 bytes"));
        assert!(told(&module(17, None)).contains("any size"));
        assert!(told(b"\0asm\x01\0\0\0").contains("no memory"));
        assert!(bounded(b"\0asm\x01\0\0\0\x05").is_err());
    }
}
