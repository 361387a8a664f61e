//! Runs written by hand, for the tests of what is drawn of them.

use distsys::layer::Choice;
use distsys::node::names::{A, B, C};
use distsys::node::{MILLIS, NodeId, Time};
use distsys::sim::event::PacketId;
use distsys::sim::random::{Purpose, below, draws};
use distsys::sim::trace::{Loss, Record, Text, Trace, What};
use std::collections::BTreeMap;

/// Writes a trace record by record. Times are in milliseconds.
pub struct Pen {
    pub trace: Trace<Text>,
    sent: BTreeMap<(NodeId, NodeId), u64>,
    packets: BTreeMap<PacketId, (String, u64)>,
    cause: Option<u64>,
}

impl Pen {
    pub fn new(nodes: u32) -> Self {
        let (sent, packets) = (BTreeMap::new(), BTreeMap::new());
        let mut pen = Pen { trace: Trace::new(nodes), sent, packets, cause: None };
        for node in NodeId::all(nodes) {
            pen.root(0, node, What::Start);
        }
        pen
    }
    pub fn write(&mut self, at: Time, node: NodeId, cause: Option<u64>, what: What<Text>) -> u64 {
        self.trace.records.push(Record { at: at * MILLIS, node, cause, what });
        self.trace.records.len() as u64 - 1
    }
    /// Something that nothing in the run led to; what follows is its effect.
    pub fn root(&mut self, at: Time, node: NodeId, what: What<Text>) {
        self.cause = Some(self.write(at, node, None, what));
    }
    /// An effect of the last event.
    pub fn effect(&mut self, at: Time, node: NodeId, what: What<Text>) -> u64 {
        self.write(at, node, self.cause, what)
    }
    pub fn ask(&mut self, at: Time, from: NodeId, to: NodeId, msg: &str) {
        let request = format!("SendTo {{ to: {to}, msg: {msg:?} }}");
        self.root(at, from, What::Request { ordinal: 0, request });
    }
    pub fn send(&mut self, at: Time, from: NodeId, to: NodeId, packet: &str) -> PacketId {
        let ordinal = self.sent.entry((from, to)).or_default();
        *ordinal += 1;
        let id = PacketId { from, to, ordinal: *ordinal, copy: 0 };
        let index = self.effect(at, from, What::Send { id, packet: packet.to_string() });
        self.packets.insert(id, (packet.to_string(), index));
        id
    }
    pub fn copy(&mut self, at: Time, id: PacketId) -> PacketId {
        let copy = PacketId { copy: id.copy + 1, ..id };
        let (packet, cause) = self.packets[&id].clone();
        let index = self.write(at, id.from, Some(cause), What::Duplicate { id: copy });
        self.packets.insert(copy, (packet, index));
        copy
    }
    pub fn lose(&mut self, at: Time, id: PacketId, why: Loss) {
        let node = if why == Loss::Down { id.to } else { id.from };
        let cause = self.packets[&id].1;
        self.write(at, node, Some(cause), What::Lose { id, why });
    }
    pub fn receive(&mut self, at: Time, id: PacketId) {
        let (packet, cause) = self.packets[&id].clone();
        self.cause = Some(self.write(at, id.to, Some(cause), What::Receive { id, packet }));
    }
    pub fn deliver(&mut self, at: Time, node: NodeId, from: NodeId, msg: &str) {
        let indication = format!("Deliver {{ from: {from}, msg: {msg:?} }}");
        self.effect(at, node, What::Deliver { indication });
    }
    pub fn store(&mut self, at: Time, node: NodeId, change: &str) {
        self.effect(at, node, What::Store { changes: vec![change.to_string()] });
    }
}

fn data(number: u32, msg: &str) -> String {
    format!("First(Data {{ incarnation: 0, base: 1, number: {number}, msg: ({msg:?}, {number}) }})")
}

fn ack(number: u32) -> String {
    format!("First(Ack {{ incarnation: 0, number: {number} }})")
}

/// m2 overtakes m1.
pub fn fifo() -> Trace<Text> {
    let mut pen = Pen::new(2);
    pen.ask(0, A, B, "m1");
    let m1 = pen.send(0, A, B, r#"("m1", 0)"#);
    pen.ask(2, A, B, "m2");
    let m2 = pen.send(2, A, B, r#"("m2", 1)"#);
    pen.receive(8, m2);
    pen.receive(12, m1);
    pen.deliver(12, B, A, "m1");
    pen.deliver(12, B, A, "m2");
    pen.trace
}

pub fn retransmission() -> Trace<Text> {
    let mut pen = Pen::new(2);
    pen.ask(0, A, B, "m1");
    let lost = pen.send(0, A, B, &data(0, "m1"));
    pen.lose(0, lost, Loss::Network);
    pen.effect(0, A, What::SetTimer { timer: "Resend".into(), ordinal: 1, due: 50 * MILLIS });
    pen.root(50, A, What::Timeout { timer: "Resend".into(), ordinal: 1 });
    let again = pen.send(50, A, B, &data(0, "m1"));
    pen.receive(54, again);
    pen.deliver(54, B, A, "m1");
    let ok = pen.send(54, B, A, &ack(0));
    pen.lose(54, ok, Loss::Network);
    pen.root(100, A, What::Timeout { timer: "Resend".into(), ordinal: 2 });
    let third = pen.send(100, A, B, &data(0, "m1"));
    pen.receive(105, third);
    let ok = pen.send(105, B, A, &ack(0));
    pen.receive(109, ok);
    pen.trace
}

pub fn duplicate() -> Trace<Text> {
    let mut pen = Pen::new(2);
    pen.ask(0, A, B, "m1");
    let m1 = pen.send(0, A, B, r#""m1""#);
    let copy = pen.copy(0, m1);
    pen.receive(4, m1);
    pen.deliver(4, B, A, "m1");
    pen.receive(9, copy);
    pen.trace
}

pub fn crash() -> Trace<Text> {
    let mut pen = Pen::new(2);
    pen.ask(0, A, B, "m1");
    let m1 = pen.send(0, A, B, &data(0, "m1"));
    pen.receive(4, m1);
    pen.store(4, B, "Received { from: A, number: 0 }");
    pen.effect(4, B, What::Crash { after_effects: Some(1) });
    pen.root(10, A, What::Timeout { timer: "Resend".into(), ordinal: 1 });
    let again = pen.send(10, A, B, &data(0, "m1"));
    pen.lose(14, again, Loss::Down);
    pen.root(18, B, What::Recover);
    pen.deliver(18, B, A, "m1");
    pen.root(20, A, What::Timeout { timer: "Resend".into(), ordinal: 2 });
    let third = pen.send(20, A, B, &data(0, "m1"));
    pen.receive(24, third);
    let ok = pen.send(24, B, A, &ack(0));
    pen.receive(28, ok);
    pen.trace
}

pub fn partition() -> Trace<Text> {
    let mut pen = Pen::new(3);
    let broadcast = |pen: &mut Pen, at, msg: &str| {
        pen.root(
            at,
            A,
            What::Request { ordinal: 0, request: format!("Broadcast {{ msg: {msg:?} }}") },
        );
        let b = pen.send(at, A, B, &format!("{msg:?}"));
        let c = pen.send(at, A, C, &format!("{msg:?}"));
        (b, c)
    };
    let (b, c) = broadcast(&mut pen, 0, "m1");
    pen.receive(4, b);
    pen.deliver(4, B, A, "m1");
    pen.receive(6, c);
    pen.deliver(6, C, A, "m1");
    for (from, to) in [(A, B), (A, C), (B, A), (C, A)] {
        pen.root(10, from, What::Cut { to });
    }
    let (b, c) = broadcast(&mut pen, 14, "m2");
    pen.lose(14, b, Loss::Cut);
    pen.lose(14, c, Loss::Cut);
    pen.root(17, C, What::Request { ordinal: 0, request: r#"Broadcast { msg: "m3" }"#.into() });
    let a = pen.send(17, C, A, r#""m3""#);
    let b = pen.send(17, C, B, r#""m3""#);
    pen.lose(17, a, Loss::Cut);
    pen.receive(22, b);
    pen.deliver(22, B, C, "m3");
    for (from, to) in [(A, B), (A, C), (B, A), (C, A)] {
        pen.root(30, from, What::Heal { to });
    }
    let (b, c) = broadcast(&mut pen, 32, "m4");
    pen.receive(36, b);
    pen.deliver(36, B, A, "m4");
    pen.receive(37, c);
    pen.deliver(37, C, A, "m4");
    pen.trace
}

pub fn busy() -> Trace<Text> {
    let mut pen = Pen::new(2);
    let mut flying = Vec::new();
    for i in 0..5 {
        for (from, to, word) in [(A, B, "ping"), (B, A, "pong")] {
            let at = u64::from(i) + u64::from(from.0);
            pen.ask(at, from, to, &format!("{word}{i}"));
            let id = pen.send(at, from, to, &data(i, &format!("{word}{i}")));
            flying.push((at + 4 + u64::from(i * 7 % 5), id, format!("{word}{i}"), i));
        }
    }
    flying.sort_by_key(|flight| flight.0);
    let mut acks = Vec::new();
    for (at, id, word, i) in flying {
        pen.receive(at.max(6), id);
        pen.deliver(at.max(6), id.to, id.from, &word);
        acks.push((at.max(6) + 5, pen.send(at.max(6), id.to, id.from, &ack(i))));
    }
    for (at, id) in acks {
        pen.receive(at.max(13), id);
    }
    pen.trace.records.sort_by_key(|record| record.at);
    pen.trace
}

pub fn paused() -> Trace<Text> {
    let mut pen = Pen::new(2);
    pen.ask(0, A, B, "m1");
    let m1 = pen.send(0, A, B, r#""m1""#);
    pen.root(2, B, What::Pause);
    pen.ask(6, A, B, "m2");
    let m2 = pen.send(6, A, B, r#""m2""#);
    pen.root(40, B, What::Resume);
    pen.receive(40, m1);
    pen.deliver(40, B, A, "m1");
    pen.receive(40, m2);
    pen.deliver(40, B, A, "m2");
    pen.trace
}

/// One of everything that is not in the others.
pub fn oddities() -> Trace<Text> {
    let mut pen = Pen::new(3);
    pen.root(0, A, What::Request { ordinal: 0, request: "Start".into() });
    let me = pen.send(0, A, A, r#""to myself""#);
    pen.receive(3, me);
    pen.deliver(3, A, A, "to myself");
    pen.root(5, B, What::Timeout { timer: "Gossip".into(), ordinal: 1 });
    pen.effect(5, B, What::Choose { choice: Choice { bound: 3, answer: 2 } });
    let gossip = pen.send(5, B, C, r#""rumour""#);
    pen.lose(8, gossip, Loss::Dropped);
    pen.effect(5, B, What::CancelTimer { timer: "Gossip".into() });
    let open = pen.send(9, C, A, r#""still on its way""#);
    let _ = open;
    pen.root(12, B, What::Crash { after_effects: None });
    pen.root(15, C, What::Endless);
    pen.trace
}

pub fn all() -> Vec<(&'static str, Trace<Text>)> {
    vec![
        ("fifo", fifo()),
        ("retransmission", retransmission()),
        ("duplicate", duplicate()),
        ("crash", crash()),
        ("partition", partition()),
        ("busy", busy()),
        ("paused", paused()),
        ("oddities", oddities()),
    ]
}

/// A run of up to five nodes with requests, losses, copies, crashes, pauses and cuts where a seed puts them.
pub fn random(seed: u64) -> Trace<Text> {
    let mut draws = draws(seed, Purpose::Workload, 0, 0);
    let mut draw = |bound: u64| below(&mut draws, bound);
    let nodes = 2 + draw(4) as u32;
    let mut pen = Pen::new(nodes);
    let mut flying: Vec<(Time, PacketId)> = Vec::new();
    let mut down = vec![false; nodes as usize];
    let (mut at, steps) = (0, 20 + draw(20));
    for i in 0..=steps {
        // In the end, everything arrives.
        at += if i == steps { 60 } else { draw(6) };
        flying.sort_unstable();
        while let Some(&(due, id)) = flying.first().filter(|(due, _)| *due <= at) {
            flying.remove(0);
            if down[id.to.0 as usize] {
                pen.lose(due, id, Loss::Down);
                continue;
            }
            pen.receive(due, id);
            for _ in 0..draw(3) {
                pen.deliver(due, id.to, id.from, &format!("m{}", draw(20)));
            }
            if i < steps && draw(3) == 0 {
                let ok = pen.send(due, id.to, id.from, &ack(i as u32));
                flying.push((due + 1 + draw(12), ok));
                flying.sort_unstable();
            }
        }
        let (node, to) = (NodeId(draw(nodes.into()) as u32), NodeId(draw(nodes.into()) as u32));
        match draw(12) {
            _ if i == steps => {}
            0 => {
                let state = &mut down[node.0 as usize];
                let crash = What::Crash { after_effects: None };
                pen.root(at, node, if *state { What::Recover } else { crash });
                *state = !*state;
            }
            _ if down[node.0 as usize] => {}
            1 => pen.root(at, node, What::Timeout { timer: "Election".into(), ordinal: i }),
            2 if node != to => pen.root(at, node, What::Cut { to }),
            3 if node != to => pen.root(at, node, What::Heal { to }),
            _ => {
                pen.ask(at, node, to, &format!("m{i}"));
                let id = pen.send(at, node, to, &data(i as u32, &format!("m{i}")));
                match draw(6) {
                    0 => pen.lose(at, id, Loss::Network),
                    1 => {
                        let copy = pen.copy(at, id);
                        flying.extend([(at + 1 + draw(9), id), (at + 1 + draw(30), copy)]);
                    }
                    _ => flying.push((at + 1 + draw(15), id)),
                }
            }
        }
    }
    pen.trace
}

/// More at once than can be read.
pub fn crowded() -> Trace<Text> {
    let mut pen = Pen::new(2);
    for (from, to) in [(A, B), (B, A)] {
        for i in 0..60 {
            let id = pen.send(0, from, to, &data(i, "word"));
            pen.lose(0, id, Loss::Network);
        }
    }
    pen.trace
}

/// Text that would like to be markup, or to command a terminal.
pub fn hostile() -> Trace<Text> {
    let bad = "</text></svg><script>alert('1')</script>\n\n# \u{1b}[2J&amp;\" onload=\"x\u{0}";
    let mut pen = Pen::new(2);
    pen.root(0, A, What::Request { ordinal: 0, request: bad.into() });
    let id = pen.send(0, A, B, bad);
    pen.receive(1, id);
    pen.effect(1, B, What::Deliver { indication: bad.into() });
    pen.store(1, B, bad);
    pen.root(2, A, What::Timeout { timer: bad.into(), ordinal: 1 });
    pen.trace
}
