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
    let figure = figures::figure(demo.id);
    let run = match figure {
        Some(figure) => figure.runs[claim.arena].to_string(),
        None => arena(demo, preset, claim.arena),
    };
    let readouts = figure.map_or(&[][..], |figure| figure.readouts);
    [
        demo.id.to_string(),
        preset.id.to_string(),
        run,
        measure(demo, readouts, claim).to_string(),
        claim.when(),
        claim.said(),
    ]
}

/// An arena of a race by its letter and objective.
fn arena(demo: &'static Demo, preset: &Preset, index: usize) -> String {
    let arenas = Settings::resolve(demo, &format!("preset={}", preset.id)).arenas;
    let letter = char::from(b'A' + index as u8);
    format!("{letter} {}", arenas[index].id())
}

/// A claim's measure as people read it: by the readouts of a figure, else by the chart of its own.
pub fn measure(
    demo: &Demo,
    readouts: &[(&'static str, &'static str)],
    claim: &Claim,
) -> &'static str {
    let readout = readouts.iter().find(|(column, _)| *column == claim.column);
    let chart = demo.charts.iter().find(|c| c.columns == [claim.column]);
    match claim.column {
        "d_loss" => "Loss of D",
        "g_loss" => "Loss of G",
        "k" => "k",
        "convergence" => "M",
        column => readout
            .map(|(_, label)| *label)
            .or(chart.map(|chart| chart.title))
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
