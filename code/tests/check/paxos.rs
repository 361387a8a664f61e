//! Single-decree Paxos: as many states as Stateright's own example has.

use distsys::check::{Explored, Order, Packets};
use tests::toys::paxos::{Paxos, is_linearizable, system};

/// Three servers and two clients.
pub(crate) fn paxos() -> Explored<Paxos> {
    let mut paxos = Explored::new(system(3, 2, true));
    paxos.packets = Packets::Reliable;
    paxos.ignoring = false;
    paxos
        .always("linearizable", |_, now| is_linearizable(&now.seen))
        .sometimes("a client has read", |_, now| now.seen.records.len() == 5)
}

/// Stateright's example `paxos` asserts this number for two clients. With three there are 1,194,428, in both (the
/// bench `stateright` compares them).
#[test]
fn paxos_is_linearizable_in_as_many_states_as_stateright_finds() {
    for order in [Order::BreadthFirst, Order::DepthFirst] {
        let report = paxos().search_by(order, 1);
        assert!(report.holds() && report.is_exhaustive(), "{report}");
        assert_eq!(report.situations, 16_668);
    }
}
