use super::*;
use crate::exhibits::explore::Content as Shown;
use crate::exhibits::latents::Content;
use crate::exhibits::table::{Cell, Peer};
use crate::models::pixelcnn::Kind;
use crate::weights::open;
use crate::weights::tests::random;
use pollster::block_on;
use proptest::prelude::*;

const SIDE: usize = 6;

fn pixels(kind: Kind, colours: usize, labels: usize) -> Pixels {
    let network = PixelCnnConfig {
        kind,
        channels: 8,
        layers: 2,
        kernel: 3,
        features: 8,
        colours,
        side: SIDE,
        levels: 4,
        labels,
    };
    let (card, bytes) = random(PixelCnnModel { network });
    let card = serde_json::to_string(&card).unwrap();
    let (card, states) = open(&card, &bytes).unwrap();
    Pixels::new(card, &states, Device::flex()).unwrap()
}

fn ask(p: &mut Pixels, request: Json, values: Vec<f32>) -> Result<Answer, String> {
    let request = serde_json::from_value(request).map_err(|e| format!("{e}."))?;
    block_on(p.run(request, values))
}

fn done(p: &mut Pixels, request: Json, values: Vec<f32>) -> Answer {
    ask(p, request.clone(), values).unwrap_or_else(|e| panic!("{request}: {e}"))
}

fn numbers(answer: &Answer, name: &str) -> Vec<f32> {
    let found = answer.iter().find(|(n, ..)| n == name);
    match found {
        Some((_, shape, Content::Floats(values))) => {
            assert_eq!(shape.iter().product::<usize>(), values.len(), "{name}");
            values.clone()
        }
        other => panic!("{name}: {other:?}"),
    }
}

#[test]
fn a_board_is_the_same_however_it_is_stepped() {
    for colours in [1, 3] {
        let p = &mut pixels(Kind::Gated, colours, 0);
        done(p, json!({"op": "start", "seed": 5}), vec![]);
        done(p, json!({"op": "step", "pixels": 1000}), vec![]);
        let whole = p.hash();
        let mut canvas = p.sampler.canvas(0);
        p.sampler.finish(&mut canvas, 5, 1.0);
        assert_eq!(p.boards[0].canvas.levels(), canvas.levels());

        done(p, json!({"op": "start", "seed": 5}), vec![]);
        let mut state = p.state();
        for i in 0..SIDE * SIDE {
            assert_eq!(numbers(&state, "next")[0], i as f32);
            for name in ["probabilities", "drawn"] {
                for row in numbers(&state, name).chunks_exact(4) {
                    assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-5);
                }
            }
            // A step puts the levels that were announced.
            let chosen = numbers(&state, "chosen");
            state = done(p, json!({"op": "step", "pixels": 1}), vec![]);
            let levels = numbers(&state, "levels");
            assert_eq!(levels[i * colours..], chosen);
            if i % 5 == 4 {
                done(p, json!({"op": "back", "pixel": i - 3}), vec![]);
                state = done(p, json!({"op": "step", "pixels": 4}), vec![]);
            }
        }
        assert_eq!(p.hash(), whole);
        assert!(numbers(&state, "next").is_empty());
        done(p, json!({"op": "start", "seed": 6}), vec![]);
        done(p, json!({"op": "step", "pixels": 1000}), vec![]);
        assert_ne!(p.hash(), whole);
    }
}

#[test]
fn an_overruled_pixel_changes_what_comes_after_it_only() {
    let p = &mut pixels(Kind::Gated, 1, 0);
    done(p, json!({"op": "start", "seed": 5}), vec![]);
    let state = done(p, json!({"op": "step", "pixels": 1000}), vec![]);
    let (before, hash) = (numbers(&state, "levels"), p.hash());
    let other = (before[9] + 1.0) % 4.0;
    let state = done(p, json!({"op": "force"}), vec![9.0, other]);
    assert_eq!(numbers(&state, "next")[0], 9.0);
    assert_eq!(numbers(&state, "forced"), [1.0]);
    let after = numbers(
        &done(p, json!({"op": "step", "pixels": 1000}), vec![]),
        "levels",
    );
    assert_eq!(after[..9], before[..9]);
    assert_eq!(after[9], other);
    assert_ne!(after[10..], before[10..]);
    // The same from the start, and without force as it was.
    done(p, json!({"op": "start", "seed": 5}), vec![9.0, other]);
    let again = numbers(
        &done(p, json!({"op": "step", "pixels": 1000}), vec![]),
        "levels",
    );
    assert_eq!(again, after);
    done(p, json!({"op": "force"}), vec![9.0, -1.0]);
    done(p, json!({"op": "step", "pixels": 1000}), vec![]);
    assert_eq!(p.hash(), hash);
}

#[test]
fn the_likelihood_of_a_board_is_that_of_its_image() {
    for (colours, labels) in [(1, 3), (3, 0)] {
        let p = &mut pixels(Kind::Plain, colours, labels);
        let label = labels.saturating_sub(1);
        done(p, json!({"op": "start", "seed": 2, "label": label}), vec![]);
        let state = done(p, json!({"op": "step", "pixels": 1000}), vec![]);
        let image = p.sampler.image(&p.boards[0].canvas);
        let request = json!({"op": "likelihood", "label": label});
        let found = done(p, request, image.clone());
        let [nats, bits, per_value] = numbers(&found, "total")[..] else {
            panic!("three figures");
        };
        assert!((nats - numbers(&state, "nats")[0]).abs() < 1e-3);
        assert!((bits - numbers(&state, "bits")[0]).abs() < 1e-3);
        assert!((per_value + bits / p.config().size() as f32).abs() < 1e-4);
        assert!((numbers(&found, "nats").iter().sum::<f32>() - nats).abs() < 1e-3);
        let levels = numbers(&done(p, json!({"op": "levels"}), image.clone()), "levels");
        assert_eq!(levels, numbers(&state, "levels"), "what was drawn, again");
        if labels > 0 {
            let other = done(p, json!({"op": "likelihood"}), image);
            assert_ne!(numbers(&other, "total")[0], nats, "the label is seen");
        }
    }
}

#[test]
fn completions_share_what_was_there_and_differ_after() {
    let p = &mut pixels(Kind::Gated, 1, 0);
    done(
        p,
        json!({"op": "start", "seed": 1}),
        vec![0.0, 3.0, 1.0, 2.0],
    );
    done(p, json!({"op": "step", "pixels": 18}), vec![]);
    done(p, json!({"op": "fork", "count": 4, "seed": 1}), vec![]);
    let state = done(p, json!({"op": "step", "pixels": 1000}), vec![]);
    let levels = numbers(&state, "levels");
    let boards: Vec<&[f32]> = levels.chunks_exact(36).collect();
    assert_eq!((boards.len(), boards[0][0], boards[0][1]), (4, 3.0, 2.0));
    for other in &boards[1..] {
        assert_eq!(other[..18], boards[0][..18]);
        assert_ne!(other[18..], boards[0][18..]);
    }
    // The first has the seed of the start, so it is what would have come anyway.
    let first = boards[0].to_vec();
    done(
        p,
        json!({"op": "start", "seed": 1}),
        vec![0.0, 3.0, 1.0, 2.0],
    );
    let state = done(p, json!({"op": "step", "pixels": 1000}), vec![]);
    assert_eq!(numbers(&state, "levels"), first);
}

#[test]
fn temperature_zero_ignores_the_seed_and_infinity_the_model() {
    let p = &mut pixels(Kind::Gated, 3, 0);
    let mut hashes = vec![];
    for seed in [1, 2] {
        done(
            p,
            json!({"op": "start", "seed": seed, "temperature": 0}),
            vec![],
        );
        done(p, json!({"op": "step", "pixels": 1000}), vec![]);
        hashes.push(p.hash());
    }
    assert_eq!(hashes[0], hashes[1]);
    for hot in [json!(null), json!(1e39)] {
        let request = json!({"op": "start", "seed": 1, "temperature": hot});
        let state = done(p, request, vec![]);
        assert_eq!(numbers(&state, "drawn"), [0.25; 12]);
        assert_ne!(numbers(&state, "probabilities"), [0.25; 12]);
    }
    let state = done(p, json!({"op": "tune", "temperature": 1}), vec![]);
    assert_eq!(numbers(&state, "drawn"), numbers(&state, "probabilities"));
}

#[test]
fn a_way_of_drawing_is_a_temperature() {
    let p = &mut pixels(Kind::Gated, 3, 0);
    for (way, temperature) in [("argmax", json!(0)), ("uniform", json!(null))] {
        let drawn = [
            json!({"op": "start", "seed": 1, "draw": way, "temperature": 1.5}),
            json!({"op": "start", "seed": 1, "temperature": temperature}),
        ]
        .map(|request| {
            done(p, request, vec![]);
            done(p, json!({"op": "step", "pixels": 1000}), vec![]);
            p.hash()
        });
        assert_eq!(drawn[0], drawn[1], "{way}");
    }
}

/// What an output of a view shows under the settings of a link.
fn shown(p: &mut Pixels, query: &str, output: usize, peers: &[Peer]) -> Result<Shown, String> {
    let row = crate::exhibits::exhibit("pixelcnn").expect("in the table");
    let found = row.resolve(query);
    let values = row.values(&found);
    let view = row.views.iter().find(|v| v.id == values.text("view"));
    let ask = Ask {
        view: view.expect("a view of the row").id,
        output,
        part: 0,
        values: &values,
        image: &[],
        peers,
    };
    block_on(Explore::answer(p, ask))
}

#[test]
fn the_masks_of_a_link_are_shown_with_what_they_see() {
    let p = &mut pixels(Kind::Plain, 1, 0);
    // Four layers of 3 by 3 leave 3 + 2 + 1 pixels out of sight.
    for (query, blind, leaks) in [
        ("view=masks", 6.0, 0.0),
        ("view=masks&stacks=gated", 0.0, 0.0),
        ("view=masks&cells=111110000111110000", 6.0, 1.0),
        ("view=masks&channel=green", 6.0, 0.0),
    ] {
        let Ok(Shown::Numbers(numbers)) = shown(p, query, 2, &[]) else {
            panic!("{query}: numbers");
        };
        assert_eq!([numbers[1].1, numbers[2].1], [blind, leaks], "{query}");
        let Ok(Shown::Sight(sight)) = shown(p, query, 1, &[]) else {
            panic!("{query}: a sight");
        };
        let count = |kind| sight.kinds.iter().filter(|k| **k == kind).count() as f64;
        assert_eq!([count(2.0), count(3.0)], [blind, leaks], "{query}");
    }
    let Ok(Shown::Switches(grids)) = shown(p, "view=masks&stacks=gated&kernel=5", 0, &[]) else {
        panic!("switches");
    };
    assert_eq!(grids.len(), 4);
    for grid in &grids {
        assert_eq!((grid.size, grid.on.len(), grid.ring), ([5, 5], 25, 12));
        assert_eq!(grid.names[grid.ring], "the pixel itself");
        assert!(
            grid.on
                .iter()
                .zip(&grid.open)
                .all(|(on, open)| *open || !on)
        );
    }
    let text = |p: &mut Pixels, query| match shown(p, query, 3, &[]) {
        Ok(Shown::Text(text)) => text,
        other => panic!("{query}: {other:?}"),
    };
    assert!(text(p, "view=masks&channel=blue").ends_with("blue sees red and green."));
    assert!(text(p, "view=masks&channel=red").ends_with("red sees nothing."));
    // Cells of other kernels: the causal masks, and a sentence.
    let words = text(p, "view=masks&cells=0101");
    assert!(words.starts_with("The masks have 4 cells"), "{words}");
    let broken = shown(p, "view=masks&cells=0101", 0, &[]).unwrap();
    assert_eq!(broken, shown(p, "view=masks", 0, &[]).unwrap());
    assert!(shown(p, "view=masks", 5, &[]).is_err_and(|e| e.ends_with('.')));
}

#[test]
fn weights_stand_beside_each_other_with_what_was_timed() {
    let p = &mut pixels(Kind::Gated, 1, 0);
    let card = serde_json::to_string(&p.card).unwrap();
    let sent = json!([
        {"card": card, "rates": {"cached": 500.0, "whole": 20.0}},
        {"card": card, "rates": {"whole": 0.0}},
    ]);
    let peers = Peer::list(&sent.to_string()).unwrap();
    let Ok(Shown::Table(table)) = shown(p, "view=compare", 4, &peers) else {
        panic!("a table");
    };
    assert_eq!(table.rows.len(), 2);
    for row in &table.rows {
        assert_eq!(row.cells.len() + 1, table.heads.len());
        assert_eq!(row.weights.as_ref(), Some(&p.card.id));
        assert!(row.current && row.view == Some("pixel"));
    }
    let timed = |row: usize| &table.rows[row].cells[6..];
    let known = [
        Cell::Number(500.0, 0),
        Cell::Digits(20.0, 3),
        Cell::Digits(25.0, 3),
    ];
    assert_eq!(timed(0), known);
    assert!(timed(1).iter().all(|cell| *cell == Cell::Nothing));
    let Ok(Shown::Bars { bars, .. }) = shown(p, "view=compare", 2, &peers) else {
        panic!("bars");
    };
    // Milliseconds of 36 pixels.
    assert_eq!((bars[0].1, &bars[1].2[..]), (72.0, "–"));
    for output in [0, 1, 3] {
        assert!(shown(p, "view=compare", output, &peers).is_ok());
        assert!(shown(p, "view=compare", output, &[]).is_ok());
    }
    for bad in [
        "x",
        "{}",
        r#"[{"card": "x", "rates": {}}]"#,
        r#"[{"card": 1}]"#,
    ] {
        assert!(Peer::list(bad).is_err_and(|e| e.ends_with('.')), "{bad}");
    }
}

#[test]
fn what_is_timed_leaves_the_boards_alone() {
    let p = &mut pixels(Kind::RowLstm, 3, 3);
    done(p, json!({"op": "step", "pixels": 7}), vec![]);
    let hash = p.hash();
    let pixels = costs::TRIALS.iter().map(|trial| block_on(p.work(trial)));
    assert_eq!(Vec::from_iter(pixels), [Ok(36.0), Ok(1.0)]);
    assert_eq!(p.hash(), hash);
    assert!(block_on(p.work("x")).is_err_and(|e| e.ends_with('.')));
}

#[test]
fn a_field_has_its_gradient_inside_its_mask() {
    for kind in [Kind::Gated, Kind::Plain, Kind::RowLstm] {
        for colours in [1, 3] {
            let p = &mut pixels(kind, colours, 0);
            done(p, json!({"op": "step", "pixels": 20}), vec![]);
            let request = json!({"op": "field", "row": 3, "column": 2, "channel": colours - 1});
            let found = done(p, request, vec![]);
            let mask = numbers(&found, "mask");
            let request = json!({"op": "sees", "row": 3, "column": 2, "channel": colours - 1});
            let sight = numbers(&done(p, request, vec![]), "sight");
            assert!(
                mask.iter()
                    .zip(&sight)
                    .all(|(m, s)| (*m == 1.0) == (*s == 1.0))
            );
            // At the left edge some of what lies to the right is too far for the first kernel.
            let request = json!({"op": "sees", "row": 3, "column": 0});
            let is_blind = numbers(&done(p, request, vec![]), "sight").contains(&2.0);
            assert!(kind == Kind::RowLstm || is_blind == (kind == Kind::Plain));
            let gradient = numbers(&found, "gradient");
            assert!(mask.iter().enumerate().all(|(at, m)| *m == 0.0 || at < 20));
            for (at, g) in gradient.iter().enumerate() {
                assert!(*g == 0.0 || mask[at % 36] == 1.0, "{kind:?} {at}: {g}");
            }
            assert!(gradient.iter().filter(|g| **g != 0.0).count() > 10);
            // Of all levels the likeliest has the best odds: asking for it by name is the same.
            let level = numbers(&found, "level")[0] as usize;
            let request = json!({"op": "field", "row": 3, "column": 2, "channel": colours - 1, "level": level});
            assert_eq!(numbers(&done(p, request, vec![]), "gradient"), gradient);
        }
    }
}

#[test]
fn the_next_logits_are_those_of_a_pass_over_the_whole_image() {
    for colours in [1, 3] {
        let p = &mut pixels(Kind::Gated, colours, 3);
        done(p, json!({"op": "start", "seed": 1, "label": 2}), vec![]);
        for _ in 0..5 {
            let found = done(p, json!({"op": "whole"}), vec![]);
            let (a, b) = (numbers(&found, "cached"), numbers(&found, "whole"));
            assert!(
                a.iter().zip(&b).all(|(a, b)| (a - b).abs() < 1e-4),
                "{a:?} {b:?}"
            );
            done(p, json!({"op": "step", "pixels": 7}), vec![]);
        }
    }
}

#[test]
fn what_makes_no_sense_gets_a_sentence_and_changes_nothing() {
    let p = &mut pixels(Kind::Gated, 1, 3);
    done(p, json!({"op": "step", "pixels": 7}), vec![]);
    let hash = p.hash();
    for (request, values) in [
        (json!({"op": "start", "seed": 1, "count": 0}), vec![]),
        (
            json!({"op": "start", "seed": 1, "count": 1_000_000}),
            vec![],
        ),
        (json!({"op": "start", "seed": 1, "label": 3}), vec![]),
        (json!({"op": "start", "seed": 1, "temperature": -1}), vec![]),
        (json!({"op": "start", "seed": -1}), vec![]),
        (json!({"op": "start", "seed": 1}), vec![0.0; 2_000_000]),
        (json!({"op": "start", "seed": 1}), vec![0.0]),
        (json!({"op": "force"}), vec![36.0, 0.0]),
        (json!({"op": "force"}), vec![0.0, 4.0]),
        (json!({"op": "force"}), vec![0.5, 1.0]),
        (json!({"op": "force"}), vec![0.0, f32::NAN]),
        (json!({"op": "tune", "temperature": -0.5}), vec![]),
        (json!({"op": "fork", "count": 65, "seed": 1}), vec![]),
        (json!({"op": "likelihood"}), vec![0.0; 35]),
        (json!({"op": "likelihood"}), vec![f32::INFINITY; 36]),
        (json!({"op": "levels"}), vec![0.0; 37]),
        (json!({"op": "sees", "row": 0, "column": 6}), vec![]),
        (json!({"op": "field", "row": 6, "column": 0}), vec![]),
        (
            json!({"op": "field", "row": 0, "column": 0, "level": 4}),
            vec![],
        ),
        (json!({"op": "nothing"}), vec![]),
    ] {
        let sentence = ask(p, request.clone(), values).unwrap_err();
        assert!(sentence.ends_with('.'), "{request}: {sentence}");
        assert_eq!(p.hash(), hash);
    }
    done(p, json!({"op": "step", "pixels": 99}), vec![]);
    assert!(ask(p, json!({"op": "whole"}), vec![]).is_err());
    let (card, bytes) = random(PixelCnnModel {
        network: *p.config(),
    });
    let row = crate::exhibits::exhibit("pixelcnn").expect("in the table");
    let card = serde_json::to_string(&card).unwrap();
    let cut = row
        .explorer(&card, &bytes[1..], Device::flex())
        .err()
        .unwrap();
    assert!(cut.ends_with('.'));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_requests_get_an_answer_or_a_sentence(
        asked in prop::collection::vec((0..9usize, any::<u32>(), -2..9i64, prop::collection::vec(prop_oneof![any::<f32>(), (-1..5i8).prop_map(f32::from)], 0..40)), 1..12),
    ) {
        let mut p = pixels(Kind::Plain, 1, 2);
        for (op, large, small, values) in asked {
            let request = [
                json!({"op": "start", "seed": large, "count": small, "label": small, "temperature": small}),
                json!({"op": "step", "pixels": small}),
                json!({"op": "step", "pixels": large}),
                json!({"op": "back", "pixel": large % 50}),
                json!({"op": "force"}),
                json!({"op": "fork", "count": small, "seed": large}),
                json!({"op": "likelihood", "label": small}),
                json!({"op": "field", "row": small, "column": small, "level": small}),
                json!({"op": "whole"}),
            ][op].clone();
            if let Err(sentence) = ask(&mut p, request, values) {
                prop_assert!(sentence.ends_with('.'), "{sentence}");
            }
            let known = p.boards[0].canvas.levels().len();
            prop_assert!(p.boards.iter().all(|b| b.nats.len() == known && b.canvas.levels().len() == known));
        }
    }
}
