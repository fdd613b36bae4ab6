//! The file of losses that a run leaves.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::whole::write_whole;
use crate::limits::read_text_at_most;

/// Rows of the metrics file are means over so many updates.
pub(super) const LOG_STEPS: u64 = 10;
/// Largest file that a resumed run continues, in bytes.
const METRICS_MAX_BYTES: usize = 64 << 20;

/// The metrics file: `step,loss,loss,...`, each a mean over [`LOG_STEPS`] updates, or over those since the run was resumed.
pub(super) struct Metrics {
    path: PathBuf,
    text: String,
    sums: Vec<f64>,
    added: u64,
    names: &'static [&'static str],
    last: Vec<f64>,
    pub(super) first: u64,
}

impl Metrics {
    /// Keeps what an earlier part of the run wrote up to its checkpoint.
    pub(super) fn open(
        path: &Path,
        names: &'static [&'static str],
        step: u64,
    ) -> Result<Self, String> {
        let mut text = format!("step,{}\n", names.join(","));
        if step > 0 {
            let old = read_text_at_most(path, METRICS_MAX_BYTES)?;
            let kept = |line: &&str| {
                let number = line.split(',').next().and_then(|n| n.parse::<u64>().ok());
                number.is_some_and(|n| n <= step)
            };
            for line in old.lines().skip(1).filter(kept) {
                let _ = writeln!(text, "{line}");
            }
        }
        Ok(Self {
            path: path.into(),
            text,
            sums: vec![0.0; names.len()],
            added: 0,
            names,
            last: vec![],
            first: step,
        })
    }

    /// Losses of an update, and how many are done with it.
    pub(super) fn add(&mut self, done: u64, losses: &[f64]) {
        for (sum, loss) in self.sums.iter_mut().zip(losses) {
            *sum += loss;
        }
        self.added += 1;
        if done.is_multiple_of(LOG_STEPS) {
            self.last = self.sums.iter().map(|s| s / self.added as f64).collect();
            self.sums.fill(0.0);
            self.added = 0;
            let cells: Vec<String> = self.last.iter().map(|v| format!("{v:.5}")).collect();
            let _ = writeln!(self.text, "{done},{}", cells.join(","));
        }
    }

    /// The latest row, to be shown.
    pub(super) fn latest(&self) -> String {
        let pair = |(name, value): (&&str, &f64)| format!("{name} {value:.3}");
        let pairs: Vec<String> = self.names.iter().zip(&self.last).map(pair).collect();
        pairs.join("  ")
    }

    /// Writes the file.
    pub(super) fn write(&self) -> Result<(), String> {
        write_whole(&self.path, self.text.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_row_after_a_resumed_run_is_the_mean_of_what_it_added() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("metrics.csv");
        let mut first = Metrics::open(&path, &["loss"], 0).unwrap();
        (1..=21).for_each(|step| first.add(step, &[4.0]));
        first.write().unwrap();
        let mut then = Metrics::open(&path, &["loss"], 21).unwrap();
        (22..=40).for_each(|step| then.add(step, &[2.0]));
        then.write().unwrap();
        assert_eq!(
            fs::read_to_string(&path).unwrap(),
            "step,loss\n10,4.00000\n20,4.00000\n30,2.00000\n40,2.00000\n"
        );
    }
}
