//! The runs: times and outcomes.

use distsys::node::names::{A, B, C, D};
use distsys::node::{MILLIS, NodeId};
use distsys::runs::replicated::leader_database;
use distsys::service::DatabaseEvent;
use distsys::sim::What;
use distsys::spec::replicated_database::follows_leader;

#[test]
fn r5_10_commits_in_one_order_and_starts_in_another() {
    let trace = leader_database();
    let told = trace.records.iter().filter_map(|record| match &record.what {
        What::Deliver { indication } => Some((record.at / MILLIS, record.node, indication)),
        _ => None,
    });
    let told: Vec<_> = told.collect();
    let commits = |node: NodeId| -> Vec<_> {
        told.iter()
            .filter_map(|(at, by, what)| match what {
                DatabaseEvent::Committed(name, data) if *by == node => Some((*at, *name, data)),
                _ => None,
            })
            .collect()
    };
    let names = |node| commits(node).iter().map(|it| it.1).collect::<Vec<_>>();
    assert_eq!([names(C), names(D)], [[2, 1], [2, 1]]);
    assert_eq!(commits(C).iter().map(|it| it.0).collect::<Vec<_>>(), [26, 38]);
    assert_eq!(commits(C)[1].2, &[('x', 1), ('y', 1), ('z', 2)].into());
    let done: Vec<_> = told
        .iter()
        .filter_map(|(at, by, what)| match what {
            DatabaseEvent::Done(name) => Some((*at, *by, *name)),
            DatabaseEvent::Committed(..) => None,
        })
        .collect();
    assert_eq!(done, [(34, B, 2), (46, A, 1)]);
    assert_eq!(follows_leader(&trace), Ok(()));
}
