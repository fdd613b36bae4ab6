//! `genzoo replay`: a run file's run again, and how it agrees.

use std::collections::BTreeMap;
use std::path::Path;

use genzoo::catalog;
use genzoo::catalog::runfile::{self, Agreement, Check, Measures, RUN_MAX_BYTES, RunFile};
use genzoo::device;
use genzoo::limits::read_text_at_most;
use genzoo::runs::demo::Demo;
use genzoo::runs::settings::Settings;
use genzoo::runs::{Budget, FrameRequest, Session};
use genzoo::train::whole::write_whole;

/// The run of `file`, trained here.
fn train(file: &RunFile, demo: &'static Demo) -> Result<RunFile, String> {
    let settings = Settings::resolve(demo, &file.query());
    for note in &settings.notes {
        eprintln!("{note}");
    }
    let mut session: Box<dyn Session> = (demo.open)(settings, device::cpu());
    let mut replay = RunFile {
        version: runfile::VERSION,
        crate_version: env!("CARGO_PKG_VERSION").into(),
        device: "native".into(),
        hash: None,
        checks: vec![],
        metrics: vec![],
        ..file.clone()
    };
    for step in file.stops() {
        let budget = Budget {
            steps: step - session.step(),
            millis: f64::INFINITY,
            clock: || 0.0,
        };
        pollster::block_on(session.advance(budget))?;
        if let Some(fault) = session.fault() {
            return Err(fault.to_string());
        }
        let hash = pollster::block_on(session.hash())?;
        if step == file.step {
            replay.hash = Some(hash.clone());
        }
        replay.checks.push(Check { step, hash });
        let rows = pollster::block_on(session.frame(FrameRequest::default()))?.rows;
        replay.metrics.extend(rows.into_iter().map(|row| {
            let named = demo.columns.iter().map(ToString::to_string);
            let values = named.zip(row.values).filter(|(_, value)| value.is_finite());
            Measures {
                arena: row.arena,
                step: row.step,
                values: BTreeMap::from_iter(values),
            }
        }));
    }
    Ok(replay)
}

/// Replays `path`, prints how it agrees, and fails where measures lie further apart than the tolerance.
pub fn run(path: &Path, out: Option<&Path>) -> Result<(), String> {
    let file = runfile::parse(&read_text_at_most(path, RUN_MAX_BYTES)?, &catalog::demos())?;
    let demo = catalog::demo(&file.demo).expect("a run file names a known demo");
    eprintln!(
        "{}: {} steps, written by genzoo {} on {}",
        file.link, file.step, file.crate_version, file.device
    );
    let replay = train(&file, demo)?;
    let verdict = file.compare(&replay, &catalog::demos());
    if let Some(out) = out {
        let text = serde_json::to_vec_pretty(&replay).expect("plain data");
        write_whole(out, &text)?;
    }
    match verdict.agreement {
        Agreement::Differs => Err(verdict.sentence),
        _ => {
            println!("{}", verdict.sentence);
            Ok(())
        }
    }
}
