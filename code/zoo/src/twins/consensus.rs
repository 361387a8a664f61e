// Twins of the two reductions of section 6.1.

use super::{Place, Topic, Twin};

/// The topic.
pub(super) const TOPIC: Topic = Topic { name: "consensus", places: PLACES, twins: TWINS };

const PLACES: &[Place] = &[
    Place {
        module: "consensus/from_total_order.rs",
        subject: "consensus-from-total-order",
        made_by: "consensus::decided({name}, {twin}::FromTotalOrder::new)",
    },
    Place {
        module: "consensus/to_total_order.rs",
        subject: "total-order-from-consensus",
        made_by: "consensus::positioned::<_, {twin}::Proposal<_>>({name}, {twin}::ToTotalOrder::new)",
    },
];

const TWINS: &[Twin] = &[
    Twin {
        name: "consensus-own-at-once",
        bug: "decides its own value when it proposes it, and does not wait for what is delivered first",
        module: "consensus/from_total_order.rs",
        old: "        ctx.broadcast((instance, value));",
        new: "        ctx.broadcast((instance, value.clone()));
        if self.decided.insert(instance) {
            ctx.indicate(Decide { instance, value });
        }",
        subject: "consensus-from-total-order",
        breaks: "consensus::uniform_agreement",
    },
    Twin {
        name: "consensus-every-delivery",
        bug: "decides whenever a proposal is delivered, not only the first time",
        module: "consensus/from_total_order.rs",
        old: "        if self.decided.insert(instance) {",
        new: "        if self.decided.insert(instance) || self.decided.contains(&instance) {",
        subject: "consensus-from-total-order",
        breaks: "consensus::integrity",
    },
    Twin {
        name: "consensus-first-of-others",
        bug: "does not count its own proposals: the first one of another node is its decision",
        module: "consensus/from_total_order.rs",
        old: "    fn on_receive(&mut self, Deliver { msg, .. }: Deliver<(Instance, V)>, ctx: &mut Context<Self>) {
        let (instance, value) = msg;
        if self.decided",
        new: "    fn on_receive(&mut self, Deliver { msg, from }: Deliver<(Instance, V)>, ctx: &mut Context<Self>) {
        let (instance, value) = msg;
        if from != ctx.me && self.decided",
        subject: "consensus-from-total-order",
        breaks: "consensus::uniform_agreement",
    },
    Twin {
        name: "consensus-once-for-all",
        bug: "remembers that it has decided, and not in which instance: there is no second decision",
        module: "consensus/from_total_order.rs",
        old: "        if self.decided.insert(instance) {",
        new: "        if self.decided.is_empty() && self.decided.insert(instance) {",
        subject: "consensus-from-total-order",
        breaks: "consensus::termination_without_crash",
    },
    Twin {
        name: "consensus-numbers-by-arrival",
        bug: "takes each delivery for the next decision, whichever instance it was proposed in",
        module: "consensus/from_total_order.rs",
        old: "        let (instance, value) = msg;",
        new: "        let (_, value) = msg;
        let instance = self.decided.len() as Instance + 1;",
        subject: "consensus-from-total-order",
        breaks: "consensus::validity",
    },
    Twin {
        name: "position-loser-forgotten",
        bug: "proposes each message once: what loses its position is forgotten",
        module: "consensus/to_total_order.rs",
        old: "            if self.waiting.front() == Some(&winner) {
                self.waiting.pop_front();
            }",
        new: "            if self.proposed == self.next {
                self.waiting.pop_front();
            }",
        subject: "total-order-from-consensus",
        breaks: "total_order::validity_without_crash",
    },
    Twin {
        name: "position-not-proposed-again",
        bug: "proposes when it is asked to broadcast, and not when it hears that another message won",
        module: "consensus/to_total_order.rs",
        old: "            self.next += 1;
        }
        self.propose(ctx);",
        new: "            self.next += 1;
        }",
        subject: "total-order-from-consensus",
        breaks: "total_order::validity_without_crash",
    },
    Twin {
        name: "position-proposed-twice",
        bug: "proposes its message for the next position as well, to be on the safe side",
        module: "consensus/to_total_order.rs",
        old: "            ctx.request(Propose { instance: self.next, value });",
        new: "            ctx.request(Propose { instance: self.next, value: value.clone() });
            ctx.request(Propose { instance: self.next + 1, value });",
        subject: "total-order-from-consensus",
        breaks: "reliable_broadcast::no_duplication",
    },
    Twin {
        name: "position-delivered-as-decided",
        bug: "delivers each decision when it hears of it, whatever its position",
        module: "consensus/to_total_order.rs",
        old: "while let Some(winner) = self.decided.remove(&self.next) {",
        new: "while let Some((_, winner)) = self.decided.pop_first() {",
        subject: "total-order-from-consensus",
        breaks: "total_order::same_order",
    },
    Twin {
        name: "position-if-for-while",
        bug: "delivers one decision at a time, and leaves the later ones that were waiting for it",
        module: "consensus/to_total_order.rs",
        old: "while let Some(winner)",
        new: "if let Some(winner)",
        subject: "total-order-from-consensus",
        breaks: "total_order::agreement_without_crash",
    },
    Twin {
        name: "position-newest-first",
        bug: "puts what it is asked to broadcast before what is waiting already",
        module: "consensus/to_total_order.rs",
        old: "self.waiting.push_back(",
        new: "self.waiting.push_front(",
        subject: "total-order-from-consensus",
        breaks: "fifo_broadcast::order",
    },
    Twin {
        name: "position-takes-the-credit",
        bug: "delivers each message as if it had broadcast it itself",
        module: "consensus/to_total_order.rs",
        old: "ctx.deliver(winner.sender, winner.msg);",
        new: "ctx.deliver(ctx.me, winner.msg);",
        subject: "total-order-from-consensus",
        breaks: "reliable_broadcast::no_creation",
    },
    Twin {
        name: "position-own-left-out",
        bug: "does not deliver its own messages, since it knows them",
        module: "consensus/to_total_order.rs",
        old: "            ctx.deliver(winner.sender, winner.msg);",
        new: "            if winner.sender != ctx.me {
                ctx.deliver(winner.sender, winner.msg);
            }",
        subject: "total-order-from-consensus",
        breaks: "total_order::prefix",
    },
];
