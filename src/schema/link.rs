//! Links: the keys that belong to the page alone, and how long a link may be.

use serde_json::{Value as Json, json};

use crate::limits::STEP_MAX;

/// Longest link hash that is read, in bytes.
pub const QUERY_MAX_BYTES: usize = 8 << 10;

/// Values that a key of the page's own may have.
pub enum Accepts {
    /// Ids with commas between them.
    Ids,
    /// One of these.
    OneOf(&'static [&'static str]),
    /// A word, or a whole number from the first to the second.
    WordOrWithin(&'static str, u32, u32),
}

/// A key of a link that says how something is shown, not what is computed.
pub struct ViewKey {
    /// Its text in a link.
    pub key: &'static str,
    /// Its value where a link has none.
    pub initial: &'static str,
    /// Its other values.
    pub accepts: Accepts,
}

/// Keys of links that belong to the page alone.
pub static VIEW_KEYS: [ViewKey; 7] = [
    view("views", "field,real,fakes", Accepts::Ids),
    view("charts", "all", Accepts::Ids),
    view("theme", "auto", Accepts::OneOf(&["auto", "light", "dark"])),
    view("lang", "auto", Accepts::OneOf(&["auto", "de", "en"])),
    view("speed", "fit", Accepts::WordOrWithin("fit", 1, 1000)),
    view(
        "stop",
        "never",
        Accepts::WordOrWithin("never", 1, STEP_MAX as u32),
    ),
    view("device", "auto", Accepts::OneOf(&["auto", "cpu", "webgpu"])),
];

/// Initial values on the lab's page: a figure is watched step by step, and too small for a GPU.
pub const LAB_VIEW: [(&str, &str); 2] = [("speed", "1"), ("device", "cpu")];

const fn view(key: &'static str, initial: &'static str, accepts: Accepts) -> ViewKey {
    ViewKey {
        key,
        initial,
        accepts,
    }
}

/// What a short link has instead of everything else.
pub const SHORT_KEY: &str = "q";

/// Length and checksum of a link, which the page alone writes and reads.
const SUM_KEY: &str = "sum";

/// Whether a key of a link is none of a run's: one of the page's own, or the version that old links carry.
pub fn is_of_page(key: &str) -> bool {
    key == "v" || key == SUM_KEY || VIEW_KEYS.iter().any(|view| view.key == key)
}

impl ViewKey {
    /// `{initial, choices?, within?}`; a key without choices takes ids.
    pub fn json(&self) -> Json {
        match self.accepts {
            Accepts::Ids => json!({"initial": self.initial}),
            Accepts::OneOf(choices) => json!({"initial": self.initial, "choices": choices}),
            Accepts::WordOrWithin(word, low, high) => {
                json!({"initial": self.initial, "choices": [word], "within": [low, high]})
            }
        }
    }
}
