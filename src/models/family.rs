//! A family of models: what a card says of one, the bounds of what it says, and the networks that this makes.
//!
//! Each family implements [`Family`] beside its networks (`models/x.rs`); the list of them is in `weights/family.rs`.

use std::fmt::Debug;

use burn::tensor::{Device, Tensor};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::cpu::inference::Inference;
use super::network::{Architecture, Forward, Network, State};

/// Most trained parameters of one network.
const PARAMETERS_MAX: usize = 16 << 20;

/// What a card says of a model of one family. It comes from outside: [`Family::check`] bounds its numbers before anything is made of them.
pub trait Family: Clone + Debug + PartialEq + Serialize + DeserializeOwned + 'static {
    /// Its name on cards, kebab-case.
    const ID: &'static str;
    /// Its networks, each a `T`.
    type Networks<T>;

    /// Whether all numbers are in bounds.
    ///
    /// # Errors
    /// A sentence that names the number.
    fn check(&self) -> Result<(), String>;

    /// Names and layers of the networks, for a model that [`Family::check`] accepts. The names begin those of the tensors in the weights file.
    fn architectures(&self) -> Vec<(&'static str, Architecture)>;

    /// Channels, height and width of its images.
    fn image_shape(&self) -> [usize; 3];

    /// The model of its networks. `next` makes them in the order of [`Family::architectures`]; it takes the shape of the network's input.
    fn assemble<T>(&self, next: impl FnMut([usize; 3]) -> T) -> Self::Networks<T>;

    /// The networks with their names.
    ///
    /// # Errors
    /// A sentence when a number is out of bounds or a network too large to be one of ours.
    fn parts(&self) -> Result<Vec<(&'static str, Architecture)>, String> {
        self.check()?;
        let parts = self.architectures();
        for (name, part) in &parts {
            if part.parameters() > PARAMETERS_MAX {
                return Err(format!(
                    "The card's {name} has {} parameters; at most {PARAMETERS_MAX} are read.",
                    part.parameters()
                ));
            }
        }
        Ok(parts)
    }

    /// The model with `states`, one per network, each made by `make` of its layers, its values and the shape of its input:
    /// [`on_device`] or [`to_draw`].
    ///
    /// # Errors
    /// A sentence when the model is out of bounds.
    ///
    /// # Panics
    /// If there are fewer states than networks.
    fn open<T>(
        &self,
        states: &[State],
        make: impl Fn(&Architecture, &State, [usize; 3]) -> T,
    ) -> Result<Self::Networks<T>, String> {
        let parts = self.parts()?;
        let mut parts = parts.iter().zip(states);
        Ok(self.assemble(|input| {
            let ((_, architecture), state) = parts.next().expect("a state per network");
            make(architecture, state, input)
        }))
    }
}

/// Networks on a device, as training and measuring use them.
pub fn on_device(device: &Device) -> impl Fn(&Architecture, &State, [usize; 3]) -> Network {
    let device = device.clone();
    move |architecture, state, _| {
        let [parameters, statistics] = state.to_device(&device);
        architecture.with(&parameters, &statistics)
    }
}

/// Networks that only draw: by burn on a GPU, and by the CPU kernels without.
pub fn to_draw(device: &Device) -> impl Fn(&Architecture, &State, [usize; 3]) -> Box<dyn Forward> {
    let device = device.clone();
    move |architecture, state, input| {
        // A module without WebGPU need not hold burn's way of everything.
        #[cfg(feature = "gpu")]
        if device != crate::device::cpu() {
            return Box::new(on_device(&device)(architecture, state, input));
        }
        let _ = &device;
        Box::new(Inference::new(architecture, state, input))
    }
}

/// A model that draws pictures from latents.
pub trait FromLatents {
    /// Size of z.
    fn latent(&self) -> usize;

    /// Labels that a picture is drawn for; 0 where it takes none.
    fn labels(&self) -> usize {
        0
    }

    /// Pictures in [0, 1].
    ///
    /// # Shapes
    /// - z: `[batch, latent]`
    /// - label: `[batch, labels, 1, 1]`, one-hot, where the model takes labels
    /// - returns: `[batch, channels, height, width]`
    fn pictures(&self, z: Tensor<2>, label: Option<Tensor<4>>) -> Tensor<4>;
}

/// The shape of a vector of `n` numbers, as input of a network.
pub const fn vector(n: usize) -> [usize; 3] {
    [n, 1, 1]
}

/// Whether a number of a card is from 1 to `most`.
///
/// # Errors
/// A sentence that names it.
pub fn within(what: &str, value: usize, most: usize) -> Result<(), String> {
    if (1..=most).contains(&value) {
        Ok(())
    } else {
        Err(format!(
            "The card's {what} is {value}; it must be from 1 to {most}."
        ))
    }
}

/// Whether images of a card have a size that can be halved so often.
///
/// # Errors
/// A sentence that names the number.
pub fn check_image(colours: usize, side: usize, halvings: usize) -> Result<(), String> {
    within("number of colours", colours, 4)?;
    within("image side", side, 256)?;
    within("number of halvings", halvings, 8)?;
    within("smallest side", side >> halvings, 64)?;
    if side.is_multiple_of(1 << halvings) {
        Ok(())
    } else {
        Err(format!(
            "The card's side {side} cannot be halved {halvings} times."
        ))
    }
}
