//! Native command line over the same models, sessions and catalog as the page.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, mpsc};
use std::thread;
use std::time::Instant;

use clap::{Parser, Subcommand};
use genzoo::catalog::{self, DEMOS, Kind, Scope};
use genzoo::data::density::DensityKind;
use genzoo::device;
use genzoo::sessions::{Budget, FrameRequest};
use genzoo::settings::Settings;

#[derive(Parser)]
#[command(version, about = "Generative models, trained natively")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Lists the demos, presets and settings.
    List {
        /// As Markdown tables, for the README.
        #[arg(long)]
        markdown: bool,
    },
    /// Runs a race over several seeds and prints its measures as a table.
    Race {
        /// Settings as in a link, for example "preset=ring8-256&lr-d=0.0005".
        #[arg(long, default_value = "")]
        query: String,
        /// How many seeds, from 1.
        #[arg(long, default_value_t = 10)]
        seeds: u64,
        /// Steps at which to measure.
        #[arg(long, value_delimiter = ',', default_value = "1000,2000,3000")]
        at: Vec<u64>,
        /// Runs side by side.
        #[arg(long, default_value_t = 2)]
        jobs: usize,
    },
}

fn main() {
    match Cli::parse().command {
        Command::List { markdown } => list(markdown),
        Command::Race {
            query,
            seeds,
            at,
            jobs,
        } => race(&query, seeds, &at, jobs),
    }
}

fn list(markdown: bool) {
    let row = |cells: &[&str]| {
        if markdown {
            println!("| {} |", cells.join(" | "));
        } else {
            println!("{}", cells.join("  "));
        }
    };
    let head = |cells: &[&str]| {
        if markdown {
            println!();
            row(cells);
            row(&vec!["---"; cells.len()]);
        } else {
            println!("\n{}", cells[0].to_uppercase());
        }
    };
    head(&["Demo", "Title", "What it shows"]);
    for demo in DEMOS {
        row(&[demo.id, demo.title, demo.summary]);
    }
    for demo in DEMOS {
        head(&["Preset", "Title", "What it is"]);
        demo.presets
            .iter()
            .for_each(|p| row(&[p.id, p.title, p.summary]));
        head(&["Density", "Title", "What it is"]);
        DensityKind::ALL
            .iter()
            .for_each(|k| row(&[k.id(), k.title(), k.summary()]));
        head(&["Setting", "Range", "Default", "Unit", "Per arena", "Live"]);
        for c in demo.controls {
            let (range, default) = match c.kind {
                Kind::Choice(choices, default) => {
                    let ids: Vec<&str> = choices.iter().map(|c| c.id).collect();
                    (ids.join(", "), default.to_string())
                }
                Kind::Int(min, max, default, _) => (format!("{min} to {max}"), default.to_string()),
                Kind::Float(min, max, default, _) => {
                    (format!("{min} to {max}"), default.to_string())
                }
                Kind::Flag(default) => ("true, false".into(), default.to_string()),
            };
            let yes = |b| if b { "yes" } else { "" };
            row(&[
                c.key,
                &range,
                &default,
                c.unit,
                yes(c.scope == Scope::Arena),
                yes(c.live),
            ]);
        }
    }
}

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

fn race(query: &str, seeds: u64, at: &[u64], jobs: usize) {
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
