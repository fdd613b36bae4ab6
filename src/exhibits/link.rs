//! Links of exhibits: one parser bounds every input, and writes every link.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::exhibit::{Exhibit, Setting};
use crate::limits::{bound_notes, excerpt};
use crate::schema::{Control, QUERY_MAX_BYTES, Value, is_of_page};

/// Characters of lists beside letters and digits.
const LIST_MARKS: &str = ".,;:-_/";
/// Highest index of a sample on a wall.
const INDEX_MAX: u64 = 9_999;
/// Most letters that samples stand for.
pub const LETTERS: usize = 4;

/// Settings of a link.
#[derive(Clone, Debug, Default)]
pub struct Resolved {
    /// What differs from the defaults.
    pub values: BTreeMap<&'static str, Json>,
    /// What could not be taken as it was.
    pub notes: Vec<String>,
}

/// Every setting of a link, defaults included.
#[derive(Clone, Debug)]
pub struct Values(BTreeMap<&'static str, Json>);

/// A sample of a wall: its seed and its index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pick {
    /// Seed of the wall.
    pub seed: u64,
    /// Index on it.
    pub index: u64,
}

impl Exhibit {
    /// Values of a link, and sentences about what could not be used.
    pub fn resolve(&self, query: &str) -> Resolved {
        let mut out = Resolved::default();
        if query.len() > QUERY_MAX_BYTES {
            out.notes.push(format!(
                "The link is {} KiB long; at most {} KiB are read. The defaults are used.",
                query.len() >> 10,
                QUERY_MAX_BYTES >> 10
            ));
        } else {
            let query = query.trim_start_matches(['#', '?']);
            for (key, value) in form_urlencoded::parse(query.as_bytes()) {
                self.take(&key, &value, &mut out);
            }
        }
        bound_notes(&mut out.notes);
        out
    }

    fn take(&self, key: &str, text: &str, out: &mut Resolved) {
        let setting = self.settings().into_iter().find(|s| s.key() == key);
        match (key, setting) {
            ("demo", _) => {}
            ("weights", _) => {
                let known = self.weights.iter().map(|w| w.id);
                take_id("weights", "Weights", known.collect(), text, out);
            }
            ("view", _) => {
                let known = self.views.iter().map(|v| v.id);
                take_id("view", "View", known.collect(), text, out);
            }
            (_, Some(Setting::Control(control))) => take_value(control, text, out),
            (_, Some(Setting::Text(list))) => {
                let plain = |c: char| c.is_ascii_alphanumeric() || LIST_MARKS.contains(c);
                if text.len() > list.max || !text.chars().all(plain) {
                    out.notes.push(format!(
                        "{} \"{}\" cannot be read; it was left out.",
                        list.label,
                        excerpt(text)
                    ));
                } else if !text.is_empty() {
                    out.values.insert(list.key, text.into());
                }
            }
            _ if is_of_page(key) => {}
            _ => out.notes.push(format!(
                "There is no setting \"{}\"; it was left out.",
                excerpt(key)
            )),
        }
    }

    /// Every setting, defaults included.
    pub fn values(&self, resolved: &Resolved) -> Values {
        let mut all: BTreeMap<&'static str, Json> = self
            .settings()
            .into_iter()
            .map(|setting| match setting {
                Setting::Control(control) => (control.key, control.default_value().into()),
                Setting::Text(text) => (text.key, "".into()),
            })
            .collect();
        all.insert("weights", self.weights[0].id.into());
        all.insert("view", self.views[0].id.into());
        all.extend(resolved.values.iter().map(|(k, v)| (*k, v.clone())));
        Values(all)
    }
}

/// One of `ids`, of which the first is the default.
fn take_id(key: &'static str, label: &str, ids: Vec<&'static str>, text: &str, out: &mut Resolved) {
    match ids.iter().position(|id| *id == text) {
        Some(0) => {
            out.values.remove(key);
        }
        Some(at) => {
            out.values.insert(key, ids[at].into());
        }
        None => out.notes.push(format!(
            "{label} \"{}\" is not one of {}; it was left out.",
            excerpt(text),
            ids.join(", ")
        )),
    }
}

fn take_value(control: &'static Control, text: &str, out: &mut Resolved) {
    match control.parse(text) {
        Ok((value, note)) => {
            out.notes.extend(note);
            if value == control.default_value() {
                out.values.remove(control.key);
            } else {
                out.values.insert(control.key, Json::from(value));
            }
        }
        Err(sentence) => out.notes.push(sentence),
    }
}

impl Resolved {
    /// The link's query, in the order of keys.
    pub fn query(&self) -> String {
        let mut out = form_urlencoded::Serializer::new(String::new());
        for (key, value) in &self.values {
            match value.as_str() {
                Some(text) => out.append_pair(key, text),
                None => out.append_pair(key, &value.to_string()),
            };
        }
        // These are plain in a fragment, and a link is for people too.
        out.finish()
            .replace("%2C", ",")
            .replace("%3A", ":")
            .replace("%3B", ";")
            .replace("%2F", "/")
    }
}

impl Values {
    /// All of them, as JSON.
    pub fn to_json(&self) -> Json {
        let all = self.0.iter();
        all.map(|(key, value)| (key.to_string(), value.clone()))
            .collect::<serde_json::Map<_, _>>()
            .into()
    }

    fn get(&self, key: &str) -> &Json {
        self.0.get(key).expect("a key of the row")
    }

    /// A whole number.
    pub fn int(&self, key: &str) -> u64 {
        self.get(key).as_u64().expect("a whole number")
    }

    /// A number.
    pub fn float(&self, key: &str) -> f64 {
        self.get(key).as_f64().expect("a number")
    }

    /// A switch.
    pub fn flag(&self, key: &str) -> bool {
        self.get(key) == &Json::from(Value::Flag(true))
    }

    /// A choice or a list.
    pub fn text(&self, key: &str) -> &str {
        self.get(key).as_str().expect("a text")
    }

    /// Numbers of a list, if it has `n` of them.
    pub fn numbers(&self, key: &str, n: usize) -> Option<Vec<f32>> {
        let numbers: Result<Vec<f32>, _> = self.text(key).split(',').map(str::parse).collect();
        numbers
            .ok()
            .filter(|v| v.len() == n && v.iter().all(|v| v.is_finite()))
    }

    /// Names with amounts, as `id:amount` separated by commas; what cannot be read is left out.
    pub fn amounts(&self, key: &str) -> Vec<(&str, f32)> {
        let parts = self.text(key).split(',');
        let pairs = parts.filter_map(|part| part.rsplit_once(':'));
        pairs
            .filter_map(|(id, amount)| Some((id, amount.parse().ok()?)))
            .filter(|(_, amount): &(_, f32)| amount.is_finite())
            .collect()
    }

    /// Samples that stand for letters: `index` or `seed:index`, separated by commas. Without a semicolon each entry is one letter's; with
    /// semicolons each part is a letter's set. `default` is read where there are none.
    pub fn picks(&self, key: &str, default: &str) -> Vec<Vec<Pick>> {
        let seed = self.int("seed");
        let text = Some(self.text(key)).filter(|text| !text.is_empty());
        let text = text.unwrap_or(default);
        let pick = |part: &str| {
            let (own, index) = part.split_once(':').unwrap_or(("", part));
            let seed = if own.is_empty() {
                seed
            } else {
                own.parse::<u32>().ok()?.into()
            };
            let index = index.parse().ok().filter(|i| *i <= INDEX_MAX)?;
            Some(Pick { seed, index })
        };
        let list = |part: &str| part.split(',').filter_map(pick).collect::<Vec<_>>();
        let mut sets: Vec<Vec<Pick>> = if text.contains(';') {
            text.split(';').map(list).collect()
        } else {
            list(text).into_iter().map(|pick| vec![pick]).collect()
        };
        sets.resize(LETTERS, vec![]);
        sets
    }
}

#[cfg(test)]
mod tests {
    use super::super::{EXHIBITS, exhibit};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_link_says_only_what_differs_and_comes_back_the_same() {
        let row = exhibit("dcgan").expect("in the table");
        let found = row.resolve("#seed=7&count=64&picks=3,9:4;1&time=2.5");
        assert_eq!(found.notes, [""; 0]);
        assert_eq!(found.query(), "picks=3,9:4;1&seed=7&time=2.5");
        assert_eq!(row.values(&found).int("count"), 64);
        assert_eq!(row.resolve(&found.query()).values, found.values);
        let pick = |seed, index| Pick { seed, index };
        let sets = row.values(&found).picks("picks", "");
        assert_eq!(
            sets,
            [
                vec![pick(7, 3), pick(9, 4)],
                vec![pick(7, 1)],
                vec![],
                vec![]
            ]
        );
    }

    #[test]
    fn what_cannot_be_used_gets_a_sentence() {
        let row = exhibit("vae").expect("in the table");
        for bad in [
            "weights=none",
            "view=none",
            "side=1e9",
            "colour=red",
            "z=<b>",
            "seed=NaN",
        ] {
            let found = row.resolve(bad);
            assert_eq!(found.notes.len(), 1, "{bad}: {:?}", found.notes);
            assert!(found.notes[0].ends_with('.'));
        }
        let long = row.resolve(&"a".repeat(QUERY_MAX_BYTES + 1));
        assert_eq!(long.values.len(), 0);
        let many = row.resolve(&"a&".repeat(QUERY_MAX_BYTES / 2));
        assert!(many.notes.len() < 20, "{} notes", many.notes.len());
    }

    proptest! {
        #[test]
        fn any_text_resolves(query in ".{0,300}") {
            for row in EXHIBITS {
                let found = row.resolve(&query);
                prop_assert_eq!(&row.resolve(&found.query()).values, &found.values);
                let values = row.values(&found);
                if row.settings().iter().any(|s| s.key() == "picks") {
                    prop_assert!(values.picks("picks", "0,1").len() >= LETTERS);
                }
            }
        }
    }
}
