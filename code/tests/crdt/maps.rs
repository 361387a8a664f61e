//! Merging, in every order.

use distsys::crdt::state_map::{Values, merge};
use distsys::node::NodeId;

/// All states in which each of these keys is absent or was set last in one of these ways. A timestamp has one value.
fn states() -> Vec<Values<char, u64>> {
    let mut all = vec![Values::new()];
    for key in ['x', 'y'] {
        let with = |state: &Values<char, u64>, time, node| {
            let mut state = state.clone();
            state.insert(key, ((time, NodeId(node)), time * 10 + u64::from(node)));
            state
        };
        let ways = [(1, 0), (1, 1), (2, 0)];
        let set = all.iter().flat_map(|state| ways.map(|(time, node)| with(state, time, node)));
        all = all.iter().cloned().chain(set).collect();
    }
    all
}

#[test]
fn merging_is_commutative_associative_and_idempotent() {
    let all = states();
    assert_eq!(all.len(), 16);
    for a in &all {
        assert_eq!(merge(a.clone(), a.clone()), *a);
        for b in &all {
            let ab = merge(a.clone(), b.clone());
            assert_eq!(ab, merge(b.clone(), a.clone()));
            for c in &all {
                let bc = merge(b.clone(), c.clone());
                assert_eq!(merge(ab.clone(), c.clone()), merge(a.clone(), bc));
            }
        }
    }
}
