//! Shared maps and texts of chapter 8 as subjects.

mod ground;
mod maps;
mod texts;

pub use ground::Ground;
pub use maps::{Words, convergent, exchanged, map, multi_value};
pub use texts::{identified, ordered, text};

use crate::crdt::{Fugue, MultiValueMap, OperationMap, StateMap, Text};
use crate::model::Links;
use crate::node::SECONDS;
use crate::sim::{Clocks, FaultMenu, Network, Partitions, Script};
use crate::subject::{Parameter, Run, Subject};
use crate::transform::ServerOrder;

/// The shared data as the notebook explains it.
pub fn subjects() -> Vec<Subject> {
    vec![
        map("operation-map", "Map CRDT by operations", convergent, OperationMap::new),
        map("state-map", "Map CRDT by states", exchanged, StateMap::new),
        map("multi-value-map", "Multi-value map CRDT", multi_value, MultiValueMap::new),
        text("text", "Text CRDT by operations", identified, |_| Text::new()),
        text("sequence", "Sequence CRDT (Fugue)", identified, |_| Fugue::new()),
        text("transformation", "Operational transformation", ordered, ServerOrder::new),
    ]
}

/// What can be chosen for a run of shared data.
pub const PARAMETERS: &[Parameter] = &[
    Parameter { name: "nodes", about: "how many nodes", default: 3, least: 2, most: 26 },
    Parameter {
        name: "changes",
        about: "how many changes each node makes",
        default: 2,
        least: 1,
        most: 200,
    },
    Parameter {
        name: "changers",
        about: "how many nodes make changes; 0: all",
        default: 0,
        least: 0,
        most: 26,
    },
    Parameter {
        name: "apart",
        about: "a node's changes fall into so many milliseconds for each",
        default: 15,
        least: 0,
        most: 1_000,
    },
    Parameter {
        name: "plan",
        about: "which changes are made",
        default: 0,
        least: 0,
        most: 1_000_000,
    },
];

/// Short calm runs, of which all small changes can be tried.
fn scenes(subject: &Subject) -> Vec<Run> {
    let run = Run::new(subject, 0).with("nodes", 2).with_script(Script::calm());
    vec![
        run.clone().with("changes", 2).with("changers", 1),
        run.clone().with("changes", 1).with("apart", 0),
        run.clone().with("changes", 2).with("apart", 40),
        run.with("nodes", 3).with("changes", 1).with("apart", 40),
    ]
}

/// Runs in which bugs come to light. All of them stay within the model of the subject.
fn hunts(subject: &Subject) -> Vec<Run> {
    debug_assert_eq!(subject.model.links, Links::FairLoss, "{}", subject.name);
    let menu = FaultMenu::of_network(Network::fair_loss());
    let partition = FaultMenu {
        partitions: Partitions::symmetric(2),
        pauses: 1,
        until: SECONDS,
        ..menu.clone()
    };
    let clocks =
        FaultMenu { clocks: Clocks { offset: SECONDS, ..Clocks::default() }, ..menu.clone() };
    let crashes = FaultMenu { crashes: 1, until: SECONDS / 20, ..menu.clone() };
    let run = Run::new(subject, 0).with_faults(menu);
    // What is changed says more than what the network does: many short plans.
    let two = run.clone().with("nodes", 2).with("changes", 4);
    let mut hunts: Vec<_> = (0..40).map(|plan| two.clone().with("plan", plan)).collect();
    hunts.extend((0..4).map(|plan| run.clone().with("changes", 3).with("plan", plan)));
    hunts.extend([
        run.clone().with("nodes", 4).with("plan", 4),
        run.clone().with("changes", 6).with("apart", 120).with_faults(partition),
        run.clone().with("apart", 25).with_faults(crashes),
        run.with("apart", 60).with_faults(clocks),
    ]);
    hunts
}
