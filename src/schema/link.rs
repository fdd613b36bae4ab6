//! Links: the keys that belong to the page alone, and how long a link may be.

/// Query keys that belong to the page alone.
pub const VIEW_KEYS: &[&str] = &["views", "charts", "theme", "speed", "device", "v"];
/// Longest link hash that is read, in bytes.
pub const QUERY_MAX_BYTES: usize = 8 << 10;
