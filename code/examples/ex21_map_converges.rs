//! Exercise 21: the map CRDT by operations converges.
//!
//! The proof is on the page. Here it is tried: all small histories, each with its messages delivered in every order, to the
//! very type that the page shows; and to two twins of it, for which it is not true.

use distsys::crdt::OperationMap;
use distsys::layer::*;
use distsys::service::{Broadcast, Deliver, Holds, MapRequest, ReliableBroadcast, SharedMap};
use std::collections::{BTreeSet, VecDeque};
use std::process::ExitCode;
use zoo::broken::{map_last_to_arrive_wins, map_ties_by_arrival};

const HELP: &str = "\
Exercise 21: the map CRDT by operations converges.

Options:
  --updates N   up to so many updates in all, 1 to 7 (default 5)
  --help        this text
Exit status: 0 if the map converges and its twins do not, 1 if not, 2 if the options make no sense.";

fn main() -> ExitCode {
    match updates() {
        Ok(Some(most)) => exercise(most),
        Ok(None) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}\n\n{HELP}");
            ExitCode::from(2)
        }
    }
}

fn updates() -> Result<Option<usize>, lexopt::Error> {
    use lexopt::prelude::*;
    let mut most = 5;
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("updates") => match parser.value()?.parse()? {
                number if (1..=7).contains(&number) => most = number,
                number => return Err(format!("--updates takes 1 to 7, not {number}").into()),
            },
            Short('h') | Long("help") => {
                println!("{HELP}");
                return Ok(None);
            }
            other => return Err(other.unexpected()),
        }
    }
    Ok(Some(most))
}

fn exercise(most: usize) -> ExitCode {
    println!(
        "Up to three nodes set the keys x and y, {most} times in all at most. Each set of messages"
    );
    println!("is delivered in every order, and what x and y hold then is compared.\n");
    println!("  updates  histories    orders");
    for updates in 1..=most {
        let all = histories(updates);
        let orders: usize = (1..=updates).product();
        println!("  {updates:>7}  {:>9}  {:>8}", all.len(), all.len() * orders);
    }
    println!();
    let holds = tried("the map CRDT by operations", most, OperationMap::new);
    println!("\nBroken twins, each with the smallest history against it:");
    let twins = [
        tried("whatever comes last wins", most, map_last_to_arrive_wins::OperationMap::new),
        tried(
            "equal times: whatever comes last wins",
            most,
            map_ties_by_arrival::OperationMap::new,
        ),
    ];
    if holds && twins == [false, false] { ExitCode::SUCCESS } else { ExitCode::from(1) }
}

type Map = SharedMap<char, String>;

/// For each of three nodes, the keys that it sets, in order: all ways to make so many updates, up to names of nodes that
/// do nothing.
fn histories(updates: usize) -> Vec<[String; 3]> {
    let mut all = BTreeSet::from([[const { String::new() }; 3]]);
    for _ in 0..updates {
        let longer = |history: &[String; 3]| {
            let mut longer = Vec::new();
            for (node, key) in (0..3).flat_map(|node| ['x', 'y'].map(|key| (node, key))) {
                let mut history = history.clone();
                history[node].push(key);
                longer.push(history);
            }
            longer
        };
        all = all.iter().flat_map(longer).collect();
    }
    all.into_iter().filter(|history| history.is_sorted_by_key(String::is_empty)).collect()
}

// ANCHOR: tried
/// Whether the map converges in all histories; prints the first in which it does not.
fn tried<L, M: Value>(name: &str, most: usize, new: fn() -> L) -> bool
where
    L: Layer<Implements = Map, Uses = ReliableBroadcast<M>>,
{
    let mut orders = 0;
    for history in (1..=most).flat_map(histories) {
        let messages = messages(&history, new);
        let mut first = None;
        for order in permutations(messages.len()) {
            orders += 1;
            let finally = finally(new(), order.iter().map(|&i| messages[i].clone()));
            let (before, expected) = first.get_or_insert((order.clone(), finally.clone()));
            if finally != *expected {
                println!("  FAILS                          {name}");
                print_case(&history, &[(before.clone(), expected.clone()), (order, finally)]);
                return false;
            }
        }
    }
    println!("  holds in all {orders:>7} orders     {name}");
    true
}
// ANCHOR_END: tried

/// What the nodes broadcast in this history, if each is told of its own updates only.
fn messages<L, M: Value>(history: &[String; 3], new: fn() -> L) -> Vec<(NodeId, M)>
where
    L: Layer<Implements = Map, Uses = ReliableBroadcast<M>>,
{
    let mut messages = Vec::new();
    for (me, keys) in (0..).map(NodeId).zip(history) {
        let mut node = new();
        for (i, key) in (1..).zip(keys.chars()) {
            let value = format!("{}{i}", me.to_string().to_lowercase());
            for effect in doing(me, |ctx| node.on_request(MapRequest::Set { key, value }, ctx)) {
                if let Effect::Request(Broadcast { msg }) = effect {
                    doing(me, |ctx| node.on_receive(Deliver { from: me, msg: msg.clone() }, ctx));
                    messages.push((me, msg));
                }
            }
        }
    }
    messages
}

/// What a node holds that these are delivered to, in this order.
fn finally<L, M: Value>(
    mut node: L,
    order: impl Iterator<Item = (NodeId, M)>,
) -> Vec<Holds<char, String>>
where
    L: Layer<Implements = Map, Uses = ReliableBroadcast<M>>,
{
    for (from, msg) in order {
        doing(NodeId(9), |ctx| node.on_receive(Deliver { from, msg }, ctx));
    }
    let mut finally = Vec::new();
    for key in ['x', 'y'] {
        for effect in doing(NodeId(9), |ctx| node.on_request(MapRequest::Read { key }, ctx)) {
            if let Effect::Indicate(holds) = effect {
                finally.push(holds);
            }
        }
    }
    finally
}

/// What the handler asks for.
fn doing<L: Layer>(me: NodeId, handle: impl FnOnce(&mut Context<L>)) -> VecDeque<Effect<L>> {
    let mut env = Env::new(me, Reading::default(), Choices::default());
    let mut effects = VecDeque::new();
    handle(&mut Context::new(&mut env, &mut effects));
    effects
}

/// All orders of `0..n`.
fn permutations(n: usize) -> Vec<Vec<usize>> {
    let mut all = vec![Vec::new()];
    for next in 0..n {
        let with_next = |order: &Vec<usize>| {
            let order = order.clone();
            (0..=order.len()).map(move |place| {
                let mut order = order.clone();
                order.insert(place, next);
                order
            })
        };
        all = all.iter().flat_map(with_next).collect();
    }
    all
}

/// An order of delivery, and what the map holds after it.
type Outcome = (Vec<usize>, Vec<Holds<char, String>>);

fn print_case(history: &[String; 3], outcomes: &[Outcome; 2]) {
    let mut names = Vec::new();
    for (node, keys) in (0..).map(NodeId).zip(history) {
        for (i, key) in (1..).zip(keys.chars()) {
            let value = format!("{}{i}", node.to_string().to_lowercase());
            names.push(format!("{key} := {value}"));
        }
    }
    for (order, finally) in outcomes {
        let order: Vec<_> = order.iter().map(|&i| names[i].as_str()).collect();
        let held = |holds: &Holds<char, String>| {
            let value = holds.values.first().map_or("–", String::as_str);
            format!("{} = {value}", holds.key)
        };
        let held: Vec<_> = finally.iter().map(held).collect();
        println!("          {}: {}", order.join(", "), held.join(", "));
    }
}
