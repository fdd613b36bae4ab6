//! Whatever strangers give, it is read or refused with a short sentence, without a panic and without much memory: links, run files, CSV, images,
//! burnpacks, cards, IDX files, attributes and checkpoints, each from seeds that are changed byte by byte. (Messages between pages are read
//! by `www/link/messages.js`; see `tests/js/strangers.test.mjs`.)
//!
//! `cargo test` draws a thousand changes of each, the same ones every time; `PROPTEST_CASES=1000000` with it draws as many others. Files in
//! `tests/hostile/READER` are further seeds: what was found to go wrong once.
#![cfg(feature = "cli")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::fs;
use std::path::PathBuf;

use genzoo::catalog::{self, runfile};
use genzoo::data::images::attributes::parse_attributes;
use genzoo::data::images::folder::parse_picture;
use genzoo::data::images::idx::parse_idx;
use genzoo::data::toys::{points, table};
use genzoo::exhibits::EXHIBITS;
use genzoo::runs::settings::Settings;
use genzoo::train::checkpoint::{self, Header};
use genzoo::weights::{Card, ModelConfig, pack, sha256, unpack};
use image::{ExtendedColorType, ImageEncoder};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use sha2::{Digest, Sha256};

/// Knows how much memory each thread has, and has had at most.
struct Counting;

thread_local! {
    static NOW: Cell<isize> = const { Cell::new(0) };
    static MOST: Cell<isize> = const { Cell::new(0) };
}

fn count(bytes: isize) {
    // A thread that ends has no counter any more.
    let _ = NOW.try_with(|now| {
        now.set(now.get() + bytes);
        let _ = MOST.try_with(|most| most.set(most.get().max(now.get())));
    });
}

// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        count(-(layout.size() as isize));
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// Longest text that is made of a seed.
const LONGEST: usize = 64 << 10;
/// Longest sentence that a reader says.
const SENTENCE: usize = 500;

/// One change of a text: what is done, where, from where, to how many bytes, and with which.
type Change = (u8, u32, u32, u8, u8);

/// A reader under test: its seeds, the words that it knows, and the memory that it may take.
struct Reader<'a> {
    /// Its folder of seeds.
    name: &'a str,
    seeds: Vec<Vec<u8>>,
    /// Words that mean something to it.
    words: &'a [&'a str],
    /// Memory that it may take: bytes, and bytes per byte of its input.
    memory: [usize; 2],
    /// Says why it refuses.
    read: &'a dyn Fn(&[u8]) -> Result<(), String>,
}

impl Reader<'_> {
    /// Reads seeds, and changes of them.
    fn test(mut self) {
        let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("run by cargo"));
        for file in fs::read_dir(root.join("tests/hostile").join(self.name))
            .into_iter()
            .flatten()
        {
            self.seeds.push(fs::read(file.unwrap().path()).unwrap());
        }
        for seed in &self.seeds {
            self.check(seed).unwrap();
        }
        let wanted = std::env::var("PROPTEST_CASES")
            .ok()
            .and_then(|n| n.parse().ok());
        let config = Config {
            cases: wanted.unwrap_or(1_000),
            failure_persistence: None,
            ..Config::default()
        };
        let mut runner = match wanted {
            Some(_) => TestRunner::new(config),
            None => {
                let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
                TestRunner::new_with_rng(config, rng)
            }
        };
        let changes = prop::collection::vec(any::<Change>(), 1..6);
        let outcome = runner.run(
            &(any::<prop::sample::Index>(), changes),
            |(seed, changes)| {
                let mut text = self.seeds[seed.index(self.seeds.len())].clone();
                for change in changes {
                    self.change(&mut text, change);
                }
                self.check(&text).map_err(TestCaseError::fail)
            },
        );
        if let Err(failure) = outcome {
            panic!("{}: {failure}", self.name);
        }
    }

    fn change(&self, text: &mut Vec<u8>, (kind, at, from, n, byte): Change) {
        let at = at as usize % (text.len() + 1);
        let n = usize::from(n);
        let end = (at + n).min(text.len());
        let replacement = match kind % 10 {
            0 => vec![byte],
            1 => vec![text.get(at).map_or(byte, |b| b ^ (1 << (byte % 8)))],
            2 => vec![],
            3 => vec![byte; n * if byte % 16 == 0 { 64 } else { 1 }],
            4 => {
                let from = from as usize % (text.len() + 1);
                text[from..(from + n).min(text.len())].to_vec()
            }
            5 => {
                let other = &self.seeds[from as usize % self.seeds.len()];
                let from = from as usize % (other.len() + 1);
                other[from..].to_vec()
            }
            6 => {
                let numbers = [0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fff_ffff, u32::MAX];
                let number =
                    numbers[from as usize % numbers.len()].wrapping_add(u32::from(byte % 3));
                if n % 2 == 0 {
                    number.to_le_bytes()
                } else {
                    number.to_be_bytes()
                }
                .to_vec()
            }
            7 => {
                let numbers = [
                    "-1",
                    "1e999",
                    "NaN",
                    "18446744073709551616",
                    "0.1e-400",
                    "[",
                    "{\"a\":",
                    "\\u0000",
                ];
                numbers[from as usize % numbers.len()].into()
            }
            _ if self.words.is_empty() => vec![byte],
            _ => self.words[from as usize % self.words.len()].into(),
        };
        // Some take the place of as many bytes, some of others, some come between.
        let until = match kind % 10 {
            0 | 1 => (at + 1).min(text.len()),
            6 => (at + 4).min(text.len()),
            2 | 5 => end,
            _ if byte % 2 == 0 => at,
            _ => end,
        };
        text.splice(at..until, replacement);
        text.truncate(LONGEST);
    }

    fn check(&self, text: &[u8]) -> Result<(), String> {
        let before = NOW.get();
        MOST.set(before);
        let said = (self.read)(text);
        let taken = (MOST.get() - before) as usize;
        let [base, each] = self.memory;
        let shown = || {
            text.escape_ascii()
                .to_string()
                .chars()
                .take(4_000)
                .collect::<String>()
        };
        if taken > base + each * text.len() {
            return Err(format!(
                "{taken} bytes of memory for {}: {}",
                text.len(),
                shown()
            ));
        }
        match said {
            Err(said) if !short(&said) => Err(format!("it says {said:?} of {}", shown())),
            _ => Ok(()),
        }
    }
}

/// Whether a sentence quotes what it was given briefly, and nothing that acts on a terminal.
fn short(said: &str) -> bool {
    said.ends_with('.') && said.chars().count() <= SENTENCE && !said.contains(char::is_control)
}

/// All notes of a link, as a refusal where one of them is no short sentence.
fn noted(notes: &[String]) -> Result<(), String> {
    notes
        .iter()
        .find(|note| !short(note))
        .cloned()
        .map_or(Ok(()), Err)
}

fn texts(seeds: &[&str]) -> Vec<Vec<u8>> {
    seeds.iter().map(|seed| seed.as_bytes().to_vec()).collect()
}

#[test]
fn links() {
    let points = points::encode(&[[0.5, -0.5], [-1.0, 1.0]]);
    let mut seeds: Vec<String> = vec![
        "preset=collapse&arenas=minimax,least-squares&lr-d.1=0.01&seed=7&step=20".into(),
        "events=5.lr-g:0.01~7.D~9.lr-d.1:0.5~9.G&density=grid25&batch=64".into(),
        format!("density=pasted&points={points}"),
        "view=interpolate&picks=0,1;2,3&shift=body-round:1.5&z=0.5,-1&seed=3&label=4".into(),
        "view=complete&strokes=a,b&temperature=0.5&pen=3".into(),
    ];
    for demo in catalog::demos() {
        let of = |preset: &genzoo::schema::Preset| format!("demo={}&preset={}", demo.id, preset.id);
        seeds.extend(demo.presets.iter().take(1).map(of));
    }
    let seeds: Vec<&str> = seeds.iter().map(String::as_str).collect();
    let demos = catalog::demos();
    Reader {
        name: "link",
        seeds: texts(&seeds),
        words: &[
            "&",
            "=",
            "%",
            "%25",
            "+",
            ".0",
            ".3",
            ".4",
            "~",
            ",",
            ";",
            "arenas=",
            "events=",
            "points=",
            "step=",
            "preset=",
            "seed=",
            "lr-d=",
            "z=",
            "picks=",
            "density=pasted",
            "1e-320",
            "inf",
            "%00",
            "wasserstein-gp",
        ],
        memory: [1 << 20, 256],
        read: &|text| {
            let query = String::from_utf8_lossy(text);
            let at = text.first().map_or(0, |b| usize::from(*b));
            let demo = demos[at % demos.len()];
            let settings = Settings::resolve(demo, &query);
            noted(&settings.notes)?;
            // A link that was read is written as one that is read without a note.
            let again = Settings::resolve(demo, &settings.query(settings.step, &settings.events));
            assert_eq!(again.step, settings.step);
            assert_eq!(again.events, settings.events);
            let exhibit = &EXHIBITS[at % EXHIBITS.len()];
            let found = exhibit.resolve(&query);
            noted(&found.notes)?;
            let again = exhibit.resolve(&found.query());
            assert!(again.notes.is_empty(), "{:?}", again.notes);
            assert_eq!(again.values, found.values);
            Ok(())
        },
    }
    .test();
}

#[test]
fn run_files() {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("run by cargo"));
    let page = fs::read(root.join("tests/runs/v1.json")).unwrap();
    let small = r#"{"format":"genzoo-run","version":1,"crate":"0.1.0","demo":"race","link":"seed=3&events=5.D&step=20","settings":{"seed":3,"lr-g.0":0.01,"arenas":["minimax"]},"seed":3,"step":20,"device":"cpu","hash":"aaaaaaaaaaaaaaaa","checks":[{"step":10,"hash":"bbbbbbbbbbbbbbbb"}],"metrics":[{"arena":0,"step":10,"values":{"js":0.5}}]}"#;
    let demos = catalog::demos();
    Reader {
        name: "run",
        seeds: vec![page, small.into()],
        words: &[
            "\"seed\":",
            "\"step\":",
            "\"link\":",
            "\"settings\":{",
            "\"checks\":[",
            "\"metrics\":[",
            "null",
            "&events=5.D",
            "&",
            "=",
            "\\u001b[2J",
            "}",
            "]",
            ",",
            "1e300",
            "\"race\"",
            "\"flow\"",
            "\"device\":",
        ],
        memory: [1 << 20, 256],
        read: &|text| {
            let run = runfile::parse(&String::from_utf8_lossy(text), &demos)?;
            let demo = catalog::demo(&run.demo).expect("a known demo");
            let settings = Settings::resolve(demo, &run.query());
            noted(&settings.notes)?;
            assert!(run.stops().is_sorted() && run.stops().last() == Some(&run.step));
            let verdict = run.compare(&run, &demos);
            if short(&verdict.sentence) {
                Ok(())
            } else {
                Err(verdict.sentence)
            }
        },
    }
    .test();
}

#[test]
fn tables() {
    let seeds = texts(&[
        "x,y\n1,2\n3,4\n-1e3,0.5\n",
        "\u{feff}Nr;x;y;Klasse\r\n1;-1;-0,5;a\r\n2;1;0,5;b\r\n3;;1;\r\n",
        "sep=;\n# a comment\n\"a \"\"b\"\"\";c\n1;2\n\n3;4\n",
        "1\t2\n3\t4\n",
        " 1  2 \n 3  4 \n",
        "a|b|c\n1|2|3\n4|5|6\n",
    ]);
    let wide: Vec<u8> = "1,2\n3,4\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let marked = [&[0xff, 0xfe][..], &wide].concat();
    Reader {
        name: "csv",
        seeds: [seeds, vec![marked]].concat(),
        words: &[
            "\"",
            "\"\"",
            ",",
            ";",
            "\t",
            "|",
            "\r\n",
            "\n",
            "sep=",
            "#",
            "1e-320",
            "1e308",
            "inf",
            "NaN",
            "1.000,5",
            "\u{feff}",
            "-",
            "PK\x03\x04",
        ],
        memory: [1 << 20, 64],
        read: &|text| {
            let n = text.len();
            let axes = [None, Some([0, 1]), Some([1, n % 5])][n % 3];
            let reach = (n % 2 == 0).then_some(1.0);
            let reading = table::read(text, axes, reach)?;
            assert!(reading.points.iter().flatten().all(|v| v.is_finite()));
            noted(&reading.notes)
        },
    }
    .test();
}

/// Corrects the sums of a PNG's chunks, so that changes in them are not refused for these.
fn sealed_png(mut file: Vec<u8>) -> Vec<u8> {
    let mut at = 8;
    while let Some(length) = file.get(at..at + 4) {
        let length = u32::from_be_bytes([length[0], length[1], length[2], length[3]]) as usize;
        let Some(end) = at
            .checked_add(8 + length)
            .filter(|end| end + 4 <= file.len())
        else {
            break;
        };
        let mut sum = flate2::Crc::new();
        sum.update(&file[at + 4..end]);
        file[end..end + 4].copy_from_slice(&sum.sum().to_be_bytes());
        at = end + 4;
    }
    file
}

#[test]
fn images() {
    let mut seeds = vec![];
    for color in [
        ExtendedColorType::L8,
        ExtendedColorType::Rgb8,
        ExtendedColorType::Rgba8,
        ExtendedColorType::La16,
    ] {
        let bytes: Vec<u8> = (0..9 * 17 * usize::from(color.bits_per_pixel()) / 8)
            .map(|i| (i * 7) as u8)
            .collect();
        let mut file = vec![];
        let encoder = image::codecs::png::PngEncoder::new(&mut file);
        encoder.write_image(&bytes, 9, 17, color).unwrap();
        seeds.push(file);
        if matches!(color, ExtendedColorType::L8 | ExtendedColorType::Rgb8) {
            let mut file = vec![];
            let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut file, 80);
            encoder.write_image(&bytes, 9, 17, color).unwrap();
            seeds.push(file);
        }
    }
    Reader {
        name: "image",
        seeds,
        words: &[
            "IHDR",
            "PLTE",
            "IDAT",
            "tRNS",
            "iCCP",
            "zTXt",
            "acTL",
            "fcTL",
            "IEND",
            "\u{89}PNG",
        ],
        memory: [8 << 20, 64],
        read: &|text| {
            let sealed = sealed_png(text.to_vec());
            let image = parse_picture(&sealed, "f", 1 << 16, 1 << 20)?;
            assert_eq!(
                image.pixels.len(),
                image.height * image.width * image.channels
            );
            Ok(())
        },
    }
    .test();
}

/// A card with its file, of a small autoencoder whose values are all different.
fn weights() -> (Card, Vec<u8>) {
    let text = include_str!("../weights/ae-fashion-2d.json");
    let mut card: serde_json::Value = serde_json::from_str(text).unwrap();
    card["config"]["networks"]["channels"] = 1.into();
    card["config"]["networks"]["features"] = 2.into();
    card["config"]["networks"]["side"] = 8.into();
    card["config"]["networks"]["halvings"] = 1.into();
    card["codes"] = serde_json::json!({"points": [0.5, 0.25], "labels": [3]});
    let mut card = Card::parse(&card.to_string()).unwrap();
    let parts = card.config.parts().unwrap();
    let states: Vec<(Vec<f32>, Vec<f32>)> = parts
        .iter()
        .map(|(_, net)| {
            let entries = net.entries();
            let many = |trained: bool| {
                let of = entries.iter().filter(|e| e.trained == trained);
                let n: usize = of.map(|e| e.shape.iter().product::<usize>()).sum();
                (0..n).map(|i| i as f32 / 64.0).collect::<Vec<f32>>()
            };
            (many(true), many(false))
        })
        .collect();
    let states: Vec<genzoo::models::network::State> = states
        .into_iter()
        .map(|(parameters, statistics)| genzoo::models::network::State {
            parameters,
            statistics,
        })
        .collect();
    let tensors: Vec<_> = parts
        .iter()
        .zip(&states)
        .flat_map(|((name, net), state)| genzoo::weights::named(name, net, state))
        .collect();
    let bytes = pack(&tensors).unwrap();
    card.bytes = bytes.len();
    card.sha256 = sha256(&bytes);
    (card, bytes)
}

#[test]
fn burnpacks() {
    let (card, bytes) = weights();
    unpack(&card, &bytes).unwrap();
    Reader {
        name: "burnpack",
        seeds: vec![bytes],
        words: &[
            "shape",
            "dtype",
            "data_offsets",
            "F16",
            "F32",
            "tensors",
            "metadata",
            "trunk",
            "\u{0}",
        ],
        memory: [1 << 20, 64],
        read: &|text| {
            // A hostile card has the right sum.
            let card = Card {
                bytes: text.len(),
                sha256: sha256(text),
                ..card.clone()
            };
            unpack(&card, text).map(drop)
        },
    }
    .test();
}

#[test]
fn cards() {
    let (card, _) = weights();
    let mut seeds = vec![serde_json::to_vec(&card).unwrap()];
    for text in [
        include_str!("../weights/dcgan-critters.json"),
        include_str!("../weights/pixelcnn-fashion.json"),
        include_str!("../weights/pix2pix-critters-both.json"),
        include_str!("../weights/cgan-fashion.json"),
        include_str!("../weights/features-fashion.json"),
    ] {
        let mut card: serde_json::Value = serde_json::from_str(text).unwrap();
        for list in ["directions", "measures"] {
            card[list].as_array_mut().unwrap().truncate(1);
        }
        seeds.push(card.to_string().into_bytes());
    }
    Reader {
        name: "card",
        seeds,
        words: &[
            "\"family\":\"vae\"",
            "\"latent\":",
            "\"channels\":",
            "\"side\":",
            "\"halvings\":",
            "\"labels\":",
            "\"layers\":",
            "null",
            "18446744073709551615",
            "4294967296",
            "1e19",
            "0",
            "65535",
            "\\u001b",
            "[",
            "{",
            ",",
            "\"bytes\":",
        ],
        memory: [2 << 20, 256],
        read: &|text| {
            let card = Card::parse(&String::from_utf8_lossy(text))?;
            let parts = card.config.parts()?;
            let parameters: usize = parts.iter().map(|(_, net)| net.parameters()).sum();
            assert!(parameters < 64 << 20);
            let _ = (card.config.image_shape(), ModelConfig::family(&card.config));
            Ok(())
        },
    }
    .test();
}

#[test]
fn arrays() {
    let file = |dims: &[u32], n: usize| {
        let mut bytes = vec![0, 0, 8, dims.len() as u8];
        bytes.extend(dims.iter().flat_map(|d| d.to_be_bytes()));
        bytes.extend((0..n).map(|i| i as u8));
        bytes
    };
    Reader {
        name: "idx",
        seeds: vec![
            file(&[5], 5),
            file(&[2, 3, 4], 24),
            file(&[2, 3, 4, 3], 72),
            file(&[2, 1, 1, 1], 2),
        ],
        words: &[],
        memory: [1 << 16, 8],
        read: &|text| {
            let array = parse_idx(text, "f")?;
            assert_eq!(array.data.len(), array.dims.iter().product::<usize>());
            Ok(())
        },
    }
    .test();
}

#[test]
fn attributes() {
    let line = "{\"attributes\": {\"a\": null, \"b\": \"c\"}, \"colors\": {\"d\": \"#1d4ed8\"}, \"caption\": \"x\"}\n";
    Reader {
        name: "jsonl",
        seeds: texts(&[
            &line.repeat(2),
            "{\"attributes\": {}}\r\n{\"attributes\": {}}",
        ]),
        words: &[
            "\n",
            "\"attributes\":",
            "\"colors\":",
            "null",
            "{",
            "}",
            ":",
            ",",
            "\"a\"",
            "\\ud800",
            "\u{1b}",
        ],
        memory: [1 << 18, 256],
        read: &|text| {
            let read = parse_attributes(text, "f")?;
            for row in &read.codes {
                assert_eq!(row.len(), read.names.len());
                let known =
                    |(code, values): (&u16, &Vec<String>)| usize::from(*code) < values.len();
                assert!(row.iter().zip(&read.values).all(known));
            }
            Ok(())
        },
    }
    .test();
}

#[test]
fn checkpoints() {
    let (card, _) = weights();
    let header = Header {
        id: "test".into(),
        config: card.config,
        family: "rates".into(),
        schedule: 100,
        bf16: false,
        seed: 1,
        batch: 4,
        data: "images".into(),
        split: "places".into(),
        step: 10,
        wall_secs: 1.5,
        lengths: vec![3, 0, 2],
    };
    let whole = checkpoint::encode(&header, &[vec![1.0, 2.0, 3.0], vec![], vec![4.0, 5.0]]);
    assert!(checkpoint::decode(&whole).is_some());
    let content = whole[..whole.len() - 32].to_vec();
    Reader {
        name: "checkpoint",
        seeds: vec![content],
        words: &[
            "\"lengths\":[",
            "4611686018427387904",
            "18446744073709551615",
            "0,",
            "\"step\":",
            "]}",
            "\"config\":",
            "1e400",
        ],
        memory: [1 << 18, 256],
        read: &|text| {
            // The sum of a hostile one is right; that of a damaged one is not.
            let sum = Sha256::digest(text);
            let whole = checkpoint::decode(&[text, &sum].concat());
            if let Some((header, vectors)) = &whole {
                let lengths: Vec<usize> = vectors.iter().map(Vec::len).collect();
                assert_eq!(header.lengths, lengths);
            }
            assert!(checkpoint::decode(text).is_none() || whole.is_some());
            Ok(())
        },
    }
    .test();
}
