//! # Commit wait, and snapshots of several versions
//!
//! **Implements** [`Transactions`], of which each update is for the keys of one node.
//! **Uses** [`ReliableLink`]s, for snapshots only.
//!
//! **Model**: asynchronous, crash-stop, any number of crashes; and clocks that tell an
//! interval in which true time lies.
//!
//! **Guarantees**: [the order of timestamps](crate::spec::transactions::in_timestamp_order)
//! explains what each transaction read; it is [the order in
//! time](crate::spec::transactions::external_consistency) of those that do not overlap,
//! wherever they ran, since each timestamp is [a moment of true
//! time](crate::spec::transactions::stamped_while_open) at which its transaction was
//! open; and a transaction
//! [ends](crate::spec::registers::termination_without_crash), if nobody crashes.
//!
//! **How it works**: an update that is ready to commit takes the latest time that it may
//! be as its timestamp. Then it waits, with its locks, until that is the earliest that it
//! may be. So true time has passed its timestamp when it ends, and whatever starts later
//! gets a greater one, without a message between the two. A snapshot takes no lock. It
//! reads, of each key, the latest version that is not later than its own timestamp.
//!
//! **Source**: notes, section 8.2 (A36, A37); Corbett et al., *Spanner* (2012).
//!
//! **Departures**: the notes have this in words. A node does one update at a time, so one
//! lock is all that it has. It gives no timestamp that a snapshot has passed already; and a
//! snapshot waits for an update that has an earlier timestamp and is not over. The wait
//! ends by the node's monotonic clock, and is a thousandth longer, as that may be fast.

use crate::layer::*;
use crate::service::*;
use crate::spanner::Versions;
use crate::spanner::commands::Read;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

// ANCHOR: state
/// Keys spread over nodes, and on each of them one update at a time.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CommitWait {
    nodes: u32,
    /// What has been committed here.
    versions: Versions,
    /// The greatest timestamp here, of an update or of a snapshot.
    last: Time,
    /// Updates that wait for the lock.
    queue: VecDeque<Update>,
    /// The update that has the lock, its timestamp, and what it read.
    committing: Option<(Update, Time, Read)>,
    /// Snapshots that wait for it: who asked, and what.
    parked: Vec<(NodeId, Question)>,
    /// As a reader: the time of each snapshot, what came so far, and how many keys there are.
    reading: BTreeMap<OpId, (Time, Read, usize)>,
}

/// An update that a client asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Update {
    op: OpId,
    reads: BTreeSet<Key>,
    writes: BTreeMap<Key, u64>,
}

/// What was in these keys at that time?
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Question {
    op: OpId,
    at: Time,
    keys: BTreeSet<Key>,
}

/// What nodes send each other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Packet {
    /// A reader asks.
    Read(Question),
    /// That was in them.
    Answer(OpId, Read),
}

/// The update that is committing has waited long enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Waited;
// ANCHOR_END: state

impl CommitWait {
    /// For a system of `nodes` nodes.
    pub fn new(nodes: u32) -> Self {
        let (versions, queue) = (Versions::default(), VecDeque::new());
        let (parked, reading) = (Vec::new(), BTreeMap::new());
        CommitWait { nodes, versions, last: 0, queue, committing: None, parked, reading }
    }

    /// The node that keeps this key.
    pub fn home(&self, key: Key) -> NodeId {
        NodeId(u32::from(key) % self.nodes)
    }

    // ANCHOR: update
    /// The next update gets the lock: it is ready to commit, and waits.
    fn prepare(&mut self, ctx: &mut Context<Self>) {
        if self.committing.is_some() {
            return;
        }
        let Some(update) = self.queue.pop_front() else { return };
        let Reading { earliest, latest, .. } = ctx.clock();
        self.last = latest.max(self.last + 1);
        let read = self.versions.read(self.last, update.reads.clone());
        self.committing = Some((update, self.last, read));
        let wait = self.last + 1 - earliest;
        let wait = wait + wait / 1_000;
        ctx.set_timer(Waited, wait..wait + 1);
    }

    /// It is over: what it wrote can be seen, and the lock is free.
    fn commit(&mut self, ctx: &mut Context<Self>) {
        let Some((update, at, read)) = self.committing.take() else { return };
        self.versions.write(at, &update.writes);
        ctx.indicate(Return { op: update.op, result: TxResult::Committed { at, read } });
        for (reader, question) in std::mem::take(&mut self.parked) {
            self.on_read(reader, question, ctx);
        }
        self.prepare(ctx);
    }
    // ANCHOR_END: update

    // ANCHOR: snapshot
    /// A client wants a snapshot: of now, if it does not say of when.
    fn snapshot(
        &mut self,
        op: OpId,
        keys: BTreeSet<Key>,
        at: Option<Time>,
        ctx: &mut Context<Self>,
    ) {
        let at = at.unwrap_or(ctx.clock().latest);
        self.reading.insert(op, (at, BTreeMap::new(), keys.len()));
        let mut homes: BTreeMap<NodeId, BTreeSet<Key>> = BTreeMap::new();
        for key in keys {
            homes.entry(self.home(key)).or_default().insert(key);
        }
        for (node, keys) in homes {
            ctx.send(node, Packet::Read(Question { op, at, keys }));
        }
    }

    /// A reader asks. No update here will get a timestamp that is not later, from now on; one that
    /// has such a timestamp already must end first.
    fn on_read(&mut self, reader: NodeId, question: Question, ctx: &mut Context<Self>) {
        self.last = self.last.max(question.at);
        if self.committing.as_ref().is_some_and(|(_, at, _)| *at <= question.at) {
            self.parked.push((reader, question));
            return;
        }
        let values = self.versions.read(question.at, question.keys);
        ctx.send(reader, Packet::Answer(question.op, values));
    }

    /// An answer comes; when all are there, so is the snapshot.
    fn on_answer(&mut self, op: OpId, values: Read, ctx: &mut Context<Self>) {
        let Some((_, read, how_many)) = self.reading.get_mut(&op) else { return };
        read.extend(values);
        if read.len() == *how_many
            && let Some((at, read, _)) = self.reading.remove(&op)
        {
            ctx.indicate(Return { op, result: TxResult::Committed { at, read } });
        }
    }
    // ANCHOR_END: snapshot
}

impl Layer for CommitWait {
    type Implements = Transactions;
    type Uses = ReliableLink<Packet>;
    type Timer = Waited;
    type Stable = ();
    const MODEL: Model = Model::any_links(Nodes::CrashStop, Timing::Asynchronous);

    // ANCHOR: handlers
    /// A client asks for a transaction.
    fn on_request(&mut self, Invoke { op, call }: Invoke<Tx>, ctx: &mut Context<Self>) {
        match call {
            Tx::Update { reads, writes } => {
                self.queue.push_back(Update { op, reads, writes });
                self.prepare(ctx);
            }
            Tx::Snapshot { keys, at } => self.snapshot(op, keys, at, ctx),
        }
    }

    /// A reader asks, or is answered.
    fn on_receive(&mut self, Deliver { from, msg }: Deliver<Packet>, ctx: &mut Context<Self>) {
        match msg {
            Packet::Read(question) => self.on_read(from, question, ctx),
            Packet::Answer(op, values) => self.on_answer(op, values, ctx),
        }
    }

    /// By now, the timestamp has passed everywhere.
    fn on_timeout(&mut self, Waited: Waited, ctx: &mut Context<Self>) {
        self.commit(ctx);
    }
    // ANCHOR_END: handlers

    /// Crash-stop: a node that comes back is a new one.
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}
