//! GAN race: up to four arenas on the same data, seed, initial weights and time axis.
//!
//! One step of the race is one generator update in every arena, after each arena's own number of discriminator updates.
//! Update `n` of any arena sees the data and noise of index `n`, so arenas with the same settings stay
//! equal, and a run can be continued from its counters alone.

use std::cell::OnceCell;
use std::mem;

use burn::tensor::{Device, Tensor};
use safetensors::{Dtype, tensor::TensorView};
use serde_json::{Value as Json, json};

use super::arena::{Arena, ArenaConfig, Knobs};
use super::pytorch;
use crate::data::toys::density::{Density, DensityKind};
use crate::metrics::{divergence, modes, transport};
use crate::models::mlp::{Activation, MlpConfig, Output, matrix};
use crate::objectives::adversarial::Objective;
use crate::rng::{self, Latent, Purpose};
use crate::runs::events::EventLog;
use crate::runs::optimiser::{OptimiserKind, Rates};
use crate::runs::settings::{Action, Settings};
use crate::runs::snapshot::{self, Header};
use crate::runs::{
    ArenaFrame, Budget, FRAME_POINTS_MAX, FRAME_SIDE_MAX, Frame, FrameRequest, LocalFuture, Row,
    Session, read,
};

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

/// Starts a race; `ALL` as for an [`Arena`].
pub fn open<const ALL: bool>(settings: Settings, device: Device) -> Box<dyn Session> {
    Box::new(Race::<ALL>::new(settings, device))
}

/// Losses since the last row, and those still on the device.
#[derive(Default)]
struct Ledger {
    /// `(which, step, value)` on the device.
    pending: Vec<(Loss, u64, Tensor<1>)>,
    /// Sums and counts of what was read, by [`Loss`].
    sums: [(f64, u64); 3],
}

#[derive(Clone, Copy, PartialEq)]
enum Loss {
    Discriminator,
    Generator,
    Gap,
}

/// A running race.
pub struct Race<const ALL: bool> {
    settings: Settings,
    pub(super) device: Device,
    seed: u64,
    pub(super) density: Density,
    latent: Latent,
    pub(super) latent_dim: usize,
    pub(super) arenas: Vec<Arena<ALL>>,
    ledgers: Vec<Ledger>,
    step: u64,
    event_log: EventLog,
    rows: Vec<Row>,
    /// Made at the first measure: the masses of its cells take a while, and the first step should not wait.
    meter: OnceCell<divergence::JsMeter>,
    /// Real points for pictures and for transport, shared by all arenas.
    real: Vec<f32>,
    transport_real: Vec<f32>,
    fault: Option<String>,
}

impl<const ALL: bool> Race<ALL> {
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
        let arenas: Vec<Arena<ALL>> = (0..settings.arenas.len())
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
            ledgers: arenas.iter().map(|_| Ledger::default()).collect(),
            arenas,
            density,
            settings,
            device,
            step: 0,
            event_log,
            rows: vec![],
            fault: None,
        };
        race.limit_cost();
        race.take_due();
        race
    }

    /// Multiply-adds of one step with a batch of one.
    fn macs_per_example(&self) -> f64 {
        let cost = |a: &Arena<ALL>| {
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
        };
        self.arenas.iter().map(cost).sum()
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

    fn latents(&self, purpose: Purpose, index: u64, n: usize) -> Tensor<2> {
        let mut rng = rng::stream(self.seed, purpose, index);
        let values = rng::latent(&mut rng, self.latent, n * self.latent_dim);
        matrix(values, self.latent_dim, &self.device)
    }

    fn uniforms(&self, purpose: Purpose, index: u64, n: usize) -> Tensor<2> {
        matrix(
            rng::uniform(&mut rng::stream(self.seed, purpose, index), n),
            1,
            &self.device,
        )
    }

    /// The real points of a discriminator update.
    fn data(&self, update: u64) -> Tensor<2> {
        let mut rng = rng::stream(self.seed, Purpose::Data, update);
        matrix(self.density.sample(&mut rng, self.batch()), 2, &self.device)
    }

    /// What the arena's next discriminator update sees: real points, latents, and shares of the way between the two where they
    /// are needed.
    pub(super) fn discriminator_draws(
        &self,
        arena: &Arena<ALL>,
    ) -> (Tensor<2>, Tensor<2>, Option<Tensor<2>>) {
        let n = arena.discriminator_updates;
        let batch = self.batch();
        let penalised = arena.config.objective == Objective::WassersteinGp;
        (
            self.data(n),
            self.latents(Purpose::NoiseDiscriminator, n, batch),
            penalised.then(|| self.uniforms(Purpose::Penalty, n, batch)),
        )
    }

    /// What the arena's next generator update sees: latents, and the real points on which an unrolled discriminator looks ahead,
    /// which are those that it will see next.
    pub(super) fn generator_draws(&self, arena: &Arena<ALL>) -> (Tensor<2>, Option<Tensor<2>>) {
        let z = self.latents(
            Purpose::NoiseGenerator,
            arena.generator_updates,
            self.batch(),
        );
        let unrolled = arena.config.objective == Objective::Unrolled;
        let real = unrolled.then(|| self.data(arena.discriminator_updates));
        (z, real)
    }

    fn update_discriminator(&mut self, i: usize) {
        let (real, z, eps) = self.discriminator_draws(&self.arenas[i]);
        let losses = self.arenas[i].update_discriminator(real, z, eps);
        let pending = &mut self.ledgers[i].pending;
        pending.push((Loss::Discriminator, self.step, losses.loss));
        pending.push((Loss::Gap, self.step, losses.gap));
    }

    fn update_generator(&mut self, i: usize) {
        let (z, real) = self.generator_draws(&self.arenas[i]);
        let loss = self.arenas[i].update_generator(z, real);
        self.ledgers[i]
            .pending
            .push((Loss::Generator, self.step, loss));
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

    /// Reads the losses that are still on the device; finds the first that is not a number.
    async fn settle(&mut self) -> Result<(), String> {
        let mut labels = vec![];
        let mut tensors = vec![];
        for (i, ledger) in self.ledgers.iter_mut().enumerate() {
            let pending = mem::take(&mut ledger.pending);
            if pending.is_empty() {
                continue;
            }
            let (marks, values): (Vec<_>, Vec<_>) =
                pending.into_iter().map(|(l, s, t)| ((l, s), t)).unzip();
            labels.push((i, marks));
            tensors.push(Tensor::cat(values, 0));
        }
        if tensors.is_empty() {
            return Ok(());
        }
        let values = read(tensors).await?;
        for ((i, marks), values) in labels.into_iter().zip(values) {
            for ((loss, step), value) in marks.into_iter().zip(values) {
                if !value.is_finite() && self.fault.is_none() {
                    self.fault = Some(self.fault_sentence(i, loss, step, value));
                }
                let (sum, count) = &mut self.ledgers[i].sums[loss as usize];
                *sum += f64::from(value);
                *count += 1;
            }
        }
        Ok(())
    }

    fn fault_sentence(&self, arena: usize, loss: Loss, step: u64, value: f32) -> String {
        let objective = self.arenas[arena].config.objective;
        let network = match loss {
            Loss::Generator => "generator",
            _ if objective.is_critic() => "critic",
            _ => "discriminator",
        };
        let what = if value.is_nan() {
            "is not a number"
        } else {
            "is infinite"
        };
        format!(
            "The {network} loss of arena {}, {}, {what} since step {}. The run is paused; a smaller learning rate usually helps.",
            // The page letters its arenas.
            char::from(b'A' + arena as u8),
            objective.title(),
            step + 1
        )
    }

    fn is_gpu(&self) -> bool {
        self.device != Device::flex()
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
            let back_pressure = self.is_gpu() && self.step.is_multiple_of(STEPS_PER_READ);
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

    /// Appends a row for every arena. Uses streams of its own, so training is the same with and without measures.
    async fn measure(&mut self) -> Result<(), String> {
        let n = divergence::SAMPLES;
        let z = self.latents(Purpose::Measure, self.step, n);
        let eps = self.uniforms(Purpose::Measure, STATIC - 1, GRADIENT_POINTS);
        let real = matrix(self.real[..2 * GRADIENT_POINTS].to_vec(), 2, &self.device);
        let mut tensors = vec![];
        for arena in &self.arenas {
            let fakes = arena.generate(z.clone());
            let some = fakes.clone().slice(0..GRADIENT_POINTS);
            tensors.push(fakes.reshape([-1]));
            tensors.push(arena.gradient_norm(real.clone(), some, eps.clone()));
            tensors.extend(arena.balance());
        }
        let mut values = read(tensors).await?.into_iter();
        for i in 0..self.arenas.len() {
            let fakes = values.next().expect("points of each arena");
            let gradient_norm = values.next().expect("a norm of each arena")[0];
            let balance = match self.arenas[i].config.objective {
                Objective::Began => values.next().expect("a balance of each BEGAN"),
                _ => vec![f32::NAN; 2],
            };
            let coverage = modes::coverage(&self.density, &fakes[..2 * modes::SAMPLES]);
            let w1 =
                transport::wasserstein1(&fakes[..2 * transport::SAMPLES], &self.transport_real);
            let js = self.meter().read(&fakes);
            let mut mean = |loss: Loss| {
                let (sum, count) = mem::take(&mut self.ledgers[i].sums[loss as usize]);
                sum / count as f64
            };
            let (d_loss, g_loss, gap) = (
                mean(Loss::Discriminator),
                mean(Loss::Generator),
                mean(Loss::Gap),
            );
            let of = |f: fn(modes::Coverage) -> f64| coverage.map_or(f64::NAN, f);
            self.rows.push(Row {
                arena: i,
                step: self.step,
                values: vec![
                    d_loss,
                    g_loss,
                    of(|c| c.captured as f64),
                    of(|c| c.strict as f64),
                    of(|c| c.high_quality),
                    of(|c| c.histogram_jsd),
                    js,
                    w1.unwrap_or(f64::NAN),
                    if self.arenas[i].config.objective.is_wasserstein() {
                        gap
                    } else {
                        f64::NAN
                    },
                    f64::from(gradient_norm),
                    f64::from(balance[0]),
                    f64::from(balance[1]),
                ],
            });
        }
        Ok(())
    }

    /// Points of a square grid with `n` cells along each side, at cell centres, row-major from the lowest y.
    fn grid(n: usize, from: f64, to: f64) -> Vec<f32> {
        let at = |i: usize| (from + (to - from) * (i as f64 + 0.5) / n as f64) as f32;
        (0..n * n).flat_map(|k| [at(k % n), at(k / n)]).collect()
    }

    /// A grid over the first two latent coordinates (the others 0) that covers most of their distribution.
    fn latent_grid(&self, n: usize) -> Tensor<2> {
        let half = match self.latent {
            Latent::Normal => 2.2,
            Latent::Uniform => 1.0,
        };
        let plane = Self::grid(n, -half, half);
        let values = plane
            .chunks_exact(2)
            .flat_map(|p| (0..self.latent_dim).map(|d| if d < 2 { p[d] } else { 0.0 }))
            .collect();
        matrix(values, self.latent_dim, &self.device)
    }

    async fn draw(&mut self, request: FrameRequest) -> Result<Frame, String> {
        let side = |n: usize| n.min(FRAME_SIDE_MAX);
        let count = |n: usize| n.min(FRAME_POINTS_MAX);
        let flat = |t: Tensor<2>| t.reshape([-1]);
        let arenas: Vec<usize> = request
            .arenas
            .iter()
            .copied()
            .filter(|&i| i < self.arenas.len())
            .collect();
        let [x0, x1, ..] = self.density.window;
        let field = (request.field > 0)
            .then(|| matrix(Self::grid(side(request.field), x0, x1), 2, &self.device));
        let points = count(request.fakes.max(request.arrows));
        let z = (points > 0).then(|| self.latents(Purpose::View, 0, points));
        let plane = (request.manifold > 0).then(|| self.latent_grid(side(request.manifold)));
        let mut tensors = vec![];
        for &i in &arenas {
            let arena = &self.arenas[i];
            if let Some(grid) = &field {
                tensors.push(flat(arena.field(grid.clone())));
            }
            if let Some(z) = &z {
                let fakes = arena.generate(z.clone());
                tensors.push(flat(fakes.clone().slice(0..count(request.fakes))));
                if request.arrows > 0 {
                    let some = fakes.slice(0..count(request.arrows));
                    let push = arena.push(some.clone());
                    tensors.push(flat(Tensor::cat(vec![some, push], 1)));
                }
            }
            if let Some(plane) = &plane {
                tensors.push(flat(arena.generate(plane.clone())));
            }
        }
        let mut values = if tensors.is_empty() {
            vec![]
        } else {
            read(tensors).await?
        }
        .into_iter();
        let mut next = |wanted: bool| {
            if wanted {
                values.next().unwrap_or_default()
            } else {
                vec![]
            }
        };
        let arenas = arenas
            .iter()
            .map(|_| ArenaFrame {
                field: next(field.is_some()),
                fakes: next(z.is_some()),
                arrows: next(request.arrows > 0),
                manifold: next(plane.is_some()),
            })
            .collect();
        let marks = match request.anatomy {
            #[cfg(feature = "lab")]
            Some(i) if i < self.arenas.len() => self.anatomy(i).await?,
            _ => vec![],
        };
        Ok(Frame {
            step: self.step,
            rows: mem::take(&mut self.rows),
            arenas,
            marks,
        })
    }

    fn header(&self, vectors: &[Vec<f32>]) -> Header {
        Header {
            version: snapshot::VERSION,
            query: self.query(),
            made: self.event_log.made(),
            step: self.step,
            updates: self
                .arenas
                .iter()
                .map(|a| [a.discriminator_updates, a.generator_updates])
                .collect(),
            lengths: vectors.iter().map(Vec::len).collect(),
        }
    }

    async fn state(&mut self) -> Result<(Header, Vec<Vec<f32>>), String> {
        let vectors = read(self.arenas.iter().flat_map(Arena::state).collect()).await?;
        Ok((self.header(&vectors), vectors))
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

impl<const ALL: bool> Session for Race<ALL> {
    fn references(&self) -> Json {
        let real = |index: u64, n: usize| {
            self.density.sample(
                &mut rng::stream(self.seed, Purpose::Measure, STATIC - index),
                n,
            )
        };
        let measured = real(2, divergence::SAMPLES);
        let w1_floor =
            transport::wasserstein1(&measured[..2 * transport::SAMPLES], &self.transport_real);
        let coverage = modes::coverage(&self.density, &measured[..2 * modes::SAMPLES]);
        let equilibria: Vec<_> = self
            .arenas
            .iter()
            .map(|a| a.config.objective.equilibrium())
            .collect();
        json!({
            "js_floor": self.meter().read(&measured),
            "w1_floor": w1_floor.ok(),
            "modes": coverage.map(|c| c.captured),
            "strict_modes": coverage.map(|c| c.strict),
            "high_quality": coverage.map(|c| c.high_quality),
            "mode_jsd": coverage.map(|c| c.histogram_jsd),
            "d_loss": equilibria.iter().map(|e| e.0).collect::<Vec<_>>(),
            "g_loss": equilibria.iter().map(|e| e.1).collect::<Vec<_>>(),
        })
    }

    fn describe(&self) -> Json {
        let arenas: Vec<Json> = self
            .arenas
            .iter()
            .enumerate()
            .map(|(index, a)| {
                let c = &a.config;
                let parameters = |which: usize| a.parameters()[which].dims()[0];
                json!({
                    "index": index, "objective": c.objective.id(), "title": c.objective.title(),
                    "critic": c.objective.is_critic(), "probability": c.objective.is_probability(),
                    "parameters": {"g": parameters(0), "d": parameters(1)},
                })
            })
            .collect();
        let some = |has: fn(Objective) -> bool| self.settings.arenas.iter().any(|&o| has(o));
        let mut absent = vec![];
        if !some(Objective::is_wasserstein) {
            absent.push("w_critic");
        }
        if !some(|o| o == Objective::Began) {
            absent.extend(["k", "convergence"]);
        }
        json!({
            "demo": self.settings.demo.id,
            "absent": absent,
            "step": self.step,
            "target": self.settings.step,
            "device": if self.is_gpu() { "webgpu" } else { "cpu" },
            "window": self.density.window,
            "arenas": arenas,
            "modes": (!self.density.modes.is_empty()).then_some(self.density.modes.len()),
            "mode_centres": self.density.modes,
            "latent_dim": self.latent_dim,
            "real": self.real,
            "measure_every": self.settings.int("measure-every", 0),
            "macs_per_step": self.macs_per_example() * self.batch() as f64,
            "settings": self.settings.to_json(),
            "notes": self.settings.notes,
            "query": self.query(),
        })
    }

    fn step(&self) -> u64 {
        self.step
    }

    fn query(&self) -> String {
        self.settings.query(self.step, &self.event_log.events())
    }

    fn advance(&mut self, budget: Budget) -> LocalFuture<'_, Result<u64, String>> {
        Box::pin(self.run(budget))
    }

    fn fault(&self) -> Option<&str> {
        self.fault.as_deref()
    }

    fn update<'a>(&'a mut self, network: &'a str) -> LocalFuture<'a, Result<(), String>> {
        Box::pin(async move {
            if self.fault.is_some() {
                return Ok(());
            }
            self.event_log.has_room()?;
            self.perform(match network {
                "D" => Action::StepDiscriminator,
                "G" => Action::StepGenerator,
                _ => return Err(format!("There is no network \"{network}\" to update.")),
            });
            self.settle().await
        })
    }

    fn set(&mut self, key: &str, value: &str) -> Result<String, String> {
        self.event_log.has_room()?;
        let action = self.settings.live_change(key, value)?;
        self.perform(action.clone());
        match action {
            Action::Set { key, arena, .. } => {
                Ok(self.settings.get(key, arena.unwrap_or(0)).to_string())
            }
            _ => unreachable!("a live change sets a value"),
        }
    }

    fn frame(&mut self, request: FrameRequest) -> LocalFuture<'_, Result<Frame, String>> {
        Box::pin(self.draw(request))
    }

    fn snapshot(&mut self) -> LocalFuture<'_, Result<Vec<u8>, String>> {
        Box::pin(async move {
            let (header, vectors) = self.state().await?;
            if vectors.iter().flatten().any(|v| !v.is_finite()) {
                return Err("The state holds values that are not numbers; it is not kept.".into());
            }
            Ok(snapshot::encode(&header, &vectors))
        })
    }

    fn restore(&mut self, bytes: &[u8]) -> Result<(), String> {
        let (header, vectors) = snapshot::decode(bytes)?;
        if header.updates.len() != self.arenas.len() {
            return Err("The saved state does not fit these arenas.".into());
        }
        let (settings, event_log) = EventLog::of(self.settings.demo, &header)?;
        let mut restored = Self::new(settings, self.device.clone());
        restored.event_log = event_log;
        let mut vectors = vectors.into_iter();
        for (i, &updates) in header.updates.iter().enumerate() {
            restored.arenas[i].restore(&mut vectors, updates)?;
        }
        restored.step = header.step;
        *self = restored;
        Ok(())
    }

    fn weights(&mut self) -> LocalFuture<'_, Result<Vec<u8>, String>> {
        Box::pin(async move {
            let mut labels = vec![];
            let mut tensors = vec![];
            for (i, arena) in self.arenas.iter().enumerate() {
                for (name, shape, values) in arena.weights() {
                    // Arenas by their letters, as on the page.
                    labels.push((format!("{}.{name}", char::from(b'a' + i as u8)), shape));
                    tensors.push(values);
                }
            }
            let bytes = |values: Vec<f32>| values.into_iter().flat_map(f32::to_le_bytes).collect();
            let data: Vec<Vec<u8>> = read(tensors).await?.into_iter().map(bytes).collect();
            let views = labels.into_iter().zip(&data).map(|((name, shape), data)| {
                let view = TensorView::new(Dtype::F32, shape, data);
                (name, view.expect("as many bytes as the shape has"))
            });
            safetensors::serialize(views, None)
                .map_err(|error| format!("The weights could not be written: {error}."))
        })
    }

    fn program(&self) -> Result<String, String> {
        let mut settings = Settings::resolve(self.settings.demo, &self.query());
        settings.events.retain(|event| event.step <= self.step);
        Ok(pytorch::program(&settings, self.step))
    }

    fn hash(&mut self) -> LocalFuture<'_, Result<String, String>> {
        Box::pin(async move {
            let (header, vectors) = self.state().await?;
            Ok(snapshot::hash(&header, &vectors))
        })
    }
}
