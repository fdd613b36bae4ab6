//! Training of pix2pix (Isola et al. 2017, section 3.3): Adam with beta1 0.5 in both networks, whose learning rate holds for the first half
//! of the updates and then fades to nothing.
//!
//! Every image is drawn anew at each update, by another hand and with other colours, so that an edge is never a promise.
//!
//! Where nothing on a sketch tells a colour, L1 asks for the median of all colours, a grey that no image has. There the six orders of red,
//! green and blue are equally right, and the one nearest to the picture is the target, so that the network settles on one of them.

mod measure;

use burn::tensor::{Device, Tensor, activation};
use rand_chacha::ChaCha8Rng;

use crate::data::images::ImageSet;
use crate::data::images::pairs::{self, Lines, Pair};
use crate::data::sketches::doodle::{Subject, doodle};
use crate::data::sketches::sketch::{CHANNELS, Sketch, paper};
use crate::models::dcgan::SIDE;
use crate::models::network::{Architecture, Forward, Init, State, images};
use crate::models::pix2pix::{
    COLOURS, Patch, PatchConfig, Pix2pix, Pix2pixModel, UnetConfig, together,
};
use crate::objectives::conditional::{discriminator_loss, generator_loss, l1};
use crate::rng::{Purpose, stream};
use crate::runs::optimiser::Rates;
use crate::train::data::Data;
use crate::train::evaluate::{Evaluation, Settings};
use crate::train::files::Shipped;
use crate::train::recipe::Recipe;
use crate::train::{Start, Task, Train, Trained, host, scalar};
use crate::weights::ModelConfig;

/// Twice the paper's, for batches that are not of one image.
const LR: f64 = 4e-4;
const PREVIEW: usize = 8;
/// Strokes of colour of a sketch with colours, where it is measured and shown.
pub const SHOWN_COLOURS: usize = 6;

/// The paper's weight of L1.
pub const LAMBDA: f64 = 100.0;
/// Halvings of every U-Net: down to one pixel.
const HALVINGS: usize = 6;
/// Layers of every U-Net with dropout. The paper has three of eight; at these widths noise in larger layers shows as blotches.
const DROPOUT: usize = 1;
/// Base channels of every discriminator of patches.
const PATCH_CHANNELS: usize = 32;

/// Hyperparameters of a pix2pix.
#[derive(Clone, Copy, Debug)]
pub struct Pix2pixTraining {
    /// Base channels of the generator.
    pub channels: usize,
    /// Whether it has skips.
    pub skips: bool,
    /// What its discriminator judges at once; none without a discriminator.
    pub patch: Option<Patch>,
    /// Weight of L1.
    pub lambda: f64,
}

impl Train for Pix2pixTraining {
    fn config(&self, recipe: &Recipe, data: &ImageSet) -> Result<ModelConfig, String> {
        let (colours, side) = (data.channels, data.height);
        if [side, colours] != [SIDE, COLOURS] {
            return Err(format!(
                "{} needs colour images of {SIDE} by {SIDE} pixels; these are {side} by {side} in {colours} channels.",
                recipe.id
            ));
        }
        let generator = UnetConfig {
            channels: self.channels,
            side,
            halvings: HALVINGS,
            skips: self.skips,
            dropout: DROPOUT,
        };
        let discriminator = |patch| PatchConfig {
            patch,
            channels: PATCH_CHANNELS,
        };
        let model = Pix2pixModel {
            generator,
            discriminator: self.patch.map(discriminator),
            lambda: self.lambda,
        };
        Ok(model.into())
    }

    fn task(&self, start: &Start) -> Box<dyn Task> {
        let Start {
            steps,
            seed,
            device,
            ..
        } = *start;
        Box::new(Pix2pixTask::new(*start.model(), steps, seed, device))
    }

    fn judged(&self, _data: &ImageSet) -> bool {
        true
    }

    fn measure(
        &self,
        shipped: &Shipped,
        data: &Data,
        settings: &Settings,
    ) -> Result<Evaluation, String> {
        let model = shipped.open::<Pix2pixModel>(&settings.device)?;
        let mut out = Evaluation::default();
        measure::measure(&mut out, &model, &shipped.card.data.name, data, settings)?;
        Ok(out)
    }

    /// Sketches that nobody drew, every second one with colours, each beside its picture.
    fn sample(
        &self,
        shipped: &Shipped,
        n: usize,
        seed: u64,
        device: &Device,
    ) -> Result<Tensor<4>, String> {
        let Pix2pix {
            config, generator, ..
        } = shipped.open::<Pix2pixModel>(device)?;
        let subject = subject(&shipped.card.data.name);
        let seeds = seed..seed + n as u64;
        let sketches: Vec<Sketch> = seeds
            .clone()
            .map(|s| doodle(subject, s % 2 == 0, s))
            .collect();
        let mut rngs: Vec<_> = seeds.map(|s| stream(s, Purpose::Dropout, 0)).collect();
        let noise = config.noise(&mut rngs, device);
        let x = input(&sketches, config.side, device);
        let pictures = generator.forward_noisy(x, &noise) * 0.5 + 0.5;
        let papers = papers(&sketches, config.side, device);
        Ok(Tensor::stack::<5>(vec![papers, pictures], 1).flatten::<4>(0, 1))
    }
}

/// A U-Net in training, against a discriminator where there is one.
pub struct Pix2pixTask {
    device: Device,
    seed: u64,
    steps: u64,
    lambda: f64,
    config: UnetConfig,
    lines: Lines,
    net: Architecture,
    generator: Trained,
    discriminator: Option<(Architecture, Trained)>,
}

impl Pix2pixTask {
    /// Fresh weights; `steps` updates of the recipe, for the learning rate.
    pub fn new(model: Pix2pixModel, steps: u64, seed: u64, device: &Device) -> Self {
        let Pix2pixModel {
            generator: config,
            discriminator,
            lambda,
        } = model;
        let fresh = |net: &Architecture, init, purpose| {
            Trained::new(&net.init(init, &mut stream(seed, purpose, 0)), device)
        };
        let net = config.architecture();
        Self {
            device: device.clone(),
            seed,
            steps,
            lambda,
            config,
            lines: Lines::default(),
            generator: fresh(&net, Init::Dcgan, Purpose::InitGenerator),
            // Nothing is normalised there, so the weights must keep the scale of what passes.
            discriminator: discriminator.map(|d| {
                let net = d.architecture();
                let trained = fresh(&net, Init::He, Purpose::InitDiscriminator);
                (net, trained)
            }),
            net,
        }
    }

    fn rates(&self, step: u64) -> Rates {
        let done = step as f64 / self.steps as f64;
        Rates {
            lr: LR * (2.0 - 2.0 * done).clamp(0.01, 1.0),
            beta1: 0.5,
            beta2: 0.999,
        }
    }

    /// Generators of the draws of an update, one per image.
    fn streams(&self, purpose: Purpose, step: u64, n: usize) -> Vec<ChaCha8Rng> {
        let first = step * n as u64;
        let each = first..first + n as u64;
        each.map(|index| stream(self.seed, purpose, index))
            .collect()
    }
}

impl Pix2pixTask {
    /// The images of an update, each drawn anew.
    fn pairs(&mut self, step: u64, data: &ImageSet, indices: &[usize]) -> Vec<Pair> {
        let rngs = self.streams(Purpose::Augment, step, indices.len());
        rngs.into_iter()
            .zip(indices)
            .map(|(mut rng, &i)| pairs::varied(data, i, &mut self.lines, &mut rng))
            .collect()
    }

    /// Updates the discriminator, where there is one, on sketches with images and with pictures. Its new logits of the pictures,
    /// for the generator to learn from; its loss, and how real images and pictures seemed to it before.
    fn update_discriminator(
        &mut self,
        rates: Rates,
        x: &Tensor<4>,
        y: &Tensor<4>,
        picture: &Tensor<4>,
    ) -> Option<(Tensor<4>, [f64; 3])> {
        let (net, trained) = self.discriminator.as_mut()?;
        let [n, ..] = x.dims();
        let d = net.with(&trained.parameters, &trained.statistics).tracked();
        let both = Tensor::cat(
            vec![
                together(x.clone(), y.clone()),
                together(x.clone(), picture.clone().inner()),
            ],
            0,
        );
        let logits = d.forward(both.autodiff());
        let [_, _, rows, columns] = logits.dims();
        let part = |range| logits.clone().slice([range, 0..1, 0..rows, 0..columns]);
        let (on_real, on_fake) = (part(0..n), part(n..2 * n));
        let loss = discriminator_loss(on_real.clone(), on_fake.clone());
        let gradient = d.gradients(&mut loss.backward());
        trained.parameters = trained
            .optimiser
            .step(rates, trained.parameters.clone(), gradient);
        let d = net.with(&trained.parameters, &trained.statistics);
        let fake = d.forward(together(x.clone().autodiff(), picture.clone()));
        let probability = |t: Tensor<4>| scalar(activation::sigmoid(t.inner()).mean());
        let told = [
            scalar(loss.inner()),
            probability(on_real),
            probability(on_fake),
        ];
        Some((fake, told))
    }
}

/// Sketches as networks read them, `[n, CHANNELS, side, side]`.
pub fn input<'a>(
    sketches: impl IntoIterator<Item = &'a Sketch>,
    side: usize,
    device: &Device,
) -> Tensor<4> {
    let rasters = sketches.into_iter().flat_map(|s| s.raster(side));
    images(rasters.collect(), [CHANNELS, side, side], device)
}

/// Targets of pairs, `[n, COLOURS, side, side]` in [-1, 1].
pub fn targets(pairs: &[Pair], side: usize, device: &Device) -> Tensor<4> {
    let targets = pairs.iter().flat_map(|p| p.target.iter().copied());
    images(targets.collect(), [COLOURS, side, side], device) * 2.0 - 1.0
}

/// Sketches as a person sees them, `[n, COLOURS, side, side]` in [0, 1].
pub fn papers<'a>(
    sketches: impl IntoIterator<Item = &'a Sketch>,
    side: usize,
    device: &Device,
) -> Tensor<4> {
    let shown = sketches.into_iter().flat_map(|s| paper(&s.raster(side)));
    images(shown.collect(), [COLOURS, side, side], device)
}

/// What a generator for these data should be able to colour.
pub fn subject(data: &str) -> Subject {
    match data {
        "sprouts" => Subject::Sprout,
        _ => Subject::Critter,
    }
}

impl Task for Pix2pixTask {
    fn losses(&self) -> &'static [&'static str] {
        &["discriminator", "generator", "L1", "D(y)", "D(G(x))"]
    }

    fn step(&mut self, step: u64, data: &ImageSet, indices: &[usize]) -> Vec<f64> {
        let rates = self.rates(step);
        let n = indices.len();
        let mut pairs = self.pairs(step, data, indices);
        let side = self.config.side;
        let x = input(pairs.iter().map(|p| &p.sketch), side, &self.device);
        let mut rngs = self.streams(Purpose::Dropout, step, n);
        let noise = self.config.noise(&mut rngs, &self.device);
        let noise: Vec<Tensor<4>> = noise.into_iter().map(Tensor::autodiff).collect();

        let g = self
            .net
            .with(&self.generator.parameters, &self.generator.statistics)
            .tracked();
        let (picture, statistics) = g.forward_training_noisy(x.clone().autodiff(), &noise);

        let drawn = host(picture.clone().inner() * 0.5 + 0.5);
        for (pair, drawn) in pairs
            .iter_mut()
            .zip(drawn.chunks_exact(COLOURS * side * side))
        {
            if !pair.is_coloured() {
                pair.approach(drawn);
            }
        }
        let y = targets(&pairs, side, &self.device);

        let judged = self.update_discriminator(rates, &x, &y, &picture);
        let (fake, [d_loss, on_real, on_fake]) = match judged {
            Some((fake, told)) => (Some(fake), told),
            None => (None, [0.0; 3]),
        };
        let near = l1(picture, y.autodiff());
        let loss = generator_loss(near.clone(), self.lambda, fake);
        let gradient = g.gradients(&mut loss.backward());
        let trained = &mut self.generator;
        trained.parameters = trained
            .optimiser
            .step(rates, trained.parameters.clone(), gradient);
        trained.update_statistics(statistics);
        vec![
            d_loss,
            scalar(loss.inner()),
            scalar(near.inner()),
            on_real,
            on_fake,
        ]
    }

    fn state(&self) -> Vec<Vec<f32>> {
        let mut vectors = self.generator.vectors();
        vectors.extend(self.discriminator.iter().flat_map(|(_, d)| d.vectors()));
        vectors
    }

    fn restore(&mut self, state: Vec<Vec<f32>>, steps: u64) {
        let mut state = state.into_iter();
        self.generator.restore(&mut state, steps);
        if let Some((_, trained)) = &mut self.discriminator {
            trained.restore(&mut state, steps);
        }
    }

    fn preview(&self, data: &ImageSet, validation: &[usize]) -> (Tensor<4>, usize) {
        // Rows of eight: sketches and pictures with lines alone, with colours, and of doodles; the images last.
        let side = self.config.side;
        let shown = &validation[..PREVIEW.min(validation.len())];
        let pairs = |colours: usize| -> Vec<Pair> {
            let rngs = self.streams(Purpose::View, 0, shown.len()).into_iter();
            rngs.zip(shown)
                .map(|(mut rng, &i)| pairs::plain(data, i, colours, &mut rng))
                .collect()
        };
        let (lines, colours) = (pairs(0), pairs(SHOWN_COLOURS));
        let network = self
            .net
            .with(&self.generator.parameters, &self.generator.statistics);
        let mut rows = vec![];
        let mut show = |sketches: &[Sketch]| {
            let mut rngs = self.streams(Purpose::Dropout, 0, sketches.len());
            let noise = self.config.noise(&mut rngs, &self.device);
            let x = input(sketches, side, &self.device);
            rows.push(papers(sketches, side, &self.device));
            rows.push(network.forward_noisy(x, &noise) * 0.5 + 0.5);
        };
        let sketches = |pairs: &[Pair]| pairs.iter().map(|p| p.sketch.clone()).collect::<Vec<_>>();
        show(&sketches(&lines));
        show(&sketches(&colours));
        let doodles = |i: usize| {
            let subject = Subject::ALL[i % Subject::ALL.len()];
            doodle(subject, i % 4 > 1, i as u64)
        };
        show(&(0..shown.len()).map(doodles).collect::<Vec<_>>());
        rows.push(targets(&colours, side, &self.device) * 0.5 + 0.5);
        (Tensor::cat(rows, 0), shown.len())
    }

    fn weights(&self) -> Vec<State> {
        let discriminator = self.discriminator.iter().map(|(_, d)| d.host());
        [self.generator.host()]
            .into_iter()
            .chain(discriminator)
            .collect()
    }
}
