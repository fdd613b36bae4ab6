//! Native command line over the same models, runs and catalogue as the page.

mod race;
mod replay;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use genzoo::catalog::{documents, markdown, page};
use genzoo::device;
use genzoo::train::data::Data;
use genzoo::train::evaluate::Settings;
use genzoo::train::files::{self, Shipped};
use genzoo::train::recipe::Recipe;
use genzoo::train::recipes::{RECIPES, recipe};
use genzoo::train::report;
use genzoo::train::run::{self, Options};
use genzoo::train::sheet;
use genzoo::train::whole::write_whole;

/// Most updates of a training.
const UPDATES_MAX: u64 = 1_000_000_000_000;

#[derive(Parser)]
#[command(version, about = "Generative models, trained natively")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Prints the demos, objectives, densities, presets, settings and recipes as Markdown tables.
    List,
    /// Writes the tables of the documents anew, in the checkout where it runs.
    Docs,
    /// Runs a race over several seeds and prints its measures as a table.
    Race {
        /// Settings as in a link, for example "preset=ring8-256&lr-d=0.0005".
        #[arg(long, default_value = "")]
        query: String,
        /// Trains on the points of this CSV, as the page reads them.
        #[arg(long)]
        points: Option<PathBuf>,
        /// The columns of x and y in it, from 1, for example "2,3".
        #[arg(long, value_delimiter = ',', requires = "points")]
        columns: Option<Vec<usize>>,
        #[command(flatten)]
        seeds: race::Seeds,
        /// Steps at which to measure.
        #[arg(long, value_delimiter = ',', default_value = "1000,2000,3000", value_parser = clap::value_parser!(u64).range(10..=100_000))]
        at: Vec<u64>,
    },
    /// Checks over several seeds that runs of presets show what is said of them.
    Claims {
        /// One demo or preset only, by its id.
        #[arg(long)]
        only: Option<String>,
        /// Settings on top of the presets' own, to see what else would show it.
        #[arg(long, default_value = "")]
        query: String,
        #[command(flatten)]
        seeds: race::Seeds,
    },
    /// Trains a run file's run again, and says whether and where it differs.
    Replay {
        /// The run file, saved by the page or by this command.
        file: PathBuf,
        /// Also writes the replay as a run file.
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// Trains weights and writes them with their card.
    Train(Train),
    /// Prints the measures of trained weights as a table.
    Eval(Eval),
    /// Draws a sheet of samples of trained weights.
    Sample {
        #[command(flatten)]
        from: From,
        /// How many samples.
        #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=4_096))]
        n: u32,
        /// Seed of the latents.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// The picture.
        #[arg(long, default_value = "sheet.png")]
        out: PathBuf,
    },
}

/// Which weights, and where to compute.
#[derive(Args)]
struct From {
    /// Id of a recipe; `genzoo list` shows them.
    #[arg(value_parser = known)]
    id: &'static Recipe,
    /// Folder of weights and cards.
    #[arg(long, default_value = "weights")]
    weights: PathBuf,
    /// Device: cpu, and what this program was built with of libtorch, libtorch-cuda, cubecl-cpu, cuda, vulkan, wgpu.
    #[arg(long, default_value = "cpu")]
    device: String,
}

#[derive(Args)]
struct Train {
    #[command(flatten)]
    to: From,
    /// Folder of training images: IDX files, or PNG and JPEG.
    #[arg(long)]
    data: PathBuf,
    /// Folder for checkpoints, metrics and sheets [default: runs/ID].
    #[arg(long)]
    out: Option<PathBuf>,
    /// Optimiser updates [default: the recipe's].
    #[arg(long, conflicts_with = "epochs", value_parser = clap::value_parser!(u64).range(1..=UPDATES_MAX))]
    steps: Option<u64>,
    /// Passes over the training images instead of updates.
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..=UPDATES_MAX))]
    epochs: Option<u64>,
    /// Computes in bfloat16, with weights, gradients and losses in single precision: faster on processors that multiply it,
    /// with `libtorch`.
    #[arg(long)]
    bf16: bool,
    /// Seed of weights, batches and noise.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Continues from the last checkpoint, if there is one.
    #[arg(long)]
    resume: bool,
    /// Checks data and memory with one update, and writes nothing.
    #[arg(long)]
    dry_run: bool,
    /// Updates between checkpoints.
    #[arg(long, default_value_t = 250, value_parser = clap::value_parser!(u64).range(1..=UPDATES_MAX))]
    checkpoint_every: u64,
    /// Updates between sheets.
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u64).range(1..=UPDATES_MAX))]
    sheet_every: u64,
    /// Images held back for measuring [default: the recipe's].
    #[arg(long)]
    validation: Option<usize>,
}

#[derive(Args)]
struct Eval {
    #[command(flatten)]
    from: From,
    /// Folder of images.
    #[arg(long)]
    data: PathBuf,
    /// Images held back for measuring [default: the recipe's].
    #[arg(long)]
    validation: Option<usize>,
    /// Measures on every image of the folder: for a test split.
    #[arg(long, conflicts_with = "validation")]
    all: bool,
    /// Samples, and real images, for distances between sets.
    #[arg(long, default_value_t = 2_500, value_parser = clap::value_parser!(u32).range(4..=100_000))]
    samples: u32,
    /// Images of the importance-weighted bound.
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    bound_images: u32,
    /// Samples per image of that bound.
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    bound_samples: u32,
    /// Also writes the measures here as JSON.
    #[arg(long)]
    json: Option<PathBuf>,
}

fn known(id: &str) -> Result<&'static Recipe, String> {
    recipe(id).ok_or_else(|| {
        let ids: Vec<&str> = RECIPES.iter().map(|r| r.id).collect();
        format!(
            "there is no recipe of that name; there are {}",
            ids.join(", ")
        )
    })
}

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::List => list(),
        Command::Docs => docs(),
        Command::Race {
            query,
            points,
            columns,
            seeds,
            at,
        } => {
            let own = points.map(|file| race::own_points(&query, &file, columns.as_deref()));
            own.transpose().map(|own| {
                let query = query + &own.unwrap_or_default();
                race::run(&query, &seeds, at);
            })
        }
        Command::Claims { only, query, seeds } => race::claims(only.as_deref(), &query, &seeds),
        Command::Replay { file, out } => replay::run(&file, out.as_deref()),
        Command::Train(args) => train(args),
        Command::Eval(args) => eval(&args),
        Command::Sample { from, n, seed, out } => sample(&from, n as usize, seed, &out),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("{sentence}");
            ExitCode::FAILURE
        }
    }
}

fn list() -> Result<(), String> {
    println!(
        "{}\n{}\n{}\n{}\n{}\n{}",
        markdown::demo_table(),
        markdown::objectives(),
        markdown::densities(),
        markdown::reference(),
        report::recipes(),
        report::weights(Path::new("weights"))?
    );
    Ok(())
}

fn docs() -> Result<(), String> {
    for name in documents::DOCUMENTS {
        let text = fs::read_to_string(name).map_err(|e| {
            format!(
                "{name} could not be read: {e}. `genzoo docs` runs in the root of the checkout."
            )
        })?;
        let now = documents::filled(&text.replace("\r\n", "\n"), Path::new("weights"))
            .map_err(|sentence| format!("{name}: {sentence}"))?;
        write_whole(Path::new(name), now.as_bytes())?;
    }
    write_whole(Path::new("www/link/rules.js"), page::rules().as_bytes())
}

fn train(args: Train) -> Result<(), String> {
    let From {
        id: recipe,
        weights,
        device,
    } = args.to;
    let options = Options {
        data: args.data,
        out: args
            .out
            .unwrap_or_else(|| PathBuf::from("runs").join(recipe.id)),
        weights,
        device: (device::native(&device)?, device),
        steps: args.steps,
        epochs: args.epochs,
        bf16: args.bf16,
        seed: args.seed,
        resume: args.resume,
        dry_run: args.dry_run,
        checkpoint_every: args.checkpoint_every,
        sheet_every: args.sheet_every,
        validation: args.validation,
    };
    run::train(recipe, &options)
}

fn eval(args: &Eval) -> Result<(), String> {
    let recipe = args.from.id;
    let (card, states) = files::load(&args.from.weights, recipe.id)?;
    let mut data = Data::load(recipe, &args.data, args.validation)?;
    if args.all {
        data = data.all();
    }
    let shape = card.config.image_shape();
    let found = [data.images.channels, data.images.height, data.images.width];
    if shape != found {
        return Err(format!(
            "The weights of {} are for images of {shape:?} (channels, height, width); those in {} have {found:?}.",
            recipe.id,
            args.data.display()
        ));
    }
    recipe.config(&data.images)?;
    let settings = Settings {
        samples: args.samples as usize,
        bound_images: args.bound_images as usize,
        bound_samples: args.bound_samples as usize,
        ..Settings::new(&args.from.weights, &device::native(&args.from.device)?)
    };
    let shipped = Shipped {
        card: &card,
        states: &states,
    };
    let found = recipe.family.measure(&shipped, &data, &settings)?;
    print!("{}", found.table());
    match &args.json {
        Some(path) => write_whole(path, found.to_json().to_string().as_bytes()),
        None => Ok(()),
    }
}

fn sample(from: &From, n: usize, seed: u64, out: &Path) -> Result<(), String> {
    const COLUMNS: usize = 8;
    let device = device::native(&from.device)?;
    let (card, states) = files::load(&from.weights, from.id.id)?;
    let shipped = Shipped {
        card: &card,
        states: &states,
    };
    let pictures = from.id.family.sample(&shipped, n, seed, &device)?;
    write_whole(out, &sheet::png(pictures, COLUMNS))
}
