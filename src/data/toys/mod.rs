//! Points in the plane: densities with exact masses, and those of a user.

pub mod density;
pub mod points;
pub mod table;
