//! # Calls that are executed at most once
//!
//! **Implements** [`AtMostOnce`]. **Uses** [`RequestResponse`].
//!
//! **Model**: that of the layer below, with nodes that crash and come back, and
//! any timing.
//!
//! **Guarantees**, with the [stubs](crate::rpc::Stub) on top: [at most
//! once](crate::spec::rpc::at_most_once), whatever crashes; [no
//! creation](crate::spec::rpc::no_creation); [one
//! answer](crate::spec::rpc::one_answer); and if the client tries for ever,
//! [an end](crate::spec::rpc::termination_if_server_up) of each call, which is its
//! [result](crate::spec::rpc::result) unless the server crashed or the table was
//! too small.
//!
//! **How it works**: the server keeps the number of each client's last call, and
//! what came of it. A higher number is new: it is written down *before* the work
//! begins. The same number is a retry: it gets the result that was written down; or
//! nothing, if the work is still under way; or the answer that nobody knows, if a
//! crash of the server came in between. A lower number is old, and nobody waits for
//! its answer, since a client has one call at a time. Results are kept for as many
//! clients as there is room for; then the oldest is forgotten. Numbers are never
//! forgotten.
//!
//! **Source**: notes, section 2.3, exercise 3; Birrell and Nelson 1984.
//!
//! **Departures**: the exercise asks for a description.

use crate::layer::*;
use crate::service::*;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::marker::PhantomData;

// ANCHOR: state
/// At most once: remember each client's last call.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Dedup<C, T> {
    /// For how many clients results are kept.
    room: usize,
    /// What stable storage holds, as of the last effect of the last event.
    table: Table<T>,
    /// The calls under way. A crash ends them.
    running: BTreeSet<Caller>,
    calls: PhantomData<C>,
}

/// On stable storage.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Table<T> {
    /// The last call of each client.
    last: BTreeMap<NodeId, Caller>,
    /// What came of it, for some: the oldest first.
    results: VecDeque<(NodeId, Result<T, Failure>)>,
}

/// One step of what is on stable storage.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Step<T> {
    /// The work for this call begins.
    Started(Caller),
    /// This came of it.
    Done(Caller, Result<T, Failure>),
    /// There is no more room for the result of this client's last call.
    Forgotten(NodeId),
}
// ANCHOR_END: state

impl<C: Value, T: Value> Dedup<C, T> {
    /// With room for the results of so many clients, and at least one.
    pub fn new(room: u32) -> Self {
        let room = room.max(1) as usize;
        Dedup { room, table: Table::default(), running: BTreeSet::new(), calls: PhantomData }
    }
    /// How many results are kept.
    pub fn results(&self) -> usize {
        self.table.results.len()
    }

    // ANCHOR: store
    /// Makes the same step in memory and on stable storage.
    fn store(&mut self, step: Step<T>, ctx: &mut Context<Self>) {
        self.table.apply(step.clone());
        ctx.store(step);
    }
    // ANCHOR_END: store

    // ANCHOR: called
    /// A request comes, perhaps not for the first time.
    fn on_called(&mut self, caller: Caller, args: C, ctx: &mut Context<Self>) {
        let last = self.table.last.get(&caller.client).copied();
        if last.is_none_or(|last| caller > last) {
            self.store(Step::Started(caller), ctx);
            self.running.insert(caller);
            ctx.indicate(Exchanged::Called { caller, args });
        } else if last == Some(caller) && !self.running.contains(&caller) {
            let result = self.table.result(caller).unwrap_or(Err(Failure::Unknown));
            ctx.request(Exchange::Reply { caller, result });
        }
    }
    // ANCHOR_END: called

    // ANCHOR: done
    /// The work is done: write down what came of it, then answer.
    fn on_done(&mut self, caller: Caller, result: Result<T, Failure>, ctx: &mut Context<Self>) {
        self.running.remove(&caller);
        self.store(Step::Done(caller, result.clone()), ctx);
        if self.table.results.len() > self.room
            && let Some(&(oldest, _)) = self.table.results.front()
        {
            self.store(Step::Forgotten(oldest), ctx);
        }
        ctx.request(Exchange::Reply { caller, result });
    }
    // ANCHOR_END: done
}

impl<C: Value, T: Value> Layer for Dedup<C, T> {
    type Implements = AtMostOnce<C, T>;
    type Uses = RequestResponse<C, T>;
    type Timer = NoTimer;
    type Stable = Table<T>;
    const MODEL: Model = Model::any_links(Nodes::CrashRecovery, Timing::Asynchronous);

    // ANCHOR: handlers
    /// The client calls, or the server is done.
    fn on_request(&mut self, request: Exchange<C, T>, ctx: &mut Context<Self>) {
        match request {
            Exchange::Call(call) => ctx.request(Exchange::Call(call)),
            Exchange::Reply { caller, result } => self.on_done(caller, result, ctx),
        }
    }

    /// The server is called, or the client's call is over.
    fn on_receive(&mut self, event: Exchanged<C, T>, ctx: &mut Context<Self>) {
        match event {
            Exchanged::Called { caller, args } => self.on_called(caller, args, ctx),
            Exchanged::Return(over) => ctx.indicate(Exchanged::Return(over)),
        }
    }

    /// The node comes back with its table; what was under way is lost.
    fn on_recovery(fresh: Self, table: Table<T>, _: &mut Context<Self>) -> Self {
        Dedup { table, ..fresh }
    }
    // ANCHOR_END: handlers
}

impl<T: Value> Table<T> {
    /// What came of this call, if that is still known.
    fn result(&self, caller: Caller) -> Option<Result<T, Failure>> {
        let of_client = |(client, _): &&(NodeId, _)| *client == caller.client;
        self.results.iter().find(of_client).map(|(_, result)| result.clone())
    }
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Table { last: BTreeMap::new(), results: VecDeque::new() }
    }
}

// ANCHOR: apply
impl<T: Value> Stable for Table<T> {
    type Change = Step<T>;
    fn apply(&mut self, step: Step<T>) {
        match step {
            Step::Started(caller) => {
                self.last.insert(caller.client, caller);
                self.results.retain(|(client, _)| *client != caller.client);
            }
            // Unless the client has gone on meanwhile.
            Step::Done(caller, result) if self.last.get(&caller.client) == Some(&caller) => {
                self.results.push_back((caller.client, result));
            }
            Step::Done(..) => {}
            Step::Forgotten(client) => self.results.retain(|(other, _)| *other != client),
        }
    }
}
// ANCHOR_END: apply
