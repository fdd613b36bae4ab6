//! Multilayer perceptron: the generator, the discriminator and the critic of the toy models.
//!
//! `h_l = act(h_{l-1} W_l + b_l)`, the last layer linear (or tanh). Parameters are plain tensors that can
//! be flattened into one vector, so that an optimiser update, a snapshot and a hash each touch
//! one tensor, whatever the depth.
//!
//! The gradient with respect to the input is written as a forward graph from the same weights,
//! `g = ((w_L * m_{L-1}) W_{L-1}^T * m_{L-2}) ... W_1^T` with activation derivatives `m`: one
//! ordinary backward pass through it gives the exact gradient of a gradient penalty
//! (Gulrajani et al. 2017, equation 3) although burn has first-order gradients only.

mod activation;

use burn::tensor::{Device, Gradients, Tensor, TensorData};
use rand_chacha::ChaCha8Rng;

pub(super) use self::activation::LEAKY_SLOPE;
pub(crate) use self::activation::leaky_slope;
pub use self::activation::{Activation, Output};
use crate::rng;

/// Shape of a multilayer perceptron.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MlpConfig {
    /// Input features, at least 1.
    pub inputs: usize,
    /// Output features, at least 1.
    pub outputs: usize,
    /// Hidden layers, at least 1.
    pub depth: usize,
    /// Units per hidden layer, at least 1.
    pub width: usize,
    /// Hidden activation.
    pub activation: Activation,
    /// What follows the last layer.
    pub output: Output,
}

impl MlpConfig {
    /// `(inputs, outputs)` of every layer.
    pub(crate) fn shapes(&self) -> impl Iterator<Item = [usize; 2]> + Clone {
        let Self {
            inputs,
            outputs,
            depth,
            width,
            ..
        } = *self;
        (0..=depth).map(move |l| {
            [
                if l == 0 { inputs } else { width },
                if l == depth { outputs } else { width },
            ]
        })
    }

    /// Number of parameters: weights and biases.
    pub fn parameters(&self) -> usize {
        self.shapes().map(|[i, o]| (i + 1) * o).sum()
    }

    /// Multiply-adds of one forward pass for one example.
    pub fn macs(&self) -> usize {
        self.shapes().map(|[i, o]| i * o).sum()
    }

    /// Initial parameters as one vector, `U(-1/sqrt(fan_in), 1/sqrt(fan_in))` for weights and biases
    /// (LeCun et al. 1998, the default of the public toy code).
    pub fn init(&self, rng: &mut ChaCha8Rng) -> Vec<f32> {
        let mut flat = Vec::with_capacity(self.parameters());
        for [inputs, outputs] in self.shapes() {
            let bound = 1.0 / libm::sqrtf(inputs as f32);
            let values = rng::uniform(rng, (inputs + 1) * outputs);
            flat.extend(values.into_iter().map(|u| (2.0 * u - 1.0) * bound));
        }
        flat
    }

    /// The network whose parameters are the vector `flat`, in the order weight, bias of each layer.
    ///
    /// # Shapes
    /// - flat: `[parameters()]`
    ///
    /// # Panics
    /// If `flat` has another length.
    pub fn with_parameters(&self, flat: Tensor<1>) -> Mlp {
        assert_eq!(flat.dims(), [self.parameters()], "parameter vector");
        let mut at = 0;
        let layers = self
            .shapes()
            .map(|[inputs, outputs]| {
                let mut take = |rows: usize| {
                    let part = flat.clone().slice(at..at + rows * outputs);
                    at += rows * outputs;
                    part.reshape([rows, outputs])
                };
                Layer {
                    weight: take(inputs),
                    bias: take(1),
                }
            })
            .collect();
        Mlp {
            config: *self,
            layers,
        }
    }
}

/// One affine layer.
#[derive(Clone, Debug)]
pub struct Layer {
    /// `[inputs, outputs]`
    pub weight: Tensor<2>,
    /// `[1, outputs]`
    pub bias: Tensor<2>,
}

/// A multilayer perceptron.
#[derive(Clone, Debug)]
pub struct Mlp {
    /// Its shape.
    pub config: MlpConfig,
    /// Its layers, first to last.
    pub layers: Vec<Layer>,
}

impl Mlp {
    /// A copy whose parameters record gradients.
    pub fn tracked(&self) -> Self {
        let leaf = |t: &Tensor<2>| t.clone().autodiff().require_grad();
        self.map(|layer| Layer {
            weight: leaf(&layer.weight),
            bias: leaf(&layer.bias),
        })
    }

    /// A copy without gradients.
    pub fn untracked(&self) -> Self {
        self.map(|layer| Layer {
            weight: layer.weight.clone().inner(),
            bias: layer.bias.clone().inner(),
        })
    }

    fn map(&self, f: impl FnMut(&Layer) -> Layer) -> Self {
        Self {
            config: self.config,
            layers: self.layers.iter().map(f).collect(),
        }
    }

    /// The same network with every weight matrix divided by its largest singular value, as one step
    /// of power iteration on `directions` estimates it (Miyato et al. 2018, algorithm 1). Returns the
    /// network and the new directions, which record no gradient.
    ///
    /// # Shapes
    /// - directions: one `[1, outputs]` unit vector per layer
    pub fn spectrally_normalised(&self, directions: &[Tensor<2>]) -> (Self, Vec<Tensor<2>>) {
        let unit = |t: Tensor<2>| {
            let norm = (t.clone().square().sum_dim(1) + 1e-12).sqrt();
            t / norm
        };
        let mut next = Vec::with_capacity(directions.len());
        let mut directions = directions.iter();
        let network = self.map(|layer| {
            let u = directions.next().expect("a direction per layer").clone();
            let fixed = layer.weight.clone().inner();
            let v = unit(u.matmul(fixed.clone().transpose()));
            let u = unit(v.clone().matmul(fixed));
            let sigma = (v.matmul(layer.weight.clone()) * u.clone()).sum_dim(1);
            next.push(u);
            Layer {
                weight: layer.weight.clone() / sigma,
                bias: layer.bias.clone(),
            }
        });
        (network, next)
    }

    /// Starting directions for [`Self::spectrally_normalised`]: one `[1, outputs]` unit vector per layer.
    pub fn spectral_directions(config: &MlpConfig, device: &Device) -> Vec<Tensor<2>> {
        config
            .shapes()
            .map(|[_, outputs]| Tensor::full([1, outputs], 1.0 / (outputs as f32).sqrt(), device))
            .collect()
    }

    /// The network's output.
    ///
    /// # Shapes
    /// - x: `[batch, inputs]`
    /// - returns: `[batch, outputs]`
    pub fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        let (last, hidden) = self.layers.split_last().expect("at least one layer");
        let h = hidden
            .iter()
            .fold(x, |h, layer| self.config.activation.apply(layer.affine(h)));
        let out = last.affine(h);
        match self.config.output {
            Output::Linear => out,
            Output::Tanh => out.tanh(),
        }
    }

    /// The gradient of a scalar, linear output with respect to the input, as an ordinary forward graph of the
    /// parameters: it can itself be differentiated once.
    ///
    /// # Shapes
    /// - x: `[batch, inputs]`, a constant
    /// - returns: `[batch, inputs]`
    ///
    /// # Panics
    /// If the network has more than one output, or a tanh after it.
    pub fn input_gradient(&self, x: Tensor<2>) -> Tensor<2> {
        assert_eq!(self.config.outputs, 1, "a scalar output");
        assert_eq!(self.config.output, Output::Linear, "a linear output");
        let activation = self.config.activation;
        // Where the derivative is constant, the pass that finds it needs no gradient at all.
        let pass = if activation.piecewise_linear() {
            self.untracked()
        } else {
            self.clone()
        };
        let (last, _) = self.layers.split_last().expect("at least one layer");
        let mut h = x;
        let mut derivatives = Vec::with_capacity(self.config.depth);
        for layer in &pass.layers[..self.config.depth] {
            let a = layer.affine(h);
            h = activation.apply(a.clone());
            derivatives.push(activation.derivative(a, h.clone()));
        }
        let mut g = derivatives.pop().expect("a hidden layer") * last.weight.clone().transpose();
        for (layer, derivative) in self.layers[1..self.config.depth]
            .iter()
            .zip(derivatives)
            .rev()
        {
            g = g.matmul(layer.weight.clone().transpose()) * derivative;
        }
        g.matmul(self.layers[0].weight.clone().transpose())
    }

    /// The layers from `first` on, as a network of their own.
    ///
    /// # Panics
    /// If no hidden layer is left.
    pub fn from_layer(&self, first: usize) -> Self {
        let layers = self.layers[first..].to_vec();
        let config = MlpConfig {
            inputs: layers[0].weight.dims()[0],
            depth: self.config.depth - first,
            ..self.config
        };
        assert!(config.depth > 0, "a hidden layer");
        Self { config, layers }
    }

    /// The gradients of a scalar, linear output with respect to the input of every hidden layer, first to last.
    ///
    /// # Shapes
    /// - x: `[batch, inputs]`, a constant
    /// - returns: `depth` times `[batch, inputs of the layer]`
    pub fn layer_gradients(&self, x: Tensor<2>) -> Vec<Tensor<2>> {
        let mut h = x;
        let mut gradient = |first: usize| {
            let gradient = self.from_layer(first).input_gradient(h.clone());
            h = self
                .config
                .activation
                .apply(self.layers[first].affine(h.clone()));
            gradient
        };
        (0..self.config.depth).map(&mut gradient).collect()
    }

    /// The network after one step of gradient descent of size `rate`, as an ordinary forward graph of its parameters and of `x`:
    /// it can itself be differentiated once.
    ///
    /// # Shapes
    /// - x: `[batch, inputs]`
    /// - slope: from the output, `[batch, outputs]`, to the derivative of the loss with respect to it, same shape
    ///
    /// # Panics
    /// If there is a tanh after the network.
    pub fn descended(
        &self,
        x: Tensor<2>,
        slope: impl Fn(Tensor<2>) -> Tensor<2>,
        rate: f64,
    ) -> Self {
        assert_eq!(self.config.output, Output::Linear, "a linear output");
        let activation = self.config.activation;
        let mut inputs = vec![x];
        let mut derivatives = vec![];
        let (last, hidden) = self.layers.split_last().expect("at least one layer");
        for layer in hidden {
            let a = layer.affine(inputs[derivatives.len()].clone());
            let h = activation.apply(a.clone());
            derivatives.push(if activation.piecewise_linear() {
                activation.derivative(a.inner(), h.clone().inner())
            } else {
                activation.derivative(a, h.clone())
            });
            inputs.push(h);
        }
        let mut delta = slope(last.affine(inputs[derivatives.len()].clone()));
        let mut layers = Vec::with_capacity(self.layers.len());
        for layer in self.layers.iter().rev() {
            let input = inputs.pop().expect("an input per layer");
            let before = derivatives.pop().map(|derivative| {
                delta.clone().matmul(layer.weight.clone().transpose()) * derivative
            });
            layers.push(Layer {
                weight: layer.weight.clone() - input.transpose().matmul(delta.clone()) * rate,
                bias: layer.bias.clone() - delta.clone().sum_dim(0) * rate,
            });
            match before {
                Some(before) => delta = before,
                None => break,
            }
        }
        layers.reverse();
        Self {
            config: self.config,
            layers,
        }
    }

    /// The gradients of `loss` with respect to the parameters of this tracked network, as one vector in the order of
    /// [`MlpConfig::with_parameters`]. A parameter that the loss does not depend on has gradient 0.
    ///
    /// # Shapes
    /// - returns: `[parameters]`, without gradients
    pub fn gradients(&self, loss: &Tensor<1>) -> Tensor<1> {
        self.take_gradients(&mut loss.backward())
    }

    /// The same from a backward pass that several networks share.
    pub fn take_gradients(&self, gradients: &mut Gradients) -> Tensor<1> {
        let parts = self
            .layers
            .iter()
            .flat_map(|layer| [&layer.weight, &layer.bias])
            .map(|p| {
                let n = p.shape().num_elements();
                let grad = p.grad_remove(gradients);
                grad.unwrap_or_else(|| p.clone().inner().zeros_like())
                    .reshape([n])
            })
            .collect();
        Tensor::cat(parts, 0)
    }
}

impl Layer {
    fn affine(&self, x: Tensor<2>) -> Tensor<2> {
        x.matmul(self.weight.clone()) + self.bias.clone()
    }
}

/// A `[rows, columns]` tensor from host values in row-major order.
pub fn matrix(values: Vec<f32>, columns: usize, device: &Device) -> Tensor<2> {
    let rows = values.len() / columns;
    Tensor::from_data(TensorData::new(values, [rows, columns]), device)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, normal, stream};

    #[test]
    fn layer_gradients_are_those_of_a_backward_pass() {
        let device = Device::flex();
        let config = MlpConfig {
            inputs: 2,
            outputs: 1,
            depth: 4,
            width: 6,
            activation: Activation::LeakyRelu,
            output: Output::Linear,
        };
        let flat = config.init(&mut stream(1, Purpose::InitDiscriminator, 0));
        let net = config.with_parameters(Tensor::from_floats(flat.as_slice(), &device));
        let x = matrix(normal(&mut stream(1, Purpose::Data, 0), 20), 2, &device);
        let found = net.layer_gradients(x.clone());
        assert_eq!(found.len(), 4);
        let (last, hidden) = net.layers.split_last().unwrap();
        for (first, gradient) in found.into_iter().enumerate() {
            let through = |from: Tensor<2>, layers: &[Layer]| {
                let apply = |h, layer: &Layer| config.activation.apply(layer.affine(h));
                layers.iter().fold(from, apply)
            };
            let leaf = through(x.clone(), &hidden[..first])
                .autodiff()
                .require_grad();
            let f = last.affine(through(leaf.clone(), &hidden[first..])).sum();
            let expected = leaf.grad(&f.backward()).unwrap();
            let apart = (expected - gradient).abs().max().into_scalar::<f32>();
            assert!(apart < 1e-6, "layer {first}: {apart}");
        }
    }
}
