//! Training of the attribute classifier: Adam on the sum of the attributes' cross entropies.

use burn::tensor::{Device, Int, Tensor, TensorData, activation};

use super::data::{self, Data};
use super::evaluate::{BATCH, Evaluation, Settings};
use super::files::Shipped;
use super::recipe::Recipe;
use super::{Start, Task, Train, Trained, host, scalar};
use crate::data::images::ImageSet;
use crate::models::classifier::{Classifier, ClassifierConfig, ClassifierModel};
use crate::models::network::{Architecture, Forward, Init, Network, State};
use crate::rng::{Purpose, stream};
use crate::runs::optimiser::Rates;
use crate::weights::ModelConfig;

const LR: f64 = 1e-3;
/// Updates over which the learning rate falls to half.
const HALF_LIFE: f64 = 1_000.0;
const PREVIEW: usize = 8;

/// Hyperparameters of a classifier.
#[derive(Clone, Copy, Debug)]
pub struct ClassifierTraining {
    /// Channels after the first convolution.
    pub channels: usize,
    /// Size of the feature vector.
    pub features: usize,
    /// How often the side is halved.
    pub halvings: usize,
}

impl Train for ClassifierTraining {
    fn config(&self, recipe: &Recipe, data: &ImageSet) -> Result<ModelConfig, String> {
        recipe.check_halvings(self.halvings, data)?;
        let attributes = match (&data.attributes, &data.labels) {
            (Some(attributes), _) => attributes
                .names
                .iter()
                .cloned()
                .zip(attributes.values.iter().cloned())
                .filter(|(_, values)| values.len() > 1)
                .collect(),
            (None, Some(_)) => {
                recipe.labels(true, data)?;
                let names = recipe.source.labels.iter().map(ToString::to_string);
                vec![("class".to_string(), names.collect())]
            }
            (None, None) => {
                return Err(format!(
                    "{} needs attributes or labels beside the images.",
                    recipe.id
                ));
            }
        };
        let networks = ClassifierConfig {
            channels: self.channels,
            features: self.features,
            colours: data.channels,
            side: data.height,
            halvings: self.halvings,
            attributes,
        };
        Ok(ClassifierModel { networks }.into())
    }

    fn task(&self, start: &Start) -> Box<dyn Task> {
        let config = start.model::<ClassifierModel>().networks.clone();
        Box::new(ClassifierTask::new(config, start.seed, start.device))
    }

    fn judged(&self, _data: &ImageSet) -> bool {
        false
    }

    fn measure(
        &self,
        shipped: &Shipped,
        data: &Data,
        settings: &Settings,
    ) -> Result<Evaluation, String> {
        let model = shipped.open::<ClassifierModel>(&settings.device)?;
        let mut out = Evaluation::default();
        accuracy(&mut out, &model, data, &settings.device);
        Ok(out)
    }

    fn sample(
        &self,
        shipped: &Shipped,
        _n: usize,
        _seed: u64,
        _device: &Device,
    ) -> Result<Tensor<4>, String> {
        Err(format!(
            "{} classifies; it has no samples.",
            shipped.card.id
        ))
    }

    fn judges(&self) -> bool {
        true
    }
}

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
pub fn classify(model: &Classifier<Network>, x: Tensor<4>) -> (Tensor<2>, Tensor<2>) {
    let features = model.trunk.forward(x);
    let flat = |t: Tensor<4>| {
        let [batch, channels, ..] = t.dims();
        t.reshape([batch, channels])
    };
    (flat(features.clone()), flat(model.head.forward(features)))
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
        let rows: Vec<_> = batch
            .iter()
            .map(|&i| targets(&self.config, data, i))
            .collect();
        let x = data::tensor(data, batch, &self.device).autodiff();
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
        let shown = &validation[..PREVIEW.min(validation.len())];
        (data::tensor(data, shown, &self.device), PREVIEW)
    }

    fn weights(&self) -> Vec<State> {
        vec![self.trunk.host(), self.head.host()]
    }
}

/// Shares of held-out images whose attributes are recognised.
fn accuracy(out: &mut Evaluation, model: &Classifier<Network>, data: &Data, device: &Device) {
    let config = &model.config;
    let mut right = vec![0usize; config.attributes.len()];
    for part in data.validation.chunks(BATCH) {
        let (_, logits) = classify(model, data.tensor(part, device));
        for (decided, &i) in decide(config, &host(logits)).iter().zip(part) {
            for (a, wanted) in targets(config, &data.images, i).into_iter().enumerate() {
                right[a] += usize::from(Some(decided[a]) == wanted);
            }
        }
    }
    let n = data.validation.len();
    for ((name, categories), right) in config.attributes.iter().zip(right) {
        let how = format!("{} categories, {n} {}", categories.len(), data.called());
        out.add(
            &format!("accuracy, {name}"),
            right as f64 / n as f64,
            "share",
            how,
        );
    }
}
