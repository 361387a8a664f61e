//! Remote calls of chapter 1 as subjects.

use crate::draw::{Style, label};
use crate::layer::{Layer, MILLIS, Service, Time, Value};
use crate::model::Nodes;
use crate::node::NodeId;
use crate::node::names::B;
use crate::rpc::{Connection, Dedup, Framed, Matching, Procedure, Rpc, Stub, Typed};
use crate::service::*;
use crate::sim::{Delay, FaultMenu, Network, Node, Partitions, Script};
use crate::spec::rpc;
use crate::subject::links::{self, Word};
use crate::subject::{Parameter, Parameters, Property, Run, Subject};

/// The algorithms as the notebook explains them.
pub fn subjects() -> Vec<Subject> {
    vec![
        plain("remote-call", requests),
        once("remote-call-once", Room::Enough, Dedup::new, requests),
        once("remote-call-once-little-room", Room::Little, Dedup::new, requests),
        connection("shared-connection-by-order", |till| Connection::new(till, Matching::ByOrder)),
        connection("shared-connection-by-number", |till| Connection::new(till, Matching::ByNumber)),
        framed("framed-link", |n| Framed::<Word, Typed>::new(n, 20)),
    ]
}

/// A till: rings up whatever it is given, and numbers the receipts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Till {
    takes: Time,
    receipts: u64,
}

impl Till {
    /// A till that takes so long for each letter of what it is given.
    pub const fn new(takes: Time) -> Self {
        Till { takes, receipts: 0 }
    }
}

impl Procedure for Till {
    type Args = Word;
    type Result = u64;
    /// So long for each letter; "slow" takes as long as five hundred letters.
    fn takes(&self, args: &Word) -> Time {
        let letters = if args == "slow" { 500 } else { args.len() as u64 };
        letters * self.takes
    }
    fn execute(&mut self, _: &Word) -> u64 {
        self.receipts += 1;
        self.receipts
    }
}

/// How often a client of [`plain`] tries.
const TRIES: u32 = 4;

/// A till that is called over the network, with retries and nothing else.
pub fn plain<L>(name: &'static str, rpc: fn(Option<u32>, Time) -> L) -> Subject
where
    L: Node + Layer<Implements = RequestResponse<Word, u64>>,
{
    let build = move |p: &Parameters| {
        let rpc = rpc(Some(TRIES), p.get("retry") * MILLIS);
        let stub: Stub<Till, Typed> = Stub::new(till(p));
        nodes(p, stub.over(rpc))
    };
    Subject::new(name, "Remote call, tried again", PARAMETERS, plain_promises, build, workload)
        .with_hunts(scenes, hunts)
        .with_style(style())
}

/// How much room the table of a server has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// For all clients.
    Enough,
    /// For one client.
    Little,
}

/// A till that is called over the network, and does each call at most once.
pub fn once<U, L>(
    name: &'static str,
    room: Room,
    dedup: fn(u32) -> U,
    rpc: fn(Option<u32>, Time) -> L,
) -> Subject
where
    U: Layer<Implements = AtMostOnce<Word, u64>, Uses = RequestResponse<Word, u64>>,
    L: Node + Layer<Implements = RequestResponse<Word, u64>>,
{
    let build = move |p: &Parameters| {
        let rpc = rpc(None, p.get("retry") * MILLIS);
        let room = if room == Room::Enough { p.nodes() } else { 1 };
        let stub: Stub<Till, Typed> = Stub::new(till(p));
        nodes(p, stub.over(dedup(room).over(rpc)))
    };
    let (title, promises): (_, fn() -> _) = match room {
        Room::Enough => ("Remote call, at most once", once_promises),
        Room::Little => ("Remote call, at most once, with a table for one client", little_promises),
    };
    Subject::new(name, title, PARAMETERS, promises, build, workload)
        .with_hunts(scenes, hunts)
        .with_style(style())
}

/// Requests that are tried so often, or for ever, and so long apart.
pub fn requests<C: Value, T: Value>(tries: Option<u32>, apart: Time) -> Rpc<C, T> {
    Rpc::new().with_tries(tries).with_retry_after(apart)
}

/// A till that is called over a connection which all calls share.
pub fn connection<U, M>(name: &'static str, connection: fn(Till) -> U) -> Subject
where
    U: Layer<Implements = RemoteCall<Word, u64>, Uses = FifoLink<M>>,
    M: Value,
{
    let build = move |p: &Parameters| {
        let n = p.nodes();
        nodes(p, connection(till(p)).over(crate::link::Fifo::new(n).over(links::retransmit(n, 8))))
    };
    let (title, promises) = ("Calls on one connection", connection_promises);
    Subject::new(name, title, PARAMETERS, promises, build, workload)
        .with_hunts(scenes, hunts)
        .with_style(style())
}

/// Messages over a stream of bytes.
pub fn framed<U>(name: &'static str, framed: fn(u32) -> U) -> Subject
where
    U: Layer<Implements = FifoLink<Word>, Uses = FifoLink<Vec<u8>>>,
{
    let build =
        move |n: u32| framed(n).over(crate::link::Fifo::new(n).over(links::retransmit(n, 8)));
    links::over_streams(name, "Messages over a stream of bytes", build)
}

fn till(parameters: &Parameters) -> Till {
    Till::new(parameters.get("takes") * MILLIS)
}

fn nodes<N: Clone>(parameters: &Parameters, node: N) -> Vec<N> {
    vec![node; parameters.nodes() as usize]
}

/// A node that is called.
trait Calls: Service<Request = Call<Word>, Indication = CallEvent<Word, u64>> {}
impl<S: Service<Request = Call<Word>, Indication = CallEvent<Word, u64>>> Calls for S {}

fn every_call<S: Calls>() -> Vec<Property<S>> {
    vec![
        property!(Safety, rpc::no_creation, "what comes back came of executing that call"),
        property!(Safety, rpc::one_answer, "no call ends twice"),
    ]
}

fn plain_promises<S: Calls>() -> Vec<Property<S>> {
    let ends = property!(Liveness, rpc::termination, "a call ends, unless its client crashes");
    every_call().into_iter().chain([ends]).collect()
}

fn little_promises<S: Calls>() -> Vec<Property<S>> {
    let once = property!(Safety, rpc::at_most_once, "no call is executed twice, whatever crashes");
    let says = "a call ends, unless its client crashes or the server stays down";
    let ends = property!(Liveness, rpc::termination_if_server_up, says);
    every_call().into_iter().chain([once, ends]).collect()
}

fn once_promises<S: Calls>() -> Vec<Property<S>> {
    let mut promises = little_promises();
    promises.insert(
        3,
        property!(Safety, rpc::result, "a call ends with its result, unless the server crashes"),
    );
    promises
}

fn connection_promises<S: Calls>() -> Vec<Property<S>> {
    let once = property!(Safety, rpc::at_most_once, "no call is executed twice");
    let result = property!(Safety, rpc::result, "a call ends with its result");
    let says = "a call ends, if neither node crashes";
    let ends = property!(Liveness, rpc::termination_if_nobody_crashes, says);
    every_call().into_iter().chain([once, result, ends]).collect()
}

/// How runs of calls are drawn: in fewer words.
fn style() -> Style {
    let label = |text: &str| {
        let words = [
            ("Call B ", "call "),
            ("Executed ", "executed for "),
            ("Caller ", ""),
            ("Work", "work "),
            ("Err(TimedOut)", "time-out"),
            ("Err(Unknown)", "nobody knows"),
            ("Ok", "receipt "),
        ];
        let label = words.iter().fold(label(text), |text, (from, to)| text.replace(from, to));
        label
            .replace("receipt (", "receipt ")
            .replace("work (", "work ")
            .trim_end_matches(')')
            .into()
    };
    Style { label, ..Style::default() }
}

/// What can be chosen for a run of remote calls.
pub const PARAMETERS: &[Parameter] = &[
    Parameter {
        name: "nodes",
        about: "how many nodes: B is the server, all others call",
        default: 2,
        least: 2,
        most: 26,
    },
    Parameter {
        name: "calls",
        about: "how many calls each client makes",
        default: 4,
        least: 1,
        most: 10_000,
    },
    Parameter {
        name: "words",
        about: "how many different calls a client makes; 0: all differ",
        default: 0,
        least: 0,
        most: 26,
    },
    Parameter {
        name: "gap",
        about: "how many milliseconds lie between two calls of a client",
        default: 60,
        least: 0,
        most: 10_000,
    },
    Parameter {
        name: "takes",
        about: "how many milliseconds of work each letter of a call makes",
        default: 1,
        least: 0,
        most: 10_000,
    },
    Parameter {
        name: "retry",
        about: "after how many milliseconds a client tries again",
        default: 50,
        least: 30,
        most: 10_000,
    },
];

/// The most requests of a run.
const MOST_REQUESTS: u64 = 100_000;

/// Each client makes its calls, one after the other.
fn workload(parameters: &Parameters) -> Result<Vec<(Time, NodeId, Call<Word>)>, String> {
    let (n, calls) = (parameters.nodes(), parameters.get("calls"));
    let requests = calls * (u64::from(n) - 1);
    if requests > MOST_REQUESTS {
        return Err(format!("that makes {requests} calls, and a run has {MOST_REQUESTS} at most"));
    }
    let mut workload = Vec::new();
    for number in 0..calls {
        for client in NodeId::all(n).filter(|&client| client != B) {
            let args = links::word(number, parameters.get("words"));
            let op = OpId { client: client.0, number };
            let at = (1 + parameters.get("gap") * number + u64::from(client.0)) * MILLIS;
            workload.push((at, client, Call { op, to: B, args }));
        }
    }
    Ok(workload)
}

/// Short calm runs, of which all small changes can be tried.
fn scenes(subject: &Subject) -> Vec<Run> {
    let run = Run::new(subject, 0).with("calls", 1).with_script(Script::calm());
    vec![
        run.clone(),
        run.clone().with("calls", 2),
        run.clone().with("calls", 2).with("words", 1),
        run.clone().with("calls", 2).with("gap", 300),
        run.clone().with("calls", 7).with("gap", 0),
        run.with("nodes", 3),
    ]
}

/// Runs in which bugs come to light, all of them within the model of the subject.
fn hunts(subject: &Subject) -> Vec<Run> {
    let menu = FaultMenu::of_network(Network::fair_loss());
    let slow = Network { delay: Delay::HeavyTailed(30 * MILLIS), ..menu.network };
    let run = Run::new(subject, 0).with_faults(menu.clone());
    let partition = FaultMenu { partitions: Partitions::symmetric(1), pauses: 1, ..menu.clone() };
    let mut hunts = vec![
        run.clone(),
        run.clone().with("words", 1),
        run.clone().with("calls", 8).with("gap", 0),
        run.clone().with("nodes", 4),
        run.clone().with_faults(FaultMenu::of_network(slow)),
        run.clone().with_faults(partition),
    ];
    if subject.model.nodes == Nodes::CrashRecovery {
        let crashes = FaultMenu { crashes: 4, recovery: true, until: 400 * MILLIS, ..menu };
        let late = FaultMenu { network: slow, ..crashes.clone() };
        hunts.push(run.clone().with_faults(crashes.clone()));
        hunts.push(run.clone().with("nodes", 3).with_faults(crashes));
        hunts.push(run.with("calls", 8).with_faults(late));
    }
    hunts
}
