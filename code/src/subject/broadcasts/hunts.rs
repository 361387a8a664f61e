//! Runs of broadcasts in which bugs come to light.

use crate::model::Links;
use crate::node::SECONDS;
use crate::sim::{FaultMenu, Network, Partitions, Script};
use crate::subject::{Run, Subject};

/// Short calm runs of such a subject, of which all small changes can be tried.
pub(super) fn scenes(subject: &Subject) -> Vec<Run> {
    let run = Run::new(subject, 0).with_script(Script::calm());
    vec![
        run.clone().with("messages", 1).with("senders", 1),
        run.clone().with("messages", 2).with("senders", 1),
        run.clone().with("messages", 1).with("senders", 2).with("apart", 15),
        run.clone().with("messages", 1).with("apart", 0),
    ]
}

/// Runs in which bugs of such a subject come to light. All of them stay within the model of the
/// subject, and the links of those that need reliable ones stand on retransmission.
pub(super) fn hunts(subject: &Subject) -> Vec<Run> {
    debug_assert_eq!(subject.model.links, Links::FairLoss, "{}", subject.name);
    let menu = FaultMenu::of_network(Network::fair_loss());
    let late = FaultMenu::of_network(Network {
        late_duplication: Network::fair_loss().duplication,
        stale_duplication: Network::fair_loss().duplication,
        ..Network::fair_loss()
    });
    let partition = FaultMenu {
        partitions: Partitions::symmetric(2),
        pauses: 1,
        until: SECONDS,
        ..menu.clone()
    };
    let run = Run::new(subject, 0).with_faults(menu.clone());
    let mut hunts = vec![
        run.clone(),
        run.clone().with("messages", 3).with("apart", 12),
        run.clone().with("nodes", 4).with("own_late", 1),
        run.clone().with("nodes", 2).with("messages", 4).with_faults(late),
        run.clone().with("messages", 4).with("apart", 150).with_faults(partition),
    ];
    if tolerates_crashes(subject) {
        let crashes = |most| FaultMenu { crashes: most, until: 60_000_000, ..menu.clone() };
        let one = run.clone().with("messages", 1).with("apart", 7).with_faults(crashes(1));
        let three = run.with("nodes", 4).with("apart", 7).with_faults(crashes(3));
        hunts.extend([one, three]);
    } else {
        // One node has nothing to say.
        hunts.push(run.with("senders", 1));
    }
    hunts
}

/// Whether something is promised of runs in which nodes crash. Those that promise nothing are run
/// with crashes too, for what must hold always: each run has an end in which a minority is dead.
fn tolerates_crashes(subject: &Subject) -> bool {
    let names = ["total_order::validity_without_crash", "total_order::agreement_without_crash"];
    !subject.promises.iter().any(|promise| names.contains(&promise.name))
}
