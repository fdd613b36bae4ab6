//! The one list of everything: demos that train and finished models; as JSON for pages, as Markdown for documents, and runs as files.

pub mod claims;
#[cfg(feature = "cli")]
pub mod documents;
pub mod json;
pub mod markdown;
pub mod page;
pub mod runfile;

use crate::figures::FIGURES;
use crate::races::cases::CASES;
use crate::runs::demo::Demo;

pub use crate::races::playground::RACE;

/// Every demo that trains, the race first.
pub fn demos() -> Vec<&'static Demo> {
    let mut demos = vec![&RACE];
    demos.extend(figures_and_cases());
    demos
}

/// Those of the page of figures: the figures, and the races of further objectives and of failures.
pub fn figures_and_cases() -> Vec<&'static Demo> {
    let figures = FIGURES.iter().map(|figure| &figure.demo);
    figures
        .chain(CASES.iter().map(|cases| cases.demo))
        .collect()
}

/// The demo with this id.
pub fn demo(id: &str) -> Option<&'static Demo> {
    demos().into_iter().find(|d| d.id == id)
}
