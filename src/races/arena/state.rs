//! The numbers of an arena: its weights as a file has them, and everything that a snapshot keeps.

use burn::tensor::Tensor;

use super::Arena;
use crate::models::mlp::matrix;
use crate::runs::learner::Learner;

impl<const ALL: bool> Arena<ALL> {
    /// Both networks as they act, named and shaped as in a PyTorch `Sequential` of linear layers and activations:
    /// `generator.0.weight` is `[outputs, inputs]`, `generator.0.bias` is `[outputs]`.
    pub fn weights(&self) -> Vec<(String, Vec<usize>, Tensor<1>)> {
        let networks = [
            ("generator", &self.generator.network),
            ("discriminator", &self.acting),
        ];
        let decoder = self.decoder.iter().map(|d| ("decoder", &d.network));
        let mut found = vec![];
        for (name, network) in networks.into_iter().chain(decoder) {
            for (at, layer) in network.layers.iter().enumerate() {
                let [inputs, outputs] = layer.weight.dims();
                let weight = layer.weight.clone().transpose().reshape([-1]);
                found.push((
                    format!("{name}.{}.weight", 2 * at),
                    vec![outputs, inputs],
                    weight,
                ));
                found.push((
                    format!("{name}.{}.bias", 2 * at),
                    vec![outputs],
                    layer.bias.clone().reshape([-1]),
                ));
            }
        }
        found
    }

    /// Every number that training depends on, in a fixed order.
    pub fn state(&self) -> Vec<Tensor<1>> {
        let mut state = self.generator.state();
        state.extend(self.discriminator.state());
        state.extend(self.decoder.iter().flat_map(Learner::state));
        state.extend(self.directions.iter().map(|u| u.clone().reshape([-1])));
        state.extend(self.balance.iter().map(|b| Tensor::cat(b.to_vec(), 0)));
        state
    }

    /// Replaces the state by host vectors in the order of [`Self::state`]; `updates` are those of the
    /// discriminator and of the generator.
    ///
    /// # Errors
    /// A sentence when a vector is missing or has another length; the arena is then of no use.
    pub fn restore(
        &mut self,
        vectors: &mut impl Iterator<Item = Vec<f32>>,
        updates: [u64; 2],
    ) -> Result<(), String> {
        let device = self.generator.parameters.device();
        self.generator.restore(vectors, updates[1])?;
        self.discriminator.restore(vectors, updates[0])?;
        if let Some(decoder) = &mut self.decoder {
            decoder.restore(vectors, updates[0])?;
        }
        for u in &mut self.directions {
            let new = vectors.next().filter(|new| new.len() == u.dims()[1]);
            let new = new.ok_or("The saved state does not fit these networks.")?;
            *u = matrix(new, u.dims()[1], &device);
        }
        if let Some(balance) = &mut self.balance {
            let new = vectors.next().and_then(|new| new.try_into().ok());
            let new: [f32; 3] = new.ok_or("The saved state does not fit these networks.")?;
            *balance = new.map(|value| Tensor::from_floats([value], &device));
        }
        [self.discriminator_updates, self.generator_updates] = updates;
        self.refresh();
        Ok(())
    }
}
