//! # The ABD register, many writers
//!
//! **Implements** [`Registers`]. **Uses** [`FairLossLink`].
//!
//! **Model**: fair-loss links, asynchronous, crash-recovery with stable storage;
//! operations end while a majority of the replicas is up.
//!
//! **Guarantees**: [linearizability](crate::spec::registers::linearizable), whoever sets;
//! and [termination](crate::spec::registers::termination): an operation ends if its node
//! stays up and a majority of replicas is up in the end.
//!
//! **How it works**: gets are as with [one writer](crate::quorum::Abd). A set asks a
//! majority for its timestamps first, and then writes with the greatest number plus one,
//! and its own name to break ties. So a set that begins after another is over has a
//! greater timestamp.
//!
//! **Source**: notes, section 7.2 (A29); Lynch and Shvartsman (1997).
//!
//! **Departures**: the notes have this in words only. A node that has several sets under
//! way, or that comes back from a crash, must not use a number twice, so it keeps the
//! greatest on disk.

use crate::layer::*;
use crate::quorum::majority;
use crate::quorum::read_write::{Packet, Stamped, Timestamp};
use crate::service::*;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

// ANCHOR: state
/// ABD for many writers: a set asks first which timestamps there are.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AbdMultiWriter<V> {
    replicas: BTreeSet<NodeId>,
    /// After how long a client asks again.
    patience: Time,
    /// As a client: operations that are not over.
    phases: BTreeMap<OpId, Phase<V>>,
    kept: Kept<V>,
}

/// What an operation waits for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
enum Phase<V> {
    /// For what is in the register: these have said. A set has this to put there.
    Reading(Key, Option<V>, BTreeMap<NodeId, Stamped<V>>),
    /// For a majority that has this: these have. Then it returns that.
    Writing(Key, Stamped<V>, BTreeSet<NodeId>, RegisterResult<V>),
}

/// On stable storage.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Kept<V> {
    /// The greatest number that this node has given to a set.
    last_set: u64,
    /// As a replica: what is in each register.
    registers: BTreeMap<Key, Stamped<V>>,
}

/// One step of what is on stable storage.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Step<V> {
    /// A set uses this number.
    Numbered(u64),
    /// The replica has this now.
    Has(Key, Stamped<V>),
}
// ANCHOR_END: state

impl<V: Value> AbdMultiWriter<V> {
    /// With these replicas. A client asks again after so long.
    pub fn new(replicas: impl IntoIterator<Item = NodeId>, patience: Time) -> Self {
        let (replicas, phases) = (replicas.into_iter().collect(), BTreeMap::new());
        AbdMultiWriter { replicas, patience, phases, kept: Kept::default() }
    }

    /// Makes the same step in memory and on stable storage.
    fn store(&mut self, step: Step<V>, ctx: &mut Context<Self>) {
        self.kept.apply(step.clone());
        ctx.store(step);
    }

    // ANCHOR: answer
    /// Phase 1, of gets and sets alike: a replica has answered.
    fn on_answer(&mut self, from: NodeId, op: OpId, pair: Stamped<V>, ctx: &mut Context<Self>) {
        let enough = self.majority();
        let Some(Phase::Reading(key, value, answers)) = self.phases.get_mut(&op) else { return };
        answers.insert(from, pair);
        if answers.len() < enough {
            return;
        }
        let newest = answers.values().max_by_key(|answer| answer.stamp);
        let newest = newest.cloned().unwrap_or_default();
        let has_it = |(_, answer): &(&NodeId, &Stamped<V>)| answer.stamp == newest.stamp;
        let have_it: BTreeSet<_> = answers.iter().filter(has_it).map(|(node, _)| *node).collect();
        let (key, value) = (*key, value.clone());
        if value.is_some() {
            let number = newest.stamp.0.max(self.kept.last_set) + 1;
            self.store(Step::Numbered(number), ctx);
            let pair = Stamped { stamp: Timestamp(number, ctx.me.0), value };
            let phase = Phase::Writing(key, pair, BTreeSet::new(), RegisterResult::Done);
            self.phases.insert(op, phase);
            self.ask(op, ctx);
        } else if have_it.len() >= enough {
            self.end(op, RegisterResult::Got(newest.value), ctx);
        } else {
            let result = RegisterResult::Got(newest.value.clone());
            self.phases.insert(op, Phase::Writing(key, newest, have_it, result));
            self.ask(op, ctx);
        }
    }
    // ANCHOR_END: answer

    // ANCHOR: ok
    /// A set, or phase 2 of a get: a replica has what is to be written.
    fn on_ok(&mut self, from: NodeId, op: OpId, ctx: &mut Context<Self>) {
        let enough = self.majority();
        let Some(Phase::Writing(_, _, have_it, result)) = self.phases.get_mut(&op) else { return };
        have_it.insert(from);
        if have_it.len() >= enough {
            let result = result.clone();
            self.end(op, result, ctx);
        }
    }

    /// The operation is over.
    fn end(&mut self, op: OpId, result: RegisterResult<V>, ctx: &mut Context<Self>) {
        self.phases.remove(&op);
        ctx.cancel_timer(op);
        ctx.indicate(Return { op, result });
    }
    // ANCHOR_END: ok

    // ANCHOR: ask
    /// Asks all replicas from which this operation has not heard what it needs.
    fn ask(&self, op: OpId, ctx: &mut Context<Self>) {
        let Some(phase) = self.phases.get(&op) else { return };
        for &node in &self.replicas {
            match phase {
                Phase::Reading(key, _, answers) if !answers.contains_key(&node) => {
                    ctx.send(node, Packet::Get(op, *key));
                }
                Phase::Writing(key, pair, have_it, _) if !have_it.contains(&node) => {
                    ctx.send(node, Packet::Set(op, *key, pair.clone()));
                }
                _ => {}
            }
        }
        ctx.set_timer(op, self.patience..self.patience + 1);
    }
    // ANCHOR_END: ask

    fn majority(&self) -> usize {
        majority(self.replicas.len())
    }

    // ANCHOR: replica
    /// At a replica: somebody sets a register, or writes back what it has read.
    fn on_set(
        &mut self,
        from: NodeId,
        op: OpId,
        (key, pair): (Key, Stamped<V>),
        ctx: &mut Context<Self>,
    ) {
        if pair.stamp > self.stored(key).stamp {
            self.store(Step::Has(key, pair), ctx);
        }
        ctx.send(from, Packet::Ok(op));
    }

    /// What is in that register here.
    fn stored(&self, key: Key) -> Stamped<V> {
        self.kept.registers.get(&key).cloned().unwrap_or_default()
    }
    // ANCHOR_END: replica
}

impl<V: Value> Layer for AbdMultiWriter<V> {
    type Implements = Registers<V>;
    type Uses = FairLossLink<Packet<V>>;
    type Timer = OpId;
    type Stable = Kept<V>;
    const MODEL: Model =
        Model { links: Links::FairLoss, nodes: Nodes::CrashRecovery, timing: Timing::Asynchronous };

    // ANCHOR: request
    /// A client sets a register, or wants to know what is in it.
    fn on_request(&mut self, Invoke { op, call }: Invoke<RegisterOp<V>>, ctx: &mut Context<Self>) {
        let phase = match call {
            RegisterOp::Get(key) => Phase::Reading(key, None, BTreeMap::new()),
            RegisterOp::Set(key, value) => Phase::Reading(key, Some(value), BTreeMap::new()),
        };
        self.phases.insert(op, phase);
        self.ask(op, ctx);
    }
    // ANCHOR_END: request

    // ANCHOR: receive
    /// A packet comes, to a replica or to a client.
    fn on_receive(
        &mut self,
        Deliver { from, msg: packet }: Deliver<Packet<V>>,
        ctx: &mut Context<Self>,
    ) {
        match packet {
            Packet::Get(op, key) => ctx.send(from, Packet::Answer(op, self.stored(key))),
            Packet::Set(op, key, pair) => self.on_set(from, op, (key, pair), ctx),
            Packet::Answer(op, pair) => self.on_answer(from, op, pair, ctx),
            Packet::Ok(op) => self.on_ok(from, op, ctx),
        }
    }

    /// Some have not answered: asks them again.
    fn on_timeout(&mut self, op: OpId, ctx: &mut Context<Self>) {
        self.ask(op, ctx);
    }
    // ANCHOR_END: receive

    /// A replica keeps its registers, and a client its number. Operations are forgotten.
    fn on_recovery(fresh: Self, kept: Kept<V>, _: &mut Context<Self>) -> Self {
        AbdMultiWriter { kept, ..fresh }
    }
}

impl<V> Default for Kept<V> {
    fn default() -> Self {
        Kept { last_set: 0, registers: BTreeMap::new() }
    }
}

impl<V: Value> Stable for Kept<V> {
    type Change = Step<V>;
    fn apply(&mut self, step: Step<V>) {
        match step {
            Step::Numbered(number) => self.last_set = number,
            Step::Has(key, pair) => {
                self.registers.insert(key, pair);
            }
        }
    }
}
