//! Training of the attribute classifier: Adam on the sum of the attributes' cross entropies.

use burn::tensor::{Device, Int, Tensor, TensorData, activation};

use super::{Task, Trained, host, scalar};
use crate::data::images::ImageSet;
use crate::models::classifier::ClassifierConfig;
use crate::models::network::{Architecture, Forward, Init, Network, State, images};
use crate::rng::{Purpose, stream};
use crate::runs::optimiser::Rates;

const LR: f64 = 1e-3;
/// Updates over which the learning rate falls to half.
const HALF_LIFE: f64 = 1_000.0;

/// A classifier in training.
pub struct ClassifierTask {
    device: Device,
    config: ClassifierConfig,
    nets: [Architecture; 2],
    trunk: Trained,
    head: Trained,
}

impl ClassifierTask {
    /// A classifier with fresh weights.
    pub fn new(config: ClassifierConfig, seed: u64, device: &Device) -> Self {
        let nets = [config.trunk(), config.head()];
        let fresh = |net: &Architecture, part| {
            let state = net.init(
                Init::He,
                &mut stream(seed, Purpose::InitDiscriminator, part),
            );
            Trained::new(&state, device)
        };
        Self {
            device: device.clone(),
            trunk: fresh(&nets[0], 0),
            head: fresh(&nets[1], 1),
            nets,
            config,
        }
    }
}

/// Category of every attribute of an image, in the order of the config; none where the classifier has not met it. Categories go by name:
/// another folder of the same kind may lack some, and then counts the rest otherwise.
pub fn targets(config: &ClassifierConfig, data: &ImageSet, i: usize) -> Vec<Option<usize>> {
    match (&data.attributes, &data.labels) {
        (Some(found), _) => config
            .attributes
            .iter()
            .map(|(name, categories)| {
                let column = found.names.iter().position(|n| n == name)?;
                let value = &found.values[column][usize::from(found.codes[i][column])];
                categories.iter().position(|c| c == value)
            })
            .collect(),
        (None, Some(labels)) => vec![Some(usize::from(labels[i]))],
        (None, None) => unreachable!("the recipe asks for attributes or labels"),
    }
}

/// Images in [0, 1] to features and to logits `[batch, logits]`.
pub fn classify(trunk: &Network, head: &Network, x: Tensor<4>) -> (Tensor<2>, Tensor<2>) {
    let features = trunk.forward(x);
    let flat = |t: Tensor<4>| {
        let [batch, channels, ..] = t.dims();
        t.reshape([batch, channels])
    };
    (flat(features.clone()), flat(head.forward(features)))
}

/// Which category each attribute most likely has, for every row of logits.
pub fn decide(config: &ClassifierConfig, logits: &[f32]) -> Vec<Vec<usize>> {
    logits
        .chunks_exact(config.logits())
        .map(|row| {
            let mut row = row;
            let best = |part: &[f32]| {
                let by = |a: &usize, b: &usize| part[*a].total_cmp(&part[*b]);
                (0..part.len()).max_by(by).expect("a category")
            };
            let attribute = |(_, categories): &(String, Vec<String>)| {
                let (part, rest) = row.split_at(categories.len());
                row = rest;
                best(part)
            };
            config.attributes.iter().map(attribute).collect()
        })
        .collect()
}

impl Task for ClassifierTask {
    fn losses(&self) -> &'static [&'static str] {
        &["cross-entropy", "accuracy"]
    }

    fn step(&mut self, step: u64, data: &ImageSet, batch: &[usize]) -> Vec<f64> {
        let &ClassifierConfig { colours, side, .. } = &self.config;
        let mut pixels = Vec::with_capacity(batch.len() * colours * side * side);
        let mut rows = vec![];
        for &i in batch {
            data.write_chw(i, &mut pixels);
            rows.push(targets(&self.config, data, i));
        }
        let x = images(pixels, [colours, side, side], &self.device).autodiff();
        let trunk = self.nets[0]
            .with(&self.trunk.parameters, &self.trunk.statistics)
            .tracked();
        let head = self.nets[1]
            .with(&self.head.parameters, &self.head.statistics)
            .tracked();
        let (features, statistics) = trunk.forward_training(x);
        let logits = head.forward(features);
        let [n, all, ..] = logits.dims();
        let logits = logits.reshape([n, all]);
        let mut at = 0;
        let mut loss: Option<Tensor<1>> = None;
        for (a, (_, categories)) in self.config.attributes.iter().enumerate() {
            let part = logits.clone().slice([0..n, at..at + categories.len()]);
            at += categories.len();
            let known = |r: &Vec<Option<usize>>| r[a].expect("a category of the training data");
            let wanted: Vec<i32> = rows.iter().map(|r| known(r) as i32).collect();
            let wanted = Tensor::<2, Int>::from_data(TensorData::new(wanted, [n, 1]), &self.device);
            let chosen = activation::log_softmax(part, 1).gather(1, wanted);
            let term = chosen.mean().neg();
            loss = Some(match loss {
                Some(sum) => sum + term,
                None => term,
            });
        }
        let loss = loss.expect("at least one attribute");
        let mut grads = loss.backward();
        let rates = Rates {
            lr: LR * 0.5f64.powf(step as f64 / HALF_LIFE),
            beta1: 0.9,
            beta2: 0.999,
        };
        for (network, trained) in [(&trunk, &mut self.trunk), (&head, &mut self.head)] {
            let gradient = network.gradients(&mut grads);
            trained.parameters =
                trained
                    .optimiser
                    .step(rates, trained.parameters.clone(), gradient);
        }
        self.trunk.update_statistics(statistics);
        let decided = decide(&self.config, &host(logits.inner()));
        let right = decided.iter().zip(&rows).flat_map(|(a, b)| a.iter().zip(b));
        let (total, right) = right.fold((0, 0), |(n, r), (a, b)| {
            (n + 1, r + usize::from(Some(*a) == *b))
        });
        vec![scalar(loss.inner()), right as f64 / f64::from(total)]
    }

    fn state(&self) -> Vec<Vec<f32>> {
        [self.trunk.vectors(), self.head.vectors()].concat()
    }

    fn restore(&mut self, state: Vec<Vec<f32>>, steps: u64) {
        let mut state = state.into_iter();
        self.trunk.restore(&mut state, steps);
        self.head.restore(&mut state, steps);
    }

    fn preview(&self, data: &ImageSet, validation: &[usize]) -> (Tensor<4>, usize) {
        let &ClassifierConfig { colours, side, .. } = &self.config;
        let mut pixels = vec![];
        for &i in validation.iter().take(8) {
            data.write_chw(i, &mut pixels);
        }
        (images(pixels, [colours, side, side], &self.device), 8)
    }

    fn weights(&self) -> Vec<State> {
        vec![self.trunk.host(), self.head.host()]
    }
}
