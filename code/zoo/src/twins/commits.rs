// Twins of the atomic commitment of chapter 7.

use super::{Place, Topic, Twin};

/// The topic.
pub(super) const TOPIC: Topic = Topic { name: "commit", places: PLACES, twins: TWINS };

const PLACES: &[Place] = &[
    Place {
        module: "commit/two_phase.rs",
        subject: "two-phase-commit",
        made_by: "commit::two_phase({name}, {twin}::TwoPhaseCommit::new)",
    },
    Place {
        module: "commit/fault_tolerant.rs",
        subject: "fault-tolerant-commit",
        made_by: "commit::fault_tolerant::<_, {twin}::Packet, {twin}::Vote, _>({name}, {twin}::FaultTolerantCommit::new)",
    },
];

const TWINS: &[Twin] = &[
    Twin {
        name: "two-phase-counts-votes",
        bug: "counts votes and not voters, so the same yes can count twice",
        module: "commit/two_phase.rs",
        old: "        voters.insert(from);",
        new: "        voters.insert(NodeId(voters.len() as u32));",
        subject: "two-phase-commit",
        breaks: "atomic_commit::validity",
    },
    Twin {
        name: "two-phase-majority",
        bug: "commits as soon as a majority has voted yes",
        module: "commit/two_phase.rs",
        old: "if voters.len() == self.kept.log[&tx].0.len() {",
        new: "if voters.len() > self.kept.log[&tx].0.len() / 2 {",
        subject: "two-phase-commit",
        breaks: "atomic_commit::validity",
    },
    Twin {
        name: "two-phase-answers-not-read",
        bug: "commits when all have answered, whatever they said",
        module: "commit/two_phase.rs",
        old: "        if !yes {
            self.decide(tx, Outcome::Abort, ctx);
            return;
        }
",
        new: "        let _ = yes;
",
        subject: "two-phase-commit",
        breaks: "atomic_commit::agreement",
    },
    Twin {
        name: "two-phase-one-vote-too-many",
        bug: "waits for a vote of the coordinator as well, which never comes",
        module: "commit/two_phase.rs",
        old: "if voters.len() == self.kept.log[&tx].0.len() {",
        new: "if voters.len() == self.kept.log[&tx].0.len() + 1 {",
        subject: "two-phase-commit",
        breaks: "atomic_commit::commits_when_calm",
    },
    Twin {
        name: "two-phase-timeout-commits",
        bug: "takes a coordinator's timeout for consent",
        module: "commit/two_phase.rs",
        old: "            Timer::Votes(tx) => self.decide(tx, Outcome::Abort, ctx),",
        new: "            Timer::Votes(tx) => self.decide(tx, Outcome::Commit, ctx),",
        subject: "two-phase-commit",
        breaks: "atomic_commit::validity",
    },
    Twin {
        name: "two-phase-doubt-aborts",
        bug: "a participant that has voted yes and hears nothing aborts after a while",
        module: "commit/two_phase.rs",
        old: IN_DOUBT,
        new: "            Packet::Prepare(tx) => {
                self.on_prepare(from, tx, ctx);
                if self.kept.ready.contains_key(&tx) {
                    ctx.set_timer(Timer::Votes(tx), self.patience..self.patience + 1);
                }
            }
        }
    }

    /// The coordinator has waited long enough.
    fn on_timeout(&mut self, timer: Timer, ctx: &mut Context<Self>) {
        match timer {
            Timer::Votes(tx) if !self.kept.log.contains_key(&tx) => self.end(tx, Outcome::Abort, ctx),",
        subject: "two-phase-commit",
        breaks: "atomic_commit::agreement",
    },
    Twin {
        name: "two-phase-doubt-commits",
        bug: "a participant that has voted yes and hears nothing commits after a while",
        module: "commit/two_phase.rs",
        old: IN_DOUBT,
        new: "            Packet::Prepare(tx) => {
                self.on_prepare(from, tx, ctx);
                if self.kept.ready.contains_key(&tx) {
                    ctx.set_timer(Timer::Votes(tx), self.patience..self.patience + 1);
                }
            }
        }
    }

    /// The coordinator has waited long enough.
    fn on_timeout(&mut self, timer: Timer, ctx: &mut Context<Self>) {
        match timer {
            Timer::Votes(tx) if !self.kept.log.contains_key(&tx) => self.end(tx, Outcome::Commit, ctx),",
        subject: "two-phase-commit",
        breaks: "atomic_commit::agreement",
    },
    Twin {
        name: "two-phase-tells-before-it-writes",
        bug: "sends its decision before it is on disk",
        module: "commit/two_phase.rs",
        old: "        self.store(Step::Decided(tx, outcome), ctx);
        ctx.indicate(CommitEvent::Decided(tx, outcome));
        self.tell(tx, ctx);",
        new: "        self.kept.apply(Step::Decided(tx, outcome));
        self.tell(tx, ctx);
        ctx.store(Step::Decided(tx, outcome));
        ctx.indicate(CommitEvent::Decided(tx, outcome));",
        subject: "two-phase-commit",
        breaks: "atomic_commit::agreement",
    },
    Twin {
        name: "two-phase-undecided-commits",
        bug: "a coordinator that comes back commits what it had not decided",
        module: "commit/two_phase.rs",
        old: "                None => node.decide(tx, Outcome::Abort, ctx),",
        new: "                None => node.decide(tx, Outcome::Commit, ctx),",
        subject: "two-phase-commit",
        breaks: "atomic_commit::validity",
    },
    Twin {
        name: "two-phase-not-told-again",
        bug: "a coordinator that comes back does not repeat what it had decided",
        module: "commit/two_phase.rs",
        old: "                Some(_) => node.tell(tx, ctx),",
        new: "                Some(_) => {}",
        subject: "two-phase-commit",
        breaks: "atomic_commit::termination_after_recovery",
    },
    Twin {
        name: "two-phase-log-lost",
        bug: "the coordinator comes back with an old copy of its disk, from before the transaction",
        module: "commit/two_phase.rs",
        old: "        let workspace = Workspace::new(kept.ready.clone());",
        new: "        let kept = Kept { log: BTreeMap::new(), ..kept };
        let workspace = Workspace::new(kept.ready.clone());",
        subject: "two-phase-commit",
        breaks: "atomic_commit::termination_after_recovery",
    },
    Twin {
        name: "two-phase-promise-in-memory",
        bug: "votes yes without writing anything to disk",
        module: "commit/two_phase.rs",
        old: "            self.store(Step::Ready(tx, self.workspace.writes(tx)), ctx);",
        new: "            self.kept.apply(Step::Ready(tx, self.workspace.writes(tx)));",
        subject: "two-phase-commit",
        breaks: "atomic_commit::durability",
    },
    Twin {
        name: "two-phase-obeys-twice",
        bug: "carries out a decision each time that it is repeated",
        module: "commit/two_phase.rs",
        old: "        if self.kept.ended.contains_key(&tx) {
            return;
        }
",
        new: "",
        subject: "two-phase-commit",
        breaks: "atomic_commit::once",
    },
    Twin {
        name: "two-phase-votes-mixed",
        bug: "counts a vote for whatever transaction is open, not for the one that it is about",
        module: "commit/two_phase.rs",
        old: "        let Some(voters) = self.votes.get_mut(&tx) else { return };",
        new: "        let Some((&tx, voters)) = self.votes.iter_mut().next() else { return };",
        subject: "two-phase-commit",
        breaks: "atomic_commit::validity",
    },
    Twin {
        name: "two-phase-forgets-early",
        bug: "forgets a decision as soon as one participant has acknowledged it",
        module: "commit/two_phase.rs",
        old: "                    entry.0.remove(&node);",
        new: "                    let _ = node;
                    entry.0.clear();",
        subject: "two-phase-commit",
        breaks: "atomic_commit::termination_after_recovery",
    },
    Twin {
        name: "two-phase-always-yes",
        bug: "votes yes on transactions of which it knows nothing",
        module: "commit/two_phase.rs",
        old: "        let yes = self.workspace.can_commit(tx);",
        new: "        let yes = true;",
        subject: "two-phase-commit",
        breaks: "atomic_commit::isolation",
    },
    Twin {
        name: "two-phase-locks-freed-early",
        bug: "frees its locks when it votes yes, not when the transaction is over",
        module: "commit/two_phase.rs",
        old: "            ctx.indicate(CommitEvent::Ready(tx));
        } else {",
        new: "            ctx.indicate(CommitEvent::Ready(tx));
            self.workspace.release(tx);
        } else {",
        subject: "two-phase-commit",
        breaks: "atomic_commit::isolation",
    },
    Twin {
        name: "two-phase-locks-lost",
        bug: "comes back from a crash with its promises, but without the locks that go with them",
        module: "commit/two_phase.rs",
        old: "        let workspace = Workspace::new(kept.ready.clone());",
        new: "        let workspace = Workspace::default();",
        subject: "two-phase-commit",
        breaks: "atomic_commit::isolation",
    },
    Twin {
        name: "ft-early-votes-dropped",
        bug: "drops votes that are delivered before the prepare, as the notes have it by the letter",
        module: "commit/fault_tolerant.rs",
        old: "        self.on_prepare(tx, &replicas, ctx);
        let commit_votes",
        new: "        if !self.replicas.contains_key(&tx) {
            return;
        }
        let commit_votes",
        subject: "fault-tolerant-commit",
        breaks: "atomic_commit::agreement",
    },
    Twin {
        name: "ft-suspicion-acted-on",
        bug: "aborts at once when it suspects a participant, instead of voting on its behalf",
        module: "commit/fault_tolerant.rs",
        old: "        for (&tx, replicas) in &self.replicas {
            if replicas.contains(&node) && !self.decided.contains(&tx) {
                self.vote(tx, node, false, ctx);
            }
        }",
        new: "        for (tx, replicas) in self.replicas.clone() {
            if replicas.contains(&node) && !self.decided.contains(&tx) {
                self.end(tx, Outcome::Abort, ctx);
            }
        }",
        subject: "fault-tolerant-commit",
        breaks: "atomic_commit::agreement",
    },
    Twin {
        name: "ft-suspicion-forgotten",
        bug: "votes on behalf of a suspected node only where it takes part already, not where it will",
        module: "commit/fault_tolerant.rs",
        old: "        for &node in self.suspected.intersection(replicas) {
            self.vote(tx, node, false, ctx);
        }
",
        new: "",
        subject: "fault-tolerant-commit",
        breaks: "atomic_commit::termination_while_ordered",
    },
    Twin {
        name: "ft-votes-for-all",
        bug: "votes no on behalf of everybody at once, and withdraws nothing",
        module: "commit/fault_tolerant.rs",
        old: "        for &node in self.suspected.intersection(replicas) {",
        new: "        for &node in replicas {",
        subject: "fault-tolerant-commit",
        breaks: "atomic_commit::commits_when_calm",
    },
    Twin {
        name: "ft-no-ignored",
        bug: "waits for all to vote yes, and passes over a no",
        module: "commit/fault_tolerant.rs",
        old: "        } else {
            self.end(tx, Outcome::Abort, ctx);
        }",
        new: "        }",
        subject: "fault-tolerant-commit",
        breaks: "atomic_commit::termination_while_ordered",
    },
    Twin {
        name: "ft-majority",
        bug: "commits as soon as a majority has voted yes",
        module: "commit/fault_tolerant.rs",
        old: "            if *commit_votes == replicas {",
        new: "            if commit_votes.len() > replicas.len() / 2 {",
        subject: "fault-tolerant-commit",
        breaks: "atomic_commit::validity",
    },
    Twin {
        name: "ft-decides-again",
        bug: "goes on counting votes on what is decided",
        module: "commit/fault_tolerant.rs",
        old: "commit_votes.contains(&of) || self.decided.contains(&tx) {",
        new: "commit_votes.contains(&of) {",
        subject: "fault-tolerant-commit",
        breaks: "atomic_commit::once",
    },
    Twin {
        name: "ft-locks-freed-early",
        bug: "frees its locks when it votes yes, not when the transaction is over",
        module: "commit/fault_tolerant.rs",
        old: "            ctx.indicate(CommitEvent::Ready(tx));
",
        new: "            ctx.indicate(CommitEvent::Ready(tx));
            self.workspace.release(tx);
",
        subject: "fault-tolerant-commit",
        breaks: "atomic_commit::isolation",
    },
];

/// Where a participant hears of the prepare, and the coordinator of its timeout.
const IN_DOUBT: &str = "            Packet::Prepare(tx) => self.on_prepare(from, tx, ctx),
        }
    }

    /// The coordinator has waited long enough.
    fn on_timeout(&mut self, timer: Timer, ctx: &mut Context<Self>) {
        match timer {";
