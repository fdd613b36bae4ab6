//! What the steps of a race promise on the CPU: the same bits as in the page, and no allocation.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicU64, Ordering};

use genzoo::catalog;
use genzoo::device;
use genzoo::runs::settings::Settings;
use genzoo::runs::{Budget, Session};
use pollster::block_on;
use serde_json::Value as Json;

/// Counts what is asked of the system's allocator.
struct Counting;

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);

// SAFETY: everything is passed on as it comes.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(place, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

fn open(demo: &str, query: &str) -> Box<dyn Session> {
    let demos = catalog::demos();
    let demo = demos.into_iter().find(|d| d.id == demo).expect("a demo");
    (demo.open)(Settings::resolve(demo, query), device::cpu())
}

fn advance(session: &mut dyn Session, steps: u64) {
    let budget = Budget {
        steps,
        millis: f64::INFINITY,
        clock: || 0.0,
    };
    assert_eq!(block_on(session.advance(budget)).unwrap(), steps);
}

#[test]
fn promises() {
    no_step_allocates_after_the_tenth();
    native_runs_have_the_hashes_of_the_page();
}

// One test, as another thread's allocations would be counted too.
fn no_step_allocates_after_the_tenth() {
    for query in [
        "measure-every=100000",
        "measure-every=100000&arenas=wasserstein-gp,r1,non-saturating-gp&spectral-norm=true&d-activation=tanh",
        "measure-every=100000&arenas=wasserstein-clip,hinge,least-squares,minimax&optimiser.3=momentum",
    ] {
        let mut session = open("race", &format!("batch=100&{query}"));
        advance(&mut *session, 10);
        let mut count = |steps| {
            let before = ALLOCATIONS.load(Ordering::Relaxed);
            advance(&mut *session, steps);
            ALLOCATIONS.load(Ordering::Relaxed) - before
        };
        // A call costs the same few, however many steps it makes.
        let [one, many] = [count(1), count(30)];
        assert!(
            one < 10 && one == many,
            "{query}: {one} in one step, {many} in thirty"
        );
    }
}

/// `tests/fixtures/hashes.json` has what the WebAssembly modules give.
fn native_runs_have_the_hashes_of_the_page() {
    let text = std::fs::read_to_string("tests/fixtures/hashes.json").unwrap();
    let fixtures: Json = serde_json::from_str(&text).unwrap();
    let runs = fixtures["race"].as_object().unwrap();
    let mut compared = 0;
    for (query, found) in runs {
        let step = found["step"].as_u64().unwrap();
        let mut session = open("race", query);
        advance(&mut *session, step);
        let hash = block_on(session.hash()).unwrap();
        assert_eq!(hash, found["hash"].as_str().unwrap(), "{query}");
        compared += 1;
    }
    assert!(compared > 20, "{compared} runs");
}
