// Twins of state machine replication, of its machines, and of the database with a leader.

use super::{Place, Topic, Twin};

/// The topic.
pub(super) const TOPIC: Topic = Topic { name: "replicated", places: PLACES, twins: TWINS };

const LAYER: &str = "replication/state_machine.rs";
const MACHINES: &str = "replication/machines.rs";
const BACKUP: &str = "replication/primary_backup.rs";

const PLACES: &[Place] = &[
    Place {
        module: LAYER,
        subject: "state-machine",
        made_by: "replicated::account({name}, {twin}::StateMachine::new)",
    },
    Place {
        module: LAYER,
        subject: "state-machine-reliable",
        made_by: "replicated::sum({name}, distsys::replication::machines::Sum(0), {twin}::StateMachine::new)",
    },
    Place {
        module: MACHINES,
        subject: "state-machine-causal",
        made_by: "replicated::board({name}, {twin}::Board::default())",
    },
    Place {
        module: MACHINES,
        subject: "state-machine-reliable",
        made_by: "replicated::sum({name}, {twin}::Sum::default(), distsys::replication::StateMachine::new)",
    },
    Place {
        module: MACHINES,
        subject: "state-machine-best-effort",
        made_by: "replicated::highest({name}, {twin}::Highest::default())",
    },
    Place {
        module: BACKUP,
        subject: "primary-backup",
        made_by: "replicated::database({name}, {twin}::PrimaryBackup::new)",
    },
];

/// A twin of the layer, over the total order by Lamport clocks.
const fn layer(
    name: &'static str,
    bug: &'static str,
    old: &'static str,
    new: &'static str,
    breaks: &'static str,
) -> Twin {
    Twin { name, bug, module: LAYER, old, new, subject: "state-machine", breaks }
}

/// A twin of a machine.
const fn machine(
    name: &'static str,
    bug: &'static str,
    old: &'static str,
    new: &'static str,
    subject: &'static str,
) -> Twin {
    Twin { name, bug, module: MACHINES, old, new, subject, breaks: EQUAL }
}

/// A twin of the database.
const fn backup(
    name: &'static str,
    bug: &'static str,
    old: &'static str,
    new: &'static str,
    breaks: &'static str,
) -> Twin {
    Twin { name, bug, module: BACKUP, old, new, subject: "primary-backup", breaks }
}

const EQUAL: &str = "replicated_state::same_updates_same_state";
const ORDER: &str = "replicated_state::one_order";
const ONCE: &str = "replicated_state::applied_as_asked";
const ALL: &str = "replicated_state::all_without_crash";
const FOLLOWS: &str = "replicated_database::follows_leader";
const DONE: &str = "replicated_database::done_is_committed";
const COMMITS: &str = "replicated_database::all_commit_without_crash";

const TWINS: &[Twin] = &[
    layer(
        "machine-own-at-once",
        "does its own updates at once, and those of others when they are delivered",
        "        ctx.broadcast(update);
    }

    /// An update comes, perhaps one of this node's own: now it is done.
    fn on_receive(
        &mut self,
        Deliver { from, msg: update }: Deliver<S::Update>,
        ctx: &mut Context<Self>,
    ) {
        self.state",
        "        self.state.apply(&update);
        let applied = Applied { from: ctx.me, update: update.clone(), state: self.state.clone() };
        ctx.broadcast(update);
        ctx.indicate(applied);
    }

    fn on_receive(
        &mut self,
        Deliver { from, msg: update }: Deliver<S::Update>,
        ctx: &mut Context<Self>,
    ) {
        if from == ctx.me {
            return;
        }
        self.state",
        ORDER,
    ),
    layer(
        "machine-does-it-twice",
        "does an update when it is asked for it, so that the client need not wait, and on delivery again",
        "        ctx.broadcast(update);",
        "        self.state.apply(&update);
        ctx.broadcast(update);",
        EQUAL,
    ),
    layer(
        "machine-own-left-out",
        "does not do its own updates when they are delivered, since it knows them",
        "        self.state.apply(&update);
        ctx.indicate(",
        "        if from == ctx.me {
            return;
        }
        self.state.apply(&update);
        ctx.indicate(",
        ALL,
    ),
    layer(
        "machine-expires",
        "each replica looks at its own clock whether an update comes too late to be done",
        "        self.state.apply(&update);",
        "        if ctx.clock().monotonic < 20 * MILLIS {
            self.state.apply(&update);
        }",
        EQUAL,
    ),
    layer(
        "machine-tosses-a-coin",
        "leaves a part of each update to chance",
        "        self.state.apply(&update);",
        "        if ctx.choose(4) > 0 {
            self.state.apply(&update);
        }",
        EQUAL,
    ),
    layer(
        "machine-takes-the-credit",
        "says that it had asked for each update itself",
        "Applied { from, update,",
        "Applied { from: ctx.me, update,",
        ONCE,
    ),
    Twin {
        name: "machine-hurries",
        bug: "each replica looks at its own clock whether an update comes too late, and then leaves it out",
        module: LAYER,
        old: "        self.state.apply(&update);
",
        new: "        if ctx.clock().monotonic > 20 * MILLIS {
            return;
        }
        self.state.apply(&update);
",
        subject: "state-machine-reliable",
        breaks: "replicated_state::convergence",
    },
    Twin {
        name: "machine-only-others",
        bug: "does not do its own updates: others do them",
        module: LAYER,
        old: "        self.state.apply(&update);
        ctx.indicate(",
        new: "        if from == ctx.me {
            return;
        }
        self.state.apply(&update);
        ctx.indicate(",
        subject: "state-machine-reliable",
        breaks: "replicated_state::all_applied",
    },
    machine(
        "board-not-commutative",
        "takes down the newest note, whichever is meant: concurrent updates do not commute",
        "Pinning::Unpin(note) => self.0.remove(note),",
        "Pinning::Unpin(_) => self.0.pop_last().is_some(),",
        "state-machine-causal",
    ),
    machine(
        "sum-with-a-limit",
        "refuses what would make the sum greater than 200: updates do not commute",
        "        self.0 += more;",
        "        if self.0 + more <= 200 {
            self.0 += more;
        }",
        "state-machine-reliable",
    ),
    machine(
        "highest-not-idempotent",
        "adds numbers up over a broadcast that may repeat them",
        "self.0 = self.0.max(*number);",
        "self.0 += number;",
        "state-machine-best-effort",
    ),
    machine(
        "highest-last-wins",
        "keeps the number that came last, over a broadcast without any order",
        "self.0 = self.0.max(*number);",
        "self.0 = *number;",
        "state-machine-best-effort",
    ),
    backup(
        "backup-order-of-start",
        "tells the followers of a transaction when it begins, not when it commits",
        "                self.executing.insert(work.name, (from, work));
            }
            Packet::Commit(name, written) => self.commit(name, written, ctx),
            Packet::Ok(name) => ctx.indicate(DatabaseEvent::Done(name)),
        }
    }

    /// At the leader a transaction is finished: it commits, here and then at the followers.
    fn on_timeout(&mut self, name: u32, ctx: &mut Context<Self>) {
        let Some((client, work)) = self.executing.remove(&name) else { return };
        let written: Data = work.keys.iter().map(|key| (*key, name)).collect();
        self.commit(name, written.clone(), ctx);
        ctx.send(client, Packet::Ok(name));
        for &follower in &self.followers {
            ctx.send(follower, Packet::Commit(name, written.clone()));
        }",
        "                let written: Data = work.keys.iter().map(|key| (*key, work.name)).collect();
                for &follower in &self.followers {
                    ctx.send(follower, Packet::Commit(work.name, written.clone()));
                }
                self.executing.insert(work.name, (from, work));
            }
            Packet::Commit(name, written) => self.commit(name, written, ctx),
            Packet::Ok(name) => ctx.indicate(DatabaseEvent::Done(name)),
        }
    }

    fn on_timeout(&mut self, name: u32, ctx: &mut Context<Self>) {
        let Some((client, work)) = self.executing.remove(&name) else { return };
        let written: Data = work.keys.iter().map(|key| (*key, name)).collect();
        self.commit(name, written.clone(), ctx);
        ctx.send(client, Packet::Ok(name));",
        FOLLOWS,
    ),
    backup(
        "backup-executes-again",
        "sends its followers the transaction to execute, not what it wrote",
        "            ctx.send(follower, Packet::Commit(name, written.clone()));",
        "            ctx.send(follower, Packet::Begin(work.clone()));",
        FOLLOWS,
    ),
    backup(
        "backup-answers-at-once",
        "tells the client that its transaction is done when it begins",
        "                self.executing.insert(work.name, (from, work));",
        "                ctx.send(from, Packet::Ok(work.name));
                self.executing.insert(work.name, (from, work));",
        DONE,
    ),
    backup(
        "backup-higher-number-wins",
        "a follower keeps the value of the transaction with the higher number, which it takes for the newer one",
        "            Packet::Commit(name, written) => self.commit(name, written, ctx),",
        "            Packet::Commit(name, mut written) => {
                written.retain(|key, _| self.data.get(key).is_none_or(|had| *had < name));
                self.commit(name, written, ctx);
            }",
        FOLLOWS,
    ),
    backup(
        "backup-first-follower-only",
        "tells one follower of a commit and thinks that it is done",
        "        for &follower in &self.followers {",
        "        for &follower in self.followers.iter().take(1) {",
        COMMITS,
    ),
    backup(
        "backup-forgets-to-answer",
        "does not tell the client when a transaction of somebody else has committed meanwhile",
        "        ctx.send(client, Packet::Ok(name));",
        "        if self.executing.is_empty() {
            ctx.send(client, Packet::Ok(name));
        }",
        COMMITS,
    ),
];
