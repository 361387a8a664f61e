//! What a shop and a payments service owe each other and the customer (notes, section 2.1).

use crate::generals::{Done, Number, Order};
use crate::sim::trace::{Terms, Trace, What};
use crate::spec::{Verdict, Violation, ms};
use std::collections::BTreeMap;

/// Goods are paid: when the shop sends the goods, the money is there, and it is not given back later.
pub fn goods_are_paid<V: Terms<Indication = Done>>(trace: &Trace<V>) -> Verdict {
    let mut accounts = Accounts::new();
    for (index, record) in (0..).zip(&trace.records) {
        let What::Deliver { indication } = record.what else { continue };
        let account = enter(&mut accounts, indication);
        if account.dispatched > 0 && account.charged == account.refunded {
            let at = ms(record.at);
            return Err(Violation {
                explanation: format!(
                    "at {at}: {indication:?}, and the goods are sent but not paid"
                ),
                records: vec![index],
            });
        }
    }
    Ok(())
}

/// Nobody pays twice for one order, or gets the money or the goods twice.
pub fn nobody_pays_twice<V: Terms<Indication = Done>>(trace: &Trace<V>) -> Verdict {
    let mut accounts = Accounts::new();
    for (index, record) in (0..).zip(&trace.records) {
        let What::Deliver { indication } = record.what else { continue };
        let account = enter(&mut accounts, indication);
        if account.charged.max(account.refunded).max(account.dispatched) > 1 {
            return Err(Violation {
                explanation: format!("at {}: {indication:?}, a second time", ms(record.at)),
                records: vec![index],
            });
        }
    }
    Ok(())
}

// ANCHOR: settlement
/// Settlement: in the end, either the goods of an order are sent and paid, or neither.
///
/// A liveness property: judge it only when faults have stopped and the run is over. For runs in which
/// nobody crashes.
pub fn settlement<V: Terms<Request = Order, Indication = Done>>(trace: &Trace<V>) -> Verdict {
    let mut accounts = Accounts::new();
    let mut orders = Vec::new();
    for (index, record) in (0..).zip(&trace.records) {
        match record.what {
            What::Request { request, .. } => orders.push((index, request.number)),
            What::Deliver { indication } => {
                enter(&mut accounts, indication);
            }
            What::Crash { .. } => return Ok(()),
            _ => {}
        }
    }
    for (index, number) in orders {
        let Account { charged, refunded, dispatched, called_off } =
            accounts.get(&number).copied().unwrap_or_default();
        let (paid, over) = (charged > refunded, dispatched + called_off > 0);
        if !over || paid != (dispatched > 0) {
            return Err(Violation {
                explanation: format!(
                    "order {number} is charged {charged} times, refunded {refunded} times and sent {dispatched} times \
                     when the run ends"
                ),
                records: vec![index],
            });
        }
    }
    Ok(())
}
// ANCHOR_END: settlement

/// What was done about each order.
type Accounts = BTreeMap<Number, Account>;

#[derive(Clone, Copy, Debug, Default)]
struct Account {
    charged: u32,
    refunded: u32,
    dispatched: u32,
    called_off: u32,
}

/// Enters what was done; returns the account of that order.
fn enter(accounts: &mut Accounts, done: Done) -> Account {
    let (Done::Charged(number)
    | Done::Refunded(number)
    | Done::Dispatched(number)
    | Done::CalledOff(number)) = done;
    let account = accounts.entry(number).or_default();
    match done {
        Done::Charged(_) => account.charged += 1,
        Done::Refunded(_) => account.refunded += 1,
        Done::Dispatched(_) => account.dispatched += 1,
        Done::CalledOff(_) => account.called_off += 1,
    }
    *account
}
