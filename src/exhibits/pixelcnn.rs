//! PixelCNN and PixelRNN: pictures one pixel at a time.

use super::exhibit::{
    Draws, Exhibit, Input, Output, Source, Text, View, choice, custom, seed, setting,
};
use super::pixels::{Pixels, costs};
use crate::models::family::Family;
use crate::models::pixelcnn::PixelCnnModel;
use crate::schema::{Control, Kind};
use tex::tex;

/// The row.
pub const ROW: Exhibit = Exhibit {
    id: "pixelcnn",
    title: "PixelCNN",
    summary: "Autoregressive networks that this project trained draw one pixel at a time: watch the softmax, overrule a pixel, complete a picture, and see what each pixel can see.",
    look: "The network says how likely each level of the next pixel is, given all pixels before it; the product of these is an exact likelihood of the whole picture. To draw, a level is taken at random from the softmax, and the next pixel is asked for. Masks make sure that nothing sees a later pixel. A stack of plain masked convolutions leaves a blind spot above and to the right; the gated network has a vertical and a horizontal stack, which together see all that went before. Mistakes are not undone: a stroke that went wrong stays, and what follows makes the best of it.",
    equation: tex!(r"p(x) = \prod_{i} p(x_i \mid x_1, \ldots, x_{i-1})"),
    sources: &[
        Source {
            text: "van den Oord, Kalchbrenner and Kavukcuoglu 2016: Pixel recurrent neural networks",
            url: "https://arxiv.org/abs/1601.06759",
        },
        Source {
            text: "van den Oord et al. 2016: Conditional image generation with PixelCNN decoders",
            url: "https://arxiv.org/abs/1606.05328",
        },
    ],
    family: PixelCnnModel::ID,
    weights: &[
        choice("pixelcnn-mnist", "Digits, gated PixelCNN"),
        choice("pixelcnn-mnist-plain", "Digits, plain PixelCNN"),
        choice("pixelrnn-mnist", "Digits, PixelRNN (Row LSTM)"),
        choice("pixelcnn-fashion", "Fashion, by label, 16 levels"),
        choice("pixelcnn-critters", "Critters, in colour"),
    ],
    views: VIEWS,
    open: |card, states, device| Ok(Box::new(Pixels::new(card, &states, device)?)),
};

const SEED: Control =
    seed("Decides every draw of the first board; the next board has the next seed.");
const LABEL: Control = setting(
    "label",
    "Label",
    Kind::Int(0, 9, 0, false),
    "",
    "What a conditional model is told to draw.",
);
const COUNT: Control = setting(
    "count",
    "Boards",
    Kind::Int(1, 64, 1, false),
    "images",
    "Images drawn at the same time.",
);
const DRAW: Control = setting(
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
);
const TEMPERATURE: Control = setting(
    "temperature",
    "Temperature",
    Kind::Float(0.0, 5.0, 1.0, false),
    "",
    "Logits are divided by it before the softmax: 1 is the model, less is surer.",
);
const PIXEL: Control = setting(
    "pixel",
    "Pixel",
    Kind::Int(0, 4_096, 406, false),
    "pixels",
    "How many pixels are drawn.",
);
const FORK: Control = setting(
    "fork",
    "Fork",
    Kind::Int(0, 4_096, 0, false),
    "pixels",
    "The first so many pixels of every board are those of the first.",
);
const RATE: Control = setting(
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
);
const OVERLAY: Control = setting(
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
);
const STACKS: Control = setting(
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
);
const KERNEL: Control = setting(
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
);
const LAYERS: Control = setting(
    "layers",
    "Layers",
    Kind::Int(1, 12, 4, false),
    "layers",
    "Masked convolutions, the first included.",
);
const CHANNEL: Control = setting(
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
);
const FORCED: Text = Text {
    key: "forced",
    label: "Forced pixels",
    help: "Levels that are not drawn but given: runs of place:levels, separated by semicolons.",
    max: 6_000,
};
const CELLS: Text = Text {
    key: "cells",
    label: "Mask",
    help: "Cells of the edited masks, 0 and 1.",
    max: 200,
};

const VIEWS: &[View] = &[
    custom(
        "pixel",
        "Pixel by pixel",
        "Step, play, go back or overrule a pixel: the bars are the softmax that the next pixel is drawn from.",
        "pixel",
        &[
            Input::Seeds(SEED),
            Input::Control(COUNT),
            Input::Label(LABEL),
            Input::Control(DRAW),
            Input::Control(TEMPERATURE),
            Input::Control(PIXEL),
            Input::Control(FORK),
            Input::Control(RATE),
            Input::Control(OVERLAY),
            Input::List(FORCED),
        ],
    ),
    custom(
        "complete",
        "Complete",
        "Give the upper part of a picture; the network draws the rest in several ways.",
        "complete",
        &[
            Input::Seeds(SEED),
            Input::Control(COUNT),
            Input::Label(LABEL),
            Input::Control(DRAW),
            Input::Control(TEMPERATURE),
            Input::Control(PIXEL),
            Input::List(FORCED),
            Input::Image,
        ],
    ),
    View {
        id: "masks",
        title: "Masks",
        says: "Edit the masks of a stack of convolutions and see which pixels the last one depends on: the blind spot, and leaks from the future.",
        weights: &[],
        companions: &[],
        inputs: &[
            Input::Control(STACKS),
            Input::Control(KERNEL),
            Input::Control(LAYERS),
            Input::Control(CHANNEL),
            Input::List(CELLS),
        ],
        outputs: &[
            output(
                "Which cells of a kernel have weights",
                Draws::Switches {
                    writes: CELLS.key,
                    clears: &["stacks", "kernel"],
                    again: "Causal masks again",
                },
                &["stacks", "kernel", "cells"],
            ),
            output("What one pixel depends on", Draws::Sight, MASKS),
            output("", Draws::Numbers, MASKS),
            output("", Draws::Note, MASKS),
            output("", Draws::Note, &[]),
        ],
        custom: None,
    },
    View {
        id: "compare",
        title: "Compare",
        says: "What training and sampling cost, and what likelihood that buys. A recurrent network must go through the rows one by one, in training too.",
        weights: &[],
        companions: &[],
        inputs: &[Input::Peers {
            label: "Time sampling here",
            trials: costs::TRIALS,
        }],
        outputs: &[
            output("RNN against CNN on the same digits", Draws::Note, &[]),
            output("Training, minutes", Draws::Bars, &[]),
            output("Sampling here, milliseconds an image", Draws::Bars, &[]),
            output("NLL, nats an image (less is better)", Draws::Bars, &[]),
            output("All weights", Draws::Table, &[]),
        ],
        custom: None,
    },
];

/// What the masks and their stack depend on.
const MASKS: &[&str] = &["stacks", "kernel", "layers", "channel", "cells"];

/// An output that depends on the settings with these keys.
const fn output(title: &'static str, draws: Draws, reads: &'static [&'static str]) -> Output {
    Output {
        title,
        draws,
        reads,
        image: false,
    }
}
