//! # Quorum reads and writes, and read repair
//!
//! **Implements** [`Registers`]. **Uses** [`FairLossLink`].
//!
//! **Model**: fair-loss links, asynchronous, crash-recovery with stable storage. Sets
//! end while `w` of the `n` replicas are up, gets while `r` are.
//!
//! **Guarantees**: [read-after-write](crate::spec::quorums::read_after_write), if
//! `r + w > n`; [termination](crate::spec::registers::termination), here for quorums that
//! are majorities; and, with read repair, [that it
//! repairs](crate::spec::quorums::repaired). It is *not* linearizable: see section 7.2.
//!
//! **How it works**: a set gets a timestamp and goes to all replicas; it is over when `w`
//! of them have acknowledged it. A get asks all replicas; it is over when `r` have
//! answered, and returns the value with the greatest timestamp. Read repair: the client
//! then sends that value, *with its original timestamp*, to the replicas that answered
//! with an older one or did not answer.
//!
//! **Source**: notes, section 5.2 (A19, A20); DeCandia et al. (2007).
//!
//! **Departures**: the notes have this in words only, and do not say where timestamps
//! come from. Here they are those of a Lamport clock that each client keeps on disk: the
//! number of a set is greater than all that the client has used or read. Requests are
//! repeated, since links lose packets; repairs are not.

use crate::facts::FactValue;
use crate::layer::*;
use crate::quorum::majority;
use crate::service::*;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

// ANCHOR: packet
/// The number of a set, and who set, to break ties: in this order. Nothing has the number 0.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Timestamp(pub u64, pub u32);

/// What is in a register, and since which set.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Stamped<V> {
    /// The timestamp of the set.
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
/// Quorum reads and writes: wait for `r` or `w` replicas, not for all. Any node may be a client.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Quorum<V> {
    replicas: BTreeSet<NodeId>,
    /// How many must have acknowledged a set.
    write: usize,
    /// How many must have answered a get.
    read: usize,
    /// After how long a client asks again.
    patience: Time,
    /// Whether it does read repair.
    repairs: bool,
    /// As a replica: what is in the registers before anything is set.
    at_first: BTreeMap<Key, Stamped<V>>,
    /// As a client: operations that are not over.
    phases: BTreeMap<OpId, Phase<V>>,
    kept: Kept<V>,
}

/// What an operation waits for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
enum Phase<V> {
    /// A get, for what is in the register: these have answered.
    Reading(Key, BTreeMap<NodeId, Stamped<V>>),
    /// A set, for replicas that have this: these have.
    Writing(Key, Stamped<V>, BTreeSet<NodeId>),
}

/// On stable storage.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Kept<V> {
    /// As a client: the greatest number that it has used or read.
    clock: u64,
    /// As a replica: what is in each register.
    registers: BTreeMap<Key, Stamped<V>>,
}

/// One step of what is on stable storage.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Step<V> {
    /// The client has used or read this number.
    Clock(u64),
    /// The replica has this now.
    Has(Key, Stamped<V>),
}
// ANCHOR_END: state

impl<V: Value> Quorum<V> {
    /// With these replicas, of which a majority is enough. A client asks again after so long.
    pub fn new(replicas: impl IntoIterator<Item = NodeId>, patience: Time) -> Self {
        let replicas: BTreeSet<_> = replicas.into_iter().collect();
        let enough = majority(replicas.len());
        let (phases, at_first) = (BTreeMap::new(), BTreeMap::new());
        let (kept, repairs) = (Kept::default(), false);
        Quorum { replicas, write: enough, read: enough, patience, repairs, at_first, phases, kept }
    }

    /// A set waits for `w` replicas, and a get for `r`.
    pub fn with_quorums(self, w: usize, r: usize) -> Self {
        Quorum { write: w, read: r, ..self }
    }

    /// With read repair.
    pub fn with_read_repair(self) -> Self {
        Quorum { repairs: true, ..self }
    }

    /// With this in a register at first.
    pub fn holding(mut self, key: Key, value: V, stamp: Timestamp) -> Self {
        self.at_first.insert(key, Stamped { stamp, value: Some(value) });
        self
    }

    /// Makes the same step in memory and on stable storage.
    fn store(&mut self, step: Step<V>, ctx: &mut Context<Self>) {
        self.kept.apply(step.clone());
        ctx.store(step);
    }

    // ANCHOR: ok
    /// A set: a replica has it.
    fn on_ok(&mut self, from: NodeId, op: OpId, ctx: &mut Context<Self>) {
        let Some(Phase::Writing(_, _, have_it)) = self.phases.get_mut(&op) else { return };
        have_it.insert(from);
        if have_it.len() >= self.write {
            self.end(op, RegisterResult::Done, ctx);
        }
    }
    // ANCHOR_END: ok

    // ANCHOR: answer
    /// A get: a replica says what it has.
    fn on_answer(&mut self, from: NodeId, op: OpId, pair: Stamped<V>, ctx: &mut Context<Self>) {
        let Some(Phase::Reading(key, answers)) = self.phases.get_mut(&op) else { return };
        answers.insert(from, pair);
        if answers.len() < self.read {
            return;
        }
        let (key, answers) = (*key, answers.clone());
        let newest = answers.values().max_by_key(|answer| answer.stamp);
        let newest = newest.cloned().unwrap_or_default();
        if newest.stamp.0 > self.kept.clock {
            self.store(Step::Clock(newest.stamp.0), ctx);
        }
        self.end(op, RegisterResult::Got(newest.value.clone()), ctx);
        if self.repairs {
            self.repair(op, key, &newest, &answers, ctx);
        }
    }
    // ANCHOR_END: answer

    // ANCHOR: repair
    /// Read repair: sends what is newest to those who have not said that they have it.
    fn repair(
        &self,
        op: OpId,
        key: Key,
        newest: &Stamped<V>,
        answers: &BTreeMap<NodeId, Stamped<V>>,
        ctx: &mut Context<Self>,
    ) {
        for &node in &self.replicas {
            if answers.get(&node).is_none_or(|answer| answer.stamp < newest.stamp) {
                ctx.send(node, Packet::Set(op, key, newest.clone()));
            }
        }
    }
    // ANCHOR_END: repair

    // ANCHOR: ask
    /// Asks all replicas from which this operation has not heard.
    fn ask(&self, op: OpId, ctx: &mut Context<Self>) {
        let Some(phase) = self.phases.get(&op) else { return };
        for &node in &self.replicas {
            match phase {
                Phase::Reading(key, answers) if !answers.contains_key(&node) => {
                    ctx.send(node, Packet::Get(op, *key));
                }
                Phase::Writing(key, pair, have_it) if !have_it.contains(&node) => {
                    ctx.send(node, Packet::Set(op, *key, pair.clone()));
                }
                _ => {}
            }
        }
        ctx.set_timer(op, self.patience..self.patience + 1);
    }

    /// The operation is over.
    fn end(&mut self, op: OpId, result: RegisterResult<V>, ctx: &mut Context<Self>) {
        self.phases.remove(&op);
        ctx.cancel_timer(op);
        ctx.indicate(Return { op, result });
    }
    // ANCHOR_END: ask

    // ANCHOR: replica
    /// At a replica: takes what is newer than what it has, and says so in any case.
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
        let stored = self.kept.registers.get(&key).or_else(|| self.at_first.get(&key));
        stored.cloned().unwrap_or_default()
    }
    // ANCHOR_END: replica
}

impl<V: Value> Layer for Quorum<V> {
    // ANCHOR: layer
    type Implements = Registers<V>;
    type Uses = FairLossLink<Packet<V>>;
    // ANCHOR_END: layer
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
                let stamp = Timestamp(self.kept.clock + 1, ctx.me.0);
                self.store(Step::Clock(stamp.0), ctx);
                Phase::Writing(key, Stamped { stamp, value: Some(value) }, BTreeSet::new())
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

    /// A replica keeps its registers, and a client its clock. Operations are forgotten.
    fn on_recovery(fresh: Self, kept: Kept<V>, _: &mut Context<Self>) -> Self {
        Quorum { kept, ..fresh }
    }

    /// What is in its registers.
    fn facts(&self) -> Vec<Fact> {
        let fact = |(key, pair): (&Key, &Stamped<V>)| Fact {
            name: format!("register {key}").into(),
            value: FactValue::Text(format!("{:?}, {:?}", pair.value, pair.stamp)),
        };
        self.kept.registers.iter().map(fact).collect()
    }
}

impl<V> Default for Stamped<V> {
    fn default() -> Self {
        Stamped { stamp: Timestamp::default(), value: None }
    }
}

impl<V> Default for Kept<V> {
    fn default() -> Self {
        Kept { clock: 0, registers: BTreeMap::new() }
    }
}

impl<V: Value> Stable for Kept<V> {
    type Change = Step<V>;
    fn apply(&mut self, step: Step<V>) {
        match step {
            Step::Clock(number) => self.clock = number,
            Step::Has(key, pair) => {
                self.registers.insert(key, pair);
            }
        }
    }
}
