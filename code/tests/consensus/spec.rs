//! The properties themselves, on traces made by hand.

use distsys::layer::NodeId;
use distsys::node::names::{A, B, C};
use distsys::service::{Decide, Instance, Propose};
use distsys::sim::trace::Terms;
use distsys::sim::{Record, Trace, What};
use distsys::spec::consensus;

/// The words of consensus on letters.
#[derive(Debug)]
struct Letters;
impl Terms for Letters {
    type Request = Propose<char>;
    type Indication = Decide<char>;
    type Packet = ();
    type Timer = ();
    type Change = ();
}

/// What can happen in a trace.
#[derive(Clone, Copy)]
enum Seen {
    Proposes(NodeId, Instance, char),
    Decides(NodeId, Instance, char),
    Dies(NodeId),
}
use Seen::{Decides, Dies, Proposes};

fn trace(seen: &[Seen]) -> Trace<Letters> {
    let mut trace = Trace::new(3);
    for (at, &seen) in (0..).zip(seen) {
        let (node, what) = match seen {
            Proposes(node, instance, value) => {
                (node, What::Request { ordinal: 0, request: Propose { instance, value } })
            }
            Decides(node, instance, value) => {
                (node, What::Deliver { indication: Decide { instance, value } })
            }
            Dies(node) => (node, What::Crash { after_effects: None, undone: Vec::new() }),
        };
        trace.records.push(Record { at, node, cause: None, what });
    }
    trace
}

#[test]
fn agreement_is_about_one_instance_and_about_the_dead_too() {
    let dead = [Decides(A, 1, 'x'), Dies(A), Decides(B, 1, 'y')];
    assert!(consensus::uniform_agreement(&trace(&dead)).is_err());
    let apart = [Decides(A, 1, 'x'), Decides(B, 2, 'y')];
    assert_eq!(consensus::uniform_agreement(&trace(&apart)), Ok(()));
}

#[test]
fn validity_wants_a_proposal_in_the_same_instance_and_before() {
    let right = [Proposes(A, 1, 'x'), Decides(B, 1, 'x')];
    assert_eq!(consensus::validity(&trace(&right)), Ok(()));
    for wrong in [
        [Proposes(A, 1, 'x'), Decides(B, 1, 'y')],
        [Proposes(A, 1, 'x'), Decides(B, 2, 'x')],
        [Decides(B, 1, 'x'), Proposes(A, 1, 'x')],
    ] {
        assert!(consensus::validity(&trace(&wrong)).is_err());
    }
}

#[test]
fn integrity_rejects_a_second_decision_even_of_the_same_value() {
    let twice = [Decides(A, 1, 'x'), Decides(A, 1, 'x')];
    assert!(consensus::integrity(&trace(&twice)).is_err());
    assert_eq!(consensus::integrity(&trace(&[Decides(A, 1, 'x'), Decides(B, 1, 'x')])), Ok(()));
}

#[test]
fn termination_concerns_all_correct_nodes_once_one_has_proposed() {
    let all = [Proposes(A, 1, 'x'), Decides(A, 1, 'x'), Decides(B, 1, 'x'), Decides(C, 1, 'x')];
    assert_eq!(consensus::termination(&trace(&all)), Ok(()));
    assert!(consensus::termination(&trace(&all[..3])).is_err(), "C proposed nothing: no matter");
    // The only one who wanted something is dead, and nobody has decided.
    let dead = [Proposes(A, 1, 'x'), Dies(A)];
    assert_eq!(consensus::termination(&trace(&dead)), Ok(()));
    let decided = [Proposes(A, 1, 'x'), Decides(A, 1, 'x'), Dies(A)];
    assert!(consensus::termination(&trace(&decided)).is_err());
    assert_eq!(consensus::termination_without_crash(&trace(&decided)), Ok(()));
}
