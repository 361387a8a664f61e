//! Unique states a CPU second: our nodes under Stateright, and Stateright's own actors.
//!
//! Both explore single-decree Paxos with three servers and some clients (three, or as many as the first argument
//! says), over a network that neither loses nor duplicates, to the end. Both check in every state that what the
//! clients saw is linearizable. That they do the same work shows in the number of states, which must be equal.

mod actors;
#[path = "../../../../../tests/toys/paxos.rs"]
mod paxos;

use benches::{Section, Wanted, by_turns};
use cpu_time::ProcessTime;
use distsys::check::{Explored, Packets};
use stateright::{Checker, CheckerBuilder, Model};
use std::hash::Hash;

const SERVERS: u32 = 3;

fn main() -> Result<(), String> {
    let clients = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(3);
    let ours = move || {
        let mut paxos = Explored::new(paxos::system(SERVERS, clients, true));
        (paxos.packets, paxos.ignoring) = (Packets::Reliable, false);
        paxos.always("linearizable", |_, now| paxos::is_linearizable(&now.seen)).checker()
    };
    let theirs = move || actors::system(SERVERS as usize, clients as usize).checker();
    let states = states(ours().spawn_dfs());
    if states != self::states(theirs().spawn_dfs()) {
        return Err("the two explore different systems: their numbers of states differ".to_string());
    }
    println!("{states} states");
    let figures = by_turns(
        "states/CPU s",
        5,
        vec![
            ("ours, depth-first", Box::new(move || rate(ours(), false))),
            ("Stateright 0.31 actors, depth-first", Box::new(move || rate(theirs(), false))),
            ("ours, breadth-first", Box::new(move || rate(ours(), true))),
            ("Stateright 0.31 actors, breadth-first", Box::new(move || rate(theirs(), true))),
        ],
    );
    let about = format!(
        "Unique states a CPU second, on one thread: single-decree Paxos with {SERVERS} servers and {clients} clients, \
         {states} states, linearizability checked in each; the same protocol as our layers and as Stateright's actors."
    );
    let command = "cd code/benches/peers && cargo run --release --bin stateright -- 3 --record";
    let mut section = Section::new(&about, command, figures);
    for order in ["depth-first", "breadth-first"] {
        let (ours, theirs) = (format!("ours, {order}"), format!("Stateright 0.31 actors, {order}"));
        let claim =
            format!("at least half as many states a CPU second as Stateright's actors, {order}");
        section.claim(&claim, &ours, &theirs, Wanted::AtLeast(0.5));
    }
    section.finish("model-checking")
}

fn rate<M>(checker: CheckerBuilder<M>, breadth_first: bool) -> f64
where
    M: Model<State: Hash + Clone + PartialEq + Send + Sync, Action: Clone + PartialEq>
        + Send
        + Sync
        + 'static,
{
    let start = ProcessTime::now();
    let states = match breadth_first {
        true => states(checker.spawn_bfs()),
        false => states(checker.spawn_dfs()),
    };
    states as f64 / start.elapsed().as_secs_f64()
}

fn states<M: Model>(checker: impl Checker<M>) -> usize {
    checker.join().unique_state_count()
}
