//! `genzoo race`: a race over several seeds, as a table.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, mpsc};
use std::thread;
use std::time::Instant;

use genzoo::catalog::{self, DEMOS};
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

/// Runs every seed and prints medians and strict modes.
pub fn run(query: &str, seeds: u64, at: &[u64], jobs: usize) {
    let settings = Settings::resolve(&DEMOS[0], query);
    for note in &settings.notes {
        eprintln!("{note}");
    }
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
    print_table(&settings, &readings, at);
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
    let column = |name: &str| {
        let columns = catalog::demo("race").expect("the race").columns;
        columns.iter().position(|c| *c == name).expect("a column")
    };
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
