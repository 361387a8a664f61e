//! Two-phase commit, abstract, as in Gray and Lamport's "Consensus on Transaction Commit": the example with which
//! Stateright shows its symmetry reduction, on ours.

use distsys::check::{Rename, Renaming, symmetry};
use distsys::node::{NodeId, PerNode};
use stateright::{Checker, Model, Property};
use std::collections::BTreeSet;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Manager {
    Working,
    Prepared,
    Committed,
    Aborted,
}
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Outcome {
    Open,
    Committed,
    Aborted,
}
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Message {
    Prepared(NodeId),
    Commit,
    Abort,
}
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct State {
    managers: PerNode<Manager>,
    coordinator: Outcome,
    heard: BTreeSet<NodeId>,
    sent: BTreeSet<Message>,
}

impl Rename for Manager {}
impl Rename for Message {
    fn rename(&self, names: &Renaming) -> Self {
        match self {
            Message::Prepared(manager) => Message::Prepared(manager.rename(names)),
            other => *other,
        }
    }
}
impl Rename for State {
    fn rename(&self, names: &Renaming) -> Self {
        State {
            managers: self.managers.rename(names),
            coordinator: self.coordinator,
            heard: self.heard.rename(names),
            sent: self.sent.rename(names),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action {
    Hear(NodeId),
    DecideToCommit,
    DecideToAbort,
    Prepare(NodeId),
    Refuse(NodeId),
    Obey(NodeId, Manager),
}

/// With so many resource managers, taken for alike by the model itself or not, and with its actions in
/// this order or the other way round.
struct TwoPhase {
    managers: u32,
    is_reduced: bool,
    is_backwards: bool,
}

fn group(managers: u32) -> Vec<Vec<NodeId>> {
    vec![NodeId::all(managers).collect()]
}

impl Model for TwoPhase {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State {
            managers: PerNode::new(self.managers, Manager::Working),
            coordinator: Outcome::Open,
            heard: BTreeSet::new(),
            sent: BTreeSet::new(),
        }]
    }
    fn actions(&self, now: &State, actions: &mut Vec<Action>) {
        let is_open = now.coordinator == Outcome::Open;
        if is_open {
            actions.push(Action::DecideToAbort);
            let all = now.heard.len() == self.managers as usize;
            actions.extend(all.then_some(Action::DecideToCommit));
        }
        for (node, manager) in now.managers.iter() {
            if is_open && now.sent.contains(&Message::Prepared(node)) {
                actions.push(Action::Hear(node));
            }
            if *manager == Manager::Working {
                actions.extend([Action::Prepare(node), Action::Refuse(node)]);
            }
            if now.sent.contains(&Message::Commit) {
                actions.push(Action::Obey(node, Manager::Committed));
            }
            if now.sent.contains(&Message::Abort) {
                actions.push(Action::Obey(node, Manager::Aborted));
            }
        }
        if self.is_backwards {
            actions.reverse();
        }
    }
    fn next_state(&self, now: &State, action: Action) -> Option<State> {
        let mut next = now.clone();
        match action {
            Action::Hear(node) => {
                next.heard.insert(node);
            }
            Action::DecideToCommit => {
                next.coordinator = Outcome::Committed;
                next.sent.insert(Message::Commit);
            }
            Action::DecideToAbort => {
                next.coordinator = Outcome::Aborted;
                next.sent.insert(Message::Abort);
            }
            Action::Prepare(node) => {
                next.managers[node] = Manager::Prepared;
                next.sent.insert(Message::Prepared(node));
            }
            Action::Refuse(node) => next.managers[node] = Manager::Aborted,
            Action::Obey(node, outcome) => next.managers[node] = outcome,
        }
        let group = group(self.managers);
        Some(if self.is_reduced { symmetry::representative(&next, &group) } else { next })
    }
    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("consistent", |_, now: &State| {
                let is = |outcome| now.managers.0.contains(&outcome);
                !(is(Manager::Committed) && is(Manager::Aborted))
            }),
            Property::sometimes("commits", |_, now: &State| {
                now.managers.0.iter().all(|manager| *manager == Manager::Committed)
            }),
            Property::sometimes("aborts", |_, now: &State| {
                now.managers.0.iter().all(|manager| *manager == Manager::Aborted)
            }),
        ]
    }
}

fn reduced(managers: u32) -> TwoPhase {
    TwoPhase { is_reduced: true, ..whole(managers) }
}
fn whole(managers: u32) -> TwoPhase {
    TwoPhase { managers, is_reduced: false, is_backwards: false }
}
fn count<M: Model>(checker: impl Checker<M>) -> usize
where
    M::State: std::fmt::Debug + Clone + PartialEq,
    M::Action: std::fmt::Debug + Clone + PartialEq,
{
    let checker = checker.join();
    checker.assert_properties();
    checker.unique_state_count()
}

#[test]
fn two_phase_commit_with_seven_managers_has_exactly_920_classes_of_states() {
    for threads in [1, 2] {
        assert_eq!(count(reduced(7).checker().threads(threads).spawn_bfs()), 920);
        assert_eq!(count(reduced(7).checker().threads(threads).spawn_dfs()), 920);
    }
    // The same in Stateright's own way: it goes on from the states themselves, and remembers what stands for them.
    let whole = whole(7).checker().symmetry_fn(|now| symmetry::representative(now, &group(7)));
    assert_eq!(count(whole.spawn_dfs()), 920);
}

/// The managers sorted by what they do; those that do the same stay in the order in which they were.
fn sorted(now: &State) -> State {
    let mut nodes: Vec<NodeId> = now.managers.iter().map(|(node, _)| node).collect();
    nodes.sort_by_key(|node| now.managers[*node] as u8);
    let mut names = nodes.clone();
    for (new, old) in NodeId::all(nodes.len() as u32).zip(&nodes) {
        names[old.0 as usize] = new;
    }
    now.rename(&Renaming::new(names))
}

#[test]
fn sorting_leaves_more_and_how_many_depends_on_the_order_of_search() {
    let sizes = [false, true].map(|is_backwards| {
        let model = TwoPhase { is_backwards, ..whole(7) };
        count(model.checker().symmetry_fn(sorted).spawn_dfs())
    });
    assert!(sizes.iter().all(|&size| size > 920) && sizes[0] != sizes[1], "{sizes:?}");
}

#[test]
fn two_phase_commit_without_the_reduction_has_as_many_states_as_stateright_says() {
    let size = |managers| count(whole(managers).checker().spawn_bfs());
    assert_eq!([3, 5].map(size), [288, 8_832]);
}
