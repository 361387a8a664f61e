//! The shop and the payments service, explored to the end, over links that lose, double and reorder.

use distsys::check::{Bounds, Explorable, Explored, Order as By, Report, Situation};
use distsys::generals::sale::{PAYMENTS, SHOP, Trade};
use distsys::generals::{Done, Order, Sale};
use distsys::layer::Layer;
use distsys::sim::trace::What;
use distsys::spec::sale;
use zoo::broken::{sale_charges_again, sale_forgets_the_refund, sale_just_gives_up};

/// One order, of goods that turn out to be sold out or not.
fn order<N: Explorable + Layer<Implements = Sale>>(nodes: Vec<N>, sold_out: bool) -> Explored<N> {
    let mut system = Explored::new(nodes).asking(SHOP, Order { number: 1, sold_out });
    system.recovery = false;
    system
        .always("goods are paid", |_, now| sale::goods_are_paid(&now.seen).is_ok())
        .always("nobody pays twice", |_, now| sale::nobody_pays_twice(&now.seen).is_ok())
        .always("settlement", |all, now| {
            all.finish(now).is_ok_and(|end| sale::settlement(&end.seen).is_ok())
        })
        .sometimes("called off before it was paid", |_, now| {
            told(now, Done::CalledOff(1)) && !told(now, Done::Charged(1))
        })
}

fn told<N: Explorable + Layer<Implements = Sale>>(now: &Situation<N>, done: Done) -> bool {
    let is_it =
        |what: &What<N>| matches!(what, What::Deliver { indication } if *indication == done);
    now.seen.records.iter().any(|record| is_it(&record.what))
}

fn explore<N: Explorable + Layer<Implements = Sale>>(system: Explored<N>) -> Report<N>
where
    Explored<N>: Send + Sync,
    Situation<N>: Send + Sync,
{
    system.search_by(By::BreadthFirst, 2)
}

#[test]
fn the_shop_settles_every_order_whatever_is_lost_or_late() {
    let sent = order(Trade::both(), false).sometimes("goods for money", |_, now| {
        told(now, Done::Charged(1)) && told(now, Done::Dispatched(1))
    });
    let sold_out = order(Trade::both(), true).sometimes("money back", |_, now| {
        told(now, Done::Charged(1)) && told(now, Done::Refunded(1))
    });
    for (system, situations) in [(sent, 20), (sold_out, 19)] {
        let report = explore(system);
        assert!(report.is_exhaustive() && report.holds(), "{report}");
        assert_eq!(report.situations, situations);
    }
}

#[test]
fn if_the_payments_service_stops_goods_are_still_paid() {
    let mut system = order(Trade::both(), false).crashing(PAYMENTS, 1);
    system.properties.retain(|claim| claim.name != "settlement");
    let system = system.sometimes("paid, and nobody will ever know", |all, now| {
        let is_down = now.hosts[PAYMENTS].state.is_none();
        is_down
            && all
                .finish(now)
                .is_ok_and(|end| told(&end, Done::Charged(1)) && !told(&end, Done::Dispatched(1)))
    });
    let report = explore(system);
    assert!(report.is_exhaustive() && report.holds(), "{report}");
    assert_eq!(report.situations, 58);
}

#[test]
fn the_check_rejects_a_shop_that_forgets_charges_again_or_gives_up() {
    use sale_charges_again::Trade as ChargesAgain;
    use sale_forgets_the_refund::Trade as Forgets;
    use sale_just_gives_up::Trade as GivesUp;
    assert_eq!(broken(order(ChargesAgain::both(), false), 6), ["nobody pays twice", "settlement"]);
    assert_eq!(broken(order(Forgets::both(), true), 8), ["nobody pays twice", "settlement"]);
    assert_eq!(broken(order(GivesUp::both(), false), 12), ["settlement"]);
}

/// The claims that do not hold in runs of so many steps: some twins may charge without end.
fn broken<N: Explorable + Layer<Implements = Sale>>(
    system: Explored<N>,
    steps: u32,
) -> Vec<&'static str>
where
    Explored<N>: Send + Sync,
    Situation<N>: Send + Sync,
{
    let short = Bounds { steps: Some(steps), ..Bounds::default() };
    explore(system.bounded(short)).broken.into_keys().collect()
}
