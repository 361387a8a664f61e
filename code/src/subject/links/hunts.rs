//! Runs of links in which bugs come to light.

use crate::model::Nodes;
use crate::node::{MILLIS, SECONDS};
use crate::sim::{Delay, FaultMenu, Network, Partitions, Script};
use crate::subject::{Run, Subject};

/// Short calm runs of such a subject, of which all small changes can be tried.
pub(super) fn scenes(subject: &Subject) -> Vec<Run> {
    let run = Run::new(subject, 0).with("messages", 1).with_script(Script::calm());
    let mut scenes = vec![
        run.clone(),
        run.clone().with("messages", 2),
        run.clone().with("messages", 2).with("window", 1),
        run.clone().with("rounds", 2),
        run.clone().with("rounds", 3),
        run.clone().with("nodes", 3).with("everyone", 1),
    ];
    if has_no_order(subject) {
        scenes.push(run.with("messages", 2).with("words", 1));
    }
    scenes
}

/// Equal messages tell no lies about a link that promises no order.
fn has_no_order(subject: &Subject) -> bool {
    subject.promises.iter().all(|promise| promise.name.starts_with("reliable_link::"))
}

/// Runs in which bugs of such a subject come to light. All of them stay within the model of the
/// subject, so the originals keep their promises in every one.
pub(super) fn hunts(subject: &Subject) -> Vec<Run> {
    let menu = FaultMenu::of_network(Network::fair_loss());
    let run = Run::new(subject, 0).with_faults(menu.clone());
    let comes_back = subject.model.nodes == Nodes::CrashRecovery;
    let crashes = FaultMenu { crashes: 4, recovery: true, until: SECONDS, ..menu.clone() };
    // Old packets live longer than it takes a node to come back.
    let slow = Network { delay: Delay::HeavyTailed(40 * MILLIS), ..menu.network };
    let quick = FaultMenu { network: slow, crashes: 8, until: 300 * MILLIS, ..crashes.clone() };
    let partition =
        FaultMenu { partitions: Partitions::symmetric(1), pauses: 1, until: SECONDS, ..menu };
    let mut hunts = vec![
        run.clone(),
        run.clone().with("nodes", 3).with("everyone", 1).with("messages", 3),
        run.clone().with("messages", 20).with("window", 2),
        run.clone().with("rounds", 4).with_faults(partition),
    ];
    if comes_back {
        let crashing = run.with("rounds", 4).with("messages", 2).with_faults(crashes);
        hunts.push(crashing.clone().with_faults(quick));
        hunts.push(crashing.clone());
        hunts.push(crashing.with("nodes", 3).with("everyone", 1));
    } else {
        hunts.push(run.with("words", 2));
    }
    if has_no_order(subject) {
        let equal_words = hunts[0].clone().with("words", 2);
        hunts.push(equal_words);
    }
    hunts
}
