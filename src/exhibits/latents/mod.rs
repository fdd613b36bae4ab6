//! Explorers of trained image models: latents in, pictures and numbers out.
//!
//! Unlike a training session these hold no state but the weights: a request says everything, so any of them can be dropped,
//! repeated, or sent to another device.

mod answer;
mod pictures;
mod posterior;
mod requests;
#[cfg(test)]
mod tests;
mod walks;

pub(crate) use answer::floats;
pub use answer::{Answer, Content};
pub(super) use answer::{asked, byte, flat, rgba, within};
pub(super) use posterior::Seen;
pub use requests::Request;
pub use walks::Path;

use burn::tensor::{Device, Tensor};
use serde_json::{Value as Json, json};

use super::explore::{self, Ask, Explore};
use super::{dcgan, vae};
use crate::models::dcgan::{Dcgan, DcganModel};
use crate::models::family::{Family, FromLatents, to_draw};
use crate::models::network::{Forward, State};
use crate::models::vae::{Autoencoder, VaeModel};
use crate::runs::LocalFuture;
use crate::weights::{Card, Codes};

/// Most latents of a request.
const COUNT_MAX: usize = 1_024;

/// Most pictures of a request, so that none keeps a device busy for long.
const PICTURES_MAX: usize = 256;

/// A trained model that answers requests.
pub struct Explorer {
    pub(super) card: Card,
    device: Device,
    pub(super) latent: usize,
    shape: [usize; 3],
    pub(super) layers: Vec<String>,
    model: Model,
    /// Further weights, for views that compare.
    pub(super) beside: Vec<Explorer>,
}

/// Models that this explorer can open.
enum Model {
    Dcgan(Dcgan<Box<dyn Forward>>),
    Vae(Autoencoder<Box<dyn Forward>>),
}

impl Model {
    fn open(card: &Card, states: &[State], device: &Device) -> Result<Self, String> {
        if let Some(model) = card.config.of::<DcganModel>() {
            model.open(states, to_draw(device)).map(Self::Dcgan)
        } else if let Some(model) = card.config.of::<VaeModel>() {
            model.open(states, to_draw(device)).map(Self::Vae)
        } else {
            Err(format!("{} draws no pictures from latents.", card.id))
        }
    }

    fn draws(&self) -> &dyn FromLatents {
        match self {
            Self::Dcgan(model) => model,
            Self::Vae(model) => model,
        }
    }
}

impl Explorer {
    /// Opens weights.
    ///
    /// # Errors
    /// A sentence when the card or the file cannot be used.
    pub fn new(card: Card, states: &[State], device: Device) -> Result<Self, String> {
        let model = Model::open(&card, states, &device)?;
        let latent = model.draws().latent();
        let shape = card.config.image_shape();
        if card.directions.iter().any(|d| d.vector.len() != latent) {
            return Err(format!(
                "A direction on the card of {} has a wrong length.",
                card.id
            ));
        }
        let whole = |codes: &Codes| codes.points.len() == latent * codes.labels.len();
        if !card.codes.as_ref().is_none_or(whole) {
            return Err(format!(
                "The codes on the card of {} are not as many as their labels.",
                card.id
            ));
        }
        let mut explorer = Self {
            card,
            device,
            latent,
            shape,
            layers: vec![],
            model,
            beside: vec![],
        };
        explorer.layers = explorer.layer_names();
        Ok(explorer)
    }

    fn layer_names(&self) -> Vec<String> {
        let Model::Dcgan(Dcgan { generator, .. }) = &self.model else {
            return vec![];
        };
        let z = Tensor::zeros([1, self.latent, 1, 1], &self.device);
        let name = |t: &Tensor<4>| {
            let [_, channels, height, width] = t.dims();
            format!("{height} x {width}, {channels} channels")
        };
        generator.activations(z).iter().map(name).collect()
    }

    /// What the page needs to know.
    pub fn describe(&self) -> Json {
        let (labels, beta) = match &self.model {
            Model::Vae(vae) => (&self.card.labels[..], vae.model.beta),
            Model::Dcgan(_) => (&[][..], None),
        };
        let directions = self.card.directions.iter();
        json!({
            "model": self.card.config.family(),
            "latent": self.latent,
            "shape": self.shape,
            "parameters": self.card.parameters,
            "labels": if labels.is_empty() { Json::Null } else { json!(labels) },
            "conditional": self.model.draws().labels() > 0,
            "beta": beta,
            "layers": self.layers,
            "directions": directions.map(|d| json!({"id": d.id, "title": d.title, "kind": d.kind})).collect::<Vec<_>>(),
            "codes": self.card.codes,
        })
    }
}

impl Explore for Explorer {
    fn describe(&self) -> Json {
        Explorer::describe(self)
    }

    fn suits(&self, view: &str) -> bool {
        match view {
            "labels" => self.model.draws().labels() > 0,
            "attributes" => !self.card.directions.is_empty(),
            _ => true,
        }
    }

    fn add(&mut self, card: Card, states: Vec<State>) -> Result<(), String> {
        let added = Self::new(card, &states, self.device.clone())?;
        self.beside.retain(|one| one.card.id != added.card.id);
        self.beside.push(added);
        Ok(())
    }

    fn answer<'a>(&'a mut self, ask: Ask<'a>) -> LocalFuture<'a, Result<explore::Content, String>> {
        Box::pin(async move {
            match self.vae() {
                Ok(_) => vae::answer(self, ask).await,
                Err(_) => dcgan::answer(self, ask).await,
            }
        })
    }

    fn run<'a>(
        &'a mut self,
        request: &'a str,
        values: Vec<f32>,
    ) -> LocalFuture<'a, Result<Answer, String>> {
        match asked(request) {
            Ok(request) => Explorer::run(self, request, values),
            Err(sentence) => Box::pin(async { Err(sentence) }),
        }
    }
}
