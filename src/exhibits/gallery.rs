//! The table of demos that sample trained weights, and their links.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::choice::Choice;
use crate::limits::excerpt;
use crate::schema::{Control, Kind, QUERY_MAX_BYTES, Scope, is_of_page};

/// A demo of trained weights.
pub struct Gallery {
    /// Kebab-case id, and the name of its page.
    pub id: &'static str,
    /// What a person reads.
    pub title: &'static str,
    /// One sentence.
    pub summary: &'static str,
    /// What can be set; the control `weights` lists the weights.
    pub controls: &'static [Control],
    /// Settings that are lists of numbers and names.
    pub texts: &'static [Text],
}

/// A setting that is a list.
pub struct Text {
    /// Kebab-case key in links.
    pub key: &'static str,
    /// What a person reads.
    pub label: &'static str,
    /// What it holds.
    pub help: &'static str,
    /// Most characters.
    pub max: usize,
}

const fn setting(
    key: &'static str,
    label: &'static str,
    kind: Kind,
    unit: &'static str,
    help: &'static str,
) -> Control {
    Control {
        key,
        label,
        group: "",
        scope: Scope::Shared,
        kind,
        unit,
        help,
        live: true,
    }
}

const fn choice(id: &'static str, title: &'static str) -> Choice {
    Choice { id, title }
}

const SEED: Control = setting(
    "seed",
    "Seed",
    Kind::Int(0, 4_294_967_295, 1, false),
    "",
    "The same seed gives the same latents everywhere.",
);
const SHIFT: Text = Text {
    key: "shift",
    label: "Shift",
    help: "Amounts along directions, as id:amount, separated by commas.",
    max: 1_000,
};

/// Every demo of trained weights, in the order in which the page lists them.
pub const GALLERIES: &[Gallery] = &[
    Gallery {
        id: "dcgan",
        title: "DCGAN",
        summary: "A generator that this project trained draws monsters from random latents: sample, interpolate, walk and calculate in its latent space.",
        controls: &[
            setting(
                "weights",
                "Weights",
                Kind::Choice(
                    &[choice("dcgan-critters", "Critters, 64 x 64")],
                    "dcgan-critters",
                ),
                "",
                "Which trained networks.",
            ),
            SEED,
            setting(
                "count",
                "Samples",
                Kind::Int(1, 256, 64, false),
                "images",
                "How many samples the wall shows.",
            ),
            setting(
                "truncation",
                "Truncation",
                Kind::Float(0.0, 3.0, 0.0, false),
                "standard deviations",
                "Latents beyond this are drawn again: typical images, less variety (Brock et al. 2019). 0 is off.",
            ),
            setting(
                "view",
                "View",
                Kind::Choice(
                    &[
                        choice("wall", "Wall"),
                        choice("interpolate", "Interpolate"),
                        choice("walk", "Walk"),
                        choice("arithmetic", "Arithmetic"),
                        choice("directions", "Directions"),
                        choice("layers", "Layers"),
                    ],
                    "wall",
                ),
                "",
                "What is shown.",
            ),
            setting(
                "steps",
                "Steps",
                Kind::Int(2, 16, 8, false),
                "images",
                "Images along an interpolation, ends included.",
            ),
            setting(
                "time",
                "Time",
                Kind::Float(0.0, 1_000_000.0, 0.0, false),
                "latents",
                "Latents that the walk has passed.",
            ),
            setting(
                "place",
                "Place",
                Kind::Float(0.0, 1.0, 0.5, false),
                "of the way",
                "Where the slider stands between A and B.",
            ),
        ],
        texts: &[
            Text {
                key: "picks",
                label: "Picks",
                help: "Chosen samples, as seed:index or index, separated by commas; sets by semicolons.",
                max: 1_000,
            },
            SHIFT,
        ],
    },
    Gallery {
        id: "vae",
        title: "VAE",
        summary: "Autoencoders that this project trained: drag through their latent space, draw into it, and see what the prior costs and buys.",
        controls: &[
            setting(
                "weights",
                "Weights",
                Kind::Choice(
                    &[
                        choice("vae-fashion-2d", "Fashion, 2-D, beta 1"),
                        choice("vae-fashion-2d-b05", "Fashion, 2-D, beta 0.5"),
                        choice("vae-fashion-2d-b4", "Fashion, 2-D, beta 4"),
                        choice("vae-fashion-16d", "Fashion, 16-D, beta 1"),
                        choice("vae-fashion-16d-b05", "Fashion, 16-D, beta 0.5"),
                        choice("vae-fashion-16d-b4", "Fashion, 16-D, beta 4"),
                        choice("vae-fashion-conditional", "Fashion, conditional"),
                        choice("ae-fashion-2d", "Fashion, plain autoencoder"),
                        choice("vae-critters", "Critters, 32-D"),
                    ],
                    "vae-fashion-2d",
                ),
                "",
                "Which trained networks.",
            ),
            SEED,
            setting(
                "view",
                "View",
                Kind::Choice(
                    &[
                        choice("manifold", "Manifold"),
                        choice("draw", "Draw"),
                        choice("trade", "Trade-off"),
                        choice("labels", "Labels"),
                        choice("autoencoder", "Autoencoder"),
                        choice("attributes", "Attributes"),
                    ],
                    "manifold",
                ),
                "",
                "What is shown.",
            ),
            setting(
                "label",
                "Label",
                Kind::Int(0, 9, 0, false),
                "",
                "Class of a conditional model.",
            ),
            setting(
                "side",
                "Tiles",
                Kind::Int(4, 32, 16, false),
                "images",
                "Images along each side of the manifold.",
            ),
            setting(
                "extent",
                "Extent",
                Kind::Float(0.5, 12.0, 3.0, false),
                "standard deviations",
                "How far from the origin the manifold reaches.",
            ),
            setting(
                "samples",
                "Samples",
                Kind::Int(1, 32, 8, false),
                "images",
                "Samples around an image.",
            ),
            setting(
                "points",
                "Codes",
                Kind::Flag(true),
                "",
                "Whether the encoded validation images are shown.",
            ),
        ],
        texts: &[
            Text {
                key: "z",
                label: "Latent",
                help: "Where one stands: numbers separated by commas.",
                max: 1_000,
            },
            SHIFT,
        ],
    },
    Gallery {
        id: "pixelcnn",
        title: "PixelCNN",
        summary: "Autoregressive networks that this project trained draw one pixel at a time: watch the softmax, overrule a pixel, complete a picture, and see what each pixel can see.",
        controls: &[
            setting(
                "weights",
                "Weights",
                Kind::Choice(
                    &[
                        choice("pixelcnn-mnist", "Digits, gated PixelCNN"),
                        choice("pixelcnn-mnist-plain", "Digits, plain PixelCNN"),
                        choice("pixelrnn-mnist", "Digits, PixelRNN (Row LSTM)"),
                        choice("pixelcnn-fashion", "Fashion, by label, 16 levels"),
                        choice("pixelcnn-critters", "Critters, in colour"),
                    ],
                    "pixelcnn-mnist",
                ),
                "",
                "Which trained networks.",
            ),
            setting(
                "seed",
                "Seed",
                Kind::Int(0, 4_294_967_295, 1, false),
                "",
                "Decides every draw of the first board; the next board has the next seed.",
            ),
            setting(
                "view",
                "View",
                Kind::Choice(
                    &[
                        choice("pixel", "Pixel by pixel"),
                        choice("complete", "Complete"),
                        choice("masks", "Masks"),
                        choice("compare", "Compare"),
                    ],
                    "pixel",
                ),
                "",
                "What is shown.",
            ),
            setting(
                "label",
                "Label",
                Kind::Int(0, 9, 0, false),
                "",
                "What a conditional model is told to draw.",
            ),
            setting(
                "count",
                "Boards",
                Kind::Int(1, 64, 1, false),
                "images",
                "Images drawn at the same time.",
            ),
            setting(
                "draw",
                "Draw",
                Kind::Choice(
                    &[
                        choice("sample", "Sample"),
                        choice("argmax", "Argmax"),
                        choice("uniform", "Uniform"),
                    ],
                    "sample",
                ),
                "",
                "Sample draws from the softmax at the temperature, argmax takes the likeliest level (temperature 0), uniform any level (infinite temperature).",
            ),
            setting(
                "temperature",
                "Temperature",
                Kind::Float(0.0, 5.0, 1.0, false),
                "",
                "Logits are divided by it before the softmax: 1 is the model, less is surer.",
            ),
            setting(
                "pixel",
                "Pixel",
                Kind::Int(0, 4_096, 406, false),
                "pixels",
                "How many pixels are drawn.",
            ),
            setting(
                "fork",
                "Fork",
                Kind::Int(0, 4_096, 0, false),
                "pixels",
                "The first so many pixels of every board are those of the first.",
            ),
            setting(
                "rate",
                "Speed",
                Kind::Choice(
                    &[
                        choice("1", "1 pixel/s"),
                        choice("5", "5 pixels/s"),
                        choice("20", "20 pixels/s"),
                        choice("80", "80 pixels/s"),
                        choice("300", "300 pixels/s"),
                        choice("max", "As fast as it goes"),
                    ],
                    "80",
                ),
                "",
                "How fast play draws.",
            ),
            setting(
                "overlay",
                "Overlay",
                Kind::Choice(
                    &[
                        choice("none", "Nothing"),
                        choice("field", "Receptive field"),
                        choice("gradient", "True gradient"),
                        choice("surprise", "Surprise"),
                    ],
                    "none",
                ),
                "",
                "What lies over the board.",
            ),
            setting(
                "stacks",
                "Stacks",
                Kind::Choice(
                    &[
                        choice("plain", "Plain"),
                        choice("gated", "Vertical + horizontal"),
                    ],
                    "plain",
                ),
                "",
                "Of the masks: one stack, or a vertical and a horizontal one.",
            ),
            setting(
                "kernel",
                "Kernel",
                Kind::Choice(
                    &[
                        choice("3", "3 x 3"),
                        choice("5", "5 x 5"),
                        choice("7", "7 x 7"),
                    ],
                    "3",
                ),
                "pixels",
                "Side of the masks.",
            ),
            setting(
                "layers",
                "Layers",
                Kind::Int(1, 12, 4, false),
                "layers",
                "Masked convolutions, the first included.",
            ),
            setting(
                "channel",
                "Channel",
                Kind::Choice(
                    &[
                        choice("grey", "Grey"),
                        choice("red", "Red"),
                        choice("green", "Green"),
                        choice("blue", "Blue"),
                    ],
                    "grey",
                ),
                "",
                "What the masked network predicts: green is given red, blue both.",
            ),
        ],
        texts: &[
            Text {
                key: "forced",
                label: "Forced pixels",
                help: "Levels that are not drawn but given: runs of place:levels, separated by semicolons.",
                max: 6_000,
            },
            Text {
                key: "cells",
                label: "Mask",
                help: "Cells of the edited masks, 0 and 1.",
                max: 200,
            },
        ],
    },
    Gallery {
        id: "pix2pix",
        title: "pix2pix",
        summary: "U-Nets that this project trained colour what you draw while you draw it: with L1, a conditional GAN or both, with and without skips, judged by patches of any size.",
        controls: &[
            setting(
                "weights",
                "Weights",
                Kind::Choice(
                    &[
                        choice("pix2pix-critters", "Critters"),
                        choice("pix2pix-sprouts", "Sprouts"),
                        choice("pix2pix-critters-both", "Small: cGAN and L1"),
                        choice("pix2pix-critters-l1", "Small: L1 only"),
                        choice("pix2pix-critters-cgan", "Small: cGAN only"),
                        choice("pix2pix-critters-no-skips", "Small: without skips"),
                        choice("pix2pix-critters-patch-1", "Small: patches of 1 pixel"),
                        choice("pix2pix-critters-patch-34", "Small: patches of 34 x 34"),
                        choice("pix2pix-critters-patch-full", "Small: the whole image"),
                    ],
                    "pix2pix-critters",
                ),
                "",
                "Which trained networks.",
            ),
            setting(
                "view",
                "View",
                Kind::Choice(
                    &[
                        choice("colour", "Draw"),
                        choice("compare", "Side by side"),
                        choice("noise", "Noise"),
                    ],
                    "colour",
                ),
                "",
                "What is shown.",
            ),
            setting(
                "dropout",
                "Dropout",
                Kind::Flag(true),
                "",
                "The generator's only noise: half of the units of its innermost layers are left out, at random. Off, all are kept.",
            ),
            setting(
                "seed",
                "Seed",
                Kind::Int(0, 4_294_967_295, 1, false),
                "",
                "Decides which units dropout leaves out; the next sample has the next seed.",
            ),
            setting(
                "count",
                "Samples",
                Kind::Int(2, 16, 8, false),
                "images",
                "Samples of the noise.",
            ),
            setting(
                "over",
                "Sketch over it",
                Kind::Choice(
                    &[
                        choice("none", "Picture alone"),
                        choice("wipe", "Wipe"),
                        choice("blend", "Blend"),
                    ],
                    "none",
                ),
                "",
                "How the sketch lies over the picture.",
            ),
            setting(
                "amount",
                "Amount",
                Kind::Float(0.0, 1.0, 0.5, false),
                "",
                "Of a wipe, how far from the left the sketch reaches; of a blend, its opacity.",
            ),
            setting(
                "patches",
                "Patch map",
                Kind::Flag(false),
                "",
                "Which patches of the picture the discriminator believes.",
            ),
            setting(
                "group",
                "Differ in",
                Kind::Choice(
                    &[
                        choice("loss", "Loss"),
                        choice("skips", "Skips"),
                        choice("patch", "Patch size"),
                    ],
                    "loss",
                ),
                "",
                "In what the networks side by side differ.",
            ),
        ],
        texts: &[Text {
            key: "sketch",
            label: "Sketch",
            help: "Strokes, compressed.",
            max: 7_600,
        }],
    },
];

/// The gallery with this id.
pub fn gallery(id: &str) -> Option<&'static Gallery> {
    GALLERIES.iter().find(|g| g.id == id)
}

impl Gallery {
    /// Values of a link, and sentences about what could not be used.
    pub fn resolve(&self, query: &str) -> Resolved {
        let mut out = Resolved::default();
        if query.len() > QUERY_MAX_BYTES {
            out.notes.push(format!(
                "The link is {} KiB long; at most {} KiB are read. The defaults are used.",
                query.len() >> 10,
                QUERY_MAX_BYTES >> 10
            ));
        } else {
            let query = query.trim_start_matches(['#', '?']);
            for (key, value) in form_urlencoded::parse(query.as_bytes()) {
                self.take(&key, &value, &mut out);
            }
        }
        out
    }

    fn take(&self, key: &str, value: &str, out: &mut Resolved) {
        if key == "demo" || is_of_page(key) && self.controls.iter().all(|c| c.key != key) {
            return;
        }
        if let Some(control) = self.controls.iter().find(|c| c.key == key) {
            match control.parse(value) {
                Ok((value, note)) => {
                    out.notes.extend(note);
                    if value == control.default_value() {
                        out.values.remove(key);
                    } else {
                        out.values.insert(control.key, Json::from(value));
                    }
                }
                Err(sentence) => out.notes.push(sentence),
            }
        } else if let Some(text) = self.texts.iter().find(|t| t.key == key) {
            let plain = |c: char| c.is_ascii_alphanumeric() || ".,;:-_/".contains(c);
            if value.len() > text.max || !value.chars().all(plain) {
                out.notes.push(format!(
                    "{} \"{}\" cannot be read; it was left out.",
                    text.label,
                    excerpt(value)
                ));
            } else if !value.is_empty() {
                out.values.insert(text.key, value.into());
            }
        } else {
            out.notes.push(format!(
                "There is no setting \"{}\"; it was left out.",
                excerpt(key)
            ));
        }
    }
}

/// Settings of a gallery.
#[derive(Clone, Debug, Default)]
pub struct Resolved {
    /// What differs from the defaults.
    pub values: BTreeMap<&'static str, Json>,
    /// What could not be taken as it was.
    pub notes: Vec<String>,
}

impl Resolved {
    /// Every value, defaults included.
    pub fn complete(&self, gallery: &Gallery) -> Json {
        let defaults = gallery
            .controls
            .iter()
            .map(|c| (c.key, Json::from(c.default_value())))
            .chain(gallery.texts.iter().map(|t| (t.key, "".into())));
        let given = self.values.iter().map(|(key, value)| (*key, value.clone()));
        defaults
            .chain(given)
            .map(|(key, value)| (key.to_string(), value))
            .collect::<serde_json::Map<_, _>>()
            .into()
    }

    /// The link's query, in the order of keys.
    pub fn query(&self) -> String {
        let mut out = form_urlencoded::Serializer::new(String::new());
        for (key, value) in &self.values {
            match value.as_str() {
                Some(text) => out.append_pair(key, text),
                None => out.append_pair(key, &value.to_string()),
            };
        }
        // These are plain in a fragment, and a link is for people too.
        out.finish()
            .replace("%2C", ",")
            .replace("%3A", ":")
            .replace("%3B", ";")
            .replace("%2F", "/")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_link_says_only_what_differs_and_comes_back_the_same() {
        let gallery = gallery("dcgan").expect("in the table");
        let found = gallery.resolve("#seed=7&count=64&picks=3,9:4;1&time=2.5");
        assert_eq!(found.notes, [""; 0]);
        assert_eq!(found.query(), "picks=3,9:4;1&seed=7&time=2.5");
        assert_eq!(found.complete(gallery)["count"], 64);
        assert_eq!(gallery.resolve(&found.query()).values, found.values);
    }

    #[test]
    fn what_cannot_be_used_gets_a_sentence() {
        let gallery = gallery("vae").expect("in the table");
        for bad in [
            "weights=none",
            "side=1e9",
            "colour=red",
            "z=<b>",
            "seed=NaN",
        ] {
            let found = gallery.resolve(bad);
            assert_eq!(found.notes.len(), 1, "{bad}: {:?}", found.notes);
            assert!(found.notes[0].ends_with('.'));
        }
        assert_eq!(
            gallery
                .resolve(&"a".repeat(QUERY_MAX_BYTES + 1))
                .values
                .len(),
            0
        );
    }

    proptest! {
        #[test]
        fn any_text_resolves(query in ".{0,300}") {
            for gallery in GALLERIES {
                let found = gallery.resolve(&query);
                prop_assert_eq!(gallery.resolve(&found.query()).values, found.values);
            }
        }
    }
}
