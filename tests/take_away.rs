//! What leaves a race: its weights compute what it computed, and its PyTorch program trains as it does.

use std::process::Command;

use genzoo::catalog::RACE;
use genzoo::device;
use genzoo::runs::settings::Settings;
use genzoo::runs::{Budget, FrameRequest, Session};
use safetensors::SafeTensors;

fn open(query: &str) -> Box<dyn Session> {
    (RACE.open)(Settings::resolve(&RACE, query), device::cpu())
}

fn advance(session: &mut dyn Session, steps: u64) {
    let budget = Budget {
        steps,
        millis: f64::INFINITY,
        clock: || 0.0,
    };
    assert_eq!(pollster::block_on(session.advance(budget)).unwrap(), steps);
}

fn floats(tensors: &SafeTensors, name: &str) -> (Vec<usize>, Vec<f64>) {
    let view = tensors.tensor(name).unwrap();
    let word = |w: &[u8]| f64::from(f32::from_le_bytes([w[0], w[1], w[2], w[3]]));
    (
        view.shape().to_vec(),
        view.data().chunks_exact(4).map(word).collect(),
    )
}

/// The network `name` at `x`, with leaky ReLU between its layers, in double precision.
fn forward(tensors: &SafeTensors, name: &str, x: &[f64]) -> Vec<f64> {
    let layers = (0..).map(|l| format!("{name}.{}", 2 * l));
    let layers: Vec<_> = layers
        .take_while(|layer| tensors.tensor(&format!("{layer}.weight")).is_ok())
        .collect();
    let mut h = x.to_vec();
    for (at, layer) in layers.iter().enumerate() {
        let (shape, weight) = floats(tensors, &format!("{layer}.weight"));
        let (_, bias) = floats(tensors, &format!("{layer}.bias"));
        assert_eq!(shape, [bias.len(), h.len()]);
        h = (0..shape[0])
            .map(|o| {
                let sum: f64 = (0..shape[1]).map(|i| weight[o * shape[1] + i] * h[i]).sum();
                let a = sum + bias[o];
                if at + 1 < layers.len() && a < 0.0 {
                    0.2 * a
                } else {
                    a
                }
            })
            .collect();
    }
    h
}

#[test]
fn the_weights_compute_what_the_page_shows() {
    let mut session = open(
        "preset=live&g-width=9&d-width=7&batch=32&latent-dim=2&latent=uniform&arenas=minimax,wasserstein-gp&spectral-norm.0=true",
    );
    advance(session.as_mut(), 20);
    let bytes = pollster::block_on(session.weights()).unwrap();
    let tensors = SafeTensors::deserialize(&bytes).unwrap();
    assert_eq!(tensors.len(), 2 * 2 * 3 * 2);
    let request = FrameRequest {
        field: 4,
        manifold: 4,
        arenas: vec![0, 1],
        ..FrameRequest::default()
    };
    let frame = pollster::block_on(session.frame(request)).unwrap();
    let window = session.describe()["window"][1].as_f64().unwrap();
    for (arena, letter) in frame.arenas.iter().zip(["a", "b"]) {
        for at in 0..16 {
            let cell = |k: usize, half: f64| half * ((k as f64 + 0.5) / 2.0 - 1.0);
            let z = [cell(at % 4, 1.0), cell(at / 4, 1.0)];
            let point = forward(&tensors, &format!("{letter}.generator"), &z);
            for axis in 0..2 {
                let shown = f64::from(arena.manifold[2 * at + axis]);
                assert!(
                    (point[axis] - shown).abs() < 1e-5,
                    "{letter} {at}: {point:?}, {shown}"
                );
            }
            let x = [cell(at % 4, window), cell(at / 4, window)];
            let f = forward(&tensors, &format!("{letter}.discriminator"), &x)[0];
            let expected = if letter == "a" {
                1.0 / (1.0 + (-f).exp())
            } else {
                f
            };
            let shown = f64::from(arena.field[at]);
            assert!(
                (expected - shown).abs() < 1e-4,
                "{letter} {at}: {expected}, {shown}"
            );
        }
    }
}

/// The Python of the tests, on small tensors, where threads would wait for each other.
fn python() -> Command {
    let python = std::env::var_os("GENZOO_PYTHON").unwrap_or("python3".into());
    let mut command = Command::new(python);
    command.env("OMP_NUM_THREADS", "1");
    command
}

#[test]
#[ignore = "needs PyTorch, in python3 or in the Python that GENZOO_PYTHON names"]
fn the_program_takes_the_weights_and_computes_what_the_page_shows() {
    let races = [
        "arenas=minimax,wasserstein-gp,hinge,r1&spectral-norm=true&spectral-norm.2=false",
        "arenas=unrolled,minibatch,began,wasserstein-clip",
        "arenas=non-saturating-gp,minimax,non-saturating,least-squares",
        "arenas=unrolled,minibatch,began,least-squares&spectral-norm=true",
    ];
    for query in races {
        let query = format!("preset=live&g-width=9&d-width=7&batch=32&{query}");
        let mut session = open(&query);
        advance(session.as_mut(), 20);
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, bytes: &[u8]| {
            std::fs::write(folder.path().join(name), bytes).unwrap();
        };
        write("race.py", session.program().unwrap().as_bytes());
        let weights = pollster::block_on(session.weights()).unwrap();
        write("weights.safetensors", &weights);
        // Strict: names and shapes have to be the same, none more and none less.
        let run = python()
            .current_dir(folder.path())
            .args([
                "race.py",
                "--steps",
                "1",
                "--weights",
                "weights.safetensors",
            ])
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&run.stderr).into_owned();
        assert!(run.status.success(), "{query}: {told}");
        let script = "
import torch
from race import *
arenas = [Arena(index, make_sampler()) for index in ARENAS]
load(arenas, 'weights.safetensors')
side = [WINDOW * ((k + 0.5) / 2 - 1) for k in range(4)]
x = torch.tensor([[a, b] for b in side for a in side])
for arena in arenas:
    if arena.objective == 'minibatch':  # judged among others, which the program does not draw
        print('nan ' * 16)
        continue
    f = arena.judge(x)
    if arena.objective in ('minimax', 'non-saturating', 'non-saturating-gp', 'r1', 'unrolled'):
        f = f.sigmoid()
    print(*f[:, 0].tolist())
";
        let window = session.describe()["window"][1].to_string();
        let run = python()
            .current_dir(folder.path())
            .args(["-c", &script.replace("WINDOW", &window)])
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&run.stderr).into_owned();
        assert!(run.status.success(), "{query}: {told}");
        let request = FrameRequest {
            field: 4,
            arenas: (0..4).collect(),
            ..FrameRequest::default()
        };
        let frame = pollster::block_on(session.frame(request)).unwrap();
        let table = String::from_utf8(run.stdout).unwrap();
        assert_eq!(table.lines().count(), 4, "{table}");
        for (arena, line) in frame.arenas.iter().zip(table.lines()) {
            let theirs: Vec<f32> = line.split(' ').flat_map(str::parse).collect();
            assert_eq!(theirs.len(), 16, "{query}: {line}");
            for (ours, theirs) in arena.field.iter().zip(theirs) {
                let near = theirs.is_nan() || (ours - theirs).abs() < 0.01 + 0.02 * ours.abs();
                assert!(near, "{query}: {:?} and {line}", arena.field);
            }
        }
    }
}

/// Means of both losses over all steps of arena `index`, from the program's table.
fn means(table: &str, index: usize) -> [f64; 2] {
    let rows = table
        .lines()
        .skip(1)
        .map(|line| line.trim().split(',').collect::<Vec<_>>());
    let own = rows.filter(|row| row[1] == index.to_string());
    let losses: Vec<[f64; 2]> = own
        .map(|row| [row[3].parse().unwrap(), row[4].parse().unwrap()])
        .collect();
    [0, 1].map(|which| losses.iter().map(|row| row[which]).sum::<f64>() / losses.len() as f64)
}

#[test]
#[ignore = "needs PyTorch, in python3 or in the Python that GENZOO_PYTHON names"]
fn the_program_trains_as_the_page_does() {
    // All objectives, in three races; two rates change in mid-run. Larger steps ahead give every seed other losses.
    let races = [
        "preset=live&g-width=16&d-width=16&batch=64&arenas=minimax,non-saturating,least-squares,r1&events=100.lr-g.1:0.0005",
        "preset=live&g-width=16&d-width=16&batch=64&density=two-moons&arenas=wasserstein-clip,wasserstein-gp,hinge&events=100.lr-d:0.0002~150.D",
        "preset=live&g-width=16&d-width=16&batch=64&arenas=unrolled,minibatch,began&unroll=3&unroll-rate=0.1",
    ];
    const STEPS: u64 = 300;
    for query in races {
        let mut session = open(&format!("{query}&measure-every=100"));
        advance(session.as_mut(), STEPS);
        let rows = pollster::block_on(session.frame(FrameRequest::default()))
            .unwrap()
            .rows;
        let folder = tempfile::tempdir().unwrap();
        let (program, table) = (
            folder.path().join("race.py"),
            folder.path().join("losses.csv"),
        );
        std::fs::write(&program, session.program().unwrap()).unwrap();
        let run = python()
            .arg(&program)
            .arg("--csv")
            .arg(&table)
            .output()
            .unwrap();
        assert!(
            run.status.success(),
            "{}",
            String::from_utf8_lossy(&run.stderr)
        );
        let table = std::fs::read_to_string(table).unwrap();
        for (index, objective) in Settings::resolve(&RACE, query).arenas.iter().enumerate() {
            let own: Vec<_> = rows.iter().filter(|row| row.arena == index).collect();
            assert_eq!(own.len(), 3, "a row every 100 steps");
            // The level of a critic is free, so its generator's loss says nothing.
            let compared = if objective.is_critic() { 1 } else { 2 };
            for (which, theirs) in means(&table, index).into_iter().enumerate().take(compared) {
                let ours = own.iter().map(|row| row.values[which]).sum::<f64>() / own.len() as f64;
                eprintln!(
                    "{}, loss {which}: {ours:.3} here, {theirs:.3} in PyTorch",
                    objective.id()
                );
                assert!(
                    (ours - theirs).abs() < 0.1 + 0.1 * ours.abs(),
                    "{}: {ours} and {theirs}",
                    objective.id()
                );
            }
        }
    }
}
