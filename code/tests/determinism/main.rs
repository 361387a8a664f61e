//! The meta-test: every run gives the same trace, byte for byte: twice in one process, in another
//! process, in debug and in release. Tests named for their hash are run in release too, against the
//! same golden files.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod careless;
mod exercises;
mod recorded;

use distsys::subject::{Run, Subject, subjects};
use sha2::{Digest, Sha256};
use tests::{golden, mutants};
use zoo::TOPICS;

/// The SHA-256 of these bytes, in hexadecimal.
fn sha256(bytes: impl AsRef<[u8]>) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The hash of the trace of a run, in its canonical form.
fn hash(subject: &Subject, run: &Run) -> String {
    sha256(run.report(subject).unwrap().trace.to_string())
}

/// What is compared: a line a run, with its name and its hash.
fn table() -> String {
    let mut table = String::new();
    for subject in subjects() {
        for (scene, run) in subject.scenes().iter().enumerate() {
            table += &format!("{} scene {scene} {}\n", subject.name, hash(&subject, run));
        }
        for (hunt, run) in subject.hunts().iter().enumerate() {
            for seed in 0..3 {
                let hash = hash(&subject, &run.with_seed(seed));
                table += &format!("{} menu {hunt} seed {seed} {hash}\n", subject.name);
            }
        }
    }
    for topic in TOPICS {
        for (twin, run) in topic.twins.iter().zip(mutants::smallest_runs(topic)) {
            let subject = twin.subject().unwrap();
            table += &format!("{} smallest run {}\n", twin.name, hash(&subject, &run));
        }
    }
    table
}

#[test]
fn hash_of_every_run_is_the_pinned_one_twice() {
    let first = table();
    assert_eq!(first, table(), "the same runs, a moment later");
    golden::check("determinism.txt", &first);
}

/// Prints the table; only for the test after it, which starts this one in processes of its own.
#[test]
#[ignore = "a part of the next test"]
fn printed_in_another_process() {
    print!("{}", table());
}

#[test]
fn hash_of_every_run_is_the_same_in_every_process() {
    // Elsewhere, memory lies at other addresses and hash maps have other orders.
    let print = || {
        let mut program = std::process::Command::new(std::env::current_exe().unwrap());
        program.args(["--exact", "printed_in_another_process", "--ignored", "--nocapture"]);
        let output = program.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().replace("\r\n", "\n")
    };
    let (table, one, other) = (table(), print(), print());
    assert!(one.contains(&table), "another process has another table:\n{one}");
    assert!(other.contains(&table), "a third process has another table:\n{other}");
}
