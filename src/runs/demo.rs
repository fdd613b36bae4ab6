//! One demo that trains: its row, which everything else reads.

use super::Open;
use crate::objectives::adversarial::Objective;
use crate::schema::{Chart, Control, Preset};

/// One demo.
pub struct Demo {
    /// Kebab-case id, the same in links and on the command line.
    pub id: &'static str,
    /// Title shown to the user.
    pub title: &'static str,
    /// One sentence.
    pub summary: &'static str,
    /// Starting points, the default first.
    pub presets: &'static [Preset],
    /// Everything that can be set.
    pub controls: &'static [Control],
    /// The objectives that an arena can have; none where there are no arenas to choose.
    pub objectives: &'static [Objective],
    /// Names of the measures in a row of [`crate::runs::Row`].
    pub columns: &'static [&'static str],
    /// What is charted over steps.
    pub charts: &'static [Chart],
    /// Starts it.
    pub open: Open,
}

/// The demo of a link that names none.
pub const START: &str = "race";

impl Demo {
    /// The control with this key.
    pub fn control(&self, key: &str) -> Option<&'static Control> {
        self.controls.iter().find(|c| c.key == key)
    }
}
