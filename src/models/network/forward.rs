//! A network with its values, by burn: the pass through its steps, in training and after it.

use burn::tensor::{FloatDType, Gradients, Tensor, module};

use super::{Architecture, EPSILON, Inputs, Op, Side, steps};

#[derive(Clone, Debug)]
pub(super) enum Weight {
    Kernel(Tensor<4>),
    Matrix(Tensor<2>),
    Vector(Tensor<1>),
}

impl Weight {
    fn new(values: Tensor<1>, shape: &[usize]) -> Self {
        match *shape {
            [a, b, c, d] => Self::Kernel(values.reshape([a, b, c, d])),
            [a, b] => Self::Matrix(values.reshape([a, b])),
            _ => Self::Vector(values),
        }
    }

    pub(super) fn kernel(&self) -> Tensor<4> {
        match self {
            Self::Kernel(t) => t.clone(),
            _ => unreachable!("the first tensor of a convolution is its kernel"),
        }
    }

    pub(super) fn matrix(&self) -> Tensor<2> {
        match self {
            Self::Matrix(t) => t.clone(),
            _ => unreachable!("the tensor of a table is a matrix"),
        }
    }

    pub(super) fn vector(&self) -> Tensor<1> {
        match self {
            Self::Vector(t) => t.clone(),
            _ => unreachable!("only kernels and tables have more than one dimension"),
        }
    }

    /// `[1, channels, 1, 1]` from `[channels]`.
    pub(super) fn channels(&self) -> Tensor<4> {
        let vector = self.vector();
        let [n] = vector.dims();
        vector.reshape([1, n, 1, 1])
    }

    fn tracked(&self) -> Self {
        match self {
            Self::Kernel(t) => Self::Kernel(t.clone().autodiff().require_grad()),
            Self::Matrix(t) => Self::Matrix(t.clone().autodiff().require_grad()),
            Self::Vector(t) => Self::Vector(t.clone().autodiff().require_grad()),
        }
    }

    fn cast(&self, dtype: FloatDType) -> Self {
        match self {
            Self::Kernel(t) => Self::Kernel(t.clone().cast(dtype)),
            Self::Matrix(t) => Self::Matrix(t.clone().cast(dtype)),
            Self::Vector(t) => Self::Vector(t.clone().cast(dtype)),
        }
    }

    pub(super) fn inner(&self) -> Self {
        match self {
            Self::Kernel(t) => Self::Kernel(t.clone().inner()),
            Self::Matrix(t) => Self::Matrix(t.clone().inner()),
            Self::Vector(t) => Self::Vector(t.clone().inner()),
        }
    }

    fn gradient(&self, grads: &mut Gradients) -> Tensor<1> {
        match self {
            Self::Kernel(t) => flat_gradient(t, grads),
            Self::Matrix(t) => flat_gradient(t, grads),
            Self::Vector(t) => flat_gradient(t, grads),
        }
    }
}

fn flat_gradient<const D: usize>(t: &Tensor<D>, grads: &mut Gradients) -> Tensor<1> {
    t.grad_remove(grads)
        .unwrap_or_else(|| t.clone().inner().zeros_like())
        .reshape([t.shape().num_elements()])
}

/// What draws: a network on a device, or one made ready for the host.
pub trait Forward {
    /// Every output, with running statistics where steps normalise over the batch.
    ///
    /// # Panics
    /// If the inputs are not those of the network.
    fn outputs(&self, inputs: Inputs<Tensor<4>>) -> Vec<Tensor<4>>;
    /// What every activation hands on, first to last, with running statistics.
    ///
    /// # Panics
    /// If the inputs are not those of the network.
    fn activations_of(&self, inputs: Inputs<Tensor<4>>) -> Vec<Tensor<4>>;

    /// The outputs; several are joined over their channels.
    ///
    /// # Panics
    /// If the inputs are not those of the network.
    fn forward_with(&self, inputs: Inputs<Tensor<4>>) -> Tensor<4> {
        let mut outputs = self.outputs(inputs);
        match outputs.len() {
            1 => outputs.remove(0),
            _ => Tensor::cat(outputs, 1),
        }
    }

    /// [`Self::forward`] with noise for every step that takes it, first to last, or none.
    fn forward_noisy(&self, x: Tensor<4>, noise: &[Tensor<4>]) -> Tensor<4> {
        self.forward_with(noisy(x, noise))
    }

    /// The output for the first input alone.
    ///
    /// # Shapes
    /// - x: `[batch, channels, height, width]` of the first input
    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        self.forward_with(Inputs::of(x))
    }

    /// What every activation hands on, first to last, for the first input alone.
    fn activations(&self, x: Tensor<4>) -> Vec<Tensor<4>> {
        self.activations_of(Inputs::of(x))
    }
}

impl Forward for Box<dyn Forward> {
    fn outputs(&self, inputs: Inputs<Tensor<4>>) -> Vec<Tensor<4>> {
        (**self).outputs(inputs)
    }

    fn activations_of(&self, inputs: Inputs<Tensor<4>>) -> Vec<Tensor<4>> {
        (**self).activations_of(inputs)
    }
}

fn noisy(x: Tensor<4>, noise: &[Tensor<4>]) -> Inputs<Tensor<4>> {
    let noise = noise.iter().cloned();
    noise.fold(Inputs::of(x), |inputs, noise| {
        inputs.with(Side::Noise, noise)
    })
}

/// Mean and biased variance of each batch normalisation, in the order of the running statistics.
pub type BatchStatistics = Vec<Tensor<1>>;

/// A network with its values.
#[derive(Clone, Debug)]
pub struct Network {
    pub(super) architecture: Architecture,
    /// Of each step.
    pub(super) weights: Vec<Vec<Weight>>,
}

impl Architecture {
    /// The network with these values.
    ///
    /// # Shapes
    /// - parameters: `[parameters()]`
    /// - statistics: `[statistics()]`
    ///
    /// # Panics
    /// If a vector has another length.
    pub fn with(&self, parameters: &Tensor<1>, statistics: &Tensor<1>) -> Network {
        assert_eq!(
            parameters.dims(),
            [self.parameters()],
            "trained parameters of the network"
        );
        assert_eq!(
            statistics.dims(),
            [self.statistics()],
            "running statistics of the network"
        );
        let mut at = [0; 2];
        let mut take = |shape: &[usize], trained: bool| {
            let n: usize = shape.iter().product();
            let (source, at) = if trained {
                (parameters, &mut at[0])
            } else {
                (statistics, &mut at[1])
            };
            let part = source.clone().slice(*at..*at + n);
            *at += n;
            Weight::new(part, shape)
        };
        let steps = self.steps.iter();
        let weights = steps.map(|step| {
            let entries = step.op.entries().into_iter();
            entries
                .map(|(_, shape, trained)| take(&shape, trained))
                .collect()
        });
        Network {
            weights: weights.collect(),
            architecture: self.clone(),
        }
    }
}

impl Network {
    fn map(&self, f: impl Fn(&Weight, bool) -> Weight) -> Self {
        let steps = self.architecture.steps.iter().zip(&self.weights);
        let weights = steps.map(|(step, weights)| {
            let entries = step.op.entries().into_iter();
            let pairs = weights.iter().zip(entries);
            pairs
                .map(|(weight, (.., trained))| f(weight, trained))
                .collect()
        });
        Self {
            weights: weights.collect(),
            architecture: self.architecture.clone(),
        }
    }

    /// A copy whose trained parameters record gradients.
    pub fn tracked(&self) -> Self {
        self.map(|weight, trained| match trained {
            true => weight.tracked(),
            false => weight.clone(),
        })
    }

    /// A copy that records nothing.
    pub fn untracked(&self) -> Self {
        self.map(|weight, _| weight.inner())
    }

    /// The same network in another floating-point type. The gradients of a tracked network are still found at itself, in its
    /// own type.
    pub fn cast(&self, dtype: FloatDType) -> Self {
        self.map(|weight, _| weight.cast(dtype))
    }

    /// The output with each batch's own statistics, which are handed back.
    ///
    /// # Shapes
    /// - x: `[batch, channels, height, width]` of the first input
    pub fn forward_training(&self, x: Tensor<4>) -> (Tensor<4>, BatchStatistics) {
        self.forward_training_with(Inputs::of(x))
    }

    /// [`Self::forward_training`] with noise for every step that takes it, first to last, or none.
    pub fn forward_training_noisy(
        &self,
        x: Tensor<4>,
        noise: &[Tensor<4>],
    ) -> (Tensor<4>, BatchStatistics) {
        self.forward_training_with(noisy(x, noise))
    }

    /// [`Self::forward_training`] of all inputs; several outputs are joined over their channels.
    ///
    /// # Panics
    /// If the inputs are not those of the network.
    pub fn forward_training_with(&self, inputs: Inputs<Tensor<4>>) -> (Tensor<4>, BatchStatistics) {
        let mut statistics = vec![];
        let of_batch = |h, weights: &[Weight]| {
            let [gamma, beta] = [0, 1].map(|i| weights[i].vector());
            let out = module::batch_norm_train(h, gamma, beta, EPSILON);
            statistics.push(out.mean.inner());
            statistics.push(out.variance.inner());
            out.output
        };
        let mut outputs = self.pass(inputs, of_batch, |_, _| ());
        let output = match outputs.len() {
            1 => outputs.remove(0),
            _ => Tensor::cat(outputs, 1),
        };
        (output, statistics)
    }

    /// Takes the steps in turn and returns the outputs. `normalise` is batch normalisation; `see` is told the value of every step.
    pub(super) fn pass(
        &self,
        inputs: Inputs<Tensor<4>>,
        mut normalise: impl FnMut(Tensor<4>, &[Weight]) -> Tensor<4>,
        mut see: impl FnMut(usize, &Tensor<4>),
    ) -> Vec<Tensor<4>> {
        let last_readers = self.architecture.last_readers();
        let mut given = inputs.bind(&self.architecture).into_iter();
        let mut values: Vec<Option<Tensor<4>>> = Vec::with_capacity(self.weights.len());
        for (i, (step, weights)) in self
            .architecture
            .steps
            .iter()
            .zip(&self.weights)
            .enumerate()
        {
            let mut args = Vec::with_capacity(step.from.len());
            for (nth, &from) in step.from.iter().enumerate() {
                // The last reader of a value has it alone, so that it can be written over.
                let last = last_readers[from] == Some(i) && !step.from[nth + 1..].contains(&from);
                args.extend(if last {
                    values[from].take()
                } else {
                    values[from].clone()
                });
            }
            let value = match step.op {
                Op::Input(_) => given.next().expect("an input"),
                Op::BatchNorm(_) => Some(normalise(args.remove(0), weights)),
                op => Some(steps::apply(&op, weights, args)),
            };
            if let Some(value) = &value {
                see(i, value);
            }
            values.push(value);
        }
        let output = |&i: &usize| values[i].clone().expect("an output is no noise");
        self.architecture.outputs.iter().map(output).collect()
    }

    /// The gradients of a loss with respect to the trained parameters of this tracked network, as one vector. A parameter that
    /// the loss does not depend on has gradient 0.
    ///
    /// # Shapes
    /// - returns: `[parameters]`, without gradients
    pub fn gradients(&self, grads: &mut Gradients) -> Tensor<1> {
        let mut parts = vec![];
        for (step, weights) in self.architecture.steps.iter().zip(&self.weights) {
            for (weight, (.., trained)) in weights.iter().zip(step.op.entries()) {
                if trained {
                    parts.push(weight.gradient(grads));
                }
            }
        }
        Tensor::cat(parts, 0)
    }
}

impl Forward for Network {
    fn outputs(&self, inputs: Inputs<Tensor<4>>) -> Vec<Tensor<4>> {
        self.pass(inputs, running, |_, _| ())
    }

    fn activations_of(&self, inputs: Inputs<Tensor<4>>) -> Vec<Tensor<4>> {
        let mut out = vec![];
        self.pass(inputs, running, |i, h| {
            if self.architecture.steps[i].op.activates() {
                out.push(h.clone());
            }
        });
        out
    }
}

/// Batch normalisation with running statistics.
pub(super) fn running(h: Tensor<4>, weights: &[Weight]) -> Tensor<4> {
    let [gamma, beta, mean, variance] = [0, 1, 2, 3].map(|i| weights[i].vector());
    module::batch_norm(h, gamma, beta, mean, variance, EPSILON)
}
