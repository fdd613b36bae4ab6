//! The contract of every small figure, read from the table.

use std::collections::BTreeSet;

use genzoo::device;
use genzoo::figures::{FIGURES, FigureRow};
use genzoo::runs::settings::Settings;
use genzoo::runs::{Budget, Frame, FrameRequest, Session};
use genzoo::schema::{Control, Kind, Range, Value};
use pollster::block_on;

fn open(figure: &'static FigureRow, query: &str) -> Box<dyn Session> {
    let settings = Settings::resolve(&figure.demo, query);
    assert!(settings.notes.is_empty(), "{query}: {:?}", settings.notes);
    (figure.demo.open)(settings, device::cpu())
}

fn advance(session: &mut dyn Session, steps: u64) {
    let budget = Budget {
        steps,
        millis: f64::INFINITY,
        clock: || 0.0,
    };
    assert_eq!(
        block_on(session.advance(budget)).unwrap(),
        steps,
        "{:?}",
        session.fault()
    );
}

fn hash(session: &mut dyn Session) -> String {
    block_on(session.hash()).unwrap()
}

fn frame(session: &mut dyn Session) -> Frame {
    let request = FrameRequest {
        field: 12,
        ..Default::default()
    };
    block_on(session.frame(request)).unwrap()
}

#[test]
fn every_figure_starts_takes_a_step_and_draws_all_its_marks() {
    for figure in FIGURES {
        for preset in figure.demo.presets {
            let name = format!("{}, {}", figure.demo.id, preset.id);
            let mut session = open(figure, &format!("preset={}", preset.id));
            for steps in [0, 1] {
                advance(&mut *session, steps);
                let frame = frame(&mut *session);
                let marks: Vec<_> = figure.panels.iter().flat_map(|p| p.marks).collect();
                assert_eq!(frame.marks.len(), marks.len(), "{name}");
                for (mark, numbers) in marks.iter().zip(&frame.marks) {
                    let known = numbers.iter().any(|v| v.is_finite());
                    assert!(known, "{name}: {} has numbers", mark.title);
                    let infinite = numbers.iter().any(|v| v.is_infinite());
                    assert!(!infinite, "{name}: {} is drawn on paper", mark.title);
                }
                for row in &frame.rows {
                    assert_eq!(row.values.len(), figure.demo.columns.len(), "{name}");
                }
            }
            assert_eq!(session.fault(), None, "{name}");
        }
    }
}

#[test]
fn rows_of_the_table_name_what_there_is() {
    let mut ids = BTreeSet::new();
    for figure in FIGURES {
        let demo = &figure.demo;
        assert!(ids.insert(demo.id), "{} is there twice", demo.id);
        let known = |column: &str| demo.columns.contains(&column);
        for chart in demo.charts {
            assert!(
                chart.columns.iter().all(|c| known(c)),
                "{}: {}",
                demo.id,
                chart.id
            );
        }
        assert!(figure.readouts.iter().all(|(c, _)| known(c)), "{}", demo.id);
        let mut session = open(figure, "");
        let windowed = |(_, range): (&str, Range)| range == Range::Window;
        let needs = figure.panels.iter().any(|p| windowed(p.x) || windowed(p.y));
        assert_eq!(
            session.describe()["window"].is_array(),
            needs,
            "{}",
            demo.id
        );
        let references = session.references().unwrap();
        for column in references.as_object().unwrap().keys() {
            assert!(known(column), "{}: {column}", demo.id);
        }
        assert!(
            figure.equation.starts_with('<') && figure.look.len() > 200,
            "{}",
            demo.id
        );
    }
}

#[test]
fn the_same_link_replays_the_same_run() {
    for figure in FIGURES {
        let run = |query: &str| {
            let mut session = open(figure, query);
            advance(&mut *session, 6);
            frame(&mut *session);
            advance(&mut *session, 6);
            hash(&mut *session)
        };
        assert_eq!(run(""), run(""), "{}", figure.demo.id);
        assert_ne!(run(""), run("seed=2"), "{}", figure.demo.id);
    }
}

#[test]
fn a_figure_continues_from_a_snapshot_as_if_it_had_not_stopped() {
    for figure in FIGURES {
        let mut whole = open(figure, "");
        advance(&mut *whole, 7);
        if let Some(control) = figure.demo.controls.iter().find(|c| c.live) {
            whole
                .set(
                    control.key,
                    &other(control, &Settings::resolve(&figure.demo, "")),
                )
                .unwrap();
        }
        advance(&mut *whole, 4);
        let bytes = block_on(whole.snapshot()).unwrap();
        advance(&mut *whole, 9);
        let mut resumed = open(figure, "");
        resumed.restore(&bytes).unwrap();
        assert_eq!(resumed.step(), 11);
        advance(&mut *resumed, 9);
        assert_eq!(hash(&mut *resumed), hash(&mut *whole), "{}", figure.demo.id);
        assert_eq!(resumed.query(), whole.query(), "{}", figure.demo.id);
        let mut replayed = open(figure, &whole.query());
        advance(&mut *replayed, 20);
        assert_eq!(
            hash(&mut *replayed),
            hash(&mut *whole),
            "{}: by its link",
            figure.demo.id
        );
        assert!(resumed.restore(&bytes[..bytes.len() - 4]).is_err());
    }
}

/// Another value than the present one, as a link has it.
fn other(control: &Control, settings: &Settings) -> String {
    match (control.kind, settings.get(control.key, 0)) {
        (Kind::Choice(choices, _), used) => {
            let another = choices.iter().find(|c| c.id != used.to_string());
            another.unwrap().id.to_string()
        }
        (Kind::Int(min, max, ..), Value::Int(n)) => {
            (if n == max { min } else { n + 1 }).to_string()
        }
        (Kind::Float(min, max, ..), Value::Float(x)) => {
            (if x == max { min } else { x + 0.1 * (max - x) }).to_string()
        }
        (_, used) => (used == Value::Flag(false)).to_string(),
    }
}

#[test]
fn links_round_trip_with_every_control() {
    for figure in FIGURES {
        let settings = Settings::resolve(&figure.demo, "");
        for control in figure.demo.controls {
            let query = format!("{}={}", control.key, other(control, &settings));
            let first = Settings::resolve(&figure.demo, &query);
            let link = first.query(3, &[]);
            assert!(
                link.contains(&query) && link.contains(figure.demo.id),
                "{link}"
            );
            let again = Settings::resolve(&figure.demo, &link);
            assert_eq!((again.to_json(), again.step), (first.to_json(), 3));
        }
    }
}

/// Settings under which a control counts.
fn makes_count(figure: &str, key: &str) -> &'static str {
    match (figure, key) {
        ("two-gaussians", "clip") => "constraint=clip",
        ("bigan", "lambda") => "objective=wasserstein-gp",
        _ => "",
    }
}

#[test]
fn every_control_changes_something() {
    for figure in FIGURES {
        for control in figure.demo.controls {
            let base = makes_count(figure.demo.id, control.key);
            let run = |query: &str| {
                let mut session = open(figure, query);
                advance(&mut *session, 3);
                let marks = frame(&mut *session).marks;
                (hash(&mut *session), format!("{marks:?}"))
            };
            let value = other(control, &Settings::resolve(&figure.demo, base));
            let changed = format!("{base}&{}={value}", control.key);
            assert_ne!(run(base), run(&changed), "{}: {changed}", figure.demo.id);
        }
    }
}

/// The measure that a figure is about: its column and run, the steps, and whether it grows.
fn own_measure(figure: &str) -> (&'static str, usize, u64, bool) {
    match figure {
        "parallel-lines" => ("w", 1, 120, false),
        "two-gaussians" => ("v", 0, 400, true),
        "one-dimension" => ("w1", 0, 400, false),
        "flow" => ("nll", 0, 200, false),
        "clipping" => ("peaks", 0, 200, true),
        "posterior" => ("elbo", 1, 100, true),
        "codes" => ("bound", 2, 150, true),
        "bigan" => ("reconstruction", 0, 600, false),
        "cycle" => ("cycle", 0, 150, false),
        other => panic!("{other} needs a measure here"),
    }
}

#[test]
fn every_figure_improves_its_own_measure() {
    for figure in FIGURES {
        let (column, run, steps, grows) = own_measure(figure.demo.id);
        let at = figure
            .demo
            .columns
            .iter()
            .position(|c| *c == column)
            .unwrap();
        let mut session = open(figure, "");
        advance(&mut *session, steps);
        let rows = frame(&mut *session).rows;
        let values: Vec<f64> = rows
            .iter()
            .filter(|r| r.arena == run)
            .map(|r| r.values[at])
            .collect();
        let (first, last) = (values[0], values[values.len() - 1]);
        assert!(
            (last > first) == grows && last != first,
            "{}: {first} to {last}",
            figure.demo.id
        );
    }
}
