// Twins of the links of chapter 2.

use super::{Place, Topic, Twin};

/// The links.
pub(super) const TOPIC: Topic = Topic { name: "links", places: PLACES, twins: TWINS };

const PLACES: &[Place] = &[
    Place {
        module: "link/fifo.rs",
        subject: "fifo-link",
        made_by: "links::fifo({name}, {twin}::Fifo::new, links::retransmit)",
    },
    Place {
        module: "link/retransmit.rs",
        subject: "reliable-link",
        made_by: "links::reliable({name}, |n, window| {twin}::Retransmit::new(n).with_window(window))",
    },
    Place {
        module: "link/durable.rs",
        subject: "fifo-link-at-most-once",
        made_by: "links::durable({name}, link::Boundary::AtMostOnce, |n| {twin}::DurableFifo::new(n, {twin}::Boundary::AtMostOnce), links::retransmit)",
    },
    Place {
        module: "link/durable.rs",
        subject: "fifo-link-at-least-once",
        made_by: "links::durable({name}, link::Boundary::AtLeastOnce, |n| {twin}::DurableFifo::new(n, {twin}::Boundary::AtLeastOnce), links::retransmit)",
    },
];

const TWINS: &[Twin] = &[
    Twin {
        name: "fifo-higher-number",
        bug: "delivers whatever number is higher than the last, and skips those in between",
        module: "link/fifo.rs",
        old: "        self.buffer.insert((from, number), msg);
        while let Some(msg) = self.buffer.remove(&(from, self.next_received[from])) {
            ctx.deliver(from, msg);
            self.next_received[from] += 1;
        }",
        new: "        if number >= self.next_received[from] {
            ctx.deliver(from, msg);
            self.next_received[from] = number + 1;
        }",
        subject: "fifo-link",
        breaks: "fifo_link::order",
    },
    Twin {
        name: "fifo-on-arrival",
        bug: "delivers on arrival, and never looks at the numbers",
        module: "link/fifo.rs",
        old: "        self.buffer.insert((from, number), msg);
        while let Some(msg) = self.buffer.remove(&(from, self.next_received[from])) {
            ctx.deliver(from, msg);
            self.next_received[from] += 1;
        }",
        new: "        let _ = number;
        ctx.deliver(from, msg);",
        subject: "fifo-link",
        breaks: "fifo_link::order",
    },
    Twin {
        name: "fifo-early-dropped",
        bug: "drops a message that comes early, and trusts that it will come again",
        module: "link/fifo.rs",
        old: "        self.buffer.insert((from, number), msg);",
        new: "        if number == self.next_received[from] {
            self.buffer.insert((from, number), msg);
        }",
        subject: "fifo-link",
        breaks: "reliable_link::delivery",
    },
    Twin {
        name: "fifo-if-for-while",
        bug: "releases one message that was held back, not all that can go",
        module: "link/fifo.rs",
        old: "while let Some(msg) = self.buffer.remove(",
        new: "if let Some(msg) = self.buffer.remove(",
        subject: "fifo-link",
        breaks: "reliable_link::delivery",
    },
    Twin {
        name: "fifo-one-counter-sending",
        bug: "numbers the messages to all nodes with one counter, so each receiver waits for numbers that went elsewhere",
        module: "link/fifo.rs",
        old: "        self.last_sent[to] += 1;
        ctx.send(to, (msg, self.last_sent[to]));",
        new: "        let counter = NodeId(0);
        self.last_sent[counter] += 1;
        ctx.send(to, (msg, self.last_sent[counter]));",
        subject: "fifo-link",
        breaks: "reliable_link::delivery",
    },
    Twin {
        name: "fifo-one-counter-receiving",
        bug: "expects the messages of all senders to share one sequence of numbers",
        module: "link/fifo.rs",
        old: "        while let Some(msg) = self.buffer.remove(&(from, self.next_received[from])) {
            ctx.deliver(from, msg);
            self.next_received[from] += 1;",
        new: "        let counter = NodeId(0);
        while let Some(msg) = self.buffer.remove(&(from, self.next_received[counter])) {
            ctx.deliver(from, msg);
            self.next_received[counter] += 1;",
        subject: "fifo-link",
        breaks: "reliable_link::delivery",
    },
    Twin {
        name: "retransmit-dedup-by-content",
        bug: "takes a message for a duplicate because an equal one is still under way",
        module: "link/retransmit.rs",
        old: "        self.outgoing[to].waiting.push_back(msg);",
        new: "        let outgoing = &mut self.outgoing[to];
        if outgoing.unacknowledged.values().chain(&outgoing.waiting).any(|other| *other == msg) {
            return;
        }
        outgoing.waiting.push_back(msg);",
        subject: "reliable-link",
        breaks: "reliable_link::delivery",
    },
    Twin {
        name: "retransmit-no-dedup",
        bug: "passes on every copy that comes",
        module: "link/retransmit.rs",
        old: "if self.incoming[from].is_new(incarnation, base, number) {",
        new: "self.incoming[from].is_new(incarnation, base, number);
                {",
        subject: "reliable-link",
        breaks: "reliable_link::no_duplication",
    },
    Twin {
        name: "retransmit-ack-once",
        bug: "acknowledges a message only the first time, so a lost acknowledgement blocks the sender's window",
        module: "link/retransmit.rs",
        old: "                    ctx.deliver(from, msg);
                }
                // Also for an old message: its first acknowledgement may have been
                // lost.
                ctx.send(from, Packet::Ack { incarnation, number });",
        new: "                    ctx.deliver(from, msg);
                    ctx.send(from, Packet::Ack { incarnation, number });
                }",
        subject: "reliable-link",
        breaks: "reliable_link::delivery",
    },
    Twin {
        name: "retransmit-once",
        bug: "sends a second time, but not a third",
        module: "link/retransmit.rs",
        old:
            "            ctx.send(to, Packet::Data { incarnation, base, number, msg: msg.clone() });
        }
        ctx.set_timer(Resend(to), self.resend_after..self.resend_after + 1);",
        new:
            "            ctx.send(to, Packet::Data { incarnation, base, number, msg: msg.clone() });
        }",
        subject: "reliable-link",
        breaks: "reliable_link::delivery",
    },
    Twin {
        name: "retransmit-same-incarnation",
        bug: "does not say that it has come back: the receiver takes the messages of its new life for old ones",
        module: "link/retransmit.rs",
        old: "Retransmit { incarnation: restarts.0 + 1, ..fresh }",
        new: "Retransmit { incarnation: 0, ..fresh }",
        subject: "reliable-link",
        breaks: "reliable_link::delivery",
    },
    Twin {
        name: "retransmit-any-ack",
        bug: "takes the acknowledgement of a message from before its crash for that of a new one",
        module: "link/retransmit.rs",
        old: "Packet::Ack { incarnation, number } if incarnation == self.incarnation => {",
        new: "Packet::Ack { incarnation, number } if incarnation <= self.incarnation => {",
        subject: "reliable-link",
        breaks: "reliable_link::delivery",
    },
    Twin {
        name: "retransmit-restarts-in-memory",
        bug: "does not store that it has come back: after a second crash it takes the same incarnation again",
        module: "link/retransmit.rs",
        old: "        ctx.store(Restarted);
",
        new: "",
        subject: "reliable-link",
        breaks: "reliable_link::delivery",
    },
    Twin {
        name: "durable-nothing-sent-again",
        bug: "comes back and does not send again what had not been confirmed",
        module: "link/durable.rs",
        old: "            node.send_unconfirmed(other, ctx);
",
        new: "",
        subject: "fifo-link-at-most-once",
        breaks: "fifo_link::delivery_despite_sender_crash",
    },
    Twin {
        name: "durable-confirm-before-store",
        bug: "confirms before it has delivered and stored: a crash in between loses the message, since its sender forgets it",
        module: "link/durable.rs",
        old: "        if !ready.is_empty() {
            self.deliver_and_store(from, ready, last, ctx);
        }
        ctx.send(from, Packet::Confirm(last));",
        new: "        ctx.send(from, Packet::Confirm(last));
        if !ready.is_empty() {
            self.deliver_and_store(from, ready, last, ctx);
        }",
        subject: "fifo-link-at-least-once",
        breaks: "fifo_link::delivery_after_recovery",
    },
    Twin {
        name: "durable-send-counter-in-memory",
        bug: "does not store which numbers it has used: after a crash it uses them again",
        module: "link/durable.rs",
        old: "        self.store(Step::Sent(to, number, msg.clone()), ctx);",
        new: "        self.kept.apply(Step::Sent(to, number, msg.clone()));",
        subject: "fifo-link-at-least-once",
        breaks: "fifo_link::delivery_after_recovery",
    },
    Twin {
        name: "durable-receive-counter-in-memory",
        bug: "does not store how far it has delivered: after a crash it waits for message 1 again",
        module: "link/durable.rs",
        old: "        if self.boundary == Boundary::AtLeastOnce {
            self.store(Step::Delivered(from, last), ctx);
        }",
        new: "        if self.boundary == Boundary::AtLeastOnce {
            self.kept.apply(Step::Delivered(from, last));
        }",
        subject: "fifo-link-at-least-once",
        breaks: "fifo_link::delivery_after_recovery",
    },
    Twin {
        name: "durable-deliver-then-store",
        bug: "delivers before it stores although at most once was promised: a crash in between repeats the message",
        module: "link/durable.rs",
        old: "        if self.boundary == Boundary::AtMostOnce {
            self.store(Step::Delivered(from, last), ctx);
        }
        for msg in ready {
            ctx.deliver(from, msg);
        }
        if self.boundary == Boundary::AtLeastOnce {",
        new: "        for msg in ready {
            ctx.deliver(from, msg);
        }
        {",
        subject: "fifo-link-at-most-once",
        breaks: "fifo_link::at_most_once",
    },
    Twin {
        name: "durable-store-then-deliver",
        bug: "stores before it delivers although at least once was promised: a crash in between skips the message",
        module: "link/durable.rs",
        old: "        if self.boundary == Boundary::AtMostOnce {
            self.store(Step::Delivered(from, last), ctx);
        }
        for msg in ready {
            ctx.deliver(from, msg);
        }
        if self.boundary == Boundary::AtLeastOnce {
            self.store(Step::Delivered(from, last), ctx);
        }",
        new: "        self.store(Step::Delivered(from, last), ctx);
        for msg in ready {
            ctx.deliver(from, msg);
        }",
        subject: "fifo-link-at-least-once",
        breaks: "fifo_link::at_least_once",
    },
    Twin {
        name: "durable-silent-return",
        bug: "tells nobody that it is back, so what it had held back in memory is not sent again",
        module: "link/durable.rs",
        old: "            ctx.send(other, Packet::Back(node.kept.last_delivered(other)));
",
        new: "",
        subject: "fifo-link-at-least-once",
        breaks: "fifo_link::delivery_after_recovery",
    },
    Twin {
        name: "durable-early-confirmed",
        bug: "confirms a message that it only holds back in memory",
        module: "link/durable.rs",
        old: "        ctx.send(from, Packet::Confirm(last));",
        new: "        ctx.send(from, Packet::Confirm(last.max(number)));",
        subject: "fifo-link-at-least-once",
        breaks: "fifo_link::delivery_after_recovery",
    },
];
