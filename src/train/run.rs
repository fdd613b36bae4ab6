//! The training loop: data in, checkpoints, metrics and sheets on the way, weights and card out.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use burn::tensor::{Device, FloatDType};
use indicatif::{ProgressBar, ProgressStyle};

use super::checkpoint::{self, Header, write_whole};
use super::evaluate::{self, Settings};
use super::recipe::Recipe;
use super::{Batches, Task, sheet};
use crate::data::images::ImageSet;
use crate::data::images::folder;
use crate::weights::{self, Card, ModelConfig, Statistics};

/// Rows of the metrics file are means over so many updates.
const LOG_STEPS: u64 = 10;
/// Seed of the split into training and validation images; the same for every run, so that runs can be compared.
const SPLIT_SEED: u64 = 0;

/// Images, cut in two.
pub struct Data {
    /// All of them.
    pub images: ImageSet,
    /// Those to train on; none of a test split.
    pub train: Vec<usize>,
    /// Those to measure on.
    pub validation: Vec<usize>,
}

impl Data {
    /// Reads a folder for a recipe and holds back `validation` images, or the recipe's number, at most a tenth, unless the
    /// folder comes with a split.
    ///
    /// # Errors
    /// A sentence that names the file and what was expected.
    pub fn load(recipe: &Recipe, folder: &Path, validation: Option<usize>) -> Result<Self, String> {
        let (images, apart) = folder::load_split(folder)?;
        if images.count < 2 {
            return Err(format!(
                "{} holds {} images; at least 2 are needed.",
                folder.display(),
                images.count
            ));
        }
        let validation = validation.unwrap_or(recipe.source.validation);
        let (train, validation) = match &apart {
            Some(apart) => {
                let n = images.count;
                ((0..n).collect(), (n..n + apart.count).collect())
            }
            None => images.split(SPLIT_SEED, validation.min(images.count / 10).max(1)),
        };
        let images = match apart {
            Some(apart) => images.followed_by(apart)?,
            None => images,
        };
        Ok(Self {
            images: if recipe.halved() {
                images.halved()
            } else {
                images
            },
            train,
            validation,
        })
    }

    /// The same images, all of them to measure on: a test split.
    pub fn all(self) -> Self {
        Self {
            train: vec![],
            validation: (0..self.images.count).collect(),
            images: self.images,
        }
    }

    /// Real images for measures between sets, and what they are called: those to train on, or all of a test split.
    pub fn reference(&self) -> (&[usize], &'static str) {
        if self.train.is_empty() {
            (&self.validation, "images")
        } else {
            (&self.train, "training images")
        }
    }

    /// SHA-256 of which images are trained on.
    fn split(&self) -> String {
        let places = self.train.iter().map(|&i| i as u64);
        weights::sha256(&places.flat_map(u64::to_le_bytes).collect::<Vec<_>>())
    }
}

/// What the command line says.
pub struct Options {
    /// Folder of training images.
    pub data: PathBuf,
    /// Folder for checkpoints, metrics and sheets of this run.
    pub out: PathBuf,
    /// Folder for weights and cards.
    pub weights: PathBuf,
    /// Where to compute, and its name.
    pub device: (Device, String),
    /// Updates; the recipe's own number when absent.
    pub steps: Option<u64>,
    /// Passes over the training images instead.
    pub epochs: Option<u64>,
    /// Whether layers compute in bfloat16, which processors that multiply it do faster.
    pub bf16: bool,
    /// Seed of weights, batches and noise.
    pub seed: u64,
    /// Whether to continue from a checkpoint.
    pub resume: bool,
    /// Whether to stop after checking everything and one update.
    pub dry_run: bool,
    /// Updates between checkpoints.
    pub checkpoint_every: u64,
    /// Updates between sheets.
    pub sheet_every: u64,
    /// Images held back, instead of the recipe's own number.
    pub validation: Option<usize>,
}

/// Trains a recipe and writes its weights and card.
///
/// # Errors
/// A sentence; whatever was reached stands in the last checkpoint.
pub fn train(recipe: &Recipe, options: &Options) -> Result<(), String> {
    let data = Data::load(recipe, &options.data, options.validation)?;
    let config = recipe.config(&data.images)?;
    let mut batches = Batches::new(data.train.clone(), recipe.batch, options.seed);
    let per_epoch = batches.per_epoch();
    let steps = match (options.steps, options.epochs) {
        (Some(steps), _) => steps,
        (None, Some(epochs)) => epochs * per_epoch,
        (None, None) => recipe.steps,
    };
    let (device, device_name) = &options.device;
    if options.bf16 && !recipe.takes_bf16() {
        return Err(format!(
            "{} computes in single precision only; leave out --bf16.",
            recipe.id
        ));
    }
    let arithmetic = if options.bf16 {
        FloatDType::BF16
    } else {
        FloatDType::F32
    };
    let mut task = recipe.task(&config, arithmetic, options.seed, device);
    let parameters: usize = config.parts()?.iter().map(|(_, a)| a.parameters()).sum();
    eprintln!(
        "{}: {parameters} parameters, {} training and {} validation images of {} by {} by {}, {steps} updates of {} images ({:.1} epochs), on {device_name}",
        recipe.id,
        data.train.len(),
        data.validation.len(),
        data.images.height,
        data.images.width,
        data.images.channels,
        recipe.batch.min(data.train.len()),
        steps as f64 / per_epoch as f64,
    );
    let measuring = evaluate::check(
        &config,
        recipe.source.name,
        &data,
        &Settings::new(&options.weights, device),
    );
    if options.dry_run {
        let losses = task.step(0, &data.images, batches.at(0));
        check(&losses, task.losses(), 0)?;
        eprintln!("The data fits and one update was made; nothing was written.");
        if let Err(missing) = measuring {
            eprintln!("{missing}");
        }
        return Ok(());
    }
    measuring?;
    let sheets = options.out.join("sheets");
    fs::create_dir_all(&sheets)
        .map_err(|e| format!("{} could not be made: {e}.", sheets.display()))?;
    let mut header = Header {
        id: recipe.id.into(),
        config: config.clone(),
        family: format!("{:?}", recipe.family),
        schedule: recipe.steps,
        bf16: options.bf16,
        seed: options.seed,
        batch: recipe.batch,
        data: weights::sha256(&data.images.pixels),
        split: data.split(),
        step: 0,
        wall_secs: 0.0,
        lengths: vec![],
    };
    resume(&mut *task, &mut header, options)?;
    let mut metrics = Metrics::open(&options.out.join("metrics.csv"), task.losses(), header.step)?;
    let bar = progress(steps, header.step);
    let start = Instant::now();
    let before = header.wall_secs;
    let (checkpoint_every, sheet_every) = (
        options.checkpoint_every.next_multiple_of(LOG_STEPS),
        options.sheet_every.max(1),
    );
    for step in header.step..steps {
        let losses = task.step(step, &data.images, batches.at(step));
        check(&losses, task.losses(), step)
            .map_err(|e| format!("{e} The checkpoint of step {} is kept.", header.step))?;
        metrics.add(step + 1, &losses);
        bar.set_position(step + 1);
        if (step + 1) % LOG_STEPS == 0 {
            bar.set_message(metrics.latest());
            if bar.is_hidden() && (step + 1) % (20 * LOG_STEPS) == 0 {
                let rate = (step + 1 - metrics.first) as f64 / start.elapsed().as_secs_f64();
                eprintln!(
                    "step {} of {steps}, {rate:.2} a second: {}",
                    step + 1,
                    metrics.latest()
                );
            }
        }
        let last = step + 1 == steps;
        if last || (step + 1) % checkpoint_every == 0 {
            let state = task.state();
            header.step = step + 1;
            header.wall_secs = before + start.elapsed().as_secs_f64();
            header.lengths = state.iter().map(Vec::len).collect();
            metrics.write()?;
            checkpoint::save(&options.out, &header, &state)?;
        }
        if last || (step + 1) % sheet_every == 0 {
            let (images, columns) = task.preview(&data.images, &data.validation);
            let file = sheets.join(format!("step-{:06}.png", step + 1));
            write_whole(&file, &sheet::png(images, columns))?;
        }
    }
    bar.finish();
    ship(recipe, &*task, &config, &header, &data, options)
}

/// A loss that is not a number ends the run.
fn check(losses: &[f64], names: &[&str], step: u64) -> Result<(), String> {
    match losses.iter().position(|l| !l.is_finite()) {
        Some(i) => Err(format!(
            "The loss \"{}\" is {} at update {step}; a smaller learning rate may help.",
            names[i], losses[i]
        )),
        None => Ok(()),
    }
}

fn resume(task: &mut dyn Task, header: &mut Header, options: &Options) -> Result<(), String> {
    let Some((found, state)) = checkpoint::load(&options.out)? else {
        return Ok(());
    };
    let place = options.out.display();
    if !options.resume {
        return Err(format!(
            "{place} holds a run of {} at step {}; add --resume to continue it, or choose another --out.",
            found.id, found.step
        ));
    }
    if let Some(other) = header.other(&found) {
        return Err(format!(
            "{place} holds a run of {} with {other}; choose another --out.",
            found.id
        ));
    }
    eprintln!("continuing from step {}", found.step);
    task.restore(state, found.step);
    *header = found;
    Ok(())
}

fn progress(steps: u64, done: u64) -> ProgressBar {
    let style = "{bar:30} {pos}/{len} {per_sec} {eta} left  {msg}";
    let bar = ProgressBar::new(steps)
        .with_style(ProgressStyle::with_template(style).expect("a template of known keys"))
        .with_position(done);
    bar.reset_eta();
    bar
}

/// The metrics file: `step,loss,loss,...`, each a mean over [`LOG_STEPS`] updates, or over those since the run was resumed.
struct Metrics {
    path: PathBuf,
    text: String,
    sums: Vec<f64>,
    added: u64,
    names: &'static [&'static str],
    last: Vec<f64>,
    first: u64,
}

impl Metrics {
    /// Keeps what an earlier part of the run wrote up to its checkpoint.
    fn open(path: &Path, names: &'static [&'static str], step: u64) -> Result<Self, String> {
        let mut text = format!("step,{}\n", names.join(","));
        if step > 0 {
            let old = fs::read_to_string(path)
                .map_err(|e| format!("{} could not be read: {e}.", path.display()))?;
            let kept = |line: &&str| {
                let number = line.split(',').next().and_then(|n| n.parse::<u64>().ok());
                number.is_some_and(|n| n <= step)
            };
            for line in old.lines().skip(1).filter(kept) {
                let _ = writeln!(text, "{line}");
            }
        }
        Ok(Self {
            path: path.into(),
            text,
            sums: vec![0.0; names.len()],
            added: 0,
            names,
            last: vec![],
            first: step,
        })
    }

    fn add(&mut self, done: u64, losses: &[f64]) {
        for (sum, loss) in self.sums.iter_mut().zip(losses) {
            *sum += loss;
        }
        self.added += 1;
        if done.is_multiple_of(LOG_STEPS) {
            self.last = self.sums.iter().map(|s| s / self.added as f64).collect();
            self.sums.fill(0.0);
            self.added = 0;
            let cells: Vec<String> = self.last.iter().map(|v| format!("{v:.5}")).collect();
            let _ = writeln!(self.text, "{done},{}", cells.join(","));
        }
    }

    fn latest(&self) -> String {
        let pair = |(name, value): (&&str, &f64)| format!("{name} {value:.3}");
        let pairs: Vec<String> = self.names.iter().zip(&self.last).map(pair).collect();
        pairs.join("  ")
    }

    fn write(&self) -> Result<(), String> {
        write_whole(&self.path, self.text.as_bytes())
    }
}

/// Measures the weights as the file will have them, and writes them with their card.
///
/// Measuring takes minutes, so nothing is written before: a run that is killed then leaves the files that were there.
fn ship(
    recipe: &Recipe,
    task: &dyn Task,
    config: &ModelConfig,
    header: &Header,
    data: &Data,
    options: &Options,
) -> Result<(), String> {
    let parts = config.parts()?;
    let states = task.weights();
    let tensors: Vec<_> = parts
        .iter()
        .zip(&states)
        .flat_map(|((name, architecture), state)| weights::named(name, architecture, state))
        .collect();
    let bytes = weights::pack(&tensors)?;
    let mut card = Card {
        id: recipe.id.into(),
        title: recipe.title.into(),
        config: config.clone(),
        parameters: parts.iter().map(|(_, a)| a.parameters()).sum(),
        bytes: bytes.len(),
        sha256: weights::sha256(&bytes),
        data: recipe.data_card(data.train.len()),
        labels: recipe
            .source
            .labels
            .iter()
            .map(ToString::to_string)
            .collect(),
        seed: options.seed,
        steps: header.step,
        batch: recipe.batch,
        wall_secs: header.wall_secs.round(),
        device: options.device.1.clone(),
        command: command(recipe, options, header.step),
        crate_version: env!("CARGO_PKG_VERSION").into(),
        measures: vec![],
        statistics: Statistics::default(),
        directions: vec![],
        codes: None,
    };
    eprintln!("measuring");
    let found = evaluate::evaluate(
        &card,
        &weights::unpack(&card, &bytes)?,
        data,
        &Settings::new(&options.weights, &options.device.0),
    )?;
    print!("{}", found.table());
    found.write_to(&mut card);
    let json = serde_json::to_string_pretty(&card).expect("a card is plain data");
    fs::create_dir_all(&options.weights)
        .map_err(|e| format!("{} could not be made: {e}.", options.weights.display()))?;
    write_whole(&weights_path(&options.weights, recipe.id), &bytes)?;
    write_whole(&card_path(&options.weights, recipe.id), json.as_bytes())?;
    eprintln!(
        "{} ({} bytes) and its card stand in {}",
        recipe.id,
        bytes.len(),
        options.weights.display()
    );
    Ok(())
}

/// What makes the same weights again.
fn command(recipe: &Recipe, options: &Options, steps: u64) -> String {
    let mut line = format!(
        "genzoo train {} --data {} --device {}",
        recipe.id, recipe.source.name, options.device.1
    );
    if options.bf16 {
        line += " --bf16";
    }
    if let Some(n) = options
        .validation
        .filter(|n| *n != recipe.source.validation)
    {
        let _ = write!(line, " --validation {n}");
    }
    let _ = write!(line, " --seed {} --steps {steps}", options.seed);
    line
}

/// Place of a card.
pub fn card_path(folder: &Path, id: &str) -> PathBuf {
    folder.join(format!("{id}.json"))
}

/// Place of a weights file.
pub fn weights_path(folder: &Path, id: &str) -> PathBuf {
    folder.join(format!("{id}.bpk"))
}

/// A card and its weights.
///
/// # Errors
/// A sentence when one is missing or they do not agree.
pub fn load(folder: &Path, id: &str) -> Result<(Card, Vec<crate::models::network::State>), String> {
    let missing = |path: &Path, e| format!("{} could not be read: {e}.", path.display());
    let (card, file) = (card_path(folder, id), weights_path(folder, id));
    let text = fs::read_to_string(&card).map_err(|e| missing(&card, e))?;
    let card = Card::parse(&text)?;
    let bytes = fs::read(&file).map_err(|e| missing(&file, e))?;
    let states = weights::unpack(&card, &bytes)?;
    Ok((card, states))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_after_a_resumed_run_is_the_mean_of_what_it_added() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("metrics.csv");
        let mut first = Metrics::open(&path, &["loss"], 0).unwrap();
        (1..=21).for_each(|step| first.add(step, &[4.0]));
        first.write().unwrap();
        let mut then = Metrics::open(&path, &["loss"], 21).unwrap();
        (22..=40).for_each(|step| then.add(step, &[2.0]));
        then.write().unwrap();
        assert_eq!(
            fs::read_to_string(&path).unwrap(),
            "step,loss\n10,4.00000\n20,4.00000\n30,2.00000\n40,2.00000\n"
        );
    }
}
