//! Settings as links carry them: `key=value&key=value`, defaults omitted. Parsing never fails: what cannot be used is
//! left out or brought into range, with a sentence for the user.
//!
//! A key without suffix holds for all arenas; `key.1` for the second arena only. The order of precedence is: `key.1`, `key`,
//! the preset for the arena's objective, the preset (again `key.1`, then `key`), the objective's default, the density's default,
//! the control's default.

mod event;
#[cfg(feature = "cli")]
mod short;
mod written;

use std::collections::BTreeMap;

pub use self::event::{Action, Event};
#[cfg(feature = "cli")]
use self::short::expanded;
use super::demo::Demo;
use crate::data::toys::density::DensityKind;
use crate::data::toys::points;
pub use crate::limits::STEP_MAX;
use crate::limits::{bound_notes, excerpt};
use crate::objectives::adversarial::Objective;
use crate::schema::{Control, Preset, QUERY_MAX_BYTES, Scope, Value, is_of_page};

/// Most arenas side by side.
pub const ARENAS_MAX: usize = 4;
/// Most mid-run changes in a link.
pub const EVENTS_MAX: usize = 500;

const DEFAULT_ARENAS: [Objective; 2] = [Objective::NonSaturating, Objective::WassersteinGp];

/// Settings of one run, complete and within limits.
#[derive(Clone)]
pub struct Settings {
    /// The demo that they are for.
    pub demo: &'static Demo,
    preset: &'static Preset,
    /// Objective of each arena.
    pub arenas: Vec<Objective>,
    /// What the user gave at the start, by key with suffix; the rest are defaults.
    explicit: BTreeMap<String, Value>,
    /// The same with the changes made since.
    current: BTreeMap<String, Value>,
    /// Changes in mid-run, by step.
    pub events: Vec<Event>,
    /// The step to play to.
    pub step: u64,
    /// The user's points.
    pub points: Vec<[f32; 2]>,
    points_text: String,
    /// What could not be taken as it was.
    pub notes: Vec<String>,
}

fn pairs(query: &str) -> impl Iterator<Item = (String, String)> {
    form_urlencoded::parse(query.as_bytes()).map(|(k, v)| (k.into_owned(), v.into_owned()))
}

/// A page makes a short link long before it asks.
#[cfg(not(feature = "cli"))]
fn expanded(query: &str) -> Result<&str, String> {
    Ok(query)
}

/// `lr-d.1` is the key `lr-d` of arena 1.
fn split_suffix(key: &str) -> (&str, Option<usize>) {
    match key.rsplit_once('.') {
        Some((base, index)) => match index.parse() {
            Ok(i) if i < ARENAS_MAX => (base, Some(i)),
            _ => (key, None),
        },
        None => (key, None),
    }
}

/// The value for `key` of an arena in a preset's or an objective's query.
fn lookup(control: &Control, query: &str, arena: usize) -> Option<Value> {
    let find = |key: &str| pairs(query).find(|(k, _)| k == key);
    let own = find(&format!("{}.{arena}", control.key));
    let (_, text) = own.or_else(|| find(control.key))?;
    control.parse(&text).ok().map(|(value, _)| value)
}

impl Settings {
    /// Settings of `demo` from a link's query. Where links are read natively, also from a short one; the page makes these long itself.
    pub fn resolve(demo: &'static Demo, query: &str) -> Self {
        match expanded(query) {
            Ok(query) => Self::read(demo, &query),
            Err(sentence) => {
                let mut settings = Self::read(demo, "");
                settings.notes.push(sentence);
                settings
            }
        }
    }

    fn read(demo: &'static Demo, query: &str) -> Self {
        let mut settings = Self {
            demo,
            preset: &demo.presets[0],
            arenas: vec![],
            explicit: BTreeMap::new(),
            current: BTreeMap::new(),
            events: vec![],
            step: 0,
            points: vec![],
            points_text: String::new(),
            notes: vec![],
        };
        settings.arenas = settings.default_arenas();
        if query.len() > QUERY_MAX_BYTES {
            settings.notes.push(format!(
                "The link is {} KiB long; at most {} KiB are read. The defaults are used.",
                query.len() >> 10,
                QUERY_MAX_BYTES >> 10
            ));
            return settings;
        }
        // The preset and the arenas come first: which keys exist depends on them.
        let all: Vec<(String, String)> = pairs(query.trim_start_matches(['#', '?'])).collect();
        let given = |key: &str| all.iter().find(|(k, _)| k == key).map(|(_, text)| text);
        if let Some(id) = given("preset") {
            settings.take_preset(id);
        }
        if let Some(ids) = given("arenas") {
            settings.take_arenas(ids);
        }
        for (key, text) in &all {
            settings.take(key, text);
        }
        settings.current = settings.explicit.clone();
        if settings.density().needs_points() && settings.points.is_empty() {
            settings.notes.push(
                "There are no points yet: draw or paste some. A ring is shown until then.".into(),
            );
        }
        bound_notes(&mut settings.notes);
        settings
    }

    fn take_preset(&mut self, id: &str) {
        match self.demo.presets.iter().find(|p| p.id == id) {
            Some(preset) => self.preset = preset,
            None => self.notes.push(format!(
                "There is no preset \"{}\"; {} is used.",
                excerpt(id),
                self.preset.title
            )),
        }
        self.arenas = self.default_arenas();
    }

    fn default_arenas(&self) -> Vec<Objective> {
        match pairs(self.preset.query).next() {
            Some((key, ids)) if key == "arenas" => {
                ids.split(',').filter_map(Objective::from_id).collect()
            }
            _ => DEFAULT_ARENAS.to_vec(),
        }
    }

    fn take_arenas(&mut self, ids: &str) {
        if self.demo.objectives.is_empty() {
            // A figure has no arenas to choose; its run files name the usual ones all the same.
            return;
        }
        let mut arenas = vec![];
        for id in ids.split(',') {
            match Objective::from_id(id).filter(|o| self.demo.objectives.contains(o)) {
                Some(objective) => arenas.push(objective),
                None => self.notes.push(format!(
                    "There is no objective \"{}\"; it was left out.",
                    excerpt(id)
                )),
            }
        }
        if arenas.len() > ARENAS_MAX {
            self.notes.push(format!(
                "At most {ARENAS_MAX} arenas run side by side; the first {ARENAS_MAX} are used."
            ));
            arenas.truncate(ARENAS_MAX);
        }
        if arenas.is_empty() {
            self.notes
                .push("No arena was left; the default ones are used.".into());
        } else {
            self.arenas = arenas;
        }
    }

    fn take(&mut self, key: &str, text: &str) {
        match key {
            "preset" | "arenas" => {}
            "demo" => {
                if text != self.demo.id {
                    self.notes.push(format!(
                        "There is no demo \"{}\"; {} is shown.",
                        excerpt(text),
                        self.demo.title
                    ));
                }
            }
            "step" => match text.parse::<f64>() {
                Ok(step) if step >= 0.0 && step.fract() == 0.0 => {
                    if step > STEP_MAX as f64 {
                        self.notes.push(format!(
                            "Step {} is beyond {STEP_MAX}; {STEP_MAX} is used.",
                            excerpt(text)
                        ));
                    }
                    self.step = step.min(STEP_MAX as f64) as u64;
                }
                _ => self.notes.push(format!(
                    "Step \"{}\" is not a whole number; the run starts at 0.",
                    excerpt(text)
                )),
            },
            "events" => self.take_events(text),
            "points" => match points::decode(text) {
                Ok(points) => {
                    self.points = points;
                    self.points_text = text.into();
                }
                Err(sentence) => self.notes.push(sentence),
            },
            _ if is_of_page(key) => {}
            _ => match self.locate(key) {
                Ok((control, _)) => match control.parse(text) {
                    Ok((value, note)) => {
                        self.notes.extend(note);
                        self.explicit.insert(key.into(), value);
                    }
                    Err(sentence) => self.notes.push(sentence),
                },
                Err(sentence) => self.notes.push(sentence),
            },
        }
    }

    /// The control and arena that a key with suffix names.
    fn locate(&self, key: &str) -> Result<(&'static Control, Option<usize>), String> {
        let (base, arena) = split_suffix(key);
        let control = self
            .demo
            .control(base)
            .ok_or_else(|| format!("There is no setting \"{}\"; it was left out.", excerpt(key)))?;
        match arena {
            Some(_) if control.scope == Scope::Shared => Err(format!(
                "{} is the same for all arenas; \"{}\" was left out.",
                control.label,
                excerpt(key)
            )),
            Some(i) if i >= self.arenas.len() => Err(format!(
                "There is no arena {i}; \"{}\" was left out.",
                excerpt(key)
            )),
            _ => Ok((control, arena)),
        }
    }

    /// The present value of `key`, in an arena when it has one per arena.
    ///
    /// # Panics
    /// If the demo has no such control.
    pub fn get(&self, key: &str, arena: usize) -> Value {
        let control = self.demo.control(key).expect("a key of the catalog");
        self.value_in(&self.current, control, arena)
    }

    fn value_in(&self, given: &BTreeMap<String, Value>, control: &Control, arena: usize) -> Value {
        let own = match control.scope {
            Scope::Arena => given.get(&format!("{}.{arena}", control.key)),
            Scope::Shared => None,
        };
        own.or_else(|| given.get(control.key))
            .copied()
            .unwrap_or_else(|| self.default_of(control, arena))
    }

    fn default_of(&self, control: &Control, arena: usize) -> Value {
        let objective = self.arenas[arena.min(self.arenas.len() - 1)];
        let of_preset = self.preset.by_objective.iter();
        of_preset
            .filter(|(id, _)| *id == objective.id())
            .find_map(|(_, query)| lookup(control, query, arena))
            .or_else(|| lookup(control, self.preset.query, arena))
            .or_else(|| lookup(control, objective.defaults(), arena))
            .or_else(|| self.density_default(control))
            .unwrap_or_else(|| control.default_value())
    }

    fn density_default(&self, control: &Control) -> Option<Value> {
        let pick: fn((f64, f64)) -> f64 = match control.key {
            "radius" => |d| d.0,
            "sigma" => |d| d.1,
            _ => return None,
        };
        self.demo.control("density")?;
        Some(Value::Float(pick(self.density().defaults())))
    }

    /// The density that is asked for; a ring where the demo offers none.
    pub fn density(&self) -> DensityKind {
        match self.demo.control("density") {
            Some(_) => self.choice("density", 0, DensityKind::from_id),
            None => DensityKind::Ring8,
        }
    }

    /// A choice as its enum.
    pub fn choice<T>(&self, key: &str, arena: usize, from_id: fn(&str) -> Option<T>) -> T {
        match self.get(key, arena) {
            Value::Choice(id) => from_id(id).expect("the catalog offers this enum's ids"),
            other => unreachable!("{key} is a choice, not {other}"),
        }
    }

    /// A whole number.
    pub fn int(&self, key: &str, arena: usize) -> usize {
        match self.get(key, arena) {
            Value::Int(n) => n as usize,
            other => unreachable!("{key} is a whole number, not {other}"),
        }
    }

    /// A number.
    pub fn float(&self, key: &str, arena: usize) -> f64 {
        match self.get(key, arena) {
            Value::Float(x) => x,
            other => unreachable!("{key} is a number, not {other}"),
        }
    }

    /// A switch.
    pub fn flag(&self, key: &str, arena: usize) -> bool {
        matches!(self.get(key, arena), Value::Flag(true))
    }

    /// Labels of what differs between the arenas: the objective, and settings that two of them read and have different values of.
    pub fn differences(&self) -> Vec<&'static str> {
        let mut labels = vec![];
        if self.arenas.iter().any(|o| *o != self.arenas[0]) {
            labels.push("Objective");
        }
        let of_arenas = self.demo.controls.iter();
        for control in of_arenas.filter(|c| c.scope == Scope::Arena) {
            let read = (0..self.arenas.len()).filter(|&i| self.arenas[i].reads(control.key));
            let mut values = read.map(|i| self.get(control.key, i));
            let first = values.next();
            if values.any(|value| Some(value) != first) {
                labels.push(control.label);
            }
        }
        labels
    }

    /// Whether the run is that of its preset, whatever its seed and the steps between measures.
    pub fn is_the_preset(&self) -> bool {
        let free = ["seed", "measure-every"];
        let explicit = self.current.keys().all(|key| free.contains(&key.as_str()));
        explicit && self.arenas == self.default_arenas() && self.points.is_empty()
    }

    /// Applies a change of [`Self::live_change`] to the values that [`Self::get`] returns.
    pub fn apply(&mut self, action: &Action) {
        if let Action::Set { key, arena, value } = action {
            match arena {
                Some(i) => {
                    self.current.insert(format!("{key}.{i}"), *value);
                }
                None => {
                    // A value for all arenas replaces those of single ones.
                    self.current.retain(|k, _| split_suffix(k).0 != *key);
                    self.current.insert((*key).into(), *value);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::races::playground::RACE;
    use crate::schema::Kind;
    use proptest::prelude::*;

    fn race(query: &str) -> Settings {
        Settings::resolve(&RACE, query)
    }

    #[test]
    fn an_empty_link_is_the_default_race() {
        let s = race("");
        assert_eq!(
            s.arenas,
            [Objective::NonSaturating, Objective::WassersteinGp]
        );
        assert_eq!(s.density(), DensityKind::Ring8);
        assert!(s.notes.is_empty());
        assert_eq!(s.query(0, &[]), "");
    }

    #[test]
    fn precedence_runs_from_one_arena_to_the_control() {
        let s = race("critic-steps=3&critic-steps.1=4");
        assert_eq!((s.int("critic-steps", 0), s.int("critic-steps", 1)), (3, 4));
        let s = race("preset=ring8-256&arenas=non-saturating,wasserstein-clip");
        assert_eq!((s.int("critic-steps", 0), s.int("critic-steps", 1)), (1, 5));
        assert_eq!(s.int("g-width", 0), 256);
        // The density's own noise, unless the preset has one.
        assert_eq!(race("density=grid25&preset=live").float("sigma", 0), 0.05);
        assert_eq!(
            race("density=grid25&preset=ring8-256").float("sigma", 0),
            0.033
        );
    }

    #[test]
    fn a_preset_may_bring_its_arenas_and_settings_for_one_of_them() {
        let failures = |query: &str| Settings::resolve(&crate::races::failures::FAILURES, query);
        let s = failures("preset=weak-discriminator");
        assert_eq!(s.arenas, [Objective::NonSaturating; 2]);
        assert!(s.float("lr-d", 0) < s.float("lr-d", 1));
        assert_eq!(s.query(0, &[]), "demo=failures&preset=weak-discriminator");
        let s = failures("lr-d=0.01&arenas=minimax&preset=weak-discriminator");
        assert_eq!((s.arenas.len(), s.float("lr-d", 0)), (1, 0.01));
        assert_eq!(
            s.query(0, &[]),
            "demo=failures&preset=weak-discriminator&arenas=minimax&lr-d=0.01"
        );
    }

    #[test]
    fn what_differs_between_arenas_is_what_two_of_them_read() {
        assert_eq!(race("").differences(), ["Objective", "beta 1"]);
        assert_eq!(race("arenas=r1,r1").differences(), [""; 0]);
        assert_eq!(
            race("arenas=r1,r1&gamma.1=2&lr-d.0=0.1").differences(),
            ["Discriminator learning rate", "R1 weight"]
        );
        // Only one of them has a penalty.
        assert_eq!(race("lambda.1=7&beta1=0").differences(), ["Objective"]);
        assert_eq!(
            race("preset=square").differences(),
            ["Objective", "Penalty weight"]
        );
    }

    #[test]
    fn a_run_is_that_of_its_preset_until_a_setting_differs() {
        for query in ["", "seed=3", "preset=square&measure-every=20"] {
            assert!(race(query).is_the_preset(), "{query}");
        }
        for query in ["lr-g=0.1", "arenas=r1", "preset=live&density=grid25"] {
            assert!(!race(query).is_the_preset(), "{query}");
        }
    }

    #[test]
    fn what_cannot_be_used_gets_a_sentence_and_nothing_else_changes() {
        for (query, part) in [
            ("colour=red", "no setting \"colour\""),
            ("g-width=0", "below its least, 1; 1 is used"),
            ("g-depth=-3", "below its least"),
            ("lr-g=NaN", "is not a number"),
            ("lr-g=inf", "is not a number"),
            ("batch=1e99", "above its most, 1024"),
            ("batch=2.5", "is not a whole number"),
            ("density=moon", "is not one of"),
            ("spectral-norm=maybe", "is not true or false"),
            ("arenas=a,b", "no objective \"a\""),
            (
                "arenas=minimax,minimax,minimax,minimax,minimax",
                "At most 4 arenas",
            ),
            ("lr-g.3=0.1", "no arena 3"),
            ("seed.0=3", "the same for all arenas"),
            ("step=-1", "is not a whole number"),
            ("step=1e12", "beyond 1000000"),
            ("events=5.x", "cannot be read"),
            ("events=5.g-width:3", "cannot be read"),
            ("points=!!!", "not base64url"),
            ("preset=none", "no preset"),
            ("demo=none", "no demo"),
            ("density=drawn", "no points yet"),
        ] {
            let notes = race(query).notes;
            assert!(notes.iter().any(|n| n.contains(part)), "{query}: {notes:?}");
            assert!(notes.iter().all(|n| n.ends_with('.')), "{query}: {notes:?}");
        }
    }

    #[test]
    fn limits_hold_at_their_edges_for_every_number() {
        for control in RACE.controls {
            let (min, max) = match control.kind {
                Kind::Int(min, max, ..) => (min as f64, max as f64),
                Kind::Float(min, max, ..) => (min, max),
                _ => continue,
            };
            for (text, clamped) in [
                (min, false),
                (max, false),
                (min - 1.0, true),
                (max + 1.0, true),
            ] {
                let (_, note) = control.parse(&text.to_string()).unwrap();
                assert_eq!(note.is_some(), clamped, "{} = {text}", control.key);
            }
            assert!(control.parse(&u64::MAX.to_string()).unwrap().1.is_some());
        }
    }

    #[test]
    fn a_long_link_is_refused_at_the_limit() {
        let at = format!("x={}", "y".repeat(QUERY_MAX_BYTES - 2));
        assert!(race(&at).notes[0].contains("no setting"));
        assert!(race(&format!("{at}y")).notes[0].contains("KiB"));
    }

    #[test]
    fn events_survive_a_link_and_change_values() {
        let s = race("events=900.G~500.lr-g.0:0.0005~812.D~500.batch:64&step=1000");
        assert_eq!(
            s.query(1000, &s.events),
            "events=500.lr-g.0:0.0005~500.batch:64~812.D~900.G&step=1000"
        );
        let mut s = s;
        for event in s.events.clone() {
            s.apply(&event.action);
        }
        assert_eq!((s.float("lr-g", 0), s.float("lr-g", 1)), (0.0005, 0.001));
        assert_eq!(s.int("batch", 0), 64);
    }

    /// Any allowed value of a control, as text.
    fn any_value(control: &'static Control) -> BoxedStrategy<String> {
        match control.kind {
            Kind::Choice(choices, _) => prop::sample::select(choices)
                .prop_map(|c| c.id.to_string())
                .boxed(),
            Kind::Int(min, max, ..) => (min..=max).prop_map(|n| n.to_string()).boxed(),
            Kind::Float(min, max, ..) => (min..=max).prop_map(|x| x.to_string()).boxed(),
            Kind::Flag(_) => any::<bool>().prop_map(|b| b.to_string()).boxed(),
        }
    }

    fn any_pair() -> impl Strategy<Value = String> {
        prop::sample::select(RACE.controls.iter().collect::<Vec<_>>()).prop_flat_map(|control| {
            let suffixes = if control.scope == Scope::Arena {
                vec!["", ".0", ".1"]
            } else {
                vec![""]
            };
            (any_value(control), prop::sample::select(suffixes))
                .prop_map(|(value, suffix)| format!("{}{suffix}={value}", control.key))
        })
    }

    proptest! {
        #[test]
        fn links_round_trip(parts in prop::collection::vec(any_pair(), 0..8), preset in 0..RACE.presets.len()) {
            let preset = RACE.presets[preset].id;
            let first = race(&format!("preset={preset}&{}", parts.join("&")));
            let again = race(&first.query(0, &[]));
            prop_assert_eq!(first.to_json(), again.to_json());
            prop_assert_eq!(first.query(0, &[]), again.query(0, &[]));
        }

        #[test]
        fn any_text_resolves_to_settings_within_limits(query in ".{0,300}") {
            let s = race(&query);
            prop_assert!(!s.arenas.is_empty() && s.arenas.len() <= ARENAS_MAX);
            prop_assert!(s.notes.iter().all(|n| n.ends_with('.')));
            let _ = s.to_json();
        }
    }
}
