//! Stable storage is an effect: it takes its place among the others, and a crash can come before each.

use distsys::layer::*;
use distsys::node::names::{A, B};
use distsys::sim::{EventId, Fault, Node, Script, What, World};
use tests::toys::pass::{NOTE, Scribe};
use tests::toys::puppet::{Do, Log, Puppet, said};

/// A world in which the first request's node crashes after that many effects.
fn crash_after<N: Node>(effects: u32, nodes: Vec<N>) -> World<N> {
    let crashes = [(EventId::Request(0), effects)].into();
    World::new(1, nodes).with_script(Script { crashes, ..Script::default() })
}

#[test]
fn a_crash_can_come_before_every_single_effect() {
    use Do::{Note, Say, Send, Set, Store};
    let acts = vec![Say(1), Store(2), Note(9), Send(B, vec![Say(3)]), Set("bell", 5, 6)];
    let expected = [
        (vec![], vec![], vec![]),
        (vec![1], vec![], vec![]),
        (vec![1], vec![2], vec![]),
        (vec![1], vec![2], vec![3]),
        // The timer was set, but the crash cancelled it.
        (vec![1], vec![2], vec![3]),
    ];
    for (effects, (at_a, stored, at_b)) in (0..).zip(expected) {
        let mut world = crash_after(effects, Puppet::troupe(2));
        world.request(A, acts.clone());
        world.run().expect("ends");
        assert!(world.node(A).is_none(), "A crashed after {effects} effects");
        let outcome = (said(&world, A), world.stable(A).0.clone(), said(&world, B));
        assert_eq!(outcome, (at_a, stored, at_b), "a crash after {effects} effects");
    }
}

#[test]
fn the_trace_says_after_how_many_effects_the_crash_came() {
    for effects in 0..3 {
        let mut world = crash_after(effects, Puppet::troupe(1));
        world.request(A, vec![Do::Say(1), Do::Say(2), Do::Say(3)]);
        world.run().expect("ends");
        let crashes = world.trace().records.into_iter().filter_map(|record| match record.what {
            What::Crash { after_effects, .. } => Some(after_effects),
            _ => None,
        });
        assert_eq!(crashes.collect::<Vec<_>>(), [Some(effects)]);
    }
}

#[test]
fn the_stores_of_all_layers_in_one_event_are_one_step() {
    // The upper layer stores 1, then sends, at which the lower stores, then stores 2, and sends once more.
    let acts = vec![Do::Store(1), Do::Send(A, vec![]), Do::Store(2), Do::Send(A, vec![])];
    let mut outcomes = Vec::new();
    for effects in 0..=3 {
        let mut world = crash_after(effects, vec![Puppet::default().over(Scribe::new())]);
        world.request(A, acts.clone());
        world.run().expect("ends");
        let (Log(upper), Log(lower)) = world.stable(A).clone();
        outcomes.push((upper, lower));
    }
    let all = (vec![1, 2], vec![NOTE, NOTE]);
    assert_eq!(outcomes, [(vec![], vec![]), all.clone(), all.clone(), all]);
}

#[test]
fn a_step_of_storage_is_one_record_with_the_changes_in_order() {
    let mut world = World::new(1, Puppet::troupe(1));
    world.request(A, vec![Do::Store(1), Do::Say(0), Do::Store(2), Do::Store(3)]);
    world.run().expect("ends");
    let stores = world.trace().records.into_iter().filter_map(|record| match record.what {
        What::Store { changes } => Some(changes),
        _ => None,
    });
    assert_eq!(stores.collect::<Vec<_>>(), [[1, 2, 3]]);
}

#[test]
fn a_node_comes_back_with_what_it_was_built_with_and_what_it_stored_and_nothing_else() {
    let mut world = World::new(1, vec![Puppet { name: 42, memory: Vec::new(), leads: None }]);
    world.request_at(10, A, vec![Do::Store(1), Do::Note(2), Do::Store(3), Do::Note(4)]);
    world.fault_at(20, Fault::Crash(A));
    world.run_until(19).expect("goes on");
    assert_eq!(world.node(A), Some(&Puppet { name: 42, memory: vec![1, 2, 3, 4], leads: None }));
    world.fault_at(30, Fault::Recover(A));
    world.run().expect("ends");
    assert_eq!(world.node(A), Some(&Puppet { name: 42, memory: vec![1, 3], leads: None }));
    assert_eq!(*world.stable(A), Log(vec![1, 3]));
}
