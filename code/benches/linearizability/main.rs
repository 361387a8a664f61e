//! The checker of linearizability beside Porcupine, and how its cost grows.
//!
//! `cargo bench --manifest-path code/Cargo.toml -p benches --bench linearizability -- --porcupine
//! CHECKOUT --go GO --record`, where CHECKOUT is a checkout of github.com/anishathalye/porcupine
//! and GO is the Go tool (`go` by default). Without `--porcupine` only the growth is measured, and
//! without `--record` nothing is written down.

mod histories;
mod operations;
mod porcupine;

use benches::{Curve, Section, nanos};
use distsys::history::linearizability::Budget;
use distsys::history::linearizable;
use distsys::history::objects::Map;
use histories::{Sample, Shape, sample};
use operations::of_map;
use std::path::PathBuf;

const COMMAND: &str = "cargo bench --manifest-path code/Cargo.toml -p benches --bench linearizability -- --porcupine CHECKOUT --go GO --record";

fn main() -> Result<(), String> {
    let arguments = Arguments::read()?;
    growth().finish("linearizability-growth")?;
    let Some(checkout) = &arguments.porcupine else {
        println!("Porcupine is left out: give a checkout of it with --porcupine");
        return Ok(());
    };
    match porcupine::Porcupine::build(checkout, &arguments.go) {
        Ok(porcupine) => porcupine.compare(&samples())?.finish("linearizability"),
        Err(why) => {
            println!("Porcupine is left out: {why}");
            Ok(())
        }
    }
}

/// What was asked for.
struct Arguments {
    porcupine: Option<PathBuf>,
    go: PathBuf,
}

impl Arguments {
    fn read() -> Result<Self, String> {
        let mut arguments = Arguments { porcupine: None, go: "go".into() };
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            let mut path = || words.next().map(PathBuf::from).ok_or(format!("{word} needs a path"));
            match word.as_str() {
                "--porcupine" => arguments.porcupine = Some(path()?),
                "--go" => arguments.go = path()?,
                "--record" | "--bench" => {}
                _ => return Err(format!("unknown argument {word}; see the top of main.rs")),
            }
        }
        Ok(arguments)
    }
}

/// What is compared: registers as Jepsen tests them, and maps.
fn samples() -> Vec<Sample> {
    let register = |number| {
        let shape = Shape { clients: 5, operations: 80, unanswered: 6, keys: 0 };
        sample("register", shape, number)
    };
    let mut samples: Vec<Sample> = (0..40).map(register).collect();
    for clients in [1, 10, 50] {
        samples.extend((0..10).map(|number| sample(&map_name(clients), map(clients), number)));
    }
    samples
}

/// What the histories of a map with so many clients are called.
fn map_name(clients: u32) -> String {
    format!("map, {clients} client{}", if clients == 1 { "" } else { "s" })
}

fn map(clients: u32) -> Shape {
    Shape { clients, operations: 40 * clients as usize, unanswered: 0, keys: 10 }
}

/// How the cost of a check grows with the length of the history.
fn growth() -> Section {
    let curve = |name, keys, clients, most| {
        let lengths = [1_000, 3_000, 10_000, 30_000, 100_000];
        let points = lengths.into_iter().filter(|length| *length <= most).map(|operations| {
            let shape = Shape { clients, operations, unanswered: 0, keys };
            (operations as f64, milliseconds(shape))
        });
        Curve::new(name, "operations", "ms", points.collect())
    };
    let curves = vec![
        curve("50 clients and 1,000 keys", 1_000, 50, 100_000),
        curve("5 clients and one key", 1, 5, 10_000),
    ];
    let about = "What it costs to check the history of a map (get, append, put), on one thread.";
    Section { curves, ..Section::new(about, COMMAND, Vec::new()) }
}

/// The median of five checks of such a history.
fn milliseconds(shape: Shape) -> f64 {
    let operations = of_map(&sample("growth", shape, 0).log);
    let map = Map::<String, String>::default();
    let check = |_| nanos(|| linearizable(&map, &operations, Budget::default())).0 / 1e6;
    benches::report::median(&(0..5).map(check).collect::<Vec<_>>())
}
