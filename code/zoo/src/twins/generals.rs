// Twins of Generals, chapter 2.

use super::{Place, Topic, Twin};

/// The topic.
pub(super) const TOPIC: Topic = Topic { name: "generals", places: PLACES, twins: TWINS };

const PLACES: &[Place] = &[
    Place {
        module: "generals/oral.rs",
        subject: "oral-messages",
        made_by: "generals::oral({name}, {twin}::OralMessages::new)",
    },
    Place {
        module: "generals/sale.rs",
        subject: "sale",
        made_by: "generals::trade({name}, {twin}::Trade::both)",
    },
];

const TWINS: &[Twin] = &[
    Twin {
        name: "oral-believes-the-commander",
        bug: "does what the commander said, whatever the others heard",
        module: "generals/oral.rs",
        old: "me => self.obtained(me, &[FIRST]),",
        new: "_ => self.heard.get(&vec![FIRST]).copied().unwrap_or(Plan::Retreat),",
        subject: "oral-messages",
        breaks: "generals::agreement",
    },
    Twin {
        name: "oral-believes-the-others",
        bug: "counts what the others heard, and not what it heard itself",
        module: "generals/oral.rs",
        old: "majority(std::iter::once(told).chain(reports))",
        new: "majority(reports)",
        subject: "oral-messages",
        breaks: "generals::obedience",
    },
    Twin {
        name: "oral-any-name",
        bug: "does not ask whether a report comes from the one who is named in it",
        module: "generals/oral.rs",
        old: " && path.last() == Some(&from)",
        new: " && (path.last() == Some(&from) || true)",
        subject: "oral-messages",
        breaks: "generals::obedience",
    },
    Twin {
        name: "oral-waits-for-the-commander",
        bug: "decides only if the commander has said something",
        module: "generals/oral.rs",
        old: "        if round > self.traitors {",
        new: "        if round > self.traitors && !self.heard.contains_key(&vec![FIRST]) {
            return;
        }
        if round > self.traitors {",
        subject: "oral-messages",
        breaks: "generals::decision",
    },
    Twin {
        name: "sale-forgets-the-refund",
        bug: "forgets an order when it is refunded, and charges it when the charge comes late",
        module: "generals/sale.rs",
        old: "here.insert(number, false) == Some(true)",
        new: "here.remove(&number) == Some(true)",
        subject: "sale",
        breaks: "sale::settlement",
    },
    Twin {
        name: "sale-charges-again",
        bug: "charges the card as often as it is asked",
        module: "generals/sale.rs",
        old: "            if !here.contains_key(&number) {
                ctx.indicate(Done::Charged(number));
            }",
        new: "            ctx.indicate(Done::Charged(number));",
        subject: "sale",
        breaks: "sale::nobody_pays_twice",
    },
    Twin {
        name: "sale-goods-first",
        bug: "sends the goods when it has asked for the money, and does not wait for it",
        module: "generals/sale.rs",
        old: "            orders.insert(number, phase);",
        new: "            orders.insert(number, phase);
            ctx.indicate(Done::Dispatched(number));",
        subject: "sale",
        breaks: "sale::goods_are_paid",
    },
    Twin {
        name: "sale-just-gives-up",
        bug: "gives an order up when no answer comes, and does not ask for a refund",
        module: "generals/sale.rs",
        old: "Phase::Charging { patience: 0, .. } => *phase = Phase::Refunding,",
        new: "Phase::Charging { patience: 0, .. } => {
                *phase = Phase::Settled;
                ctx.indicate(Done::CalledOff(number));
            }",
        subject: "sale",
        breaks: "sale::settlement",
    },
];
