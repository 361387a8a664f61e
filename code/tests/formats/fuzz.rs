//! The inputs of the fuzzer, and mutations of them, in every run of the tests. Longer searches, that
//! follow what the code does: see code/fuzz.

#[path = "../../fuzz/inputs.rs"]
mod inputs;

use distsys::sim::{Text, Trace};
use distsys::subject::{Run, subjects};
use std::fs;
use std::path::PathBuf;

fn corpus(target: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(target)
}

/// Checks the inputs of the corpus, and as many mutations of each.
fn check(target: &str, check: fn(&[u8]), mutations: u64) {
    let mut files: Vec<_> =
        fs::read_dir(corpus(target)).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let inputs: Vec<_> = files.iter().map(|file| fs::read(file).unwrap()).collect();
    assert!(!inputs.is_empty());
    let mut draws = Draws(target.len() as u64);
    for input in &inputs {
        check(input);
        for _ in 0..mutations {
            let mut mutant = input.clone();
            for _ in 0..1 + draws.below(4) {
                mutate(&mut mutant, &inputs, &mut draws);
            }
            check(&mutant);
        }
    }
}

/// Changes a byte, cuts a piece out, repeats one, or puts one of another input there.
fn mutate(input: &mut Vec<u8>, others: &[Vec<u8>], draws: &mut Draws) {
    let (from, to) = draws.range(input.len());
    match draws.below(5) {
        0 => input[from..to].iter_mut().take(1).for_each(|byte| *byte ^= 1 << draws.below(8)),
        1 => drop(input.drain(from..to)),
        2 => drop(input.splice(from..from, input[from..to].to_vec())),
        3 => {
            let other = &others[draws.below(others.len())];
            let (start, end) = draws.range(other.len());
            drop(input.splice(from..to, other[start..end].to_vec()));
        }
        _ => {
            let token = TOKENS[draws.below(TOKENS.len())];
            drop(input.splice(from..from, token.bytes()));
        }
    }
}

const TOKENS: [&str; 16] = [
    "{",
    "}",
    "[",
    "]",
    "\"",
    "\\",
    "\n",
    "#",
    "#{",
    "#_",
    ":",
    "null",
    "-1",
    "4294967295",
    "18446744073709551615",
    "1e400",
];

/// Draws that are the same in every run.
struct Draws(u64);

impl Draws {
    fn below(&mut self, bound: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound.max(1)
    }

    /// A short piece of something so long.
    fn range(&mut self, length: usize) -> (usize, usize) {
        let from = self.below(length + 1);
        (from, (from + self.below(20)).min(length))
    }
}

#[test]
fn edn_is_read_or_refused() {
    check("edn", inputs::edn, 2_000);
}

#[test]
fn logs_are_read_or_refused() {
    check("log", inputs::log, 4_000);
}

#[test]
fn json_lines_are_read_or_refused() {
    check("json", inputs::json, 4_000);
}

#[test]
fn runs_are_replayed_or_refused() {
    check("run", inputs::run, 1_000);
}

#[test]
fn traces_are_drawn_or_refused() {
    check("trace", inputs::trace, 500);
}

/// The fuzzer begins with runs and traces that can be read today: `cargo book bless` writes them.
#[test]
fn the_corpus_has_runs_and_traces_of_every_subject() {
    for subject in subjects() {
        let run = subject.hunts().swap_remove(0).with_seed(1);
        if std::env::var_os("BLESS").is_some() {
            let mut trace = run.report(&subject).unwrap().trace;
            trace.records.truncate(30);
            fs::write(corpus("run").join(subject.name), serde_json::to_string(&run).unwrap())
                .unwrap();
            fs::write(corpus("trace").join(subject.name), serde_json::to_string(&trace).unwrap())
                .unwrap();
        }
        let text =
            |target| fs::read_to_string(corpus(target).join(subject.name)).unwrap_or_default();
        let (run, trace) = (text("run"), text("trace"));
        let is_read = serde_json::from_str::<Run>(&run)
            .is_ok_and(|run| run.report(&subject).is_ok())
            && serde_json::from_str::<Trace<Text>>(&trace).is_ok();
        assert!(is_read, "{} has no run and trace in the corpus: `cargo book bless`", subject.name);
    }
}
