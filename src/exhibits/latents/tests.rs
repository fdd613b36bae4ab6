use super::*;
use crate::models::dcgan::{DiscriminatorConfig, GeneratorConfig};
use crate::models::pixelcnn::{Kind, PixelCnnConfig, PixelCnnModel};
use crate::models::vae::VaeConfig;
use crate::weights::open;
use crate::weights::tests::{random, small};
use crate::weights::{Direction, ModelConfig};
use pollster::block_on;
use proptest::prelude::*;

/// A model with random weights.
fn explorer(config: impl Into<ModelConfig>, latent: usize) -> Explorer {
    let (mut card, bytes) = random(config);
    let mut vector = vec![0.0; latent];
    vector[0] = 1.0;
    card.directions = vec![Direction {
        id: "first".into(),
        title: "First".into(),
        kind: "principal".into(),
        vector,
    }];
    let card = serde_json::to_string(&card).unwrap();
    let (card, states) = open(&card, &bytes).unwrap();
    Explorer::new(card, &states, Device::flex()).unwrap()
}

fn dcgan() -> Explorer {
    let model = DcganModel {
        generator: GeneratorConfig {
            latent: 4,
            channels: 2,
            colours: 3,
        },
        discriminator: DiscriminatorConfig {
            channels: 2,
            colours: 3,
        },
    };
    explorer(model, 4)
}

fn vae(latent: usize, labels: usize) -> Explorer {
    let model = VaeModel {
        networks: VaeConfig {
            latent,
            channels: 2,
            features: 4,
            colours: 1,
            side: 8,
            halvings: 1,
            labels,
        },
        beta: Some(1.0),
    };
    explorer(model, latent)
}

fn ask(explorer: &Explorer, request: Json, values: Vec<f32>) -> Result<Answer, String> {
    block_on(explorer.run(serde_json::from_value(request).unwrap(), values))
}

fn numbers(answer: &Answer, name: &str) -> Vec<f32> {
    match answer.iter().find(|(n, ..)| n == name) {
        Some((_, shape, Content::Floats(v))) => {
            assert_eq!(v.len(), shape.iter().product::<usize>());
            v.clone()
        }
        other => panic!("{name}: {other:?}"),
    }
}

fn bytes(answer: &Answer, name: &str) -> Vec<u8> {
    match answer.iter().find(|(n, ..)| n == name) {
        Some((_, shape, Content::Bytes(v))) => {
            assert_eq!(v.len(), shape.iter().product::<usize>());
            v.clone()
        }
        other => panic!("{name}: {other:?}"),
    }
}

#[test]
fn a_longer_wall_begins_with_the_shorter_one() {
    let e = dcgan();
    let z = |start: u64, count: u64| {
        let request = json!({"op": "latents", "seed": 7, "start": start, "count": count});
        numbers(&ask(&e, request, vec![]).unwrap(), "z")
    };
    let all = z(0, 8);
    assert_eq!(z(0, 3), all[..12]);
    assert_eq!(z(3, 5), all[12..]);
}

#[test]
fn truncation_bounds_every_value() {
    let e = dcgan();
    for truncation in [0.01, 0.5, 2.0] {
        let request = json!({"op": "latents", "seed": 7, "count": 500, "truncation": truncation});
        let z = numbers(&ask(&e, request, vec![]).unwrap(), "z");
        assert!(z.iter().all(|v| f64::from(v.abs()) <= truncation + 1e-6));
    }
}

#[test]
fn paths_begin_and_end_at_their_latents_and_the_spherical_one_keeps_length() {
    let e = dcgan();
    let (a, b) = ([1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0]);
    for kind in ["linear", "spherical"] {
        let request = json!({"op": "path", "kind": kind, "steps": 5});
        let z = numbers(&ask(&e, request, [a, b].concat()).unwrap(), "z");
        assert_eq!((&z[..4], &z[16..]), (&a[..], &b[..]));
        let length = z[8..12].iter().map(|v| v * v).sum::<f32>().sqrt();
        let expected = if kind == "linear" { 0.5f32.sqrt() } else { 1.0 };
        assert!((length - expected).abs() < 1e-5, "{kind}: {length}");
    }
    // Where no great circle is defined the straight line is taken.
    for (a, b) in [([0.0; 4], b), (a, a), (a, [-1.0, 0.0, 0.0, 0.0])] {
        let request = json!({"op": "path", "kind": "spherical", "steps": 3});
        let z = numbers(&ask(&e, request, [a, b].concat()).unwrap(), "z");
        for i in 0..4 {
            assert!((z[4 + i] - (a[i] + b[i]) / 2.0).abs() < 1e-5);
        }
    }
}

#[test]
fn a_grid_has_its_corners_and_a_walk_passes_its_latents() {
    let e = dcgan();
    let corners: Vec<f32> = (0..16).map(|i| i as f32 - 7.0).collect();
    let request = json!({"op": "grid", "kind": "linear", "rows": 3, "columns": 2});
    let z = numbers(&ask(&e, request, corners.clone()).unwrap(), "z");
    assert_eq!(z[..8], corners[..8]);
    assert_eq!(z[16..], corners[8..]);
    let wall = ask(&e, json!({"op": "latents", "seed": 3, "count": 2}), vec![]).unwrap();
    let at = |time: f64| {
        let request = json!({"op": "walk", "seed": 3, "time": time});
        numbers(&ask(&e, request, vec![]).unwrap(), "z")
    };
    assert_eq!([at(0.0), at(1.0)].concat(), numbers(&wall, "z"));
    let near: f32 = at(0.999)
        .iter()
        .zip(at(1.001))
        .map(|(a, b)| (a - b).abs())
        .sum();
    assert!(near < 1e-3, "{near}");
}

#[test]
fn arithmetic_is_the_mean_of_a_minus_b_plus_c() {
    let e = dcgan();
    let row = |v: f32| vec![v; 4];
    let values = [row(1.0), row(3.0), row(4.0), row(10.0)].concat();
    let request = json!({"op": "combine", "counts": [2, 1, 1]});
    let answer = ask(&e, request, values).unwrap();
    assert_eq!(numbers(&answer, "z"), row(8.0));
    assert_eq!(
        numbers(&answer, "means"),
        [row(2.0), row(4.0), row(10.0)].concat()
    );
}

#[test]
fn pictures_do_not_depend_on_how_many_are_asked_for_at_once() {
    let e = dcgan();
    let z = ask(&e, json!({"op": "latents", "seed": 1, "count": 20}), vec![]).unwrap();
    let z = numbers(&z, "z");
    let all = ask(&e, json!({"op": "decode"}), z.clone()).unwrap();
    let last = ask(&e, json!({"op": "decode"}), z[19 * 4..].to_vec()).unwrap();
    let size = 64 * 64 * 4;
    assert_eq!(bytes(&all, "images")[19 * size..], bytes(&last, "images"));
    assert!(
        numbers(&all, "scores")
            .iter()
            .all(|s| (0.0..=1.0).contains(s))
    );
    let layers = ask(
        &e,
        json!({"op": "activations", "channels": 4}),
        z[..4].to_vec(),
    )
    .unwrap();
    let shapes: Vec<_> = layers.iter().map(|(_, shape, _)| shape.clone()).collect();
    assert_eq!(shapes[0], [4, 4, 4, 4]);
    assert_eq!(shapes.last().unwrap(), &[3, 64, 64, 4]);
}

#[test]
fn a_manifold_is_made_of_decoded_latents() {
    let e = vae(2, 0);
    let request = json!({"op": "manifold", "side": 3, "extent": 2.0});
    let picture = bytes(&ask(&e, request, vec![]).unwrap(), "picture");
    // Right column, top row.
    let tile = bytes(
        &ask(&e, json!({"op": "decode"}), vec![2.0, 2.0]).unwrap(),
        "images",
    );
    for y in 0..8 {
        let start = (y * 24 + 16) * 4;
        assert_eq!(picture[start..start + 32], tile[y * 32..(y + 1) * 32]);
    }
}

#[test]
fn a_posterior_agrees_with_its_parts() {
    let e = vae(3, 2);
    let image: Vec<f32> = (0..64).map(|i| (i % 5) as f32 / 4.0).collect();
    let request = json!({"op": "posterior", "seed": 1, "samples": 2, "label": 1});
    let all = ask(&e, request, image.clone()).unwrap();
    let code = ask(&e, json!({"op": "encode", "label": 1}), image.clone()).unwrap();
    let mean = numbers(&code, "mean");
    assert_eq!(numbers(&all, "mean"), mean);
    let decoded = ask(&e, json!({"op": "decode", "label": 1}), mean.clone()).unwrap();
    assert_eq!(bytes(&all, "reconstruction"), bytes(&decoded, "images"));
    let log_var = numbers(&code, "log_var");
    for i in 0..3 {
        let kl = (mean[i].powi(2) + log_var[i].exp() - 1.0 - log_var[i]) / 2.0;
        assert!((numbers(&all, "kl")[i] - kl).abs() < 1e-4);
    }
    // The sum over pixels, from the bytes of the reconstruction.
    let nats: f32 = image
        .iter()
        .zip(bytes(&all, "reconstruction").chunks(4))
        .map(|(x, rgba)| {
            let p = (f32::from(rgba[0]) / 255.0).clamp(0.002, 0.998);
            -(x * p.ln() + (1.0 - x) * (1.0 - p).ln())
        })
        .sum();
    let told = numbers(&all, "reconstruction_nats")[0];
    assert!((nats - told).abs() < 0.03 * told, "{nats} against {told}");
    let other = ask(&e, json!({"op": "encode", "label": 0}), image).unwrap();
    assert_ne!(numbers(&other, "mean"), mean, "the label is seen");
}

#[test]
fn a_shift_moves_along_its_direction() {
    let e = dcgan();
    let request = json!({"op": "shift", "amounts": {"first": 2.5}});
    let z = numbers(&ask(&e, request, vec![0.5; 8]).unwrap(), "z");
    assert_eq!(z, [3.0, 0.5, 0.5, 0.5, 3.0, 0.5, 0.5, 0.5]);
}

#[test]
fn what_makes_no_sense_gets_a_sentence() {
    let (d, v) = (dcgan(), vae(3, 2));
    let wrong = |e: &Explorer, request: Json, values: Vec<f32>| {
        let sentence = ask(e, request.clone(), values).unwrap_err();
        assert!(sentence.ends_with('.'), "{request}: {sentence}");
    };
    wrong(&d, json!({"op": "latents", "seed": 1, "count": 0}), vec![]);
    wrong(
        &d,
        json!({"op": "latents", "seed": 1, "count": 1_000_000_000}),
        vec![],
    );
    wrong(&d, json!({"op": "decode"}), vec![0.0; 3]);
    wrong(&d, json!({"op": "decode"}), vec![f32::NAN; 4]);
    wrong(
        &d,
        json!({"op": "decode"}),
        vec![0.0; 4 * (PICTURES_MAX + 1)],
    );
    wrong(
        &d,
        json!({"op": "combine", "counts": [u64::MAX, 1, 1]}),
        vec![0.0; 4],
    );
    wrong(
        &d,
        json!({"op": "shift", "amounts": {"nowhere": 1}}),
        vec![0.0; 4],
    );
    wrong(&d, json!({"op": "encode"}), vec![0.0; 64]);
    wrong(
        &v,
        json!({"op": "activations", "channels": 4}),
        vec![0.0; 3],
    );
    wrong(
        &v,
        json!({"op": "manifold", "side": 4, "extent": 2}),
        vec![],
    );
    wrong(&v, json!({"op": "decode", "label": 2}), vec![0.0; 3]);
    wrong(
        &v,
        json!({"op": "posterior", "seed": 1, "samples": 99}),
        vec![0.0; 64],
    );
    let (card, bytes) = random(PixelCnnModel {
        network: PixelCnnConfig {
            kind: Kind::Gated,
            channels: 2,
            layers: 1,
            kernel: 3,
            features: 4,
            colours: 3,
            side: 8,
            levels: 4,
            labels: 0,
        },
    });
    let card = serde_json::to_string(&card).unwrap();
    let (card, states) = open(&card, &bytes).unwrap();
    let refused = Explorer::new(card, &states, Device::flex()).err().unwrap();
    assert!(refused.contains("from latents."), "{refused}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_numbers_get_an_answer_or_a_sentence(op in 0..6usize, n in 0..1_000usize, values in prop::collection::vec(any::<f32>(), 0..40)) {
        let e = vae(2, 0);
        let request = [
            json!({"op": "decode"}),
            json!({"op": "encode"}),
            json!({"op": "path", "kind": "spherical", "steps": n}),
            json!({"op": "grid", "kind": "spherical", "rows": n, "columns": 2}),
            json!({"op": "combine", "counts": [n, 1, 1]}),
            json!({"op": "posterior", "seed": n, "samples": n}),
        ][op].clone();
        if let Err(sentence) = ask(&e, request, values) {
            prop_assert!(sentence.ends_with('.'));
        }
    }
}

#[test]
fn codes_are_as_many_as_their_labels() {
    let (mut card, bytes) = random(small(0));
    card.labels = vec!["one".into()];
    let mut opened = |points: usize| {
        card.codes = Some(Codes {
            points: vec![0.0; points],
            labels: vec![0; 3],
        });
        let (card, states) = open(&serde_json::to_string(&card).unwrap(), &bytes).unwrap();
        Explorer::new(card, &states, Device::flex()).map(|_| ())
    };
    assert_eq!(opened(6), Ok(()));
    assert!(opened(5).unwrap_err().contains("as many"));
}
