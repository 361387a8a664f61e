//! Bounds: a search says what cut it off.

use crate::stages::election;
use distsys::check::{Action, Bound, Bounds, Explored, Input, Packets};
use distsys::layer::*;
use distsys::node::names::{A, B};
use distsys::sim::What;
use tests::toys::puppet::{Do, Puppet, Told};
use tests::toys::vote::{Bug, Vote};

/// How many situations there are within these bounds, and what cut the search off.
fn within(bounds: Bounds<Vote>) -> (u64, Vec<Bound>) {
    let report = election(Bug::None, 1).bounded(bounds).search();
    assert!(!report.is_exhaustive() && report.broken.is_empty(), "{report}");
    (report.situations, report.cut)
}

#[test]
fn every_bound_cuts_the_search_off_and_is_named() {
    let none = Bounds::default;
    let steps = |most| within(Bounds { steps: Some(most), ..none() });
    assert_eq!([0, 1, 3].map(steps), [1, 13, 296].map(|size| (size, vec![Bound::Steps])));
    assert_eq!(within(Bounds { term: Some(0), ..none() }), (13, vec![Bound::Term]));
    // Over fair-loss links, what was sent stays under way.
    assert_eq!(within(Bounds { sent: Some(3), ..none() }), (364, vec![Bound::Sent]));
    assert_eq!(within(Bounds { under_way: Some(3), ..none() }), (364, vec![Bound::UnderWay]));
    let nobody: Bounds<Vote> = Bounds {
        term: Some(1),
        within: vec![("nobody crashed", |_, now| now.hosts.0.iter().all(|host| host.crashes == 0))],
        ..none()
    };
    let nobody_crashed = Bound::Within("nobody crashed");
    assert_eq!(within(nobody), (44, vec![Bound::Term, nobody_crashed]));
    assert_eq!(within(Bounds { work: Some(3_000), ..none() }).1, [Bound::Work]);
    let timeouts = |most| {
        let mut election = election(Bug::None, 1);
        election.timeouts = Some(most);
        let report = election.search();
        (report.situations, report.cut)
    };
    assert_eq!([0, 1].map(timeouts), [7, 397].map(|size| (size, vec![Bound::Timeouts])));
}

/// A bound that is not met cuts nothing off.
#[test]
fn a_bound_that_is_wide_enough_leaves_the_search_exhaustive() {
    let three = |bounds| {
        let mut system = Explored::new(vec![Puppet::default(); 2]).bounded(bounds);
        system.packets = Packets::Reliable;
        let send = |n| vec![Do::Send(B, vec![Do::Say(n)])];
        (1..=3).fold(system, |system, n| system.asking(A, send(n))).search()
    };
    let all = three(Bounds::default());
    assert!(all.is_exhaustive(), "{all}");
    let bounds = Bounds { steps: Some(6), sent: Some(3), under_way: Some(3), ..Bounds::default() };
    let wide = three(bounds);
    assert_eq!((wide.situations, wide.cut), (all.situations, vec![]));
    let narrow = three(Bounds { sent: Some(2), ..Bounds::default() });
    assert!(narrow.situations < all.situations);
    assert_eq!(narrow.cut, [Bound::Sent]);
    let queued = three(Bounds { under_way: Some(1), ..Bounds::default() });
    assert!(queued.situations < all.situations);
    assert_eq!(queued.cut, [Bound::UnderWay]);
}

#[test]
fn nodes_crash_at_most_so_often_in_all() {
    let crashes = |most| {
        let mut system = Explored::new(vec![Puppet::default(); 3]).crashing(A, 2).crashing(B, 1);
        system.crashes_in_all = most;
        system.search().situations
    };
    assert_eq!([Some(0), Some(1), Some(2), None].map(crashes), [1, 5, 21, 55]);
}

#[test]
fn clocks_say_what_they_are_told_to_say() {
    let clock = Reading { monotonic: 5, earliest: 6, latest: 7 };
    let mut system = Explored::new(vec![Puppet::default()]).asking(A, vec![Do::ReadClock]);
    system.clock = clock;
    let system = system.sometimes("the clock is read", |all, now| {
        let says = |what: &What<Puppet>| {
            matches!(what, What::Deliver { indication: Told::Clock(clock) } if *clock == all.clock)
        };
        now.seen.records.iter().any(|record| says(&record.what))
    });
    let run = system.shortest("the clock is read").expect("it is read");
    assert!(matches!(run[..], [Action::Event { input: Input::Request(0), .. }]));
}
