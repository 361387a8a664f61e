// Twins of the broadcasts of chapter 4.

use super::{Place, Topic, Twin};

/// The topic.
pub(super) const TOPIC: Topic = Topic { name: "broadcasts", places: PLACES, twins: TWINS };

const PLACES: &[Place] = &[
    Place {
        module: "broadcast/direct.rs",
        subject: "direct-broadcast",
        made_by: "broadcasts::direct({name}, {twin}::Direct::new)",
    },
    Place {
        module: "broadcast/eager.rs",
        subject: "eager-reliable-broadcast",
        made_by: "broadcasts::reliable({name}, {twin}::Eager::new)",
    },
    Place {
        module: "broadcast/gossip.rs",
        subject: "gossip",
        made_by: "broadcasts::gossip({name}, {twin}::Gossip::new)",
    },
    Place {
        module: "broadcast/fifo.rs",
        subject: "fifo-broadcast",
        made_by: "broadcasts::fifo({name}, {twin}::Fifo::new)",
    },
    Place {
        module: "broadcast/causal.rs",
        subject: "causal-broadcast",
        made_by: "broadcasts::causal({name}, {twin}::Causal::new)",
    },
    Place {
        module: "broadcast/leader.rs",
        subject: "leader-total-order",
        made_by: "broadcasts::led({name}, |_| {twin}::Leader::new(distsys::node::names::A))",
    },
    Place {
        module: "broadcast/lamport_order.rs",
        subject: "lamport-total-order",
        made_by: "broadcasts::total({name}, {twin}::LamportOrder::new)",
    },
];

const TWINS: &[Twin] = &[
    Twin {
        name: "direct-last-left-out",
        bug: "counts to one node less than there are, so the last one never hears anything",
        module: "broadcast/direct.rs",
        old: "NodeId::all(self.nodes)",
        new: "NodeId::all(self.nodes - 1)",
        subject: "direct-broadcast",
        breaks: "reliable_broadcast::delivery",
    },
    Twin {
        name: "direct-own-twice",
        bug: "sends its message to itself as well, and delivers it both times",
        module: "broadcast/direct.rs",
        old: "            if node != ctx.me {
                ctx.send(node, msg.clone());
            }",
        new: "            ctx.send(node, msg.clone());",
        subject: "direct-broadcast",
        breaks: "reliable_broadcast::no_duplication",
    },
    Twin {
        name: "direct-own-not-delivered",
        bug: "forgets that the broadcaster is one of those who deliver",
        module: "broadcast/direct.rs",
        old: "        ctx.deliver(ctx.me, msg);",
        new: "",
        subject: "direct-broadcast",
        breaks: "reliable_broadcast::delivery",
    },
    Twin {
        name: "direct-from-the-last",
        bug: "names a fixed node as the broadcaster of whatever comes",
        module: "broadcast/direct.rs",
        old: "        ctx.deliver(from, msg);",
        new: "        let _ = from;
        ctx.deliver(NodeId(self.nodes - 1), msg);",
        subject: "direct-broadcast",
        breaks: "reliable_broadcast::no_creation",
    },
    Twin {
        name: "eager-no-relay",
        bug: "only the broadcaster sends; nobody passes on what it receives",
        module: "broadcast/eager.rs",
        old: "            if node != ctx.me {",
        new: "            if node != ctx.me && named.sender == ctx.me {",
        subject: "eager-reliable-broadcast",
        breaks: "reliable_broadcast::agreement",
    },
    Twin {
        name: "eager-name-without-sender",
        bug: "remembers messages by their number alone, and takes another node's message 0 for one it knows",
        module: "broadcast/eager.rs",
        old: "self.seen.insert((named.sender, named.number))",
        new: "self.seen.insert((NodeId(0), named.number))",
        subject: "eager-reliable-broadcast",
        breaks: "reliable_broadcast::validity",
    },
    Twin {
        name: "eager-own-not-remembered",
        bug: "does not remember its own messages as seen, so they are news when they come back",
        module: "broadcast/eager.rs",
        old: "        self.receive(named, ctx);
    }

    /// A message comes",
        new: "        self.receive(named.clone(), ctx);
        self.seen.remove(&(named.sender, named.number));
    }

    /// A message comes",
        subject: "eager-reliable-broadcast",
        breaks: "reliable_broadcast::no_duplication",
    },
    Twin {
        name: "eager-sender-is-the-last-hop",
        bug: "takes the node that passed a message on for the one that broadcast it",
        module: "broadcast/eager.rs",
        old: "    fn on_receive(&mut self, Deliver { msg, .. }: Deliver<Named<M>>, ctx: &mut Context<Self>) {",
        new: "    fn on_receive(&mut self, Deliver { msg, from }: Deliver<Named<M>>, ctx: &mut Context<Self>) {
        let msg = Named { sender: from, ..msg };",
        subject: "eager-reliable-broadcast",
        breaks: "reliable_broadcast::no_creation",
    },
    Twin {
        name: "gossip-no-relay",
        bug: "tells a few others when it broadcasts, and passes on nothing that it is told",
        module: "broadcast/gossip.rs",
        old: "for _ in 0..self.fan_out.min(self.nodes - 1) {",
        new: "let fan_out = if named.sender == ctx.me { self.fan_out } else { 0 };
        for _ in 0..fan_out.min(self.nodes - 1) {",
        subject: "gossip",
        breaks: "gossip::relay",
    },
    Twin {
        name: "gossip-same-twice",
        bug: "draws with replacement, so it may tell one node twice instead of two nodes",
        module: "broadcast/gossip.rs",
        old: "ctx.send(others.remove(choice), named.clone());",
        new: "ctx.send(others[choice], named.clone());",
        subject: "gossip",
        breaks: "gossip::relay",
    },
    Twin {
        name: "gossip-seen-by-hop",
        bug: "remembers who told it what, not what it was told: from each teller it takes the message for new",
        module: "broadcast/gossip.rs",
        old: "    fn on_receive(&mut self, Deliver { msg, .. }: Deliver<Named<M>>, ctx: &mut Context<Self>) {
        self.receive(msg, ctx);",
        new: "    fn on_receive(&mut self, Deliver { msg, from }: Deliver<Named<M>>, ctx: &mut Context<Self>) {
        // Which message of which node, and by whom, in one number.
        let heard = 1_000_000 + 1_000 * msg.number + u64::from(msg.sender.0);
        if self.seen.insert((from, heard)) {
            self.seen.remove(&(msg.sender, msg.number));
            self.receive(msg, ctx);
        }",
        subject: "gossip",
        breaks: "reliable_broadcast::no_duplication",
    },
    Twin {
        name: "fifo-broadcast-on-arrival",
        bug: "delivers on arrival, and never looks at the numbers",
        module: "broadcast/fifo.rs",
        old: "position(|(sender, seq, _)| *seq == self.delivered[*sender])",
        new: "position(|_| true)",
        subject: "fifo-broadcast",
        breaks: "fifo_broadcast::order",
    },
    Twin {
        name: "fifo-broadcast-if-for-while",
        bug: "releases one message that was held back, not all that can go",
        module: "broadcast/fifo.rs",
        old: "while let Some(next) = self.next() {",
        new: "if let Some(next) = self.next() {",
        subject: "fifo-broadcast",
        breaks: "reliable_broadcast::agreement",
    },
    Twin {
        name: "fifo-broadcast-one-counter",
        bug: "counts what is delivered from all nodes together, and waits for numbers that nobody gave",
        module: "broadcast/fifo.rs",
        old: "*seq == self.delivered[*sender]",
        new: "{
            let _ = sender;
            *seq == self.delivered.iter().map(|(_, number)| number).sum::<SeqNo>()
        }",
        subject: "fifo-broadcast",
        breaks: "reliable_broadcast::agreement",
    },
    Twin {
        name: "fifo-broadcast-own-at-once",
        bug: "delivers its own message when it broadcasts it, and again when it comes back",
        module: "broadcast/fifo.rs",
        old: "        ctx.broadcast((msg, self.send_seq));",
        new: "        ctx.deliver(ctx.me, msg.clone());
        ctx.broadcast((msg, self.send_seq));",
        subject: "fifo-broadcast",
        breaks: "reliable_broadcast::no_duplication",
    },
    Twin {
        name: "fifo-broadcast-counts-on-receipt",
        bug: "counts a message as delivered when it comes, not when it is delivered",
        module: "broadcast/fifo.rs",
        old: "        self.buffer.push((from, seq, msg));",
        new: "        self.delivered[from] = self.delivered[from].max(seq);
        self.buffer.push((from, seq, msg));",
        subject: "fifo-broadcast",
        breaks: "fifo_broadcast::order",
    },
    Twin {
        name: "causal-own-entry-delivered",
        bug: "leaves in its own entry what it has delivered of its own, not what it has broadcast",
        module: "broadcast/causal.rs",
        old: "        deps[ctx.me] = self.send_seq;
",
        new: "        let _ = &mut deps;
",
        subject: "causal-broadcast",
        breaks: "fifo_broadcast::order",
    },
    Twin {
        name: "causal-only-own-entry",
        bug: "depends on its own earlier messages only: no more than FIFO broadcast",
        module: "broadcast/causal.rs",
        old: "        let mut deps = self.delivered.clone();",
        new: "        let mut deps = PerNode::new(self.delivered.0.len() as u32, 0);",
        subject: "causal-broadcast",
        breaks: "causal_broadcast::order",
    },
    Twin {
        name: "causal-no-own-entry",
        bug: "depends on the messages of others only, and forgets its own",
        module: "broadcast/causal.rs",
        old: "deps[ctx.me] = self.send_seq;",
        new: "deps[ctx.me] = 0;",
        subject: "causal-broadcast",
        breaks: "fifo_broadcast::order",
    },
    Twin {
        name: "causal-counts-on-receipt",
        bug: "counts what has come, not what has been delivered",
        module: "broadcast/causal.rs",
        old: "        self.buffer.push((from, deps, msg));
        while let Some(next) = self.next() {
            let (sender, _, msg) = self.buffer.remove(next);
            ctx.deliver(sender, msg);
            self.delivered[sender] += 1;
        }",
        new: "        self.delivered[from] += 1;
        self.buffer.push((from, deps, msg));
        while let Some(next) = self.next() {
            let (sender, _, msg) = self.buffer.remove(next);
            ctx.deliver(sender, msg);
        }",
        subject: "causal-broadcast",
        breaks: "causal_broadcast::order",
    },
    Twin {
        name: "causal-if-for-while",
        bug: "releases one message that was held back, not all that can go",
        module: "broadcast/causal.rs",
        old: "while let Some(next) = self.next() {",
        new: "if let Some(next) = self.next() {",
        subject: "causal-broadcast",
        breaks: "reliable_broadcast::agreement",
    },
    Twin {
        name: "leader-own-at-once",
        bug: "delivers its own message when it broadcasts it, and again when its turn comes",
        module: "broadcast/leader.rs",
        old: "        if ctx.me == self.leader {
            ctx.broadcast((msg, ctx.me));",
        new: "        ctx.deliver(ctx.me, msg.clone());
        if ctx.me == self.leader {
            ctx.broadcast((msg, ctx.me));",
        subject: "leader-total-order",
        breaks: "reliable_broadcast::no_duplication",
    },
    Twin {
        name: "leader-own-at-once-only",
        bug: "delivers its own message at once, without waiting for its turn",
        module: "broadcast/leader.rs",
        old: "            ctx.send(self.leader, msg);
        }",
        new: "            ctx.send(self.leader, msg.clone());
            ctx.deliver(ctx.me, msg);
        }",
        subject: "leader-total-order",
        breaks: "total_order::same_order",
    },
    Twin {
        name: "leader-own-skipped",
        bug: "skips its own message when the leader broadcasts it, since it knows it already",
        module: "broadcast/leader.rs",
        old: "            Hear::Broadcast(Deliver { msg: (msg, sender), .. }) => ctx.deliver(sender, msg),",
        new: "            Hear::Broadcast(Deliver { msg: (_, sender), .. }) if sender == ctx.me => {}
            Hear::Broadcast(Deliver { msg: (msg, sender), .. }) => ctx.deliver(sender, msg),",
        subject: "leader-total-order",
        breaks: "total_order::agreement_without_crash",
    },
    Twin {
        name: "leader-everyone-leads",
        bug: "broadcasts by itself instead of asking the leader: each node makes an order of its own",
        module: "broadcast/leader.rs",
        old: "        if ctx.me == self.leader {",
        new: "        if true {",
        subject: "leader-total-order",
        breaks: "total_order::prefix",
    },
    Twin {
        name: "leader-takes-the-credit",
        bug: "delivers each message as if the leader had broadcast it",
        module: "broadcast/leader.rs",
        old: "            Hear::Broadcast(Deliver { msg: (msg, sender), .. }) => ctx.deliver(sender, msg),",
        new: "            Hear::Broadcast(Deliver { msg: (msg, _), from }) => ctx.deliver(from, msg),",
        subject: "leader-total-order",
        breaks: "reliable_broadcast::no_creation",
    },
    Twin {
        name: "lamport-order-ties-by-arrival",
        bug: "leaves messages with one timestamp in the order in which they came",
        module: "broadcast/lamport_order.rs",
        old: "(*stamp, *sender);",
        new: "{
            let _ = sender;
            *stamp
        };",
        subject: "lamport-total-order",
        breaks: "total_order::same_order",
    },
    Twin {
        name: "lamport-order-word-of-a-majority",
        bug: "delivers when most nodes have been heard, not all",
        module: "broadcast/lamport_order.rs",
        old: "        self.heard.iter().all(|(_, heard)| heard >= first).then_some(place)",
        new: "        let later = self.heard.iter().filter(|(_, heard)| *heard >= first).count();
        (2 * later > self.heard.0.len()).then_some(place)",
        subject: "lamport-total-order",
        breaks: "total_order::same_order",
    },
    Twin {
        name: "lamport-order-on-arrival",
        bug: "delivers whatever has the lowest timestamp of all that have come, and waits for nobody",
        module: "broadcast/lamport_order.rs",
        old: "self.heard.iter().all(|(_, heard)| heard >= first).then_some(place)",
        new: "Some(*first).map(|_| place)",
        subject: "lamport-total-order",
        breaks: "total_order::prefix",
    },
    Twin {
        name: "lamport-order-no-acknowledgement",
        bug: "says nothing unless it is asked to broadcast, so one idle node blocks all",
        module: "broadcast/lamport_order.rs",
        old: "acknowledges: true,",
        new: "acknowledges: false,",
        subject: "lamport-total-order",
        breaks: "total_order::validity_without_crash",
    },
    Twin {
        name: "lamport-order-old-acknowledgement",
        bug: "acknowledges with the timestamp of its own last broadcast, which is lower than the message's and releases nothing",
        module: "broadcast/lamport_order.rs",
        old: "ctx.broadcast(Stamped::<M>::Ack(self.time));",
        new: "ctx.broadcast(Stamped::<M>::Ack(self.heard[ctx.me]));",
        subject: "lamport-total-order",
        breaks: "total_order::validity_without_crash",
    },
    Twin {
        name: "lamport-order-own-at-once",
        bug: "delivers its own message when it broadcasts it, and again when its turn comes",
        module: "broadcast/lamport_order.rs",
        old: "        self.time += 1;
        ctx.broadcast(Stamped::Message(self.time, msg));",
        new: "        self.time += 1;
        ctx.deliver(ctx.me, msg.clone());
        ctx.broadcast(Stamped::Message(self.time, msg));",
        subject: "lamport-total-order",
        breaks: "reliable_broadcast::no_duplication",
    },
];
