//! # Stubs
//!
//! **Implements** [`RemoteCall`]. **Uses** [`RequestResponse`].
//!
//! **Model**: that of the layer below. A crash of the server ends the work that is
//! under way, and its procedure starts afresh.
//!
//! **Guarantees**: those of the layer below; nothing is executed that was not
//! [called](crate::spec::rpc::no_creation).
//!
//! **How it works**: the client stub looks like the procedure: it takes the
//! arguments, marshals them, and asks the layer below to get them answered. The
//! server stub unmarshals them, calls the procedure, which takes its time, and
//! marshals the result. The client stub unmarshals that.
//!
//! **Source**: notes, section 1.3 (A01).
//!
//! **Departures**: both stubs are one layer, since a node may be client and server
//! at once. The server tells when it has executed a call: what that does to the
//! world outside, such as a charged card, happens there.

use crate::layer::*;
use crate::service::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::marker::PhantomData;

// ANCHOR: format
/// How values look on the wire.
pub trait Format<T>: Value {
    /// What travels.
    type Wire: Value;
    /// Writes a value down.
    fn marshal(value: &T) -> Self::Wire;
    /// Reads it again; says in words what is wrong.
    fn unmarshal(wire: &Self::Wire) -> Result<T, String>;
}
// ANCHOR_END: format

/// Values travel as they are, where what they look like on the wire does not matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Typed;

impl<T: Value> Format<T> for Typed {
    type Wire = T;
    fn marshal(value: &T) -> T {
        value.clone()
    }
    fn unmarshal(wire: &T) -> Result<T, String> {
        Ok(wire.clone())
    }
}

// ANCHOR: procedure
/// What a server can do.
pub trait Procedure: Value {
    /// What it is called with.
    type Args: Value;
    /// What comes of it.
    type Result: Value;
    /// How long the work takes.
    fn takes(&self, args: &Self::Args) -> Time;
    /// Does the work.
    fn execute(&mut self, args: &Self::Args) -> Self::Result;
}
// ANCHOR_END: procedure

/// This piece of work is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Work(pub u64);

// ANCHOR: state
/// The stubs on both sides: `P` is the procedure, `F` what the wire carries.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Stub<P: Procedure, F> {
    procedure: P,
    /// What the server is working on, and for whom.
    jobs: BTreeMap<u64, (Caller, P::Args)>,
    last_job: u64,
    format: PhantomData<F>,
}
// ANCHOR_END: state

impl<P: Procedure, F> Stub<P, F> {
    /// For this procedure.
    pub const fn new(procedure: P) -> Self {
        Stub { procedure, jobs: BTreeMap::new(), last_job: 0, format: PhantomData }
    }
    /// The procedure, with what it remembers.
    pub const fn procedure(&self) -> &P {
        &self.procedure
    }
}

impl<P, F> Stub<P, F>
where
    P: Procedure,
    F: Format<P::Args> + Format<P::Result>,
{
    // ANCHOR: begin
    /// The server begins to work on a call, which takes a while.
    fn begin(&mut self, caller: Caller, args: P::Args, ctx: &mut Context<Self>) {
        let takes = self.procedure.takes(&args);
        self.last_job += 1;
        self.jobs.insert(self.last_job, (caller, args));
        ctx.set_timer(Work(self.last_job), takes..takes + 1);
    }
    // ANCHOR_END: begin
}

/// How arguments travel.
type ArgsWire<P, F> = <F as Format<<P as Procedure>::Args>>::Wire;
/// How results travel.
type ResultWire<P, F> = <F as Format<<P as Procedure>::Result>>::Wire;

impl<P, F> Layer for Stub<P, F>
where
    P: Procedure,
    F: Format<P::Args> + Format<P::Result>,
{
    type Implements = RemoteCall<P::Args, P::Result>;
    type Uses = RequestResponse<ArgsWire<P, F>, ResultWire<P, F>>;
    type Timer = Work;
    type Stable = ();
    const MODEL: Model = Model::any_links(Nodes::CrashRecovery, Timing::Asynchronous);

    // ANCHOR: call
    /// The client calls.
    fn on_request(&mut self, Call { op, to, args }: Call<P::Args>, ctx: &mut Context<Self>) {
        let args = <F as Format<P::Args>>::marshal(&args);
        ctx.request(Exchange::Call(Call { op, to, args }));
    }
    // ANCHOR_END: call

    // ANCHOR: receive
    /// The server is called, or the client's call is over.
    fn on_receive(
        &mut self,
        event: Exchanged<ArgsWire<P, F>, ResultWire<P, F>>,
        ctx: &mut Context<Self>,
    ) {
        match event {
            Exchanged::Called { caller, args } => match <F as Format<P::Args>>::unmarshal(&args) {
                Ok(args) => self.begin(caller, args, ctx),
                Err(why) => {
                    let result = Err(Failure::Unreadable(why));
                    ctx.request(Exchange::Reply { caller, result });
                }
            },
            Exchanged::Return(Return { op, result }) => {
                let result = result.and_then(|wire| {
                    let read = <F as Format<P::Result>>::unmarshal(&wire);
                    read.map_err(Failure::Unreadable)
                });
                ctx.indicate(CallEvent::Return { op, result });
            }
        }
    }
    // ANCHOR_END: receive

    // ANCHOR: work
    /// The server has done the work.
    fn on_timeout(&mut self, Work(job): Work, ctx: &mut Context<Self>) {
        if let Some((caller, args)) = self.jobs.remove(&job) {
            let result = self.procedure.execute(&args);
            let wire = <F as Format<P::Result>>::marshal(&result);
            ctx.indicate(CallEvent::Executed { client: caller.client, args, result });
            ctx.request(Exchange::Reply { caller, result: Ok(wire) });
        }
    }
    // ANCHOR_END: work

    /// What was under way is lost.
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}
