//! Pages from their templates; www/parts/ has what they share.

use std::{
    collections::VecDeque,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, context, path_loader};

use project::files::read;

use crate::{
    exhibits::{Exhibit, TEMPLATE},
    links::normal,
};

/// Folder of templates that are not pages.
pub const PARTS: &str = "parts";

/// One page of `www`, by its file name.
pub fn render(www: &Path, page: &str, exhibits: &[Exhibit]) -> Result<String> {
    let source = String::from_utf8(read(&www.join(page))?)?;
    templates(www)
        .render_named_str(page, &source, context! { page, exhibits })
        .with_context(|| format!("www/{page}"))
}

/// The page of an exhibit.
pub fn render_exhibit(www: &Path, exhibit: &Exhibit, exhibits: &[Exhibit]) -> Result<String> {
    let page = exhibit.page();
    templates(www)
        .get_template(TEMPLATE)
        .and_then(|template| template.render(context! { page, exhibit, exhibits }))
        .with_context(|| format!("the page of {}", exhibit.id))
}

/// The parts; `imports(script)` is for them.
fn templates(www: &Path) -> Environment<'static> {
    let mut templates = Environment::new();
    templates.set_loader(path_loader(www.join(PARTS)));
    // Everything in a template is ours.
    templates.set_auto_escape_callback(|_| AutoEscape::None);
    let folder = www.to_owned();
    templates.add_function("imports", move |script: String| {
        imports(&folder, &script)
            .map_err(|error| Error::new(ErrorKind::InvalidOperation, format!("{error:#}")))
    });
    templates
}

/// What `script` imports statically, and what that imports: a page that names them all loads them at once.
fn imports(www: &Path, script: &str) -> Result<Vec<String>> {
    let import =
        regex_lite::Regex::new(r"(?m)^(?:(?:import|export)\b[^;']*\bfrom|import)\s*'(\.[^']+)'")?;
    let mut found: Vec<PathBuf> = vec![];
    let mut waiting = VecDeque::from([PathBuf::from(script)]);
    while let Some(file) = waiting.pop_front() {
        // Libraries are put into the site from elsewhere, and are whole.
        let Ok(source) = read(&www.join(&file)) else {
            continue;
        };
        let source = String::from_utf8(source)?;
        let folder = file.parent().unwrap_or(Path::new(""));
        for (_, [name]) in import.captures_iter(&source).map(|found| found.extract()) {
            let name = normal(&folder.join(name));
            if !found.contains(&name) {
                found.push(name.clone());
                waiting.push_back(name);
            }
        }
    }
    let text = |path: PathBuf| {
        Ok(path
            .to_str()
            .context("a name outside Unicode")?
            .replace('\\', "/"))
    };
    found.into_iter().map(text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_page_names_every_module_that_its_entry_needs() {
        let www = std::env::temp_dir().join(format!("genzoo-pages-{}", std::process::id()));
        fs::create_dir_all(www.join("parts")).unwrap();
        fs::create_dir_all(www.join("views")).unwrap();
        let write = |name: &str, text: &str| fs::write(www.join(name), text).unwrap();
        write(
            "parts/base.html",
            "{{ page }} {{ title }}:{% for f in imports(script) %} {{ f }}{% endfor %}{% block main %}{% endblock %}",
        );
        write(
            "a.html",
            "{% extends 'base.html' %}{% set title = 'A & B' %}{% set script = 'a.js' %}{% block main %}!{% endblock %}",
        );
        write(
            "a.js",
            "import { x } from './views/b.js';\nimport {\n  y,\n} from './c.js';\nconst later = import('./d.js');\n",
        );
        write(
            "views/b.js",
            "import { z } from '../c.js';\nexport { w } from './e.js';\n",
        );
        write("views/e.js", "import uPlot from '../vendor/u.js';\n");
        write(
            "c.js",
            "export class C { go = () => new Worker('./w.js'); }\n// from './no.js'\n",
        );
        let page = render(&www, "a.html", &[]).unwrap();
        assert_eq!(
            page,
            "a.html A & B: views/b.js c.js views/e.js vendor/u.js!"
        );
        write(
            "parts/exhibit.html",
            "{% extends 'base.html' %}{% set title = exhibit.title %}{% set script = 'c.js' %}{% block main %}{% for one in exhibits %} {{ one.id }}{% endfor %}{% endblock %}",
        );
        let exhibit = |id: &str| Exhibit {
            id: id.into(),
            title: "X & Y".into(),
            summary: String::new(),
        };
        let all = [exhibit("x"), exhibit("z")];
        assert_eq!(
            render_exhibit(&www, &all[0], &all).unwrap(),
            "x.html X & Y: x z"
        );
        write("a.html", "{% extends 'gone.html' %}");
        assert!(format!("{:#}", render(&www, "a.html", &[]).unwrap_err()).contains("a.html"));
        fs::remove_dir_all(www).unwrap();
    }
}
