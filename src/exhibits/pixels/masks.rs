//! The masks of a stack by themselves: which cells of the kernels have weights, and what a pixel of the last layer depends on.

use crate::exhibits::explore::{Ask, Content};
use crate::exhibits::grids;
use crate::exhibits::link::Values;
use crate::models::masks::{Dependency, Masks, Sight, Stacks};

/// Side of the image.
const SIDE: usize = 25;
/// Row and column of the pixel: below the middle, because what is seen lies above.
const PIXEL: [usize; 2] = [16, 12];
/// Channels, in the order in which they are predicted.
const CHANNELS: [&str; 3] = ["red", "green", "blue"];

/// What an output of the view shows.
pub(super) fn answer(ask: Ask<'_>) -> Result<Content, String> {
    let (masks, found, fault) = masks(ask.values)?;
    let count = |kind: Sight| found.sight.iter().filter(|s| **s == kind).count();
    let [seen, blind, leaks] = [Sight::Seen, Sight::Blind, Sight::Leak].map(count);
    Ok(match ask.output {
        0 => Content::Switches(switches(&masks)),
        1 => Content::Sight(grids::Sight {
            size: [SIDE, SIDE],
            kinds: found.sight.iter().map(|s| f32::from(*s)).collect(),
            amounts: found.paths.iter().map(|n| *n as f32).collect(),
            ring: PIXEL[0] * SIDE + PIXEL[1],
            says: format!(
                "Dependency of the ringed pixel: {seen} pixels seen, {blind} in the blind spot, {leaks} that come later or are itself"
            ),
        }),
        2 => Content::Numbers(vec![
            ("Pixels seen".into(), seen as f64, ""),
            ("Blind spot".into(), blind as f64, "pixels"),
            ("Seen but not allowed".into(), leaks as f64, "pixels"),
        ]),
        3 => Content::Text(words(&masks, &found, fault, [blind, leaks])),
        4 => Content::Text(
            "Press a cell to switch it. The ringed cell is the pixel itself: mask A leaves it out, mask B, which sees only features of earlier pixels, may keep it. Computed from the masks alone, whatever the weights.".into(),
        ),
        output => return Err(format!("The view {} has no output {output}.", ask.view)),
    })
}

/// The masks of a link and what they depend on; the causal ones, and a sentence, where its cells are those of other kernels.
fn masks(values: &Values) -> Result<(Masks, Dependency, String), String> {
    let masks = Masks {
        stacks: match values.text("stacks") {
            "gated" => Stacks::Gated,
            _ => Stacks::Plain,
        },
        kernel: values.text("kernel").parse().expect("a kernel of the row"),
        layers: values.int("layers") as usize,
        cells: values.text("cells").into(),
        side: SIDE,
        pixel: PIXEL,
        channel: CHANNELS.iter().position(|c| *c == values.text("channel")),
    };
    match masks.dependency() {
        Ok(found) => Ok((masks, found, String::new())),
        Err(sentence) if !masks.cells.is_empty() => {
            let masks = Masks {
                cells: String::new(),
                ..masks
            };
            let found = masks.dependency()?;
            Ok((
                masks,
                found,
                format!("{sentence} The causal masks are shown. "),
            ))
        }
        Err(sentence) => Err(sentence),
    }
}

fn switches(masks: &Masks) -> Vec<grids::Switches> {
    let titles: &[&str] = match masks.stacks {
        Stacks::Plain => &["Mask A, first layer", "Mask B, later layers"],
        Stacks::Gated => &[
            "Vertical stack, first layer",
            "Vertical stack, later layers",
            "Horizontal stack, first layer (A)",
            "Horizontal stack, later layers (B)",
        ],
    };
    let kernel = masks.kernel;
    let square = kernel * kernel;
    let (on, open) = (masks.cells(), masks.open());
    let centre = (kernel / 2) as isize;
    let name = |cell: usize| {
        let [row, column] = [cell / kernel, cell % kernel].map(|n| n as isize - centre);
        if (row, column) == (0, 0) {
            "the pixel itself".into()
        } else {
            format!("row {row}, column {column}")
        }
    };
    let grid = |(nth, title): (usize, &&'static str)| grids::Switches {
        title,
        size: [kernel, kernel],
        on: on[nth * square..][..square].to_vec(),
        open: open[nth * square..][..square].to_vec(),
        names: (0..square).map(name).collect(),
        ring: square / 2,
    };
    titles.iter().enumerate().map(grid).collect()
}

/// What the colours of the sight mean, and which channels of the pixel itself are seen.
fn words(masks: &Masks, found: &Dependency, fault: String, [blind, leaks]: [usize; 2]) -> String {
    let mut words = fault;
    words += if leaks > 0 {
        "Red pixels come later, or are the pixel itself: with these masks the product of all softmaxes is no probability, and nothing could be sampled."
    } else {
        "The deeper the blue, the more paths through the layers lead there."
    };
    if blind > 0 {
        words += " Hatched pixels come earlier and are near enough, but no path leads to them.";
    }
    if let Some(channel) = masks.channel {
        let own = CHANNELS.iter().zip(&found.own);
        let given: Vec<&str> = own.filter(|(_, seen)| **seen).map(|(c, _)| *c).collect();
        let given = if given.is_empty() {
            "nothing".into()
        } else {
            given.join(" and ")
        };
        words += &format!(" Of the pixel itself, {} sees {given}.", CHANNELS[channel]);
    }
    words
}
