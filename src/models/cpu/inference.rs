//! A network made ready for the host: the same function as [`Network`](crate::models::network::Network) has, up to
//! rounding, several times as fast where images come one by one.

use burn::tensor::Tensor;

use super::convolution::Convolution;
use super::map::Map;
use super::pointwise::Pointwise;
use super::spatial::{self, RowLstm};
use crate::models::network::{Architecture, Forward, Inputs, Op, State};

/// A network for inputs of one shape.
#[derive(Clone, Debug)]
pub struct Inference {
    architecture: Architecture,
    shapes: Vec<Option<[usize; 3]>>,
    last_readers: Vec<Option<usize>>,
    steps: Vec<Ready>,
}

/// A step with its values.
#[derive(Clone, Debug)]
enum Ready {
    Input,
    Convolution(Convolution),
    RowLstm(RowLstm),
    Pointwise(Pointwise),
    MinibatchDeviation,
    Spatial(Op),
}

impl Ready {
    fn new(op: &Op, tensors: &[&[f32]], from: Option<[usize; 3]>) -> Self {
        if let Some(pointwise) = Pointwise::new(op, tensors) {
            return Self::Pointwise(pointwise);
        }
        let shape = || from.expect("a value that the step is applied to");
        match *op {
            Op::Input(_) => Self::Input,
            Op::Conv(_) | Op::Window(_) | Op::ConvTranspose(_) => {
                let bias = tensors.get(1).copied().unwrap_or_default();
                Self::Convolution(Convolution::new(op, shape(), tensors[0], bias))
            }
            Op::RowLstm(window) => Self::RowLstm(RowLstm::new(window, shape(), tensors)),
            Op::MinibatchDeviation => Self::MinibatchDeviation,
            _ => Self::Spatial(*op),
        }
    }
}

impl Inference {
    /// The network with these values, for first inputs of shape `input` and none beside them but noise.
    ///
    /// # Panics
    /// If a vector of `state` has another length than the architecture asks for, or the shapes do not fit the steps.
    pub fn new(architecture: &Architecture, state: &State, input: [usize; 3]) -> Self {
        Self::with_sides(architecture, state, Inputs::of(input))
    }

    /// The network with these values, for inputs of these shapes.
    ///
    /// # Panics
    /// If a vector of `state` has another length than the architecture asks for, or the shapes do not fit the steps.
    pub fn with_sides(
        architecture: &Architecture,
        state: &State,
        inputs: Inputs<[usize; 3]>,
    ) -> Self {
        let [mut parameters, mut statistics] = [&state.parameters[..], &state.statistics[..]];
        let shapes = architecture.shapes(inputs);
        let mut steps = vec![];
        for step in architecture.steps() {
            let entries = step.op.entries();
            let tensors = entries.iter().map(|(_, shape, trained)| {
                let rest = if *trained {
                    &mut parameters
                } else {
                    &mut statistics
                };
                rest.split_off(..shape.iter().product())
                    .expect("values of the network")
            });
            let tensors: Vec<&[f32]> = tensors.collect();
            let from = step.from.first().and_then(|&i| shapes[i]);
            steps.push(Ready::new(&step.op, &tensors, from));
        }
        assert!(
            parameters.is_empty() && statistics.is_empty(),
            "values of the network"
        );
        Self {
            last_readers: architecture.last_readers(),
            architecture: architecture.clone(),
            shapes,
            steps,
        }
    }

    /// The outputs for a batch of images. `see` is shown what every activation hands on.
    ///
    /// # Panics
    /// If the inputs are not those of the network.
    pub fn run(&self, inputs: Inputs<Vec<Map>>, mut see: impl FnMut(&[Map])) -> Vec<Vec<Map>> {
        let mut given = inputs.bind(&self.architecture).into_iter();
        let mut values: Vec<Option<Vec<Map>>> = Vec::with_capacity(self.steps.len());
        for (i, (step, ready)) in self
            .architecture
            .steps()
            .iter()
            .zip(&self.steps)
            .enumerate()
        {
            crate::pulse::beat(0.0);
            let value = if matches!(ready, Ready::Input) {
                given.next().expect("an input")
            } else {
                let shape = self.shapes[i].expect("the shape of a value");
                Some(self.step(i, &step.from, ready, shape, &mut values))
            };
            if let Some(maps) = &value {
                let right = |map: &Map| self.shapes[i].is_none_or(|shape| map.shape == shape);
                assert!(maps.iter().all(right), "shape of an input");
                if step.op.activates() {
                    see(maps);
                }
            }
            values.push(value);
            for &from in &step.from {
                if self.last_readers[from] == Some(i) {
                    values[from] = None;
                }
            }
        }
        let outputs = self.architecture.outputs().iter();
        let output = outputs.map(|&i| values[i].clone().expect("an output is no noise"));
        output.collect()
    }

    fn step(
        &self,
        i: usize,
        from: &[usize],
        ready: &Ready,
        shape: [usize; 3],
        values: &mut [Option<Vec<Map>>],
    ) -> Vec<Map> {
        let first = from[0];
        // The last reader of a value can write over it.
        let alone = self.last_readers[first] == Some(i) && !from[1..].contains(&first);
        if let Ready::Pointwise(pointwise) = ready
            && alone
            && let Some(mut x) = values[first].take()
        {
            if in_place(pointwise, &mut x, &from[1..], values) {
                return x;
            }
            values[first] = Some(x);
        }
        let from: Vec<&[Map]> = from.iter().filter_map(|&i| values[i].as_deref()).collect();
        let images = 0..from[0].len();
        let of = |image: usize| from.iter().map(move |maps| &maps[image]);
        match ready {
            Ready::Input => unreachable!("inputs are given"),
            Ready::Convolution(convolution) => {
                from[0].iter().map(|x| convolution.apply(x)).collect()
            }
            Ready::RowLstm(lstm) => from[0].iter().map(|x| lstm.apply(x)).collect(),
            Ready::MinibatchDeviation => spatial::minibatch_deviation(from[0]),
            Ready::Spatial(op) => images
                .map(|image| spatial::apply(op, shape, &of(image).collect::<Vec<_>>()))
                .collect(),
            Ready::Pointwise(pointwise) => images
                .map(|image| {
                    let mut here: Vec<&[f32]> = Vec::with_capacity(from.len());
                    Map::from_positions(shape, |at, out| {
                        here.clear();
                        here.extend(of(image).map(|map| map.at(at)));
                        pointwise.apply(&here, out);
                    })
                })
                .collect(),
        }
    }

    /// Whether images cannot be taken one by one.
    fn mixes_images(&self) -> bool {
        let mut steps = self.architecture.steps().iter();
        steps.any(|step| step.op.mixes_images())
    }

    /// The inputs of every batch that is run at once: single images, where that makes no difference.
    fn batches(&self, inputs: Inputs<Tensor<4>>) -> Vec<Inputs<Vec<Map>>> {
        let all = inputs.map(Map::all);
        if self.mixes_images() {
            return vec![all];
        }
        let count = all.first().len();
        let image = |i: usize| all.each_ref().map(|maps| vec![maps[i].clone()]);
        (0..count).map(image).collect()
    }
}

/// Writes a step over its first value, where that can be done for every image.
fn in_place(
    pointwise: &Pointwise,
    x: &mut [Map],
    others: &[usize],
    values: &[Option<Vec<Map>>],
) -> bool {
    let others: Vec<&[Map]> = others
        .iter()
        .filter_map(|&i| values[i].as_deref())
        .collect();
    for (image, map) in x.iter_mut().enumerate() {
        let others = others.iter().map(|maps| &maps[image].values[..]);
        let others: Vec<&[f32]> = others.collect();
        // Images have one shape, so what cannot be done for one is done for none.
        if pointwise.in_place(&mut map.values, &others).is_none() {
            return false;
        }
    }
    true
}

impl Forward for Inference {
    fn outputs(&self, inputs: Inputs<Tensor<4>>) -> Vec<Tensor<4>> {
        let device = inputs.first().device();
        let mut outputs: Vec<Vec<Map>> = vec![vec![]; self.architecture.outputs().len()];
        for batch in self.batches(inputs) {
            for (all, maps) in outputs.iter_mut().zip(self.run(batch, |_| ())) {
                all.extend(maps);
            }
        }
        outputs
            .iter()
            .map(|maps| Map::tensor(maps, &device))
            .collect()
    }

    fn activations_of(&self, inputs: Inputs<Tensor<4>>) -> Vec<Tensor<4>> {
        let device = inputs.first().device();
        let mut all: Vec<Vec<Map>> = vec![];
        for batch in self.batches(inputs) {
            let mut nth = 0;
            self.run(batch, |maps| {
                all.resize_with(all.len().max(nth + 1), Vec::new);
                all[nth].extend_from_slice(maps);
                nth += 1;
            });
        }
        all.iter().map(|maps| Map::tensor(maps, &device)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::sketches::sketch::CHANNELS;
    use crate::models::dcgan::{DiscriminatorConfig, GeneratorConfig, SIDE};
    use crate::models::network::Step;
    use crate::models::network::tests::{Random, numbers, random};
    use crate::models::pix2pix::{COLOURS, Patch, PatchConfig, UnetConfig};
    use crate::models::pixelcnn;
    use crate::models::vae::VaeConfig;
    use burn::tensor::Device;
    use proptest::prelude::*;

    /// The outputs, with and without noise, and what the activations hand on, both ways, on random weights and statistics.
    fn agrees(of: &Random) -> Result<(), TestCaseError> {
        let device = Device::flex();
        let state = of.state(5);
        let [without, noisy] = of.inputs(2, 5, &device);
        let [parameters, statistics] = state.to_device(&device);
        let network = of.net.with(&parameters, &statistics);
        let ready = Inference::with_sides(&of.net, &state, of.shapes.clone());
        // A small deviation that is divided by makes much of rounding.
        let divides = |step: &Step| matches!(step.op, Op::Normalise(_) | Op::PixelNorm);
        let within = match of.net.steps().iter().any(divides) {
            true => 2e-3,
            false => 1e-4,
        };
        let all = |network: &dyn Forward| {
            let mut all = network.activations_of(without.clone());
            all.extend(network.outputs(without.clone()));
            all.extend(network.outputs(noisy.clone()));
            all
        };
        let [burn, host] = [all(&network), all(&ready)];
        prop_assert_eq!(burn.len(), host.len());
        for (burn, host) in burn.into_iter().zip(host) {
            prop_assert_eq!(burn.dims(), host.dims());
            let size = burn.clone().abs().max().into_scalar::<f32>();
            let apart = (burn - host).abs().max().into_scalar::<f32>();
            prop_assert!(apart <= within * size.max(1.0), "{apart} at {size}");
        }
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]
        #[test]
        fn any_steps_are_the_network(
            shape in [1..20usize, 1..9usize, 1..9usize],
            numbers in numbers(10),
        ) {
            agrees(&random(shape, &numbers, |_| true))?;
        }

        #[test]
        fn so_is_every_pixelcnn(config in pixelcnn::tests::configs()) {
            agrees(&Random::of(config.architecture(), config.input_shapes()))?;
        }
    }

    #[test]
    fn so_are_those_of_the_cards() {
        let generator = GeneratorConfig {
            latent: 5,
            channels: 3,
            colours: 3,
        };
        let discriminator = DiscriminatorConfig {
            channels: 9,
            colours: 3,
        };
        let autoencoder = VaeConfig {
            latent: 3,
            channels: 2,
            features: 5,
            colours: 1,
            side: 28,
            halvings: 2,
            labels: 4,
        }
        .architectures();
        let u_net = UnetConfig {
            channels: 3,
            side: 16,
            halvings: 4,
            skips: true,
            dropout: 2,
        };
        let patches = PatchConfig {
            patch: Patch::Small,
            channels: 3,
        };
        for (architecture, shape) in [
            (generator.architecture(), [5, 1, 1]),
            (discriminator.architecture(), [3, SIDE, SIDE]),
            (autoencoder.trunk, [1, 28, 28]),
            (autoencoder.head, [9, 1, 1]),
            (autoencoder.decoder, [7, 1, 1]),
            (patches.architecture(), [CHANNELS + COLOURS, 16, 16]),
        ] {
            agrees(&Random::of(architecture, Inputs::of(shape))).unwrap();
        }
        let mut u_net_of = Random::of(u_net.architecture(), Inputs::of([CHANNELS, 16, 16]));
        u_net_of.noise = u_net.dropout_shapes();
        agrees(&u_net_of).unwrap();
    }
}
