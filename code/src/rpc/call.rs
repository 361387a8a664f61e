//! # Request and response, with time-outs and retries
//!
//! **Implements** [`RequestResponse`]. **Uses** [`FairLossLink`].
//!
//! **Model**: fair-loss links, asynchronous, crash-recovery. A crash of the client
//! ends its calls without an answer.
//!
//! **Guarantees**, with the [stubs](crate::rpc::Stub) on top: [no
//! creation](crate::spec::rpc::no_creation), [one
//! answer](crate::spec::rpc::one_answer),
//! [termination](crate::spec::rpc::termination) with a result or a time-out. A
//! retry may make the server do the work twice; [`Dedup`](crate::rpc::Dedup) is
//! against that.
//!
//! **How it works**: the client numbers its requests and has one under way at a
//! time; the next waits until that one is over. When no answer comes in time, the
//! client sends the request again, with the same number, until it has tried often
//! enough. The answer carries the number of the request. An answer with any other
//! number is to an earlier request, and is ignored. A client that comes back after
//! a crash starts a new incarnation, so that its numbers are new as well.
//!
//! **Source**: notes, section 1.3 (A01).
//!
//! **Departures**: the notes describe calls in prose. Numbers, incarnations, the
//! queue and the number of tries are ours. There the caller blocks; here it is told
//! when the call is over.

use crate::layer::*;
use crate::link::retransmit::{Restarted, Restarts};
use crate::service::*;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::marker::PhantomData;

// ANCHOR: packet
/// What travels over the network.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Packet<C, T> {
    /// Do this, please.
    Request {
        /// The client's incarnation.
        incarnation: u64,
        /// The number of the request.
        number: u64,
        /// What to do.
        args: C,
    },
    /// What came of the request with that number.
    Response {
        /// The client's incarnation.
        incarnation: u64,
        /// The number of the request.
        number: u64,
        /// What came of it.
        result: Result<T, Failure>,
    },
}
// ANCHOR_END: packet

/// Time to try again, or to give up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Retry;

// ANCHOR: state
/// Request and response: number the requests, try again, give up.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Rpc<C, T> {
    retry_after: Time,
    tries: Option<u32>,
    incarnation: u64,
    /// The number of the last request.
    number: u64,
    /// The call under way, and how often it was tried.
    pending: Option<(Call<C>, u32)>,
    waiting: VecDeque<Call<C>>,
    results: PhantomData<T>,
}
// ANCHOR_END: state

impl<C: Value, T: Value> Rpc<C, T> {
    /// Tries for ever, every 50 ms.
    #[expect(clippy::new_without_default, reason = "layers are built with `new`")]
    pub const fn new() -> Self {
        Rpc {
            retry_after: 50 * MILLIS,
            tries: None,
            incarnation: 0,
            number: 0,
            pending: None,
            waiting: VecDeque::new(),
            results: PhantomData,
        }
    }
    /// Tries so often, at least once, and then gives up; or never gives up.
    pub fn with_tries(self, tries: impl Into<Option<u32>>) -> Self {
        Rpc { tries: tries.into().map(|tries| tries.max(1)), ..self }
    }
    /// With so long between two tries.
    pub const fn with_retry_after(mut self, retry_after: Time) -> Self {
        self.retry_after = retry_after;
        self
    }

    // ANCHOR: client
    /// Begins the next call, if none is under way.
    fn next_call(&mut self, ctx: &mut Context<Self>) {
        if self.pending.is_none()
            && let Some(call) = self.waiting.pop_front()
        {
            self.number += 1;
            self.pending = Some((call, 0));
            self.try_once(ctx);
        }
    }

    /// Sends the request of the call under way.
    fn try_once(&mut self, ctx: &mut Context<Self>) {
        if let Some((Call { to, args, .. }, tried)) = &mut self.pending {
            if self.tries.is_some() {
                *tried += 1;
            }
            let (incarnation, number, args) = (self.incarnation, self.number, args.clone());
            ctx.send(*to, Packet::Request { incarnation, number, args });
            ctx.set_timer(Retry, self.retry_after..self.retry_after + 1);
        }
    }

    /// The call under way is over.
    fn finish(&mut self, result: Result<T, Failure>, ctx: &mut Context<Self>) {
        if let Some((Call { op, .. }, _)) = self.pending.take() {
            ctx.cancel_timer(Retry);
            ctx.indicate(Exchanged::Return(Return { op, result }));
            self.next_call(ctx);
        }
    }
    // ANCHOR_END: client
}

impl<C: Value, T: Value> Layer for Rpc<C, T> {
    type Implements = RequestResponse<C, T>;
    type Uses = FairLossLink<Packet<C, T>>;
    type Timer = Retry;
    type Stable = Restarts;
    const MODEL: Model =
        Model { links: Links::FairLoss, nodes: Nodes::CrashRecovery, timing: Timing::Asynchronous };

    // ANCHOR: handlers
    /// The client calls, or the server answers.
    fn on_request(&mut self, request: Exchange<C, T>, ctx: &mut Context<Self>) {
        match request {
            Exchange::Call(call) => {
                self.waiting.push_back(call);
                self.next_call(ctx);
            }
            Exchange::Reply { caller: Caller { client, incarnation, number }, result } => {
                ctx.send(client, Packet::Response { incarnation, number, result });
            }
        }
    }

    /// A request comes to the server, or an answer to the client.
    fn on_receive(
        &mut self,
        Deliver { from, msg: packet }: Deliver<Packet<C, T>>,
        ctx: &mut Context<Self>,
    ) {
        match packet {
            Packet::Request { incarnation, number, args } => {
                let caller = Caller { client: from, incarnation, number };
                ctx.indicate(Exchanged::Called { caller, args });
            }
            Packet::Response { incarnation, number, result } => {
                // Any other answer is late: the client has gone on.
                if (incarnation, number) == (self.incarnation, self.number) {
                    self.finish(result, ctx);
                }
            }
        }
    }

    /// No answer in time: try again, or give up.
    fn on_timeout(&mut self, Retry: Retry, ctx: &mut Context<Self>) {
        match self.pending {
            Some((_, tried)) if self.tries == Some(tried) => {
                self.finish(Err(Failure::TimedOut), ctx);
            }
            _ => self.try_once(ctx),
        }
    }

    /// Starts a new incarnation, and says so on disk before any request leaves.
    fn on_recovery(fresh: Self, restarts: Restarts, ctx: &mut Context<Self>) -> Self {
        ctx.store(Restarted);
        Rpc { incarnation: restarts.0 + 1, ..fresh }
    }
    // ANCHOR_END: handlers
}
