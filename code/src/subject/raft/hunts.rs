//! Runs of Raft in which bugs come to light.

use crate::layer::{MILLIS, NodeId, SECONDS, Time};
use crate::node::names::{B, C};
use crate::sim::{Delay, EventId, FaultMenu, Network, Partitions, Rate, Script, Synchrony};
use crate::subject::raft::scripts::scripts;
use crate::subject::{Run, Subject};

/// Short calm runs, of which all small changes can be tried. A is elected.
pub(super) fn scenes(subject: &Subject) -> Vec<Run> {
    let script = Script { timers: [elects(B, 1, 900), elects(C, 1, 900)].into(), ..Script::calm() };
    let run = Run::new(subject, 0).with_script(script).with("apart", 0);
    let one = run.clone().with("messages", 1);
    vec![one.clone().with("senders", 1), one, run.with("gap", 700)]
}

/// The election timer of that node, set for the `ordinal`-th time, runs for so many milliseconds.
fn elects(node: NodeId, ordinal: u64, millis: Time) -> (EventId, Time) {
    (EventId::Timer { node, timer: "Election".to_string(), ordinal }, millis * MILLIS)
}

/// Until when things go wrong in a run.
const UNTIL: Time = 6 * SECONDS;

/// Runs in which bugs come to light, all of them within the model of the subject.
pub(super) fn hunts(subject: &Subject) -> Vec<Run> {
    let network = Network {
        delay: Delay::Uniform(MILLIS, 60 * MILLIS),
        loss: Rate::percent(10),
        ..Network::fair_loss()
    };
    let synchrony = Synchrony::PartiallySynchronous { bound: 100 * MILLIS, stable_from: UNTIL };
    let menu = FaultMenu { synchrony, until: UNTIL, ..FaultMenu::of_network(network) };
    let stale = Network {
        late_duplication: Rate::percent(10),
        stale_duplication: Rate::percent(10),
        ..network
    };
    // Elections overlap, and votes come late.
    let slow = Network { delay: Delay::Uniform(5 * MILLIS, 350 * MILLIS), ..stale };
    let partitions =
        Partitions { symmetric: 3, one_way: 2, cannot_send: 1, cannot_receive: 1, flapping: 1 };
    let partition = FaultMenu { partitions, ..menu.clone() };
    let crash = FaultMenu { crashes: 8, torn_writes: 4, recovery: true, ..menu.clone() };
    let everything =
        FaultMenu { network: slow, partitions, pauses: 3, slow_nodes: 2, ..crash.clone() };
    let at_leaders = FaultMenu { aimed: Rate::percent(70), ..everything.clone() };
    let at_leaders = FaultMenu { network, ..at_leaders };
    let late = UNTIL / MILLIS + 1_000;
    let run = Run::new(subject, 0).with("late", late).with("messages", 3).with("gap", 1_500);
    let run = run.with("apart", 170);
    let five = run.clone().with("nodes", 5).with("messages", 2);
    let mut hunts = scripts(subject);
    for run in [run, five] {
        hunts.extend([
            run.clone().with_faults(FaultMenu { network: stale, ..menu.clone() }),
            run.clone().with_faults(FaultMenu { network: slow, ..menu.clone() }),
            run.clone().with_faults(partition.clone()),
            run.clone().with_faults(crash.clone()),
            run.clone().with_faults(FaultMenu { network: slow, ..crash.clone() }),
            run.clone().with_faults(at_leaders.clone()),
            run.with_faults(FaultMenu { swarm: true, ..everything.clone() }),
        ]);
    }
    hunts
}
