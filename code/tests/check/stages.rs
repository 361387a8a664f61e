//! An election: searched within bounds, in stages, and with nodes that are alike.

use crate::confirmed;
use crate::toys::Gossip;
use distsys::check::{Bound, Bounds, Explored, Goals, Order, Situation};
use distsys::facts::{FactValue, LEADER, ROLE};
use distsys::layer::*;
use distsys::node::names::{A, B, C};
use distsys::service::Broadcast;
use stateright::Model;
use tests::toys::vote::{Bug, Term, Vote, one_leader_a_term};

/// Three nodes, of which one may crash, up to this term.
pub(crate) fn election(bug: Bug, terms: Term) -> Explored<Vote> {
    let mut election = Explored::new(vec![Vote::new(3, bug); 3])
        .crashing(A, 1)
        .crashing(B, 1)
        .crashing(C, 1)
        .bounded(Bounds { term: Some(terms), ..Bounds::default() })
        .always("one leader a term", |_, now| one_leader_a_term(&now.seen).is_ok())
        .sometimes("a leader", a_leader);
    election.crashes_in_all = Some(1);
    election
}
pub(crate) fn alike(election: Explored<Vote>) -> Explored<Vote> {
    election.alike(&[A, B, C]).expect("the nodes are alike")
}
fn with_work(mut election: Explored<Vote>, work: u64) -> Explored<Vote> {
    election.bounds.work = Some(work);
    election
}

fn a_crash(_: &Explored<Vote>, now: &Situation<Vote>) -> bool {
    now.hosts.0.iter().any(|host| host.crashes > 0)
}
fn a_leader(_: &Explored<Vote>, now: &Situation<Vote>) -> bool {
    now.hosts.0.iter().filter_map(|host| host.state.as_ref()).any(|node| {
        let leads = |fact: &Fact| fact.name == ROLE && fact.value == FactValue::Text(LEADER.into());
        node.facts().iter().any(leads)
    })
}

#[test]
fn an_election_has_one_leader_a_term_wherever_a_node_crashes() {
    let one = election(Bug::None, 1).search();
    assert!(one.holds() && !one.is_exhaustive(), "{one}");
    assert_eq!((one.situations, one.cut), (914, vec![Bound::Term]));
    let two = alike(election(Bug::None, 2)).search_by(Order::DepthFirst, 2);
    assert!(two.holds(), "{two}");
    assert_eq!((two.situations, two.cut), (4_964, vec![Bound::Term]));
}

/// The vote that is forgotten matters when a leader is elected with it, so look from there. Either search may take as
/// many steps as the other.
#[test]
fn a_search_in_stages_finds_what_a_plain_one_has_no_budget_for() {
    let budgeted = || with_work(election(Bug::ForgetsItsVote, 2), 9_000);
    let plain = budgeted().search();
    assert!(plain.holds(), "{plain}");
    assert_eq!(plain.cut, [Bound::Term, Bound::Work]);

    let from_a_leader = || budgeted().reach("a leader", a_leader, Goals::First).expect("a leader");
    let staged = from_a_leader().search();
    assert!(!staged.is_exhaustive(), "{staged}");
    assert_eq!(staged.cut, [Bound::Term]);
    assert_eq!(
        staged.to_string(),
        "broken: one leader a term in 1830 situations, from where \"a leader\" holds, cut off by: terms"
    );
    // The run goes back to the very beginning, and the simulator confirms it.
    assert_eq!(confirmed(from_a_leader, "one leader a term").len(), 8);
    assert_eq!(confirmed(|| election(Bug::ForgetsItsVote, 1), "one leader a term").len(), 8);
}

#[test]
fn stages_follow_one_another_from_one_or_more_goals() {
    let situations = |goals| {
        let staged = election(Bug::None, 1).reach("a leader", a_leader, goals).expect("a leader");
        let report = staged.reach("a crash", a_crash, goals).expect("a crash").search();
        assert!(report.broken.is_empty(), "{report}");
        assert_eq!(report.stages, ["a leader", "a crash"]);
        report.situations
    };
    assert_eq!([Goals::First, Goals::AtMost(3), Goals::All].map(situations), [11, 24, 504]);
    // Three steps to a leader, one to a crash: the run goes through both stages.
    let staged = || {
        let staged = election(Bug::None, 1).reach("a leader", a_leader, Goals::First);
        let staged = staged.expect("a leader").reach("a crash", a_crash, Goals::First);
        staged.expect("a crash").sometimes("here", |_, _| true)
    };
    assert_eq!(confirmed(staged, "here").len(), 4);
}

#[test]
fn a_goal_that_is_not_reached_is_an_error_that_says_whether_it_could_be() {
    let never = |_: &Explored<Vote>, _: &Situation<Vote>| false;
    let Err(cut) = election(Bug::None, 1).reach("a tie", never, Goals::First) else {
        panic!("it is never reached")
    };
    assert_eq!((cut.situations, cut.cut), (914, vec![Bound::Term]));
    let few = || Explored::new(vec![Gossip::new(2, 1); 2]).asking(A, Broadcast { msg: 1 });
    let Err(none) = few().reach("a tie", |_, _| false, Goals::First) else {
        panic!("it is never reached")
    };
    assert_eq!(none.to_string(), "\"a tie\" holds in none of all 28 situations");
    assert!(few().search().is_exhaustive());
}

#[test]
fn a_run_says_how_nodes_chose_when_they_started() {
    let moody = || {
        Explored::new(vec![Gossip::new(2, 1); 2])
            .sometimes("moody", |_, now| now.hosts[B].state.as_ref().is_some_and(Gossip::is_moody))
    };
    assert_eq!(confirmed(moody, "moody").len(), 2);
}

/// Terms grow for ever, since nobody tells the others that there is a leader.
#[test]
fn a_run_that_does_not_come_to_rest_is_an_error() {
    let election = election(Bug::None, 1);
    let start = election.init_states().swap_remove(0);
    let unsettled = election.finish(&start).expect_err("somebody always stands for election");
    assert_eq!((unsettled.rounds, unsettled.changing.clone()), (100, vec![A, B, C]));
    assert!(unsettled.to_string().starts_with("the run does not come to rest: after 100 rounds"));
}
