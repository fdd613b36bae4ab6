//! The one list of everything: demos that train and finished models; as JSON for pages, as Markdown for documents, and runs as files.

pub mod json;
pub mod markdown;
pub mod page;
pub mod runfile;

use crate::figures::LAB;
use crate::races::cases::CASES;
use crate::races::playground::FULL_RACE;
use crate::runs::demo::Demo;

/// The race with every objective.
pub static RACE: Demo = FULL_RACE;

/// Every demo that trains, the race first.
pub fn demos() -> Vec<&'static Demo> {
    let mut demos = vec![&RACE];
    demos.extend(lab_demos());
    demos
}

/// Those of the lab.
pub fn lab_demos() -> Vec<&'static Demo> {
    let figures = LAB.iter().map(|figure| &figure.demo);
    figures
        .chain(CASES.iter().map(|cases| cases.demo))
        .collect()
}

/// The demo with this id.
pub fn demo(id: &str) -> Option<&'static Demo> {
    demos().into_iter().find(|d| d.id == id)
}
