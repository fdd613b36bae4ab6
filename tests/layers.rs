//! The layers of ARCHITECTURE.md hold: an import points to a lower line of its list, or stays in its room. A room is a folder or a
//! file at the top of a source tree. No file of `src` is long; www has the same rule in biome.json.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The longest file of `src`, in lines without its tests.
const LONGEST: usize = 400;

/// Files that are longer still, and why. It only shrinks: a file that is short enough must leave.
const LONGER: &[(&str, &str)] = &[];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Files below `folder` whose names end with `.extension`, with paths from there.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = vec![];
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("node_modules") && !path.ends_with("pkg") {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == extension) {
                found.push(path.strip_prefix(folder).unwrap().to_path_buf());
            }
        }
    }
    assert!(!found.is_empty(), "no files in {}", folder.display());
    found.sort();
    found
}

/// Room to line of its list, the highest line first; for each source tree of ARCHITECTURE.md.
///
/// A list is an indented block after a line that begins with the tree's path in backticks. A line of it has names of rooms, two or more spaces,
/// and what they hold.
fn layers() -> BTreeMap<String, BTreeMap<String, usize>> {
    let text = read(&root().join("ARCHITECTURE.md"));
    let section = text.split("\n## ").find(|s| s.starts_with("Layers\n"));
    let mut trees = BTreeMap::<_, BTreeMap<_, _>>::new();
    let mut tree = String::new();
    for (at, line) in section.expect("a section Layers").lines().enumerate() {
        if let Some((path, _)) = line.strip_prefix('`').and_then(|l| l.split_once('`')) {
            tree = path.to_owned();
        } else if let Some(rooms) = line.strip_prefix("    ") {
            let (names, says) = rooms.split_once("  ").expect("names and what they hold");
            assert!(!says.trim().is_empty(), "{line}");
            for name in names.split(' ') {
                let rooms = trees.entry(tree.clone()).or_default();
                let before = rooms.insert(name.to_owned(), at);
                assert_eq!(before, None, "{name} is listed twice");
            }
        }
    }
    trees
}

/// The room of a file, or of what an import names, from its path below the source tree.
fn room(path: &Path) -> String {
    let name = path.iter().next().unwrap().to_string_lossy();
    name.strip_suffix(".rs").unwrap_or(&name).to_owned()
}

/// Imports of a tree as room, room and the sentence for an arrow that runs back.
type Imports = Vec<(String, String, String)>;

/// Panics with all imports that do not point down in the list of `tree`.
fn check(tree: &str, imports: &Imports) {
    let layers = layers();
    let layers = layers
        .get(tree)
        .unwrap_or_else(|| panic!("no list of {tree}"));
    let mut wrong = BTreeSet::new();
    for (from, to, sentence) in imports.iter().filter(|(from, to, _)| from != to) {
        match (layers.get(from), layers.get(to)) {
            (Some(from), Some(to)) if from < to => {}
            (Some(_), Some(_)) => drop(wrong.insert(sentence.clone())),
            _ => drop(wrong.insert(format!("{sentence}: not in the list"))),
        }
    }
    let wrong = Vec::from_iter(wrong);
    assert!(
        wrong.is_empty(),
        "{tree}: imports that do not point down:\n{}",
        wrong.join("\n")
    );
    assert!(imports.iter().any(|(from, to, _)| from != to), "no imports");
}

/// Every listed room exists, so that the lists cannot outlive what they describe.
fn check_rooms(tree: &str, made: &[&str]) {
    for name in layers()[tree]
        .keys()
        .filter(|name| !made.contains(&&***name))
    {
        let path = root().join(tree).join(name);
        assert!(
            path.exists() || path.with_extension("rs").exists(),
            "{tree} has no {name}"
        );
    }
}

/// The rooms that Rust tokens name: after `krate::`, or after as many `super::` as lead out of a module `depth` deep.
fn rust_rooms(tokens: TokenStream, krate: &str, depth: usize, rooms: &mut BTreeSet<String>) {
    let tokens = Vec::from_iter(tokens);
    let ident = |at: usize| match tokens.get(at) {
        Some(TokenTree::Ident(ident)) => ident.to_string(),
        _ => String::new(),
    };
    let colons = |at: usize| {
        let colon =
            |t: Option<&TokenTree>| matches!(t, Some(TokenTree::Punct(p)) if p.as_char() == ':');
        colon(tokens.get(at)) && colon(tokens.get(at + 1))
    };
    let mut at = 0;
    while at < tokens.len() {
        if is_test(&tokens[at..]) {
            // The item of a test ends with its block, or with a semicolon.
            let end = |t: &TokenTree| match t {
                TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
                TokenTree::Punct(punct) => punct.as_char() == ';',
                _ => false,
            };
            at += 2;
            at += tokens[at..]
                .iter()
                .position(end)
                .map_or(tokens.len(), |n| n + 1);
            continue;
        }
        if let TokenTree::Group(group) = &tokens[at] {
            rust_rooms(group.stream(), krate, depth, rooms);
        }
        let mut ups = 0;
        while ident(at + 3 * ups) == "super" && colons(at + 3 * ups + 1) {
            ups += 1;
        }
        let named = if ident(at) == krate && colons(at + 1) {
            Some(at + 3)
        } else {
            (ups > 0 && ups == depth).then_some(at + 3 * ups)
        };
        match named.and_then(|named| tokens.get(named)) {
            Some(TokenTree::Ident(room)) => drop(rooms.insert(room.to_string())),
            Some(TokenTree::Group(group)) => rooms.extend(heads(group.stream())),
            _ => {}
        }
        at += 1.max(3 * ups);
    }
}

/// Whether tokens begin with `#[cfg(test)]`.
fn is_test(tokens: &[TokenTree]) -> bool {
    let [TokenTree::Punct(punct), TokenTree::Group(group), ..] = tokens else {
        return false;
    };
    punct.as_char() == '#' && group.to_string().replace(' ', "") == "[cfg(test)]"
}

/// The first identifiers of a `{..}` of paths.
fn heads(tokens: TokenStream) -> Vec<String> {
    let mut first = true;
    let mut found = vec![];
    for token in tokens {
        if let (true, TokenTree::Ident(ident)) = (first, &token) {
            found.push(ident.to_string());
        }
        first = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == ',');
    }
    found
}

/// The imports of a crate's modules; `other` is the name under which a room of the tree that is a crate of its own sees the rest.
fn rust_imports(tree: &str, own_crate: Option<(&str, &str)>) -> Imports {
    let mut imports = vec![];
    for file in files(&root().join(tree), "rs") {
        let from = room(&file);
        let krate = match own_crate {
            Some((room, library)) if room == from => library,
            _ => "crate",
        };
        let text = read(&root().join(tree).join(&file));
        let tokens = text.parse().unwrap_or_else(|e| panic!("{file:?}: {e}"));
        // A module that a file `mod.rs` or `main.rs` describes is as deep as its folder.
        let own = file.file_name().is_some_and(|name| name != "mod.rs");
        let depth = file.components().count() - 1 + usize::from(own);
        let mut rooms = BTreeSet::new();
        rust_rooms(tokens, krate, depth, &mut rooms);
        for to in rooms {
            let to = known(tree, to);
            let sentence = format!("{} uses {to}", file.display());
            imports.push((from.clone(), to, sentence));
        }
    }
    imports
}

/// A name that is no module is an item of the crate's root file.
fn known(tree: &str, name: String) -> String {
    let path = root().join(tree).join(&name);
    if path.exists() || path.with_extension("rs").exists() {
        name
    } else {
        "lib".into()
    }
}

/// Paths that a script imports, statically or not, or opens beside itself, as they are written.
fn script_paths(text: &str) -> Vec<&str> {
    let mut found = vec![];
    for keyword in ["from ", "import ", "import(", "new URL("] {
        for (at, _) in text.match_indices(keyword) {
            let line = text[..at]
                .rsplit('\n')
                .next()
                .unwrap_or_default()
                .trim_start();
            let rest = &text[at + keyword.len()..];
            let Some(quote) = rest.chars().next().filter(|c| "'\"`".contains(*c)) else {
                continue;
            };
            // A path may go on with something computed, as in `../pkg/genzoo_${kind}.js`.
            let path = rest[1..].split([quote, '$']).next().unwrap_or_default();
            let script = !path.contains(".html");
            if path.starts_with('.') && script && !line.starts_with("//") {
                found.push(path);
            }
        }
    }
    found
}

/// A script without its `/** .. */`, which name types only.
fn without_types(text: &str) -> String {
    let mut parts = text.split("/**");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out += part.split_once("*/").map_or("", |(_, after)| after);
    }
    out
}

/// `a/b/../c` as `a/c`.
fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => assert!(out.pop(), "{} leads out", path.display()),
            Component::CurDir => {}
            part => out.push(part),
        }
    }
    out
}

#[test]
fn imports_of_the_library_point_down() {
    check("src", &rust_imports("src", Some(("bin", "genzoo"))));
    check_rooms("src", &[]);
}

#[test]
fn imports_of_the_commands_point_down() {
    for tree in ["xtask/src", "xtask/site/src", "xtask/project/src"] {
        check(tree, &rust_imports(tree, None));
        check_rooms(tree, &[]);
    }
}

#[test]
fn imports_of_the_page_point_down() {
    let www = root().join("www");
    let mut imports = vec![];
    for file in files(&www, "js") {
        for path in script_paths(&without_types(&read(&www.join(&file)))) {
            let to = normal(&file.parent().unwrap().join(path));
            let sentence = format!("{} imports {}", file.display(), to.display());
            imports.push((room(&file), room(&to), sentence));
        }
    }
    check("www", &imports);
    // The build puts these two there.
    check_rooms("www", &["pkg", "vendor"]);
}

#[test]
fn the_reader_of_imports_sees_them() {
    let rust = "use crate::{a::{b, c}, d}; fn f() { m!(crate::e::X); super::super::g::h(); super::i(); } \
        #[cfg(test)] mod tests { use crate::t; } /// [`crate::doc`]\n fn j(x: crate::k::L) {} #[cfg(test)] use crate::u; use crate::v::w;";
    let mut rooms = BTreeSet::new();
    rust_rooms(rust.parse().unwrap(), "crate", 2, &mut rooms);
    assert_eq!(Vec::from_iter(rooms), ["a", "d", "e", "g", "k", "v"]);

    let script = "import a from './a.js';\nimport {\n  b,\n} from '../b/c.js';\n// import('./no.js')\n/** @type {import('./no.js').T} */\n\
        const d = await import(`../pkg/d_${kind}.js`); new Worker(new URL('./e.js', import.meta.url)); import \"./f.css\"; Array.from 'x'";
    let mut paths = Vec::from_iter(
        without_types(script)
            .split('~')
            .flat_map(script_paths)
            .map(str::to_owned),
    );
    paths.sort();
    assert_eq!(
        paths,
        ["../b/c.js", "../pkg/d_", "./a.js", "./e.js", "./f.css"]
    );
    assert_eq!(normal(Path::new("a/b/../c/./d.js")), Path::new("a/c/d.js"));
}

#[test]
fn files_of_the_library_are_short() {
    let src = root().join("src");
    let mut longer = BTreeSet::new();
    for file in files(&src, "rs") {
        if file.ends_with("tests.rs") {
            continue;
        }
        let text = read(&src.join(&file));
        let code = text.split("\n#[cfg(test)]\nmod ").next().unwrap();
        let lines = code.lines().count();
        let file = file.to_string_lossy().replace('\\', "/");
        if lines > LONGEST {
            let said = LONGER.iter().any(|(name, _)| *name == file);
            assert!(
                said,
                "src/{file} has {lines} lines without its tests, more than {LONGEST}: split it by what it does"
            );
            longer.insert(file);
        }
    }
    for (name, why) in LONGER {
        assert!(!why.is_empty(), "{name}: why?");
        assert!(
            longer.contains(*name),
            "{name} is short enough: take it off the list"
        );
    }
}
