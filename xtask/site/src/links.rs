//! What the files of a site name, and what a page therefore needs.

use std::{
    collections::BTreeSet,
    path::{Component, Path, PathBuf},
};

use anyhow::{Result, ensure};
use regex_lite::Regex;

use project::files::{is_relative, read};

/// The relative links of a page, script or style sheet; other files have none.
pub fn of(file: &Path) -> Result<Vec<String>> {
    let text = || Ok(String::from_utf8_lossy(&read(file)?).into_owned());
    match file.extension().and_then(|kind| kind.to_str()) {
        Some("html") => text().map(|text| html_links(&text)),
        Some("js") => text().map(|text| script_links(&text)),
        Some("css") => text().map(|text| style_links(&text)),
        _ => Ok(vec![]),
    }
}

/// What a page loads by itself: styles, scripts and pictures, without the pages that it leads to.
pub fn loads(page: &Path) -> Result<Vec<String>> {
    let text = String::from_utf8_lossy(&read(page)?).into_owned();
    Ok(relative(
        r#"<(?:link|script|img)\b[^>]*\s(?:src|href)="([^"]*)""#,
        &text,
    ))
}

/// Names of the files in `folder` that these entries need, now or later, themselves included.
pub fn reachable(folder: &Path, entries: &[&str]) -> Result<BTreeSet<PathBuf>> {
    let mut found = BTreeSet::new();
    let mut waiting: Vec<PathBuf> = entries.iter().map(PathBuf::from).collect();
    while let Some(name) = waiting.pop() {
        let file = folder.join(&name);
        if !file.is_file() || !found.insert(name.clone()) {
            continue;
        }
        let is_page = name.extension().is_some_and(|kind| kind == "html");
        let links = if is_page { loads(&file)? } else { of(&file)? };
        let beside = name.parent().unwrap_or(Path::new(""));
        waiting.extend(links.iter().map(|link| normal(&beside.join(link))));
    }
    Ok(found)
}

/// `a/../b` to `b`.
pub fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(out.pop()),
            Component::CurDir => {}
            part => out.push(part),
        }
    }
    out
}

/// Everything that these files of the site name is in it, by a relative address.
pub fn check<'a>(folder: &Path, names: impl Iterator<Item = &'a String>) -> Result<()> {
    let mut broken = Vec::new();
    for name in names {
        let file = folder.join(name);
        for link in of(&file)? {
            let path = link.split(['?', '#']).next().unwrap_or_default();
            let place = file.with_file_name("").join(path);
            // A leading slash would tie the site to the root of its host.
            let found =
                !path.starts_with('/') && (place.is_file() || place.join("index.html").is_file());
            if !path.is_empty() && !found {
                broken.push(format!("{name}: {link}"));
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

fn relative(pattern: &str, text: &str) -> Vec<String> {
    let pattern = Regex::new(pattern).expect("a regex");
    let links = pattern.captures_iter(text).filter_map(|found| found.get(1));
    links
        .map(|found| found.as_str().to_owned())
        .filter(|link| is_relative(link))
        .collect()
}

fn html_links(text: &str) -> Vec<String> {
    relative(r#"\s(?:src|href)="([^"]*)""#, text)
}

fn style_links(text: &str) -> Vec<String> {
    relative(r#"url\(\s*["']?([^"')]+)"#, text)
}

/// Imports, and addresses made with `new URL(..., import.meta.url)`.
fn script_links(text: &str) -> Vec<String> {
    let comments = Regex::new(r"(?m)^\s*(?://|\*|/\*).*$").expect("a regex");
    let text = comments.replace_all(text, "");
    let mut links = relative(
        r#"(?m)(?:^|[\s;}*])(?:from|import)\s*\(?\s*["'](\.[^"']*)["']"#,
        &text,
    );
    links.extend(relative(
        r#"new URL\(\s*["']([^"']*)["']\s*,\s*import\.meta\.url"#,
        &text,
    ));
    links
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn finds_links_in_the_page() {
        assert_eq!(
            html_links(r##"<script src="a.js"></script><a href="#x"><a href="https://w">"##),
            ["a.js", "#x"]
        );
        assert_eq!(
            style_links("a { b: url(c.png) } d { e: url('data:x') }"),
            ["c.png"]
        );
        let script = "import { a } from './a.js';\n// from './no.js'\nconst b = import(\"./b.js\");\n\
            import './c.css';\nexport * from '../d.js'; new URL('./e.wasm', import.meta.url); from 'bare'";
        assert_eq!(
            script_links(script),
            ["./a.js", "./b.js", "./c.css", "../d.js", "./e.wasm"]
        );
    }

    #[test]
    fn follows_what_a_page_loads_and_not_where_it_leads() {
        let folder = std::env::temp_dir().join(format!("genzoo-links-{}", std::process::id()));
        fs::create_dir_all(folder.join("a")).unwrap();
        let write = |name: &str, text: &str| fs::write(folder.join(name), text).unwrap();
        write(
            "p.html",
            r#"<link rel="icon" href="i.svg"><a href="q.html"></a><script src="a/b.js"></script>"#,
        );
        write("q.html", "");
        write("i.svg", "");
        write("a/b.js", "const later = import('./c.js');");
        write(
            "a/c.js",
            "new URL('../d.css', import.meta.url); import './gone.js';",
        );
        write("d.css", "a { b: url(i.svg) }");
        let names: Vec<_> = reachable(&folder, &["p.html"])
            .unwrap()
            .into_iter()
            .collect();
        assert_eq!(
            names,
            ["a/b.js", "a/c.js", "d.css", "i.svg", "p.html"].map(PathBuf::from)
        );
        fs::remove_dir_all(folder).unwrap();
    }
}
