//! The race as the page and the command line drive it, on the CPU.

use genzoo::catalog::{self, RACE};
use genzoo::device;
use genzoo::models::mlp::Activation;
use genzoo::objectives::adversarial::Objective;
use genzoo::runs::optimiser::OptimiserKind;
use genzoo::runs::settings::Settings;
use genzoo::runs::{Budget, FrameRequest, Session};
use genzoo::schema::{Kind, Scope, Value};
use pollster::block_on;

/// Small enough that a test takes a moment.
const SMALL: &str = "batch=16&g-width=8&d-width=8&g-depth=1&d-depth=1&measure-every=10";

fn open(query: &str) -> Box<dyn Session> {
    (RACE.open)(Settings::resolve(&RACE, query), device::cpu())
}

fn small(query: &str) -> Box<dyn Session> {
    open(&format!("{SMALL}&{query}"))
}

fn advance(session: &mut dyn Session, steps: u64) -> u64 {
    let budget = Budget {
        steps,
        millis: f64::INFINITY,
        clock: || 0.0,
    };
    block_on(session.advance(budget)).unwrap()
}

fn hash(session: &mut dyn Session) -> String {
    block_on(session.hash()).unwrap()
}

fn hash_after(query: &str, steps: u64) -> String {
    let mut session = small(query);
    advance(&mut *session, steps);
    hash(&mut *session)
}

#[test]
fn floors_are_means_of_draws_and_say_their_spread() {
    let mut session = open("seed=1");
    let references = std::iter::repeat_with(|| session.references())
        .flatten()
        .next()
        .unwrap();
    assert_eq!(
        session.references().as_ref(),
        Some(&references),
        "found once"
    );
    let value = |key: &str| references[key].as_f64().unwrap();
    let deviation = |key: &str| references["deviations"][key].as_f64().unwrap();
    // Twelve draws of 512 points by other code: 0.059 with a standard deviation of 0.011.
    assert!((value("w1_floor") - 0.059).abs() < 0.015, "{references}");
    let spread = deviation("w1_floor");
    assert!((0.002..0.03).contains(&spread), "{references}");
    for key in ["js_floor", "high_quality", "mode_jsd"] {
        let relative = deviation(key) / value(key);
        assert!((1e-6..1.0).contains(&relative), "{key}: {references}");
    }
}

#[test]
fn the_same_link_replays_the_same_run() {
    assert_eq!(hash_after("", 25), hash_after("", 25));
    assert_ne!(hash_after("", 25), hash_after("seed=2", 25));
    assert_ne!(hash_after("", 25), hash_after("", 26));
}

#[test]
fn data_beyond_the_generators_reach_get_advice() {
    let described = |query: &str| small(query).describe();
    let far = described("g-output=tanh&radius=1.2");
    let advice = &far["advice"];
    assert!(
        advice["text"].as_str().unwrap().contains("beyond 1,"),
        "{advice}"
    );
    assert_eq!(advice["settings"]["g-output"], "linear");
    assert_eq!(far["reach"], 1.0);
    assert!(described("g-output=tanh&radius=0.95")["advice"].is_null());
    let linear = described("preset=live&radius=1.2");
    assert!(linear["advice"].is_null() && linear["reach"].is_null());
    let own = |points: &[[f32; 2]]| {
        let points = genzoo::data::toys::points::encode(points);
        let query = format!("g-output=tanh&density=drawn&points={points}");
        described(&query)["advice"].clone()
    };
    assert!(own(&[[0.2, 0.9], [-0.9, 0.0]]).is_null());
    assert!(!own(&[[0.2, 0.9], [-1.3, 0.0]]).is_null());
}

#[test]
fn no_preset_needs_advice() {
    for demo in catalog::demos() {
        for preset in demo.presets.iter().filter(|_| !demo.objectives.is_empty()) {
            let query = format!("preset={}&{SMALL}", preset.id);
            let session = (demo.open)(Settings::resolve(demo, &query), device::cpu());
            assert!(
                session.describe()["advice"].is_null(),
                "{} {}",
                demo.id,
                preset.id
            );
        }
    }
}

#[test]
fn how_the_page_asks_does_not_change_the_run() {
    let mut session = small("");
    for steps in [1, 7, 2, 15] {
        assert_eq!(advance(&mut *session, steps), steps);
        block_on(session.frame(FrameRequest {
            field: 5,
            fakes: 3,
            manifold: 4,
            arrows: 2,
            arenas: vec![0, 1],
            anatomy: Some(1),
            now: true,
        }))
        .unwrap();
    }
    assert_eq!(hash(&mut *session), hash_after("", 25));
    assert_eq!(
        hash(&mut *session),
        hash_after("measure-every=17", 25),
        "measures do not touch the training"
    );
}

#[test]
fn a_session_continues_from_a_snapshot_as_if_it_had_not_stopped() {
    for query in [
        "",
        "arenas=began,unrolled,minibatch&unroll=2",
        "spectral-norm=true&optimiser=momentum",
        "arenas=wasserstein-clip,least-squares,minimax",
    ] {
        let mut whole = small(query);
        advance(&mut *whole, 12);
        let bytes = block_on(whole.snapshot()).unwrap();
        advance(&mut *whole, 13);
        let mut resumed = small(query);
        resumed.restore(&bytes).unwrap();
        assert_eq!(resumed.step(), 12);
        advance(&mut *resumed, 13);
        assert_eq!(hash(&mut *resumed), hash(&mut *whole), "{query}");
        assert_eq!(resumed.query(), whole.query());
    }
}

#[test]
fn measures_after_a_snapshot_are_those_of_the_whole_run() {
    let query = "measure-every=10";
    let rows = |session: &mut dyn Session| {
        let nothing = FrameRequest {
            field: 0,
            fakes: 0,
            manifold: 0,
            arrows: 0,
            arenas: vec![],
            anatomy: None,
            now: false,
        };
        block_on(session.frame(nothing)).unwrap().rows
    };
    let mut whole = small(query);
    advance(&mut *whole, 13);
    rows(&mut *whole);
    let bytes = block_on(whole.snapshot()).unwrap();
    advance(&mut *whole, 12);
    let mut resumed = small(query);
    resumed.restore(&bytes).unwrap();
    advance(&mut *resumed, 12);
    let (resumed, whole) = (rows(&mut *resumed), rows(&mut *whole));
    assert_eq!(whole.len(), 2, "both arenas at step 20");
    for (one, other) in resumed.iter().zip(&whole) {
        assert_eq!((one.arena, one.step), (other.arena, other.step));
        // Losses are means over the steps since the last measures, of which three came before the snapshot.
        assert_eq!(format!("{:?}", one.values), format!("{:?}", other.values));
    }
}

#[test]
fn a_snapshot_of_other_networks_is_refused_and_changes_nothing() {
    let mut session = small("");
    advance(&mut *session, 3);
    let before = hash(&mut *session);
    let mut bytes = block_on(session.snapshot()).unwrap();
    bytes.truncate(bytes.len() - 4);
    assert!(session.restore(&bytes).unwrap_err().ends_with('.'));
    assert!(session.restore(&[]).is_err());
    assert_eq!(hash(&mut *session), before);
}

#[test]
fn changes_in_mid_run_are_in_the_link_and_replay() {
    let mut played = small("");
    advance(&mut *played, 5);
    assert_eq!(played.set("lr-g.0", "0.0005").unwrap(), "0.0005");
    assert_eq!(played.set("batch", "32").unwrap(), "32");
    advance(&mut *played, 4);
    block_on(played.update("D")).unwrap();
    block_on(played.update("G")).unwrap();
    block_on(played.update("D")).unwrap();
    advance(&mut *played, 3);
    block_on(played.update("D")).unwrap();
    assert_eq!(played.step(), 13);

    let link = played.query();
    let settings = Settings::resolve(&RACE, &link);
    assert_eq!((settings.step, settings.notes.len()), (13, 0), "{link}");
    let mut replayed = open(&link);
    while replayed.step() < 13 {
        let left = 13 - replayed.step();
        advance(&mut *replayed, left);
    }
    assert_eq!(hash(&mut *replayed), hash(&mut *played));
    assert_eq!(replayed.query(), link);

    // And a snapshot in the middle knows which of them have been made.
    let mut half = open(&link);
    advance(&mut *half, 7);
    let bytes = block_on(half.snapshot()).unwrap();
    let mut resumed = small("");
    resumed.restore(&bytes).unwrap();
    while resumed.step() < 13 {
        let left = 13 - resumed.step();
        advance(&mut *resumed, left);
    }
    assert_eq!(hash(&mut *resumed), hash(&mut *played));
}

#[test]
fn arenas_with_the_same_settings_stay_equal() {
    let mut session = small("arenas=minimax,minimax&critic-steps=1");
    advance(&mut *session, 10);
    let frame = block_on(session.frame(FrameRequest {
        field: 8,
        arenas: vec![0, 1],
        ..Default::default()
    }))
    .unwrap();
    assert_eq!(frame.arenas[0].field, frame.arenas[1].field);
    let [a, b] = &frame.rows[..] else {
        panic!("a row for each arena")
    };
    // NaN marks what a discriminator has no measure of.
    assert_eq!(format!("{:?}", a.values), format!("{:?}", b.values));
}

#[test]
fn an_exploding_run_names_the_loss_and_the_step_and_stops() {
    let mut session = small("lr-g=10&lr-d=10&optimiser=sgd&arenas=least-squares&d-activation=relu");
    let mut steps = 0;
    while session.fault().is_none() && steps < 2_000 {
        steps += advance(&mut *session, 10);
    }
    let fault = session
        .fault()
        .expect("a learning rate of 10 explodes")
        .to_string();
    assert!(
        fault.contains("loss of arena A") && fault.contains("since step"),
        "{fault}"
    );
    assert_eq!(advance(&mut *session, 10), 0, "a faulty run does not go on");
    assert!(
        block_on(session.snapshot()).is_err(),
        "a state that is not finite is not kept"
    );
}

#[test]
fn a_step_that_would_take_too_long_gets_a_smaller_batch() {
    let session = open("g-width=512&d-width=512&g-depth=8&d-depth=8&batch=1024&critic-steps=10");
    let description = session.describe();
    assert!(description["macs_per_step"].as_f64().unwrap() <= 1.5e10);
    assert!(description["notes"][0].as_str().unwrap().contains("batch"));
}

#[test]
fn pictures_have_the_sizes_that_were_asked_for_within_limits() {
    let mut session = small("latent-dim=1");
    let request = FrameRequest {
        field: 6,
        fakes: 9,
        manifold: 4,
        arrows: 5,
        arenas: vec![1, 7],
        anatomy: None,
        now: false,
    };
    let frame = block_on(session.frame(request)).unwrap();
    let [arena] = &frame.arenas[..] else {
        panic!("arena 7 does not exist")
    };
    assert_eq!(
        [
            arena.field.len(),
            arena.fakes.len(),
            arena.manifold.len(),
            arena.arrows.len()
        ],
        [36, 18, 32, 20]
    );
    let huge = FrameRequest {
        field: usize::MAX,
        fakes: usize::MAX,
        manifold: 0,
        arrows: 0,
        arenas: vec![0],
        anatomy: None,
        now: false,
    };
    let frame = block_on(session.frame(huge)).unwrap();
    assert_eq!(frame.arenas[0].field.len(), 128 * 128);
    assert_eq!(frame.arenas[0].fakes.len(), 2 * 4_096);
}

/// Every objective, activation, optimiser and density takes steps with finite results.
#[test]
fn every_choice_trains() {
    let column = |id: &str| {
        catalog::demo("race")
            .unwrap()
            .controls
            .iter()
            .find(|c| c.key == id)
            .unwrap()
    };
    let mut queries = vec![];
    for key in [
        "density",
        "latent",
        "g-activation",
        "d-activation",
        "g-output",
        "optimiser",
    ] {
        let Kind::Choice(choices, _) = column(key).kind else {
            panic!("{key} is a choice")
        };
        queries.extend(choices.iter().map(|c| format!("{key}={}", c.id)));
    }
    assert!(queries.len() > Activation::ALL.len() * 2 + OptimiserKind::ALL.len());
    queries.extend(
        Objective::ALL
            .iter()
            .map(|o| format!("arenas={}&spectral-norm=true", o.id())),
    );
    for query in queries {
        let mut session = small(&query);
        advance(&mut *session, 10);
        assert_eq!(session.fault(), None, "{query}");
        let frame = block_on(session.frame(FrameRequest::default())).unwrap();
        let js = frame.rows[0].values[6];
        assert!(
            js.is_finite() && (0.0..=0.694).contains(&js),
            "{query}: {js}"
        );
    }
}

/// Every control changes the run, so that none is a dummy.
#[test]
fn every_control_changes_something() {
    let reference = "arenas=wasserstein-gp,wasserstein-clip,r1&optimiser=adam&clip=0.1";
    let ahead = "arenas=unrolled,began&unroll=2&balance-rate=0.1";
    let bases = [reference, ahead].map(|query| hash_after(query, 12));
    for control in RACE.controls {
        // Seen by measures only.
        if control.key == "measure-every" {
            continue;
        }
        // Each constraint is the business of its own arena.
        let (race, arena) = match control.key {
            "clip" => (0, 1),
            "gamma" => (0, 2),
            "unroll" | "unroll-rate" => (1, 0),
            "diversity" | "balance-rate" => (1, 1),
            _ => (0, 0),
        };
        let query = [reference, ahead][race];
        let used = Settings::resolve(&RACE, &format!("{SMALL}&{query}")).get(control.key, arena);
        let value = match (control.kind, used) {
            (Kind::Choice(choices, _), used) => {
                let other = choices.iter().find(|c| c.id != used.to_string());
                other.unwrap().id.to_string()
            }
            (Kind::Int(min, max, ..), Value::Int(n)) => {
                (if n == max { min } else { n + 1 }).to_string()
            }
            (Kind::Float(_, max, ..), Value::Float(x)) => (x + (max - x) * 0.01).to_string(),
            (_, used) => (used == Value::Flag(false)).to_string(),
        };
        let suffix = match control.scope {
            Scope::Arena => format!(".{arena}"),
            Scope::Shared => String::new(),
        };
        // The last value of a key counts.
        let other = hash_after(&format!("{query}&{}{suffix}={value}", control.key), 12);
        assert_ne!(other, bases[race], "{} = {value}", control.key);
    }
}

#[test]
fn the_easy_ring_improves_its_own_measures() {
    let mut session = open(
        "g-width=32&d-width=32&batch=128&measure-every=100&arenas=non-saturating,wasserstein-gp",
    );
    advance(&mut *session, 400);
    let rows = block_on(session.frame(FrameRequest::default()))
        .unwrap()
        .rows;
    for arena in 0..2 {
        let js: Vec<f64> = rows
            .iter()
            .filter(|r| r.arena == arena)
            .map(|r| r.values[6])
            .collect();
        assert!(js[3] < 0.9 * js[0], "arena {arena}: {js:?}");
    }
}

#[test]
fn the_balance_of_began_is_measured_and_stays_in_bounds() {
    let at = |column: &str| {
        let columns = RACE.columns;
        columns.iter().position(|c| *c == column).unwrap()
    };
    let mut session = open(
        "arenas=began,wasserstein-gp&g-width=32&d-width=32&batch=64&balance-rate=0.2&measure-every=20",
    );
    advance(&mut *session, 300);
    let rows = block_on(session.frame(FrameRequest::default()))
        .unwrap()
        .rows;
    let (own, others): (Vec<_>, Vec<_>) = rows.iter().partition(|row| row.arena == 0);
    let ks: Vec<f64> = own.iter().map(|row| row.values[at("k")]).collect();
    assert!(ks.iter().all(|k| (0.0..=1.0).contains(k)), "{ks:?}");
    assert!(ks.iter().any(|&k| k > 0.0), "it moves: {ks:?}");
    let measured = |row: &&genzoo::runs::Row| row.values[at("convergence")] > 0.0;
    assert!(
        own.iter().all(measured),
        "M is the sum of an error and a distance"
    );
    assert!(others.iter().all(|row| row.values[at("k")].is_nan()));
    let absent = |query: &str| open(query).describe()["absent"].to_string();
    assert_eq!(absent("arenas=began"), "[\"w_critic\"]");
    assert_eq!(absent("arenas=wasserstein-gp"), "[\"k\",\"convergence\"]");
}

/// The stages of a step taken apart are those of the step that training then takes.
#[test]
fn a_step_taken_apart_is_the_step_that_follows() {
    use genzoo::races::step_trace::STAGES;
    let marks = STAGES
        .iter()
        .map(|stage| stage.panel.marks.len())
        .sum::<usize>();
    let values = STAGES.iter().flat_map(|stage| stage.values).count();
    for &objective in Objective::ALL {
        let id = objective.id();
        // A rule without memory: the update is the rate times the gradient.
        let query = format!(
            "arenas={id}&optimiser=sgd&lr-g=0.1&lr-d=0.1&measure-every=10&critic-steps=2&clip=10"
        );
        let mut session = small(&query);
        advance(&mut *session, 9);
        let before = hash(&mut *session);
        let ask = |session: &mut dyn Session| {
            let request = FrameRequest {
                anatomy: Some(0),
                ..Default::default()
            };
            block_on(session.frame(request)).unwrap()
        };
        let found = ask(&mut *session).marks;
        assert_eq!(hash(&mut *session), before, "{id}: looking changes nothing");
        assert_eq!(found.len(), marks + 1, "{id}");
        assert!(found.iter().flatten().all(|v| v.is_finite()), "{id}");
        let numbers = found.last().unwrap();
        assert!(numbers.len() == values, "{id}: {} values", numbers.len());
        let value = |numbers: &[f32], name: &str| {
            let at = STAGES
                .iter()
                .flat_map(|s| s.values)
                .position(|v| *v == name);
            f64::from(numbers[at.unwrap()])
        };
        let named = |name: &str| value(numbers, name);
        // The generator's losses are those of which training then reports the mean.
        let mut alone = small(&query);
        let mut mean = 0.0;
        for _ in 0..10 {
            let marks = ask(&mut *alone).marks;
            mean += value(marks.last().unwrap(), "loss of G") / 10.0;
            advance(&mut *alone, 1);
        }
        let row = &ask(&mut *alone).rows[0];
        assert!((row.values[1] - mean).abs() < 1e-5, "{id}");
        // Gradient descent moves by the rate times the gradient.
        for side in ["D", "G"] {
            let (gradient, moved) = (
                named(&format!("length of the gradient of {side}")),
                named(&format!("distance moved by {side}")),
            );
            assert!(
                (moved - 0.1 * gradient).abs() <= 1e-3 * moved.max(1e-6),
                "{id}, {side}: {moved} and {gradient}"
            );
        }
    }
}
