//! # A small Spanner
//!
//! **Implements** [`Transactions`]. **Uses** [`Shards`]: for each of two shards a
//! [`FifoTotalOrderBroadcast`] of its own, such as Raft.
//!
//! **Model**: crash-stop; any crashes that the broadcasts survive; and clocks that tell an
//! interval in which true time lies. A transaction whose node crashes keeps its locks.
//!
//! **Guarantees**: [the order of timestamps](crate::spec::transactions::in_timestamp_order)
//! explains what each transaction read; it is [the order in
//! time](crate::spec::transactions::external_consistency) of those that do not overlap,
//! since [each timestamp](crate::spec::transactions::stamped_while_open) is a moment of
//! true time at which its transaction was open; both together are strict
//! serializability. A transaction
//! [ends](crate::spec::registers::termination_without_crash), if nobody crashes.
//!
//! **How it works**: every node has a replica of every shard, which does the commands of
//! the shard in their order. The node that is asked for a transaction coordinates it. *Two-phase
//! locking*: it locks all keys, at all shards; whoever is older takes a lock away from
//! whoever is younger (wound-wait), so nobody waits in a circle. *Two-phase commit*: each
//! shard that still has the locks votes with a timestamp greater than any before; the
//! commit takes the greatest, and one that is not past yet. *Commit wait*, then the
//! commit, which frees the locks. A snapshot takes no lock, and reads the replica at
//! its own node, as soon as nothing can come there that is not later.
//!
//! **Source**: notes, section 8.2; Corbett et al., *Spanner* (2012), section 4; Rosenkrantz,
//! Stearns and Lewis (1978) for wound-wait.
//!
//! **Departures**: locks are part of the replicated state, where Spanner leaves them to the
//! leader of a shard. The coordinator is one node, where Spanner's is a replicated shard,
//! too. A transaction says at once all that it will read and write.

use crate::layer::*;
use crate::service::*;
use crate::spanner::Versions;
use crate::spanner::commands::{Age, Command, Part, Read, State};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

// ANCHOR: replica
/// A shard, as each of its replicas has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Replica {
    versions: Versions,
    /// The greatest timestamp so far.
    last: Time,
    /// The transactions that are not over.
    parts: BTreeMap<Age, Part>,
}

/// Whether two transactions cannot have their locks at once: one writes what the other reads or
/// writes.
fn conflict(one: &Part, other: &Part) -> bool {
    let reads = |one: &Part, other: &Part| one.reads.iter().any(|k| other.writes.contains_key(k));
    let both = one.writes.keys().any(|key| other.writes.contains_key(key));
    both || reads(one, other) || reads(other, one)
}
// ANCHOR_END: replica

impl Replica {
    // ANCHOR: locks
    /// Takes the locks that the part wants away from those that are younger; except from those that
    /// have promised to commit, who wait for nobody.
    fn wound(&mut self, tx: Age, part: &Part) -> Vec<Age> {
        let is_wounded = |(_, it): &(&Age, &Part)| it.state == State::Holds && conflict(it, part);
        let wounded: Vec<_> =
            self.parts.range(tx..).filter(is_wounded).map(|(age, _)| *age).collect();
        self.parts.retain(|age, _| !wounded.contains(age));
        wounded
    }

    /// Who waits gets its locks if nobody has them, and nobody older waits for them. Oldest first.
    fn grant(&mut self) -> Vec<(Age, Read)> {
        let mut granted = Vec::new();
        for tx in self.parts.keys().copied().collect::<Vec<_>>() {
            let part = self.parts[&tx].clone();
            let is_ahead = |age: &Age, it: &Part| *age < tx || it.state != State::Waits;
            let mut others = self.parts.iter().filter(|(age, it)| **age != tx && is_ahead(age, it));
            if part.state == State::Waits && !others.any(|(_, it)| conflict(it, &part)) {
                granted.push((tx, self.versions.read(Time::MAX, part.reads.clone())));
                self.parts.insert(tx, Part { state: State::Holds, ..part });
            }
        }
        granted
    }
    // ANCHOR_END: locks

    // ANCHOR: commit
    /// Phase 1: votes with a timestamp, if the transaction still has its locks.
    fn prepare(&mut self, tx: Age, at: Time) -> Option<Time> {
        let part = self.parts.get_mut(&tx).filter(|part| part.state == State::Holds)?;
        self.last = at.max(self.last + 1);
        part.state = State::Prepared(self.last);
        Some(self.last)
    }

    /// Phase 2: what the transaction wrote can be seen, if it commits, and its locks are free.
    fn end(&mut self, tx: Age, at: Option<Time>) {
        let part = self.parts.remove(&tx);
        if let (Some(part), Some(at)) = (part, at) {
            self.versions.write(at, &part.writes);
            self.last = self.last.max(at);
        }
    }

    /// Whether nothing can come that is not later than this.
    fn is_past(&self, at: Time) -> bool {
        let is_later = |part: &Part| match part.state {
            State::Prepared(prepared) => prepared > at,
            State::Waits | State::Holds => true,
        };
        self.last >= at && self.parts.values().all(is_later)
    }
    // ANCHOR_END: commit
}

// ANCHOR: state
/// A node: a replica of both shards, and the coordinator of what it was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct SmallSpanner {
    shards: BTreeMap<Shard, Replica>,
    /// The updates that this node coordinates.
    updates: BTreeMap<Age, Update>,
    /// The snapshots it was asked for: their times and keys.
    snapshots: BTreeMap<OpId, (Time, BTreeSet<Key>)>,
}

/// An update, as its coordinator has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Update {
    /// Where it reads or writes.
    shards: BTreeSet<Shard>,
    /// Where it has its locks, …
    locked: BTreeSet<Shard>,
    /// … what it read there, …
    read: Read,
    /// … how they voted, and where it has committed.
    votes: BTreeMap<Shard, Time>,
    committed: BTreeSet<Shard>,
    /// Its timestamp, once all have voted.
    at: Time,
}

/// An update has waited until its timestamp is past.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Waited(Age);
// ANCHOR_END: state

/// The shard of that key.
fn shard(key: Key) -> Shard {
    if u32::from(key).is_multiple_of(2) { Shard::First } else { Shard::Second }
}

impl SmallSpanner {
    /// For any number of nodes.
    pub fn new() -> Self {
        let shards = [Shard::First, Shard::Second].map(|shard| (shard, Replica::default()));
        SmallSpanner { shards: shards.into(), ..SmallSpanner::default() }
    }

    /// Gives a command to all shards of an update.
    fn tell(shards: &BTreeSet<Shard>, command: &Command, ctx: &mut Context<Self>) {
        for &shard in shards {
            ctx.request((shard, Broadcast { msg: command.clone() }));
        }
    }

    // ANCHOR: coordinator
    /// Two-phase locking: locks all keys.
    fn begin(
        &mut self,
        op: OpId,
        reads: &BTreeSet<Key>,
        writes: &BTreeMap<Key, u64>,
        ctx: &mut Context<Self>,
    ) {
        let tx = Age { began: ctx.clock().latest, node: ctx.me, op };
        let shards: BTreeSet<_> =
            reads.iter().chain(writes.keys()).map(|key| shard(*key)).collect();
        for &here in &shards {
            let reads = reads.iter().copied().filter(|key| shard(*key) == here).collect();
            let writes = writes.iter().filter(|(key, _)| shard(**key) == here);
            let writes = writes.map(|(key, value)| (*key, *value)).collect();
            ctx.request((here, Broadcast { msg: Command::Lock(tx, reads, writes) }));
        }
        self.updates.insert(tx, Update { shards, ..Update::default() });
    }

    /// It has its locks at that shard. When it has all of them, phase 1: asks for votes.
    fn on_locked(&mut self, here: Shard, tx: Age, read: Read, ctx: &mut Context<Self>) {
        let Some(update) = self.updates.get_mut(&tx) else { return };
        update.read.extend(read);
        update.locked.insert(here);
        if update.locked == update.shards {
            let latest = ctx.clock().latest;
            Self::tell(&update.shards, &Command::Prepare(tx, latest), ctx);
        }
    }

    /// A shard has voted. When all have said yes, takes a timestamp, and waits until it is past.
    fn on_vote(&mut self, here: Shard, tx: Age, vote: Option<Time>, ctx: &mut Context<Self>) {
        let Some(at) = vote else { return self.abort(tx, ctx) };
        let Some(update) = self.updates.get_mut(&tx) else { return };
        update.votes.insert(here, at);
        if update.votes.len() == update.shards.len() {
            let Reading { earliest, latest, .. } = ctx.clock();
            update.at = update.votes.values().copied().max().unwrap_or(0).max(latest);
            let wait = update.at + 1 - earliest;
            let wait = wait + wait / 1_000;
            ctx.set_timer(Waited(tx), wait..wait + 1);
        }
    }

    /// Phase 2 is over at that shard; when it is at all, so is the update.
    fn on_end(&mut self, here: Shard, tx: Age, ctx: &mut Context<Self>) {
        let Some(update) = self.updates.get_mut(&tx) else { return };
        update.committed.insert(here);
        if update.committed == update.shards
            && let Some(Update { at, read, .. }) = self.updates.remove(&tx)
        {
            ctx.indicate(Return { op: tx.op, result: TxResult::Committed { at, read } });
        }
    }

    /// A shard has taken the locks away.
    fn abort(&mut self, tx: Age, ctx: &mut Context<Self>) {
        if let Some(update) = self.updates.remove(&tx) {
            Self::tell(&update.shards, &Command::End(tx, None), ctx);
            ctx.indicate(Return { op: tx.op, result: TxResult::Aborted });
        }
    }
    // ANCHOR_END: coordinator

    // ANCHOR: snapshot
    /// Asks the shards to go past the snapshot's time, if they have not.
    fn snapshot(
        &mut self,
        op: OpId,
        keys: BTreeSet<Key>,
        at: Option<Time>,
        ctx: &mut Context<Self>,
    ) {
        let at = at.unwrap_or(ctx.clock().latest);
        let shards: BTreeSet<_> = keys.iter().map(|key| shard(*key)).collect();
        for here in shards.into_iter().filter(|here| self.shards[here].last < at) {
            ctx.request((here, Broadcast { msg: Command::Pass(at) }));
        }
        self.snapshots.insert(op, (at, keys));
    }

    /// Answers the snapshots whose time is past in all their shards.
    fn answer(&mut self, ctx: &mut Context<Self>) {
        let shards = &self.shards;
        self.snapshots.retain(|&op, (at, keys)| {
            if !keys.iter().all(|key| shards[&shard(*key)].is_past(*at)) {
                return true;
            }
            let read = |&key: &Key| shards[&shard(key)].versions.read(*at, [key]);
            let read = keys.iter().flat_map(read).collect();
            ctx.indicate(Return { op, result: TxResult::Committed { at: *at, read } });
            false
        });
    }
    // ANCHOR_END: snapshot
}

impl Layer for SmallSpanner {
    type Implements = Transactions;
    type Uses = Shards<Command>;
    type Timer = Waited;
    type Stable = ();
    const MODEL: Model = Model::any_links(Nodes::CrashStop, Timing::Asynchronous);

    // ANCHOR: handlers
    /// A client asks for a transaction.
    fn on_request(&mut self, Invoke { op, call }: Invoke<Tx>, ctx: &mut Context<Self>) {
        match call {
            Tx::Update { reads, writes } => self.begin(op, &reads, &writes, ctx),
            Tx::Snapshot { keys, at } => self.snapshot(op, keys, at, ctx),
        }
        self.answer(ctx);
    }

    /// A command of a shard: all its replicas do the same. Whose transaction it is goes on with it.
    fn on_receive(
        &mut self,
        (here, Deliver { msg: command, .. }): (Shard, Deliver<Command>),
        ctx: &mut Context<Self>,
    ) {
        let replica = self.shards.entry(here).or_default();
        match command {
            Command::Lock(tx, reads, writes) => {
                let part = Part { reads, writes, state: State::Waits };
                let wounded = replica.wound(tx, &part);
                replica.parts.insert(tx, part);
                wounded.into_iter().for_each(|tx| self.abort(tx, ctx));
            }
            Command::Prepare(tx, at) => {
                let vote = replica.prepare(tx, at);
                self.on_vote(here, tx, vote, ctx);
            }
            Command::End(tx, at) => {
                replica.end(tx, at);
                self.on_end(here, tx, ctx);
            }
            Command::Pass(at) => replica.last = replica.last.max(at),
        }
        for (tx, read) in self.shards.entry(here).or_default().grant() {
            self.on_locked(here, tx, read, ctx);
        }
        self.answer(ctx);
    }

    /// The timestamp has passed everywhere. Phase 2: the update commits.
    fn on_timeout(&mut self, Waited(tx): Waited, ctx: &mut Context<Self>) {
        let Some(update) = self.updates.get(&tx) else { return };
        Self::tell(&update.shards, &Command::End(tx, Some(update.at)), ctx);
    }
    // ANCHOR_END: handlers

    /// Crash-stop: a node that comes back is a new one.
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}
