//! The training loop: data in, checkpoints, metrics and sheets on the way, weights and card out.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use burn::tensor::{Device, FloatDType};
use indicatif::{ProgressBar, ProgressStyle};

use super::checkpoint::{self, Checkpoint, Header};
use super::data::Data;
use super::evaluate::{self, Settings};
use super::files::{self, Shipped};
use super::metrics::{LOG_STEPS, Metrics};
use super::recipe::Recipe;
use super::whole::write_whole;
use super::{Batches, Start, Task, sheet};
use crate::weights::{self, Card, ModelConfig, Statistics};

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
/// A sentence; what was reached is in the last checkpoint.
pub fn train(recipe: &Recipe, options: &Options) -> Result<(), String> {
    let data = Data::load(recipe, &options.data, options.validation)?;
    let config = recipe.config(&data.images)?;
    let mut batches = Batches::new(data.train.clone(), recipe.batch, options.seed);
    let steps = match (options.steps, options.epochs) {
        (Some(steps), _) => steps,
        (None, Some(epochs)) => epochs.saturating_mul(batches.per_epoch()),
        (None, None) => recipe.steps,
    };
    let mut task = recipe.family.task(&Start {
        config: &config,
        steps: recipe.steps,
        arithmetic: arithmetic(recipe, options)?,
        seed: options.seed,
        device: &options.device.0,
    });
    announce(
        recipe,
        &config,
        &data,
        options,
        [steps, batches.per_epoch()],
    )?;
    let settings = Settings::new(&options.weights, &options.device.0);
    let measuring = evaluate::check(recipe, &data, &settings);
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
    updates(
        &mut *task,
        &mut header,
        &mut batches,
        &data,
        (steps, options),
    )?;
    ship(recipe, &*task, &config, &header, &data, options)
}

/// In what the layers compute.
fn arithmetic(recipe: &Recipe, options: &Options) -> Result<FloatDType, String> {
    match (options.bf16, recipe.family.takes_bf16()) {
        (true, true) => Ok(FloatDType::BF16),
        (true, false) => Err(format!(
            "{} computes in single precision only; leave out --bf16.",
            recipe.id
        )),
        (false, _) => Ok(FloatDType::F32),
    }
}

/// Says what is going to be trained.
fn announce(
    recipe: &Recipe,
    config: &ModelConfig,
    data: &Data,
    options: &Options,
    [steps, per_epoch]: [u64; 2],
) -> Result<(), String> {
    let parameters: usize = config.parts()?.iter().map(|(_, a)| a.parameters()).sum();
    eprintln!(
        "{}: {parameters} parameters, {} training and {} validation images of {} by {} by {}, {steps} updates of {} images ({:.1} epochs), on {}",
        recipe.id,
        data.train.len(),
        data.validation.len(),
        data.images.height,
        data.images.width,
        data.images.channels,
        recipe.batch.min(data.train.len()),
        steps as f64 / per_epoch as f64,
        options.device.1,
    );
    Ok(())
}

/// All updates that are left, with their checkpoints and sheets.
fn updates(
    task: &mut dyn Task,
    header: &mut Header,
    batches: &mut Batches,
    data: &Data,
    (steps, options): (u64, &Options),
) -> Result<(), String> {
    let sheets = options.out.join("sheets");
    fs::create_dir_all(&sheets)
        .map_err(|e| format!("{} could not be made: {e}.", sheets.display()))?;
    resume(task, header, options)?;
    let mut metrics = Metrics::open(&options.out.join("metrics.csv"), task.losses(), header.step)?;
    let bar = progress(steps, header.step);
    let start = Instant::now();
    let before = header.wall_secs;
    let checkpoint_every = options.checkpoint_every.next_multiple_of(LOG_STEPS);
    let sheet_every = options.sheet_every.max(1);
    for step in header.step..steps {
        let losses = task.step(step, &data.images, batches.at(step));
        check(&losses, task.losses(), step)
            .map_err(|e| format!("{e} The checkpoint of step {} is kept.", header.step))?;
        let done = step + 1;
        metrics.add(done, &losses);
        bar.set_position(done);
        if done % LOG_STEPS == 0 {
            bar.set_message(metrics.latest());
            if bar.is_hidden() && done % (20 * LOG_STEPS) == 0 {
                let rate = (done - metrics.first) as f64 / start.elapsed().as_secs_f64();
                let losses = metrics.latest();
                eprintln!("step {done} of {steps}, {rate:.2} a second: {losses}");
            }
        }
        if done == steps || done % checkpoint_every == 0 {
            let state = task.state();
            header.step = done;
            header.wall_secs = before + start.elapsed().as_secs_f64();
            header.lengths = state.iter().map(Vec::len).collect();
            metrics.write()?;
            checkpoint::save(&options.out, header, &state)?;
        }
        if done == steps || done % sheet_every == 0 {
            let (images, columns) = task.preview(&data.images, &data.validation);
            let file = sheets.join(format!("step-{done:06}.png"));
            write_whole(&file, &sheet::png(images, columns))?;
        }
    }
    bar.finish();
    Ok(())
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
    let whole = (found, state);
    if !fits(task, &whole) {
        return Err(format!(
            "{place} holds a checkpoint that the networks of {} cannot take up; choose another --out.",
            header.id
        ));
    }
    let (found, state) = whole;
    eprintln!("continuing from step {}", found.step);
    task.restore(state, found.step);
    *header = found;
    Ok(())
}

/// Whether a task can be restored from a checkpoint, which a stranger may have made: as many finite numbers as it keeps.
fn fits(task: &dyn Task, (header, state): &Checkpoint) -> bool {
    let lengths: Vec<usize> = task.state().iter().map(Vec::len).collect();
    lengths == header.lengths
        && state.iter().flatten().all(|v| v.is_finite())
        && header.wall_secs >= 0.0
}

fn progress(steps: u64, done: u64) -> ProgressBar {
    let style = "{bar:30} {pos}/{len} {per_sec} {eta} left  {msg}";
    let bar = ProgressBar::new(steps)
        .with_style(ProgressStyle::with_template(style).expect("a template of known keys"))
        .with_position(done);
    bar.reset_eta();
    bar
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
        data: recipe.source.card(data.train.len()),
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
    let shipped = Shipped {
        card: &card,
        states: &weights::unpack(&card, &bytes)?,
    };
    let settings = Settings::new(&options.weights, &options.device.0);
    let found = recipe.family.measure(&shipped, data, &settings)?;
    print!("{}", found.table());
    found.write_to(&mut card);
    let json = serde_json::to_string_pretty(&card).expect("a card is plain data");
    fs::create_dir_all(&options.weights)
        .map_err(|e| format!("{} could not be made: {e}.", options.weights.display()))?;
    files::save(&options.weights, recipe.id, &bytes, &json)?;
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
