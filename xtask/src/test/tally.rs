//! What test runners print, added up.

use std::{
    fmt,
    io::{BufRead as _, BufReader},
    process::{Command, Stdio},
};

use anyhow::{Result, bail};

use project::process::explain;

/// How many tests passed, failed and were left out, and how long each took.
#[derive(Clone, Default)]
pub struct Tally {
    pub passed: u64,
    pub failed: u64,
    pub skipped: u64,
    /// Seconds of each test, by name.
    pub times: Vec<(f64, String)>,
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 {
            write!(f, ", {} skipped", self.skipped)?;
        }
        Ok(())
    }
}

impl Tally {
    pub fn passed() -> Self {
        Self {
            passed: 1,
            ..Self::default()
        }
    }

    pub fn failed() -> Self {
        Self {
            failed: 1,
            ..Self::default()
        }
    }

    pub fn skipped() -> Self {
        Self {
            skipped: 1,
            ..Self::default()
        }
    }

    /// How many tests there were.
    pub fn count(&self) -> u64 {
        self.passed + self.failed + self.skipped
    }

    pub fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
        self.times.extend(other.times);
    }

    /// The slowest tests, as lines.
    pub fn slowest(mut self, count: usize) -> String {
        self.times.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        // A failed test is listed twice by its runner.
        self.times.dedup();
        let lines = self.times.iter().take(count);
        lines
            .map(|(seconds, name)| format!("{seconds:>8.1} s  {name}\n"))
            .collect()
    }
}

/// Runs a test runner, showing its output and adding up what it says.
pub fn counted(command: &mut Command, what: &str) -> Result<Tally> {
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| explain(error, command, what))?;
    let mut tally = Tally::default();
    let output = child.stdout.take().expect("stdout is piped");
    for line in BufReader::new(output).split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        add_summary(&mut tally, &line);
        tally.times.extend(time(&line));
    }
    let status = child.wait()?;
    if !status.success() && tally.failed == 0 {
        bail!("{what} failed ({status})");
    }
    Ok(tally)
}

/// Understands cargo's `test result: ok. 3 passed; 0 failed; 1 ignored; ...` and node's `# pass 3`.
fn add_summary(tally: &mut Tally, line: &str) {
    let words: Vec<_> = line
        .split([' ', ';'])
        .filter(|word| !word.is_empty())
        .collect();
    let (cargo, node) = (
        line.starts_with("test result:"),
        matches!(words.first(), Some(&("#" | "ℹ"))),
    );
    for pair in words.windows(2) {
        let (count, name) = match pair {
            [count, name] if cargo => (count.parse::<u64>(), *name),
            [name, count] if node && words.len() == 3 => (count.parse::<u64>(), *name),
            _ => continue,
        };
        let Ok(count) = count else { continue };
        match name {
            "passed" | "pass" => tally.passed += count,
            "failed" | "fail" | "cancelled" => tally.failed += count,
            "ignored" | "skipped" | "todo" => tally.skipped += count,
            _ => {}
        }
    }
}

/// Seconds and name of the test that a line is about: `test a::b ... ok <1.234s>` of cargo, `✔ name (1234.5ms)` of node.
fn time(line: &str) -> Option<(f64, String)> {
    let line = line.trim();
    let (name, taken) = if let Some(test) = line.strip_prefix("test ") {
        let (name, outcome) = test.split_once(" ... ")?;
        let (_, taken) = outcome.split_once('<')?;
        (name, taken.strip_suffix(">")?)
    } else {
        let test = line.strip_prefix('✔').or(line.strip_prefix('✖'))?;
        let (name, taken) = test.trim_start().rsplit_once(" (")?;
        (name, taken.strip_suffix(')')?)
    };
    let seconds = match taken.strip_suffix("ms") {
        Some(millis) => millis.parse::<f64>().ok()? / 1e3,
        None => taken.strip_suffix('s')?.parse().ok()?,
    };
    Some((seconds, name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds_up_the_summaries_of_both_runners() {
        let mut tally = Tally::default();
        let lines = [
            "test result: FAILED. 3 passed; 1 failed; 2 ignored; 0 measured; 5 filtered out; finished in 0.10s",
            "ℹ tests 9",
            "ℹ pass 4",
            "# fail 2",
            "ℹ cancelled 1",
            "ℹ skipped 1",
            "# pass 7 of 8",
            "10 passed",
        ];
        for line in lines {
            add_summary(&mut tally, line);
        }
        assert_eq!(tally.to_string(), "7 passed, 4 failed, 3 skipped");
    }

    #[test]
    fn lists_the_slowest_tests_of_both_runners() {
        let lines = [
            "test rng::tests::a ... ok <0.250s>",
            "test b ... FAILED <90.500s>",
            "test c ... ok",
            "✔ a film (of a run) (1500.25ms)",
            "  ✖ inside (20000ms)",
            "✖ inside (20000ms)",
            "▶ a suite (99999ms)",
            "ℹ duration_ms 5",
        ];
        let tally = Tally {
            times: lines.into_iter().filter_map(time).collect(),
            ..Tally::default()
        };
        assert_eq!(
            tally.slowest(3),
            "    90.5 s  b\n    20.0 s  inside\n     1.5 s  a film (of a run)\n"
        );
    }
}
