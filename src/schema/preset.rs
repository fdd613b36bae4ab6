//! Starting points.

use super::Claim;

/// A starting point: settings in the form of a link.
pub struct Preset {
    /// Kebab-case id.
    pub id: &'static str,
    /// Title shown to the user.
    pub title: &'static str,
    /// One sentence.
    pub summary: &'static str,
    /// Settings as in a link, for all arenas or with a suffix for one; `arenas` comes first, where they are not the default ones.
    pub query: &'static str,
    /// Settings for arenas with one objective, by its id.
    pub by_objective: &'static [(&'static str, &'static str)],
    /// What its texts say of the run, as bounds that hold for every seed.
    pub claims: &'static [Claim],
}

impl Preset {
    /// The same with these claims.
    pub const fn claiming(self, claims: &'static [Claim]) -> Self {
        Self { claims, ..self }
    }
}

/// A preset that needs no more than a link.
pub const fn preset(
    id: &'static str,
    title: &'static str,
    summary: &'static str,
    query: &'static str,
) -> Preset {
    Preset {
        id,
        title,
        summary,
        query,
        by_objective: &[],
        claims: &[],
    }
}
