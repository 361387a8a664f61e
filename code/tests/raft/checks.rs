//! Small systems, explored to the end, with client requests and crashes with recovery.

use crate::seeds::thorough;
use distsys::check::{Bound, Bounds, Explorable, Explored, Goals, Order, Report, Situation};
use distsys::draw::logs::Log;
use distsys::facts::Fact;
use distsys::layer::{Layer, NodeId};
use distsys::node::names::A;
use distsys::raft::Raft;
use distsys::service::{Broadcast, FifoTotalOrderBroadcast};
use distsys::spec::{reliable_broadcast, total_order};
use tests::golden;
use zoo::broken::raft_vote_in_memory;

/// What can be observed of the nodes that are up.
fn logs<N: Explorable>(now: &Situation<N>) -> Vec<(Vec<Fact>, Log)> {
    let up = now.hosts.0.iter().filter_map(|host| host.state.as_ref());
    let facts = up.map(Layer::facts);
    facts.map(|facts| (facts.clone(), Log::of("", &facts))).collect()
}

fn leads(facts: &[Fact]) -> bool {
    facts.iter().any(Fact::is_leader)
}

fn one_leader_a_term<N: Explorable>(_: &Explored<N>, now: &Situation<N>) -> bool {
    let logs = logs(now);
    let leaders: Vec<_> =
        logs.iter().filter(|(facts, _)| leads(facts)).map(|(_, it)| it.term).collect();
    leaders.iter().enumerate().all(|(place, term)| !leaders[..place].contains(term))
}

fn logs_match<N: Explorable>(_: &Explored<N>, now: &Situation<N>) -> bool {
    let logs = logs(now);
    let all = || logs.iter().map(|(_, log)| &log.entries);
    all().all(|one| {
        all().all(|other| {
            let both = one.len().min(other.len());
            let last = (0..both).rev().find(|&index| one[index].1 == other[index].1);
            last.is_none_or(|last| one[..=last] == other[..=last])
        })
    })
}

fn committed(log: &Log) -> &[(String, u64)] {
    &log.entries[..log.commit_length.unwrap_or(0) as usize]
}

fn the_same_is_committed<N: Explorable>(_: &Explored<N>, now: &Situation<N>) -> bool {
    let logs = logs(now);
    let all = || logs.iter().map(|(_, log)| committed(log));
    all().all(|one| all().all(|other| one.starts_with(other) || other.starts_with(one)))
}

fn leaders_have_what_is_committed<N: Explorable>(_: &Explored<N>, now: &Situation<N>) -> bool {
    let logs = logs(now);
    logs.iter().filter(|(facts, _)| leads(facts)).all(|(_, leader)| {
        let earlier = logs.iter().filter(|(_, log)| log.term <= leader.term);
        earlier.map(|(_, log)| committed(log)).all(|log| leader.entries.starts_with(log))
    })
}

fn a_leader<N: Explorable>(_: &Explored<N>, now: &Situation<N>) -> bool {
    logs(now).iter().any(|(facts, _)| leads(facts))
}

fn a_delivery<N: Explorable>(_: &Explored<N>, now: &Situation<N>) -> bool {
    logs(now).iter().any(|(_, log)| log.commit_length > Some(0))
}

fn a_recovery<N: Explorable>(_: &Explored<N>, now: &Situation<N>) -> bool {
    now.hosts.0.iter().any(|host| host.crashes > 0 && host.state.is_some())
}

/// Such nodes, up to this term, with these requests, and so many crashes of any.
fn system<N>(nodes: Vec<N>, term: u64, requests: &[(NodeId, char)], crashes: u32) -> Explored<N>
where
    N: Explorable + Layer<Implements = FifoTotalOrderBroadcast<char>>,
{
    let names = NodeId::all(nodes.len() as u32);
    let mut system = Explored::new(nodes);
    for node in names {
        system = system.crashing(node, crashes);
    }
    system.crashes_in_all = Some(crashes);
    system.ignoring = false;
    for &(node, msg) in requests {
        system = system.asking(node, Broadcast { msg });
    }
    system
        .bounded(Bounds { term: Some(term), ..Bounds::default() })
        .always("election safety", one_leader_a_term)
        .always("log matching", logs_match)
        .always("leader completeness", leaders_have_what_is_committed)
        .always("state machine safety", the_same_is_committed)
        .always("same order", |_, now| total_order::same_order(&now.seen).is_ok())
        .always("no creation", |_, now| reliable_broadcast::no_creation(&now.seen).is_ok())
        .always("once", |_, now| reliable_broadcast::no_duplication(&now.seen).is_ok())
}

fn search<N: Explorable>(system: Explored<N>) -> Report<N>
where
    Explored<N>: Send + Sync,
    Situation<N>: Send + Sync,
{
    system.search_by(Order::BreadthFirst, 2)
}

fn two(term: u64, crashes: u32) -> Explored<Raft<char>> {
    system(vec![Raft::new(2); 2], term, &[(A, 'x')], crashes).sometimes("a delivery", a_delivery)
}

fn three(crashes: u32) -> Explored<Raft<char>> {
    system(vec![Raft::new(3); 3], 1, &[], crashes).sometimes("a leader", a_leader)
}

/// All of these systems, up to a term: how many situations there are.
fn explored(system: Explored<Raft<char>>) -> u64 {
    let report = search(system);
    assert!(report.holds() && report.cut == [Bound::Term], "{report}");
    report.situations
}

#[test]
fn small_systems_keep_every_promise_whatever_is_lost_doubled_or_crashes() {
    let one = system(vec![Raft::new(1); 1], 3, &[(A, 'x'), (A, 'y')], 1);
    let sizes = [
        explored(one.sometimes("a delivery", a_delivery)),
        explored(two(1, 0)),
        explored(two(1, 1)),
        explored(three(0)),
    ];
    assert_eq!(sizes, [3_496, 180, 3_412, 1_641]);
    golden::check("raft-situations.txt", &sizes.iter().sum::<u64>().to_string());
    if thorough() {
        assert_eq!([explored(two(2, 0)), explored(three(1))], [43_044, 24_837]);
    }
}

/// Three nodes with a request, from where it is delivered: what can happen within so many steps.
fn staged(steps: u32) -> Explored<Raft<char>> {
    let mut staged = system(vec![Raft::new(3); 3], 2, &[(A, 'x')], 1)
        .reach("a leader", a_leader, Goals::First)
        .unwrap()
        .reach("a delivery", a_delivery, Goals::First)
        .unwrap()
        .sometimes("a recovery", a_recovery);
    staged.bounds.steps = Some(steps);
    staged
}

#[test]
fn from_where_a_message_is_delivered_nothing_goes_wrong_for_some_steps() {
    let (steps, situations) = if thorough() { (6, STAGED_6) } else { (4, STAGED_4) };
    let report = search(staged(steps));
    assert!(report.holds(), "{report}");
    assert_eq!(report.stages, ["a leader", "a delivery"]);
    assert_eq!(report.situations, situations);
}

/// What can happen to three such nodes in one term, from where there is a leader, if one of them
/// crashes and comes back.
fn from_a_leader<N>(nodes: Vec<N>) -> Report<N>
where
    N: Explorable + Layer<Implements = FifoTotalOrderBroadcast<char>>,
    Explored<N>: Send + Sync,
    Situation<N>: Send + Sync,
{
    let staged = system(nodes, 1, &[], 1).reach("a leader", a_leader, Goals::First).unwrap();
    staged.search_by(Order::BreadthFirst, 1)
}

/// Stateright's example of Raft follows these notes too, and keeps the vote in memory. Its own
/// search finds two leaders of one term; so does this one.
#[test]
fn a_vote_that_is_lost_in_a_crash_makes_two_leaders() {
    let kept = from_a_leader(vec![Raft::new(3); 3]);
    assert!(kept.holds(), "{kept}");
    let lost = from_a_leader(vec![raft_vote_in_memory::Raft::new(3); 3]);
    assert!(lost.broken.keys().eq(&["election safety"]), "{lost}");
    assert_eq!((kept.situations, lost.broken["election safety"].len()), (KEPT, LOST));
}

const STAGED_4: u64 = 5_443;
const STAGED_6: u64 = 111_268;
const KEPT: u64 = 1_020;
const LOST: usize = 15;
