//! GAN race: up to four arenas on the same data, seed, initial weights and time axis.
//!
//! One step of the race is one generator update in every arena, after each arena's own number of discriminator updates.
//! Update `n` of any arena sees the data and noise of index `n`, so arenas with the same settings stay
//! equal, and a run can be continued from its counters alone.

use std::cell::OnceCell;
use std::mem;

use burn::tensor::Device;

mod frame;
mod measure;
mod session;
mod weights;

use self::measure::{Ledger, Loss};
use self::session::RealReading;
use super::arena::{Arena, ArenaConfig, Batch, Engine, Knobs};
use crate::data::toys::density::{Density, DensityKind};
use crate::metrics::{divergence, transport};
use crate::models::mlp::{Activation, MlpConfig, Output};
use crate::objectives::adversarial::Objective;
use crate::rng::{self, Latent, Purpose};
use crate::runs::events::EventLog;
use crate::runs::optimiser::{OptimiserKind, Rates};
use crate::runs::settings::{Action, Settings};
use crate::runs::{Budget, Row, Session};

/// Measures in a row.
pub const COLUMNS: &[&str] = &[
    "d_loss",
    "g_loss",
    "modes",
    "strict_modes",
    "high_quality",
    "mode_jsd",
    "js",
    "w1",
    "w_critic",
    "grad_norm",
    "k",
    "convergence",
];

/// Multiply-adds that one step may cost before the batch is made smaller: some seconds on one CPU core.
const STEP_MACS_MAX: f64 = 1.5e10;
/// Real points that the page draws.
const REAL_POINTS: usize = 2_000;
/// Points on which the gradient norm is measured.
const GRADIENT_POINTS: usize = 512;
/// Steps between small reads on a GPU: its queue has no back-pressure of its own.
const STEPS_PER_READ: u64 = 4;
/// Losses that are kept on the device before they are read.
const PENDING_MAX: usize = 256;
/// Share of the radius within which points are close to each other, for minibatch statistics.
const NEAR: f64 = 0.25;
/// Index of the streams that are not tied to a step.
const STATIC: u64 = u64::MAX;

/// Starts a race on such an engine.
pub fn open<E: Engine>(settings: Settings, device: Device) -> Box<dyn Session> {
    Box::new(Race::<E>::new(settings, device))
}

/// A running race.
pub struct Race<E: Engine> {
    settings: Settings,
    pub(super) device: Device,
    seed: u64,
    pub(super) density: Density,
    latent: Latent,
    pub(super) latent_dim: usize,
    pub(super) arenas: Vec<Arena<E>>,
    ledgers: Vec<Ledger<E::Numbers>>,
    step: u64,
    event_log: EventLog,
    rows: Vec<Row>,
    /// Made at the first measure: the masses of its cells take a while, and the first step should not wait.
    meter: OnceCell<divergence::JsMeter>,
    /// Real points for pictures and for transport, shared by all arenas.
    real: Vec<f32>,
    transport_real: Vec<f32>,
    /// Measures of real points, as many draws as have been read; their mean is the floor of a chart.
    floors: Vec<RealReading>,
    /// What the last update saw: room for the next.
    drawn: Batch,
    fault: Option<String>,
}

impl<E: Engine> Race<E> {
    fn meter(&self) -> &divergence::JsMeter {
        self.meter
            .get_or_init(|| divergence::JsMeter::new(&self.density))
    }

    /// A race before its first step.
    pub fn new(mut settings: Settings, device: Device) -> Self {
        let kind = match settings.density() {
            kind if kind.needs_points() && settings.points.is_empty() => DensityKind::Ring8,
            kind => kind,
        };
        let (radius, sigma) = (settings.float("radius", 0), settings.float("sigma", 0));
        let density = Density::new(kind, radius, sigma, &settings.points);
        let seed = settings.int("seed", 0) as u64;
        let latent_dim = settings.int("latent-dim", 0);
        let network = |side: &str, inputs, outputs, output| MlpConfig {
            inputs,
            outputs,
            depth: settings.int(&format!("{side}-depth"), 0),
            width: settings.int(&format!("{side}-width"), 0),
            activation: settings.choice(&format!("{side}-activation"), 0, Activation::from_id),
            output,
        };
        let output = settings.choice("g-output", 0, Output::from_id);
        let generator = network("g", latent_dim, 2, output);
        let discriminator = network("d", 2, 1, Output::Linear);
        let arenas: Vec<Arena<E>> = (0..settings.arenas.len())
            .map(|i| {
                let config = ArenaConfig {
                    objective: settings.arenas[i],
                    generator,
                    discriminator,
                    optimiser: settings.choice("optimiser", i, OptimiserKind::from_id),
                    spectral_norm: settings.flag("spectral-norm", i),
                    latent: settings.choice("latent", 0, Latent::from_id),
                    near: NEAR * radius,
                };
                Arena::new(config, knobs(&settings, i), seed, &device)
            })
            .collect();
        let event_log = EventLog::new(mem::take(&mut settings.events));
        let still = |purpose, n| density.sample(&mut rng::stream(seed, purpose, STATIC), n);
        let mut race = Self {
            seed,
            latent: settings.choice("latent", 0, Latent::from_id),
            latent_dim,
            meter: OnceCell::new(),
            real: still(Purpose::View, REAL_POINTS),
            transport_real: still(Purpose::Measure, transport::SAMPLES),
            ledgers: arenas.iter().map(|_| Ledger::new()).collect(),
            arenas,
            density,
            settings,
            device,
            step: 0,
            event_log,
            rows: vec![],
            floors: vec![],
            drawn: Batch::default(),
            fault: None,
        };
        race.limit_cost();
        race.take_due();
        race
    }

    /// Multiply-adds of one step of an arena with a batch of one.
    fn cost(a: &Arena<E>) -> f64 {
        let (g, d) = (
            a.config.generator.macs() as f64,
            a.config.discriminator.macs() as f64,
        );
        // Forward and backward of both halves; the penalty adds a pass, its gradient graph and their backward.
        let penalty = if a.config.objective.is_penalised() {
            6.0 * d
        } else {
            0.0
        };
        // An unrolled step goes forwards and backwards over both halves, and so does its gradient; BEGAN has a decoder.
        let more = match a.config.objective {
            Objective::Unrolled => 18.0 * d * a.knobs.unroll as f64,
            Objective::Began => 6.0 * d * a.knobs.critic_steps as f64 + 2.0 * d,
            _ => 0.0,
        };
        a.knobs.critic_steps as f64 * (g + 6.0 * d + penalty) + 3.0 * g + 2.0 * d + more
    }

    /// Multiply-adds of one step with a batch of one.
    fn macs_per_example(&self) -> f64 {
        self.arenas.iter().map(Self::cost).sum()
    }

    /// Makes the batch smaller where a step would take so long that the page could not answer.
    fn limit_cost(&mut self) {
        let most = (STEP_MACS_MAX / self.macs_per_example()).max(1.0) as usize;
        let batch = self.settings.int("batch", 0);
        if batch > most {
            self.settings.notes.push(format!(
                "One step with batch {batch} would take many seconds; batch {most} is used."
            ));
            let smaller = self.settings.live_change("batch", &most.to_string());
            self.settings
                .apply(&smaller.expect("batch is a live setting"));
        }
    }

    fn batch(&self) -> usize {
        self.settings.int("batch", 0)
    }

    fn latents(&self, purpose: Purpose, index: u64, n: usize) -> Vec<f32> {
        let mut rng = rng::stream(self.seed, purpose, index);
        rng::latent(&mut rng, self.latent, n * self.latent_dim)
    }

    fn uniforms(&self, purpose: Purpose, index: u64, n: usize) -> Vec<f32> {
        rng::uniform(&mut rng::stream(self.seed, purpose, index), n)
    }

    /// Draws what the arena's next discriminator update sees: real points, latents, and shares of the way between the two where they
    /// are needed.
    pub(super) fn draw_discriminators(&self, arena: &Arena<E>, batch: &mut Batch) {
        let n = arena.discriminator_updates;
        let penalised = arena.config.objective.has_gradient_penalty();
        self.draw_points(n, true, &mut batch.real);
        self.draw_latents(Purpose::NoiseDiscriminator, n, &mut batch.z);
        batch
            .eps
            .resize(if penalised { self.batch() } else { 0 }, 0.0);
        let mut rng = rng::stream(self.seed, Purpose::Penalty, n);
        rng::fill_uniform(&mut rng, &mut batch.eps);
    }

    /// Draws what the arena's next generator update sees: latents, and the real points on which an unrolled discriminator looks ahead,
    /// which are those that it will see next.
    pub(super) fn draw_generators(&self, arena: &Arena<E>, batch: &mut Batch) {
        let unrolled = arena.config.objective == Objective::Unrolled;
        self.draw_points(arena.discriminator_updates, unrolled, &mut batch.real);
        let n = arena.generator_updates;
        self.draw_latents(Purpose::NoiseGenerator, n, &mut batch.z);
    }

    /// The real points of a discriminator update, or none.
    fn draw_points(&self, update: u64, wanted: bool, to: &mut Vec<f32>) {
        to.resize(if wanted { 2 * self.batch() } else { 0 }, 0.0);
        let mut rng = rng::stream(self.seed, Purpose::Data, update);
        self.density.fill(&mut rng, to);
    }

    fn draw_latents(&self, purpose: Purpose, update: u64, to: &mut Vec<f32>) {
        to.resize(self.latent_dim * self.batch(), 0.0);
        let mut rng = rng::stream(self.seed, purpose, update);
        rng::fill_latent(&mut rng, self.latent, to);
    }

    /// An update of this arena comes.
    fn beat(&self, i: usize) {
        crate::pulse::beat(Self::cost(&self.arenas[i]) * self.batch() as f64);
    }

    fn update_discriminator(&mut self, i: usize) {
        self.beat(i);
        let mut batch = mem::take(&mut self.drawn);
        self.draw_discriminators(&self.arenas[i], &mut batch);
        let losses = self.arenas[i].update_discriminator(&batch);
        self.drawn = batch;
        self.book(i, Loss::Discriminator, losses.loss);
        self.book(i, Loss::Gap, losses.gap);
    }

    fn update_generator(&mut self, i: usize) {
        self.beat(i);
        let mut batch = mem::take(&mut self.drawn);
        self.draw_generators(&self.arenas[i], &mut batch);
        let loss = self.arenas[i].update_generator(&batch);
        self.drawn = batch;
        self.book(i, Loss::Generator, loss);
    }

    /// One step of every arena, or the single generator update that the link has at this point.
    fn step_all(&mut self) {
        if let Some(action) = self.event_log.due(self.step, |_| true) {
            self.perform(action);
        } else {
            for i in 0..self.arenas.len() {
                for _ in 0..self.arenas[i].knobs.critic_steps {
                    self.update_discriminator(i);
                }
                self.update_generator(i);
            }
            self.step += 1;
        }
        self.take_due();
    }

    /// Makes the link's changes that belong to the step just reached, up to one that is itself a step.
    fn take_due(&mut self) {
        let waits = |action: &Action| *action != Action::StepGenerator;
        while let Some(action) = self.event_log.due(self.step, waits) {
            self.perform(action);
        }
    }

    /// Makes a change now and remembers it for the link.
    fn perform(&mut self, action: Action) {
        let step = self.step;
        match &action {
            Action::StepDiscriminator => {
                (0..self.arenas.len()).for_each(|i| self.update_discriminator(i))
            }
            Action::StepGenerator => {
                (0..self.arenas.len()).for_each(|i| self.update_generator(i));
                self.step += 1;
            }
            Action::Set { .. } => {
                self.settings.apply(&action);
                for i in 0..self.arenas.len() {
                    self.arenas[i].knobs = knobs(&self.settings, i);
                }
                self.limit_cost();
            }
        }
        self.event_log.record(step, action);
    }

    async fn run(&mut self, budget: Budget) -> Result<u64, String> {
        let start = (budget.clock)();
        let from = self.step;
        while self.fault.is_none()
            && self.step - from < budget.steps
            && (self.step == from || (budget.clock)() - start < budget.millis)
        {
            self.step_all();
            let pending = self
                .ledgers
                .iter()
                .map(|l| l.pending.len())
                .max()
                .unwrap_or(0);
            let back_pressure = E::ELSEWHERE && self.step.is_multiple_of(STEPS_PER_READ);
            if back_pressure || pending > PENDING_MAX {
                self.settle().await?;
            }
            if self
                .step
                .is_multiple_of(self.settings.int("measure-every", 0) as u64)
            {
                self.settle().await?;
                if self.fault.is_none() {
                    self.measure().await?;
                }
            }
        }
        self.settle().await?;
        Ok(self.step - from)
    }
}

fn knobs(settings: &Settings, arena: usize) -> Knobs {
    let rates = |lr: &str| Rates {
        lr: settings.float(lr, arena),
        beta1: settings.float("beta1", arena),
        beta2: settings.float("beta2", arena),
    };
    Knobs {
        generator: rates("lr-g"),
        discriminator: rates("lr-d"),
        critic_steps: settings.int("critic-steps", arena) as u64,
        clip: settings.float("clip", arena),
        lambda: settings.float("lambda", arena),
        gamma: settings.float("gamma", arena),
        unroll: settings.int("unroll", arena),
        unroll_rate: settings.float("unroll-rate", arena),
        diversity: settings.float("diversity", arena),
        balance_rate: settings.float("balance-rate", arena),
    }
}
