//! Scripts of the page as they leave: the same lines without comments, which are a fifth of what a first visit fetches of them.

use std::path::Path;

use anyhow::{Result, bail};
use oxc_allocator::Allocator;
use oxc_codegen::{Codegen, CodegenOptions, CommentOptions};
use oxc_parser::Parser;
use oxc_span::SourceType;

/// The script without its comments.
///
/// # Errors
/// When `text` is no module; the message has the file's name and the first mistake.
pub fn without_comments(name: &Path, text: &str) -> Result<String> {
    let memory = Allocator::default();
    let read = Parser::new(&memory, text, SourceType::mjs()).parse();
    if let Some(mistake) = read.diagnostics.first() {
        bail!("{}: {mistake}", name.display());
    }
    let options = CodegenOptions {
        single_quote: true,
        comments: CommentOptions::disabled(),
        ..CodegenOptions::default()
    };
    Ok(Codegen::new()
        .with_options(options)
        .build(&read.program)
        .code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_comments_go() {
        let name = Path::new("a.js");
        let text = "// Said.\nimport { a } from './a.js';\n/** @param {number} b */\nexport const c = (b) => `// ${a(b)}`;\n";
        let left = "import { a } from './a.js';\nexport const c = (b) => `// ${a(b)}`;\n";
        assert_eq!(without_comments(name, text).unwrap(), left);
        let mistake = without_comments(name, "const = 1;")
            .unwrap_err()
            .to_string();
        assert!(mistake.starts_with("a.js: "), "{mistake}");
    }
}
