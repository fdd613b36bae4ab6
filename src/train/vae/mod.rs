//! Training of variational autoencoders: Adam on the (beta-weighted) bound with one sample per image.

mod measure;

use burn::tensor::{Device, Tensor, activation};

use crate::data::images::ImageSet;
use crate::models::labels::one_hot;
use crate::models::mlp::matrix;
use crate::models::network::{Architecture, Init, Network, State};
use crate::models::vae::{Vae, VaeConfig, VaeModel};
use crate::objectives::variational::{Elbo, bernoulli_log_likelihood, kl};
use crate::rng::{self, Purpose, stream};
use crate::runs::optimiser::Rates;
use crate::train::data::{self, Data};
use crate::train::evaluate::{Evaluation, Settings};
use crate::train::files::Shipped;
use crate::train::recipe::Recipe;
use crate::train::{Start, Task, Train, Trained, samples, scalar};
use crate::weights::ModelConfig;

const LR: f64 = 2e-3;
const PREVIEW: usize = 32;

/// Hyperparameters of an autoencoder.
#[derive(Clone, Copy, Debug)]
pub struct VaeTraining {
    /// Size of z.
    pub latent: usize,
    /// Weight of the KL term; none for a plain autoencoder.
    pub beta: Option<f64>,
    /// Whether it sees labels.
    pub conditional: bool,
    /// Channels after the first convolution.
    pub channels: usize,
    /// Features between convolutions and latent.
    pub features: usize,
    /// How often the side is halved.
    pub halvings: usize,
    /// Updates over which the learning rate falls to half.
    pub half_life: f64,
}

impl Train for VaeTraining {
    fn config(&self, recipe: &Recipe, data: &ImageSet) -> Result<ModelConfig, String> {
        recipe.check_halvings(self.halvings, data)?;
        let networks = VaeConfig {
            latent: self.latent,
            channels: self.channels,
            features: self.features,
            colours: data.channels,
            side: data.height,
            halvings: self.halvings,
            labels: recipe.labels(self.conditional, data)?,
        };
        let beta = self.beta;
        Ok(VaeModel { networks, beta }.into())
    }

    fn task(&self, start: &Start) -> Box<dyn Task> {
        let VaeModel { networks, beta } = *start.model();
        let task = VaeTask::new(networks, beta, self.half_life, start.seed, start.device);
        Box::new(task)
    }

    fn judged(&self, data: &ImageSet) -> bool {
        self.beta.is_some() && (data.attributes.is_some() || data.labels.is_some())
    }

    fn measure(
        &self,
        shipped: &Shipped,
        data: &Data,
        settings: &Settings,
    ) -> Result<Evaluation, String> {
        let model = shipped.open::<VaeModel>(&settings.device)?;
        let mut out = Evaluation::default();
        measure::reconstruction(&mut out, &model, data, &settings.device);
        if model.model.beta.is_some() {
            measure::bound(&mut out, &model, data, settings);
            let judge = (shipped.card.data.name.as_str(), self.judged(&data.images));
            samples::measure(&mut out, &model, judge, data, settings)?;
        }
        if model.model.networks.latent == 2 {
            out.codes = Some(measure::codes(&model, data, &settings.device));
        }
        if data.images.attributes.is_some() {
            out.directions = measure::encoded_directions(&model, data, &settings.device);
        }
        Ok(out)
    }

    fn sample(
        &self,
        shipped: &Shipped,
        n: usize,
        seed: u64,
        device: &Device,
    ) -> Result<Tensor<4>, String> {
        let model = shipped.open::<VaeModel>(device)?;
        Ok(samples::sheet(&model, n, seed, device))
    }
}

/// A variational autoencoder in training; a plain one without beta.
pub struct VaeTask {
    device: Device,
    seed: u64,
    config: VaeConfig,
    beta: Option<f64>,
    half_life: f64,
    nets: Vae<Architecture>,
    trained: Vae<Trained>,
}

impl VaeTask {
    /// An autoencoder with fresh weights; `half_life` in updates, of the learning rate.
    pub fn new(
        config: VaeConfig,
        beta: Option<f64>,
        half_life: f64,
        seed: u64,
        device: &Device,
    ) -> Self {
        let nets = config.architectures();
        let mut part = 0;
        let trained = nets.map(|net| {
            let state = net.init(Init::He, &mut stream(seed, Purpose::InitGenerator, part));
            part += 1;
            Trained::new(&state, device)
        });
        Self {
            device: device.clone(),
            seed,
            config,
            beta,
            half_life,
            nets,
            trained,
        }
    }

    fn network(&self, tracked: bool) -> Vae<Network> {
        let bind = |net: &Architecture, trained: &Trained| {
            let network = net.with(&trained.parameters, &trained.statistics);
            if tracked { network.tracked() } else { network }
        };
        Vae {
            trunk: bind(&self.nets.trunk, &self.trained.trunk),
            head: bind(&self.nets.head, &self.trained.head),
            decoder: bind(&self.nets.decoder, &self.trained.decoder),
        }
    }

    fn batch(&self, data: &ImageSet, indices: &[usize]) -> (Tensor<4>, Option<Tensor<4>>) {
        batch(&self.config, data, indices, &self.device)
    }
}

/// Images in [0, 1] and their one-hot labels, where the model takes labels.
pub fn batch(
    config: &VaeConfig,
    data: &ImageSet,
    indices: &[usize],
    device: &Device,
) -> (Tensor<4>, Option<Tensor<4>>) {
    let x = data::tensor(data, indices, device);
    let label = (config.labels > 0).then(|| {
        let labels = data.labels.as_ref().expect("the recipe asks for labels");
        let rows = indices.iter().map(|&i| usize::from(labels[i]));
        one_hot(rows, config.labels, device)
    });
    (x, label)
}

impl Task for VaeTask {
    fn losses(&self) -> &'static [&'static str] {
        &["loss", "reconstruction", "kl"]
    }

    fn step(&mut self, step: u64, data: &ImageSet, indices: &[usize]) -> Vec<f64> {
        let (x, label) = self.batch(data, indices);
        let n = indices.len();
        let (x, label) = (x.autodiff(), label.map(Tensor::autodiff));
        let network = self.network(true);
        let posterior = network.encode(x.clone(), label.clone());
        let z = match self.beta {
            Some(_) => {
                let eps = rng::normal(
                    &mut stream(self.seed, Purpose::NoisePosterior, step),
                    n * self.config.latent,
                );
                posterior.sample(matrix(eps, self.config.latent, &self.device).autodiff())
            }
            None => posterior.mean.clone(),
        };
        let logits = network.decode(z, label);
        let elbo = Elbo {
            log_likelihood: bernoulli_log_likelihood(x, logits),
            kl: kl(&posterior).sum_dim(1).squeeze_dim::<1>(1),
        };
        let loss = elbo.loss(self.beta.unwrap_or(0.0));
        let mut grads = loss.backward();
        let rates = Rates {
            lr: LR * 0.5f64.powf(step as f64 / self.half_life),
            beta1: 0.9,
            beta2: 0.999,
        };
        for (network, trained) in [
            (&network.trunk, &mut self.trained.trunk),
            (&network.head, &mut self.trained.head),
            (&network.decoder, &mut self.trained.decoder),
        ] {
            let gradient = network.gradients(&mut grads);
            trained.parameters =
                trained
                    .optimiser
                    .step(rates, trained.parameters.clone(), gradient);
        }
        vec![
            scalar(loss.inner()),
            -scalar(elbo.log_likelihood.mean().inner()),
            scalar(elbo.kl.mean().inner()),
        ]
    }

    fn state(&self) -> Vec<Vec<f32>> {
        self.trained
            .parts()
            .iter()
            .flat_map(|t| t.vectors())
            .collect()
    }

    fn restore(&mut self, state: Vec<Vec<f32>>, steps: u64) {
        let mut state = state.into_iter();
        self.trained.trunk.restore(&mut state, steps);
        self.trained.head.restore(&mut state, steps);
        self.trained.decoder.restore(&mut state, steps);
    }

    fn preview(&self, data: &ImageSet, validation: &[usize]) -> (Tensor<4>, usize) {
        // Rows of eight: images, their reconstructions, samples from the prior.
        let shown = &validation[..PREVIEW.min(validation.len())];
        let (x, label) = self.batch(data, shown);
        let network = self.network(false);
        let mean = network.encode(x.clone(), label.clone()).mean;
        let again = activation::sigmoid(network.decode(mean, label.clone()));
        let z = rng::normal(
            &mut stream(self.seed, Purpose::View, 0),
            shown.len() * self.config.latent,
        );
        let z = matrix(z, self.config.latent, &self.device);
        let samples = activation::sigmoid(network.decode(z, label));
        (Tensor::cat(vec![x, again, samples], 0), 8)
    }

    fn weights(&self) -> Vec<State> {
        self.trained.parts().iter().map(|t| t.host()).collect()
    }
}
