//! # The ABD register, one writer
//!
//! **Implements** [`Registers`]. **Uses** [`FairLossLink`].
//!
//! **Model**: fair-loss links, asynchronous, crash-recovery with stable storage;
//! operations end while a majority of the replicas is up.
//!
//! **Guarantees**: [linearizability](crate::spec::registers::linearizable), if one node
//! does all sets; and [termination](crate::spec::registers::termination): an operation
//! ends if its node stays up and a majority of replicas is up in the end.
//!
//! **How it works**: the writer numbers its sets. A set is over when a majority of
//! replicas has it. A get asks all, waits for a majority and takes the newest answer; but
//! before it returns that, a majority must have it too. Replicas that did not answer with
//! it are sent it, with its own timestamp. So when an operation is over, its value is on
//! a majority, and any later majority meets it.
//!
//! **Source**: notes, section 7.2, exercise 19 (A28); Attiya, Bar-Noy and Dolev (1995).
//!
//! **Departures**: a register that was never set has timestamp 0, so that it is an answer
//! like any other; the notes' solution ignores it. The writer's counter is on disk, else
//! a writer that comes back would begin at 1 again. Requests are repeated, since links
//! lose packets. Without the write-back this would be [quorum reading](crate::quorum::Quorum)
//! as in section 5.2.

use crate::layer::*;
use crate::quorum::majority;
use crate::service::*;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

// ANCHOR: packet
/// The number of a set, from 1; 0 if there was none.
pub type Timestamp = u64;

/// What is in a register, and since which set.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Stamped<V> {
    /// The number of the set.
    pub stamp: Timestamp,
    /// What it put there.
    pub value: Option<V>,
}

/// What clients and replicas send each other. An answer names the operation that asked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Packet<V> {
    /// What is in it?
    Get(OpId, Key),
    /// This.
    Answer(OpId, Stamped<V>),
    /// Put this in it, unless there is something newer.
    Set(OpId, Key, Stamped<V>),
    /// I have that, or something newer.
    Ok(OpId),
}
// ANCHOR_END: packet

// ANCHOR: state
/// ABD: a get makes sure that a majority has what it returns.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Abd<V> {
    replicas: BTreeSet<NodeId>,
    /// After how long a client asks again.
    patience: Time,
    /// What is in the registers before anything is set.
    at_first: BTreeMap<Key, V>,
    /// As a client: operations that are not over.
    phases: BTreeMap<OpId, Phase<V>>,
    kept: Kept<V>,
}

/// What an operation waits for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
enum Phase<V> {
    /// A get, for what is in the register: these have said.
    Reading(Key, BTreeMap<NodeId, Stamped<V>>),
    /// A set or a get, for a majority that has this: these have. Then it returns that.
    Writing(Key, Stamped<V>, BTreeSet<NodeId>, RegisterResult<V>),
}

/// On stable storage.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Kept<V> {
    /// As the writer: the number of the last set.
    last_set: Timestamp,
    /// As a replica: what is in each register.
    registers: BTreeMap<Key, Stamped<V>>,
}

/// One step of what is on stable storage.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Step<V> {
    /// The writer uses this number.
    Numbered(Timestamp),
    /// The replica has this now.
    Has(Key, Stamped<V>),
}
// ANCHOR_END: state

impl<V: Value> Abd<V> {
    /// With these replicas. A client asks again after so long.
    pub fn new(replicas: impl IntoIterator<Item = NodeId>, patience: Time) -> Self {
        let (replicas, phases) = (replicas.into_iter().collect(), BTreeMap::new());
        let (at_first, kept) = (BTreeMap::new(), Kept::default());
        Abd { replicas, patience, at_first, phases, kept }
    }

    /// With this in a register at first, with timestamp 0.
    pub fn holding(mut self, key: Key, value: V) -> Self {
        self.at_first.insert(key, value);
        self
    }

    /// Makes the same step in memory and on stable storage.
    fn store(&mut self, step: Step<V>, ctx: &mut Context<Self>) {
        self.kept.apply(step.clone());
        ctx.store(step);
    }

    // ANCHOR: answer
    /// A get, phase 1: a replica has answered.
    fn on_answer(&mut self, from: NodeId, op: OpId, pair: Stamped<V>, ctx: &mut Context<Self>) {
        let enough = self.majority();
        let Some(Phase::Reading(key, answers)) = self.phases.get_mut(&op) else { return };
        answers.insert(from, pair);
        if answers.len() < enough {
            return;
        }
        let newest = answers.values().max_by_key(|answer| answer.stamp);
        let newest = newest.cloned().unwrap_or_default();
        let has_it = |(_, answer): &(&NodeId, &Stamped<V>)| answer.stamp == newest.stamp;
        let have_it: BTreeSet<_> = answers.iter().filter(has_it).map(|(node, _)| *node).collect();
        let result = RegisterResult::Got(newest.value.clone());
        if have_it.len() >= enough {
            self.end(op, result, ctx);
        } else {
            let key = *key;
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
                Phase::Reading(key, answers) if !answers.contains_key(&node) => {
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
        let at_first = || Stamped { stamp: 0, value: self.at_first.get(&key).cloned() };
        self.kept.registers.get(&key).cloned().unwrap_or_else(at_first)
    }
    // ANCHOR_END: replica
}

impl<V: Value> Layer for Abd<V> {
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
            RegisterOp::Get(key) => Phase::Reading(key, BTreeMap::new()),
            RegisterOp::Set(key, value) => {
                let stamp = self.kept.last_set + 1;
                self.store(Step::Numbered(stamp), ctx);
                let pair = Stamped { stamp, value: Some(value) };
                Phase::Writing(key, pair, BTreeSet::new(), RegisterResult::Done)
            }
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

    /// A replica keeps its registers, and the writer its number. Operations are forgotten.
    fn on_recovery(fresh: Self, kept: Kept<V>, _: &mut Context<Self>) -> Self {
        Abd { kept, ..fresh }
    }
}

impl<V> Default for Stamped<V> {
    fn default() -> Self {
        Stamped { stamp: 0, value: None }
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
            Step::Numbered(stamp) => self.last_set = stamp,
            Step::Has(key, pair) => {
                self.registers.insert(key, pair);
            }
        }
    }
}
