use std::collections::BTreeMap;

use pollster::block_on;

use super::*;
use crate::exhibits::explore::{Ask, Content, Explore, Pictures, Spreads};
use crate::exhibits::table::{Cell, Peer, Table};
use crate::models::vae::{VaeConfig, VaeModel};
use crate::weights::tests::random;
use crate::weights::{Card, Codes, Measure, open};

/// A card and its weights, with random values.
fn made(latent: usize, labels: usize, beta: Option<f64>) -> (Card, Vec<u8>) {
    let networks = VaeConfig {
        latent,
        channels: 2,
        features: 4,
        colours: 1,
        side: 8,
        halvings: 1,
        labels,
    };
    random(VaeModel { networks, beta })
}

fn opened((card, bytes): (Card, Vec<u8>)) -> Explorer {
    let (card, states) = open(&serde_json::to_string(&card).unwrap(), &bytes).unwrap();
    Explorer::new(card, &states, crate::device::cpu()).unwrap()
}

/// An image of 8 by 8 pixels.
fn image() -> Vec<f32> {
    (0..64).map(|i| (i % 5) as f32 / 4.0).collect()
}

fn answered_beside(
    model: &mut Explorer,
    view: &'static str,
    output: usize,
    part: usize,
    query: &str,
    peers: &[Peer],
) -> Result<Content, String> {
    let values = ROW.values(&ROW.resolve(query));
    let image = image();
    let ask = Ask {
        view,
        output,
        part,
        values: &values,
        image: &image,
        peers,
    };
    block_on(model.answer(ask))
}

fn answered(
    model: &mut Explorer,
    view: &'static str,
    output: usize,
    part: usize,
    query: &str,
) -> Result<Content, String> {
    answered_beside(model, view, output, part, query, &[])
}

fn pictures_of(content: Result<Content, String>) -> Pictures {
    match content.unwrap() {
        Content::Pictures(pictures) => pictures,
        other => panic!("{other:?}"),
    }
}

fn spreads_of(content: Result<Content, String>) -> Spreads {
    match content.unwrap() {
        Content::Spreads(spreads) => spreads,
        other => panic!("{other:?}"),
    }
}

fn table_of(content: Result<Content, String>) -> Table {
    match content.unwrap() {
        Content::Table(table) => table,
        other => panic!("{other:?}"),
    }
}

fn numbers_of(content: Result<Content, String>) -> Vec<(String, f64, &'static str)> {
    match content.unwrap() {
        Content::Numbers(numbers) => numbers,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_drawing_has_a_posterior_and_what_is_decoded_of_it() {
    let mut model = opened(made(2, 0, Some(1.0)));
    let mut ask = |output, query: &str| answered(&mut model, "draw", output, 0, query);
    let reconstruction = pictures_of(ask(0, ""));
    let mean = reconstruction.z.clone();
    let [at, spread] = reconstruction.ellipse.expect("a plane");
    assert_eq!(at.to_vec(), mean);
    // The pad may begin with the picture at the mean, which is the reconstruction.
    let query = format!("z={},{}", mean[0], mean[1]);
    assert_eq!(pictures_of(ask(5, &query)).rgba, reconstruction.rgba);
    let costs = numbers_of(ask(2, ""));
    let values: Vec<f64> = costs.iter().map(|(_, value, _)| *value).collect();
    assert!(
        (values[0] + values[1] - values[2]).abs() < 1e-9,
        "{costs:?}"
    );
    let spreads = spreads_of(ask(3, ""));
    assert_eq!(spreads.rows.len(), 2);
    let kl: f64 = spreads.rows.iter().filter_map(|row| row.more).sum();
    assert!((kl - values[0]).abs() < 1e-9);
    for (nth, row) in spreads.rows.iter().enumerate() {
        assert_eq!(
            (row.mean, row.std),
            (f64::from(at[nth]), Some(f64::from(spread[nth])))
        );
    }
    let samples = pictures_of(ask(4, "samples=3&seed=2"));
    assert_eq!((samples.total, samples.z.len()), (3, 6));
    assert_ne!(samples.rgba, pictures_of(ask(4, "samples=3&seed=3")).rgba);
    let map = pictures_of(ask(1, "extent=2"));
    assert_eq!((map.parts, map.extent), (2, 2.0));
    assert!(ask(6, "").is_err());
}

#[test]
fn a_plain_autoencoder_has_no_posterior_and_other_latents_no_map() {
    let mut plain = opened(made(2, 0, None));
    let reconstruction = pictures_of(answered(&mut plain, "draw", 0, 0, ""));
    assert_eq!((reconstruction.ellipse, reconstruction.z.len()), (None, 2));
    assert_eq!(numbers_of(answered(&mut plain, "draw", 2, 0, "")).len(), 1);
    let spreads = spreads_of(answered(&mut plain, "draw", 3, 0, ""));
    assert!(
        spreads
            .rows
            .iter()
            .all(|row| row.std.is_none() && row.more.is_none())
    );
    assert_eq!(pictures_of(answered(&mut plain, "draw", 4, 0, "")).total, 0);
    let mut more = opened(made(3, 2, Some(1.0)));
    assert_eq!(
        pictures_of(answered(&mut more, "draw", 1, 0, "label=1")).total,
        0
    );
    let refused = answered(&mut more, "draw", 0, 0, "label=9").unwrap_err();
    assert!(refused.contains("no label 9"), "{refused}");
}

#[test]
fn rate_and_distortion_are_of_the_cards_with_the_same_data() {
    let card = |id: &str, latent, labels, beta, [kl, nats]: [f64; 2]| {
        let (mut card, bytes) = made(latent, labels, beta);
        card.id = id.into();
        card.measures = [("KL", kl), ("reconstruction", nats)]
            .map(|(name, value)| Measure {
                name: name.into(),
                value,
                unit: "nats".into(),
                how: String::new(),
            })
            .to_vec();
        (card, bytes)
    };
    let own = card("vae-fashion-2d", 2, 0, Some(1.0), [6.0, 255.0]);
    let mut other_data = card("other", 2, 0, Some(1.0), [1.0, 1.0]).0;
    other_data.data.name = "others".into();
    let mut without = card("without", 2, 0, Some(1.0), [1.0, 1.0]).0;
    without.measures.clear();
    let cards = vec![
        own.0.clone(),
        card("vae-fashion-16d", 16, 0, Some(0.5), [20.0, 220.0]).0,
        card("vae-fashion-2d-b4", 2, 0, Some(4.0), [4.0, 260.0]).0,
        card("plain", 2, 0, None, [1.0, 1.0]).0,
        card("conditional", 2, 10, Some(1.0), [1.0, 1.0]).0,
        other_data,
        without,
    ];
    let mut model = opened(own);
    let peers: Vec<Peer> = cards
        .into_iter()
        .map(|card| Peer {
            card,
            rates: BTreeMap::new(),
        })
        .collect();
    let mut trade = |output| answered_beside(&mut model, "trade", output, 0, "", &peers);
    let table = table_of(trade(2));
    let rows: Vec<_> = table
        .rows
        .iter()
        .map(|row| (row.weights.as_deref(), row.current))
        .collect();
    let expected = ["vae-fashion-2d", "vae-fashion-16d", "vae-fashion-2d-b4"];
    assert_eq!(rows, [0, 1, 2].map(|nth| (Some(expected[nth]), nth == 0)));
    assert_eq!(table.rows[0].name, "Fashion, 2-D, beta 1");
    assert_eq!(table.rows[0].cells[4], Cell::Number(261.0, 1));
    let Content::Panel(marks) = trade(1).unwrap() else {
        panic!("a panel");
    };
    assert_eq!(marks.len(), RATE_DISTORTION_MARKS.len());
    // From the smallest rate of the smallest latent on.
    assert_eq!(marks[0][..4], [4.0, 260.0, 6.0, 255.0]);
    assert!(marks[0][4].is_nan());
    assert_eq!((marks[1].len(), &marks[2][..]), (4, &[6.0, 255.0][..]));
    assert_eq!(marks[3][4..8], [20.0, 220.0, 16.0, 0.5]);
    let samples = pictures_of(trade(0));
    assert_eq!(samples.total, 14);
}

#[test]
fn an_autoencoder_and_a_vae_are_compared_whichever_is_shown() {
    let named = |id: &str, latent, beta| {
        let (mut card, bytes) = made(latent, 0, beta);
        card.title = id.into();
        card.id = id.into();
        card.labels = vec!["One".into()];
        card.codes = Some(Codes {
            points: [7.0, 6.9, 0.0][..latent].to_vec(),
            labels: vec![0],
        });
        (card, bytes)
    };
    let mut shown = opened(named("shown", 3, Some(1.0)));
    let refused = answered(&mut shown, "autoencoder", 0, 0, "").unwrap_err();
    assert!(refused.ends_with("two latents each."), "{refused}");
    for (card, bytes) in [
        named("plain", 2, None),
        named("vae", 2, Some(1.0)),
        named("plain", 2, None),
    ] {
        let (card, states) = open(&serde_json::to_string(&card).unwrap(), &bytes).unwrap();
        shown.add(card, states).unwrap();
    }
    assert_eq!(shown.beside.len(), 2, "the same weights once");
    let maps = [0, 1].map(|output| pictures_of(answered(&mut shown, "autoencoder", output, 0, "")));
    for map in &maps {
        assert_eq!((map.extent, map.prior, map.parts), (7.0, true, 2));
        assert_eq!(
            (map.codes.is_some(), &map.classes[..]),
            (true, &["One".to_owned()][..])
        );
    }
    let pair = pictures_of(answered(&mut shown, "autoencoder", 2, 0, "z=0.5,-1"));
    assert_eq!(
        pair.captions,
        [
            "plain, z = (0.50, \u{2212}1.00)",
            "vae, z = (0.50, \u{2212}1.00)"
        ]
    );
    assert_eq!((pair.total, pair.rgba.len()), (2, 2 * 64 * 4));
    let draws = [0, 1].map(|part| pictures_of(answered(&mut shown, "autoencoder", 3, part, "")));
    assert_eq!((draws[1].first, draws[1].total), (8, 16));
    assert_eq!(draws[0].z, draws[1].z, "both decode the same draws");
    assert!(answered(&mut shown, "autoencoder", 3, 2, "").is_err());
}
