//! The session around a figure, with its links, changes in mid-run, snapshots and hash.

use burn::tensor::Device;
use serde_json::{Value as Json, json};

use super::figure::Figure;
use crate::runs::events::EventLog;
use crate::runs::settings::{Action, Settings};
use crate::runs::snapshot::{self, Header};
use crate::runs::{Budget, Frame, FrameRequest, LocalFuture, Row, Session};

/// Largest side of a heat map.
const SIDE_MAX: usize = 128;

/// Starts a figure.
pub fn open<F: Figure + 'static>(settings: Settings, _: Device) -> Box<dyn Session> {
    Box::new(FigureSession::<F>::new(settings))
}

struct FigureSession<F> {
    settings: Settings,
    figure: F,
    event_log: EventLog,
    step: u64,
    rows: Vec<Row>,
    fault: Option<String>,
}

impl<F: Figure> FigureSession<F> {
    fn new(mut settings: Settings) -> Self {
        let event_log = EventLog::new(std::mem::take(&mut settings.events));
        let mut session = Self {
            figure: F::new(&settings),
            settings,
            event_log,
            step: 0,
            rows: vec![],
            fault: None,
        };
        session.take_due();
        session.measure();
        session
    }

    fn take_due(&mut self) {
        while let Some(action) = self.event_log.due(self.step, |_| true) {
            self.perform(action);
        }
    }

    fn perform(&mut self, action: Action) {
        if let Action::Set { key, .. } = &action {
            self.settings.apply(&action);
            self.figure.changed(key, &self.settings);
            self.event_log.record(self.step, action);
        }
    }

    fn measure(&mut self) {
        if self.figure.state().iter().flatten().any(|v| !v.is_finite()) {
            self.fault = Some(format!(
                "The parameters are not finite any more at step {}. The run is paused; a smaller learning rate usually helps.",
                self.step
            ));
            return;
        }
        let rows = self.measured();
        self.rows.extend(rows);
    }

    /// The measures of this step.
    fn measured(&self) -> Vec<Row> {
        let rows = self.figure.measure(&self.settings).into_iter().enumerate();
        let row = |(arena, values)| Row {
            arena,
            step: self.step,
            values,
        };
        rows.map(row).collect()
    }

    fn train(&mut self, budget: Budget) -> u64 {
        let start = (budget.clock)();
        let from = self.step;
        while self.fault.is_none()
            && self.step - from < budget.steps
            && (self.step == from || (budget.clock)() - start < budget.millis)
        {
            self.figure.step(&self.settings);
            self.step += 1;
            self.take_due();
            if self.step.is_multiple_of(F::MEASURE_EVERY) {
                self.measure();
            }
        }
        self.step - from
    }

    fn header(&self, vectors: &[Vec<f32>]) -> Header {
        Header {
            version: snapshot::VERSION,
            query: self.query(),
            made: self.event_log.made(),
            step: self.step,
            updates: vec![],
            losses: vec![],
            lengths: vectors.iter().map(Vec::len).collect(),
        }
    }
}

impl<F: Figure> Session for FigureSession<F> {
    fn describe(&self) -> Json {
        let run =
            |(index, name): (usize, &&str)| json!({"index": index, "name": name, "title": name});
        json!({
            "demo": self.settings.demo.id,
            "step": self.step,
            "target": self.settings.step,
            "device": "cpu",
            "window": self.figure.window(),
            "arenas": F::RUNS.iter().enumerate().map(run).collect::<Vec<_>>(),
            "settings": self.settings.to_json(),
            "notes": self.settings.notes,
            "query": self.query(),
        })
    }

    fn references(&mut self) -> Option<Json> {
        Some(self.figure.references(&self.settings))
    }

    fn step(&self) -> u64 {
        self.step
    }

    fn query(&self) -> String {
        self.settings.query(self.step, &self.event_log.events())
    }

    fn advance(&mut self, budget: Budget) -> LocalFuture<'_, Result<u64, String>> {
        Box::pin(async move { Ok(self.train(budget)) })
    }

    fn fault(&self) -> Option<&str> {
        self.fault.as_deref()
    }

    fn update<'a>(&'a mut self, _: &'a str) -> LocalFuture<'a, Result<(), String>> {
        Box::pin(async { Err("This figure has whole steps only.".to_string()) })
    }

    fn set(&mut self, key: &str, value: &str) -> Result<String, String> {
        self.event_log.has_room()?;
        let action = self.settings.live_change(key, value)?;
        self.perform(action);
        self.measure();
        Ok(self.settings.get(key, 0).to_string())
    }

    fn frame(&mut self, request: FrameRequest) -> LocalFuture<'_, Result<Frame, String>> {
        Box::pin(async move {
            Ok(Frame {
                step: self.step,
                rows: std::mem::take(&mut self.rows),
                now: if request.now && self.fault.is_none() {
                    self.measured()
                } else {
                    vec![]
                },
                arenas: vec![],
                marks: self
                    .figure
                    .draw(&self.settings, request.field.clamp(2, SIDE_MAX)),
            })
        })
    }

    fn snapshot(&mut self) -> LocalFuture<'_, Result<Vec<u8>, String>> {
        Box::pin(async move {
            let vectors = self.figure.state();
            if vectors.iter().flatten().any(|v| !v.is_finite()) {
                return Err("The state holds values that are not numbers; it is not kept.".into());
            }
            Ok(snapshot::encode(&self.header(&vectors), &vectors))
        })
    }

    fn restore(&mut self, bytes: &[u8]) -> Result<(), String> {
        let (header, vectors) = snapshot::decode(bytes)?;
        let (settings, event_log) = EventLog::of(self.settings.demo, &header)?;
        let mut restored = Self::new(settings);
        restored.event_log = event_log;
        let mut vectors = vectors.into_iter();
        restored.figure.restore(&mut vectors)?;
        restored.step = header.step;
        restored.rows.clear();
        restored.measure();
        *self = restored;
        Ok(())
    }

    fn hash(&mut self) -> LocalFuture<'_, Result<String, String>> {
        Box::pin(async move {
            let vectors = self.figure.state();
            Ok(snapshot::hash(&self.header(&vectors), &vectors))
        })
    }
}
