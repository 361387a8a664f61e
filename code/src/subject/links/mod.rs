//! The links of chapter 2 as subjects.

mod hunts;

use crate::layer::{Layer, MILLIS, Service, Time, Value};
use crate::link::retransmit::Packet;
use crate::link::{Boundary, DurableFifo, Fifo, Retransmit, SeqNo, durable};
use crate::node::NodeId;
use crate::service::{Deliver, FifoLink, ReliableLink, SendTo};
use crate::sim::Node;
use crate::sim::random::{Draws, below};
use crate::spec::{fifo_link, reliable_link};
use crate::subject::{Parameter, Parameters, Property, Subject};

/// What the examples send.
pub type Word = String;

/// The links as the notebook explains them.
pub fn subjects() -> Vec<Subject> {
    vec![
        reliable("reliable-link", retransmit)
            .with_mutator::<Packet<Word>>(|packet, draws| tamper(packet, draws, other_word)),
        fifo("fifo-link", Fifo::new, retransmit).with_mutator::<Packet<(Word, SeqNo)>>(
            |packet, draws| tamper(packet, draws, other_data),
        ),
        durable(
            "fifo-link-at-most-once",
            Boundary::AtMostOnce,
            |n| DurableFifo::new(n, Boundary::AtMostOnce),
            retransmit,
        )
        .with_mutator::<Packet<Step>>(|packet, draws| tamper(packet, draws, other_step)),
        durable(
            "fifo-link-at-least-once",
            Boundary::AtLeastOnce,
            |n| DurableFifo::new(n, Boundary::AtLeastOnce),
            retransmit,
        )
        .with_mutator::<Packet<Step>>(|packet, draws| tamper(packet, draws, other_step)),
    ]
}

/// What travels over the reliable link below a durable one.
type Step = durable::Packet<Word>;

/// Another packet that a node could have sent: its number, its incarnation or what it carries is
/// another.
fn tamper<M: Clone>(
    packet: &Packet<M>,
    draws: &mut Draws,
    other: fn(&M, &mut Draws) -> M,
) -> Packet<M> {
    let mut packet = packet.clone();
    let what = below(draws, 3);
    match &mut packet {
        Packet::Data { msg, .. } if what == 0 => *msg = other(msg, draws),
        Packet::Data { incarnation, .. } | Packet::Ack { incarnation, .. } if what == 1 => {
            *incarnation = other_number(*incarnation, draws);
        }
        Packet::Data { number, .. } | Packet::Ack { number, .. } => {
            *number = other_number(*number, draws);
        }
    }
    packet
}

/// Another number, a few more or less.
pub(super) fn other_number(number: u64, draws: &mut Draws) -> u64 {
    let other = number.saturating_sub(3) + below(draws, 6);
    other + u64::from(other >= number)
}

pub(super) fn other_word(word: &Word, draws: &mut Draws) -> Word {
    let others: Vec<_> = WORDS.iter().filter(|other| *other != word).collect();
    others[below(draws, others.len() as u64) as usize].to_string()
}

fn other_data(data: &(Word, SeqNo), draws: &mut Draws) -> (Word, SeqNo) {
    match below(draws, 2) {
        0 => (other_word(&data.0, draws), data.1),
        _ => (data.0.clone(), other_number(data.1, draws)),
    }
}

fn other_step(step: &Step, draws: &mut Draws) -> Step {
    match step {
        durable::Packet::Data(number, msg) if below(draws, 2) == 0 => {
            durable::Packet::Data(*number, other_word(msg, draws))
        }
        durable::Packet::Data(number, msg) => {
            durable::Packet::Data(other_number(*number, draws), msg.clone())
        }
        durable::Packet::Confirm(number) => durable::Packet::Confirm(other_number(*number, draws)),
        durable::Packet::Back(number) => durable::Packet::Back(other_number(*number, draws)),
    }
}

/// The reliable link on which the others stand: at most `window` messages to a node unacknowledged.
pub fn retransmit<M: Value>(n: u32, window: u64) -> Retransmit<M> {
    Retransmit::new(n).with_window(window)
}

/// A reliable link over the network.
pub fn reliable<N>(name: &'static str, link: fn(u32, u64) -> N) -> Subject
where
    N: Node + Layer<Implements = ReliableLink<Word>>,
{
    Subject::new(
        name,
        "Reliable link by retransmission",
        PARAMETERS,
        reliable_promises,
        move |p| nodes(p, |n| link(n, p.get("window"))),
        workload,
    )
    .with_hunts(hunts::scenes, hunts::hunts)
}

/// A FIFO link over a reliable link.
pub fn fifo<U, L>(name: &'static str, upper: fn(u32) -> U, lower: fn(u32, u64) -> L) -> Subject
where
    U: Layer<Implements = FifoLink<Word>, Uses = ReliableLink<(Word, SeqNo)>>,
    L: Node + Layer<Implements = ReliableLink<(Word, SeqNo)>>,
{
    Subject::new(
        name,
        "FIFO link",
        PARAMETERS,
        fifo_promises,
        move |p| nodes(p, |n| upper(n).over(lower(n, p.get("window")))),
        workload,
    )
    .with_hunts(hunts::scenes, hunts::hunts)
}

/// Messages over streams of bytes, which are a FIFO link too.
pub(super) fn over_streams<N>(
    name: &'static str,
    title: &'static str,
    build: impl Fn(u32) -> N + Send + Sync + 'static,
) -> Subject
where
    N: Node + Layer<Implements = FifoLink<Word>>,
{
    Subject::new(name, title, PARAMETERS, fifo_promises, move |p| nodes(p, &build), workload)
        .with_hunts(hunts::scenes, hunts::hunts)
}

/// A FIFO link for nodes that come back, over a reliable link.
pub fn durable<U, P, L>(
    name: &'static str,
    boundary: Boundary,
    upper: fn(u32) -> U,
    lower: fn(u32, u64) -> L,
) -> Subject
where
    U: Layer<Implements = FifoLink<Word>, Uses = ReliableLink<P>>,
    P: Value,
    L: Node + Layer<Implements = ReliableLink<P>>,
{
    let (title, promises): (_, fn() -> _) = match boundary {
        Boundary::AtMostOnce => {
            ("FIFO link with crash-recovery, at most once", at_most_once_promises)
        }
        Boundary::AtLeastOnce => {
            ("FIFO link with crash-recovery, at least once", at_least_once_promises)
        }
    };
    let build = move |p: &Parameters| nodes(p, |n| upper(n).over(lower(n, p.get("window"))));
    Subject::new(name, title, PARAMETERS, promises, build, workload)
        .with_hunts(hunts::scenes, hunts::hunts)
}

fn reliable_promises<S: Link>() -> Vec<Property<S>> {
    vec![
        property!(Safety, reliable_link::no_creation, "what is delivered had been sent"),
        property!(
            Safety,
            reliable_link::no_duplication,
            "nothing is delivered more often than it was sent"
        ),
        property!(
            Liveness,
            reliable_link::delivery,
            "what is sent is delivered, if neither node crashes"
        ),
    ]
}

fn fifo_promises<S: Link>() -> Vec<Property<S>> {
    let mut promises = reliable_promises();
    let order = property!(
        Safety,
        fifo_link::order,
        "messages are delivered in the order in which they were sent"
    );
    promises.insert(2, order);
    promises
}

fn at_most_once_promises<S: Link>() -> Vec<Property<S>> {
    vec![
        property!(Safety, reliable_link::no_creation, "what is delivered had been sent"),
        property!(Safety, fifo_link::at_most_once, "in order; nothing twice, whatever crashes"),
        property!(
            Liveness,
            fifo_link::delivery_despite_sender_crash,
            "what is sent is delivered, unless its receiver crashes"
        ),
    ]
}

fn at_least_once_promises<S: Link>() -> Vec<Property<S>> {
    vec![
        property!(Safety, reliable_link::no_creation, "what is delivered had been sent"),
        property!(
            Safety,
            fifo_link::at_least_once,
            "in order; nothing is skipped, whatever crashes"
        ),
        property!(
            Liveness,
            fifo_link::delivery_after_recovery,
            "what is sent is delivered, once both nodes are up to stay"
        ),
    ]
}

/// A link that carries words.
trait Link: Service<Request = SendTo<Word>, Indication = Deliver<Word>> {}
impl<S: Service<Request = SendTo<Word>, Indication = Deliver<Word>>> Link for S {}

/// One node for each name, all built alike.
fn nodes<N: Clone>(parameters: &Parameters, build: impl Fn(u32) -> N) -> Vec<N> {
    vec![build(parameters.nodes()); parameters.nodes() as usize]
}

/// What can be chosen for a run of a link.
pub const PARAMETERS: &[Parameter] = &[
    Parameter { name: "nodes", about: "how many nodes", default: 2, least: 2, most: 26 },
    Parameter {
        name: "messages",
        about: "how many messages each sender sends to each receiver, a round",
        default: 5,
        least: 1,
        most: 10_000,
    },
    Parameter {
        name: "everyone",
        about: "0: only A sends; 1: every node sends to every other",
        default: 0,
        least: 0,
        most: 1,
    },
    Parameter {
        name: "rounds",
        about: "how many rounds, at least 300 ms apart",
        default: 1,
        least: 1,
        most: 1_000,
    },
    Parameter {
        name: "words",
        about: "how many different messages there are on a link; 0: all differ",
        default: 0,
        least: 0,
        most: 26,
    },
    Parameter {
        name: "window",
        about: "how many messages to a node may be unacknowledged at a time",
        default: 8,
        least: 1,
        most: 1_000,
    },
];

/// The most requests of a run.
const MOST_REQUESTS: u64 = 100_000;

/// Each sender sends its words, one a millisecond, round after round.
pub(super) fn workload(
    parameters: &Parameters,
) -> Result<Vec<(Time, NodeId, SendTo<Word>)>, String> {
    let (n, messages) = (parameters.nodes(), parameters.get("messages"));
    // A round is over before the next one begins.
    let gap = (messages + 100).max(300);
    let senders = if parameters.get("everyone") == 1 { n } else { 1 };
    let links = u64::from(senders) * (u64::from(n) - 1);
    let requests = parameters.get("rounds") * messages * links;
    if requests > MOST_REQUESTS {
        return Err(format!(
            "that makes {requests} requests, and a run has {MOST_REQUESTS} at most"
        ));
    }
    let mut workload = Vec::new();
    for round in 0..parameters.get("rounds") {
        for i in 0..messages {
            for from in NodeId::all(senders) {
                for to in NodeId::all(n).filter(|&to| to != from) {
                    let msg = word(round * messages + i, parameters.get("words"));
                    let at = (1 + gap * round + i) * MILLIS;
                    workload.push((at, from, SendTo { to, msg }));
                }
            }
        }
    }
    Ok(workload)
}

/// The `i`-th message on a link: a word of the spelling alphabet, so that one sees at once whether
/// the order is right.
pub(super) fn word(i: u64, distinct: u64) -> Word {
    let i = if distinct == 0 { i } else { i % distinct };
    WORDS.get(i as usize).map_or_else(|| format!("m{}", i + 1), |&word| word.to_string())
}

const WORDS: [&str; 26] = [
    "alfa", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india", "juliett",
    "kilo", "lima", "mike", "november", "oscar", "papa", "quebec", "romeo", "sierra", "tango",
    "uniform", "victor", "whiskey", "x-ray", "yankee", "zulu",
];
