//! The command line as a person uses it: replays of run files, races, the failure gallery.
#![cfg(feature = "cli")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use genzoo::catalog;
use genzoo::catalog::runfile::{self, Agreement, FORMAT, RunFile, VERSION};

/// Replays a file: whether it succeeded, what it said, and the replay as a run file.
fn replay(run: &RunFile) -> (bool, String, RunFile) {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("run.json");
    fs::write(&path, serde_json::to_string(run).unwrap()).unwrap();
    let (succeeded, told) = told(&path, &["--out", "replay.json"]);
    let again = fs::read_to_string(place.path().join("replay.json")).unwrap();
    (
        succeeded,
        told,
        runfile::parse(&again, &catalog::demos()).unwrap(),
    )
}

fn told(file: &Path, more: &[&str]) -> (bool, String) {
    let file_name = file.file_name().unwrap().to_str().unwrap();
    genzoo(
        &[&["replay", file_name], more].concat(),
        file.parent().unwrap(),
    )
}

/// Runs the program in a folder: whether it succeeded, and what it said.
fn genzoo(args: &[&str], folder: &Path) -> (bool, String) {
    let out = Command::new(env!("CARGO_BIN_EXE_genzoo"))
        .current_dir(folder)
        .args(args)
        .output()
        .expect("the program starts");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(!text(&out.stderr).contains("panicked"), "{out:?}");
    (out.status.success(), text(&out.stdout) + &text(&out.stderr))
}

/// A run file of this version of the layout.
fn fixture(version: u32) -> RunFile {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("run by cargo"));
    let path = root.join(format!("tests/runs/v{version}.json"));
    runfile::parse(&fs::read_to_string(path).unwrap(), &catalog::demos()).unwrap()
}

#[test]
fn a_run_of_the_page_is_trained_again_and_agrees() {
    let run = fixture(2);
    let (succeeded, told, again) = replay(&run);
    assert!(succeeded, "{told}");
    let verdict = run.compare(&again, &catalog::demos());
    assert!(told.contains(&verdict.sentence), "{told}");
    assert_eq!(verdict.agreement, Agreement::Exact, "{verdict:?}");
    assert_eq!((again.step, again.device.as_str()), (run.step, "native"));
    assert_eq!(again.stops(), run.stops());
    assert_eq!(again.metrics.len(), run.metrics.len());
    // The same program again gives the same bits.
    let (succeeded, told, twice) = replay(&again);
    assert!(succeeded && told.contains("3 of 3"), "{told}");
    assert_eq!(
        again.compare(&twice, &catalog::demos()).agreement,
        Agreement::Exact
    );
}

#[test]
fn an_old_run_of_the_page_agrees_in_its_measures() {
    let run = fixture(1);
    let (succeeded, told, again) = replay(&run);
    assert!(
        succeeded && told.contains("has version 1") && told.contains("to step 30."),
        "{told}"
    );
    let verdict = run.compare(&again, &catalog::demos());
    assert_eq!(verdict.agreement, Agreement::Close, "{verdict:?}");
}

#[test]
fn a_damaged_run_is_told_from_the_one_that_it_was() {
    let mut run = fixture(2);
    run.checks[0].hash = "0123456789abcdef".into();
    let (succeeded, told, _) = replay(&run);
    assert!(
        succeeded && told.contains("at step 10, is already another"),
        "{told}"
    );
    *run.metrics[0].values.get_mut("js").unwrap() += 0.2;
    let (succeeded, told, _) = replay(&run);
    assert!(!succeeded, "{told}");
    assert!(
        told.contains("further apart than the tolerance") && told.contains("from step 10."),
        "{told}"
    );
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("half.json");
    let whole = serde_json::to_string(&run).unwrap();
    fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    let (succeeded, said) = self::told(&path, &[]);
    assert!(!succeeded && said.contains("not JSON"), "{said}");
}

#[test]
fn nothing_of_a_run_file_acts_on_the_terminal_or_the_run() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("run.json");
    let refused = |change: &dyn Fn(&mut RunFile), why: &str| {
        let mut run = fixture(2);
        change(&mut run);
        fs::write(&path, serde_json::to_string(&run).unwrap()).unwrap();
        let (succeeded, said) = told(&path, &[]);
        assert!(!succeeded && said.contains(why), "{said:?}");
        assert!(!said.trim_end().contains(char::is_control), "{said:?}");
    };
    refused(&|run| run.link += "&x=\u{1b}[2J", "its link holds");
    refused(
        &|run| run.crate_version = "\u{1b}]0;title\u{7}".into(),
        "its version",
    );
    refused(&|run| run.device = "cpu\r\u{9b}1A".into(), "its device");
    refused(&|run| run.seed += 1, "its seed");
    let events = |run: &mut RunFile| {
        run.settings.insert("lr-g&events".into(), "5.D".into());
    };
    refused(&events, "a setting");
}

#[test]
fn every_demo_that_trains_is_replayed() {
    for demo in catalog::demos() {
        let often = demo.control("measure-every").map(|c| c.key);
        let plan = RunFile {
            format: FORMAT.into(),
            version: VERSION,
            crate_version: "0.1.0".into(),
            demo: demo.id.into(),
            link: format!("demo={}&step=20", demo.id),
            settings: BTreeMap::from_iter(often.map(|key| (key.to_string(), 10.into()))),
            seed: 1,
            step: 20,
            device: "native".into(),
            hash: None,
            checks: vec![],
            metrics: vec![],
        };
        let (succeeded, told, run) = replay(&plan);
        assert!(
            succeeded && told.contains("no measures to compare"),
            "{}: {told}",
            demo.id
        );
        assert!(run.hash.is_some(), "{}", demo.id);
        assert!(!run.metrics.is_empty(), "{}", demo.id);
        let (succeeded, told, _) = replay(&run);
        assert!(
            succeeded && told.contains("The replay is the same bit for bit: 1 of 1"),
            "{}: {told}",
            demo.id
        );
    }
}

#[test]
fn a_figure_whose_measures_were_others_is_told() {
    let mut run = fixture(2);
    run.demo = "two-gaussians".into();
    (run.link, run.settings) = ("demo=two-gaussians&step=30".into(), BTreeMap::new());
    let (_, _, mut run) = replay(&run);
    let row = run.metrics.last_mut().unwrap();
    let (column, value) = row.values.iter_mut().next().unwrap();
    *value += 1.0 + value.abs();
    let column = column.clone();
    let (succeeded, told, _) = replay(&run);
    assert!(
        !succeeded && told.contains("from step 30."),
        "{column}: {told}"
    );
}

#[test]
fn a_preset_that_claims_nothing_is_refused() {
    let (succeeded, told) = genzoo(&["claims", "--only", "typo"], Path::new("."));
    assert!(!succeeded && told.contains("mode-collapse"), "{told}");
    assert!(!told.contains('|'), "no empty table: {told}");
}

#[test]
fn points_of_a_file_are_read_as_the_page_reads_them() {
    let place = tempfile::tempdir().unwrap();
    let race = |name: &str, text: &[u8], more: &[&str]| {
        fs::write(place.path().join(name), text).unwrap();
        let query = "preset=live&g-width=4&d-width=4&batch=8";
        let args = ["race", "--query", query, "--seeds", "1", "--at", "10"];
        let args = [&args[..], &["--points", name], more].concat();
        genzoo(&args, place.path())
    };
    let table = |told: &str| {
        told.lines()
            .filter(|l| l.starts_with('|'))
            .map(str::to_string)
            .collect::<Vec<_>>()
    };
    let (succeeded, plain) = race("plain.csv", b"x,y\n-1,-0.5\n1,0.5\n0,0\n", &[]);
    assert!(succeeded && plain.contains("3 points."), "{plain}");
    assert_eq!(table(&plain).len(), 4, "{plain}");
    let german = "\u{feff}Nr;x;y\r\n1;-1;-0,5\r\n2;1;0,5\r\n3;0;0\r\n4;;1\r\n";
    let (succeeded, told) = race("german.csv", german.as_bytes(), &[]);
    assert!(
        succeeded && told.contains("One row was passed over"),
        "{told}"
    );
    assert_eq!(table(&told), table(&plain));
    let (succeeded, told) = race("german.csv", german.as_bytes(), &["--columns", "3,2"]);
    assert!(succeeded && told.contains("\"y\" is taken as x"), "{told}");
    assert_ne!(table(&told), table(&plain));
    for (name, text, more, part) in [
        ("none.csv", &b"a,b\n"[..], &[][..], "at least two rows"),
        ("wide.csv", &[b','; 100], &[], "64 columns"),
        ("plain.csv", b"1,2\n3,4\n", &["--columns", "0,1"], "from 1"),
        (
            "plain.csv",
            b"1,2\n3,4\n",
            &["--columns", "1,3"],
            "two of the 2 columns",
        ),
    ] {
        let (succeeded, told) = race(name, text, more);
        assert!(!succeeded, "{name}: {told}");
        assert!(told.contains(part), "{name}: {told}");
    }
}

#[test]
fn steps_to_measure_come_in_any_order() {
    let query = "preset=live&g-width=4&d-width=4&batch=8";
    let table = |at: &str| {
        let args = ["race", "--query", query, "--seeds", "1", "--at", at];
        let (succeeded, told) = genzoo(&args, Path::new("."));
        assert!(succeeded, "{told}");
        let rows = told.lines().filter(|line| line.starts_with('|'));
        rows.map(str::to_string).collect::<Vec<_>>()
    };
    let sorted = table("15,30");
    assert_eq!(sorted.len(), 2 + 2 * 2, "{sorted:?}");
    assert!(sorted[2].contains("| 15 |") && sorted[2].ends_with("| 1 |"));
    assert_eq!(table("30,15,30"), sorted);
    let (succeeded, told) = genzoo(&["race", "--seeds", "0"], Path::new("."));
    assert!(
        !succeeded && told.contains("0 is not in 1..=10000"),
        "{told}"
    );
}
