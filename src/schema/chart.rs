//! Charts over steps.

/// A chart over steps.
pub struct Chart {
    /// Kebab-case id.
    pub id: &'static str,
    /// Title shown to the user.
    pub title: &'static str,
    /// Unit of the vertical axis.
    pub unit: &'static str,
    /// What it shows.
    pub help: &'static str,
    /// Measures on it.
    pub columns: &'static [&'static str],
}
