//! # Many requests on one connection
//!
//! **Implements** [`RemoteCall`]. **Uses** [`FifoLink`].
//!
//! **Model**: that of the layer below; crash-stop.
//!
//! **Guarantees**: [no creation](crate::spec::rpc::no_creation), [at most
//! once](crate::spec::rpc::at_most_once), [one answer](crate::spec::rpc::one_answer),
//! and [an end](crate::spec::rpc::termination_if_nobody_crashes) of each call if
//! neither node crashes, which is its [result](crate::spec::rpc::result).
//!
//! **How it works**: the client sends requests without waiting for answers. Which
//! answer belongs to which request? Either the order says it: then the server must
//! answer in the order of the requests, and a slow one holds up all behind it. Or a
//! number in each request says it, which the answer repeats: then the server answers
//! each as soon as it can.
//!
//! **Source**: notes, section 1.2, exercise 1. By order: HTTP/1.1 pipelining; by
//! number: HTTP/2.
//!
//! **Departures**: the exercise asks for a description.

use crate::layer::*;
use crate::rpc::Procedure;
use crate::rpc::stub::Work;
use crate::service::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

// ANCHOR: matching
/// How a client knows which request an answer is to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Matching {
    /// Answers come in the order of the requests.
    ByOrder,
    /// Answers repeat the number of the request.
    ByNumber,
}
// ANCHOR_END: matching

// ANCHOR: message
/// What travels on the connection.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Message<C, T> {
    /// Do this, please. The number is left out where the order says it.
    Request(Option<u64>, C),
    /// What came of it.
    Response(Option<u64>, T),
}
// ANCHOR_END: message

// ANCHOR: state
/// Many requests on one connection.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Connection<P: Procedure> {
    matching: Matching,
    procedure: P,
    /// The client's requests without an answer, the oldest first.
    open: BTreeMap<(NodeId, u64), OpId>,
    last_request: u64,
    /// The server's work that is not answered, the oldest first: for whom, which
    /// number, what to do, and what came of it, if it is done.
    jobs: BTreeMap<u64, Job<P>>,
    last_job: u64,
}

/// A piece of work at the server.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Job<P: Procedure> {
    client: NodeId,
    number: Option<u64>,
    args: P::Args,
    result: Option<P::Result>,
}
// ANCHOR_END: state

impl<P: Procedure> Connection<P> {
    /// For a server with this procedure.
    pub fn new(procedure: P, matching: Matching) -> Self {
        let (open, jobs) = (BTreeMap::new(), BTreeMap::new());
        Connection { matching, procedure, open, last_request: 0, jobs, last_job: 0 }
    }

    // ANCHOR: answer
    /// Sends the answers to this client that may be sent now.
    fn answer(&mut self, client: NodeId, ctx: &mut Context<Self>) {
        let mut answered = Vec::new();
        for (&id, job) in self.jobs.iter().filter(|(_, job)| job.client == client) {
            match &job.result {
                Some(result) => {
                    ctx.send(client, Message::Response(job.number, result.clone()));
                    answered.push(id);
                }
                // All behind this one must wait.
                None if self.matching == Matching::ByOrder => break,
                None => {}
            }
        }
        self.jobs.retain(|id, _| !answered.contains(id));
    }
    // ANCHOR_END: answer

    // ANCHOR: response
    /// An answer comes to the client.
    fn on_response(
        &mut self,
        from: NodeId,
        number: Option<u64>,
        result: P::Result,
        ctx: &mut Context<Self>,
    ) {
        let mut of_server = self.open.range((from, 0)..=(from, u64::MAX));
        let oldest = of_server.next().map(|(&(_, oldest), _)| oldest);
        if let Some(number) = number.or(oldest)
            && let Some(op) = self.open.remove(&(from, number))
        {
            ctx.indicate(CallEvent::Return { op, result: Ok(result) });
        }
    }
    // ANCHOR_END: response
}

impl<P: Procedure> Layer for Connection<P> {
    type Implements = RemoteCall<P::Args, P::Result>;
    type Uses = FifoLink<Message<P::Args, P::Result>>;
    type Timer = Work;
    type Stable = ();
    const MODEL: Model = Model::any_links(Nodes::CrashStop, Timing::Asynchronous);

    // ANCHOR: handlers
    /// The client calls.
    fn on_request(&mut self, Call { op, to, args }: Call<P::Args>, ctx: &mut Context<Self>) {
        self.last_request += 1;
        self.open.insert((to, self.last_request), op);
        let number = (self.matching == Matching::ByNumber).then_some(self.last_request);
        ctx.send(to, Message::Request(number, args));
    }

    /// A request comes to the server, which works on all of them at once; or an
    /// answer to the client.
    fn on_receive(
        &mut self,
        Deliver { from, msg }: Deliver<Message<P::Args, P::Result>>,
        ctx: &mut Context<Self>,
    ) {
        match msg {
            Message::Request(number, args) => {
                let takes = self.procedure.takes(&args);
                self.last_job += 1;
                self.jobs.insert(self.last_job, Job { client: from, number, args, result: None });
                ctx.set_timer(Work(self.last_job), takes..takes + 1);
            }
            Message::Response(number, result) => self.on_response(from, number, result, ctx),
        }
    }

    /// The server has done some work.
    fn on_timeout(&mut self, Work(id): Work, ctx: &mut Context<Self>) {
        if let Some(job) = self.jobs.get_mut(&id) {
            let (client, args) = (job.client, job.args.clone());
            let result = self.procedure.execute(&args);
            job.result = Some(result.clone());
            ctx.indicate(CallEvent::Executed { client, args, result });
            self.answer(client, ctx);
        }
    }
    // ANCHOR_END: handlers

    /// Crash-stop: a node that comes back is a new one.
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}
