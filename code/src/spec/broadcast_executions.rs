//! All small executions of a broadcast, whatever the algorithm: who broadcast and delivered what,
//! and in which order at each node.
//!
//! Evidence beside a proof (exercise 15): what is claimed of all executions is looked up in all of
//! them up to a size.

use crate::layer::Never;
use crate::node::{MILLIS, NodeId};
use crate::service::{Broadcast, Deliver};
use crate::sim::{PacketId, Record, Trace, What, trace::Terms};
use std::collections::BTreeMap;

/// What one node does, one thing after the other. Messages are numbered from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// It broadcasts this message.
    Broadcast(usize),
    /// It delivers it.
    Deliver(usize),
}

/// Which executions there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Every node delivers every message, once.
    Complete,
    /// Every node delivers any of the messages, each at most once.
    Partial,
    /// The last node crashes: it delivers any of the messages. The others deliver the same ones,
    /// among them all of their own.
    LastCrashes,
}

/// One execution.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Execution {
    /// Who broadcasts each message.
    pub senders: Vec<NodeId>,
    /// What each node does.
    pub nodes: Vec<Vec<Step>>,
    /// Who crashes after its last step.
    pub crashed: Option<NodeId>,
}

/// Shows `see` all executions of so many nodes and messages that can come about, up to names.
///
/// Messages are numbered by their broadcasters, and for each of them by time; and among nodes that
/// do not crash, one with a lower name broadcasts at least as many.
pub fn each(nodes: u32, messages: usize, which: Which, mut see: impl FnMut(&Execution)) {
    let crashed = (which == Which::LastCrashes).then(|| NodeId(nodes - 1));
    for counts in counts(nodes as usize, messages, crashed.is_some()) {
        let senders: Vec<NodeId> =
            NodeId::all(nodes).zip(&counts).flat_map(|(node, &n)| vec![node; n]).collect();
        for delivered in sets(&senders, crashed) {
            let choices: Vec<Vec<Vec<Step>>> = NodeId::all(nodes)
                .map(|node| steps_of(node, &senders, &delivered, which, crashed))
                .collect();
            each_product(&choices, |nodes| {
                let execution = Execution { senders: senders.clone(), nodes, crashed };
                if execution.in_some_order().is_some() {
                    see(&execution);
                }
            });
        }
    }
}

/// How many messages each node broadcasts.
fn counts(nodes: usize, messages: usize, last_is_apart: bool) -> Vec<Vec<usize>> {
    fn extend(
        counts: &mut Vec<usize>,
        left: usize,
        nodes: usize,
        free: usize,
        out: &mut Vec<Vec<usize>>,
    ) {
        if counts.len() == nodes {
            if left == 0 {
                out.push(counts.clone());
            }
            return;
        }
        let most = match counts.last() {
            Some(&last) if counts.len() < free => last.min(left),
            _ => left,
        };
        for count in (0..=most).rev() {
            counts.push(count);
            extend(counts, left - count, nodes, free, out);
            counts.pop();
        }
    }
    let mut out = Vec::new();
    let free = if last_is_apart { nodes - 1 } else { nodes };
    extend(&mut Vec::new(), messages, nodes, free, &mut out);
    out
}

/// What the nodes that do not crash may deliver: all; or if one crashes, perhaps not all of its.
fn sets(senders: &[NodeId], crashed: Option<NodeId>) -> Vec<Vec<usize>> {
    let all: Vec<usize> = (0..senders.len()).collect();
    if crashed.is_none() {
        return vec![all];
    }
    let may_miss = |message: usize| Some(senders[message]) == crashed;
    let subsets = subsets(&all).into_iter();
    subsets.filter(|set| all.iter().all(|&it| may_miss(it) || set.contains(&it))).collect()
}

/// All that this node may do.
fn steps_of(
    node: NodeId,
    senders: &[NodeId],
    delivered: &[usize],
    which: Which,
    crashed: Option<NodeId>,
) -> Vec<Vec<Step>> {
    let own: Vec<usize> = (0..senders.len()).filter(|&it| senders[it] == node).collect();
    let sets = match which {
        Which::Partial => subsets(delivered),
        _ if crashed == Some(node) => subsets(&(0..senders.len()).collect::<Vec<_>>()),
        _ => vec![delivered.to_vec()],
    };
    let mut out = Vec::new();
    for set in sets {
        arrange(&mut Vec::new(), &own, &set, &mut out);
    }
    out
}

/// All arrangements of these broadcasts, in this order, and these deliveries, in any.
fn arrange(steps: &mut Vec<Step>, own: &[usize], deliver: &[usize], out: &mut Vec<Vec<Step>>) {
    if own.is_empty() && deliver.is_empty() {
        out.push(steps.clone());
    }
    if let [next, rest @ ..] = own {
        steps.push(Step::Broadcast(*next));
        arrange(steps, rest, deliver, out);
        steps.pop();
    }
    // A node cannot deliver its own message before it has broadcast it.
    for &message in deliver.iter().filter(|message| !own.contains(message)) {
        let rest: Vec<usize> = deliver.iter().copied().filter(|&it| it != message).collect();
        steps.push(Step::Deliver(message));
        arrange(steps, own, &rest, out);
        steps.pop();
    }
}

fn subsets(of: &[usize]) -> Vec<Vec<usize>> {
    let mut subsets = vec![Vec::new()];
    for &next in of {
        let with = subsets.iter().map(|set| [set.as_slice(), &[next]].concat());
        let with: Vec<_> = with.collect();
        subsets.extend(with);
    }
    subsets
}

/// Each way to take one of each.
fn each_product<T: Clone>(choices: &[Vec<T>], mut see: impl FnMut(Vec<T>)) {
    let mut places = vec![0; choices.len()];
    loop {
        see(places.iter().zip(choices).map(|(&place, choice)| choice[place].clone()).collect());
        let next = (0..choices.len()).rev().find(|&it| places[it] + 1 < choices[it].len());
        let Some(next) = next else { return };
        places[next] += 1;
        places[next + 1..].fill(0);
    }
}

/// The words of an execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Words;
impl Terms for Words {
    type Request = Broadcast<&'static str>;
    type Indication = Deliver<&'static str>;
    type Packet = &'static str;
    type Timer = Never;
    type Change = Never;
}

const NAMES: [&str; 6] = ["m1", "m2", "m3", "m4", "m5", "m6"];

impl Execution {
    /// All steps in an order in which no message is delivered before it is broadcast; `None` if
    /// there is none, since messages wait for each other in a circle.
    pub fn in_some_order(&self) -> Option<Vec<(NodeId, Step)>> {
        let mut next = vec![0; self.nodes.len()];
        let mut sent = vec![false; self.senders.len()];
        let mut order = Vec::new();
        loop {
            let can = |(node, steps): &(usize, &Vec<Step>)| match steps.get(next[*node]) {
                Some(Step::Broadcast(_)) => true,
                Some(Step::Deliver(message)) => sent[*message],
                None => false,
            };
            let Some((node, steps)) = self.nodes.iter().enumerate().find(can) else { break };
            let step = steps[next[node]];
            if let Step::Broadcast(message) = step {
                sent[message] = true;
            }
            next[node] += 1;
            order.push((NodeId(node as u32), step));
        }
        let all = next.iter().zip(&self.nodes).all(|(&next, steps)| next == steps.len());
        all.then_some(order)
    }

    /// The execution as a trace, for the properties: a step every 10 ms, and no packets.
    pub fn trace(&self) -> Trace<Words> {
        self.as_trace(false)
    }
    /// The execution as a trace, for a picture: with a packet from each broadcast to each delivery.
    pub fn picture(&self) -> Trace<Words> {
        self.as_trace(true)
    }

    fn as_trace(&self, packets: bool) -> Trace<Words> {
        let mut trace = Trace::new(self.nodes.len() as u32);
        let mut sends = BTreeMap::new();
        let mut at = 0;
        for (node, step) in self.in_some_order().into_iter().flatten() {
            let mut record = |cause, what| {
                trace.records.push(Record { at, node, cause, what });
                Some(trace.records.len() as u64 - 1)
            };
            match step {
                Step::Broadcast(message) => {
                    let request = Broadcast { msg: NAMES[message] };
                    let cause = record(None, What::Request { ordinal: message as u32, request });
                    for to in self.receivers(message).filter(|_| packets) {
                        let id = PacketId { from: node, to, ordinal: message as u64 + 1, copy: 0 };
                        let send = record(cause, What::Send { id, packet: NAMES[message] });
                        sends.insert((message, to), (id, send));
                    }
                }
                Step::Deliver(message) => {
                    let (from, msg) = (self.senders[message], NAMES[message]);
                    let came = sends
                        .get(&(message, node))
                        .map(|&(id, send)| record(send, What::Receive { id, packet: msg }));
                    let indication = Deliver { from, msg };
                    record(came.flatten(), What::Deliver { indication });
                }
            }
            at += 10 * MILLIS;
        }
        if let Some(node) = self.crashed {
            let what = What::Crash { after_effects: None, undone: Vec::new() };
            trace.records.push(Record { at, node, cause: None, what });
        }
        trace
    }

    /// The other nodes that deliver the message.
    fn receivers(&self, message: usize) -> impl Iterator<Item = NodeId> {
        let has = move |steps: &[Step]| steps.contains(&Step::Deliver(message));
        let sender = self.senders[message];
        let nodes = (0..).map(NodeId).zip(&self.nodes);
        nodes.filter(move |(node, steps)| *node != sender && has(steps)).map(|(node, _)| node)
    }
}
