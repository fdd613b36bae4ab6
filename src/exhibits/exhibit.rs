//! What a page of a finished model is made of: a row that says which weights, views, inputs and outputs it has.
//!
//! The page draws any row with one piece per kind of input and output. A view that no piece can draw names a custom one.

use burn::tensor::Device;

use super::explore::Explore;
use crate::choice::Choice;
use crate::models::network::State;
use crate::schema::{Control, Kind, Panel, Scope};
use crate::weights::Card;

/// A page of finished models of one kind.
pub struct Exhibit {
    /// Kebab-case id, the same in links and as the name of its page.
    pub id: &'static str,
    /// What a person reads.
    pub title: &'static str,
    /// One sentence.
    pub summary: &'static str,
    /// What to see and why, in one paragraph.
    pub look: &'static str,
    /// Its equation, as the inside of a MathML `math` element.
    pub equation: &'static str,
    /// The papers.
    pub sources: &'static [Source],
    /// Id of the family of networks that it opens.
    pub family: &'static str,
    /// Its weights, the default first.
    pub weights: &'static [Choice],
    /// What is shown, the default first.
    pub views: &'static [View],
    /// Opens weights.
    pub open: Open,
}

/// Makes an explorer of a card and the values of its networks.
pub type Open = fn(Card, Vec<State>, Device) -> Result<Box<dyn Explore>, String>;

/// A paper.
pub struct Source {
    /// Authors, year, section.
    pub text: &'static str,
    /// Where it can be read.
    pub url: &'static str,
}

/// One way to look at a model.
pub struct View {
    /// Kebab-case id.
    pub id: &'static str,
    /// What a person reads.
    pub title: &'static str,
    /// What to see and do, in one sentence.
    pub says: &'static str,
    /// Ids of the weights that fit; all when empty.
    pub weights: &'static [&'static str],
    /// Ids of weights that are opened beside the chosen ones.
    pub companions: &'static [&'static str],
    /// What a person sets.
    pub inputs: &'static [Input],
    /// What is drawn, in this order.
    pub outputs: &'static [Output],
    /// The page's own piece that draws it, where no outputs do.
    pub custom: Option<&'static str>,
}

/// Something that a person sets; all but pictures is part of the link.
pub enum Input {
    /// A menu, a number, a slider or a switch.
    Control(Control),
    /// A seed, with a die.
    Seeds(Control),
    /// Samples that stand for letters.
    Picks {
        /// Its text in links.
        text: Text,
        /// The letters.
        letters: &'static str,
        /// Whether a letter may stand for several samples.
        many: bool,
        /// What a link without picks stands for.
        default: &'static str,
        /// How many letters can be in use; all where this is empty.
        counts: &'static [usize],
    },
    /// A place on a map of two latents.
    Plane(Text),
    /// A slider per latent.
    Latent(Text),
    /// A slider per direction of the card.
    Directions(Text),
    /// One of the labels of the card.
    Label(Control),
    /// A place between two ends.
    Place(Control),
    /// Time that plays.
    Play(Control),
    /// A picture that a person draws or brings. It begins with what an output [`Draws::Start`] of the view gives.
    Image,
    /// Strokes on a drawing board, which all views of a page share.
    Sketch(Board),
    /// How the sketch lies over the first picture, and how much of it.
    Over(Control, Control),
    /// A menu whose choices are weights that are opened beside the chosen ones; those that a site lacks are left out.
    Beside {
        /// The menu.
        control: Control,
        /// Ids of weights for each choice, in the order of the choices.
        weights: &'static [&'static [&'static str]],
    },
    /// A list that a custom view writes.
    List(Text),
    /// All weights of the page: every output gets their cards, and where there are trials, how fast each does them here once a button is pressed.
    Peers {
        /// What the button says.
        label: &'static str,
        /// Ids of the trials.
        trials: &'static [&'static str],
    },
}

/// A setting that is a list of numbers and names.
#[derive(Clone, Copy, Debug)]
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

/// A drawing board and what lies around it. Lengths are in units of 1/2048 of the board.
#[derive(Clone, Copy, Debug)]
pub struct Board {
    /// Its strokes in links.
    pub text: Text,
    /// Radii of pen, colour and eraser until a person changes them.
    pub radii: [u32; 3],
    /// Smallest and largest radius.
    pub range: [u32; 2],
    /// Colours to choose from as `#rrggbb`.
    pub colours: &'static [&'static str],
    /// Index of the colour until a person chooses another.
    pub colour: usize,
    /// Made-up sketches to begin with: seed, and whether it has colours. An untouched board has the first.
    pub examples: &'static [(u64, bool)],
    /// Most strokes and most points of a sketch.
    pub most: [usize; 2],
    /// Most bytes of a file with a sketch.
    pub file: usize,
    /// Most steps back.
    pub undo: usize,
}

/// Something drawn.
pub struct Output {
    /// What a person reads above it; may be empty.
    pub title: &'static str,
    /// How it is drawn.
    pub draws: Draws,
    /// Keys of links on which it depends, beside the weights.
    pub reads: &'static [&'static str],
    /// Whether it depends on what a person draws: the picture of an [`Input::Image`] or the strokes of an [`Input::Sketch`].
    pub image: bool,
}

/// How an output is drawn.
pub enum Draws {
    /// Pictures in this arrangement.
    Pictures(Arrangement),
    /// A drawing with axes.
    Panel(Panel),
    /// Bars with names.
    Bars,
    /// Means with spreads on one axis.
    Spreads,
    /// Numbers with names and units.
    Numbers,
    /// A table, whose rows may lead to other weights.
    Table,
    /// A paragraph.
    Text,
    /// A remark.
    Note,
    /// The picture that an [`Input::Image`] begins with: asked for when one is needed, and not shown by itself. The first key that it reads
    /// is that of the latent, which a drawing is given, too.
    Start,
    /// Grids of cells that a press switches on or off.
    Switches {
        /// The list of the link that holds them, each 0 or 1.
        writes: &'static str,
        /// Settings whose changes empty it.
        clears: &'static [&'static str],
        /// What the button says that empties it.
        again: &'static str,
    },
    /// Which cells of a grid one of them depends on.
    Sight,
}

/// How pictures are arranged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrangement {
    /// As many as fit in a row, each a button.
    Wall,
    /// One row.
    Strip,
    /// Rows and columns without titles.
    Grid,
    /// Two side by side.
    Pair,
    /// A few side by side to be compared, each with its name and numbers.
    Lineup,
    /// Rows with titles.
    Rows,
    /// One, large.
    Large,
    /// A map that is dragged over.
    Plane,
    /// Terms of an equation.
    Equation,
}

/// A setting, whatever its form.
#[derive(Clone, Copy, Debug)]
pub enum Setting {
    /// A value.
    Control(&'static Control),
    /// A list.
    Text(&'static Text),
}

impl Setting {
    /// Its key in links.
    pub fn key(self) -> &'static str {
        match self {
            Self::Control(control) => control.key,
            Self::Text(text) => text.key,
        }
    }
}

impl Input {
    /// Its kind as the page knows it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Control(_) => "control",
            Self::Seeds(_) => "seeds",
            Self::Picks { .. } => "picks",
            Self::Plane(_) => "plane",
            Self::Latent(_) => "latent",
            Self::Directions(_) => "directions",
            Self::Label(_) => "label",
            Self::Place(_) => "place",
            Self::Play(_) => "play",
            Self::Image => "image",
            Self::Sketch(_) => "sketch",
            Self::Over(..) => "over",
            Self::Beside { .. } => "beside",
            Self::List(_) => "list",
            Self::Peers { .. } => "peers",
        }
    }

    /// What it sets in a link.
    pub fn settings(&'static self) -> Vec<Setting> {
        match self {
            Self::Control(control)
            | Self::Seeds(control)
            | Self::Label(control)
            | Self::Place(control)
            | Self::Play(control)
            | Self::Beside { control, .. } => vec![Setting::Control(control)],
            Self::Over(over, amount) => vec![Setting::Control(over), Setting::Control(amount)],
            Self::Picks { text, .. }
            | Self::Plane(text)
            | Self::Latent(text)
            | Self::Directions(text)
            | Self::Sketch(Board { text, .. })
            | Self::List(text) => vec![Setting::Text(text)],
            Self::Image | Self::Peers { .. } => vec![],
        }
    }
}

impl Exhibit {
    /// Every setting of its views, each once, in their order.
    pub fn settings(&self) -> Vec<Setting> {
        let mut out: Vec<Setting> = vec![];
        let inputs = self.views.iter().flat_map(|view| view.inputs);
        for setting in inputs.flat_map(Input::settings) {
            if out.iter().all(|known| known.key() != setting.key()) {
                out.push(setting);
            }
        }
        out
    }
}

/// A setting that changes what is shown at once.
pub(super) const fn setting(
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

/// One of a few.
pub(super) const fn choice(id: &'static str, title: &'static str) -> Choice {
    Choice { id, title }
}

/// A seed, which decides what `help` says.
pub(super) const fn seed(help: &'static str) -> Control {
    setting(
        "seed",
        "Seed",
        Kind::Int(0, 4_294_967_295, 1, false),
        "",
        help,
    )
}

/// Pictures that depend on the settings with these keys.
pub(super) const fn pictures(
    title: &'static str,
    arrangement: Arrangement,
    reads: &'static [&'static str],
) -> Output {
    Output {
        title,
        draws: Draws::Pictures(arrangement),
        reads,
        image: false,
    }
}

/// A view that the page draws with a piece of its own.
pub(super) const fn custom(
    id: &'static str,
    title: &'static str,
    says: &'static str,
    piece: &'static str,
    inputs: &'static [Input],
) -> View {
    View {
        id,
        title,
        says,
        weights: &[],
        companions: &[],
        inputs,
        outputs: &[],
        custom: Some(piece),
    }
}
