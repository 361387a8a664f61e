//! Exercise 12: the vector timestamps of the run of exercise 10.

#[path = "shared/stamps.rs"]
mod stamps;

use distsys::clock::{Vector, VectorTime};
use stamps::Practice;
use std::process::ExitCode;

fn main() -> ExitCode {
    let file = match stamps::options("Exercise 12: the vector timestamps of a run.") {
        Ok(file) => file,
        Err(status) => return status,
    };
    println!("Vector timestamps, with entries for A, B, C and D\n");
    let run = Practice::of(&Vector::new(4));
    run.print(VectorTime::to_string);
    run.draw(file)
}
