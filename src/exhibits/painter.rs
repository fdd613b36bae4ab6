//! A trained pix2pix at work: sketches in, pictures out.
//!
//! Like other explorers it holds no state but the weights; the pictures drawn last are kept, as several outputs of a view show them.
//! Views are answered in `pix2pix/answers.rs`. A request of the drawing board, the bench or the fixtures is JSON with `op`, beside the numbers of a
//! sketch ([`Sketch::from_numbers`]); the answer is named tensors.
//!
//! | op | arguments (default) | numbers | answer |
//! |---|---|---|---|
//! | `colour` | `seeds` (none: without dropout), `patches` (false) | a sketch | `images [n, side, side, 4]`, one per seed; `patches [n, rows, columns]`, the discriminator's probability that each patch is real; for several seeds `spread [side, side]`, the standard deviation over them of each pixel, in [0, 1] |
//! | `paper` | | a sketch | `images [1, side, side, 4]`: the sketch as a person sees it at that size; `raster [5, side, side]`: as the network does |
//! | `doodle` | `subject` (what the weights draw), `coloured` (false), `seed` | | `sketch [numbers]` |

use burn::tensor::{Device, Tensor, activation};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::explore::{self, Ask, Explore};
use super::latents::{Answer, asked, flat, floats, rgba, within};
use super::pix2pix;
use crate::data::sketches::doodle::{Subject, doodle};
use crate::data::sketches::sketch::{CHANNELS, Sketch, paper};
use crate::metrics::similarity::deviation;
use crate::models::family::{Family, to_draw};
use crate::models::network::{Forward, State, images};
use crate::models::pix2pix::{COLOURS, Pix2pix, Pix2pixModel, UnetConfig, together};
use crate::rng::{Purpose, stream};
use crate::runs::{LocalFuture, read};
use crate::weights::Card;

/// Most pictures of a request.
const PICTURES_MAX: usize = 16;

/// A request; a sketch comes beside it.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "op", rename_all = "kebab-case")]
pub enum Request {
    /// Pictures of a sketch.
    Colour {
        /// Seeds of the dropout noise; without dropout when empty.
        #[serde(default)]
        seeds: Vec<u64>,
        /// Whether to ask the discriminator.
        #[serde(default)]
        patches: bool,
    },
    /// The sketch as the network sees it.
    Paper,
    /// A sketch that nobody drew.
    Doodle {
        /// Id of a [`Subject`]; without one, what the weights were trained on.
        #[serde(default)]
        subject: Option<String>,
        /// Whether with colours.
        #[serde(default)]
        coloured: bool,
        /// Seed.
        seed: u64,
    },
}

/// A trained generator, with its discriminator where it had one.
pub struct Painter {
    card: Card,
    device: Device,
    model: Pix2pixModel,
    config: UnetConfig,
    generator: Box<dyn Forward>,
    discriminator: Option<Box<dyn Forward>>,
    /// Further weights, opened beside these.
    others: Vec<Painter>,
    /// What was drawn last.
    last: Option<(Wanted, Drawn)>,
}

/// What decides a picture: the numbers of a sketch, the seeds of dropout, and whether the discriminator is asked.
#[derive(PartialEq)]
struct Wanted(Vec<f32>, Vec<u64>, bool);

/// Pictures of a sketch, one per seed.
pub(super) struct Drawn {
    /// `[n, COLOURS, side, side]` in [0, 1].
    pub(super) pictures: Vec<f32>,
    /// The discriminator's probability that each patch is real, `[n, rows, columns]`, with rows and columns.
    pub(super) map: Option<(Vec<f32>, [usize; 2])>,
}

impl Painter {
    /// Opens weights.
    ///
    /// # Errors
    /// A sentence when the card or the file cannot be used.
    pub fn new(card: Card, states: &[State], device: Device) -> Result<Self, String> {
        let model = card.config.of::<Pix2pixModel>().copied();
        let model = model.ok_or_else(|| format!("{} makes no pictures of sketches.", card.id))?;
        let Pix2pix {
            config,
            generator,
            discriminator,
        } = model.open(states, to_draw(&device))?;
        Ok(Self {
            card,
            device,
            model,
            config,
            generator,
            discriminator,
            others: vec![],
            last: None,
        })
    }

    /// These weights, or those beside them, by their id.
    pub(super) fn of(&mut self, id: &str) -> Option<&mut Self> {
        if self.card.id == id {
            return Some(self);
        }
        self.others.iter_mut().find(|other| other.card.id == id)
    }

    /// The card of the weights.
    pub(super) fn card(&self) -> &Card {
        &self.card
    }

    /// Side of a patch that the discriminator judges, in pixels; none where there was no discriminator.
    pub(super) fn patch(&self) -> Option<usize> {
        self.model.discriminator.map(|d| d.patch.side())
    }

    /// Shape of a picture.
    pub(super) fn shape(&self) -> [usize; 3] {
        [COLOURS, self.config.side, self.config.side]
    }

    /// What the page needs to know.
    pub fn describe(&self) -> Json {
        let UnetConfig {
            channels,
            halvings,
            skips,
            dropout,
            ..
        } = self.config;
        json!({
            "model": "pix2pix",
            "data": self.card.data.name,
            "shape": self.shape(),
            "parameters": self.card.parameters,
            "channels": channels,
            "halvings": halvings,
            "skips": skips,
            "dropout": dropout,
            "lambda": self.model.lambda,
            "patch": self.patch(),
        })
    }

    /// Answers a request.
    pub fn run<'a>(
        &'a self,
        request: Request,
        values: Vec<f32>,
    ) -> LocalFuture<'a, Result<Answer, String>> {
        Box::pin(async move {
            let side = self.config.side;
            let raster = || Sketch::from_numbers(&values).map(|sketch| sketch.raster(side));
            match request {
                Request::Colour { seeds, patches } => self.colour(raster()?, &seeds, patches).await,
                Request::Paper => {
                    let raster = raster()?;
                    let shown = rgba("images", &paper(&raster), self.shape());
                    Ok(vec![
                        shown,
                        floats("raster", &[CHANNELS, side, side], raster),
                    ])
                }
                Request::Doodle {
                    subject,
                    coloured,
                    seed,
                } => {
                    let subject = self.subject(subject.as_deref())?;
                    let numbers = doodle(subject, coloured, seed).to_numbers();
                    Ok(vec![floats("sketch", &[numbers.len()], numbers)])
                }
            }
        })
    }

    /// A subject of sketches by its id, or that of the weights' data.
    fn subject(&self, id: Option<&str>) -> Result<Subject, String> {
        let Some(id) = id else {
            let mut all = Subject::ALL.iter();
            let own = all.find(|subject| self.card.data.name.starts_with(subject.id()));
            return Ok(own.copied().unwrap_or(Subject::ALL[0]));
        };
        Subject::from_id(id).ok_or_else(|| format!("There are no sketches of \"{id}\"."))
    }

    async fn colour(
        &self,
        raster: Vec<f32>,
        seeds: &[u64],
        patches: bool,
    ) -> Result<Answer, String> {
        let n = seeds.len().max(1);
        let side = self.config.side;
        let Drawn { pictures, map } = self.drawn(raster, seeds, patches).await?;
        let mut answer = vec![rgba("images", &pictures, self.shape())];
        if n > 1 {
            let spread = deviation(&pictures, n, COLOURS);
            answer.push(floats("spread", &[side, side], spread));
        }
        answer
            .extend(map.map(|(map, [rows, columns])| floats("patches", &[n, rows, columns], map)));
        Ok(answer)
    }

    /// Pictures of a sketch; those drawn last if nothing differs.
    pub(super) async fn draw(
        &mut self,
        numbers: &[f32],
        seeds: &[u64],
        patches: bool,
    ) -> Result<&Drawn, String> {
        let wanted = Wanted(numbers.to_vec(), seeds.to_vec(), patches);
        let last = match self.last.take() {
            Some((own, drawn)) if own == wanted => (own, drawn),
            _ => {
                let raster = Sketch::from_numbers(numbers)?.raster(self.config.side);
                let drawn = self.drawn(raster, seeds, patches).await?;
                (wanted, drawn)
            }
        };
        let (_, drawn) = self.last.insert(last);
        Ok(drawn)
    }

    /// Pictures of a raster, one per seed; without dropout where there is none.
    async fn drawn(&self, raster: Vec<f32>, seeds: &[u64], patches: bool) -> Result<Drawn, String> {
        let n = seeds.len().max(1);
        within("number of seeds", n, PICTURES_MAX)?;
        let side = self.config.side;
        let one = images(raster, [CHANNELS, side, side], &self.device);
        let x = one.repeat(&[n, 1, 1, 1]);
        let mut rngs: Vec<_> = seeds
            .iter()
            .map(|seed| stream(*seed, Purpose::Dropout, 0))
            .collect();
        let noise = if seeds.is_empty() {
            vec![]
        } else {
            self.config.noise(&mut rngs, &self.device)
        };
        let pictures = self.generator.forward_noisy(x.clone(), &noise);
        let mut tensors: Vec<Tensor<1>> = vec![flat(pictures.clone() * 0.5 + 0.5)];
        let mut size = None;
        if patches {
            let network = self.discriminator.as_ref();
            let network =
                network.ok_or_else(|| format!("{} has no discriminator.", self.card.id))?;
            let logits = network.forward(together(x, pictures));
            let [_, _, rows, columns] = logits.dims();
            size = Some([rows, columns]);
            tensors.push(flat(activation::sigmoid(logits)));
        }
        let mut found = read(tensors).await?.into_iter();
        let mut next = || found.next().unwrap_or_default();
        Ok(Drawn {
            pictures: next(),
            map: size.map(|size| (next(), size)),
        })
    }
}

impl Explore for Painter {
    fn describe(&self) -> Json {
        Painter::describe(self)
    }

    fn add(&mut self, card: Card, states: Vec<State>) -> Result<(), String> {
        let other = Self::new(card, &states, self.device.clone())?;
        self.others.retain(|own| own.card.id != other.card.id);
        self.others.push(other);
        Ok(())
    }

    fn answer<'a>(&'a mut self, ask: Ask<'a>) -> LocalFuture<'a, Result<explore::Content, String>> {
        Box::pin(pix2pix::answer(self, ask))
    }

    fn run<'a>(
        &'a mut self,
        request: &'a str,
        values: Vec<f32>,
    ) -> LocalFuture<'a, Result<Answer, String>> {
        match asked(request) {
            Ok(request) => Painter::run(self, request, values),
            Err(sentence) => Box::pin(async { Err(sentence) }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::latents::Content;
    use super::*;
    use crate::exhibits::pix2pix::tests::small;
    use crate::models::pix2pix::Patch;
    use crate::weights::open;
    use crate::weights::tests::random;
    use pollster::block_on;
    use proptest::prelude::*;

    fn painter(patch: Option<Patch>) -> Painter {
        let (card, bytes) = random(small(patch));
        let card = serde_json::to_string(&card).unwrap();
        let (card, states) = open(&card, &bytes).unwrap();
        Painter::new(card, &states, Device::flex()).unwrap()
    }

    fn ask(painter: &Painter, request: Json, values: Vec<f32>) -> Result<Answer, String> {
        block_on(painter.run(serde_json::from_value(request).unwrap(), values))
    }

    fn numbers(answer: &Answer, name: &str) -> (Vec<usize>, Vec<f32>) {
        let (_, shape, content) = answer.iter().find(|(n, ..)| n == name).expect("an answer");
        let values = match content {
            Content::Floats(values) => values.clone(),
            Content::Bytes(bytes) => bytes.iter().map(|b| f32::from(*b)).collect(),
        };
        (shape.clone(), values)
    }

    fn drawn(painter: &Painter) -> Vec<f32> {
        let request = json!({"op": "doodle", "subject": "critter", "coloured": true, "seed": 3});
        numbers(&ask(painter, request, vec![]).unwrap(), "sketch").1
    }

    #[test]
    fn a_picture_belongs_to_its_seed_and_not_to_those_beside_it() {
        let p = painter(Some(Patch::Small));
        let sketch = drawn(&p);
        let colour = |seeds: &[u64]| {
            let request = json!({"op": "colour", "seeds": seeds, "patches": true});
            ask(&p, request, sketch.clone()).unwrap()
        };
        let (three, one, off) = (colour(&[4, 5, 6]), colour(&[5]), colour(&[]));
        let size = 16 * 16 * 4;
        let (shape, all) = numbers(&three, "images");
        assert_eq!(shape, [3, 16, 16, 4]);
        assert_eq!(all[size..2 * size], numbers(&one, "images").1);
        assert_eq!(off, colour(&[]));
        assert_eq!(numbers(&off, "images").0, [1, 16, 16, 4]);
        assert_ne!(numbers(&off, "images").1, numbers(&one, "images").1);
        let (shape, map) = numbers(&three, "patches");
        assert_eq!(shape, [3, 4, 4]);
        assert!(map.iter().all(|p| (0.0..=1.0).contains(p)));
        assert_eq!(map[16..32], numbers(&one, "patches").1);
        let spread = |seeds: &[u64]| numbers(&colour(seeds), "spread");
        assert_eq!(spread(&[7, 8]).0, [16, 16]);
        assert!(spread(&[7, 8]).1.iter().any(|v| *v > 0.0));
        assert!(spread(&[7, 7]).1.iter().all(|v| *v == 0.0));
    }

    #[test]
    fn paper_shows_the_sketch_and_nothing_on_an_empty_one() {
        let p = painter(None);
        let paper = |values| numbers(&ask(&p, json!({"op": "paper"}), values).unwrap(), "images").1;
        assert!(paper(vec![]).iter().all(|v| *v == 255.0));
        assert!(paper(drawn(&p)).iter().any(|v| *v < 100.0));
        let answer = ask(&p, json!({"op": "paper"}), drawn(&p)).unwrap();
        let (shape, raster) = numbers(&answer, "raster");
        assert_eq!(shape, [CHANNELS, 16, 16]);
        assert_eq!(raster, Sketch::from_numbers(&drawn(&p)).unwrap().raster(16));
    }

    #[test]
    fn what_makes_no_sense_gets_a_sentence() {
        let p = painter(None);
        for (request, values) in [
            (json!({"op": "colour"}), vec![1.0, 2.0]),
            (
                json!({"op": "colour"}),
                vec![0.0, 0.0, 0.0, 0.0, 1.0, f32::NAN, 0.0, 0.0],
            ),
            (
                json!({"op": "colour", "seeds": vec![1; PICTURES_MAX + 1]}),
                vec![],
            ),
            (json!({"op": "colour", "patches": true}), vec![]),
            (
                json!({"op": "doodle", "subject": "nobody", "seed": 1}),
                vec![],
            ),
        ] {
            let sentence = ask(&p, request.clone(), values).unwrap_err();
            assert!(sentence.ends_with('.'), "{request}: {sentence}");
        }
        let (card, bytes) = random(crate::models::dcgan::DcganModel {
            generator: crate::models::dcgan::GeneratorConfig {
                latent: 2,
                channels: 1,
                colours: 3,
            },
            discriminator: crate::models::dcgan::DiscriminatorConfig {
                channels: 1,
                colours: 3,
            },
        });
        let card = serde_json::to_string(&card).unwrap();
        let (card, states) = open(&card, &bytes).unwrap();
        let refused = Painter::new(card, &states, Device::flex()).err().unwrap();
        assert!(refused.contains("sketches"), "{refused}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn any_numbers_get_pictures_or_a_sentence(values in prop::collection::vec(prop_oneof![any::<f32>(), (0..3u8).prop_map(f32::from)], 0..30), seeds in prop::collection::vec(any::<u64>(), 0..3)) {
            let p = painter(Some(Patch::Pixel));
            if let Err(sentence) = ask(&p, json!({"op": "colour", "seeds": seeds, "patches": true}), values) {
                prop_assert!(sentence.ends_with('.'));
            }
        }
    }
}
