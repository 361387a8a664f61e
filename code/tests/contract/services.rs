//! The hierarchy of services is checked at compile time.

use distsys::layer::*;
use distsys::service::*;
use std::collections::BTreeSet;

type Pair = (&'static str, &'static str);

/// The arrows of the course's diagram: each service with the ones right below it.
const DIAGRAM: [Pair; 9] = [
    ("ReliableLink", "FairLossLink"),
    ("FifoLink", "ReliableLink"),
    ("ReliableBroadcast", "BestEffortBroadcast"),
    ("FifoBroadcast", "ReliableBroadcast"),
    ("CausalBroadcast", "FifoBroadcast"),
    ("FifoTotalOrderBroadcast", "CausalBroadcast"),
    ("TotalOrderBroadcast", "ReliableBroadcast"),
    ("FifoTotalOrderBroadcast", "TotalOrderBroadcast"),
    ("FifoTotalOrderBroadcast", "FifoTotalOrderBroadcast"),
];

fn listed() -> BTreeSet<Pair> {
    let pairs = hierarchy()
        .into_iter()
        .flat_map(|(strong, weaker)| weaker.into_iter().map(move |weak| (strong, weak)));
    pairs.collect()
}

#[test]
fn the_listed_pairs_are_all_that_follow_from_the_course_s_diagram() {
    let mut closure: BTreeSet<Pair> = DIAGRAM.into();
    closure.extend(DIAGRAM.iter().flat_map(|&(one, two)| [(one, one), (two, two)]));
    loop {
        let further: Vec<Pair> = closure
            .iter()
            .flat_map(|&(a, b)| {
                closure.iter().filter(move |(c, _)| b == *c).map(move |(_, d)| (a, *d))
            })
            .filter(|pair| !closure.contains(pair))
            .collect();
        if further.is_empty() {
            break;
        }
        closure.extend(further);
    }
    assert_eq!(listed(), closure);
}

/// A stack of a layer that uses the one service over a layer that implements the other.
macro_rules! stacks {
    ($($strong:ident over $($weak:ident),*;)*) => {
        vec![$($({
            layer!(Upper: $weak over $weak);
            layer!(Lower: FairLossLink over $strong);
            let _compiles = Upper.over(Lower);
            (stringify!($strong), stringify!($weak))
        }),*),*]
    };
}
/// A layer that does nothing, by the services that it uses and implements.
macro_rules! layer {
    ($name:ident: $uses:ident over $implements:ident) => {
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        struct $name;
        impl Layer for $name {
            type Implements = $implements<u32>;
            type Uses = $uses<u32>;
            type Timer = NoTimer;
            type Stable = ();
            const MODEL: Model = Model::any_links(Nodes::CrashStop, Timing::Asynchronous);
            fn on_request(&mut self, _: Request<Self::Implements>, _: &mut Context<Self>) {}
            fn on_receive(&mut self, _: Indication<Self::Uses>, _: &mut Context<Self>) {}
            fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
                fresh
            }
        }
    };
}

#[test]
fn every_listed_pair_makes_a_stack() {
    let stacked: Vec<Pair> = stacks! {
        FairLossLink over FairLossLink;
        ReliableLink over ReliableLink, FairLossLink;
        FifoLink over FifoLink, ReliableLink, FairLossLink;
        BestEffortBroadcast over BestEffortBroadcast;
        ReliableBroadcast over ReliableBroadcast, BestEffortBroadcast;
        FifoBroadcast over FifoBroadcast, ReliableBroadcast, BestEffortBroadcast;
        CausalBroadcast over CausalBroadcast, FifoBroadcast, ReliableBroadcast, BestEffortBroadcast;
        TotalOrderBroadcast over TotalOrderBroadcast, ReliableBroadcast, BestEffortBroadcast;
        FifoTotalOrderBroadcast over FifoTotalOrderBroadcast, TotalOrderBroadcast, CausalBroadcast,
            FifoBroadcast, ReliableBroadcast, BestEffortBroadcast;
    };
    assert_eq!(stacked.into_iter().collect::<BTreeSet<_>>(), listed());
}

/// The message is pinned as the compiler of this version prints it; others word what surrounds it in other ways.
const PINNED_WITH: &str = "rustc 1.95.";

#[path = "../ui/fifo_over_a_reliable_link.rs"]
mod fifo_over_a_reliable_link;

#[test]
fn fifo_over_a_reliable_link_compiles() {
    fifo_over_a_reliable_link::main();
}

#[test]
fn a_service_that_is_too_weak_is_a_compile_error_that_names_it() {
    if rustc_version().starts_with(PINNED_WITH) {
        let cases = trybuild::TestCases::new();
        cases.compile_fail("ui/fifo_over_a_fair_loss_link.rs");
    } else {
        eprintln!("skipped: the error message is pinned with {PINNED_WITH}x only");
    }
}

fn rustc_version() -> String {
    let rustc = option_env!("RUSTC").unwrap_or("rustc");
    let output = std::process::Command::new(rustc).arg("--version").output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default()
}
