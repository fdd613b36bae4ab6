//! The networks beside each other: what training and sampling cost, and what likelihood that buys.

use std::collections::BTreeMap;

use super::Pixels;
use crate::exhibits::explore::{Ask, Content};
use crate::exhibits::table::{Cell, Peer, Row, Table};
use crate::models::cpu::sampler::{draw, noise, probabilities};
use crate::models::pixelcnn::{Kind, PixelCnnConfig, PixelCnnModel};
use crate::weights::Card;

/// Ids of the trials that are timed: drawing with cached columns, and passes over the whole image.
pub(in crate::exhibits) const TRIALS: &[&str] = &["cached", "whole"];
/// Rows that a trial draws.
const ROWS: usize = 8;
/// Seed of what it draws.
const SEED: u64 = 1;

const HEADS: [&str; 10] = [
    "Weights",
    "Network",
    "Parameters",
    "Training, minutes",
    "Updates",
    "NLL, nats",
    "Bits per dimension",
    "Pixels/s, cached",
    "Pixels/s, whole passes",
    "Times faster",
];

/// Weights whose card is that of such a network.
struct Network<'a> {
    card: &'a Card,
    config: PixelCnnConfig,
    rates: &'a BTreeMap<String, f64>,
}

/// What an output of the view shows.
pub(super) fn answer(own: &Card, ask: Ask<'_>) -> Result<Content, String> {
    let all: Vec<Network<'_>> = ask.peers.iter().filter_map(Network::of).collect();
    let alike: Vec<&Network<'_>> = (all.iter())
        .filter(|n| n.config.colours == 1 && n.card.data.name == all[0].card.data.name)
        .collect();
    Ok(match ask.output {
        0 => Content::Text(words(&alike)),
        1 => bars(&alike, |n| Some(n.minutes())),
        2 => bars(&alike, |n| {
            let pixels = n.config.side.pow(2) as f64;
            n.rate("cached").map(|rate| 1000.0 * pixels / rate)
        }),
        3 => bars(&alike, |n| n.measure("NLL")),
        4 => Content::Table(Table {
            heads: HEADS.map(str::to_owned).to_vec(),
            rows: all.iter().map(|n| n.row(own)).collect(),
        }),
        output => return Err(format!("The view {} has no output {output}.", ask.view)),
    })
}

impl<'a> Network<'a> {
    fn of(peer: &'a Peer) -> Option<Self> {
        let &PixelCnnModel { network } = peer.card.config.of()?;
        Some(Self {
            card: &peer.card,
            config: network,
            rates: &peer.rates,
        })
    }

    fn name(&self) -> &'static str {
        match self.config.kind {
            Kind::Gated => "Gated PixelCNN",
            Kind::Plain => "Plain PixelCNN",
            Kind::RowLstm => "PixelRNN, Row LSTM",
        }
    }

    /// Minutes of training.
    fn minutes(&self) -> f64 {
        self.card.wall_secs / 60.0
    }

    fn measure(&self, name: &str) -> Option<f64> {
        let measures = &self.card.measures;
        Some(measures.iter().find(|m| m.name == name)?.value)
    }

    /// Pixels a second.
    fn rate(&self, trial: &str) -> Option<f64> {
        self.rates.get(trial).copied()
    }

    fn row(&self, own: &Card) -> Row {
        let Card { id, .. } = self.card;
        let known = crate::exhibits::pixelcnn::ROW.weights;
        let title = known.iter().find(|w| w.id == *id);
        let [cached, whole] = ["cached", "whole"].map(|trial| self.rate(trial));
        Row {
            name: title.map_or(&self.card.title[..], |w| w.title).into(),
            weights: Some(id.clone()),
            view: Some("pixel"),
            current: *id == own.id,
            cells: vec![
                Cell::Text(self.name().into()),
                Cell::Number(self.card.parameters as f64, 0),
                Cell::measured(Some(self.minutes())),
                Cell::Number(self.card.steps as f64, 0),
                Cell::digits(self.measure("NLL"), 4),
                Cell::digits(self.measure("bits per dimension"), 3),
                cached.map_or(Cell::Nothing, |rate| Cell::Number(rate, 0)),
                Cell::measured(whole),
                Cell::measured(cached.zip(whole).map(|(cached, whole)| cached / whole)),
            ],
        }
    }
}

/// A bar for each network; without a value it is empty.
fn bars(networks: &[&Network<'_>], value: impl Fn(&Network<'_>) -> Option<f64>) -> Content {
    let bar = |network: &&Network<'_>| {
        let value = value(network);
        let text = if value.is_none() { "–" } else { "" };
        (network.name().into(), value.unwrap_or(0.0), text.into())
    };
    let bars: Vec<(String, f64, String)> = networks.iter().map(bar).collect();
    let most = bars.iter().map(|(_, value, _)| *value).fold(0.0, f64::max);
    Content::Bars {
        bars,
        range: [0.0, most],
    }
}

fn words(networks: &[&Network<'_>]) -> String {
    // Likelihoods compare architectures only where the training is alike.
    let steps = || networks.iter().map(|n| n.card.steps);
    let most = steps().max().unwrap_or(0);
    let uneven = if steps().any(|steps| steps < most / 2) {
        let steps: Vec<String> = steps().map(|steps| steps.to_string()).collect();
        format!(
            "After unequal training ({} updates), so the likelihoods say how far each has come. ",
            steps.join(", ")
        )
    } else {
        String::new()
    };
    let data = networks.first().map(|n| &n.card.data.name[..]);
    let data = data.unwrap_or("the same data");
    format!(
        "Training and likelihood as the cards have them. {uneven}All of {data}. Published on binarized MNIST (van den Oord et al. 2016a): PixelCNN 81.30 nats, Row LSTM 80.54, Diagonal BiLSTM 79.20."
    )
}

impl Pixels {
    /// Does the work of a trial and returns how many pixels it gave. The boards stay as they are.
    pub(super) async fn work(&mut self, trial: &str) -> Result<f64, String> {
        match trial {
            "cached" => {
                let &PixelCnnConfig { side, colours, .. } = self.config();
                let pixels = ROWS.min(side) * side;
                let mut canvas = self.sampler.canvas(0);
                for place in 0..pixels * colours {
                    let p = probabilities(self.sampler.logits(&mut canvas), 1.0);
                    self.sampler.push(&mut canvas, draw(&p, noise(SEED, place)));
                }
                Ok(pixels as f64)
            }
            "whole" => {
                self.pass([0, 0], 0).await?;
                Ok(1.0)
            }
            other => Err(format!("There is nothing to time that is called {other}.")),
        }
    }
}
