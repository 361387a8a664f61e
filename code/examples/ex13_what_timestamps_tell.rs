//! Exercise 13: what the timestamps of exercises 10 and 12 tell about pairs of events.

#[path = "shared/stamps.rs"]
mod stamps;

use distsys::clock::{Lamport, Vector, VectorTime};
use stamps::Practice;
use std::cmp::Ordering;
use std::process::ExitCode;

/// The pairs that the exercise asks about.
const PAIRS: [[&str; 2]; 3] =
    [["send m2", "send m3"], ["send m3", "send m5"], ["send m5", "send m9"]];

fn main() -> ExitCode {
    let about = "Exercise 13: what Lamport and vector timestamps tell about pairs of events.";
    let file = match stamps::options(about) {
        Ok(file) => file,
        Err(status) => return status,
    };
    let numbers = Practice::of(&Lamport::new());
    let vectors = Practice::of(&Vector::new(4));
    println!("The three pairs, a and b\n");
    for [a, b] in PAIRS {
        print_pair(&numbers, &vectors, a, b);
    }
    print_counts(&numbers, &vectors);
    vectors.draw(file)
}

fn print_pair(numbers: &Practice<u64>, vectors: &Practice<VectorTime>, a: &str, b: &str) {
    let (Some(la), Some(lb)) = (numbers.time(a), numbers.time(b)) else { return };
    let (Some(va), Some(vb)) = (vectors.time(a), vectors.time(b)) else { return };
    let (Some(first), Some(second)) = (vectors.event(a), vectors.event(b)) else { return };
    let before = &vectors.before;
    let truth = match (before.holds(first, second), before.holds(second, first)) {
        (true, _) => "a -> b",
        (_, true) => "b -> a",
        _ => "a || b",
    };
    println!("  {a} and {b}");
    println!("    in the run        {truth}");
    println!("    Lamport           {la} and {lb}: {}", by_numbers(*la, *lb));
    println!("    vectors           {va} and {vb}: {}\n", by_vectors(va, vb));
}

// ANCHOR: tell
/// What two Lamport timestamps of different events tell, without the names of the nodes.
fn by_numbers(a: u64, b: u64) -> &'static str {
    match a.cmp(&b) {
        Ordering::Less => "not b -> a, but whether a -> b or a || b is not to be seen",
        Ordering::Equal => "a || b",
        Ordering::Greater => "not a -> b, but whether b -> a or a || b is not to be seen",
    }
}

/// What two vector timestamps of different events tell.
fn by_vectors(a: &VectorTime, b: &VectorTime) -> &'static str {
    match a.partial_cmp(b) {
        Some(Ordering::Less) => "a -> b",
        Some(Ordering::Greater) => "b -> a",
        _ => "a || b",
    }
}
// ANCHOR_END: tell

/// How much of all pairs each kind of timestamp decides.
fn print_counts(numbers: &Practice<u64>, vectors: &Practice<VectorTime>) {
    let n = numbers.names.len();
    let pairs: Vec<_> = (0..n).flat_map(|a| (0..a).map(move |b| (a, b))).collect();
    let before = &numbers.before;
    let ordered = |&&(a, b): &&(usize, usize)| before.holds(a, b) || before.holds(b, a);
    let causal = pairs.iter().filter(ordered).count();
    let same = |&&(a, b): &&(usize, usize)| numbers.stamps.times[a] == numbers.stamps.times[b];
    let equal = pairs.iter().filter(same).count();
    let comparable = |&&(a, b): &&(usize, usize)| {
        vectors.stamps.times[a].partial_cmp(&vectors.stamps.times[b]).is_some()
    };
    let less = pairs.iter().filter(comparable).count();
    let all = pairs.len();
    println!("All {all} pairs of the {n} events\n");
    println!("  happens-before    {causal:>3} ordered, {:>3} concurrent", all - causal);
    println!("  vectors           {less:>3} ordered, {:>3} incomparable", all - less);
    println!(
        "  Lamport           {:>3} with different numbers: one direction is excluded, no more",
        all - equal
    );
    println!(
        "                        ({causal} of them ordered, {} concurrent)",
        all - equal - causal
    );
    println!("                    {equal:>3} with equal numbers: certainly concurrent");
}
