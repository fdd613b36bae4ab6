//! The changes of a run in its middle: those that its link has in store, and those made.

use std::collections::VecDeque;

use super::demo::Demo;
use super::settings::{Action, EVENTS_MAX, Event, Settings};
use super::snapshot::Header;

/// Changes by step.
#[derive(Clone, Debug, Default)]
pub struct EventLog {
    ahead: VecDeque<Event>,
    made: Vec<Event>,
}

impl EventLog {
    /// The log at step 0 of a link with these events.
    pub fn new(ahead: Vec<Event>) -> Self {
        Self {
            ahead: ahead.into(),
            made: vec![],
        }
    }

    /// Settings and event log of a snapshot. The changes made are in its settings already, and not in their events.
    ///
    /// # Errors
    /// A sentence when the header contradicts itself.
    pub fn of(demo: &'static Demo, header: &Header) -> Result<(Settings, Self), String> {
        let mut settings = Settings::resolve(demo, &header.query);
        if header.made > settings.events.len() {
            return Err("The saved state does not fit its own link.".into());
        }
        let ahead = settings.events.split_off(header.made);
        let made = std::mem::take(&mut settings.events);
        made.iter().for_each(|event| settings.apply(&event.action));
        let event_log = Self {
            ahead: ahead.into(),
            made,
        };
        Ok((settings, event_log))
    }

    /// Takes the next change in store if it belongs to `step` and is `wanted`.
    pub fn due(&mut self, step: u64, wanted: impl Fn(&Action) -> bool) -> Option<Action> {
        let is_due = |e: &Event| e.step <= step && wanted(&e.action);
        let next = self.ahead.pop_front_if(|e| is_due(e))?;
        Some(next.action)
    }

    /// Refuses more changes than a link may hold.
    ///
    /// # Errors
    /// A sentence when it is full.
    pub fn has_room(&self) -> Result<(), String> {
        if self.made.len() < EVENTS_MAX {
            return Ok(());
        }
        Err(format!(
            "A run keeps at most {EVENTS_MAX} single updates and changes; reset to start afresh."
        ))
    }

    /// Remembers a change made at `step`.
    pub fn record(&mut self, step: u64, action: Action) {
        // Dragging a slider makes many changes at one step; only the last of each counts.
        if let Action::Set { key, arena, .. } = &action {
            let same = |e: &Event| matches!(&e.action, Action::Set { key: k, arena: a, .. } if k == key && a == arena);
            if self.made.last().is_some_and(|e| e.step == step && same(e)) {
                self.made.pop();
            }
        }
        self.made.push(Event { step, action });
    }

    /// How many changes have been made.
    pub fn made(&self) -> usize {
        self.made.len()
    }

    /// All changes, made and in store.
    pub fn events(&self) -> Vec<Event> {
        self.made.iter().chain(&self.ahead).cloned().collect()
    }
}
