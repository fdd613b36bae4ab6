//! Changes in the middle of a run, as a link has them.

use std::fmt;

use super::{EVENTS_MAX, STEP_MAX, Settings};
use crate::limits::excerpt;
use crate::schema::Value;

/// A change in the middle of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Generator steps done when it happens.
    pub step: u64,
    /// What happens.
    pub action: Action,
}

/// What an [`Event`] does.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// One discriminator update in every arena.
    StepDiscriminator,
    /// One generator update in every arena.
    StepGenerator,
    /// A live setting changes, in one arena or in all.
    Set {
        /// Key of the control.
        key: &'static str,
        /// The arena, or all.
        arena: Option<usize>,
        /// Its new value.
        value: Value,
    },
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.", self.step)?;
        match &self.action {
            Action::StepDiscriminator => f.write_str("D"),
            Action::StepGenerator => f.write_str("G"),
            Action::Set {
                key,
                arena: Some(i),
                value,
            } => write!(f, "{key}.{i}:{value}"),
            Action::Set {
                key,
                arena: None,
                value,
            } => write!(f, "{key}:{value}"),
        }
    }
}

impl Settings {
    pub(super) fn take_events(&mut self, text: &str) {
        for part in text.split('~').filter(|p| !p.is_empty()) {
            if self.events.len() == EVENTS_MAX {
                self.notes.push(format!("The link has more than {EVENTS_MAX} changes in mid-run; the rest were left out."));
                break;
            }
            match self.parse_event(part) {
                Some(event) => self.events.push(event),
                None => self.notes.push(format!(
                    "The change \"{}\" cannot be read; it was left out.",
                    excerpt(part)
                )),
            }
        }
        // Stable: changes at the same step keep their order.
        self.events.sort_by_key(|e| e.step);
    }

    fn parse_event(&self, text: &str) -> Option<Event> {
        let (step, rest) = text.split_once('.')?;
        let step = step.parse().ok().filter(|&s| s <= STEP_MAX)?;
        let action = match rest {
            "D" => Action::StepDiscriminator,
            "G" => Action::StepGenerator,
            _ => {
                let (key, value) = rest.split_once(':')?;
                self.live_change(key, value).ok()?
            }
        };
        Some(Event { step, action })
    }

    /// The change that setting a live key to `text` means.
    ///
    /// # Errors
    /// A sentence when there is no such key, it needs a restart, or the value means nothing.
    pub fn live_change(&self, key: &str, text: &str) -> Result<Action, String> {
        let (control, arena) = self.locate(key)?;
        if !control.live {
            return Err(format!("{} changes with a restart only.", control.label));
        }
        let (value, _) = control.parse(text)?;
        Ok(Action::Set {
            key: control.key,
            arena,
            value,
        })
    }
}
