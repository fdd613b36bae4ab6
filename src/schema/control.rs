//! Settings: their limits and defaults, and how a text becomes a value.

use std::fmt;

use serde_json::Value as Json;

use crate::choice::Choice;
use crate::limits::excerpt;

/// Whether a setting is one for all arenas or one for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// One value.
    Shared,
    /// A value per arena.
    Arena,
}

/// Type, limits and default of a setting.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// One of a few.
    Choice(&'static [Choice], &'static str),
    /// A whole number: least, most, default, and whether a slider is logarithmic.
    Int(u64, u64, u64, bool),
    /// A number: least, most, default, and whether a slider is logarithmic.
    Float(f64, f64, f64, bool),
    /// On or off.
    Flag(bool),
}

/// A setting.
#[derive(Debug)]
pub struct Control {
    /// Kebab-case key in links.
    pub key: &'static str,
    /// Label shown to the user.
    pub label: &'static str,
    /// Its heading on the page.
    pub group: &'static str,
    /// One value, or one per arena.
    pub scope: Scope,
    /// Type, limits and default.
    pub kind: Kind,
    /// Unit, or empty.
    pub unit: &'static str,
    /// What it does.
    pub help: &'static str,
    /// Whether it can change in a running demo; others need a restart.
    pub live: bool,
}

/// The value of a setting.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    /// One of a few, by id.
    Choice(&'static str),
    /// A whole number.
    Int(u64),
    /// A number.
    Float(f64),
    /// On or off.
    Flag(bool),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Choice(id) => f.write_str(id),
            Self::Int(n) => write!(f, "{n}"),
            Self::Float(x) => write!(f, "{x}"),
            Self::Flag(on) => write!(f, "{on}"),
        }
    }
}

impl From<Value> for Json {
    fn from(value: Value) -> Self {
        match value {
            Value::Choice(id) => id.into(),
            Value::Int(n) => n.into(),
            Value::Float(x) => x.into(),
            Value::Flag(on) => on.into(),
        }
    }
}

impl Control {
    /// The control's own default.
    pub fn default_value(&self) -> Value {
        match self.kind {
            Kind::Choice(_, default) => Value::Choice(default),
            Kind::Int(_, _, default, _) => Value::Int(default),
            Kind::Float(_, _, default, _) => Value::Float(default),
            Kind::Flag(default) => Value::Flag(default),
        }
    }

    /// The value that `text` means, brought into range; with a note when it had to be.
    ///
    /// # Errors
    /// A sentence when it means nothing.
    pub fn parse(&self, text: &str) -> Result<(Value, Option<String>), String> {
        let bad = |expected: &str| {
            format!(
                "{} \"{}\" is not {expected}; it was left out.",
                self.label,
                excerpt(text)
            )
        };
        let clamped = |value: f64, min: f64, max: f64| {
            let inside = value.clamp(min, max);
            let note = (inside != value).then(|| {
                let (side, bound) = if value < min {
                    ("below its least", min)
                } else {
                    ("above its most", max)
                };
                format!(
                    "{} {} is {side}, {bound}; {bound} is used.",
                    self.label,
                    excerpt(text)
                )
            });
            (inside, note)
        };
        match self.kind {
            Kind::Choice(choices, _) => choices
                .iter()
                .find(|c| c.id == text)
                .map(|c| (Value::Choice(c.id), None))
                .ok_or_else(|| {
                    let ids: Vec<&str> = choices.iter().map(|c| c.id).collect();
                    bad(&format!("one of {}", ids.join(", ")))
                }),
            Kind::Int(min, max, ..) => {
                let value = text
                    .parse::<f64>()
                    .ok()
                    .filter(|v| v.is_finite() && v.fract() == 0.0);
                let (value, note) = clamped(
                    value.ok_or_else(|| bad("a whole number"))?,
                    min as f64,
                    max as f64,
                );
                Ok((Value::Int(value as u64), note))
            }
            Kind::Float(min, max, ..) => {
                let value = text.parse::<f64>().ok().filter(|v| v.is_finite());
                let (value, note) = clamped(value.ok_or_else(|| bad("a number"))?, min, max);
                Ok((Value::Float(value), note))
            }
            Kind::Flag(_) => match text {
                "true" | "1" => Ok((Value::Flag(true), None)),
                "false" | "0" => Ok((Value::Flag(false), None)),
                _ => Err(bad("true or false")),
            },
        }
    }
}

/// A control with one value, which needs a restart.
pub const fn shared(
    key: &'static str,
    label: &'static str,
    group: &'static str,
    kind: Kind,
    unit: &'static str,
    help: &'static str,
) -> Control {
    Control {
        key,
        label,
        group,
        scope: Scope::Shared,
        kind,
        unit,
        help,
        live: false,
    }
}

/// A control with a value per arena, which can change in a running demo.
pub const fn arena(
    key: &'static str,
    label: &'static str,
    group: &'static str,
    kind: Kind,
    unit: &'static str,
    help: &'static str,
) -> Control {
    Control {
        key,
        label,
        group,
        scope: Scope::Arena,
        kind,
        unit,
        help,
        live: true,
    }
}

/// The control, free to change in a running demo.
pub const fn live(mut control: Control) -> Control {
    control.live = true;
    control
}

/// The control, which now needs a restart.
pub const fn restart(mut control: Control) -> Control {
    control.live = false;
    control
}
