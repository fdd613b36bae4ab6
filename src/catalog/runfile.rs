//! The run file: a run as JSON, with fingerprints and measures on its way, so that a replay can say whether and where it differed.
//! docs/run-file.md describes it for others. Files are untrusted until read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::limits::{DEPTH_MAX, complaint, depth, excerpt};
use crate::races::race;
use crate::runs::demo::Demo;
use crate::runs::settings::{ARENAS_MAX, STEP_MAX};
use crate::schema::QUERY_MAX_BYTES;

/// Longest run file, in bytes.
pub const RUN_MAX_BYTES: usize = 4 << 20;
/// The version that is written. Version 1 has the same layout; its races were trained by steps that added in another order, so their
/// fingerprints cannot come back.
pub const VERSION: u32 = 2;
/// Value of `format`.
pub const FORMAT: &str = "genzoo-run";
/// Most fingerprints, and most rows of measures.
const CHECKS_MAX: usize = 1_000;
const ROWS_MAX: usize = 10_000;
/// Longest name or value of a setting, in bytes.
const PLAIN_MAX_BYTES: usize = 200;
/// What a link has of a run beside settings.
const OF_THE_RUN: [&str; 2] = ["points", "events"];
/// Measures of a race that are compared; the others are losses, or counts that jump. Of a small figure all are.
const COMPARED: &[&str] = &["high_quality", "js", "w1"];
/// How far they may differ: `ABSOLUTE + RELATIVE |value|`.
const ABSOLUTE: f64 = 0.01;
const RELATIVE: f64 = 0.01;

/// A run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunFile {
    /// Always [`FORMAT`].
    pub format: String,
    /// Version of this layout.
    pub version: u32,
    /// Version of genzoo that wrote it.
    #[serde(rename = "crate")]
    pub crate_version: String,
    /// Id of the demo.
    pub demo: String,
    /// The run as a link: settings that are not defaults, changes in mid-run, step.
    pub link: String,
    /// Every setting at the start, so that other defaults in another version change nothing.
    pub settings: BTreeMap<String, Json>,
    /// Seed of data, weights and noise.
    pub seed: u64,
    /// Steps done.
    pub step: u64,
    /// `cpu` or `webgpu` in a page, `native` from the command line.
    pub device: String,
    /// Fingerprint at [`Self::step`]; none on a GPU, which promises no bits.
    pub hash: Option<String>,
    /// Fingerprints on the way, by ascending step.
    pub checks: Vec<Check>,
    /// Measures on the way, by ascending step.
    pub metrics: Vec<Measures>,
}

/// A fingerprint at a step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// Steps done.
    pub step: u64,
    /// 16 hexadecimal digits over the state.
    pub hash: String,
}

/// Measures of one arena at a step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measures {
    /// Index of the arena.
    pub arena: usize,
    /// Steps done.
    pub step: u64,
    /// By column of the demo; what was not measured is missing.
    pub values: BTreeMap<String, f64>,
}

/// How a replay compares.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdict {
    /// How well it agrees.
    pub agreement: Agreement,
    /// The first step at which fingerprints differ.
    pub first_other_bits: Option<u64>,
    /// The first step at which measures differ by more than the tolerance.
    pub first_apart: Option<u64>,
    /// All of it for a person.
    pub sentence: String,
}

/// How well a replay agrees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Agreement {
    /// All fingerprints are equal, the file's last one was reached, and every measure is within the tolerance.
    Exact,
    /// Fingerprints differ or were not all reached, and every measure is within the tolerance.
    Close,
    /// Some measure does not.
    Differs,
    /// There is nothing to compare.
    Unknown,
}

/// Reads a run file of one of these demos.
///
/// # Errors
/// A sentence when it is too long, too deep, of another kind or version, or holds values out of bounds.
pub fn parse(text: &str, demos: &[&'static Demo]) -> Result<RunFile, String> {
    let bad = |what: &str| format!("This run file cannot be used: {what}.");
    if text.len() > RUN_MAX_BYTES {
        return Err(bad(&format!(
            "it is longer than {} MiB",
            RUN_MAX_BYTES >> 20
        )));
    }
    if depth(text) > DEPTH_MAX {
        return Err(bad(&format!("it is nested deeper than {DEPTH_MAX} levels")));
    }
    let head: Json = serde_json::from_str(text).map_err(|_| bad("it is not JSON"))?;
    if head["format"] != FORMAT {
        return Err(bad("it is not one of genzoo's"));
    }
    if !(1..=VERSION).any(|known| head["version"] == known) {
        return Err(bad(&format!(
            "it has version {}, and this genzoo reads versions 1 to {VERSION}",
            excerpt(&head["version"].to_string())
        )));
    }
    let run: RunFile = serde_json::from_value(head).map_err(|error| bad(&complaint(error)))?;
    let hex = |hash: &str| hash.len() == 16 && hash.bytes().all(|b| b.is_ascii_hexdigit());
    let hashes = run.checks.iter().map(|c| &c.hash).chain(&run.hash);
    let ascending = |steps: Vec<u64>| steps.is_sorted() && steps.last() <= Some(&run.step);
    for (holds, what) in [
        (
            demos.iter().any(|d| d.id == run.demo),
            "its demo is not one of this page: the start page opens races, the lab its figures and cases",
        ),
        (run.step <= STEP_MAX, "its step is out of reach"),
        (run.link.len() <= QUERY_MAX_BYTES, "its link is too long"),
        (
            run.link.chars().all(|c| c.is_ascii_graphic()),
            "its link holds characters that no link has",
        ),
        (
            plain(&run.crate_version) && plain(&run.device),
            "its version of genzoo or its device holds characters that none has",
        ),
        (
            run.settings
                .iter()
                .all(|(key, value)| is_setting(key, value)),
            "a setting has a name or a value that no setting has",
        ),
        (
            run.seeds().all(|seed| seed == run.seed.to_string()),
            "its seed is not that of its settings or of its link",
        ),
        (
            run.checks.len() <= CHECKS_MAX,
            "it has too many fingerprints",
        ),
        (run.metrics.len() <= ROWS_MAX, "it has too many measures"),
        ({ hashes }.all(|hash| hex(hash)), "a fingerprint is damaged"),
        (
            ascending(run.checks.iter().map(|c| c.step).collect()),
            "its fingerprints are not in order",
        ),
        (
            ascending(run.metrics.iter().map(|m| m.step).collect()),
            "its measures are not in order",
        ),
    ] {
        if !holds {
            return Err(bad(what));
        }
    }
    Ok(run)
}

impl RunFile {
    /// The link that starts this run at step 0: every setting in full where that fits a link, and the changes in mid-run.
    pub fn query(&self) -> String {
        let own = |wanted: &dyn Fn(&str) -> bool| -> Vec<String> {
            let pairs = self.link.split('&');
            let kept = pairs.filter(|pair| wanted(pair.split('=').next().unwrap_or_default()));
            kept.filter(|pair| !pair.is_empty())
                .map(str::to_string)
                .collect()
        };
        let settings = self.settings.iter();
        let mut full: Vec<String> = settings
            .map(|(key, value)| format!("{key}={}", text(value)))
            .collect();
        full.extend(own(&|key| OF_THE_RUN.contains(&key)));
        let with_seed = |mut pairs: Vec<String>| {
            // A file that leaves the seed to the defaults has it in a field of its own.
            if !pairs.iter().any(|pair| pair.starts_with("seed=")) {
                pairs.push(format!("seed={}", self.seed));
            }
            pairs.join("&")
        };
        let full = with_seed(full);
        if full.len() <= QUERY_MAX_BYTES {
            full
        } else {
            with_seed(own(&|key| !matches!(key, "step" | "demo")))
        }
    }

    /// The seed wherever the file has it beside its own field.
    fn seeds(&self) -> impl Iterator<Item = String> {
        let pairs = form_urlencoded::parse(self.link.as_bytes());
        let link = pairs.filter(|(key, _)| key == "seed");
        let settings = self.settings.get("seed").map(text);
        settings
            .into_iter()
            .chain(link.map(|(_, value)| value.into_owned()))
    }

    /// Steps at which a replay should look: those of the fingerprints, and the last.
    pub fn stops(&self) -> Vec<u64> {
        let mut stops: Vec<u64> = self.checks.iter().map(|c| c.step).collect();
        stops.push(self.step);
        stops.dedup();
        stops
    }

    fn hashes(&self) -> BTreeMap<u64, &str> {
        let last = self.hash.iter().map(|hash| (self.step, hash.as_str()));
        self.checks
            .iter()
            .map(|c| (c.step, c.hash.as_str()))
            .chain(last)
            .collect()
    }

    /// Measures by step and arena; a change by hand may have made a second row at a step, and the later one counts.
    fn measures(&self) -> BTreeMap<(u64, usize), &BTreeMap<String, f64>> {
        let rows = self.metrics.iter();
        rows.map(|m| ((m.step, m.arena), &m.values)).collect()
    }

    /// How `replay` agrees with this run.
    pub fn compare(&self, replay: &Self, demos: &[&'static Demo]) -> Verdict {
        let (own, other) = (self.hashes(), replay.hashes());
        // A replay in a page may lack a few in between, which it did not keep.
        let common = own.keys().copied();
        let common: Vec<u64> = common.filter(|step| other.contains_key(step)).collect();
        let same = |step: &u64| own[step] == other[step];
        let agreeing = common.iter().take_while(|step| same(step)).count();
        let last_same = agreeing.checked_sub(1).map(|last| common[last]);
        let first_other_bits = common.get(agreeing).copied();
        let whole = first_other_bits.is_none() && last_same == own.keys().last().copied();

        let theirs = replay.measures();
        let demo = demos.iter().find(|d| d.id == self.demo);
        let columns = demo.map_or(&[][..], |d| compared(d));
        let (mut measured_to, mut first_apart) = (None, None);
        for (key, mine) in self.measures() {
            let Some(theirs) = theirs.get(&key) else {
                continue;
            };
            let both = |column: &&str| Some((*mine.get(*column)?, *theirs.get(*column)?));
            let pairs: Vec<(f64, f64)> = columns.iter().filter_map(both).collect();
            if !pairs.is_empty() {
                measured_to = Some(key.0);
            }
            let apart = |(a, b): &(f64, f64)| (a - b).abs() > ABSOLUTE + RELATIVE * a.abs();
            if first_apart.is_none() && pairs.iter().any(apart) {
                first_apart = Some(key.0);
            }
        }

        let agreement = match (first_other_bits, last_same, measured_to, first_apart) {
            (.., Some(_)) => Agreement::Differs,
            (None, Some(_), ..) if whole => Agreement::Exact,
            (None, Some(_), ..) | (_, _, Some(_), _) => Agreement::Close,
            _ => Agreement::Unknown,
        };
        let bits = match (first_other_bits, last_same) {
            (Some(_), _) if self.version < replay.version => format!(
                "The file has version {}, from before the steps of races had the same bits on every machine, so its fingerprints are others",
                self.version
            ),
            (None, None) => "No fingerprint could be compared".to_string(),
            (Some(first), None) => {
                format!("The first fingerprint, at step {first}, is already another")
            }
            (Some(first), Some(same)) => {
                format!("It is the same bit for bit to step {same}, and another at step {first}")
            }
            (None, Some(last)) => {
                let (found, of) = (agreeing, own.len());
                if whole {
                    format!(
                        "The replay is the same bit for bit: {found} of {of} fingerprints were compared and agree, the last at step {last}"
                    )
                } else {
                    format!(
                        "The replay is the same bit for bit as far as it went: {found} of {of} fingerprints were compared and agree, the last at step {last}"
                    )
                }
            }
        };
        let tolerance = format!("{ABSOLUTE} plus {} % of the value", 100.0 * RELATIVE);
        let sentence = match (first_apart, measured_to) {
            (Some(step), _) => format!(
                "{bits}; measures lie further apart than the tolerance ({tolerance}) from step {step}."
            ),
            _ if first_other_bits.is_none() && last_same.is_some() => format!("{bits}."),
            (None, Some(last)) => format!(
                "{bits}; all measures agree within the tolerance ({tolerance}) to step {last}."
            ),
            (None, None) => format!("{bits}, and there are no measures to compare."),
        };
        Verdict {
            agreement,
            first_other_bits,
            first_apart,
            sentence,
        }
    }
}

/// The measures of a demo that are compared.
fn compared(demo: &Demo) -> &'static [&'static str] {
    if demo.columns == race::COLUMNS {
        COMPARED
    } else {
        demo.columns
    }
}

/// Whether a text is short, and plain enough to be printed and to be part of a link as it is.
fn plain(text: &str) -> bool {
    let mark = |b: u8| b.is_ascii_alphanumeric() || b"-_.,+".contains(&b);
    text.len() <= PLAIN_MAX_BYTES && text.bytes().all(mark)
}

/// Whether a pair is one of a setting, and no other part of a link.
fn is_setting(key: &str, value: &Json) -> bool {
    let one = |value: &Json| match value {
        Json::String(text) => plain(text),
        Json::Number(_) | Json::Bool(_) => true,
        _ => false,
    };
    let value = match value {
        Json::Array(list) => list.len() <= ARENAS_MAX && list.iter().all(one),
        other => one(other),
    };
    let of_a_link = OF_THE_RUN.contains(&key) || matches!(key, "step" | "demo");
    value && plain(key) && !of_a_link
}

/// A setting's value as links write it.
fn text(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        Json::Array(list) => list.iter().map(text).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::demos;
    use crate::runs::settings::Settings;
    use proptest::prelude::*;

    fn parse(text: &str) -> Result<RunFile, String> {
        super::parse(text, &demos())
    }

    fn sample() -> RunFile {
        let measures = |step, js| Measures {
            arena: 0,
            step,
            values: BTreeMap::from([("js".into(), js)]),
        };
        let check = |step, hash: &str| Check {
            step,
            hash: hash.repeat(16),
        };
        RunFile {
            format: FORMAT.into(),
            version: VERSION,
            crate_version: "0.1.0".into(),
            demo: "race".into(),
            link: "seed=3&events=5.lr-g:0.01&step=20".into(),
            settings: BTreeMap::from([
                ("seed".into(), 3.into()),
                (
                    "arenas".into(),
                    serde_json::json!(["minimax", "least-squares"]),
                ),
            ]),
            seed: 3,
            step: 20,
            device: "cpu".into(),
            hash: Some("c".repeat(16)),
            checks: vec![check(10, "a"), check(15, "b")],
            metrics: vec![measures(10, 0.5), measures(20, 0.25)],
        }
    }

    fn text(change: impl FnOnce(&mut RunFile)) -> String {
        let mut run = sample();
        change(&mut run);
        serde_json::to_string(&run).unwrap()
    }

    #[test]
    fn what_is_written_is_read_and_starts_the_same_run() {
        assert_eq!(parse(&text(|_| {})).unwrap(), sample());
        assert_eq!(
            sample().query(),
            "arenas=minimax,least-squares&seed=3&events=5.lr-g:0.01"
        );
        assert_eq!(sample().stops(), [10, 15, 20]);
        let mut long = sample();
        long.settings
            .insert("x".into(), "y".repeat(QUERY_MAX_BYTES).into());
        assert_eq!(long.query(), "seed=3&events=5.lr-g:0.01");
    }

    #[test]
    fn what_acts_where_it_is_printed_or_becomes_a_link_is_refused() {
        let setting = |key: &str, value: Json| text(|r| drop(r.settings.insert(key.into(), value)));
        for (wrong, part) in [
            (text(|r| r.link += "\u{1b}[2J"), "its link holds"),
            (text(|r| r.device = "cpu\r".into()), "its device holds"),
            (
                text(|r| r.crate_version = "\u{9b}1A".into()),
                "its version of",
            ),
            (
                text(|r| r.crate_version = "1".repeat(201)),
                "its version of",
            ),
            (setting("lr-g&events", "5.D".into()), "a setting has a name"),
            (
                setting("lr-g", "1&events=5.D".into()),
                "a setting has a name",
            ),
            (
                setting("lr-g", serde_json::json!(["1&step=9"])),
                "a setting has a name",
            ),
            (
                setting("lr-g", serde_json::json!([[1]])),
                "a setting has a name",
            ),
            (
                setting("lr-g", serde_json::json!({"a": 1})),
                "a setting has a name",
            ),
            (setting("events", "5.D".into()), "a setting has a name"),
            (setting("step", 9.into()), "a setting has a name"),
            (setting("seed", 4.into()), "its seed is not"),
            (text(|r| r.link += "&seed=4"), "its seed is not"),
            (text(|r| r.link += "&s%65ed=4"), "its seed is not"),
        ] {
            let error = parse(&wrong).unwrap_err();
            assert!(error.contains(part), "{error}");
        }
    }

    #[test]
    fn a_seed_that_only_its_own_field_has_is_the_runs() {
        let mut run = sample();
        run.settings.remove("seed");
        run.link = "events=5.lr-g:0.01&step=20".into();
        assert!(run.query().ends_with("&seed=3"), "{}", run.query());
        let settings = Settings::resolve(demos()[0], &run.query());
        assert_eq!(settings.int("seed", 0), 3);
    }

    #[test]
    fn what_a_file_says_is_quoted_briefly() {
        let long = "x".repeat(100_000);
        let mut json: Json = serde_json::from_str(&text(|_| {})).unwrap();
        json["version"] = long.clone().into();
        let version = parse(&json.to_string()).unwrap_err();
        let field = text(|_| {}).replacen(
            '{',
            &format!("{{\"{long}\u{1b}\":1,").replace('\u{1b}', "\\u001b"),
            1,
        );
        for told in [version, parse(&field).unwrap_err()] {
            assert!(told.chars().count() < 300, "{}", told.len());
            assert!(!told.contains(char::is_control));
        }
    }

    #[test]
    fn every_schema_version_stays_readable() {
        for entry in std::fs::read_dir("tests/runs").unwrap() {
            let path = entry.unwrap().path();
            let run = parse(&std::fs::read_to_string(&path).unwrap());
            assert!(
                run.as_ref()
                    .is_ok_and(|run| run.step > 0 && !run.checks.is_empty()),
                "{}: {run:?}",
                path.display()
            );
        }
    }

    #[test]
    fn limits_hold_at_their_edges() {
        let padded = |n: usize| format!("{}{}", text(|_| {}), " ".repeat(n - text(|_| {}).len()));
        assert!(parse(&padded(RUN_MAX_BYTES)).is_ok());
        assert!(
            parse(&padded(RUN_MAX_BYTES + 1))
                .unwrap_err()
                .contains("4 MiB")
        );
        let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert!(
            parse(&nested(DEPTH_MAX))
                .unwrap_err()
                .contains("not one of")
        );
        assert!(
            parse(&nested(DEPTH_MAX + 1))
                .unwrap_err()
                .contains("deeper than 32")
        );
        for (wrong, part) in [
            (text(|r| r.format = "other".into()), "genzoo's"),
            (text(|r| r.version = 3), "version 3"),
            (text(|r| r.version = 0), "version 0"),
            (text(|r| r.demo = "zebra".into()), "demo"),
            (text(|r| r.step = STEP_MAX + 1), "out of reach"),
            (text(|r| r.step = 14), "not in order"),
            (text(|r| r.checks.reverse()), "not in order"),
            (text(|r| r.metrics.reverse()), "not in order"),
            (text(|r| r.hash = Some("xyz".into())), "fingerprint"),
            (text(|r| r.link = "x".repeat(QUERY_MAX_BYTES + 1)), "link"),
            (
                text(|r| r.checks = vec![r.checks[0].clone(); CHECKS_MAX + 1]),
                "too many",
            ),
            (
                text(|r| r.metrics = vec![r.metrics[0].clone(); ROWS_MAX + 1]),
                "too many",
            ),
            (
                text(|_| {}).replace("\"seed\":3,\"step\"", "\"seed\":-3,\"step\""),
                "invalid",
            ),
            (
                text(|_| {}).replace("\"device\"", "\"mystery\""),
                "unknown field",
            ),
            ("{".into(), "not JSON"),
        ] {
            let error = parse(&wrong).unwrap_err();
            assert!(
                error.contains(part) && error.ends_with('.'),
                "{part}: {error}"
            );
        }
    }

    #[test]
    fn a_replay_is_told_from_another_run() {
        let run = sample();
        let verdict = run.compare(&run, &demos());
        assert_eq!(
            (verdict.agreement, verdict.first_other_bits),
            (Agreement::Exact, None)
        );
        let mut near = sample();
        near.checks[1].hash = "d".repeat(16);
        near.hash = Some("d".repeat(16));
        near.metrics[1].values.insert("js".into(), 0.2525 + 0.0099);
        let verdict = run.compare(&near, &demos());
        assert_eq!(
            (verdict.agreement, verdict.first_other_bits),
            (Agreement::Close, Some(15))
        );
        assert!(
            verdict
                .sentence
                .contains("to step 10, and another at step 15"),
            "{}",
            verdict.sentence
        );
        let mut far = near.clone();
        far.metrics[1].values.insert("js".into(), 0.2525 + 0.0101);
        let verdict = run.compare(&far, &demos());
        assert_eq!(
            (verdict.agreement, verdict.first_apart),
            (Agreement::Differs, Some(20))
        );
        let mut graphics = sample();
        (graphics.hash, graphics.checks) = (None, vec![]);
        assert_eq!(run.compare(&graphics, &demos()).agreement, Agreement::Close);
        graphics.metrics.clear();
        assert_eq!(
            run.compare(&graphics, &demos()).agreement,
            Agreement::Unknown
        );
    }

    #[test]
    fn a_file_of_the_first_version_is_compared_by_its_measures() {
        let old = RunFile {
            version: 1,
            ..sample()
        };
        let mut replay = sample();
        replay.checks[0].hash = "d".repeat(16);
        let verdict = old.compare(&replay, &demos());
        assert_eq!(verdict.agreement, Agreement::Close);
        let sentence = &verdict.sentence;
        assert!(
            sentence.contains("version 1") && sentence.ends_with("to step 20."),
            "{sentence}"
        );
        // Figures have the bits that they had.
        let verdict = old.compare(&sample(), &demos());
        assert_eq!(verdict.agreement, Agreement::Exact);
        replay.metrics[0].values.insert("js".into(), 0.7);
        let verdict = old.compare(&replay, &demos());
        assert_eq!(verdict.agreement, Agreement::Differs);
    }

    #[test]
    fn a_replay_that_ended_early_is_not_called_the_same() {
        let run = sample();
        let early = RunFile {
            step: 12,
            hash: None,
            checks: run.checks[..1].to_vec(),
            metrics: run.metrics[..1].to_vec(),
            ..sample()
        };
        let verdict = run.compare(&early, &demos());
        assert_eq!(verdict.agreement, Agreement::Close);
        assert_eq!(
            verdict.sentence,
            "The replay is the same bit for bit as far as it went: 1 of 3 fingerprints were compared and agree, the last at step 10."
        );
        // One that does not keep a fingerprint in between has reached the last one all the same.
        let sparse = RunFile {
            checks: run.checks[..1].to_vec(),
            ..sample()
        };
        let verdict = run.compare(&sparse, &demos());
        assert_eq!(verdict.agreement, Agreement::Exact);
        assert!(
            verdict.sentence.contains("2 of 3") && verdict.sentence.ends_with("at step 20."),
            "{}",
            verdict.sentence
        );
    }

    #[test]
    fn measures_are_heard_even_where_fingerprints_agree() {
        let mut other = sample();
        other.metrics[0].values.insert("js".into(), 0.7);
        let verdict = sample().compare(&other, &demos());
        assert_eq!(
            (verdict.agreement, verdict.first_apart),
            (Agreement::Differs, Some(10))
        );
        assert!(
            verdict.sentence.contains("3 of 3") && verdict.sentence.ends_with("from step 10."),
            "{}",
            verdict.sentence
        );
    }

    #[test]
    fn a_figure_is_compared_by_its_own_measures_and_a_race_by_three() {
        let apart = |demo: &str, column: &str| {
            let of = |value| {
                let mut run = sample();
                run.demo = demo.into();
                run.metrics[0].values = BTreeMap::from([(column.into(), value)]);
                run
            };
            of(1.0).compare(&of(2.0), &demos()).first_apart
        };
        assert_eq!(apart("flow", "nll"), Some(10));
        assert_eq!(apart("race", "js"), Some(10));
        assert_eq!(apart("race", "d_loss"), None);
        assert_eq!(apart("failures", "d_loss"), None);
    }

    #[test]
    fn every_demo_has_run_files_that_start_the_same_run() {
        for demo in demos() {
            let live = demo
                .controls
                .iter()
                .find(|c| c.live)
                .expect("a live setting");
            let value = Settings::resolve(demo, "").get(live.key, 0);
            let query = format!("demo={}&seed=5&events=3.{}:{value}", demo.id, live.key);
            let settings = Settings::resolve(demo, &query);
            assert_eq!(
                settings.events.len(),
                1,
                "{}: {:?}",
                demo.id,
                settings.notes
            );
            let Json::Object(values) = settings.to_json() else {
                panic!("settings are an object");
            };
            let run = RunFile {
                demo: demo.id.into(),
                seed: 5,
                link: settings.query(20, &settings.events),
                settings: values.into_iter().collect(),
                ..sample()
            };
            let read = parse(&serde_json::to_string(&run).unwrap()).unwrap();
            let again = Settings::resolve(demo, &read.query());
            assert!(again.notes.is_empty(), "{}: {:?}", demo.id, again.notes);
            assert_eq!(again.query(20, &again.events), run.link, "{}", demo.id);
        }
    }

    #[test]
    fn of_two_rows_at_a_step_the_later_one_counts() {
        let mut run = sample();
        run.metrics.insert(
            0,
            Measures {
                values: BTreeMap::from([("js".into(), 9.0)]),
                ..run.metrics[0].clone()
            },
        );
        assert_eq!(run.compare(&sample(), &demos()).agreement, Agreement::Exact);
    }

    proptest! {
        #[test]
        fn any_text_is_refused_with_a_sentence(noise in ".{0,200}") {
            prop_assert!(parse(&noise).unwrap_err().ends_with('.'));
        }

        #[test]
        fn a_damaged_file_is_read_or_refused(at in 0usize..600, byte in any::<u8>()) {
            let mut bytes = text(|_| {}).into_bytes();
            let at = at % bytes.len();
            bytes[at] = byte;
            if let Ok(text) = String::from_utf8(bytes)
                && let Err(error) = parse(&text)
            {
                prop_assert!(error.ends_with('.'));
            }
        }
    }
}
