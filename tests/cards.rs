//! Changed cards are read or refused with a sentence, whatever their content, and without much memory.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::path::PathBuf;

use genzoo::weights::Card;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

/// Counts what each thread allocates.
struct Counting;

thread_local! {
    static ALLOCATED: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // A thread that ends has no counter any more.
        let _ = ALLOCATED.try_with(|sum| sum.set(sum.get().saturating_add(layout.size())));
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// Most bytes that are allocated, one after another, to check what a card says of its networks.
const ALLOCATED_MAX: usize = 1 << 20;
/// Most tensors and parameters of networks that are accepted.
const TENSORS_MAX: usize = 4_096;
const PARAMETERS_MAX: usize = 16 << 20;

/// One of every family, and of every kind that has other keys.
const IDS: [&str; 8] = [
    "dcgan-critters",
    "vae-fashion-conditional",
    "ae-fashion-2d",
    "features-critters",
    "pixelcnn-fashion",
    "pixelrnn-mnist",
    "pix2pix-critters",
    "pix2pix-critters-l1",
];

/// Numbers at and beyond limits, of machines and of cards.
fn hostile() -> Vec<Value> {
    let whole = [
        0, 1, 2, 3, 4, 8, 9, 63, 64, 128, 129, 256, 1_024, 4_096, 65_535, 65_536,
    ];
    let large = [31, 32, 53, 62, 63].map(|power| 1u64 << power);
    let mut numbers: Vec<Value> = whole.into_iter().chain(large).map(Value::from).collect();
    numbers.extend([json!(u64::MAX), json!(-1), json!(i64::MIN)]);
    numbers.extend([json!(0.5), json!(1e300)]);
    numbers
}

/// A shipped card, with short lists.
fn card(id: &str) -> Value {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("run by cargo"));
    let text = std::fs::read_to_string(root.join(format!("weights/{id}.json"))).unwrap();
    let mut card: Value = serde_json::from_str(&text).unwrap();
    for list in ["directions", "measures"] {
        card[list].as_array_mut().unwrap().truncate(1);
    }
    if card["labels"].as_array().is_none_or(Vec::is_empty) {
        card["labels"] = json!(["One"]);
    }
    card["codes"] = json!({"points": [0.5, 0.25], "labels": [0]});
    card
}

/// Places of all values below `value`, as JSON pointers.
fn places(value: &Value) -> Vec<String> {
    let mut found = vec![];
    let mut below = |key: &str, inner: &Value| {
        found.push(format!("/{key}"));
        found.extend(
            places(inner)
                .into_iter()
                .map(|rest| format!("/{key}{rest}")),
        );
    };
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, inner)| below(key, inner)),
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items.for_each(|(at, inner)| below(&at.to_string(), inner));
        }
        _ => {}
    }
    found
}

/// Reads a card and what it says of its networks, and holds both to what is promised of untrusted input. Whether it was accepted.
fn read(text: &str) -> bool {
    let card = match Card::parse(text) {
        Ok(card) => card,
        Err(sentence) => {
            assert!(sentence.ends_with('.'), "{sentence}");
            return false;
        }
    };
    ALLOCATED.set(0);
    let parts = card.config.parts();
    let allocated = ALLOCATED.get();
    assert!(allocated < ALLOCATED_MAX, "{allocated} bytes: {text}");
    match parts {
        Ok(parts) => {
            for (name, part) in parts {
                let (tensors, parameters) = (part.entries().len(), part.parameters());
                assert!(
                    (1..=TENSORS_MAX).contains(&tensors)
                        && (1..=PARAMETERS_MAX).contains(&parameters),
                    "{name}: {tensors} tensors, {parameters} parameters: {text}"
                );
            }
            true
        }
        Err(sentence) => {
            assert!(sentence.ends_with('.'), "{sentence}");
            false
        }
    }
}

#[test]
fn any_two_numbers_of_an_architecture_may_be_anything() {
    for id in IDS {
        let card = card(id);
        assert!(read(&card.to_string()), "{id} as it is");
        let numbers: Vec<String> = places(&card["config"])
            .into_iter()
            .map(|place| format!("/config{place}"))
            .filter(|place| card.pointer(place).unwrap().is_number())
            .collect();
        assert!(numbers.len() >= 3, "{id}: {numbers:?}");
        let (mut accepted, mut refused) = (0, 0);
        for (i, one) in numbers.iter().enumerate() {
            for two in &numbers[i..] {
                for a in hostile() {
                    for b in hostile() {
                        let mut changed = card.clone();
                        *changed.pointer_mut(one).unwrap() = a.clone();
                        *changed.pointer_mut(two).unwrap() = b;
                        if read(&changed.to_string()) {
                            accepted += 1;
                        } else {
                            refused += 1;
                        }
                    }
                }
            }
        }
        assert!(
            accepted > 0 && refused > accepted,
            "{id}: {accepted}, {refused}"
        );
    }
}

#[test]
fn a_card_may_be_32_levels_deep() {
    let deep = |n: usize| {
        let mut card = card(IDS[0]);
        // The card itself is one level.
        card["labels"] = (1..n).fold(json!([]), |inner, _| json!([inner]));
        Card::parse(&card.to_string()).unwrap_err()
    };
    assert!(deep(31).contains("cannot be read"), "{}", deep(31));
    assert!(deep(32).contains("deeper than 32"), "{}", deep(32));
}

/// What becomes of a value.
#[derive(Clone, Debug)]
enum Change {
    Becomes(Value),
    Goes,
    Nested(usize),
    CopyOf(Index),
    Beside(String),
}

fn change() -> impl Strategy<Value = Change> {
    let others = [
        json!(null),
        json!(true),
        json!("pixel-cnn"),
        json!(""),
        json!({}),
        json!([]),
        json!([[1, 2], {"a": "b"}]),
    ];
    let values: Vec<Value> = hostile().into_iter().chain(others).collect();
    prop_oneof![
        3 => prop::sample::select(values).prop_map(Change::Becomes),
        1 => Just(Change::Goes),
        1 => prop::sample::select(vec![1, 2, 29, 31, 40, 200]).prop_map(Change::Nested),
        1 => any::<Index>().prop_map(Change::CopyOf),
        1 => "[a-z-]{0,8}".prop_map(Change::Beside),
    ]
}

fn apply(card: &mut Value, place: &str, change: Change) {
    let (parent, key) = place.rsplit_once('/').expect("a place has a parent");
    let value = match &change {
        Change::Becomes(value) => value.clone(),
        Change::Nested(n) => {
            let inner = card.pointer(place).expect("a place of the card").clone();
            (0..*n).fold(inner, |inner, _| json!([inner]))
        }
        Change::CopyOf(from) => {
            let all = places(card);
            card.pointer(&all[from.index(all.len())])
                .expect("a place of the card")
                .clone()
        }
        Change::Goes | Change::Beside(_) => Value::Null,
    };
    match (card.pointer_mut(parent).expect("a parent"), change) {
        (Value::Object(fields), Change::Goes) => {
            fields.remove(key);
        }
        (Value::Array(items), Change::Goes) => {
            items.remove(key.parse().expect("an index"));
        }
        (Value::Object(fields), Change::Beside(other)) => {
            fields.insert(other, value);
        }
        (Value::Array(items), Change::Beside(_)) => items.push(value),
        (parent, _) => *parent.pointer_mut(&format!("/{key}")).expect("a place") = value,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    #[test]
    fn changed_cards_are_read_or_refused(
        id in prop::sample::select(&IDS[..]),
        changes in prop::collection::vec((any::<Index>(), change()), 1..5),
        cut in prop::option::weighted(0.1, any::<Index>()),
    ) {
        let mut card = card(id);
        for (at, change) in changes {
            let all = places(&card);
            if !all.is_empty() {
                let place = all[at.index(all.len())].clone();
                apply(&mut card, &place, change);
            }
        }
        let mut text = card.to_string();
        if let Some(cut) = cut {
            let at = cut.index(text.len());
            text.truncate(text.floor_char_boundary(at));
        }
        read(&text);
    }
}
