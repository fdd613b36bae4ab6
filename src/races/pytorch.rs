//! A race as a PyTorch program: one text for all settings, with those of the run at its head.

use std::fmt::Write as _;

use crate::runs::settings::{Action, Settings};
use crate::schema::{Scope, Value};

const PROGRAM: &str = include_str!("race.py");
/// Steps of a run that has not been played.
const STEPS: u64 = 1_000;

/// The program for these settings, up to `step`.
pub fn program(settings: &Settings, step: u64) -> String {
    let mut events = String::from("EVENTS = [");
    for event in &settings.events {
        let (key, arena, value) = match &event.action {
            Action::StepDiscriminator => ("D", None, "None".to_string()),
            Action::StepGenerator => ("G", None, "None".to_string()),
            Action::Set { key, arena, value } => (*key, *arena, literal(*value)),
        };
        let arena = arena.map_or("None".to_string(), |i| i.to_string());
        write!(
            events,
            "\n    ({}, \"{key}\", {arena}, {value}),",
            event.step
        )
        .expect("text");
    }
    events += if settings.events.is_empty() {
        "]"
    } else {
        "\n]"
    };
    let points: Vec<String> = settings
        .points
        .iter()
        .map(|[x, y]| format!("[{x}, {y}]"))
        .collect();
    let head = format!(
        "SETTINGS = {{\n{}}}\n\n# Changes in mid-run: step, setting, arena, value.\n{events}\n\n# Points of your own.\nPOINTS = [{}]",
        table(settings),
        points.join(", ")
    );
    PROGRAM
        .replace(
            "@TITLE@",
            &format!(
                "{}, from genzoo {}.",
                settings.demo.title,
                env!("CARGO_PKG_VERSION")
            ),
        )
        .replace("@LINK@", &settings.query(step, &settings.events))
        .replace("@STEPS@", &if step > 0 { step } else { STEPS }.to_string())
        .replace("@SETTINGS@", &head)
}

/// Every setting as a line of a Python dictionary; a list where each arena has its own.
fn table(settings: &Settings) -> String {
    let arenas = 0..settings.arenas.len();
    let ids: Vec<String> = settings
        .arenas
        .iter()
        .map(|o| format!("\"{}\"", o.id()))
        .collect();
    let mut lines = format!("    \"objective\": [{}],\n", ids.join(", "));
    for control in settings.demo.controls {
        let value = match control.scope {
            Scope::Shared => literal(settings.get(control.key, 0)),
            Scope::Arena => {
                let each = arenas
                    .clone()
                    .map(|i| literal(settings.get(control.key, i)));
                format!("[{}]", each.collect::<Vec<_>>().join(", "))
            }
        };
        writeln!(lines, "    \"{}\": {value},", control.key).expect("text");
    }
    lines
}

/// A value as Python writes it.
fn literal(value: Value) -> String {
    match value {
        Value::Choice(id) => format!("\"{id}\""),
        Value::Flag(true) => "True".into(),
        Value::Flag(false) => "False".into(),
        // With its point, even where it is whole: PyTorch takes no mixture of the two.
        Value::Float(number) => format!("{number:?}"),
        number => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::races::playground::RACE;

    #[test]
    fn the_program_has_every_setting_and_change_and_no_gap() {
        let query = "density=drawn&points=AX9_&arenas=minimax,wasserstein-gp&lr-g.1=0.0005&spectral-norm.0=true&events=5.lr-d.0:0.01~9.D&step=40";
        let text = program(&Settings::resolve(&RACE, query), 40);
        for part in [
            "\"lr-g\": [0.001, 0.0005],",
            "\"beta1\": [0.5, 0.0],",
            "\"spectral-norm\": [True, False],",
            "(5, \"lr-d\", 0, 0.01),",
            "(9, \"D\", None, None),",
            "default=40",
            "POINTS = [[",
        ] {
            assert!(text.contains(part), "{part} is missing from\n{text}");
        }
        for control in RACE.controls {
            assert!(
                text.contains(&format!("\"{}\"", control.key)),
                "{}",
                control.key
            );
        }
        assert!(!text.contains("@"), "{text}");
    }
}
