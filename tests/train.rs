//! The trainer as a person uses it: the real program, on data that the test makes.
#![cfg(feature = "cli")]

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use genzoo::rng::{Purpose, stream, uniform};
use genzoo::train::checkpoint;
use genzoo::train::recipe::Recipe;
use genzoo::train::recipes::{RECIPES, recipe};
use genzoo::weights::Card;
use sha2::Digest;

fn genzoo(args: &[&str], folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_genzoo"));
    command.args(args).current_dir(folder);
    command
}

fn output(args: &[&str], folder: &Path) -> Output {
    genzoo(args, folder).output().expect("the program starts")
}

fn succeeds(args: &[&str], folder: &Path) -> String {
    let out = output(args, folder);
    let told = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(out.status.success(), "{args:?}: {told}");
    told + &String::from_utf8_lossy(&out.stdout)
}

/// The bytes of an IDX file (magic with type and rank, dimensions, values).
fn idx(dims: &[usize], values: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0, 8, dims.len() as u8];
    bytes.extend(dims.iter().flat_map(|&d| (d as u32).to_be_bytes()));
    bytes.extend(values);
    bytes
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(vec![], Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Random rectangles on a background: enough for every recipe, in the sizes that it asks for.
fn make_data(recipe: &Recipe, folder: &Path, count: usize) {
    fs::create_dir_all(folder).unwrap();
    let (side, colours) = match recipe.source.name {
        "critters" | "sprouts" => (64, 3),
        _ => (28, 1),
    };
    let mut pixels = vec![];
    for i in 0..count {
        let u = uniform(&mut stream(1, Purpose::Measure, i as u64), 8);
        let (left, top) = (
            (u[0] * 0.5 * side as f32) as usize,
            (u[1] * 0.5 * side as f32) as usize,
        );
        for y in 0..side {
            for x in 0..side {
                let inside =
                    (left..left + side / 3).contains(&x) && (top..top + side / 3).contains(&y);
                for c in 0..colours {
                    let shade = if inside { u[2 + c] } else { u[5 + c] };
                    pixels.push((shade * 255.0) as u8);
                }
            }
        }
    }
    if recipe.source.name == "binarized-mnist" {
        pixels.iter_mut().for_each(|p| *p = u8::from(*p > 127));
        let rows = count / 4;
        let apart = pixels.split_off((count - rows) * side * side);
        fs::write(
            folder.join("train-images-idx3-ubyte"),
            idx(&[count - rows, side, side], &pixels),
        )
        .unwrap();
        fs::write(
            folder.join("valid-images-idx3-ubyte"),
            idx(&[rows, side, side], &apart),
        )
        .unwrap();
        return;
    }
    if colours == 3 {
        let file = folder.join("images-64-idx4-ubyte.gz");
        fs::write(file, gzip(&idx(&[count, side, side, 3], &pixels))).unwrap();
        let line = |i: usize| {
            format!(
                "{{\"attributes\": {{\"body\": \"{}\"}}}}\n",
                ["round", "tall"][i % 2]
            )
        };
        fs::write(
            folder.join("attributes.jsonl"),
            (0..count).map(line).collect::<String>(),
        )
        .unwrap();
    } else {
        fs::write(
            folder.join("train-images-idx3-ubyte"),
            idx(&[count, side, side], &pixels),
        )
        .unwrap();
        let labels: Vec<u8> = (0..count).map(|i| (i % 10) as u8).collect();
        fs::write(
            folder.join("train-labels-idx1-ubyte"),
            idx(&[count], &labels),
        )
        .unwrap();
    }
}

#[test]
fn every_recipe_passes_a_dry_run_and_writes_nothing() {
    let place = tempfile::tempdir().unwrap();
    for recipe in RECIPES {
        let data = place.path().join(recipe.id);
        make_data(recipe, &data, 24);
        let told = succeeds(
            &["train", recipe.id, "--data", recipe.id, "--dry-run"],
            place.path(),
        );
        assert!(told.contains("nothing was written"), "{told}");
        assert!(!place.path().join("runs").exists() && !place.path().join("weights").exists());
    }
}

#[test]
fn training_to_sampling_works_from_start_to_end() {
    let place = tempfile::tempdir().unwrap();
    let here = place.path();
    for id in [
        "features-fashion",
        "vae-fashion-conditional",
        "vae-fashion-2d",
    ] {
        make_data(recipe(id).unwrap(), &here.join("data"), 60);
        succeeds(&["train", id, "--data", "data", "--steps", "10"], here);
        let text = fs::read_to_string(here.join(format!("weights/{id}.json"))).unwrap();
        let card = Card::parse(&text).unwrap();
        assert_eq!((card.steps, card.data.images), (10, 54));
        assert!(
            card.measures.iter().all(|m| m.value.is_finite()),
            "{:?}",
            card.measures
        );
        assert!(
            here.join(format!("runs/{id}/sheets/step-000010.png"))
                .exists()
        );
        let metrics = fs::read_to_string(here.join(format!("runs/{id}/metrics.csv"))).unwrap();
        assert_eq!(metrics.lines().count(), 2, "{metrics}");
    }
    let table = succeeds(
        &[
            "eval",
            "vae-fashion-2d",
            "--data",
            "data",
            "--json",
            "measures.json",
        ],
        here,
    );
    assert!(
        table.contains("| ELBO |") && table.contains("Frechet distance, floor"),
        "{table}"
    );
    let json: serde_json::Value =
        serde_json::from_slice(&fs::read(here.join("measures.json")).unwrap()).unwrap();
    assert!(json["measures"].as_array().unwrap().len() > 5);
    assert!(table.contains("nearest training image") && table.contains("27 training images"));
    assert!(
        table.contains("the same features; mean of 8 draws, standard deviation 0."),
        "{table}"
    );
    // Of a test split nothing was trained on, so there is nothing to have copied.
    let table = succeeds(&["eval", "vae-fashion-2d", "--data", "data", "--all"], here);
    assert!(
        table.contains("mean over 60 test images") && table.contains("against 30 test images"),
        "{table}"
    );
    assert!(
        !table.contains("training image") && !table.contains("validation"),
        "{table}"
    );
    some_images_stand_for_all_of_a_sorted_file(here);
    succeeds(
        &["sample", "vae-fashion-2d", "--n", "6", "--out", "sheet.png"],
        here,
    );
    let sheet = image::open(here.join("sheet.png")).unwrap();
    assert_eq!((sheet.width(), sheet.height()), (8 * 30 + 2, 30 + 2));
}

/// The bound's images are drawn: those at the front of a file may all be of one class.
fn some_images_stand_for_all_of_a_sorted_file(here: &Path) {
    let sorted = here.join("sorted");
    fs::create_dir_all(&sorted).unwrap();
    let pixels: Vec<u8> = (0..200 * 784)
        .map(|i| if i < 100 * 784 { 0 } else { (i % 251) as u8 })
        .collect();
    fs::write(
        sorted.join("test-images-idx3-ubyte"),
        idx(&[200, 28, 28], &pixels),
    )
    .unwrap();
    let labels: Vec<u8> = (0..200).map(|i| i / 100).collect();
    fs::write(sorted.join("test-labels-idx1-ubyte"), idx(&[200], &labels)).unwrap();
    let some = ["--bound-images", "50", "--bound-samples", "1"];
    let eval = ["eval", "vae-fashion-2d", "--data", "sorted", "--all"];
    let table = succeeds(
        &[&eval[..], &some, &["--json", "sorted.json"]].concat(),
        here,
    );
    let json: serde_json::Value =
        serde_json::from_slice(&fs::read(here.join("sorted.json")).unwrap()).unwrap();
    let value = |name: &str| {
        let measures = json["measures"].as_array().unwrap();
        let found = measures.iter().find(|m| m["name"] == name);
        found.unwrap()["value"].as_f64().unwrap()
    };
    let (all, some) = (value("ELBO"), value("ELBO, same images"));
    assert!((some / all - 1.0).abs() < 0.25, "{all} and {some}: {table}");
}

#[test]
fn a_pixelcnn_is_trained_measured_and_sampled() {
    let place = tempfile::tempdir().unwrap();
    let here = place.path();
    let id = "pixelcnn-mnist-plain";
    make_data(recipe(id).unwrap(), &here.join("data"), 40);
    succeeds(&["train", id, "--data", "data", "--steps", "10"], here);
    let table = succeeds(
        &["eval", id, "--data", "data", "--json", "found.json"],
        here,
    );
    assert!(table.contains("| NLL |"), "{table}");
    let found: serde_json::Value =
        serde_json::from_slice(&fs::read(here.join("found.json")).unwrap()).unwrap();
    let value = |i: usize| found["measures"][i]["value"].as_f64().unwrap();
    // A fair coin per pixel costs 784 ln 2 = 543 nats; these rectangles are easier.
    assert!((1.0..543.0).contains(&value(0)), "{table}");
    assert!(
        (value(0) / (784.0 * 2f64.ln()) - value(1)).abs() < 1e-3,
        "{table}"
    );
    let told = succeeds(&["sample", id, "--n", "6", "--out", "sheet.png"], here);
    assert!(told.contains("pixels a second"), "{told}");
    let sheet = image::open(here.join("sheet.png")).unwrap();
    assert_eq!((sheet.width(), sheet.height()), (8 * 30 + 2, 30 + 2));
}

#[test]
fn a_pix2pix_is_trained_measured_and_sampled_and_resumes_to_the_same_bytes() {
    let place = tempfile::tempdir().unwrap();
    let here = place.path();
    let id = "pix2pix-critters-both";
    make_data(recipe(id).unwrap(), &here.join("data"), 40);
    let train = |out: &'static str, weights: &'static str, steps: &'static str| {
        succeeds(
            &[
                "train",
                id,
                "--data",
                "data",
                "--out",
                out,
                "--weights",
                weights,
                "--steps",
                steps,
                "--resume",
            ],
            here,
        )
    };
    for weights in ["a", "b"] {
        let features = [
            "train",
            "features-critters",
            "--data",
            "data",
            "--steps",
            "10",
        ];
        succeeds(
            &[&features[..], &["--weights", weights, "--out", weights]].concat(),
            here,
        );
    }
    train("whole", "a", "20");
    train("parts", "b", "10");
    train("parts", "b", "20");
    let bytes = |folder: &str| fs::read(here.join(folder).join(format!("{id}.bpk"))).unwrap();
    assert!(bytes("a") == bytes("b"), "the same weights");

    let table = succeeds(&["eval", id, "--data", "data", "--weights", "a"], here);
    for name in [
        "L1",
        "SSIM",
        "Frechet distance",
        "L1, lines alone",
        "Frechet distance, floor",
    ] {
        assert!(table.contains(&format!("| {name} |")), "{table}");
    }
    assert!(table.contains("4 real images against 36 others"), "{table}");
    other_images_than_those_that_were_coloured_are_compared(id, here);
    fs::remove_dir_all(here.join("data")).unwrap();
    succeeds(
        &[
            "sample",
            id,
            "--n",
            "6",
            "--weights",
            "a",
            "--out",
            "sheet.png",
        ],
        here,
    );
    let sheet = image::open(here.join("sheet.png")).unwrap();
    assert_eq!((sheet.width(), sheet.height()), (8 * 66 + 2, 2 * 66 + 2));
}

/// Measures a test split: one half is coloured, the other is what its pictures are compared with.
fn other_images_than_those_that_were_coloured_are_compared(id: &str, here: &Path) {
    let table = succeeds(
        &["eval", id, "--data", "data", "--weights", "a", "--all"],
        here,
    );
    assert!(
        table.contains("| Frechet distance, floor |")
            && table.contains("20 real images against 20 others"),
        "{table}"
    );
    assert!(
        table.contains("20 test images, their edges") && table.contains("against 20 other test"),
        "{table}"
    );
}

/// The newest checkpoint's step, 0 before the first.
fn kept(out: &Path) -> u64 {
    let newest = checkpoint::load(out).expect("checkpoints of this version");
    newest.map_or(0, |(header, _)| header.step)
}

/// The newest step of which a run has drawn a sheet.
fn drawn(out: &Path) -> u64 {
    let Ok(files) = fs::read_dir(out.join("sheets")) else {
        return 0;
    };
    let step = |name: &str| {
        name.strip_prefix("step-")?
            .strip_suffix(".png")?
            .parse()
            .ok()
    };
    let steps = files.filter_map(|file| step(file.ok()?.file_name().to_str()?));
    steps.max().unwrap_or(0)
}

#[test]
fn a_run_killed_ten_times_ends_like_one_that_was_not() {
    const STEPS: &str = "240";
    const EVERY: u64 = 10;
    let place = tempfile::tempdir().unwrap();
    let here = place.path();
    let id = "vae-mnist";
    make_data(recipe(id).unwrap(), &here.join("data"), 40);
    let train = |out: &'static str, weights: &'static str| {
        let run = ["train", id, "--data", "data", "--resume", "--steps", STEPS];
        let places = ["--out", out, "--weights", weights];
        // A sheet of every step tells how far a run is, whatever its checkpoints say.
        let pace = ["--checkpoint-every", "10", "--sheet-every", "1"];
        [&run[..], &places, &pace].concat()
    };
    succeeds(&train("whole", "a"), here);

    let mut draws = uniform(&mut stream(5, Purpose::Measure, 0), 20).into_iter();
    let mut draw = || draws.next().unwrap();
    let out = here.join("killed");
    let mut newest = 0;
    for _ in 0..10 {
        let said = here.join("said");
        let mut child = genzoo(&train("killed", "b"), here)
            .stderr(fs::File::create(&said).unwrap())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        // Killed in the middle of a step, any of the twenty after the last checkpoint.
        let target = newest + 1 + (20.0 * draw()) as u64;
        let deadline = Instant::now() + Duration::from_secs(120);
        while drawn(&out) < target {
            let ended = child.try_wait().unwrap().is_some();
            assert!(
                !ended && Instant::now() < deadline,
                "no further than {newest}"
            );
            sleep(Duration::from_millis(1));
        }
        sleep(Duration::from_secs_f32(0.03 * draw()));
        let reached = drawn(&out);
        child.kill().unwrap();
        child.wait().unwrap();
        if newest > 0 {
            let said = fs::read_to_string(said).unwrap();
            let resumed = format!("continuing from step {newest}\n");
            assert!(said.contains(&resumed), "{resumed}{said}");
        }
        let now = kept(&out);
        assert!(now >= newest, "step {now} after {newest} had been kept");
        assert!(now + EVERY > reached, "step {now} of {reached} was kept");
        newest = now;
    }
    assert!(newest > 0);
    succeeds(&train("killed", "b"), here);
    let bytes = |folder: &str, file: &str| fs::read(here.join(folder).join(file)).unwrap();
    assert_eq!(bytes("a", "vae-mnist.bpk"), bytes("b", "vae-mnist.bpk"));
    assert_eq!(
        bytes("whole", "metrics.csv"),
        bytes("killed", "metrics.csv")
    );
    let state = |folder: &str| checkpoint::load(&here.join(folder)).unwrap().unwrap();
    assert_eq!(state("whole").1, state("killed").1);
}

#[test]
fn a_torn_or_damaged_checkpoint_is_passed_over_for_the_one_before() {
    let place = tempfile::tempdir().unwrap();
    let here = place.path();
    let id = "vae-mnist";
    make_data(recipe(id).unwrap(), &here.join("data"), 40);
    let train = [
        "train",
        id,
        "--data",
        "data",
        "--out",
        "run",
        "--steps",
        "20",
        "--checkpoint-every",
        "10",
    ];
    succeeds(&train, here);
    let out = here.join("run");
    assert_eq!(kept(&out), 20);
    let newest = ["checkpoint-a.bin", "checkpoint-b.bin"]
        .map(|n| out.join(n))
        .into_iter()
        .max_by_key(|p| fs::metadata(p).unwrap().modified().unwrap())
        .unwrap();
    let bytes = fs::read(&newest).unwrap();
    for cut in [0, 3, 40, bytes.len() / 2, bytes.len() - 1] {
        fs::write(&newest, &bytes[..cut]).unwrap();
        assert_eq!(kept(&out), 10);
    }
    // Nor is a run taken up again by accident, or with other settings.
    let told = String::from_utf8(output(&train, here).stderr).unwrap();
    assert!(told.contains("--resume"), "{told}");
    let other = [&train[..], &["--resume", "--seed", "2"]].concat();
    let told = String::from_utf8(output(&other, here).stderr).unwrap();
    assert!(told.contains("choose another --out"), "{told}");

    let refused = |why: &str| {
        for resume in [&["--resume"][..], &[]] {
            let out = output(&[&train[..], resume].concat(), here);
            let told = String::from_utf8(out.stderr).unwrap();
            let right = if resume.is_empty() { "--" } else { why };
            assert!(!out.status.success() && told.contains(right), "{told}");
            assert!(!told.contains("panicked"), "{told}");
        }
    };
    // One that a stranger made, whose sum is right and whose vectors fit no network, is refused, and kept as it is.
    let (header, vectors) = checkpoint::load(&out).unwrap().unwrap();
    let header = checkpoint::Header { step: 15, ..header };
    let mut shorter = vectors.clone();
    let last = shorter[0].pop().unwrap();
    shorter[1].push(last);
    let mut no_number = vectors.clone();
    no_number[0][3] = f32::NAN;
    for crafted in [vec![], vectors[1..].to_vec(), shorter, no_number] {
        let lengths = crafted.iter().map(Vec::len).collect();
        let header = checkpoint::Header {
            lengths,
            ..header.clone()
        };
        checkpoint::save(&out, &header, &crafted).unwrap();
        refused("cannot take up");
        fs::remove_file(&newest).unwrap();
    }
    // Where no checkpoint is whole, nothing is begun anew over what is left.
    let [a, b] = ["checkpoint-a.bin", "checkpoint-b.bin"].map(|n| out.join(n));
    for place in [&a, &b] {
        fs::write(place, &bytes[..bytes.len() / 2]).unwrap();
    }
    refused("no checkpoint is whole");
    for place in [a, b] {
        assert_eq!(fs::read(place).unwrap(), bytes[..bytes.len() / 2]);
    }
}

#[test]
fn a_run_goes_on_with_what_it_began_with_or_not_at_all() {
    let place = tempfile::tempdir().unwrap();
    let here = place.path();
    let id = "ae-fashion-2d";
    make_data(recipe(id).unwrap(), &here.join("data"), 60);
    let train = |more: &[&'static str]| {
        let run = ["train", id, "--data", "data", "--out", "run"];
        [&run[..], more].concat()
    };
    succeeds(&train(&["--steps", "10", "--validation", "3"]), here);
    let refused = |more: &[&'static str], why: &str| {
        let out = output(
            &train(&[&["--steps", "20", "--resume"][..], more].concat()),
            here,
        );
        let told = String::from_utf8(out.stderr).unwrap();
        assert!(
            !out.status.success() && told.contains(why) && told.contains("choose another --out"),
            "{told}"
        );
    };
    refused(&["--validation", "4"], "another split");
    refused(&["--validation", "3", "--seed", "2"], "another seed");
    // The default holds back six.
    refused(&[], "another split");

    // The newest checkpoint as an earlier version wrote it, whole and with other fields.
    let out = here.join("run");
    for name in ["checkpoint-a.bin", "checkpoint-b.bin"] {
        let _ = fs::remove_file(out.join(name));
    }
    let header = br#"{"id":"ae-fashion-2d","seed":1,"batch":128,"step":10,"lengths":[]}"#;
    let mut old = (header.len() as u32).to_le_bytes().to_vec();
    old.extend(header);
    old.extend(sha2::Sha256::digest(&old));
    fs::write(out.join("checkpoint-b.bin"), &old).unwrap();
    refused(&["--validation", "3"], "another version of genzoo");
    assert_eq!(
        fs::read(out.join("checkpoint-b.bin")).unwrap(),
        old,
        "kept as it was"
    );

    let text = fs::read_to_string(here.join(format!("weights/{id}.json"))).unwrap();
    assert_eq!(
        Card::parse(&text).unwrap().command,
        "genzoo train ae-fashion-2d --data fashion-mnist --device cpu --validation 3 --seed 1 --steps 10"
    );
}

#[test]
fn what_measuring_needs_is_missed_before_training_and_old_weights_stay() {
    let place = tempfile::tempdir().unwrap();
    let here = place.path();
    let id = "vae-fashion-2d";
    make_data(recipe(id).unwrap(), &here.join("data"), 40);
    fs::create_dir(here.join("weights")).unwrap();
    fs::write(here.join(format!("weights/{id}.bpk")), "earlier").unwrap();
    let train = ["train", id, "--data", "data", "--steps", "10"];
    let out = output(&train, here);
    let told = String::from_utf8(out.stderr).unwrap();
    assert!(
        !out.status.success() && told.contains("train it first"),
        "{told}"
    );
    assert!(!here.join("runs").exists(), "nothing was trained");
    let told = succeeds(&[&train[..], &["--dry-run"]].concat(), here);
    assert!(
        told.contains("nothing was written") && told.contains("features-fashion"),
        "{told}"
    );
    let weights = fs::read_to_string(here.join(format!("weights/{id}.bpk")));
    assert_eq!(weights.unwrap(), "earlier");
}

#[test]
fn what_does_not_fit_is_refused_before_training() {
    let place = tempfile::tempdir().unwrap();
    let here = place.path();
    fs::create_dir_all(here.join("empty")).unwrap();
    make_data(recipe("vae-fashion-2d").unwrap(), &here.join("grey"), 20);
    let refused = |args: &[&str], why: &str| {
        let out = output(args, here);
        let told = String::from_utf8_lossy(&out.stderr).into_owned();
        assert!(
            !out.status.success() && told.contains(why),
            "{args:?}: {told}"
        );
        assert!(!told.contains("panicked"), "{told}");
    };
    refused(&["train", "vae-fashion-2d", "--data", "nowhere"], "nowhere");
    refused(&["train", "vae-fashion-2d", "--data", "empty"], "empty");
    refused(&["train", "dcgan-critters", "--data", "grey"], "64 by 64");
    refused(
        &["train", "nothing", "--data", "grey"],
        "there is no recipe",
    );
    refused(
        &[
            "train",
            "vae-fashion-2d",
            "--data",
            "grey",
            "--device",
            "abacus",
        ],
        "abacus",
    );
    refused(&["sample", "vae-fashion-2d"], "vae-fashion-2d.json");
    // A label that the classifier has no name for.
    let labels: Vec<u8> = (0..20).map(|i| if i == 7 { 10 } else { 1 }).collect();
    let ten = here.join("ten");
    make_data(recipe("features-fashion").unwrap(), &ten, 20);
    fs::write(ten.join("train-labels-idx1-ubyte"), idx(&[20], &labels)).unwrap();
    let train = ["train", "features-fashion", "--data", "ten"];
    refused(&[&train[..], &["--dry-run"]].concat(), "the data has 10");
    refused(&train, "the data has 10");
    // Numbers that measuring cannot use, and places that hold no file.
    let root = std::env::var("CARGO_MANIFEST_DIR").expect("run by cargo");
    let weights = format!("{root}/weights");
    let shipped = ["--weights", weights.as_str()];
    let eval = ["eval", "vae-fashion-2d", "--data", "grey"];
    for (flag, value) in [
        ("--samples", "0"),
        ("--samples", "1"),
        ("--bound-images", "0"),
        ("--bound-samples", "0"),
        ("--bound-samples", "18446744073709551615"),
    ] {
        refused(&[&eval[..], &[flag, value]].concat(), value);
    }
    make_data(recipe("vae-fashion-2d").unwrap(), &here.join("few"), 7);
    let few = [
        "eval",
        "vae-fashion-2d",
        "--data",
        "few",
        "--bound-samples",
        "1",
    ];
    refused(&[&few[..], &shipped].concat(), "two sets of at least 4");
    for out in ["/", "..", "."] {
        let sample = ["sample", "vae-fashion-2d", "--n", "1", "--out", out];
        refused(&[&sample[..], &shipped].concat(), "names no file");
        let small = ["--bound-images", "1", "--bound-samples", "1", "--json", out];
        refused(&[&eval[..], &shipped, &small].concat(), "names no file");
    }
    let classifiers = RECIPES.iter().filter(|r| r.family.judges());
    for r in classifiers {
        refused(&["train", r.id, "--data", "grey", "--steps", "0"], "steps");
    }
}
