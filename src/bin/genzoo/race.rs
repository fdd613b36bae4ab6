//! `genzoo race` and `genzoo gallery`: races over several seeds, as tables.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, mpsc};
use std::thread;
use std::time::Instant;

use genzoo::catalog::{self, DEMOS, Preset};
use genzoo::device;
use genzoo::sessions::{Budget, FrameRequest};
use genzoo::settings::Settings;

/// One measured row of one seed.
struct Reading {
    seed: u64,
    arena: usize,
    step: u64,
    values: Vec<f64>,
}

/// Runs one seed and returns its rows at the wanted steps.
fn run_seed(query: &str, seed: u64, at: &[u64]) -> Result<Vec<Reading>, String> {
    let query = format!("{query}&seed={seed}&measure-every=100000");
    let settings = Settings::resolve(&DEMOS[0], &query);
    let mut session = (DEMOS[0].open)(settings, device::cpu());
    let mut readings = vec![];
    for &step in at {
        // A measure at exactly this step: the interval is set just before it.
        let clock = || 0.0;
        let budget = |steps| Budget {
            steps,
            millis: 1.0,
            clock,
        };
        pollster::block_on(session.advance(budget(step.saturating_sub(1) - session.step())))?;
        session.set("measure-every", &step.to_string())?;
        pollster::block_on(session.advance(budget(1)))?;
        if let Some(fault) = session.fault() {
            return Err(fault.to_string());
        }
        session.set("measure-every", "100000")?;
        let frame = pollster::block_on(session.frame(FrameRequest::default()))?;
        readings.extend(frame.rows.into_iter().map(|row| Reading {
            seed,
            arena: row.arena,
            step: row.step,
            values: row.values,
        }));
    }
    Ok(readings)
}

/// Runs every seed, several at a time, and returns their rows by arena, step and seed.
fn run_seeds(query: &str, seeds: u64, at: &[u64], jobs: usize) -> Vec<Reading> {
    let start = Instant::now();
    let next = AtomicUsize::new(0);
    let readings = Mutex::new(vec![]);
    let (done, progress) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..jobs.max(1) {
            let (next, readings, done) = (&next, &readings, done.clone());
            scope.spawn(move || {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed) as u64 + 1;
                    if seed > seeds {
                        break;
                    }
                    let result = run_seed(query, seed, at);
                    let _ = done.send((seed, result.as_ref().err().cloned()));
                    readings
                        .lock()
                        .expect("no panic")
                        .extend(result.unwrap_or_default());
                }
            });
        }
        drop(done);
        for (seed, error) in progress {
            let secs = start.elapsed().as_secs();
            eprintln!(
                "seed {seed} after {secs} s{}",
                error.map_or(String::new(), |e| format!(": {e}"))
            );
        }
    });
    let mut readings = readings.into_inner().expect("no panic");
    readings.sort_by_key(|r| (r.arena, r.step, r.seed));
    readings
}

/// Runs every seed and prints medians and strict modes.
pub fn run(query: &str, seeds: u64, at: &[u64], jobs: usize) {
    let settings = Settings::resolve(&DEMOS[0], query);
    for note in &settings.notes {
        eprintln!("{note}");
    }
    let readings = run_seeds(query, seeds, at, jobs);
    print_table(&settings, &readings, at);
}

/// Steps between the measures of a swing.
const SWING_EVERY: u64 = 100;

/// Checks over several seeds what the presets of the race are said to show.
///
/// # Errors
/// A sentence when a seed does not show it.
pub fn gallery(only: Option<&str>, seeds: u64, jobs: usize) -> Result<(), String> {
    let claimed = |p: &&Preset| !p.claims.is_empty() && only.is_none_or(|id| id == p.id);
    println!("| preset | arena | measure | when | said to be | per seed | shown by |");
    println!("|---|---|---|---|---|---|---|");
    let mut missed = 0;
    for preset in DEMOS[0].presets.iter().filter(claimed) {
        let mut at: Vec<u64> = preset
            .claims
            .iter()
            .flat_map(|claim| match claim.reading {
                catalog::Reading::At(step) => vec![step],
                catalog::Reading::Swing(from, to) => {
                    (from..=to).step_by(SWING_EVERY as usize).collect()
                }
            })
            .collect();
        at.sort_unstable();
        at.dedup();
        let query = format!("preset={}", preset.id);
        let arenas = Settings::resolve(&DEMOS[0], &query).arenas;
        let readings = run_seeds(&query, seeds, &at, jobs);
        for claim in preset.claims {
            let (from, to, when) = match claim.reading {
                catalog::Reading::At(step) => (step, step, format!("at step {step}")),
                catalog::Reading::Swing(from, to) => {
                    (from, to, format!("swing, steps {from} to {to}"))
                }
            };
            let values: Vec<f64> = (1..=seeds)
                .map(|seed| {
                    let here = readings.iter().filter(|r| {
                        r.seed == seed && r.arena == claim.arena && (from..=to).contains(&r.step)
                    });
                    let values: Vec<f64> = here.map(|r| r.values[column(claim.column)]).collect();
                    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
                    let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                    match claim.reading {
                        catalog::Reading::At(_) => most,
                        catalog::Reading::Swing(..) => most - least,
                    }
                })
                .collect();
            let (least, most) = claim.within;
            let shown = values
                .iter()
                .filter(|v| (least..=most).contains(*v))
                .count() as u64;
            missed += seeds - shown;
            let values: Vec<String> = values.iter().map(|v| format!("{v:.3}")).collect();
            println!(
                "| {} | {} {} | {} | {when} | {least} to {most} | {} | {shown} of {seeds} |",
                preset.id,
                char::from(b'A' + claim.arena as u8),
                arenas[claim.arena].id(),
                claim.column,
                values.join(" "),
            );
        }
    }
    if missed == 0 {
        Ok(())
    } else {
        Err(format!("{missed} readings are not what the gallery says."))
    }
}

fn column(name: &str) -> usize {
    let columns = DEMOS[0].columns;
    columns.iter().position(|c| *c == name).expect("a column")
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let n = values.len();
    if n == 0 {
        f64::NAN
    } else {
        (values[(n - 1) / 2] + values[n / 2]) / 2.0
    }
}

fn print_table(settings: &Settings, readings: &[Reading], at: &[u64]) {
    println!(
        "| objective | step | strict modes per seed | median strict | median modes | median high quality | median JS (nats) | median W1 | seeds |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    for (i, objective) in settings.arenas.iter().enumerate() {
        for &step in at {
            let here: Vec<&Reading> = readings
                .iter()
                .filter(|r| r.arena == i && r.step == step)
                .collect();
            let values = |name: &str| {
                here.iter()
                    .map(|r| r.values[column(name)])
                    .collect::<Vec<f64>>()
            };
            let strict: Vec<String> = values("strict_modes").iter().map(f64::to_string).collect();
            println!(
                "| {} | {step} | {} | {} | {} | {:.2} | {:.3} | {:.3} | {} |",
                objective.id(),
                strict.join(" "),
                median(values("strict_modes")),
                median(values("modes")),
                median(values("high_quality")),
                median(values("js")),
                median(values("w1")),
                here.len(),
            );
        }
    }
}
