//! What presets say of their runs, as bounds on measures. `genzoo claims` reads them over seeds, and pages read them of their own run.

use crate::figures;
use crate::runs::demo::Demo;
use crate::runs::settings::Settings;
use crate::schema::{Claim, Preset};

/// Every preset that claims something, in the order of the catalogue.
pub fn presets() -> Vec<(&'static Demo, &'static Preset)> {
    let demos = super::demos().into_iter();
    demos
        .flat_map(|demo| demo.presets.iter().map(move |preset| (demo, preset)))
        .filter(|(_, preset)| !preset.claims.is_empty())
        .collect()
}

/// The first cells of a claim's row in the table of `genzoo claims`: demo, preset, run, measure, when, bounds.
pub fn cells(demo: &'static Demo, preset: &Preset, claim: &Claim) -> [String; 6] {
    [
        demo.id.to_string(),
        preset.id.to_string(),
        run(demo, preset, claim),
        measure(demo, claim).to_string(),
        claim.when(),
        claim.said(),
    ]
}

/// The arena of a race by its letter and objective, or the run of a figure by its name.
fn run(demo: &'static Demo, preset: &Preset, claim: &Claim) -> String {
    if let Some(figure) = figures::figure(demo.id) {
        return figure.runs[claim.arena].to_string();
    }
    let arenas = Settings::resolve(demo, &format!("preset={}", preset.id)).arenas;
    let letter = char::from(b'A' + claim.arena as u8);
    format!("{letter} {}", arenas[claim.arena].id())
}

/// A claim's measure as people read it.
pub fn measure(demo: &Demo, claim: &Claim) -> &'static str {
    let label = |figure: &figures::FigureRow| {
        let mut readouts = figure.readouts.iter();
        readouts
            .find(|(column, _)| *column == claim.column)
            .map(|(_, label)| *label)
    };
    let chart = || {
        let own = demo.charts.iter().find(|c| c.columns == [claim.column]);
        own.map(|chart| chart.title)
    };
    match claim.column {
        "d_loss" => "Loss of D",
        "g_loss" => "Loss of G",
        "k" => "k",
        "convergence" => "M",
        column => figures::figure(demo.id)
            .and_then(label)
            .or_else(chart)
            .unwrap_or(column),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_names_a_run_and_a_measure_of_its_demo_and_rows_that_are_measured() {
        for (demo, preset) in presets() {
            for claim in preset.claims {
                let [.., name, _, said] = cells(demo, preset, claim);
                assert!(
                    demo.columns.contains(&claim.column),
                    "{}: {}",
                    preset.id,
                    claim.column
                );
                assert!(!name.is_empty() && !said.is_empty());
                assert!(claim.within.0 <= claim.within.1, "{}: {said}", preset.id);
                assert!(claim.within.0.is_finite() || claim.within.1.is_finite());
                assert!(claim.reading.steps().iter().all(|step| step % 50 == 0));
            }
        }
    }
}
