//! A race as a [`Session`].

use serde_json::{Value as Json, json};

use super::measure::Ledger;
use super::{Race, STATIC, weights};
use crate::metrics::spread::mean_and_deviation;
use crate::metrics::{divergence, modes, transport};
use crate::models::mlp::Output;
use crate::objectives::adversarial::Objective;
use crate::races::arena::Engine;
use crate::races::pytorch;
use crate::rng::{self, Purpose};
use crate::runs::events::EventLog;
use crate::runs::settings::{Action, Settings};
use crate::runs::snapshot::{self, Header};
use crate::runs::{Budget, Frame, FrameRequest, LocalFuture, Session};

/// Sets of real points whose measures are a floor: their mean, with their standard deviation.
const FLOOR_DRAWS: u64 = 8;

/// What real points read where generated ones are measured.
pub(super) struct RealReading {
    js: f64,
    w1: f64,
    coverage: Option<modes::Coverage>,
}

impl<E: Engine> Race<E> {
    /// Measures of real points of their own.
    fn read_real(&self, draw: u64) -> RealReading {
        // Indices before these are taken by the measures themselves.
        let mut rng = rng::stream(self.seed, Purpose::Measure, STATIC - 2 - draw);
        let points = self.density.sample(&mut rng, divergence::SAMPLES);
        let w1 = transport::wasserstein1(&points[..2 * transport::SAMPLES], &self.transport_real);
        RealReading {
            js: self.meter().read(&points),
            w1: w1.unwrap_or(f64::NAN),
            coverage: modes::coverage(&self.density, &points[..2 * modes::SAMPLES]),
        }
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
            losses: self.ledgers.iter().map(Ledger::losses).collect(),
            lengths: vectors.iter().map(Vec::len).collect(),
        }
    }

    /// How far generated points can get.
    fn reach(&self) -> Option<f64> {
        self.settings.choice("g-output", 0, Output::from_id).reach()
    }

    /// What the user should know of these settings and can change at once: `{text, action, settings}`.
    fn advice(&self) -> Option<Json> {
        let reach = self
            .reach()
            .filter(|&reach| self.density.extent() > reach)?;
        Some(json!({
            "text": format!(
                "Data lie beyond {reach}, where the generator's tanh output ends: no generated point gets there."
            ),
            "action": "Use a linear output",
            "settings": {"g-output": Output::Linear.id()},
        }))
    }

    async fn state(&mut self) -> Result<(Header, Vec<Vec<f32>>), String> {
        self.settle().await?;
        let numbers = self.arenas.iter().flat_map(|arena| arena.engine.state());
        let vectors = E::read(numbers.collect()).await?;
        Ok((self.header(&vectors), vectors))
    }
}

impl<E: Engine> Session for Race<E> {
    /// One more draw of real points at each call, as the optimal transport of one takes as long as some steps.
    fn references(&mut self) -> Option<Json> {
        let done = self.floors.len() as u64;
        if done < FLOOR_DRAWS {
            let reading = self.read_real(done);
            self.floors.push(reading);
        }
        let draws = &self.floors;
        if draws.len() as u64 != FLOOR_DRAWS {
            return None;
        }
        let floor = |of: fn(&RealReading) -> f64| {
            mean_and_deviation(&draws.iter().map(of).collect::<Vec<_>>())
        };
        let [js, w1, quality, balance] = [
            floor(|r| r.js),
            floor(|r| r.w1),
            floor(|r| r.coverage.map_or(f64::NAN, |c| c.high_quality)),
            floor(|r| r.coverage.map_or(f64::NAN, |c| c.histogram_jsd)),
        ];
        let coverage = draws[0].coverage;
        let equilibria: Vec<_> = self
            .arenas
            .iter()
            .map(|a| a.config.objective.equilibrium())
            .collect();
        Some(json!({
            "js_floor": js.0,
            "w1_floor": w1.0,
            "modes": coverage.map(|c| c.captured),
            "strict_modes": coverage.map(|c| c.strict),
            "high_quality": quality.0,
            "mode_jsd": balance.0,
            "deviations": {"js_floor": js.1, "w1_floor": w1.1, "high_quality": quality.1, "mode_jsd": balance.1},
            "d_loss": equilibria.iter().map(|e| e.0).collect::<Vec<_>>(),
            "g_loss": equilibria.iter().map(|e| e.1).collect::<Vec<_>>(),
        }))
    }

    fn describe(&self) -> Json {
        let arenas: Vec<Json> = self
            .arenas
            .iter()
            .enumerate()
            .map(|(index, a)| {
                let c = &a.config;
                let mut sizes = c.networks().map(|(_, shape)| shape.parameters());
                let g = sizes.next();
                let d: usize = sizes.sum();
                json!({
                    "index": index, "objective": c.objective.id(), "title": c.objective.title(),
                    "critic": c.objective.is_critic(), "probability": c.objective.is_probability(),
                    "parameters": {"g": g, "d": d},
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
            "device": if E::ELSEWHERE { "webgpu" } else { "cpu" },
            "window": self.density.window,
            "reach": self.reach(),
            "advice": self.advice(),
            "arenas": arenas,
            "modes": (!self.density.modes.is_empty()).then_some(self.density.modes.len()),
            "mode_centres": self.density.modes,
            "latent_dim": self.latent_dim,
            "real": self.real,
            "measure_every": self.settings.int("measure-every", 0),
            "macs_per_step": self.macs_per_example() * self.batch() as f64,
            "differences": self.settings.differences(),
            "is_the_preset": self.settings.is_the_preset(),
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
            if let Some(losses) = header.losses.get(i) {
                restored.ledgers[i] = Ledger::of(losses);
            }
        }
        restored.step = header.step;
        *self = restored;
        Ok(())
    }

    fn weights(&mut self) -> LocalFuture<'_, Result<Vec<u8>, String>> {
        Box::pin(async move {
            let mut labels = vec![];
            let mut numbers = vec![];
            for (i, arena) in self.arenas.iter().enumerate() {
                // Arenas by their letters, as on the page.
                let letter = char::from(b'a' + i as u8);
                let networks = arena.config.networks();
                labels.extend(networks.map(|(name, shape)| (format!("{letter}.{name}"), shape)));
                numbers.extend(arena.engine.acting());
            }
            weights::file(labels.into_iter().zip(E::read(numbers).await?))
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
