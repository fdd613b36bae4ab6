//! `genzoo race` and `genzoo gallery`: races over several seeds, as tables.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, mpsc};
use std::thread;
use std::time::Instant;

use genzoo::catalog::RACE;
use genzoo::data::toys::{points, table};
use genzoo::device;
use genzoo::limits::CSV_MAX_BYTES;
use genzoo::models::mlp::Output;
use genzoo::races::cases::{self, CASES, Case, Cases};
use genzoo::runs::demo::Demo;
use genzoo::runs::settings::Settings;
use genzoo::runs::{Budget, FrameRequest, Row, Session};

/// One measured row of one seed.
struct Reading {
    seed: u64,
    arena: usize,
    step: u64,
    values: Vec<f64>,
}

/// Runs one seed and returns its rows at the wanted steps, which ascend from 1.
fn run_seed(query: &str, seed: u64, at: &[u64]) -> Result<Vec<Reading>, String> {
    let query = format!("{query}&seed={seed}&measure-every=100000");
    let settings = Settings::resolve(&RACE, &query);
    let mut session = (RACE.open)(settings, device::cpu());
    let mut readings = vec![];
    for &step in at {
        // A measure at exactly this step: the interval is set just before it.
        pollster::block_on(session.advance(budget(step - 1 - session.step())))?;
        session.set("measure-every", &step.to_string())?;
        pollster::block_on(session.advance(budget(1)))?;
        if let Some(fault) = session.fault() {
            return Err(fault.to_string());
        }
        session.set("measure-every", "100000")?;
        readings.extend(rows(&mut *session, seed)?);
    }
    Ok(readings)
}

fn budget(steps: u64) -> Budget {
    Budget {
        steps,
        millis: 1.0,
        clock: || 0.0,
    }
}

/// The rows measured since the last call.
fn rows(session: &mut dyn Session, seed: u64) -> Result<Vec<Reading>, String> {
    let frame = pollster::block_on(session.frame(FrameRequest::default()))?;
    let reading = |row: Row| Reading {
        seed,
        arena: row.arena,
        step: row.step,
        values: row.values,
    };
    Ok(frame.rows.into_iter().map(reading).collect())
}

/// Runs every seed, several at a time; the readings come by arena, step and seed.
fn over_seeds(
    seeds: u64,
    jobs: usize,
    run: impl Fn(u64) -> Result<Vec<Reading>, String> + Sync,
) -> Vec<Reading> {
    let start = Instant::now();
    let next = AtomicUsize::new(0);
    let readings = Mutex::new(vec![]);
    let (done, progress) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..jobs.max(1) {
            let (next, readings, run, done) = (&next, &readings, &run, done.clone());
            scope.spawn(move || {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed) as u64 + 1;
                    if seed > seeds {
                        break;
                    }
                    let result = run(seed);
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

/// The settings of a link, to be added to `query`, that make a race train on the points of a CSV; `columns` are those of x and y, from 1.
///
/// # Errors
/// A sentence when the file cannot be read, or has no points.
pub fn own_points(query: &str, file: &Path, columns: Option<&[usize]>) -> Result<String, String> {
    let mut bytes = vec![];
    // One byte more than is taken tells a file that is too long, whatever its length claims to be.
    let limit = CSV_MAX_BYTES as u64 + 1;
    File::open(file)
        .and_then(|opened| opened.take(limit).read_to_end(&mut bytes))
        .map_err(|e| format!("{} could not be read: {e}.", file.display()))?;
    let axes = match columns {
        Some(&[x, y]) if x.min(y) > 0 => Some([x - 1, y - 1]),
        Some(_) => return Err("Columns are two numbers from 1, such as 2,3.".into()),
        None => None,
    };
    let settings = Settings::resolve(&RACE, query);
    let reach = settings.choice("g-output", 0, Output::from_id).reach();
    let reading = table::read(&bytes, axes, reach)?;
    eprintln!("{} points.", reading.points.len());
    for note in &reading.notes {
        eprintln!("{note}");
    }
    let points = points::encode(&reading.points);
    Ok(format!("&density=pasted&points={points}"))
}

/// Runs every seed and prints medians and strict modes at these steps, in any order.
pub fn run(query: &str, seeds: u64, mut at: Vec<u64>, jobs: usize) {
    at.sort_unstable();
    at.dedup();
    let settings = Settings::resolve(&RACE, query);
    for note in &settings.notes {
        eprintln!("{note}");
    }
    let readings = over_seeds(seeds, jobs, |seed| run_seed(query, seed, &at));
    print_table(&settings, &readings, &at);
}

/// Checks over several seeds what the failure gallery says, as the page would show it, and prints what each seed reads.
///
/// # Errors
/// A sentence when a seed shows something else.
pub fn gallery(only: Option<&str>, query: &str, seeds: u64, jobs: usize) -> Result<(), String> {
    let of = |cases: &'static Cases| cases.rows.iter().map(|row| (cases.demo, row));
    let all: Vec<(&Demo, &Case)> = CASES.iter().flat_map(of).collect();
    if let Some(id) = only.filter(|id| all.iter().all(|(_, row)| row.id != *id)) {
        let ids: Vec<&str> = all.iter().map(|(_, row)| row.id).collect();
        return Err(format!(
            "There is no case \"{id}\"; there are {}.",
            ids.join(", ")
        ));
    }
    let wanted = all
        .into_iter()
        .filter(|(_, row)| only.is_none_or(|id| id == row.id));
    println!("| case | arena | measure | when | said to be | per seed | shown by |");
    println!("|---|---|---|---|---|---|---|");
    let mut missed = 0;
    for (demo, row) in wanted {
        let steps = row.claims.iter().flat_map(|claim| claim.reading.steps());
        let last = steps.max().unwrap_or(0);
        let query = format!("preset={}&{query}", row.id);
        let readings = over_seeds(seeds, jobs, |seed| {
            let settings = Settings::resolve(demo, &format!("{query}&seed={seed}"));
            let mut session = (demo.open)(settings, device::cpu());
            pollster::block_on(session.advance(budget(last)))?;
            // A run that explodes has shown what it shows until then.
            if let Some(fault) = session.fault() {
                eprintln!("seed {seed}: {fault}");
            }
            rows(&mut *session, seed)
        });
        for claim in row.claims {
            let read = |seed| {
                let at = column(claim.column);
                let steps = claim.reading.steps();
                let here = readings.iter().filter(|r| {
                    (r.seed, r.arena) == (seed, claim.arena) && steps.contains(&r.step)
                });
                let values: Vec<f64> = here.map(|r| r.values[at]).collect();
                if values.len() == steps.len() {
                    claim.reading.of(&values)
                } else {
                    f64::NAN
                }
            };
            let values: Vec<f64> = (1..=seeds).map(read).collect();
            let shown = values.iter().filter(|&&v| claim.holds(v)).count() as u64;
            missed += seeds - shown;
            let values: Vec<String> = values.iter().map(|v| format!("{v:.3}")).collect();
            println!(
                "| {} | {} | {shown} of {seeds} |",
                cases::claim_cells(demo, row, claim).join(" | "),
                values.join(" "),
            );
        }
    }
    match missed {
        0 => Ok(()),
        n => Err(format!("{n} readings are not what the gallery says.")),
    }
}

fn column(name: &str) -> usize {
    let columns = RACE.columns;
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
