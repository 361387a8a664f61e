//! Runs written by hand, such as the course has.

use crate::pen::Pen;
use distsys::layer::Choice;
use distsys::node::MILLIS;
use distsys::node::names::{A, B, C};
use distsys::sim::trace::{Loss, Text, Trace, What};

/// A packet with a message.
pub(crate) fn data(number: u32, msg: &str) -> String {
    format!("First(Data {{ incarnation: 0, base: 1, number: {number}, msg: ({msg:?}, {number}) }})")
}

/// A packet that acknowledges one.
pub(crate) fn ack(number: u32) -> String {
    format!("First(Ack {{ incarnation: 0, number: {number} }})")
}

/// m2 overtakes m1.
pub(crate) fn fifo() -> Trace<Text> {
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

/// m2 overtakes m1 and is never delivered, although it comes twice.
pub(crate) fn stuck() -> Trace<Text> {
    let mut pen = Pen::new(2);
    pen.ask(0, A, B, "m1");
    let m1 = pen.send(0, A, B, &data(1, "m1"));
    pen.ask(2, A, B, "m2");
    let m2 = pen.send(2, A, B, &data(2, "m2"));
    let again = pen.copy(2, m2);
    pen.receive(8, m2);
    pen.receive(12, m1);
    pen.deliver(12, B, A, "m1");
    pen.receive(14, again);
    pen.trace
}

/// m2 and m3 overtake m1.
pub(crate) fn overtaken() -> Trace<Text> {
    let mut pen = Pen::new(2);
    let words = ["m1", "m2", "m3"];
    let packets = [0, 1, 2].map(|i| {
        let (at, msg) = (2 * i as u64, words[i]);
        pen.ask(at, A, B, msg);
        pen.send(at, A, B, &format!("({msg:?}, {})", i + 1))
    });
    pen.receive(12, packets[1]);
    pen.receive(14, packets[2]);
    pen.receive(20, packets[0]);
    for msg in words {
        pen.deliver(20, B, A, msg);
    }
    pen.trace
}

/// One message overtakes another, both with long labels, and both are acknowledged.
pub(crate) fn acknowledged() -> Trace<Text> {
    let mut pen = Pen::new(2);
    let packets = [("alfa", 1), ("bravo", 2)].map(|(msg, number)| {
        pen.ask(number, A, B, msg);
        pen.send(number, A, B, &format!("Data {{ number: {number}, msg: ({msg:?}, {number}) }}"))
    });
    pen.receive(12, packets[1]);
    let ack_2 = pen.send(12, B, A, &ack(2));
    pen.receive(21, packets[0]);
    pen.deliver(21, B, A, "alfa");
    pen.deliver(21, B, A, "bravo");
    let ack_1 = pen.send(21, B, A, &ack(1));
    pen.receive(22, ack_2);
    pen.receive(31, ack_1);
    pen.trace
}

pub(crate) fn retransmission() -> Trace<Text> {
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

pub(crate) fn duplicate() -> Trace<Text> {
    let mut pen = Pen::new(2);
    pen.ask(0, A, B, "m1");
    let m1 = pen.send(0, A, B, r#""m1""#);
    let copy = pen.copy(0, m1);
    pen.receive(4, m1);
    pen.deliver(4, B, A, "m1");
    pen.receive(9, copy);
    pen.trace
}

pub(crate) fn crash() -> Trace<Text> {
    let mut pen = Pen::new(2);
    pen.ask(0, A, B, "m1");
    let m1 = pen.send(0, A, B, &data(0, "m1"));
    pen.receive(4, m1);
    pen.store(4, B, "Received { from: A, number: 0 }");
    pen.effect(4, B, What::Crash { after_effects: Some(1), undone: Vec::new() });
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

pub(crate) fn partition() -> Trace<Text> {
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

pub(crate) fn busy() -> Trace<Text> {
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

pub(crate) fn paused() -> Trace<Text> {
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
pub(crate) fn oddities() -> Trace<Text> {
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
    pen.root(12, B, What::Crash { after_effects: None, undone: Vec::new() });
    pen.root(15, C, What::Endless);
    pen.trace
}

pub(crate) fn all() -> Vec<(&'static str, Trace<Text>)> {
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

/// More at once than can be read.
pub(crate) fn crowded() -> Trace<Text> {
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
pub(crate) fn hostile() -> Trace<Text> {
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
