//! The catalogue as Markdown, for the documents.

use super::demos;
use crate::data::toys::density::DensityKind;
use crate::exhibits::EXHIBITS;
use crate::exhibits::exhibit::{Exhibit, Setting};
use crate::objectives::adversarial::Objective;
use crate::schema::{Control, Kind, Scope};

fn table(head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let head = strings(head);
    let rule = vec!["---".to_string(); head.len()];
    let body: String = rows.map(|cells| line(&cells)).collect();
    line(&head) + &line(&rule) + &body
}

fn strings(cells: &[&str]) -> Vec<String> {
    cells.iter().map(ToString::to_string).collect()
}

/// Every demo and its title and summary; its id leads to its section of `docs/settings.md`.
pub fn demo_table() -> String {
    let demos = demos().into_iter().map(|d| (d.id, d.title, d.summary));
    let exhibits = EXHIBITS.iter().map(|e| (e.id, e.title, e.summary));
    let row = |(id, title, summary): (&str, &str, &str)| {
        vec![
            format!("[{id}](docs/settings.md#{})", anchor(title)),
            title.to_string(),
            summary.to_string(),
        ]
    };
    table(
        &["demo", "title", "what it shows"],
        demos.chain(exhibits).map(row),
    )
}

/// The anchor of a heading, as code hosts make it.
fn anchor(title: &str) -> String {
    let kept = |c: &char| c.is_alphanumeric() || matches!(c, '-' | '_');
    let title = title.to_lowercase().replace(' ', "-");
    title.chars().filter(kept).collect()
}

/// Every objective: what both networks minimise, and its source.
pub fn objectives() -> String {
    table(
        &[
            "objective",
            "title",
            "discriminator or critic minimises",
            "generator minimises",
            "source",
        ],
        Objective::ALL.iter().map(|o| {
            let [d, g, source] = o.formulas();
            strings(&[o.id(), o.title(), d, g, source])
        }),
    )
}

/// Every toy density.
pub fn densities() -> String {
    table(
        &["density", "title", "what it is"],
        DensityKind::ALL
            .iter()
            .map(|k| strings(&[k.id(), k.title(), k.summary()])),
    )
}

/// A control's row: key, help, range, default, unit, per arena, live.
fn setting_cells(c: &Control) -> Vec<String> {
    let yes = |b: bool| if b { "yes" } else { "" };
    let (range, default) = match c.kind {
        Kind::Choice(choices, default) => {
            let ids: Vec<&str> = choices.iter().map(|c| c.id).collect();
            (ids.join(", "), default.to_string())
        }
        Kind::Int(min, max, default, _) => (format!("{min} to {max}"), default.to_string()),
        Kind::Float(min, max, default, _) => (format!("{min} to {max}"), default.to_string()),
        Kind::Flag(default) => ("true, false".into(), default.to_string()),
    };
    strings(&[
        c.key,
        c.help,
        &range,
        &default,
        c.unit,
        yes(c.scope == Scope::Arena),
        yes(c.live),
    ])
}

/// Every preset and setting of every demo.
pub fn reference() -> String {
    demos()
        .into_iter()
        .map(|d| {
            let presets = d
                .presets
                .iter()
                .map(|p| strings(&[p.id, p.title, p.summary]));
            format!(
                "## {}\n\n{}\n{}",
                d.title,
                table(&["preset", "title", "what it is"], presets),
                table(
                    &[
                        "key",
                        "what it does",
                        "range",
                        "default",
                        "unit",
                        "per arena",
                        "changes in mid-run"
                    ],
                    d.controls.iter().map(setting_cells)
                )
            )
        })
        .chain(EXHIBITS.iter().map(exhibit_reference))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Weights, views and settings of an exhibit.
fn exhibit_reference(row: &Exhibit) -> String {
    let weights: Vec<&str> = row.weights.iter().map(|w| w.id).collect();
    let views: Vec<&str> = row.views.iter().map(|v| v.id).collect();
    let chosen =
        |key: &str, help: &str, ids: Vec<&str>| strings(&[key, help, &ids.join(", "), ids[0], ""]);
    let first = [
        chosen("weights", "Which trained networks.", weights),
        chosen("view", "What is shown.", views),
    ];
    let setting = |setting: Setting| match setting {
        Setting::Control(c) => setting_cells(c)[..5].to_vec(),
        Setting::Text(t) => {
            let range = format!("at most {} characters", t.max);
            strings(&[t.key, t.help, &range, "", ""])
        }
    };
    let rows = row.settings().into_iter().map(setting);
    let head = ["key", "what it does", "range", "default", "unit"];
    let table = table(&head, first.into_iter().chain(rows));
    format!("## {}\n\n{table}", row.title)
}
