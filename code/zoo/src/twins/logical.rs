// Twins of the logical clocks of chapter 4.

use super::{Place, Topic, Twin};

/// The topic.
pub(super) const TOPIC: Topic = Topic { name: "logical", places: PLACES, twins: TWINS };

const PLACES: &[Place] = &[
    Place {
        module: "clock/lamport.rs",
        subject: "lamport-clock",
        made_by: "logical::lamport({name}, \"Lamport clock\", |_| {twin}::Lamport::new())",
    },
    Place {
        module: "clock/durable_lamport.rs",
        subject: "lamport-clock-on-disk",
        made_by: "logical::lamport({name}, \"Lamport clock on disk\", |_| {twin}::DurableLamport::new())",
    },
    Place {
        module: "clock/vector.rs",
        subject: "vector-clock",
        made_by: "logical::vector({name}, {twin}::Vector::new)",
    },
];

const TWINS: &[Twin] = &[
    Twin {
        name: "lamport-increment-first",
        bug: "counts the receipt first and takes the maximum afterwards: the receipt gets the number of the sending",
        module: "clock/lamport.rs",
        old: "self.t = self.t.max(t) + 1;",
        new: "self.t = (self.t + 1).max(t);",
        subject: "lamport-clock",
        breaks: "causality::consistent",
    },
    Twin {
        name: "lamport-no-increment",
        bug: "takes the maximum and does not count the receipt",
        module: "clock/lamport.rs",
        old: "self.t = self.t.max(t) + 1;",
        new: "self.t = self.t.max(t);",
        subject: "lamport-clock",
        breaks: "causality::consistent",
    },
    Twin {
        name: "lamport-no-maximum",
        bug: "counts its own events only, and does not look at the number on the message",
        module: "clock/lamport.rs",
        old: "self.t = self.t.max(t) + 1;",
        new: "let _ = t;
        self.t += 1;",
        subject: "lamport-clock",
        breaks: "causality::consistent",
    },
    Twin {
        name: "lamport-sender-wins",
        bug: "goes on from the number on the message even if its own is higher, so the clock runs back",
        module: "clock/lamport.rs",
        old: "self.t = self.t.max(t) + 1;",
        new: "self.t = t + 1;",
        subject: "lamport-clock",
        breaks: "causality::total_order",
    },
    Twin {
        name: "lamport-counts-messages-only",
        bug: "does not count local events: they get the number of the event before",
        module: "clock/lamport.rs",
        old: "                self.t += 1;
                ctx.indicate(Stamped { time: self.t, event: Happened::Local });",
        new: "                ctx.indicate(Stamped { time: self.t, event: Happened::Local });",
        subject: "lamport-clock",
        breaks: "causality::total_order",
    },
    Twin {
        name: "lamport-stamp-before-increment",
        bug: "puts the old number on the message and counts the sending afterwards",
        module: "clock/lamport.rs",
        old: "                self.t += 1;
                ctx.send(to, (self.t, msg.clone()));",
        new: "                ctx.send(to, (self.t, msg.clone()));
                self.t += 1;",
        subject: "lamport-clock",
        breaks: "causality::consistent",
    },
    Twin {
        name: "lamport-drops-what-is-behind",
        bug: "takes a message with a lower number than its own for an old one and drops it",
        module: "clock/lamport.rs",
        old: "        self.t = self.t.max(t) + 1;",
        new: "        if t < self.t {
            return;
        }
        self.t = t + 1;",
        subject: "lamport-clock",
        breaks: "causality::told",
    },
    Twin {
        name: "lamport-on-disk-receipts-in-memory",
        bug: "does not store the counter on a receipt: after a crash it gives the number again",
        module: "clock/durable_lamport.rs",
        old: "        self.t = self.t.max(t) + 1;
        ctx.store(Reached(self.t));",
        new: "        self.t = self.t.max(t) + 1;",
        subject: "lamport-clock-on-disk",
        breaks: "causality::consistent",
    },
    Twin {
        name: "lamport-on-disk-store-last",
        bug: "stores the counter when it has told the event: a crash in between lets it give the number again",
        module: "clock/durable_lamport.rs",
        old: "        ctx.store(Reached(self.t));
        ctx.indicate(Stamped { time: self.t, event: Happened::Received { from, msg } });",
        new: "        ctx.indicate(Stamped { time: self.t, event: Happened::Received { from, msg } });
        ctx.store(Reached(self.t));",
        subject: "lamport-clock-on-disk",
        breaks: "causality::total_order",
    },
    Twin {
        name: "lamport-on-disk-starts-anew",
        bug: "comes back with a clock at 0 although the counter is on disk",
        module: "clock/durable_lamport.rs",
        old: "DurableLamport { t, ..fresh }",
        new: "{
            let _ = t;
            fresh
        }",
        subject: "lamport-clock-on-disk",
        breaks: "causality::total_order",
    },
    Twin {
        name: "vector-forgets-own-entry",
        bug: "takes over what it received and does not count the receipt itself",
        module: "clock/vector.rs",
        old: "        self.t.merge(&t);
        self.t.0[ctx.me] += 1;",
        new: "        self.t.merge(&t);",
        subject: "vector-clock",
        breaks: "causality::characterises",
    },
    Twin {
        name: "vector-counts-for-sender",
        bug: "counts a receipt in the entry of the sender instead of its own",
        module: "clock/vector.rs",
        old: "        self.t.merge(&t);
        self.t.0[ctx.me] += 1;",
        new: "        self.t.merge(&t);
        self.t.0[from] += 1;",
        subject: "vector-clock",
        breaks: "causality::characterises",
    },
    Twin {
        name: "vector-only-sender-entry",
        bug: "takes over only the entry of the sender: what the sender knew of third nodes is lost",
        module: "clock/vector.rs",
        old: "        self.t.merge(&t);",
        new: "        self.t.0[from] = self.t.0[from].max(t.0[from]);",
        subject: "vector-clock",
        breaks: "causality::characterises",
    },
    Twin {
        name: "vector-last-entry-missing",
        bug: "stops one entry too early when it takes the maximum",
        module: "clock/vector.rs",
        old: "for node in other.0.nodes() {",
        new: "for node in other.0.nodes().rev().skip(1) {",
        subject: "vector-clock",
        breaks: "causality::characterises",
    },
    Twin {
        name: "vector-overwritten",
        bug: "takes over the vector of the message as it is and forgets what it knew itself",
        module: "clock/vector.rs",
        old: "        self.t.merge(&t);",
        new: "        self.t = t;",
        subject: "vector-clock",
        breaks: "causality::consistent",
    },
    Twin {
        name: "vector-any-entry-less",
        bug: "calls one vector less than another as soon as some entry is: everything concurrent seems to be ordered",
        module: "clock/vector.rs",
        old: "            (false, false) => None,",
        new: "            (false, false) => Some(Ordering::Less),",
        subject: "vector-clock",
        breaks: "causality::characterises",
    },
    Twin {
        name: "vector-stale-dropped",
        bug: "drops a message that tells it nothing new",
        module: "clock/vector.rs",
        old: "        self.t.merge(&t);",
        new: "        if t.is_within(&self.t) {
            return;
        }
        self.t.merge(&t);",
        subject: "vector-clock",
        breaks: "causality::told",
    },
];
