//! # Timestamps, tombstones and anti-entropy
//!
//! **Implements** [`SharedMap`]. **Uses** [`FairLossLink`].
//!
//! **Model**: fair-loss links, asynchronous, crash-recovery with stable storage.
//!
//! **Guarantees**: [convergence](crate::spec::shared_map::convergence): in the end all
//! nodes hold the same; [no creation](crate::spec::shared_map::no_creation): only what was
//! written is held; [no return of the overwritten](crate::spec::shared_map::overwritten):
//! what was seen when a key was written does not come back, not even after a removal.
//!
//! **How it works**: every write has a timestamp, and a removal is a write: it leaves a
//! tombstone. Writes are sent to all replicas once, and may be lost. In the background,
//! replicas compare what they have, two at a time: first the hashes of all, then of the
//! parts that differ, and so on, until few records are left. Those they exchange; for each
//! key both keep what the [register](crate::replication::register::Register) says.
//!
//! **Source**: notes, section 5.1 (A17); the tree of hashes is that of Dynamo (DeCandia et
//! al. 2007), after Merkle (1987).
//!
//! **Departures**: the notes have this in words only, and say nothing of how replicas find
//! out where they differ. A client is a node with a copy of its own, from which its
//! timestamps come. Tombstones are never dropped.

use crate::layer::*;
use crate::replication::merkle::{FEW, Part, hash_of, records_in};
use crate::replication::register::Register;
use crate::service::*;
use std::collections::BTreeMap;

// ANCHOR: packet
/// What nodes send each other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Packet<K, R> {
    /// Somebody has written this.
    Write(K, R),
    /// The smaller parts of this part have these hashes here.
    Hashes(Part, Vec<u64>),
    /// In this part I have this. What do you have?
    Ours(Part, Vec<(K, R)>),
    /// That, where it is something else.
    Theirs(Vec<(K, R)>),
}
// ANCHOR_END: packet

// ANCHOR: state
/// A replica: records with timestamps.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AntiEntropy<K: Ord, R> {
    replicas: Vec<NodeId>,
    /// After how long a replica compares what it has with another one; 0: never.
    every: Time,
    /// On stable storage.
    records: BTreeMap<K, R>,
}
// ANCHOR_END: state

/// Time to compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Compare;

impl<K: Value + Ord, R: Register> AntiEntropy<K, R> {
    /// With these replicas; other nodes are clients.
    pub fn new(replicas: impl IntoIterator<Item = NodeId>, every: Time) -> Self {
        let replicas = replicas.into_iter().collect();
        AntiEntropy { replicas, every, records: BTreeMap::new() }
    }

    /// With these records at first.
    pub fn holding(self, records: BTreeMap<K, R>) -> Self {
        AntiEntropy { records, ..self }
    }

    // ANCHOR: merge
    /// Keeps of its own record and of this one what the register says.
    fn merge(&mut self, key: K, other: &R, ctx: &mut Context<Self>) {
        let own = self.records.get(&key).cloned().unwrap_or_default();
        let merged = own.merge(other);
        if merged != own {
            self.store(key, merged, ctx);
        }
    }

    fn store(&mut self, key: K, record: R, ctx: &mut Context<Self>) {
        ctx.store((key.clone(), record.clone()));
        ctx.indicate(Holds { key: key.clone(), values: record.values() });
        self.records.insert(key, record);
    }
    // ANCHOR_END: merge

    // ANCHOR: compare
    /// The other replica has these hashes: where they differ, looks closer.
    fn on_hashes(&self, from: NodeId, part: &Part, theirs: &[u64], ctx: &mut Context<Self>) {
        for (part, theirs) in part.parts().zip(theirs) {
            if hash_of(&self.records, &part) == *theirs {
                continue;
            }
            let ours: Vec<_> = records_in(&self.records, &part).collect();
            if ours.len() <= FEW || part.is_smallest() {
                let ours = ours.into_iter().map(|(key, record)| (key.clone(), record.clone()));
                ctx.send(from, Packet::Ours(part.clone(), ours.collect()));
            } else {
                self.send_hashes(from, part, ctx);
            }
        }
    }

    fn send_hashes(&self, to: NodeId, part: Part, ctx: &mut Context<Self>) {
        let hashes = part.parts().map(|part| hash_of(&self.records, &part)).collect();
        ctx.send(to, Packet::Hashes(part, hashes));
    }

    /// The other replica has these records in that part: answers with what it lacks.
    fn on_ours(
        &mut self,
        from: NodeId,
        (part, ours): (Part, Vec<(K, R)>),
        ctx: &mut Context<Self>,
    ) {
        for (key, record) in &ours {
            self.merge(key.clone(), record, ctx);
        }
        let ours = ours.into_iter().collect::<BTreeMap<_, _>>();
        let differs = |(key, record): &(&K, &R)| ours.get(*key) != Some(*record);
        let theirs = records_in(&self.records, &part).filter(differs);
        let theirs: Vec<_> = theirs.map(|(key, record)| (key.clone(), record.clone())).collect();
        if !theirs.is_empty() {
            ctx.send(from, Packet::Theirs(theirs));
        }
    }
    // ANCHOR_END: compare
}

impl<K: Value + Ord, R: Register> Layer for AntiEntropy<K, R> {
    // ANCHOR: layer
    type Implements = SharedMap<K, Option<R::Written>>;
    type Uses = FairLossLink<Packet<K, R>>;
    // ANCHOR_END: layer
    type Timer = Compare;
    type Stable = Records<K, R>;
    const MODEL: Model =
        Model { links: Links::FairLoss, nodes: Nodes::CrashRecovery, timing: Timing::Asynchronous };

    fn on_start(&mut self, ctx: &mut Context<Self>) {
        if self.every > 0 && self.replicas.contains(&ctx.me) {
            ctx.set_timer(Compare, self.every..2 * self.every);
        }
    }

    // ANCHOR: handlers
    /// Asked to write or to remove: tells all replicas, once.
    fn on_request(&mut self, request: MapRequest<K, Option<R::Written>>, ctx: &mut Context<Self>) {
        match request {
            MapRequest::Read { key } => {
                let values = self.records.get(&key).map(Register::values).unwrap_or_default();
                ctx.indicate(Holds { key, values });
            }
            MapRequest::Set { key, value } => {
                let own = self.records.get(&key).cloned().unwrap_or_default();
                let record = own.write(ctx.me, ctx.clock().latest, value);
                self.merge(key.clone(), &record, ctx);
                let me = ctx.me;
                for &node in self.replicas.iter().filter(|&&node| node != me) {
                    ctx.send(node, Packet::Write(key.clone(), record.clone()));
                }
            }
        }
    }

    /// A packet comes, late or again: a record that is older than what is here changes nothing.
    fn on_receive(
        &mut self,
        Deliver { from, msg: packet }: Deliver<Packet<K, R>>,
        ctx: &mut Context<Self>,
    ) {
        match packet {
            Packet::Write(key, record) => self.merge(key, &record, ctx),
            Packet::Hashes(part, hashes) => self.on_hashes(from, &part, &hashes, ctx),
            Packet::Ours(part, records) => self.on_ours(from, (part, records), ctx),
            Packet::Theirs(records) => {
                for (key, record) in records {
                    self.merge(key, &record, ctx);
                }
            }
        }
    }

    /// Compares what it has with one of the others, whichever.
    fn on_timeout(&mut self, Compare: Compare, ctx: &mut Context<Self>) {
        let me = ctx.me;
        let others: Vec<_> = self.replicas.iter().filter(|&&node| node != me).copied().collect();
        if !others.is_empty() {
            let other = others[ctx.choose(others.len() as u32) as usize];
            self.send_hashes(other, Part::default(), ctx);
        }
        ctx.set_timer(Compare, self.every..2 * self.every);
    }
    // ANCHOR_END: handlers

    /// What is on disk is all there is.
    fn on_recovery(fresh: Self, kept: Records<K, R>, ctx: &mut Context<Self>) -> Self {
        let mut node = AntiEntropy { records: kept.0, ..fresh };
        node.on_start(ctx);
        node
    }
}

/// The records on stable storage.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Records<K: Ord, R>(BTreeMap<K, R>);

impl<K: Ord, R> Default for Records<K, R> {
    fn default() -> Self {
        Records(BTreeMap::new())
    }
}

impl<K: Value + Ord, R: Value> Stable for Records<K, R> {
    type Change = (K, R);
    fn apply(&mut self, (key, record): (K, R)) {
        self.0.insert(key, record);
    }
}
