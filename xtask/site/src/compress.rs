//! The brotli twins of the site's files.

use std::{io::Write as _, path::Path, time::Instant};

use anyhow::{Context, Result};

use project::files::{lock, read, write_whole};

use crate::folder::{Site, twin};

/// From here on the best quality costs minutes and saves a few per cent.
const LARGE: usize = 6 << 20;

/// Makes the twins that are missing.
pub fn all(site: &Site) -> Result<()> {
    let _alone = lock("site.lock")?;
    for name in site.sizes()?.keys() {
        let place = site.folder.join(name);
        if compressible(&place) && !twin(&place).exists() {
            compress(&place)?;
        }
    }
    Ok(())
}

fn compressible(path: &Path) -> bool {
    let kinds = ["html", "js", "css", "json", "svg", "wasm", "txt", "csv"];
    path.extension()
        .is_some_and(|kind| kinds.iter().any(|known| kind == *known))
}

fn compress(path: &Path) -> Result<()> {
    let start = Instant::now();
    let bytes = read(path)?;
    let quality = if bytes.len() < LARGE { 11 } else { 9 };
    let mut writer = brotli::CompressorWriter::new(Vec::new(), 1 << 16, quality, 24);
    writer.write_all(&bytes).context("brotli failed")?;
    write_whole(&twin(path), &writer.into_inner())?;
    if start.elapsed().as_secs() >= 1 {
        println!(
            "compressed {} in {:.0} s",
            path.display(),
            start.elapsed().as_secs_f64()
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_twin_unpacks_to_its_file() {
        let path = std::env::temp_dir().join(format!("genzoo-twin-{}.txt", std::process::id()));
        let text = "the same again and again; ".repeat(1000);
        fs::write(&path, &text).unwrap();
        compress(&path).unwrap();
        let packed = read(&twin(&path)).unwrap();
        let mut unpacked = Vec::new();
        brotli::BrotliDecompress(&mut &packed[..], &mut unpacked).unwrap();
        assert!(unpacked == text.as_bytes() && packed.len() < 100);
        fs::remove_file(twin(&path)).unwrap();
        fs::remove_file(path).unwrap();
    }
}
