//! Checks that need no runner: links of documents, lock files. No network.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Result, ensure};
use regex_lite::Regex;
use walkdir::WalkDir;

use project::{
    files::{is_relative, read},
    root,
};

/// Folders that hold other people's or generated files.
const FOREIGN: [&str; 5] = ["node_modules", "target", "dist", "pkg", ".git"];

/// Own files with this ending.
fn own_files(ending: &str) -> Vec<PathBuf> {
    WalkDir::new(root())
        .into_iter()
        .filter_entry(|entry| !FOREIGN.iter().any(|name| entry.file_name() == *name))
        .filter_map(Result::ok)
        .map(walkdir::DirEntry::into_path)
        .filter(|path| path.to_string_lossy().ends_with(ending))
        .collect()
}

fn text(path: &Path) -> Result<String> {
    Ok(String::from_utf8_lossy(&read(path)?).into_owned())
}

/// Every relative link in a document leads somewhere.
pub fn documents() -> Result<()> {
    let mut broken = Vec::new();
    for file in own_files(".md") {
        for link in markdown_links(&text(&file)?) {
            let (path, heading) = link.split_once('#').unwrap_or((&link, ""));
            let place = if path.is_empty() {
                file.clone()
            } else {
                file.with_file_name("").join(path)
            };
            let found = place.exists()
                && (heading.is_empty() || headings(&text(&place)?).contains(heading));
            if !found {
                broken.push(format!("{}: {link}", file.strip_prefix(root())?.display()));
            }
        }
    }
    ensure!(
        broken.is_empty(),
        "broken links:\n  {}",
        broken.join("\n  ")
    );
    Ok(())
}

/// The relative links of a document, code left out.
fn markdown_links(text: &str) -> Vec<String> {
    let code = Regex::new(r"(?s)```.*?```|`[^`\n]*`").expect("a regex");
    let link =
        Regex::new(r#"\]\(([^)\s]+)(?:\s"[^"]*")?\)|(?:src|href)="([^"]+)""#).expect("a regex");
    let text = code.replace_all(text, "");
    let links = link
        .captures_iter(&text)
        .filter_map(|found| found.get(1).or(found.get(2)));
    links
        .map(|found| found.as_str().to_owned())
        .filter(|link| is_relative(link))
        .collect()
}

/// The anchors of a document's headings, as code hosts name them.
fn headings(text: &str) -> BTreeSet<String> {
    let titles = text.lines().filter(|line| line.starts_with('#'));
    titles
        .map(|line| {
            let title = line
                .trim_start_matches('#')
                .trim()
                .to_lowercase()
                .replace(' ', "-");
            title
                .chars()
                .filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
                .collect()
        })
        .collect()
}

/// Lock files pin versions and sums, and name no place to load from.
pub fn lock_files() -> Result<()> {
    for file in own_files("package-lock.json") {
        ensure!(
            !fs::read_to_string(&file)?.contains("\"resolved\": \"http"),
            "{} carries download addresses: set omit-lockfile-registry-resolved=true in .npmrc",
            file.strip_prefix(root())?.display()
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_links_in_documents() {
        let text = "[a](x.md#y) `[no](no.md)` ![p](i.png \"t\")\n```\n[no](no)\n```\n[w](https://w) <img src=\"s.png\">";
        assert_eq!(markdown_links(text), ["x.md#y", "i.png", "s.png"]);
        assert!(headings("# The `x`, and more\n").contains("the-x-and-more"));
    }
}
