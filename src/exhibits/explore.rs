//! How a finished model answers a page.

use serde_json::Value as Json;

use super::grids::{Sight, Switches};
use super::latents::Answer;
use super::link::{Pick, Values};
use super::table::{Peer, Table};
use crate::models::network::State;
use crate::runs::LocalFuture;
use crate::weights::{Card, Codes};

/// A finished model that is explored. It holds no state but its weights, apart from what a custom view keeps.
pub trait Explore {
    /// What the page needs to know: shape, labels, directions and other traits.
    fn describe(&self) -> Json;

    /// Whether it can fill a view whose row names the weights that fit; those that are no shipped ones are asked.
    fn suits(&self, _view: &str) -> bool {
        true
    }

    /// Opens further weights beside its own.
    ///
    /// # Errors
    /// A sentence when it has no use for them.
    fn add(&mut self, card: Card, _: Vec<State>) -> Result<(), String> {
        Err(format!("{} cannot be opened beside others.", card.id))
    }

    /// What an output of a view shows.
    ///
    /// # Errors
    /// A sentence for the user.
    fn answer<'a>(&'a mut self, ask: Ask<'a>) -> LocalFuture<'a, Result<Content, String>> {
        let sentence = format!("The view {} has no output {}.", ask.view, ask.output);
        Box::pin(async { Err(sentence) })
    }

    /// Answers a request of a custom view, in JSON; numbers come beside it.
    ///
    /// # Errors
    /// A sentence for the user.
    fn run<'a>(&'a mut self, _: &'a str, _: Vec<f32>) -> LocalFuture<'a, Result<Answer, String>> {
        Box::pin(async { Err("This model answers no such requests.".into()) })
    }

    /// Does the work of a trial once, which the page times, and returns how many units of it that was.
    ///
    /// # Errors
    /// A sentence for the user.
    fn work<'a>(&'a mut self, _: &'a str) -> LocalFuture<'a, Result<f64, String>> {
        Box::pin(async { Err("This model has nothing to time.".into()) })
    }

    /// 16 hexadecimal digits over what it shows, where that has a history.
    fn hash(&self) -> Option<String> {
        None
    }
}

/// A question of the page: one output of one view.
#[derive(Clone, Copy)]
pub struct Ask<'a> {
    /// The view.
    pub view: &'static str,
    /// Index of the output in its row.
    pub output: usize,
    /// Which part of a long answer.
    pub part: usize,
    /// The settings of the link.
    pub values: &'a Values,
    /// What a person drew: pixels of a picture, channels first, in [0, 1]; or the numbers of a sketch, as
    /// [`Sketch::from_numbers`](crate::data::sketches::sketch::Sketch::from_numbers) reads them.
    pub image: &'a [f32],
    /// All weights of the page, where the view asks for them.
    pub peers: &'a [Peer],
}

/// What an output shows.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "one is made per answer, and most are pictures"
)]
pub enum Content {
    /// Pictures.
    Pictures(Pictures),
    /// The numbers of each mark of a panel.
    Panel(Vec<Vec<f32>>),
    /// Bars: name, value, and the value as it is read.
    Bars {
        /// Each bar.
        bars: Vec<(String, f64, String)>,
        /// Where the axis begins and ends.
        range: [f64; 2],
    },
    /// Means with spreads.
    Spreads(Spreads),
    /// A table.
    Table(Table),
    /// Numbers: name, value, unit.
    Numbers(Vec<(String, f64, &'static str)>),
    /// A sentence or more.
    Text(String),
    /// Grids of cells that are on or off.
    Switches(Vec<Switches>),
    /// What one cell depends on.
    Sight(Sight),
}

/// Pictures, or a part of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pictures {
    /// How many parts there are.
    pub parts: usize,
    /// Index of the first of this part.
    pub first: usize,
    /// Pictures of all parts.
    pub total: usize,
    /// `[n, height, width, 4]` bytes.
    pub rgba: Vec<u8>,
    /// Height and width.
    pub size: [usize; 2],
    /// What each is, as a person reads it.
    pub captions: Vec<String>,
    /// A share for each, from 0 to 1; or none.
    pub scores: Vec<f32>,
    /// Letters that each stands for; or none.
    pub marks: Vec<String>,
    /// Columns of a grid or of rows.
    pub columns: usize,
    /// Titles of rows.
    pub rows: Vec<String>,
    /// Titles of columns; in an equation, the sign before each picture.
    pub heads: Vec<String>,
    /// The sample of a wall that each is; or none.
    pub picks: Vec<Pick>,
    /// Their latents, end to end; or none.
    pub z: Vec<f32>,
    /// How far from the origin a map reaches.
    pub extent: f64,
    /// Codes of images, which lie over a map.
    pub codes: Option<Codes>,
    /// Names of the classes of codes.
    pub classes: Vec<String>,
    /// Whether a circle of two standard deviations of the prior lies over a map.
    pub prior: bool,
    /// Mean and standard deviation in both directions of a posterior, which lies over the view's map.
    pub ellipse: Option<[[f32; 2]; 2]>,
    /// Numbers of each, a name and a value; or none.
    pub facts: Vec<Vec<(String, f64)>>,
    /// A map that lies over each: shares in [0, 1], `[n, rows, columns]`, with rows and columns.
    pub over: Option<(Vec<f32>, [usize; 2])>,
    /// Ids of the weights that drew each, where others than the chosen ones did.
    pub weights: Vec<String>,
}

/// Means with spreads on one axis.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Spreads {
    /// Each of them.
    pub rows: Vec<Spread>,
    /// Where the axis begins and ends; what lies beyond is drawn at its end.
    pub range: [f64; 2],
    /// A part of the axis that is shaded, for example one standard deviation of the prior around its mean.
    pub band: Option<[f64; 2]>,
    /// How to read it.
    pub help: &'static str,
}

/// A mean with its spread.
#[derive(Clone, Debug, PartialEq)]
pub struct Spread {
    /// What it is of.
    pub name: String,
    /// Where it lies.
    pub mean: f64,
    /// One standard deviation; none where there is no distribution.
    pub std: Option<f64>,
    /// A number of its own, on the right.
    pub more: Option<f64>,
    /// All of it in words.
    pub says: String,
}
