//! Finished models that a page explores: a row each, and how they answer.

pub mod conditional;
pub mod dcgan;
pub mod exhibit;
pub mod explore;
pub mod grids;
pub mod latents;
pub mod link;
mod opening;
pub mod painter;
pub mod pix2pix;
pub mod pixelcnn;
pub mod pixels;
pub mod table;
pub mod vae;
mod walls;

use exhibit::Exhibit;

/// Every exhibit, in the order in which pages list them.
pub const EXHIBITS: &[Exhibit] = &[
    dcgan::ROW,
    conditional::ROW,
    vae::ROW,
    pixelcnn::ROW,
    pix2pix::ROW,
];

/// The exhibit with this id.
pub fn exhibit(id: &str) -> Option<&'static Exhibit> {
    EXHIBITS.iter().find(|row| row.id == id)
}
