//! Runs of Raft in which everything is decided: each leads where one slip is fatal.

use crate::layer::{MILLIS, NodeId, Time};
use crate::node::names::{A, B, C, D, E};
use crate::sim::{EventId, Fate, Fault, PacketId, Script, Synchrony};
use crate::subject::{Run, Subject};

/// All of them.
pub(super) fn scripts(subject: &Subject) -> Vec<Run> {
    let all = [
        forgotten_vote,
        unwritten_vote,
        vote_of_an_old_term,
        request_of_an_old_term,
        longer_log,
        isolated_node,
        figure_8,
        doubled_refusal,
    ];
    all.iter().map(|script| script(subject)).collect()
}

/// What is decided, in milliseconds.
#[derive(Default)]
struct Plan {
    faults: Vec<(Time, Fault)>,
    script: Script,
}

impl Plan {
    /// The node is down from then until then.
    fn down(mut self, node: NodeId, from: Time, until: Time) -> Self {
        self.faults.push((from, Fault::Crash(node)));
        self.faults.push((until, Fault::Recover(node)));
        self
    }
    fn crash(mut self, node: NodeId, at: Time) -> Self {
        self.faults.push((at, Fault::Crash(node)));
        self
    }
    /// Packets from any of the first to any of the second are lost, if they are sent between then
    /// and then.
    fn cut(mut self, from: &[NodeId], to: &[NodeId], (start, end): (Time, Time)) -> Self {
        self.faults.push((start, Fault::Cut(from.to_vec(), to.to_vec())));
        self.faults.push((end, Fault::Heal(from.to_vec(), to.to_vec())));
        self
    }
    /// In both directions.
    fn apart(self, from: &[NodeId], to: &[NodeId], span: (Time, Time)) -> Self {
        self.cut(from, to, span).cut(to, from, span)
    }
    /// These nodes wait for as long as they can before they stand for election.
    fn patient(mut self, nodes: &[NodeId]) -> Self {
        for &node in nodes {
            for ordinal in 1..=12 {
                self.script.timers.insert(election(node, ordinal), 999 * MILLIS);
            }
        }
        self
    }
    /// The election timer of the node, set for the `ordinal`-th time, runs for so long.
    fn waits(mut self, node: NodeId, ordinal: u64, millis: Time) -> Self {
        self.script.timers.insert(election(node, ordinal), millis * MILLIS);
        self
    }
    fn packet(mut self, from: NodeId, to: NodeId, ordinal: u64, fate: Fate) -> Self {
        self.script.fates.insert(PacketId { from, to, ordinal, copy: 0 }, fate);
        self
    }
    fn without(mut self, requests: &[u32]) -> Self {
        self.script.without = requests.iter().copied().collect();
        self
    }
    fn run(mut self, subject: &Subject, nodes: u64) -> Run {
        self.faults.sort_by_key(|(at, _)| *at);
        let faults = self.faults.into_iter().map(|(at, fault)| (at * MILLIS, fault)).collect();
        let script = Script { calm: true, faults: Some(faults), ..self.script };
        let run = Run::new(subject, 0).with("nodes", nodes).with("messages", 1);
        let mut run = run.with_script(script);
        run.faults.synchrony =
            Synchrony::PartiallySynchronous { bound: 100 * MILLIS, stable_from: 6_000 * MILLIS };
        run
    }
}

fn election(node: NodeId, ordinal: u64) -> EventId {
    EventId::Timer { node, timer: "Election".to_string(), ordinal }
}

/// B votes for A, crashes and comes back, and then C asks for its vote in the same term.
pub fn forgotten_vote(subject: &Subject) -> Run {
    let plan = Plan::default().patient(&[B]).waits(C, 1, 505);
    plan.cut(&[A], &[C], (490, 700)).down(B, 512, 513).run(subject, 3)
}

/// The same, and B crashes as soon as it has done one thing about the vote for A.
pub fn unwritten_vote(subject: &Subject) -> Run {
    let mut plan = Plan::default().patient(&[B]).waits(C, 1, 505);
    plan.faults = vec![(505, Fault::CrashWithin(B, 1)), (513, Fault::Recover(B))];
    plan.cut(&[A], &[C], (490, 700)).run(subject, 3)
}

/// A stands in terms 1 and 2, C wins term 2, and then the vote comes that B gave A in term 1.
pub fn vote_of_an_old_term(subject: &Subject) -> Run {
    let plan = Plan::default().patient(&[B]).waits(C, 1, 999).waits(C, 2, 505);
    let plan = plan.packet(C, A, 1, Fate::Lost).packet(B, A, 1, Fate::At(vec![1_040 * MILLIS]));
    plan.cut(&[A], &[B, C], (1_005, 1_200)).run(subject, 3)
}

/// B wins term 1 and D term 2. C, which did not vote in term 2, is asked by A for its vote in
/// term 1.
pub fn request_of_an_old_term(subject: &Subject) -> Run {
    let plan = Plan::default().patient(&[A, C, D, E]).waits(A, 1, 500).waits(B, 1, 505);
    let plan = plan.waits(D, 3, 505).without(&[0, 1, 2, 3, 4]);
    let plan = plan.packet(A, B, 1, Fate::Lost).packet(A, E, 1, Fate::Lost);
    let plan = plan.packet(A, C, 1, Fate::At(vec![1_100 * MILLIS])).packet(D, C, 1, Fate::Lost);
    let plan = plan.cut(&[B], &[A], (520, 1_500)).cut(&[B], &[D], (540, 1_045));
    plan.cut(&[D], &[A], (1_035, 1_500)).run(subject, 5)
}

/// A has two entries of term 1 that nobody else has. One of term 2 is committed by B and C, B
/// dies, and A stands for election.
pub fn longer_log(subject: &Subject) -> Run {
    let plan = Plan::default().patient(&[C]).without(&[2, 4, 5]).crash(B, 1_060);
    let run = plan.apart(&[A], &[B, C], (515, 1_070)).run(subject, 3);
    run.with("messages", 2).with("gap", 30)
}

/// C is cut off, and its term climbs with each election that it loses, while A goes on. When it is
/// back, its term is too high for A, and its log too short for a vote.
pub fn isolated_node(subject: &Subject) -> Run {
    let plan = Plan::default().patient(&[B]).waits(C, 1, 999).without(&[1, 2, 4, 5]);
    let run = plan.apart(&[C], &[A, B], (540, 3_100)).run(subject, 3);
    run.with("messages", 2).with("gap", 900)
}

/// Figure 8 of the paper: an entry of term 1 is copied to a majority in term 3, and yet E wins
/// term 4 without it.
pub fn figure_8(subject: &Subject) -> Run {
    let plan = Plan::default().patient(&[B, C, D]).without(&[1, 2, 3]);
    // A leads in term 1: its entry reaches only B.
    let plan = plan.cut(&[A], &[C, D, E], (515, 600)).down(A, 560, 900);
    // E leads in term 2: its entry reaches nobody.
    let plan = plan.apart(&[E], &[A, B, C, D], (1_025, 2_055)).down(E, 1_045, 1_060);
    // A leads in term 3, copies its entry to B, C and D, and dies.
    plan.crash(A, 1_480).run(subject, 5).with("apart", 200)
}

/// C has an entry of term 2 where the others have one of term 3. In term 4 it refuses the end of
/// A's log, and its refusal comes twice: so A goes back further than necessary.
pub fn doubled_refusal(subject: &Subject) -> Run {
    let plan = Plan::default().patient(&[B]).without(&[1, 2, 4, 5, 6, 7, 10, 11]);
    // A leads in term 1, then C in term 2, whose entry reaches nobody.
    let plan = plan.apart(&[A], &[B, C], (620, 1_140));
    let plan = plan.cut(&[C], &[A, B], (1_125, 2_370)).cut(&[A, B], &[C], (1_135, 2_370));
    // A leads in term 3, and again in term 4.
    let plan = plan.down(A, 1_850, 1_860).cut(&[A], &[C], (2_399, 2_401));
    let twice = Fate::After(vec![10 * MILLIS, 12 * MILLIS]);
    let run = plan.packet(C, A, 19, twice).run(subject, 3);
    run.with("messages", 3).with("gap", 450).with("apart", 25).with("late", 1_750)
}
