//! A shop and a payments service.

use distsys::generals::sale::{PAYMENTS, SHOP, Word};
use distsys::generals::{Done, Order, Trade};
use distsys::layer::MILLIS;
use distsys::sim::{Fate, PacketId, Script, Trace, What, World};
use distsys::spec::sale;
use distsys::subject::generals::trade_style;
use tests::golden;

/// One order, on a calm network with these exceptions.
fn order(sold_out: bool, fates: impl IntoIterator<Item = (PacketId, Fate)>) -> Trace<Trade> {
    let script = Script { fates: fates.into_iter().collect(), ..Script::calm() };
    let mut world = World::new(0, Trade::both()).with_script(script);
    world.request_at(0, SHOP, Order { number: 1, sold_out });
    world.run().unwrap();
    world.trace()
}

fn done(trace: &Trace<Trade>) -> Vec<Done> {
    let done = trace.records.iter().filter_map(|record| match record.what {
        What::Deliver { indication } => Some(indication),
        _ => None,
    });
    done.collect()
}

fn to_payments(ordinal: u64) -> PacketId {
    PacketId { from: SHOP, to: PAYMENTS, ordinal, copy: 0 }
}

#[test]
fn a_shop_asks_again_until_it_knows() {
    let answer = PacketId { from: PAYMENTS, to: SHOP, ordinal: 1, copy: 0 };
    let trace = order(false, [(answer, Fate::Lost)]);
    assert_eq!(done(&trace), [Done::Charged(1), Done::Dispatched(1)]);
    let caption = "The answer is lost; the shop asks again. The payments service has charged the card already, says so, and does \
                   not do it twice.";
    golden::check_run("sale-asks-again", caption, &trace.text(), &trade_style());
}

#[test]
fn a_charge_can_be_undone_even_if_it_comes_after_the_refund() {
    // The shop asks six times, in vain, and gives up; then the first charge comes.
    let lost = (2..=6).map(|ordinal| (to_payments(ordinal), Fate::Lost));
    let late = (to_payments(1), Fate::After(vec![400 * MILLIS]));
    let trace = order(false, lost.chain([late]));
    assert_eq!(done(&trace), [Done::CalledOff(1)]);
    assert_eq!(sale::settlement(&trace), Ok(()));
    let last = trace.records.iter().rev().find_map(|record| match record.what {
        What::Send { packet, .. } => Some(packet),
        _ => None,
    });
    assert_eq!(last, Some(Word::NotPaid(1)));
}

#[test]
fn goods_that_are_sold_out_are_paid_back() {
    let trace = order(true, []);
    assert_eq!(done(&trace), [Done::Charged(1), Done::Refunded(1), Done::CalledOff(1)]);
    let caption = "The card is charged, then the goods turn out to be sold out: the charge is undone. Two generals cannot undo an \
                   attack.";
    golden::check_run("sale-refund", caption, &trace.text(), &trade_style());
}
