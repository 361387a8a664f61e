//! # Goods for money
//!
//! **Implements** [`Sale`]. **Uses** [`FairLossLink`].
//!
//! **Model**: fair-loss links, asynchronous, crash-stop.
//!
//! **Guarantees**: [goods are paid](crate::spec::sale::goods_are_paid); [nobody pays
//! twice](crate::spec::sale::nobody_pays_twice);
//! [settlement](crate::spec::sale::settlement): in the end, either the goods are on their
//! way and the customer has paid, or neither.
//!
//! **How it works**: the shop has the card charged first, and asks again until it gets an
//! answer. Then it sends the goods. If it cannot, because they are sold out or because no
//! answer came for too long, it asks for a refund until it knows that the customer has the
//! money back. The payments service remembers what it did for each order, so it can be
//! asked as often as one likes; and an order that was refunded cannot be charged any more,
//! even if the charge comes late.
//!
//! **Source**: notes, section 2.1, which says that it can be done since a charge can be
//! undone; a later edition has the order charge, dispatch, refund.
//!
//! **Departures**: none; the messages are ours.

use crate::generals::{Done, Number, Order, Sale};
use crate::layer::*;
use crate::service::{Deliver, FairLossLink};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

// ANCHOR: state
/// What the shop and the payments service say to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Word {
    /// Take the money, if you have not yet.
    Charge(Number),
    /// Give the money back, if you have it, and never take it again.
    Refund(Number),
    /// The money is here.
    Paid(Number),
    /// The money is with the customer, and will stay there.
    NotPaid(Number),
}

/// The shop, or the payments service.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Trade {
    /// The shop, with its orders.
    Shop(BTreeMap<Number, Phase>),
    /// The payments service: whether the money of each order is here. What was given back, or
    /// is not to be taken, is not.
    Payments(BTreeMap<Number, bool>),
}

/// How far an order is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Phase {
    /// It has asked so many times for the money.
    Charging {
        /// How often it may ask again.
        patience: u32,
        /// The goods will turn out to be sold out.
        sold_out: bool,
    },
    /// It has asked for the money to be given back.
    Refunding,
    /// It is done with it.
    Settled,
}
// ANCHOR_END: state

/// Time to ask about that order again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Ask(pub Number);

/// The node that is the shop.
pub const SHOP: NodeId = NodeId(0);
/// The node that is the payments service.
pub const PAYMENTS: NodeId = NodeId(1);

const AGAIN: Time = 50 * MILLIS;
const PATIENCE: u32 = 5;

impl Trade {
    /// The two nodes.
    pub fn both() -> Vec<Trade> {
        vec![Trade::Shop(BTreeMap::new()), Trade::Payments(BTreeMap::new())]
    }
}

// ANCHOR: shop
/// The shop hears about an order.
fn shop(phase: &mut Phase, word: Word, ctx: &mut Context<Trade>) {
    match (*phase, word) {
        (Phase::Charging { sold_out: false, .. }, Word::Paid(number)) => {
            *phase = Phase::Settled;
            ctx.cancel_timer(Ask(number));
            ctx.indicate(Done::Dispatched(number));
        }
        (Phase::Charging { sold_out: true, .. }, Word::Paid(number)) => {
            *phase = Phase::Refunding;
            ask(number, *phase, ctx);
        }
        (Phase::Refunding, Word::NotPaid(number)) => {
            *phase = Phase::Settled;
            ctx.cancel_timer(Ask(number));
            ctx.indicate(Done::CalledOff(number));
        }
        // An old answer.
        _ => {}
    }
}

/// The shop asks, and will ask again.
fn ask(number: Number, phase: Phase, ctx: &mut Context<Trade>) {
    match phase {
        Phase::Charging { .. } => ctx.send(PAYMENTS, Word::Charge(number)),
        Phase::Refunding => ctx.send(PAYMENTS, Word::Refund(number)),
        Phase::Settled => return,
    }
    ctx.set_timer(Ask(number), AGAIN..AGAIN + 1);
}
// ANCHOR_END: shop

// ANCHOR: payments
/// The payments service is asked about an order.
fn payments(here: &mut BTreeMap<Number, bool>, word: Word, ctx: &mut Context<Trade>) {
    match word {
        Word::Charge(number) => {
            if !here.contains_key(&number) {
                ctx.indicate(Done::Charged(number));
            }
            let paid = *here.entry(number).or_insert(true);
            ctx.send(SHOP, if paid { Word::Paid(number) } else { Word::NotPaid(number) });
        }
        Word::Refund(number) => {
            // Also if nothing is here: the charge may be on its way.
            if here.insert(number, false) == Some(true) {
                ctx.indicate(Done::Refunded(number));
            }
            ctx.send(SHOP, Word::NotPaid(number));
        }
        Word::Paid(_) | Word::NotPaid(_) => {}
    }
}
// ANCHOR_END: payments

impl Layer for Trade {
    type Implements = Sale;
    type Uses = FairLossLink<Word>;
    type Timer = Ask;
    type Stable = ();
    const MODEL: Model =
        Model { links: Links::FairLoss, nodes: Nodes::CrashStop, timing: Timing::Asynchronous };

    /// A customer orders at the shop.
    fn on_request(&mut self, Order { number, sold_out }: Order, ctx: &mut Context<Self>) {
        if let Trade::Shop(orders) = self {
            let phase = Phase::Charging { patience: PATIENCE, sold_out };
            orders.insert(number, phase);
            ask(number, phase, ctx);
        }
    }

    /// One hears from the other.
    fn on_receive(&mut self, Deliver { msg, .. }: Deliver<Word>, ctx: &mut Context<Self>) {
        let (Word::Charge(number)
        | Word::Refund(number)
        | Word::Paid(number)
        | Word::NotPaid(number)) = msg;
        match self {
            Trade::Payments(here) => payments(here, msg, ctx),
            Trade::Shop(orders) => {
                if let Some(phase) = orders.get_mut(&number) {
                    shop(phase, msg, ctx);
                }
            }
        }
    }

    // ANCHOR: timeout
    /// No answer for too long: ask again, or give the order up.
    fn on_timeout(&mut self, Ask(number): Ask, ctx: &mut Context<Self>) {
        let Trade::Shop(orders) = self else { return };
        let Some(phase) = orders.get_mut(&number) else { return };
        match phase {
            Phase::Charging { patience: 0, .. } => *phase = Phase::Refunding,
            Phase::Charging { patience, .. } => *patience -= 1,
            Phase::Refunding | Phase::Settled => {}
        }
        ask(number, *phase, ctx);
    }
    // ANCHOR_END: timeout

    /// Starts with nothing; in the crash-stop model, nobody comes back.
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}
