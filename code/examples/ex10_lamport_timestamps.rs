//! Exercise 10: the Lamport timestamps of a run of four nodes and nine messages.

#[path = "shared/stamps.rs"]
mod stamps;

use distsys::clock::Lamport;
use stamps::Practice;
use std::process::ExitCode;

fn main() -> ExitCode {
    let file = match stamps::options("Exercise 10: the Lamport timestamps of a run.") {
        Ok(file) => file,
        Err(status) => return status,
    };
    println!("Lamport timestamps\n");
    let run = Practice::of(&Lamport::new());
    run.print(u64::to_string);
    run.draw(file)
}
