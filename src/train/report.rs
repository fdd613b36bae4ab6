//! Tables: all recipes, and the shipped weights from their cards.

use std::path::Path;

use super::files::card_path;
use super::recipe::Recipe;
use super::recipes::RECIPES;
use crate::limits::read_text_at_most;
use crate::weights::{CARD_MAX_BYTES, Card};

/// Measures that have a column, and its head.
const COLUMNS: [(&str, &str); 12] = [
    ("L1", "L1"),
    ("SSIM", "SSIM"),
    ("Frechet distance", "Frechet distance"),
    ("Frechet distance, floor", "its floor"),
    ("precision", "precision"),
    ("recall", "recall"),
    ("reconstruction", "reconstruction (nats)"),
    ("KL", "KL (nats)"),
    ("ELBO, same images", "ELBO (nats)"),
    (
        "importance-weighted bound",
        "importance-weighted bound (nats)",
    ),
    ("NLL", "NLL (nats)"),
    ("bits per dimension", "bits per dimension"),
];

/// Every recipe as a Markdown table.
pub fn recipes() -> String {
    let row = |r: &Recipe| {
        let Recipe {
            id,
            title,
            source,
            batch,
            steps,
            ..
        } = r;
        format!("| {id} | {title} | {} | {batch} | {steps} |\n", source.name)
    };
    let rows: String = RECIPES.iter().map(row).collect();
    format!("| id | title | data | batch | updates |\n|---|---|---|---|---|\n{rows}")
}

/// A Markdown table with one row per card in `folder`, in the order of the recipes.
///
/// # Errors
/// A sentence when a card cannot be read.
pub fn weights(folder: &Path) -> Result<String, String> {
    let heads: Vec<&str> = COLUMNS.iter().map(|(_, head)| *head).collect();
    let mut out = format!(
        "| weights | parameters | kB | updates | minutes | {} |\n|{}\n",
        heads.join(" | "),
        "---|".repeat(5 + COLUMNS.len())
    );
    for recipe in RECIPES {
        let Some(card) = card(folder, recipe)? else {
            continue;
        };
        let cell = |(name, _): &(&str, &str)| {
            let found = card.measures.iter().find(|m| m.name == *name);
            found.map_or(String::new(), |m| format!("{:.2}", m.value))
        };
        let cells: Vec<String> = COLUMNS.iter().map(cell).collect();
        out += &format!(
            "| {} | {} | {} | {} | {:.0} | {} |\n",
            card.id,
            card.parameters,
            card.bytes / 1_000,
            card.steps,
            card.wall_secs / 60.0,
            cells.join(" | ")
        );
    }
    Ok(out)
}

/// What the classifiers recognise of held-out images, as a Markdown table with one row per attribute.
///
/// # Errors
/// A sentence when a card cannot be read.
pub fn classifiers(folder: &Path) -> Result<String, String> {
    let mut out = String::from("| weights | attribute | recognised | of |\n|---|---|---|---|\n");
    for recipe in RECIPES.iter().filter(|r| r.family.judges()) {
        let Some(card) = card(folder, recipe)? else {
            continue;
        };
        for measure in &card.measures {
            let attribute = measure.name.trim_start_matches("accuracy, ");
            let share = 100.0 * measure.value;
            out += &format!(
                "| {} | {attribute} | {share:.0} % | {} |\n",
                card.id, measure.how
            );
        }
    }
    Ok(out)
}

/// The card of a recipe, if its weights are there.
fn card(folder: &Path, recipe: &Recipe) -> Result<Option<Card>, String> {
    let path = card_path(folder, recipe.id);
    if !path.exists() {
        return Ok(None);
    }
    Card::parse(&read_text_at_most(&path, CARD_MAX_BYTES)?).map(Some)
}
