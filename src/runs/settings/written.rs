//! Settings written as a link and as JSON.

use serde_json::Value as Json;

use super::{Event, Settings};
use crate::runs::demo::START;
use crate::schema::{Scope, Value};

impl Settings {
    /// The link of the settings at the start, with the changes made since and the step reached: defaults omitted, keys in
    /// the catalog's order.
    pub fn query(&self, step: u64, events: &[Event]) -> String {
        let mut out = vec![];
        if self.demo.id != START {
            out.push(format!("demo={}", self.demo.id));
        }
        if self.preset.id != self.demo.presets[0].id {
            out.push(format!("preset={}", self.preset.id));
        }
        if self.arenas != self.default_arenas() {
            let ids: Vec<&str> = self.arenas.iter().map(|o| o.id()).collect();
            out.push(format!("arenas={}", ids.join(",")));
        }
        for control in self.demo.controls {
            let keys = match control.scope {
                Scope::Shared => 1,
                Scope::Arena => self.arenas.len(),
            };
            let values: Vec<(Value, Value)> = (0..keys)
                .map(|i| {
                    (
                        self.value_in(&self.explicit, control, i),
                        self.default_of(control, i),
                    )
                })
                .collect();
            if values.iter().all(|(value, default)| value == default) {
                continue;
            }
            if values.iter().all(|(value, _)| *value == values[0].0) {
                out.push(format!("{}={}", control.key, values[0].0));
            } else {
                let differing = values
                    .iter()
                    .enumerate()
                    .filter(|(_, (value, default))| value != default);
                out.extend(differing.map(|(i, (value, _))| format!("{}.{i}={value}", control.key)));
            }
        }
        if self.density().needs_points() && !self.points_text.is_empty() {
            out.push(format!("points={}", self.points_text));
        }
        if !events.is_empty() {
            let events: Vec<String> = events.iter().map(Event::to_string).collect();
            out.push(format!("events={}", events.join("~")));
        }
        if step > 0 {
            out.push(format!("step={step}"));
        }
        out.join("&")
    }

    /// Every value, keyed as in a link with suffixes for arenas.
    pub fn to_json(&self) -> Json {
        let mut out = serde_json::Map::new();
        out.insert("preset".into(), self.preset.id.into());
        out.insert(
            "arenas".into(),
            self.arenas
                .iter()
                .map(|o| o.id())
                .collect::<Vec<_>>()
                .into(),
        );
        for control in self.demo.controls {
            match control.scope {
                Scope::Shared => {
                    out.insert(control.key.into(), self.get(control.key, 0).into());
                }
                Scope::Arena => {
                    for i in 0..self.arenas.len() {
                        out.insert(
                            format!("{}.{i}", control.key),
                            self.get(control.key, i).into(),
                        );
                    }
                }
            }
        }
        Json::Object(out)
    }
}
