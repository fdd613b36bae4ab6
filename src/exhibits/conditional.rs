//! GANs with labels: the same latent under every label, and what classifiers see in the samples.

use burn::tensor::{Device, Tensor, activation};
use serde_json::{Value as Json, json};

use super::exhibit::{
    Arrangement, Draws, Exhibit, Input, Output, Source, View, choice, pictures, seed, setting,
};
use super::explore::{Ask, Content, Explore, Pictures};
use super::latents::{self, Path, flat, rgba};
use crate::models::cgan::{Cgan, CganModel};
use crate::models::classifier::{Classifier, ClassifierModel};
use crate::models::family::{Family, FromLatents, to_draw};
use crate::models::mlp::matrix;
use crate::models::network::{Forward, State, images};
use crate::rng::{Purpose, normal, stream};
use crate::runs::{LocalFuture, read};
use crate::schema::{Control, Kind};
use crate::weights::Card;
use tex::tex;

/// The row.
pub const ROW: Exhibit = Exhibit {
    id: "conditional",
    title: "Conditional GAN",
    summary: "Generators that this project trained draw the garment that they are asked for: the same latent under every label, and what classifiers see in it.",
    look: "A generator takes a latent and a label, and a discriminator sees to it that the picture fits the label, in one of two ways. In a conditional GAN it is told the label and judges both together: is this a real picture with this label? In an AC-GAN it is not told; it has to find the label, as a classifier with a loss of its own, and the generator is paid when it is found. So an AC-GAN is paid for samples that are easy to classify, and can leave out the less typical ones. In both the label says what is drawn, and the latent is left to say how.",
    equation: tex!(
        r"L_G = -\mathbb{E} \log D(G(z, y)) - \lambda \, \mathbb{E} \log P(y \mid G(z, y)), \quad \lambda = 0 \text{ where } D \text{ is told } y"
    ),
    sources: &[
        Source {
            text: "Mirza and Osindero 2014: Conditional generative adversarial nets",
            url: "https://arxiv.org/abs/1411.1784",
        },
        Source {
            text: "Odena, Olah and Shlens 2017: Conditional image synthesis with auxiliary classifier GANs",
            url: "https://arxiv.org/abs/1610.09585",
        },
        Source {
            text: "Miyato and Koyama 2018: cGANs with projection discriminator",
            url: "https://arxiv.org/abs/1802.05637",
        },
    ],
    family: CganModel::ID,
    weights: &[
        choice("cgan-fashion", "Conditional GAN, fashion"),
        choice("acgan-fashion", "AC-GAN, fashion"),
    ],
    views: VIEWS,
    open: Conditional::open,
};

const SEED: Control = seed("The same seed gives the same latents everywhere.");
const SAMPLE: Control = setting(
    "sample",
    "Latent",
    Kind::Int(0, COLUMNS as u64 - 1, 0, false),
    "",
    "Which latent of the seed.",
);
const LABEL: Control = setting(
    "label",
    "Label",
    Kind::Int(0, LABELS as u64 - 1, 0, false),
    "",
    "What is drawn.",
);
const TO: Control = setting(
    "to",
    "To",
    Kind::Int(0, LABELS as u64 - 1, 7, false),
    "",
    "Label at the end of the walk.",
);
/// Labels that the pages' weights know.
const LABELS: usize = 10;
/// Latents of a seed that are shown.
const COLUMNS: usize = 10;
/// Pictures of a walk, ends included.
const STEPS: usize = 9;
/// The project's classifier of these pictures.
const JUDGE: &str = "features-fashion";
const CHOSEN: &[&str] = &["seed", "sample", "label"];

const fn bars(title: &'static str) -> Output {
    Output {
        title,
        draws: Draws::Bars,
        reads: CHOSEN,
        image: false,
    }
}

const VIEWS: &[View] = &[
    View {
        id: "labels",
        title: "Labels",
        says: "Every column is one latent, every row one label. Down a column only the label changes.",
        weights: &[],
        companions: &[],
        inputs: &[Input::Seeds(SEED)],
        outputs: &[pictures("", Arrangement::Rows, &["seed"])],
        custom: None,
    },
    View {
        id: "walk",
        title: "Walk",
        says: "Training knows whole labels only; a mixture of two is something that the generator was never asked for. A walk between latents stays with its label.",
        weights: &[],
        companions: &[],
        inputs: &[
            Input::Seeds(SEED),
            Input::Control(SAMPLE),
            Input::Label(LABEL),
            Input::Label(TO),
        ],
        outputs: &[
            pictures(
                "From label to label, the latent kept",
                Arrangement::Strip,
                &["seed", "sample", "label", "to"],
            ),
            pictures(
                "From latent to latent, the label kept",
                Arrangement::Strip,
                CHOSEN,
            ),
        ],
        custom: None,
    },
    View {
        id: "classes",
        title: "Classes",
        says: "One sample as its own discriminator and the project's classifier see it. In the discriminator's training real pictures counted as real by 0.9; the classifier was trained on real pictures alone.",
        weights: &[],
        companions: &[JUDGE],
        inputs: &[
            Input::Seeds(SEED),
            Input::Control(SAMPLE),
            Input::Label(LABEL),
        ],
        outputs: &[
            pictures("", Arrangement::Large, CHOSEN),
            bars("Its own discriminator: probability of each label, or of being real with it"),
            bars("The project's classifier"),
        ],
        custom: None,
    },
];

/// A GAN with labels on a page.
struct Conditional {
    card: Card,
    device: Device,
    model: Cgan<Box<dyn Forward>>,
    judge: Option<Classifier<Box<dyn Forward>>>,
}

impl Conditional {
    fn open(card: Card, states: Vec<State>, device: Device) -> Result<Box<dyn Explore>, String> {
        let fits = |m: &&CganModel| [m.labels, card.labels.len()] == [LABELS; 2];
        let model = card.config.of::<CganModel>().filter(fits);
        let model = model.ok_or_else(|| format!("{} draws no {LABELS} labels.", card.id))?;
        let model = model.open(&states, to_draw(&device))?;
        Ok(Box::new(Self {
            card,
            device,
            model,
            judge: None,
        }))
    }

    /// A latent of the link's seed.
    fn latent(&self, ask: Ask<'_>, index: usize) -> Vec<f32> {
        let mut rng = stream(ask.values.int("seed"), Purpose::View, index as u64);
        normal(&mut rng, self.model.latent())
    }

    /// All weight on one label.
    fn one_hot(label: u64) -> Vec<f32> {
        let weight = |at| f32::from(u8::from(at == label));
        (0..LABELS as u64).map(weight).collect()
    }

    /// Pictures in [0, 1] of latents and labels, each end to end.
    fn draw(&self, z: Vec<f32>, label: Vec<f32>) -> Tensor<4> {
        let label = images(label, [LABELS, 1, 1], &self.device);
        let z = matrix(z, self.model.latent(), &self.device);
        self.model.pictures(z, Some(label))
    }

    async fn drawn(
        &self,
        z: Vec<f32>,
        label: Vec<f32>,
        captions: Vec<String>,
    ) -> Result<Pictures, String> {
        let x = self.draw(z.clone(), label);
        let pixels = read(vec![flat(x)]).await?.remove(0);
        let shape = self.card.config.image_shape();
        let (_, _, latents::Content::Bytes(rgba)) = rgba("", &pixels, shape) else {
            unreachable!("pictures are bytes");
        };
        Ok(Pictures {
            parts: 1,
            total: captions.len(),
            size: [shape[1], shape[2]],
            rgba,
            captions,
            z,
            ..Pictures::default()
        })
    }

    /// The same latents under every label; a part is a label.
    async fn row(&self, ask: Ask<'_>) -> Result<Pictures, String> {
        let names = &self.card.labels;
        let name = names.get(ask.part);
        let name = name.ok_or_else(|| format!("There is no label {}.", ask.part))?;
        let label = Self::one_hot(ask.part as u64).repeat(COLUMNS);
        let z = (0..COLUMNS).flat_map(|i| self.latent(ask, i)).collect();
        let captions = (1..=COLUMNS).map(|nth| format!("{name}, latent {nth}"));
        Ok(Pictures {
            parts: names.len(),
            first: ask.part * COLUMNS,
            total: names.len() * COLUMNS,
            columns: COLUMNS,
            rows: names.clone(),
            ..self.drawn(z, label, captions.collect()).await?
        })
    }

    /// From one label to another, or from the latent to the next one.
    async fn walk(&self, ask: Ask<'_>) -> Result<Pictures, String> {
        let sample = ask.values.int("sample") as usize;
        let ends = [0, 1].map(|i| self.latent(ask, (sample + i) % COLUMNS));
        let labels = ["label", "to"].map(|key| Self::one_hot(ask.values.int(key)));
        let (mut z, mut label, mut captions) = (vec![], vec![], vec![]);
        for step in 0..STEPS {
            let t = step as f32 / (STEPS - 1) as f32;
            let [of_z, of_label] = if ask.output == 0 { [0.0, t] } else { [t, 0.0] };
            z.extend(Path::Spherical.between(&ends[0], &ends[1], of_z));
            label.extend(Path::Linear.between(&labels[0], &labels[1], of_label));
            captions.push(format!("{:.0} % of the way", 100.0 * t));
        }
        self.drawn(z, label, captions).await
    }

    /// The chosen latent and label.
    fn chosen(&self, ask: Ask<'_>) -> (Vec<f32>, Vec<f32>) {
        let z = self.latent(ask, ask.values.int("sample") as usize);
        (z, Self::one_hot(ask.values.int("label")))
    }

    /// What the discriminator or the classifier sees in the chosen picture, a bar per label.
    async fn seen(&self, ask: Ask<'_>) -> Result<Content, String> {
        let (z, label) = self.chosen(ask);
        let x = self.draw(z, label);
        let shares = match (ask.output, &self.judge) {
            (1, _) => self.model.classes(x),
            (_, Some(judge)) => {
                let logits = judge.head.forward(judge.trunk.forward(x));
                activation::softmax(logits, 1).flatten(1, 3)
            }
            _ => return Err(format!("{JUDGE} is not open.")),
        };
        let shares = read(vec![flat(shares)]).await?.remove(0);
        let bar = |(name, share): (&String, f32)| {
            let share = f64::from(share);
            (name.clone(), share, format!("{:.1} %", 100.0 * share))
        };
        Ok(Content::Bars {
            bars: self.card.labels.iter().zip(shares).map(bar).collect(),
            range: [0.0, 1.0],
        })
    }
}

impl Explore for Conditional {
    fn describe(&self) -> Json {
        json!({
            "model": CganModel::ID,
            "latent": self.model.latent(),
            "shape": self.card.config.image_shape(),
            "parameters": self.card.parameters,
            "labels": self.card.labels,
            "conditional": true,
            "layers": [],
            "directions": [],
        })
    }

    fn add(&mut self, card: Card, states: Vec<State>) -> Result<(), String> {
        let judge = card.config.of::<ClassifierModel>();
        let judge = judge.filter(|judge| {
            judge.image_shape() == self.card.config.image_shape()
                && judge.networks.logits() == LABELS
        });
        let judge = judge.ok_or_else(|| format!("{} does not fit these pictures.", card.id))?;
        self.judge = Some(judge.open(&states, to_draw(&self.device))?);
        Ok(())
    }

    fn answer<'a>(&'a mut self, ask: Ask<'a>) -> LocalFuture<'a, Result<Content, String>> {
        Box::pin(async move {
            let shown = match (ask.view, ask.output) {
                ("labels", 0) => self.row(ask).await?,
                ("walk", 0 | 1) => self.walk(ask).await?,
                ("classes", 0) => {
                    let (z, label) = self.chosen(ask);
                    let name = &self.card.labels[ask.values.int("label") as usize];
                    self.drawn(z, label, vec![name.clone()]).await?
                }
                ("classes", 1 | 2) => return self.seen(ask).await,
                (view, output) => return Err(format!("The view {view} has no output {output}.")),
            };
            Ok(Content::Pictures(shown))
        })
    }
}
