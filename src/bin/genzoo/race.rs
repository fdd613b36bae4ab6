//! `genzoo race` and `genzoo claims`: runs over several seeds, as tables.

use std::ops::Range;
use std::path::Path;
use std::sync::{Mutex, mpsc};
use std::thread;
use std::time::Instant;

use genzoo::catalog::{RACE, claims};
use genzoo::data::toys::{points, table};
use genzoo::device;
use genzoo::limits::{CSV_MAX_BYTES, read_at_most};
use genzoo::models::mlp::Output;
use genzoo::runs::demo::Demo;
use genzoo::runs::settings::Settings;
use genzoo::runs::{Budget, FrameRequest, Row, Session};
use genzoo::schema::Preset;

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

/// The seeds of a table.
#[derive(clap::Args)]
pub struct Seeds {
    /// How many seeds: 10 of a race and 5 of claims, where nothing else is said.
    #[arg(long = "seeds", value_parser = clap::value_parser!(u64).range(1..=10_000))]
    count: Option<u64>,
    /// The first seed; the others follow it.
    #[arg(long = "first-seed", default_value_t = 1, value_parser = clap::value_parser!(u64).range(0..=4_294_000_000))]
    first: u64,
    /// Runs side by side.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=256))]
    jobs: u16,
}

impl Seeds {
    /// The seeds of the user, or `usual` many.
    fn all(&self, usual: u64) -> Range<u64> {
        self.first..self.first + self.count.unwrap_or(usual)
    }

    /// Runs these seeds, several at a time; the readings come by arena, step and seed.
    fn each(
        &self,
        seeds: Range<u64>,
        run: impl Fn(u64) -> Result<Vec<Reading>, String> + Sync,
    ) -> Vec<Reading> {
        let start = Instant::now();
        let next = Mutex::new(seeds);
        let readings = Mutex::new(vec![]);
        let (done, progress) = mpsc::channel();
        thread::scope(|scope| {
            for _ in 0..self.jobs {
                let (next, readings, run, done) = (&next, &readings, &run, done.clone());
                scope.spawn(move || {
                    loop {
                        let Some(seed) = next.lock().expect("no panic").next() else {
                            break;
                        };
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
}

/// The settings of a link, to be added to `query`, that make a race train on the points of a CSV; `columns` are those of x and y, from 1.
///
/// # Errors
/// A sentence when the file cannot be read, or has no points.
pub fn own_points(query: &str, file: &Path, columns: Option<&[usize]>) -> Result<String, String> {
    let bytes = read_at_most(file, CSV_MAX_BYTES)?;
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
pub fn run(query: &str, seeds: &Seeds, mut at: Vec<u64>) {
    at.sort_unstable();
    at.dedup();
    let settings = Settings::resolve(&RACE, query);
    for note in &settings.notes {
        eprintln!("{note}");
    }
    let readings = seeds.each(seeds.all(10), |seed| run_seed(query, seed, &at));
    print_table(&settings, &readings, &at);
}

/// Checks over several seeds what presets say of their runs, and prints what each seed reads.
///
/// # Errors
/// A sentence when a seed shows something else.
pub fn claims(only: Option<&str>, query: &str, seeds: &Seeds) -> Result<(), String> {
    let all = claims::presets();
    let named = |(demo, preset): &(&Demo, &Preset)| {
        only.is_none_or(|id| {
            id == demo.id || id == preset.id || id == format!("{}/{}", demo.id, preset.id)
        })
    };
    if !all.iter().any(named) {
        let ids: Vec<String> = all
            .iter()
            .map(|(demo, preset)| format!("{}/{}", demo.id, preset.id))
            .collect();
        return Err(format!(
            "There is no preset \"{}\" that claims something; there are {}.",
            only.unwrap_or_default(),
            ids.join(", ")
        ));
    }
    println!("| demo | preset | run | measure | when | said to be | per seed | shown by |");
    println!("|---|---|---|---|---|---|---|---|");
    let mut missed = 0;
    for (demo, preset) in all.into_iter().filter(named) {
        missed += claimed(demo, preset, query, seeds);
    }
    match missed {
        0 => Ok(()),
        n => Err(format!("{n} readings are not what the presets say.")),
    }
}

/// Prints a row for each claim of a preset; returns how many readings are out of bounds.
fn claimed(demo: &'static Demo, preset: &Preset, query: &str, seeds: &Seeds) -> usize {
    let steps = preset.claims.iter().flat_map(|claim| claim.reading.steps());
    let last = steps.max().unwrap_or(0);
    let query = format!("preset={}&{query}", preset.id);
    let all = seeds.all(5);
    let readings = seeds.each(all.clone(), |seed| {
        let settings = Settings::resolve(demo, &format!("{query}&seed={seed}"));
        let mut session = (demo.open)(settings, device::cpu());
        pollster::block_on(session.advance(budget(last)))?;
        // A run that explodes has shown what it shows until then.
        if let Some(fault) = session.fault() {
            eprintln!("seed {seed}: {fault}");
        }
        rows(&mut *session, seed)
    });
    let mut missed = 0;
    for claim in preset.claims {
        let at = column(demo, claim.column);
        let steps = claim.reading.steps();
        let read = |seed| {
            let here = (readings.iter())
                .filter(|r| (r.seed, r.arena) == (seed, claim.arena) && steps.contains(&r.step));
            let values: Vec<f64> = here.map(|r| r.values[at]).collect();
            if values.len() == steps.len() {
                claim.reading.of(&values)
            } else {
                f64::NAN
            }
        };
        let values: Vec<f64> = all.clone().map(read).collect();
        let shown = values.iter().filter(|&&v| claim.holds(v)).count();
        missed += values.len() - shown;
        let texts: Vec<String> = values.iter().map(|v| format!("{v:.3}")).collect();
        println!(
            "| {} | {} | {shown} of {} |",
            claims::cells(demo, preset, claim).join(" | "),
            texts.join(" "),
            values.len(),
        );
    }
    missed
}

fn column(demo: &Demo, name: &str) -> usize {
    let mut columns = demo.columns.iter();
    columns.position(|c| *c == name).expect("a column")
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
                    .map(|r| r.values[column(&RACE, name)])
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
